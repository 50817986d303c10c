//! The knowledge base: one master per topic, local variants over it, and what somebody sees of both.
//!
//! Read first: [`Knowledge`] (everything, in memory, as of a number of its stream), [`App::import`]
//! (how a content folder comes in), [`App::article`] (what is shown).

mod import;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{DepartmentKey, Language, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey};
use jiff::civil::Date;
use rules::areas::OpenTo;
use rules::articles::{
    Article, Authority, Competence, Fact, SelfService, Shown, TopicKind, Variant, merge,
};
use rules::contacts::Contact;
use rules::content::{Collection, plain_markdown};
use rules::guides::{Branches, Guide};
use serde::Serialize;
use store::StoreError;
use store::knowledge::Entry;
use store::streams;
use utoipa::ToSchema;

use crate::chat::ArticleLink;
use crate::guides::GuideView;
use crate::{App, away, found};

pub use import::Imported;

/// The knowledge base as of one number of its stream.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    pub(crate) seq: i64,
    /// Articles and referrals.
    pub articles: BTreeMap<TopicKey, Article>,
    pub guides: BTreeMap<TopicKey, Guide>,
    /// What municipalities add to guides.
    pub branches: BTreeMap<TopicKey, BTreeMap<MunicipalityKey, Branches>>,
    pub variants: BTreeMap<TopicKey, BTreeMap<MunicipalityKey, Variant>>,
    /// The areas that are not open to everybody, and whom they are open to.
    pub(crate) closed: BTreeMap<String, OpenTo>,
}

/// What is needed of any topic, whatever answers it.
#[derive(Debug, Clone, Copy)]
pub struct TopicHead<'a> {
    pub topic: &'a TopicKey,
    pub kind: TopicKind,
    pub title: &'a str,
    pub title_en: &'a str,
    pub summary: &'a str,
    pub summary_en: &'a str,
    pub area: &'a str,
    pub department: &'a DepartmentKey,
    pub competence: Competence,
    pub urgent: bool,
    pub related: &'a [TopicKey],
}

impl TopicHead<'_> {
    #[must_use]
    pub const fn title_in(&self, language: Language) -> &str {
        match language {
            Language::Da => self.title,
            Language::En => self.title_en,
        }
    }

    #[must_use]
    pub const fn summary_in(&self, language: Language) -> &str {
        match language {
            Language::Da => self.summary,
            Language::En => self.summary_en,
        }
    }
}

impl Knowledge {
    /// The knowledge base of a content folder, without a database.
    #[must_use]
    pub fn of(collection: &Collection) -> Self {
        let mut knowledge = Self {
            articles: collection.articles.clone(),
            guides: collection.guides.clone(),
            ..Self::default()
        };
        for ((topic, municipality), variant) in &collection.variants {
            knowledge
                .variants
                .entry(topic.clone())
                .or_default()
                .insert(municipality.clone(), variant.clone());
        }
        knowledge
    }

    /// What is needed of a topic, whatever answers it.
    #[must_use]
    pub fn head(&self, topic: &TopicKey) -> Option<TopicHead<'_>> {
        if let Some(a) = self.articles.get(topic) {
            return Some(TopicHead {
                topic: &a.topic,
                kind: a.kind,
                title: &a.title,
                title_en: &a.title_en,
                summary: &a.summary,
                summary_en: &a.summary_en,
                area: &a.area,
                department: &a.department,
                competence: a.competence,
                urgent: a.urgent,
                related: &a.related,
            });
        }
        self.guides.get(topic).map(|g| TopicHead {
            topic: &g.topic,
            kind: TopicKind::Guide,
            title: &g.title,
            title_en: &g.title_en,
            summary: &g.summary,
            summary_en: &g.summary_en,
            area: &g.area,
            department: &g.department,
            competence: g.competence,
            urgent: g.urgent,
            related: &g.related,
        })
    }

    /// Every topic, by key.
    pub fn heads(&self) -> impl Iterator<Item = TopicHead<'_>> {
        let topics: BTreeSet<&TopicKey> = self.articles.keys().chain(self.guides.keys()).collect();
        topics.into_iter().filter_map(|topic| self.head(topic))
    }

    #[must_use]
    pub fn variant(&self, topic: &TopicKey, municipality: &MunicipalityKey) -> Option<&Variant> {
        self.variants.get(topic)?.get(municipality)
    }

    /// The kind of department that owns a topic.
    #[must_use]
    pub fn department_of(&self, topic: &TopicKey) -> Option<&DepartmentKey> {
        self.head(topic).map(|head| head.department)
    }

    /// The topics whose titles have all these words (in lower case).
    pub(crate) fn topics_titled(&self, words: &[String]) -> Vec<&TopicKey> {
        self.heads()
            .filter(|head| {
                let title = format!("{} {}", head.title, head.title_en).to_lowercase();
                words.iter().all(|word| title.contains(word.as_str()))
            })
            .map(|head| head.topic)
            .collect()
    }
}

/// Path of a topic's page below a municipality.
#[must_use]
pub fn topic_path(kind: TopicKind, topic: &TopicKey) -> String {
    match kind {
        TopicKind::Guide => format!("/guide/{topic}"),
        TopicKind::Article | TopicKind::Referral => format!("/topic/{topic}"),
    }
}

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

/// How somebody answered "did this help?". Counted per day, without anything about the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helped {
    Yes,
    No(WhyNot),
}

/// Why it did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhyNot {
    /// It was about something else.
    WrongPage,
    /// It was not to be understood.
    HardToRead,
    /// Something was missing.
    Incomplete,
    /// The site one was sent to did not work.
    LinkBroken,
    NoReason,
}

impl Helped {
    /// The word in the table `helped`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No(WhyNot::WrongPage) => "no-wrong-page",
            Self::No(WhyNot::HardToRead) => "no-hard-to-read",
            Self::No(WhyNot::Incomplete) => "no-incomplete",
            Self::No(WhyNot::LinkBroken) => "no-link-broken",
            Self::No(WhyNot::NoReason) => "no",
        }
    }
}

impl App {
    /// The knowledge base as it stands now.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn knowledge(&self) -> Outcome<Arc<Knowledge>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let seq =
            streams::head(database, tenant, &store::knowledge::stream()).await.map_err(away)?;
        if let Some(known) = self.0.memory.knowledge()
            && known.seq == seq
        {
            return Ok(known);
        }
        let entries = store::knowledge::all(database, tenant).await.map_err(away)?;
        let mut knowledge = read(seq, &entries).map_err(away)?;
        let areas = store::areas::all(database, tenant).await.map_err(away)?;
        knowledge.closed = areas
            .into_iter()
            .filter(|area| area.open_to != OpenTo::All)
            .map(|area| (area.key, area.open_to))
            .collect();
        let knowledge = Arc::new(knowledge);
        self.0.memory.keep_knowledge(knowledge.clone());
        Ok(knowledge)
    }

    /// What the citizens of a municipality see of a topic.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality or topic.
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
    /// [`Problem::NotFound`] out of reach or for an unknown topic.
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

    /// Whether the actor may read the staff's view of a municipality's knowledge (of the common one
    /// when none is named).
    pub(crate) fn may_read_knowledge(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
    ) -> Outcome<()> {
        let now = self.now();
        match municipality {
            Some(municipality) => {
                rules::people::may_in(scope, Right::ReadKnowledge, municipality, None, now)?;
                Ok(())
            }
            None if scope.holds_at(now)
                && !scope.municipalities(Right::ReadKnowledge).is_empty() =>
            {
                Ok(())
            }
            None => Err(Problem::NotFound),
        }
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

    /// Counts an answer to "did this help?".
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality or topic.
    pub async fn helped(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        answer: Helped,
    ) -> Outcome<()> {
        self.known_line(municipality, None).await?;
        found(self.knowledge_of(Some(municipality)).await?.head(topic))?;
        let day = rules::hours::Zone::default().date(self.now()).to_string();
        store::knowledge::count_helped(
            &self.database,
            &self.tenant,
            topic,
            municipality,
            &day,
            answer.code(),
        )
        .await
        .map_err(away)
    }

    /// The Danish title of a contact's topic; empty before anybody knows it.
    pub(crate) async fn title_of(&self, contact: &Contact) -> Outcome<String> {
        let knowledge = self.knowledge().await?;
        let head = contact.topic.as_ref().and_then(|topic| knowledge.head(topic));
        Ok(head.map(|head| head.title.to_owned()).unwrap_or_default())
    }

    /// Who can finish a contact, by its topic; `None` before anybody knows it.
    pub(crate) async fn competence_of(&self, contact: &Contact) -> Outcome<Option<&'static str>> {
        let knowledge = self.knowledge().await?;
        let head = contact.topic.as_ref().and_then(|topic| knowledge.head(topic));
        Ok(head.map(|head| competence_code(head.competence)))
    }

    /// Whether waiting harms with this topic; an unknown one is not urgent.
    pub(crate) async fn is_urgent(&self, topic: &TopicKey) -> Outcome<bool> {
        Ok(self.knowledge().await?.head(topic).is_some_and(|head| head.urgent))
    }

    /// The Danish title of a topic.
    pub(crate) async fn article_title(&self, topic: &TopicKey) -> Outcome<String> {
        let knowledge = self.knowledge().await?;
        Ok(found(knowledge.head(topic))?.title.to_owned())
    }

    /// An article that was sent along; `None` when there is no such topic any more.
    pub(crate) async fn article_link(
        &self,
        municipality: Option<&MunicipalityKey>,
        topic: TopicKey,
    ) -> Outcome<Option<ArticleLink>> {
        let knowledge = self.knowledge_of(municipality).await?;
        let Some(head) = knowledge.head(&topic) else { return Ok(None) };
        let path = topic_path(head.kind, &topic);
        let url = match municipality {
            Some(municipality) => format!("/{municipality}{path}"),
            None => path,
        };
        Ok(Some(ArticleLink { title: head.title.to_owned(), url, topic }))
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

fn read(seq: i64, entries: &[Entry]) -> Result<Knowledge, StoreError> {
    let damaged = |_| StoreError::Damaged("articles");
    let mut knowledge = Knowledge { seq, ..Knowledge::default() };
    for entry in entries {
        let topic = entry.topic.clone();
        match (&entry.municipality, entry.kind.as_str()) {
            (Some(municipality), "branches") => {
                let mut branches: Branches = serde_json::from_str(&entry.body).map_err(damaged)?;
                branches.version =
                    u32::try_from(entry.number).map_err(|_| StoreError::Damaged("articles"))?;
                knowledge.branches.entry(topic).or_default().insert(municipality.clone(), branches);
            }
            (Some(municipality), _) => {
                let variant = serde_json::from_str(&entry.body).map_err(damaged)?;
                knowledge.variants.entry(topic).or_default().insert(municipality.clone(), variant);
            }
            (None, "guide") => {
                let guide = serde_json::from_str(&entry.body).map_err(damaged)?;
                knowledge.guides.insert(topic, guide);
            }
            (None, _) => {
                let article = serde_json::from_str(&entry.body).map_err(damaged)?;
                knowledge.articles.insert(topic, article);
            }
        }
    }
    Ok(knowledge)
}
