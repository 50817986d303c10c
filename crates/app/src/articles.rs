//! The knowledge base: one master per topic, local variants over it, and what somebody sees of both.
//!
//! Read first: [`Knowledge`] (everything, in memory, as of a number of its stream), [`App::import`]
//! (how a content folder comes in), [`App::article`] (what is shown).

mod import;
mod shown;

use base::{DepartmentKey, Language, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey};
use rules::areas::OpenTo;
use rules::articles::{Article, Competence, TopicKind, Variant};
use rules::contacts::Contact;
use rules::content::Collection;
use rules::guides::{Branches, Guide};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::knowledge::Entry;
use store::{StoreError, streams};
use utoipa::ToSchema;

use crate::chat::ArticleLink;
use crate::memory::KnowledgeSeen;
use crate::{App, found};

pub use import::Imported;
pub use shown::{ArticleView, PartView, RelatedTopic, competence_code};

/// So many events are looked at for whether they change a text; more are cheaper read as one.
const MOST_EVENTS: i64 = 200;

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
        let memory = &self.0.memory;
        let stream = store::knowledge::stream();
        let seen = |seq| {
            let kept = memory.knowledge().filter(|kept| kept.seq == seq);
            kept.map(|kept| kept.knowledge.clone())
        };
        if let Some(known) = seen(streams::head(database, tenant, &stream).await?) {
            return Ok(known);
        }
        // One reads it for all who wait.
        let _held = memory.reading.lock().await;
        let seq = streams::head(database, tenant, &stream).await?;
        if let Some(known) = seen(seq) {
            return Ok(known);
        }
        let kept = memory.knowledge();
        let knowledge = match kept {
            Some(kept) if self.none_of_texts(kept.seq, seq).await? => kept.knowledge.clone(),
            _ => Arc::new(self.read_knowledge(seq).await?),
        };
        memory.keep_knowledge(Arc::new(KnowledgeSeen { seq, knowledge: knowledge.clone() }));
        Ok(knowledge)
    }

    async fn read_knowledge(&self, seq: i64) -> Outcome<Knowledge> {
        let (database, tenant) = (&self.database, &self.tenant);
        let entries = store::knowledge::all(database, tenant).await?;
        let mut knowledge = read(seq, &entries)?;
        for variant in knowledge.variants.values_mut().flat_map(BTreeMap::values_mut) {
            if let Some(master) = knowledge.articles.get(&variant.topic) {
                self.show_stale(variant, master).await?;
            }
        }
        let areas = store::areas::all(database, tenant).await?;
        knowledge.closed = areas
            .into_iter()
            .filter(|area| area.open_to != OpenTo::All)
            .map(|area| (area.key, area.open_to))
            .collect();
        Ok(knowledge)
    }

    async fn none_of_texts(&self, from: i64, to: i64) -> Outcome<bool> {
        let kinds = self.kinds_between(from, to).await?;
        Ok(kinds.is_some_and(|kinds| {
            let all = [store::knowledge::WORDS, store::knowledge::PAGE];
            kinds.iter().all(|kind| all.contains(&kind.as_str()))
        }))
    }

    /// The kinds of the events of the knowledge stream after one number up to another; `None` when
    /// there are too many to look at, or they are not all there.
    pub(crate) async fn kinds_between(&self, from: i64, to: i64) -> Outcome<Option<Vec<String>>> {
        let Some(count) = to.checked_sub(from).filter(|count| (0..=MOST_EVENTS).contains(count))
        else {
            return Ok(None);
        };
        if count == 0 {
            return Ok(Some(vec![]));
        }
        let stream = store::knowledge::stream();
        let events = streams::after(&self.database, &self.tenant, &stream, from, count).await?;
        let complete = i64::try_from(events.len()) == Ok(count)
            && events.last().is_some_and(|last| last.seq == to);
        Ok(complete.then(|| events.into_iter().map(|event| event.kind).collect()))
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

    /// Counts an answer to "did this help?". A reason is given after a no, and takes its place.
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
        let before = match answer {
            Helped::No(why) if why != WhyNot::NoReason => Some(Helped::No(WhyNot::NoReason).code()),
            _ => None,
        };
        store::knowledge::count_helped(
            &self.database,
            &self.tenant,
            topic,
            municipality,
            &day,
            answer.code(),
            before,
        )
        .await
        .map_err(Problem::from)
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

/// Path of a topic's page below a municipality.
#[must_use]
pub fn topic_path(kind: TopicKind, topic: &TopicKey) -> String {
    match kind {
        TopicKind::Guide => format!("/guide/{topic}"),
        TopicKind::Article | TopicKind::Referral => format!("/topic/{topic}"),
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
