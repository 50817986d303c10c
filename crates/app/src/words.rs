//! What editors say about words: synonyms, best bets, exceptions. In force on every node within a
//! second, by an event `words` of the knowledge stream; nothing is indexed anew. And what search
//! learns from counts: views and answers to "did this help?", by the day and of nobody.

mod best_bets;
mod counts;
mod exceptions;
mod synonyms;

use base::scope::Ground;
use base::{Language, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use rules::hours::Zone;
use rules::people::may_in;
use rules::text::FreeText;
use search::{Answer, BestBetEntry, ExceptionEntry, Query, WordEntries};
use serde::Serialize;
use std::time::Duration;
use store::searching::{self, WordId};
use store::{Tx, streams};

use self::synonyms::entry_of;
use crate::audit::Act;
use crate::{App, found};

pub use best_bets::{BestBetView, NewBestBet};
pub use counts::Offered;
pub use exceptions::{ExceptionView, NewException};
pub use synonyms::{NewSynonym, Saved, SynonymView};

/// Longest phrase of a synonym, in characters.
const PHRASE_LIMIT: usize = 200;
/// Most entries of one kind: few and strong.
const MOST: usize = 5_000;
/// Days that views and uses are counted over.
const COUNTED_DAYS: i32 = 30;
/// An editor's save waits so long for this node's own search to know of it.
const SAVE_WAITS: Duration = Duration::from_secs(1);
/// Hits of an explanation.
const EXPLAINED: usize = 20;

/// What search knows of an answer, hit by hit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    pub query: String,
    pub answer: Answer,
}

impl App {
    /// Takes back a synonym, a best bet or an exception.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is none in reach.
    pub async fn remove_words(&self, scope: &Scope, id: WordId) -> Outcome<()> {
        // Who has no say about words is told the same of every id.
        self.words_reach(scope)?;
        let (database, tenant) = (&self.database, &self.tenant);
        let synonyms = searching::synonyms(database, tenant).await?;
        let bets = searching::best_bets(database, tenant).await?;
        let exceptions = searching::exceptions(database, tenant).await?;
        let of_synonym =
            synonyms.into_iter().find(|one| one.id == id).map(|one| (one.municipality, one.live));
        let of_bet = bets.into_iter().find(|one| one.id == id).map(|one| (one.municipality, true));
        let of_exception = exceptions.iter().any(|one| one.id == id).then_some((None, true));
        let (place, live) = found(of_synonym.or(of_bet).or(of_exception))?;
        self.may_say(scope, place.as_ref(), live)?;
        let mut tx = self.database.begin().await?;
        searching::remove(&mut tx, tenant, id).await?;
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
            with_pages: true,
        };
        let answer = match draft {
            None => self.index.search(&asked),
            Some(draft) => {
                let all = searching::synonyms(&self.database, &self.tenant).await?;
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

    /// What editors say of words as it stands, and when the first of it ends.
    async fn word_entries(&self) -> Outcome<(WordEntries, Option<UnixMillis>)> {
        let (database, tenant, now) = (&self.database, &self.tenant, self.now());
        let synonyms = searching::synonyms(database, tenant).await?;
        let bets = searching::best_bets(database, tenant).await?;
        let exceptions = searching::exceptions(database, tenant).await?;
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
                    "not-offered" => Some(ExceptionEntry::NotOffered { phrase: one.word }),
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
    pub(crate) async fn update_words(&self) -> Outcome<()> {
        // One at a time: a slow one must not put older words over newer.
        let _held = self.0.memory.wording.lock().await;
        let stream = store::knowledge::stream();
        let seq = store::streams::head(&self.database, &self.tenant, &stream).await?;
        if let Some((read, ends)) = self.0.memory.words()
            && ends.is_none_or(|ends| ends > self.now())
        {
            let since = self.kinds_between(read, seq).await?;
            if since.is_some_and(|kinds| kinds.iter().all(|kind| kind != store::knowledge::WORDS)) {
                self.0.memory.keep_words(seq, ends);
                return Ok(());
            }
        }
        let (entries, ends) = self.word_entries().await?;
        self.index.set_words(&entries).map_err(crate::search::broken)?;
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
        let event = [(store::knowledge::WORDS, "{}".to_owned())];
        streams::append(&mut tx, &self.tenant, &stream, at, &event).await?;
        let subject = format!("word/{id}");
        let ground = Some(Ground::Role);
        let act = Act { ground, municipality, action, subject, purpose: "knowledge" };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
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

/// A phrase with at least one word and without hidden characters.
fn phrase(field: &'static str, text: &str) -> Outcome<String> {
    let text = FreeText::accept_in(field, text, PHRASE_LIMIT)?.into_string();
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !plain.chars().any(char::is_alphanumeric) {
        return Err(Problem::invalid(field, "no-word"));
    }
    Ok(plain)
}
