//! What editors say about words: synonyms, best bets, exceptions. In force on every node within a
//! second, by an event `words` of the knowledge stream; nothing is indexed anew. And what search
//! learns from counts: views and answers to "did this help?", by the day and of nobody.

use std::collections::HashMap;
use std::time::Duration;

use base::scope::Ground;
use base::{Language, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use rules::hours::Zone;
use rules::people::may_in;
use rules::text::FreeText;
use search::{
    Answer, BestBetEntry, Counted, ExceptionEntry, PastQuery, Query, SynonymEntry, WordEntries,
};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::searching::{self, WordId};
use store::streams;
use utoipa::ToSchema;

use crate::audit::Act;
use crate::{App, away, found};

/// Longest phrase of a synonym, in characters.
const PHRASE_LIMIT: usize = 200;
/// Most entries of one kind: few and strong.
const MOST: usize = 5_000;
/// Days that views and uses are counted over.
const COUNTED_DAYS: i32 = 30;
/// Answers to "did this help?" count so long.
const HELPED_DAYS: i32 = 180;
/// Views and uses are forgotten after so many days.
const KEPT_DAYS: i32 = 400;
/// A past query is suggested when so many visitors wrote it.
const FREQUENT: i64 = 5;
/// An editor's save waits so long for this node's own search to know of it.
const SAVE_WAITS: Duration = Duration::from_secs(1);
/// Hits of an explanation.
const EXPLAINED: usize = 20;

/// A synonym as editors see it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SynonymView {
    #[schema(value_type = String)]
    pub id: WordId,
    /// `None`: everywhere.
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub said: String,
    pub means: String,
    pub both_ways: bool,
    /// In hundredths.
    pub weight: i64,
    pub live: bool,
    pub by_name: String,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    /// Searches of the last 30 days that it led to a hit.
    pub used: i64,
    /// Whether the reader may change it.
    pub can_edit: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BestBetView {
    #[schema(value_type = String)]
    pub id: WordId,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub query: String,
    #[schema(value_type = String)]
    pub topic: TopicKey,
    pub title: String,
    #[schema(value_type = Option<i64>)]
    pub until: Option<UnixMillis>,
    pub by_name: String,
    pub can_edit: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExceptionView {
    #[schema(value_type = String)]
    pub id: WordId,
    /// `whole`, `split` or `not-typo`.
    pub kind: String,
    pub word: String,
    pub says: String,
    pub by_name: String,
    pub can_edit: bool,
}

/// What an editor writes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewSynonym {
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub said: String,
    pub means: String,
    #[serde(default)]
    pub both_ways: bool,
    /// In hundredths, 10 to 150.
    #[serde(default = "whole_weight")]
    pub weight: i64,
    #[serde(default)]
    pub live: bool,
}

const fn whole_weight() -> i64 {
    100
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewBestBet {
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub query: String,
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = Option<i64>)]
    pub until: Option<UnixMillis>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewException {
    /// `whole`, `split` or `not-typo`.
    pub kind: String,
    pub word: String,
    #[serde(default)]
    pub says: String,
}

/// What became of a synonym that was to be saved.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    Done(WordId),
    /// One-way synonyms lead back to where they began: the phrases, the first again at the end.
    Circle(Vec<String>),
}

/// An offer while somebody types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Offered {
    pub text: String,
    /// Path of the page, when it is one page's name.
    pub url: Option<String>,
}

/// What search knows of an answer, hit by hit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    pub query: String,
    pub answer: Answer,
}

impl App {
    /// All synonyms in reach: the common ones and those of one's own municipalities.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who edits nothing.
    pub async fn synonyms(&self, scope: &Scope) -> Outcome<Vec<SynonymView>> {
        let own = self.words_reach(scope)?;
        let since = self.day(-COUNTED_DAYS);
        let (database, tenant) = (&self.database, &self.tenant);
        let uses = searching::uses_since(database, tenant, &since).await.map_err(away)?;
        let mut views = Vec::new();
        for one in searching::synonyms(database, tenant).await.map_err(away)? {
            if one.municipality.as_ref().is_some_and(|place| !own.contains(place)) {
                continue;
            }
            views.push(SynonymView {
                can_edit: self.may_say(scope, one.municipality.as_ref(), one.live).is_ok(),
                used: uses.get(&one.id).copied().unwrap_or(0),
                by_name: self.word_author(one.author).await?,
                id: one.id,
                municipality: one.municipality,
                said: one.said,
                means: one.means,
                both_ways: one.both_ways,
                weight: one.weight,
                live: one.live,
                made_at: one.made_at,
            });
        }
        Ok(views)
    }

    /// Writes a synonym, new or changed (`id`).
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] `words-common` when it is to hold
    /// everywhere and the person approves nothing; [`Problem::Invalid`] for empty, over-long or
    /// hidden text.
    pub async fn save_synonym(
        &self,
        scope: &Scope,
        id: Option<WordId>,
        new: NewSynonym,
    ) -> Outcome<Saved> {
        self.may_say(scope, new.municipality.as_ref(), new.live)?;
        let author = scope.person().ok_or(Problem::SignedOut)?;
        let said = phrase("said", &new.said)?;
        let means = phrase("means", &new.means)?;
        if !(10..=150).contains(&new.weight) {
            return Err(Problem::invalid("weight", "not-a-weight"));
        }
        let (database, tenant) = (&self.database, &self.tenant);
        let known = searching::synonyms(database, tenant).await.map_err(away)?;
        if known.len() >= MOST {
            return Err(Problem::conflict("too-many-words"));
        }
        let at = self.now();
        let before = match id {
            Some(id) => Some(found(known.iter().find(|one| one.id == id))?),
            None => None,
        };
        if let Some(before) = before {
            self.may_say(scope, before.municipality.as_ref(), before.live)?;
        }
        let synonym = searching::Synonym {
            id: id.unwrap_or_else(|| self.rng.id(at)),
            municipality: new.municipality,
            said,
            means,
            both_ways: new.both_ways,
            weight: new.weight,
            live: new.live,
            author: before.map_or(author, |before| before.author),
            made_at: before.map_or(at, |before| before.made_at),
        };
        let live: Vec<SynonymEntry> = known.iter().filter(|one| one.live).map(entry_of).collect();
        if synonym.live
            && let Some(circle) = search::live::circle(&live, &entry_of(&synonym))
        {
            return Ok(Saved::Circle(circle));
        }
        let mut tx = self.database.begin().await.map_err(away)?;
        searching::put_synonym(&mut tx, &self.tenant, &synonym).await.map_err(away)?;
        let place = synonym.municipality.clone();
        self.words_changed(tx, scope, place.as_ref(), "synonym-saved", synonym.id, at).await?;
        Ok(Saved::Done(synonym.id))
    }

    /// The best bets in reach.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who edits nothing.
    pub async fn best_bets(&self, scope: &Scope) -> Outcome<Vec<BestBetView>> {
        let own = self.words_reach(scope)?;
        let knowledge = self.knowledge().await?;
        let mut views = Vec::new();
        for one in searching::best_bets(&self.database, &self.tenant).await.map_err(away)? {
            if one.municipality.as_ref().is_some_and(|place| !own.contains(place)) {
                continue;
            }
            let head = knowledge.head(&one.topic);
            views.push(BestBetView {
                can_edit: self.may_say(scope, one.municipality.as_ref(), true).is_ok(),
                by_name: self.word_author(one.author).await?,
                title: head.map(|head| head.title.to_owned()).unwrap_or_default(),
                id: one.id,
                municipality: one.municipality,
                query: one.query,
                topic: one.topic,
                until: one.until,
            });
        }
        Ok(views)
    }

    /// Puts a topic first for a query.
    ///
    /// # Errors
    /// As [`App::save_synonym`]; [`Problem::Invalid`] for an unknown topic.
    pub async fn add_best_bet(&self, scope: &Scope, new: NewBestBet) -> Outcome<WordId> {
        self.may_say(scope, new.municipality.as_ref(), true)?;
        let author = scope.person().ok_or(Problem::SignedOut)?;
        let query = phrase("query", &new.query)?;
        if self.knowledge().await?.head(&new.topic).is_none() {
            return Err(Problem::invalid("topic", "unknown-topic"));
        }
        let at = self.now();
        let bet = searching::BestBet {
            id: self.rng.id(at),
            municipality: new.municipality,
            query,
            topic: new.topic,
            until: new.until,
            author,
            made_at: at,
        };
        let mut tx = self.database.begin().await.map_err(away)?;
        searching::put_best_bet(&mut tx, &self.tenant, &bet).await.map_err(away)?;
        let place = bet.municipality.clone();
        self.words_changed(tx, scope, place.as_ref(), "best-bet-saved", bet.id, at).await?;
        Ok(bet.id)
    }

    /// What search shall not do with words.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who edits nothing.
    pub async fn word_exceptions(&self, scope: &Scope) -> Outcome<Vec<ExceptionView>> {
        self.words_reach(scope)?;
        let can_edit = self.may_say(scope, None, true).is_ok();
        let mut views = Vec::new();
        for one in searching::exceptions(&self.database, &self.tenant).await.map_err(away)? {
            views.push(ExceptionView {
                by_name: self.word_author(one.author).await?,
                id: one.id,
                kind: one.kind,
                word: one.word,
                says: one.says,
                can_edit,
            });
        }
        Ok(views)
    }

    /// Says what search shall not do with a word; everywhere.
    ///
    /// # Errors
    /// As [`App::save_synonym`]; [`Problem::Invalid`] for an unknown kind or a split that does not
    /// make the word.
    pub async fn add_word_exception(&self, scope: &Scope, new: NewException) -> Outcome<WordId> {
        self.may_say(scope, None, true)?;
        let author = scope.person().ok_or(Problem::SignedOut)?;
        let word = phrase("word", &new.word)?.to_lowercase();
        if word.contains([' ', ',']) {
            return Err(Problem::invalid("word", "one-word"));
        }
        let says = match new.kind.as_str() {
            "whole" => String::new(),
            "split" => {
                let says = phrase("says", &new.says)?.to_lowercase();
                let parts: usize = says.split_whitespace().map(|part| part.chars().count()).sum();
                let begins = says.split_whitespace().next().is_some_and(|p| word.starts_with(p));
                // Between parts stand linking letters, nothing more.
                let count = says.split_whitespace().count();
                if count < 2 || !begins || parts + count < word.chars().count() {
                    return Err(Problem::invalid("says", "not-its-parts"));
                }
                says
            }
            "not-typo" if new.says.trim().is_empty() => String::new(),
            "not-typo" => phrase("says", &new.says)?.to_lowercase(),
            _ => return Err(Problem::invalid("kind", "unknown-kind")),
        };
        let at = self.now();
        let id = self.rng.id(at);
        let exception =
            searching::Exception { id, kind: new.kind, word, says, author, made_at: at };
        let mut tx = self.database.begin().await.map_err(away)?;
        searching::put_exception(&mut tx, &self.tenant, &exception).await.map_err(away)?;
        self.words_changed(tx, scope, None, "word-exception-saved", id, at).await?;
        Ok(id)
    }

    /// Takes back a synonym, a best bet or an exception.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is none in reach.
    pub async fn remove_words(&self, scope: &Scope, id: WordId) -> Outcome<()> {
        let (database, tenant) = (&self.database, &self.tenant);
        let synonyms = searching::synonyms(database, tenant).await.map_err(away)?;
        let bets = searching::best_bets(database, tenant).await.map_err(away)?;
        let exceptions = searching::exceptions(database, tenant).await.map_err(away)?;
        let of_synonym =
            synonyms.into_iter().find(|one| one.id == id).map(|one| (one.municipality, one.live));
        let of_bet = bets.into_iter().find(|one| one.id == id).map(|one| (one.municipality, true));
        let of_exception = exceptions.iter().any(|one| one.id == id).then_some((None, true));
        let (place, live) = found(of_synonym.or(of_bet).or(of_exception))?;
        self.may_say(scope, place.as_ref(), live)?;
        let mut tx = self.database.begin().await.map_err(away)?;
        searching::remove(&mut tx, tenant, id).await.map_err(away)?;
        self.words_changed(tx, scope, place.as_ref(), "words-removed", id, self.now()).await
    }

    /// Why the hits of a query are where they are, with a draft of a synonym as if it were live.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Invalid`] for an over-long query.
    pub async fn explain_search(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
        query: &str,
        draft: Option<WordId>,
        language: Language,
    ) -> Outcome<Explained> {
        self.words_reach(scope)?;
        self.may_read_knowledge(scope, municipality)?;
        let text = FreeText::accept_in("q", query, crate::search::QUERY_LIMIT)?.into_string();
        let asked = Query {
            text: text.clone(),
            municipality: municipality.cloned(),
            limit: EXPLAINED,
            language,
            as_you_type: false,
        };
        let answer = match draft {
            None => self.index.search(&asked),
            Some(draft) => {
                let all = searching::synonyms(&self.database, &self.tenant).await.map_err(away)?;
                let draft = found(all.iter().find(|one| one.id == draft))?;
                let mut entries = self.word_entries().await?.0;
                entries.synonyms.push(entry_of(draft));
                self.index.search_with(&asked, &entries)
            }
        };
        let answer = answer.map_err(|error| {
            tracing::error!(%error, "the search index could not be read");
            Problem::Unavailable { code: "search-away" }
        })?;
        Ok(Explained { query: text, answer })
    }

    /// What to offer a citizen who types.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality.
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

    /// Gives the search what was counted: views, answers, frequent queries. Once an hour on every
    /// node.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn learn_from_counts(&self) -> Outcome<()> {
        let (database, tenant) = (&self.database, &self.tenant);
        let mut counted: HashMap<TopicKey, Counted> = HashMap::new();
        let views = searching::views_since(database, tenant, &self.day(-COUNTED_DAYS)).await;
        for (topic, count) in views.map_err(away)? {
            counted.entry(topic).or_default().views = u64::try_from(count).unwrap_or(0);
        }
        let helped = searching::helped_since(database, tenant, &self.day(-HELPED_DAYS)).await;
        for (topic, answer, count) in helped.map_err(away)? {
            let of_topic = counted.entry(topic).or_default();
            let count = u64::try_from(count).unwrap_or(0);
            match answer.as_str() {
                "yes" => of_topic.helped += count,
                _ => of_topic.not_helped += count,
            }
        }
        let mut past = Vec::new();
        for municipality in self.municipality_keys().await? {
            let frequent =
                store::improvement::frequent_queries(database, tenant, &municipality, FREQUENT);
            past.extend(frequent.await.map_err(away)?.into_iter().map(|query| PastQuery {
                text: query.phrase,
                municipality: Some(municipality.clone()),
                visitors: u64::try_from(query.visitors).unwrap_or(0),
            }));
        }
        self.index.set_favour(&counted, past);
        let mut tx = self.database.begin().await.map_err(away)?;
        searching::forget_before(&mut tx, tenant, &self.day(-KEPT_DAYS)).await.map_err(away)?;
        tx.commit().await.map_err(away)
    }

    /// What editors say of words as it stands, and when the first of it ends.
    async fn word_entries(&self) -> Outcome<(WordEntries, Option<UnixMillis>)> {
        let (database, tenant, now) = (&self.database, &self.tenant, self.now());
        let synonyms = searching::synonyms(database, tenant).await.map_err(away)?;
        let bets = searching::best_bets(database, tenant).await.map_err(away)?;
        let exceptions = searching::exceptions(database, tenant).await.map_err(away)?;
        let current = |bet: &searching::BestBet| bet.until.is_none_or(|until| until > now);
        let ends = bets.iter().filter(|bet| current(bet)).filter_map(|bet| bet.until).min();
        let entries = WordEntries {
            synonyms: synonyms.iter().filter(|one| one.live).map(entry_of).collect(),
            best_bets: bets
                .into_iter()
                .filter(current)
                .map(|bet| BestBetEntry {
                    municipality: bet.municipality,
                    query: bet.query,
                    topic: bet.topic,
                })
                .collect(),
            exceptions: exceptions
                .into_iter()
                .filter_map(|one| match one.kind.as_str() {
                    "whole" => Some(ExceptionEntry::Whole { word: one.word }),
                    "split" => Some(ExceptionEntry::Split { word: one.word, parts: one.says }),
                    "not-typo" => Some(ExceptionEntry::NotTypo { word: one.word, of: one.says }),
                    _ => None,
                })
                .collect(),
        };
        Ok((entries, ends))
    }

    /// Puts in force what editors say of words, if it has changed or something of it has ended.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub(crate) async fn update_words(&self, seq: i64) -> Outcome<()> {
        if !self.0.memory.words_are_old(seq, self.now()) {
            return Ok(());
        }
        let (entries, ends) = self.word_entries().await?;
        self.index.set_words(&entries);
        self.0.memory.keep_words(seq, ends);
        Ok(())
    }

    /// Waits until this node's own search knows what was just saved, but not for ever: an editor
    /// finds what they wrote.
    pub(crate) async fn wait_for_search(&self) {
        let app = self.clone();
        // A task of its own: when the time is up it goes on and is not torn off.
        let following = tokio::spawn(async move { app.update_index().await });
        match tokio::time::timeout(SAVE_WAITS, following).await {
            Ok(Ok(Ok(_))) => {}
            Ok(Err(error)) => tracing::error!(%error, "the search has not followed a save"),
            Ok(Ok(Err(problem))) => tracing::warn!(%problem, "the search has not followed a save"),
            Err(_) => tracing::warn!("the search has not followed a save within a second"),
        }
    }

    async fn words_changed(
        &self,
        mut tx: Tx,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
        action: &'static str,
        id: WordId,
        at: UnixMillis,
    ) -> Outcome<()> {
        let stream = store::knowledge::stream();
        let event = [("words", "{}".to_owned())];
        streams::append(&mut tx, &self.tenant, &stream, at, &event).await.map_err(away)?;
        let subject = format!("word/{id}");
        let ground = Some(Ground::Role);
        let act = Act { ground, municipality, action, subject, purpose: "knowledge" };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await.map_err(away)?;
        self.ring([&stream]);
        self.wait_for_search().await;
        Ok(())
    }

    /// The municipalities whose words somebody may say something about.
    fn words_reach(&self, scope: &Scope) -> Outcome<Vec<MunicipalityKey>> {
        let own = Self::own_municipalities(scope);
        if own.is_empty() || !scope.holds_at(self.now()) {
            return Err(Problem::NotFound);
        }
        Ok(own)
    }

    /// Local words are their editors'; what holds everywhere is put in force by who approves
    /// texts, and drafted by any editor.
    fn may_say(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
        live: bool,
    ) -> Outcome<()> {
        match municipality {
            Some(place) => may_in(scope, Right::EditKnowledge, place, None, self.now()).map(|_| ()),
            None => {
                self.words_reach(scope)?;
                if live && scope.municipalities(Right::ApproveKnowledge).is_empty() {
                    return Err(Problem::forbidden("words-common"));
                }
                Ok(())
            }
        }
    }

    async fn word_author(&self, person: store::people::PersonId) -> Outcome<String> {
        let card = self.person_card(person).await?;
        Ok(card.map(|card| card.name.clone()).unwrap_or_default())
    }

    /// A day in the municipalities' own time, so many days from today.
    fn day(&self, days: i32) -> String {
        let today = Zone::default().date(self.now());
        let then = today.checked_add(jiff::Span::new().days(days));
        then.unwrap_or(today).to_string()
    }
}

fn entry_of(synonym: &searching::Synonym) -> SynonymEntry {
    SynonymEntry {
        id: synonym.id.to_string(),
        municipality: synonym.municipality.clone(),
        said: synonym.said.clone(),
        means: synonym.means.clone(),
        both_ways: synonym.both_ways,
        weight: synonym.weight as f32 / 100.0,
    }
}

/// A phrase with at least one word and without hidden characters.
fn phrase(field: &'static str, text: &str) -> Outcome<String> {
    let text = FreeText::accept_in(field, text, PHRASE_LIMIT)?.into_string();
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !plain.chars().any(char::is_alphanumeric) {
        return Err(Problem::invalid(field, "no-word"));
    }
    Ok(plain)
}
