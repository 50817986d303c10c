//! Search by meaning, where an operator has named a model (`[embeddings]` in the configuration).
//!
//! The words decide first. Only where they cover little of a submitted query is the model asked,
//! within a budget; when it is slow, away or talks nonsense, the words' answer stands. What the
//! words do not answer at all stays unanswered: a model finds something like everything. Both lists
//! are joined by reciprocal rank, which needs no scale that a model would have to share.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use base::{MunicipalityKey, Outcome, TopicKey};
use outbound::Embedder;
use search::{Answer, Document};
use store::searching::{self, TextVector};
use store::streams;

use crate::App;

/// A query's meaning is waited for so long.
const BUDGET: Duration = Duration::from_millis(150);
/// Texts are embedded in the background, so many at once, and waited for longer.
const BATCH: usize = 16;
const BATCH_BUDGET: Duration = Duration::from_secs(30);
/// Words of a text that are embedded.
const TEXT_WORDS: usize = 500;
/// Meanings of queries that are kept.
const KEPT: usize = 1_000;
/// The model is asked when the words cover less of the query.
const COVERED: f32 = 0.75;
/// Of reciprocal rank fusion: how slowly a place in a list stops counting.
const RANK_K: f32 = 60.0;
/// The best of the meanings that count.
const BY_MEANING: usize = 10;

type TextKey = (TopicKey, Option<MunicipalityKey>);

/// The meanings of the texts, as of a number of their stream.
#[derive(Default, Clone)]
struct Meanings {
    seq: i64,
    /// Each with the digest of the text it was made of.
    by_text: HashMap<TextKey, (String, Arc<[f32]>)>,
}

pub(crate) struct Semantic {
    embedder: Embedder,
    meanings: RwLock<Arc<Meanings>>,
    /// Held by whoever reads what is new.
    learning: tokio::sync::Mutex<()>,
    queries: Mutex<VecDeque<(String, Arc<Vec<f32>>)>>,
}

impl Semantic {
    pub(crate) fn new(embedder: Embedder) -> Self {
        Self {
            embedder,
            meanings: RwLock::default(),
            learning: tokio::sync::Mutex::default(),
            queries: Mutex::default(),
        }
    }

    fn meanings(&self) -> Arc<Meanings> {
        Arc::clone(&self.meanings.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn of_query(&self, query: &str) -> Option<Arc<Vec<f32>>> {
        {
            let mut kept = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = kept.iter().position(|(text, _)| text == query)
                && let Some(known) = kept.remove(at)
            {
                let vector = Arc::clone(&known.1);
                kept.push_back(known);
                return Some(vector);
            }
        }
        let vector = match self.embedder.embed(&[query.to_owned()], BUDGET).await {
            Ok(mut vectors) => Arc::new(vectors.pop()?),
            Err(error) => {
                tracing::debug!(%error, "searched by words only");
                return None;
            }
        };
        let mut kept = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((query.to_owned(), Arc::clone(&vector)));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Some(vector)
    }
}

impl App {
    /// Searches by meaning too, from now on.
    pub fn use_embedder(&self, embedder: Embedder) {
        if self.0.memory.semantic.set(Semantic::new(embedder)).is_err() {
            tracing::warn!("there is a model already; it stays");
        }
    }

    /// Reads the vectors that any node has written since the last look; how many there were. Cheap
    /// when there are none.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn learn_meanings(&self) -> Outcome<usize> {
        let Some(semantic) = self.0.memory.semantic.get() else { return Ok(0) };
        let _alone = semantic.learning.lock().await;
        let known = semantic.meanings();
        let (database, tenant) = (&self.database, &self.tenant);
        let seq = streams::head(database, tenant, &searching::meanings()).await?;
        if seq == known.seq {
            return Ok(0);
        }
        let model = semantic.embedder.model();
        let new = searching::vectors_after(database, tenant, model, known.seq).await?;
        let learned = new.len();
        let mut meanings = Meanings { seq, by_text: known.by_text.clone() };
        for one in new {
            let key = (one.topic, one.municipality);
            meanings.by_text.insert(key, (one.digest, one.vector.into()));
        }
        // What stands no more hides nothing.
        let knowledge = self.knowledge().await?;
        let documents = crate::search::documents(&knowledge);
        let standing: HashSet<TextKey> = documents.iter().map(key_of).collect();
        meanings.by_text.retain(|key, _| standing.contains(key));
        *semantic.meanings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(meanings);
        Ok(learned)
    }

    /// Has the texts embedded that changed; how many there were. A background job of one node; the
    /// others follow.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away. A model that is away is logged, and
    /// asked again by the next call.
    pub async fn embed_texts(&self) -> Outcome<usize> {
        let Some(semantic) = self.0.memory.semantic.get() else { return Ok(0) };
        self.learn_meanings().await?;
        let known = semantic.meanings();
        let knowledge = self.knowledge().await?;
        let documents = crate::search::documents(&knowledge);
        let digest = |document: &Document| format!("{:016x}", document.fingerprint());
        let missing: Vec<&Document> = documents
            .iter()
            .filter(|one| known.by_text.get(&key_of(one)).is_none_or(|(of, _)| *of != digest(one)))
            .collect();
        let mut made = 0;
        for batch in missing.chunks(BATCH) {
            let texts: Vec<String> = batch.iter().map(|document| text_of(document)).collect();
            let vectors = match semantic.embedder.embed(&texts, BATCH_BUDGET).await {
                Ok(vectors) => vectors,
                Err(error) => {
                    tracing::warn!(%error, "texts were not embedded; it is tried again");
                    break;
                }
            };
            let rows: Vec<TextVector> = batch
                .iter()
                .zip(vectors)
                .map(|(document, vector)| TextVector {
                    topic: document.topic.clone(),
                    municipality: document.municipality.clone(),
                    model: semantic.embedder.model().to_owned(),
                    digest: digest(document),
                    vector,
                })
                .collect();
            let mut tx = self.database.begin().await?;
            searching::put_vectors(&mut tx, &self.tenant, &rows, self.now()).await?;
            tx.commit().await?;
            self.ring([&searching::meanings()]);
            made += rows.len();
        }
        self.learn_meanings().await?;
        Ok(made)
    }

    /// Puts hits in the order of words and meaning together, where the words cover little.
    pub(crate) async fn join_meaning(
        &self,
        query: &str,
        municipality: Option<&MunicipalityKey>,
        answer: &mut Answer,
    ) {
        let Some(semantic) = self.0.memory.semantic.get() else { return };
        let chosen = answer.hits.first().is_some_and(|hit| hit.explain.best_bet);
        if answer.abstained || chosen || answer.confidence.share >= COVERED {
            return;
        }
        let plain = without_personal(query);
        if plain.is_empty() {
            return;
        }
        let Some(wanted) = semantic.of_query(&plain).await else { return };
        let meanings = semantic.meanings();
        let mut near: Vec<(f32, &TopicKey)> = meanings
            .by_text
            .iter()
            .filter(|((topic, place), _)| match place {
                Some(_) => place.as_ref() == municipality,
                None => {
                    let own = (topic.clone(), municipality.cloned());
                    municipality.is_none() || !meanings.by_text.contains_key(&own)
                }
            })
            .map(|((topic, _), (_, vector))| (dot(&wanted, vector), topic))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let rank = |place: usize| 1.0 / (RANK_K + place as f32 + 1.0);
        let by_meaning: HashMap<&TopicKey, f32> = near
            .iter()
            .take(BY_MEANING)
            .enumerate()
            .map(|(place, (_, topic))| (*topic, rank(place)))
            .collect();
        let mut ranked: Vec<(f32, search::Hit)> = answer
            .hits
            .drain(..)
            .enumerate()
            .map(|(place, hit)| {
                let meaning = by_meaning.get(&hit.topic).copied().unwrap_or(0.0);
                (rank(place) + meaning, hit)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        answer.hits = ranked.into_iter().map(|(_, hit)| hit).collect();
    }
}

fn key_of(document: &Document) -> TextKey {
    (document.topic.clone(), document.municipality.clone())
}

fn text_of(document: &Document) -> String {
    let body: Vec<&str> = document.body.split_whitespace().take(TEXT_WORDS).collect();
    let aliases = document.aliases.join(", ");
    format!("{}\n{aliases}\n{}\n{}", document.title, document.summary, body.join(" "))
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A query without what may be somebody's: numbers of every kind and addresses of mail.
fn without_personal(query: &str) -> String {
    let masked = rules::text::mask(query).text;
    let kept: Vec<&str> = masked
        .split_whitespace()
        .filter(|word| !word.contains('@') && !word.contains('•'))
        .filter(|word| !word.contains(char::is_numeric))
        .collect();
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::without_personal;

    #[test]
    fn nothing_personal_is_sent() {
        let query = "jeg er 010190-1234, skriv til anna@firma.dk eller ring +45 20 30 40 50 om pas";
        assert_eq!(without_personal(query), "jeg er skriv til eller ring om pas");
        assert_eq!(without_personal("12345678"), "");
    }
}
