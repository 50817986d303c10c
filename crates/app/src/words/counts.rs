//! What search learns from counts and offers while somebody types.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Language, MunicipalityKey, Outcome, TopicKey};
use search::{Answer, Counted, PastQuery};
use serde::Serialize;
use store::searching::{self, WordId};
use utoipa::ToSchema;

use super::COUNTED_DAYS;
use crate::App;

/// Answers to "did this help?" count so long.
const HELPED_DAYS: i32 = 180;
/// A past query is suggested when so many visitors wrote it.
const FREQUENT: i64 = 5;

/// A page that was shown so often in 30 days is one that citizens read.
const READ_OFTEN: i64 = 5;
/// So many of them are remembered of each municipality.
const MOST_READ: usize = 20;

/// An offer while somebody types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Offered {
    pub text: String,
    /// Path of the page, when it is one page's name.
    pub url: Option<String>,
}

impl App {
    /// What to offer a citizen who types.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown municipality.
    pub async fn suggest(
        &self,
        municipality: &MunicipalityKey,
        typed: &str,
        language: Language,
        limit: usize,
    ) -> Outcome<Vec<Offered>> {
        self.known_line(municipality, None).await?;
        let knowledge = self.knowledge_of(Some(municipality)).await?;
        let offers = self.index.suggest(typed, Some(municipality), language, limit.clamp(1, 10));
        Ok(offers
            .into_iter()
            .filter(|one| one.topic.as_ref().is_none_or(|topic| knowledge.head(topic).is_some()))
            .map(|one| Offered {
                url: one.url_path.map(|path| format!("/{municipality}{path}")),
                text: one.text,
            })
            .collect())
    }

    /// Counts the synonyms that led to a hit, once for each query; no word of it is kept.
    pub(crate) fn count_synonyms(&self, answer: &Answer) {
        let mut used: Vec<WordId> = answer
            .hits
            .iter()
            .flat_map(|hit| &hit.explain.words)
            .filter_map(|word| word.synonym.as_ref()?.parse().ok())
            .collect();
        used.sort_unstable();
        used.dedup();
        if used.is_empty() {
            return;
        }
        let (app, day) = (self.clone(), self.day(0));
        tokio::spawn(async move {
            for id in used {
                let counted = searching::count_use(&app.database, &app.tenant, id, &day).await;
                if let Err(error) = counted {
                    tracing::warn!(%error, "a use of a synonym was not counted");
                }
            }
        });
    }

    /// Counts that a topic's page was shown; nothing about to whom.
    pub fn count_view(&self, municipality: &MunicipalityKey, topic: &TopicKey) {
        let (app, day) = (self.clone(), self.day(0));
        let (municipality, topic) = (municipality.clone(), topic.clone());
        tokio::spawn(async move {
            let (database, tenant) = (&app.database, &app.tenant);
            let counted = searching::count_view(database, tenant, &topic, &municipality, &day);
            if let Err(error) = counted.await {
                tracing::warn!(%error, "a view was not counted");
            }
        });
    }

    /// The topics that citizens of a municipality have read most in the last 30 days, most first;
    /// as of the last hour, and empty while too little was read.
    #[must_use]
    pub fn most_read(&self, municipality: &MunicipalityKey) -> Vec<TopicKey> {
        let read = self.0.memory.most_read();
        read.and_then(|read| read.get(municipality).cloned()).unwrap_or_default()
    }

    /// Gives the search what was counted: views, answers, frequent queries. Once an hour on every
    /// node.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn learn_from_counts(&self) -> Outcome<()> {
        let (database, tenant) = (&self.database, &self.tenant);
        let mut counted: HashMap<TopicKey, Counted> = HashMap::new();
        let views = searching::views_since(database, tenant, &self.day(-COUNTED_DAYS)).await;
        let mut read: HashMap<MunicipalityKey, Vec<(i64, TopicKey)>> = HashMap::new();
        for (municipality, topic, count) in views? {
            counted.entry(topic.clone()).or_default().views += u64::try_from(count).unwrap_or(0);
            if count >= READ_OFTEN {
                read.entry(municipality).or_default().push((-count, topic));
            }
        }
        let most = |mut topics: Vec<(i64, TopicKey)>| {
            topics.sort();
            topics.into_iter().map(|(_, topic)| topic).take(MOST_READ).collect::<Vec<_>>()
        };
        let read = read.into_iter().map(|(place, topics)| (place, most(topics))).collect();
        self.0.memory.keep_most_read(Arc::new(read));
        let helped = searching::helped_since(database, tenant, &self.day(-HELPED_DAYS)).await;
        for (topic, answer, count) in helped? {
            let of_topic = counted.entry(topic).or_default();
            let count = u64::try_from(count).unwrap_or(0);
            match answer.as_str() {
                "yes" => of_topic.helped += count,
                _ => of_topic.not_helped += count,
            }
        }
        let words = self.vocabulary().await?;
        let mut past = Vec::new();
        for municipality in self.municipality_keys().await? {
            let frequent =
                store::improvement::frequent_queries(database, tenant, &municipality, FREQUENT);
            // Nobody puts words of their own into everybody's box: not a name, not a message.
            let ours = frequent.await?.into_iter().filter(|query| words.published(&query.phrase));
            past.extend(ours.map(|query| PastQuery {
                text: query.phrase,
                municipality: Some(municipality.clone()),
                visitors: u64::try_from(query.visitors).unwrap_or(0),
            }));
        }
        self.index.set_favour(&counted, past);
        Ok(())
    }
}
