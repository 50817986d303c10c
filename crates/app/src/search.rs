//! Search: the citizens' box, the agents' panel, and the task that keeps this node's index in step
//! with the knowledge stream (search.md, section 10).

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use base::scope::Ground;
use base::{Language, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey};
use rules::articles::{Competence, TopicKind, merge, plain_text};
use rules::contacts::ContactId;
use rules::content::plain_markdown;
use rules::guides::{Guide, NodeKind};
use rules::people::ContactGround;
use search::{Document, DocumentKind, Query};
use serde::{Deserialize, Serialize};
use store::streams;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::App;
use crate::articles::{Knowledge, topic_path};
use crate::contacts::Door;

/// Longest query, in characters.
pub const QUERY_LIMIT: usize = 300;
/// Most hits of one answer.
const MOST_HITS: usize = 50;
/// Hits beside a conversation.
const HITS_FOR_AGENT: usize = 8;
/// Of a citizen's words, so many characters (the newest) are searched for.
const WORDS_LIMIT: usize = 240;
/// When more texts than this have changed, and more than one of so many, building the index anew is
/// quicker.
const REBUILD_FROM: u64 = 200;
const REBUILD_SHARE: u64 = 10;
/// A node whose index has been behind for longer is not ready.
const LAG_LIMIT: Duration = Duration::from_secs(10);
const HOUR: Duration = Duration::from_secs(3600);

/// The answer to a citizen's search.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Found {
    /// As asked, with CPR and card numbers masked.
    pub query: String,
    pub took_us: u64,
    /// Nothing fits well enough, and there are no hits.
    pub abstained: bool,
    pub hits: Vec<FoundHit>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FoundHit {
    #[schema(value_type = String)]
    pub slug: TopicKey,
    pub kind: &'static str,
    pub title: String,
    pub summary: String,
    /// Path on the citizen site.
    pub url: String,
    pub score: f32,
}

/// What an agent's panel shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KnowledgeHits {
    /// What was searched for.
    pub query: String,
    pub hits: Vec<KnowledgeHit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KnowledgeHit {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = String)]
    pub kind: TopicKind,
    pub title: String,
    pub summary: String,
    #[schema(value_type = String)]
    pub competence: Competence,
    pub urgent: bool,
    /// The municipality has facts of its own on it.
    pub local: bool,
    /// Whether this agent can finish it here and now (product rule 6).
    pub usable: bool,
}

/// The body of an event of the knowledge stream, as the index reads it.
#[derive(Deserialize)]
struct Changed {
    topic: TopicKey,
}

impl App {
    /// Searches a municipality's site.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality; [`Problem::Invalid`] for an over-long
    /// query. An empty query finds nothing and is no error.
    pub async fn search(
        &self,
        municipality: &MunicipalityKey,
        query: &str,
        limit: usize,
        language: Language,
        as_you_type: bool,
    ) -> Outcome<Found> {
        self.known_line(municipality, None).await?;
        if query.trim().is_empty() {
            let query = String::new();
            return Ok(Found { query, took_us: 0, abstained: false, hits: vec![] });
        }
        let text = rules::text::FreeText::accept_in("q", query, QUERY_LIMIT)?.into_string();
        let mut answer = self
            .ask_index(Query {
                text: text.clone(),
                municipality: Some(municipality.clone()),
                limit: limit.clamp(1, MOST_HITS),
                language,
                as_you_type,
                with_pages: true,
            })
            .await?;
        if !as_you_type {
            self.join_meaning(&text, Some(municipality), &mut answer).await;
            self.count_synonyms(&answer);
        }
        let hits = answer
            .hits
            .into_iter()
            .map(|hit| FoundHit {
                kind: kind_word(hit.kind),
                title: either(language, hit.title, hit.title_en),
                summary: either(language, hit.summary, hit.summary_en),
                // A page of the municipality's own site stands there, not here.
                url: match hit.kind {
                    DocumentKind::Page => hit.url_path,
                    _ => format!("/{municipality}{}", hit.url_path),
                },
                slug: hit.topic,
                score: hit.score,
            })
            .collect();
        Ok(Found { query: text, took_us: answer.took_us, abstained: answer.abstained, hits })
    }

    /// Searches for an agent, as for a citizen of that municipality (of none: the common texts),
    /// and says what the agent can finish.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Invalid`] for an over-long query.
    pub async fn search_knowledge(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
        query: &str,
        language: Language,
    ) -> Outcome<KnowledgeHits> {
        self.may_read_knowledge(scope, municipality)?;
        if query.trim().is_empty() {
            return Ok(KnowledgeHits { query: String::new(), hits: vec![] });
        }
        let text = rules::text::FreeText::accept_in("q", query, QUERY_LIMIT)?.into_string();
        let ground = municipality.and_then(|m| scope.allows(Right::ReadKnowledge, m, None));
        self.hits_for(ground, municipality, text, language).await
    }

    /// What fits a contact, for the agent who has it: found by the query, or by the citizen's own
    /// words when there is none, or by what it is about when there are no words. It goes on while the contact may be finished after duty.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when the contact is out of reach; [`Problem::Invalid`] for an over-long
    /// query.
    pub async fn contact_knowledge(
        &self,
        scope: &Scope,
        contact: ContactId,
        query: &str,
        language: Language,
    ) -> Outcome<KnowledgeHits> {
        let (contact, _, ground) = self.see(scope, Door::Work, contact).await?;
        let query = if query.trim().is_empty() {
            let words =
                store::chat::citizens_words(&self.database, &self.tenant, contact.id).await?;
            // A caller writes nothing: what it is about is all there is.
            if words.is_empty() && contact.topic.is_some() {
                self.title_of(&contact).await?
            } else {
                query_of(&words)
            }
        } else {
            rules::text::FreeText::accept_in("q", query, QUERY_LIMIT)?.into_string()
        };
        if query.is_empty() {
            return Ok(KnowledgeHits { query, hits: vec![] });
        }
        let ground = match ground {
            ContactGround::Role | ContactGround::Inbox => Some(Ground::Role),
            ContactGround::Duty | ContactGround::Grant => Some(Ground::Duty),
            ContactGround::Mark => return Err(Problem::NotFound),
        };
        self.hits_for(ground, contact.municipality.as_ref(), query, language).await
    }

    async fn hits_for(
        &self,
        ground: Option<Ground>,
        municipality: Option<&MunicipalityKey>,
        query: String,
        language: Language,
    ) -> Outcome<KnowledgeHits> {
        let answer = self
            .ask_index(Query {
                text: query.clone(),
                municipality: municipality.cloned(),
                limit: HITS_FOR_AGENT,
                language,
                as_you_type: false,
                with_pages: false,
            })
            .await?;
        let knowledge = self.knowledge().await?;
        let hits = answer
            .hits
            .into_iter()
            .filter_map(|hit| {
                let head = knowledge.head(&hit.topic)?;
                let local =
                    municipality.is_some_and(|m| knowledge.variant(&hit.topic, m).is_some());
                Some(KnowledgeHit {
                    topic: hit.topic,
                    kind: head.kind,
                    title: head.title_in(language).to_owned(),
                    summary: head.summary_in(language).to_owned(),
                    competence: head.competence,
                    urgent: head.urgent,
                    local,
                    usable: usable(head.competence, ground, local),
                })
            })
            .collect();
        Ok(KnowledgeHits { query, hits })
    }

    /// The topics that fit a citizen's own words (oldest first), best first.
    pub(crate) async fn topics_of_words(
        &self,
        municipality: Option<&MunicipalityKey>,
        words: &[String],
    ) -> Outcome<Vec<TopicKey>> {
        let text = query_of(words);
        if text.is_empty() {
            return Ok(vec![]);
        }
        let answer = self
            .ask_index(Query {
                text,
                municipality: municipality.cloned(),
                limit: HITS_FOR_AGENT,
                language: Language::Da,
                as_you_type: false,
                with_pages: false,
            })
            .await?;
        let knowledge = self.knowledge().await?;
        let known = answer.hits.into_iter().map(|hit| hit.topic);
        Ok(known.filter(|topic| knowledge.head(topic).is_some()).collect())
    }

    /// Asks the index, and leaves out the topics of areas that are not open to the municipality.
    async fn ask_index(&self, mut query: Query) -> Outcome<search::Answer> {
        let limit = query.limit;
        let knowledge = self.knowledge().await?;
        let municipality = query.municipality.clone();
        query.limit += municipality.as_ref().map_or(0, |m| knowledge.hidden_from(m));
        let mut answer = self.index.search(&query).map_err(|error| {
            tracing::error!(%error, "the search index could not be read");
            Problem::Unavailable { code: "search-away" }
        })?;
        if let Some(municipality) = &municipality {
            answer.hits.retain(|hit| {
                let head = knowledge.head(&hit.topic);
                head.is_none_or(|head| knowledge.is_open(head.area, municipality))
            });
        }
        answer.hits.truncate(limit);
        answer.abstained |= answer.hits.is_empty();
        Ok(answer)
    }

    /// Brings this node's index to the head of the knowledge stream; answers with its number.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database or the index cannot be read or written.
    pub async fn update_index(&self) -> Outcome<i64> {
        // Words are in force at once, also while the index is being built anew.
        self.update_words().await?;
        // One at a time: a slow one must not put older texts over newer.
        let _held = self.0.memory.indexing.lock().await;
        // What is read below is as of this number or newer: what came meanwhile is written again, and
        // nothing is ever left out.
        let head = streams::head(&self.database, &self.tenant, &store::knowledge::stream()).await?;
        let applied = self.index.applied_seq().map_err(broken)?;
        let split_otherwise = self.index.split_otherwise();
        if applied == Some(head) && split_otherwise.is_empty() {
            return Ok(head);
        }
        let mut topics = match applied {
            Some(applied) => self.topics_between(applied, head).await?,
            None => None,
        };
        if let Some(topics) = &mut topics {
            topics.extend(split_otherwise);
        }
        let knowledge = self.knowledge().await?;
        let municipalities = self.municipality_keys().await?;
        let pages = self.site_documents(topics.as_ref()).await?;
        let app = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            let Some(topics) = topics else {
                return app.rebuild_index(&[documents(&knowledge), pages].concat(), head);
            };
            let mut writer = app.index.writer();
            for topic in &topics {
                writer.remove(&key_of(topic, None))?;
                for municipality in &municipalities {
                    writer.remove(&key_of(topic, Some(municipality)))?;
                }
                for document in documents_of(&knowledge, topic) {
                    writer.upsert(&document)?;
                }
            }
            for page in &pages {
                writer.upsert(page)?;
            }
            writer.commit(head)
        })
        .await;
        match written {
            Ok(Ok(())) => Ok(head),
            Ok(Err(error)) => Err(broken(error)),
            Err(_) => Err(Problem::Unavailable { code: "search-away" }),
        }
    }

    /// The topics that have changed after one number of the knowledge stream up to another; `None` when
    /// the index is to be built anew.
    async fn topics_between(&self, from: i64, to: i64) -> Outcome<Option<BTreeSet<TopicKey>>> {
        let most = REBUILD_FROM.max(self.index.len() / REBUILD_SHARE);
        // A restored backup may be behind the index.
        let Some(count) =
            to.checked_sub(from).filter(|n| u64::try_from(*n).is_ok_and(|n| n <= most))
        else {
            return Ok(None);
        };
        let stream = store::knowledge::stream();
        let events = streams::after(&self.database, &self.tenant, &stream, from, count).await?;
        if i64::try_from(events.len()) != Ok(count) {
            return Ok(None);
        }
        let topics = events
            .iter()
            .filter(|event| event.kind != store::knowledge::WORDS)
            .map(|event| serde_json::from_str::<Changed>(&event.body).map(|changed| changed.topic));
        Ok(topics.collect::<Result<_, _>>().ok())
    }

    /// Builds the index anew. The old one answers meanwhile, so the node stays ready.
    fn rebuild_index(&self, documents: &[Document], seq: i64) -> Result<(), search::SearchError> {
        let rebuilding = &self.0.memory.rebuilding;
        rebuilding.store(true, Ordering::Relaxed);
        let mut writer = self.index.writer();
        let built = writer.replace_all(documents).and_then(|()| writer.commit(seq));
        rebuilding.store(false, Ordering::Relaxed);
        built
    }

    /// Whether this node's index keeps up: it is built, and has not been behind for long without being
    /// built anew.
    pub async fn index_follows(&self) -> bool {
        let built = matches!(self.index.applied_seq(), Ok(Some(_)));
        if built && self.0.memory.rebuilding.load(Ordering::Relaxed) {
            return true;
        }
        let behind = self.index_lag().await.is_ok_and(|behind| behind > 0);
        let long = self.0.memory.behind_for(behind) > LAG_LIMIT;
        built && !long
    }

    /// Compares every text of the knowledge base and every page of the municipalities' own sites with
    /// the index; builds the index anew when they differ. Whether they were the same.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database or the index cannot be read or written.
    pub async fn audit_index(&self) -> Outcome<bool> {
        let held = self.0.memory.indexing.lock().await;
        let applied = self.index.applied_seq().map_err(broken)?;
        let knowledge = self.knowledge().await?;
        let pages = self.site_documents(None).await?;
        let Some(seq) = applied else { return Ok(true) };
        if self.index_lag().await? != 0 {
            // It is about to follow by itself.
            return Ok(true);
        }
        let app = self.clone();
        let checked = tokio::task::spawn_blocking(move || {
            let documents = [documents(&knowledge), pages].concat();
            let wanted = documents.iter().fold(0, |sum, one| sum ^ one.fingerprint());
            if app.index.fingerprint_of_documents()? == wanted {
                return Ok(true);
            }
            tracing::warn!("the search index differs from the knowledge base; it is built again");
            app.rebuild_index(&documents, seq)?;
            Ok(false)
        })
        .await;
        drop(held);
        match checked {
            Ok(outcome) => outcome.map_err(broken),
            Err(_) => Err(Problem::Unavailable { code: "search-away" }),
        }
    }

    /// How many changes of the knowledge base this node's index has not seen yet.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database or the index cannot be read.
    pub async fn index_lag(&self) -> Outcome<i64> {
        let head = streams::head(&self.database, &self.tenant, &store::knowledge::stream()).await?;
        Ok(head - self.index.applied_seq().map_err(broken)?.unwrap_or(0))
    }

    /// Follows the knowledge stream until cancelled.
    pub async fn follow_knowledge(self, stop: CancellationToken) {
        let mut listener = self.hub.listener();
        listener.follow(&store::knowledge::stream().to_string());
        listener.follow(&store::searching::meanings().to_string());
        let mut hourly = tokio::time::interval(HOUR);
        loop {
            if let Err(problem) = self.update_index().await {
                tracing::warn!(%problem, "the search index could not follow; it tries again");
            }
            if let Err(problem) = self.learn_meanings().await {
                tracing::warn!(%problem, "the meanings could not follow; it is tried again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = listener.rung() => {}
                _ = hourly.tick() => {
                    if let Err(problem) = self.audit_index().await {
                        tracing::warn!(%problem, "the search index could not be compared");
                    }
                    if let Err(problem) = self.learn_from_counts().await {
                        tracing::warn!(%problem, "the search has learned nothing this hour");
                    }
                }
            }
        }
    }
}

/// What to search for a citizen's words: the newest, as much of them as says what it is about.
fn query_of(words: &[String]) -> String {
    let (mut query, mut length) = (String::new(), 0);
    for text in words.iter().rev() {
        let size = text.chars().count();
        if length > 0 && length + size > WORDS_LIMIT {
            break;
        }
        let text: String = text.chars().take(WORDS_LIMIT).collect();
        query = if query.is_empty() { text } else { format!("{text} {query}") };
        length += size;
    }
    query.trim().to_owned()
}

pub(crate) fn broken(error: search::SearchError) -> Problem {
    tracing::error!(%error, "the search index cannot be used");
    Problem::Unavailable { code: "search-away" }
}

/// Whether an agent can finish a contact about it here and now (product rule 6): at home always; on
/// duty for others when the common text is enough or the local facts are there.
fn usable(competence: Competence, ground: Option<Ground>, local: bool) -> bool {
    match (ground, competence) {
        (Some(Ground::Role), _) => true,
        (_, Competence::General | Competence::OtherAuthority) => true,
        (_, Competence::Local) => local,
        (_, Competence::Case) => false,
    }
}

fn either(language: Language, danish: String, english: String) -> String {
    if language == Language::En && !english.is_empty() { english } else { danish }
}

const fn kind_word(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Article => "article",
        DocumentKind::Guide => "guide",
        DocumentKind::Referral => "referral",
        DocumentKind::Department => "department",
        DocumentKind::Page => "page",
    }
}

const fn kind_of(kind: TopicKind) -> DocumentKind {
    match kind {
        TopicKind::Article => DocumentKind::Article,
        TopicKind::Guide => DocumentKind::Guide,
        TopicKind::Referral => DocumentKind::Referral,
    }
}

fn key_of(topic: &TopicKey, municipality: Option<&MunicipalityKey>) -> String {
    match municipality {
        Some(municipality) => format!("{topic}@{municipality}"),
        None => topic.to_string(),
    }
}

/// Everything that is searched: a document per topic, and one with the merged text per variant.
#[must_use]
pub fn documents(knowledge: &Knowledge) -> Vec<Document> {
    knowledge.heads().flat_map(|head| documents_of(knowledge, head.topic)).collect()
}

/// The documents of one topic; none when there is no such topic.
fn documents_of(knowledge: &Knowledge, topic: &TopicKey) -> Vec<Document> {
    if let Some(guide) = knowledge.guides.get(topic) {
        return vec![Document {
            key: key_of(topic, None),
            topic: topic.clone(),
            kind: DocumentKind::Guide,
            municipality: None,
            title: guide.title.clone(),
            title_en: guide.title_en.clone(),
            aliases: guide.words.clone(),
            aliases_en: guide.words_en.clone(),
            summary: guide.summary.clone(),
            summary_en: guide.summary_en.clone(),
            body: guide_text(guide),
            url_path: topic_path(TopicKind::Guide, topic),
            boost: 1.0,
        }];
    }
    let Some(article) = knowledge.articles.get(topic) else { return vec![] };
    let common = Document {
        key: key_of(topic, None),
        topic: topic.clone(),
        kind: kind_of(article.kind),
        municipality: None,
        title: article.title.clone(),
        title_en: article.title_en.clone(),
        aliases: article.words.clone(),
        aliases_en: article.words_en.clone(),
        summary: article.summary.clone(),
        summary_en: article.summary_en.clone(),
        body: plain_text(&merge(article, None)),
        url_path: topic_path(article.kind, topic),
        boost: 1.0,
    };
    let local =
        knowledge.variants.get(topic).into_iter().flatten().map(|(municipality, variant)| {
            let mut aliases = common.aliases.clone();
            aliases.extend(variant.words.iter().cloned());
            Document {
                key: key_of(topic, Some(municipality)),
                municipality: Some(municipality.clone()),
                aliases,
                body: plain_text(&merge(article, Some(variant))),
                ..common.clone()
            }
        });
    let mut documents: Vec<Document> = local.collect();
    documents.insert(0, common);
    documents
}

/// The words of a guide: its questions, what can be answered, and its answers.
fn guide_text(guide: &Guide) -> String {
    let mut text = String::new();
    for node in &guide.nodes {
        text.push_str(&node.title);
        text.push('\n');
        text.push_str(&plain_markdown(&node.markdown));
        text.push('\n');
        if let NodeKind::Question(choices) = &node.kind {
            for choice in choices {
                text.push_str(&choice.text);
                text.push('\n');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_duty_an_agent_finishes_what_needs_no_case_and_has_its_local_facts() {
        let duty = Some(Ground::Duty);
        assert!(usable(Competence::General, duty, false));
        assert!(usable(Competence::OtherAuthority, duty, false));
        assert!(usable(Competence::Local, duty, true));
        assert!(!usable(Competence::Local, duty, false));
        assert!(!usable(Competence::Case, duty, true));
        assert!(usable(Competence::Case, Some(Ground::Role), false));
    }
}
