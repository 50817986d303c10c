//! What somebody of a municipality sees of a topic.

use base::{DepartmentKey, Language, MunicipalityKey, Outcome, Scope, TopicKey};
use jiff::civil::Date;
use rules::articles::{
    Article, Authority, Competence, Fact, SelfService, Shown, TopicKind, Variant, leave_behind,
    merge,
};
use rules::content::plain_markdown;
use rules::workshop::Text;
use serde::Serialize;
use store::workshop::versions;
use utoipa::ToSchema;

use super::{Knowledge, topic_path};
use crate::guides::GuideView;
use crate::workshop::{kind_of, text_of};
use crate::{App, found};

/// An article, a referral or a guide as somebody of one municipality sees it. Texts are Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleView {
    pub topic: TopicKey,
    pub kind: TopicKind,
    pub title: String,
    pub summary: String,
    pub competence: Competence,
    pub urgent: bool,
    pub area: String,
    /// Who answers for it in that municipality; `None` when another authority does.
    pub department: Option<DepartmentKey>,
    pub department_name: Option<String>,
    pub owner: MunicipalityKey,
    pub reviewed: Date,
    /// When it must be reviewed again.
    pub review: Date,
    pub figures_year: Option<i16>,
    pub rules: Vec<String>,
    /// The master has changed under the variant.
    pub stale: bool,
    /// The local text is demonstration data.
    pub demo: bool,
    pub facts: Vec<Fact>,
    pub local_facts: Vec<Fact>,
    /// The municipality whose facts are shown apart; `None` when there are none.
    pub local_name: Option<String>,
    pub local_reviewed: Option<Date>,
    pub parts: Vec<PartView>,
    pub self_service: Option<SelfService>,
    pub authority: Option<Authority>,
    pub related: Vec<RelatedTopic>,
    /// Plain text ready to be edited into a message, with its address at the end.
    pub insert: String,
    /// Path on the citizen site.
    pub url: String,
    /// Where a guide begins.
    pub guide: Option<GuideView>,
}

/// One part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartView {
    pub id: String,
    pub heading: String,
    pub markdown: String,
    /// The municipality's own text.
    pub local: bool,
}

/// A topic to go on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RelatedTopic {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = String)]
    pub kind: TopicKind,
    pub title: String,
    pub url: String,
}

impl App {
    /// What the citizens of a municipality see of a topic.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown municipality or topic.
    pub async fn shown(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        language: Language,
    ) -> Outcome<ArticleView> {
        self.known_line(municipality, None).await?;
        self.view_of(Some(municipality), topic, language).await
    }

    /// What staff see of a topic, as a citizen of that municipality would; without a municipality
    /// the common text alone.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] out of reach or for an unknown topic.
    pub async fn article(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
        topic: &TopicKey,
        language: Language,
    ) -> Outcome<ArticleView> {
        self.may_read_knowledge(scope, municipality)?;
        self.view_of(municipality, topic, language).await
    }

    async fn view_of(
        &self,
        municipality: Option<&MunicipalityKey>,
        topic: &TopicKey,
        language: Language,
    ) -> Outcome<ArticleView> {
        let knowledge = self.knowledge_of(municipality).await?;
        self.view_in(&knowledge, municipality, topic, language).await
    }

    /// What somebody of a municipality sees of a topic in a knowledge base, which may be one with a
    /// draft in the place of a published text.
    pub(crate) async fn view_in(
        &self,
        knowledge: &Knowledge,
        municipality: Option<&MunicipalityKey>,
        topic: &TopicKey,
        language: Language,
    ) -> Outcome<ArticleView> {
        let directory = self.directory().await?;
        let head = found(knowledge.head(topic))?;
        // Pages without a municipality live under the one that owns the master.
        let site = |owner: &MunicipalityKey| municipality.unwrap_or(owner).clone();
        let department =
            municipality.and_then(|m| directory.owner_of(m, topic, head.department)).cloned();
        let department_name = municipality
            .zip(department.as_ref())
            .and_then(|(m, d)| directory.line(m, d))
            .map(|line| in_language(language, &line.department.name, &line.department.name_en));
        let related = |site: &MunicipalityKey| -> Vec<RelatedTopic> {
            head.related
                .iter()
                .filter_map(|topic| knowledge.head(topic))
                .map(|head| RelatedTopic {
                    topic: head.topic.clone(),
                    kind: head.kind,
                    title: head.title_in(language).to_owned(),
                    url: format!("/{site}{}", topic_path(head.kind, head.topic)),
                })
                .collect()
        };
        if let Some(guide) = knowledge.guides.get(topic) {
            let site = site(&guide.owner);
            let url = format!("/{site}{}", topic_path(TopicKind::Guide, topic));
            return Ok(ArticleView {
                topic: topic.clone(),
                kind: TopicKind::Guide,
                title: head.title_in(language).to_owned(),
                summary: head.summary_in(language).to_owned(),
                competence: guide.competence,
                urgent: guide.urgent,
                area: guide.area.clone(),
                department,
                department_name,
                owner: guide.owner.clone(),
                reviewed: guide.reviewed,
                review: guide.review,
                figures_year: guide.figures_year,
                rules: guide.rules.clone(),
                stale: false,
                demo: false,
                facts: vec![],
                local_facts: vec![],
                local_name: None,
                local_reviewed: None,
                parts: vec![],
                self_service: None,
                authority: None,
                related: related(&site),
                insert: self.insert_text(head.title, head.summary, &[], &[], None, &url),
                guide: self.first_step(knowledge, &directory, guide, &site, language),
                url,
            });
        }
        let master = found(knowledge.articles.get(topic))?;
        let variant = municipality.and_then(|m| knowledge.variant(topic, m));
        let shown = merge(master, variant);
        let site = site(&master.owner);
        let url = format!("/{site}{}", topic_path(master.kind, topic));
        let local_name = shown
            .municipality
            .as_ref()
            .and_then(|m| directory.place(m))
            .map(|place| place.member.short.clone());
        Ok(ArticleView {
            topic: topic.clone(),
            kind: master.kind,
            title: head.title_in(language).to_owned(),
            summary: head.summary_in(language).to_owned(),
            competence: master.competence,
            urgent: master.urgent,
            area: master.area.clone(),
            department,
            department_name,
            owner: master.owner.clone(),
            reviewed: master.reviewed,
            review: master.review,
            figures_year: master.figures_year,
            rules: master.rules.clone(),
            stale: shown.stale,
            demo: variant.is_some_and(|variant| variant.demo),
            local_name,
            local_reviewed: variant.map(|variant| variant.reviewed),
            authority: master.authority.clone(),
            related: related(&site),
            insert: self.insert_text_of(master, &shown, &url),
            parts: shown
                .parts
                .into_iter()
                .map(|part| PartView {
                    id: part.id,
                    heading: part.heading,
                    markdown: part.markdown,
                    local: part.local,
                })
                .collect(),
            facts: shown.facts,
            local_facts: shown.local_facts,
            self_service: shown.self_service,
            guide: None,
            url,
        })
    }

    /// Leaves of a variant that its master has left behind what may still be shown of it.
    pub(crate) async fn show_stale(&self, variant: &mut Variant, master: &Article) -> Outcome<()> {
        if variant.of == master.version {
            return Ok(());
        }
        let key = (variant.topic.clone(), None);
        let (database, tenant) = (&self.database, &self.tenant);
        let base = versions::get(database, tenant, &key, i64::from(variant.of)).await?;
        // Of a version that nobody has or can read any more, nothing is known to have been replaced.
        match base.map(|base| kind_of(&base.kind).and_then(|kind| text_of(kind, &base.body))) {
            Some(Ok(Text::Article(base))) => leave_behind(variant, &base),
            Some(Err(problem)) => {
                tracing::warn!(%problem, topic = %variant.topic, "an old version cannot be read");
            }
            _ => {}
        }
        Ok(())
    }

    /// An article as plain text that an agent edits into a message: the answer, the facts with the
    /// local ones first, what to do, where to do it alone, and the page it comes from.
    fn insert_text_of(&self, master: &Article, shown: &Shown, url: &str) -> String {
        let facts: Vec<&Fact> = shown.local_facts.iter().chain(&shown.facts).collect();
        let local: Vec<String> = shown
            .parts
            .iter()
            .filter(|part| part.local)
            .map(|part| plain_markdown(&part.markdown))
            .collect();
        let service = shown.self_service.as_ref();
        self.insert_text(&master.title, &master.summary, &facts, &local, service, url)
    }

    fn insert_text(
        &self,
        title: &str,
        summary: &str,
        facts: &[&Fact],
        local: &[String],
        service: Option<&SelfService>,
        url: &str,
    ) -> String {
        let mut paragraphs = vec![summary.to_owned()];
        let facts: Vec<String> = facts
            .iter()
            .map(|fact| match &fact.note {
                Some(note) => format!("{}: {} ({note})", fact.label, fact.value),
                None => format!("{}: {}", fact.label, fact.value),
            })
            .collect();
        if !facts.is_empty() {
            paragraphs.push(facts.join("\n"));
        }
        paragraphs.extend(local.iter().map(|text| text.trim().to_owned()));
        if let Some(service) = service {
            paragraphs.push(format!("{}: {}", service.label, service.url));
        }
        paragraphs.push(format!("{title}: {}{url}", self.settings.public_address));
        paragraphs.join("\n\n")
    }
}

/// The code of a competence, as on the wire and in the language catalogue.
#[must_use]
pub const fn competence_code(competence: Competence) -> &'static str {
    match competence {
        Competence::General => "general",
        Competence::Local => "local",
        Competence::Case => "case",
        Competence::OtherAuthority => "other-authority",
    }
}

fn in_language(language: Language, danish: &str, english: &str) -> String {
    match language {
        Language::Da => danish.to_owned(),
        Language::En => english.to_owned(),
    }
}
