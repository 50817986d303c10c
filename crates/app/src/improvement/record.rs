//! What is written down of a search: once per visitor, query and ten minutes, under a keyed hash
//! that is not the visitor mark, for less than a day.

use base::{Actor, MunicipalityKey, Outcome, Scope, TopicKey, UnixMillis};
use rules::contacts::{Contact, ContactId};
use rules::improvement::{Opened, kept_words};
use store::improvement::episodes::{self, Episode, Facts};
use store::improvement::{CITIZENS, STAFF};

use crate::App;

/// The same query again within this time is the same search: a reload, the way back.
const SAME_S: i64 = 600;
/// A page that is opened so long after a search was opened from it.
const OPENED_WITHIN_S: i64 = 1_800;
/// A contact so long after a search followed from it.
pub(super) const CONTACT_WITHIN_S: i64 = 3_600;
/// Who writes on within this time is still typing; staff are shown hits while they type.
const TYPING_S: i64 = 30;
/// Hits that are remembered.
const HITS: usize = 10;

/// A search that was submitted.
#[derive(Debug, Clone)]
pub struct Searched<'a> {
    pub municipality: &'a MunicipalityKey,
    pub query: &'a str,
    /// The topics of its hits, best first.
    pub hits: Vec<TopicKey>,
    /// The first hit's answer stands on the page, or it is a page of another site.
    pub on_page: bool,
    /// The browser brought no mark.
    pub passing: bool,
}

impl App {
    /// Writes a submitted search down; keystrokes are none. That it could not be written stops
    /// nobody.
    pub async fn note_search(&self, scope: &Scope, searched: Searched<'_>) {
        let Some((visit, audience)) = self.visit_of(scope) else { return };
        said(self.write_search(visit, audience, searched).await);
    }

    /// Writes down that a topic was opened, if a search came before it.
    pub async fn note_opened(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
    ) {
        let at = self.now();
        let found = self
            .learn(scope, municipality, at.plus_seconds(-OPENED_WITHIN_S), Some(topic), |facts| {
                if facts.opened.iter().any(|opened| opened.topic == *topic) {
                    return false;
                }
                let place = facts.hits.iter().position(|hit| hit == topic);
                let rank = place.and_then(|place| u32::try_from(place + 1).ok());
                facts.opened.push(Opened { topic: topic.clone(), rank, at });
                true
            })
            .await;
        said(found);
    }

    /// Writes the answer to "did that help?" down with the search that led to the page.
    pub async fn note_helped(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        yes: bool,
    ) {
        let since = self.now().plus_seconds(-CONTACT_WITHIN_S);
        let found = self
            .learn(scope, municipality, since, Some(topic), |facts| {
                if !facts.opened.iter().any(|opened| opened.topic == *topic) {
                    return false;
                }
                facts.helped = Some(yes);
                true
            })
            .await;
        said(found);
        said(self.note_guide_helped(scope, municipality, topic, yes).await);
    }

    /// Writes down that a contact followed a search.
    pub(crate) async fn note_contact(&self, scope: &Scope, contact: &Contact, at: UnixMillis) {
        let Some(municipality) = &contact.municipality else { return };
        said(self.write_contact(scope, municipality, contact.id, at).await);
    }

    /// Removes everything that is still known of a citizen's searches.
    pub(crate) async fn forget_searches(&self, mark: &str) -> Outcome<()> {
        let mut tx = self.database.begin().await?;
        let visit = self.visit_of_mark(mark);
        episodes::forget(&mut tx, &self.tenant, &visit).await?;
        Ok(tx.commit().await?)
    }

    /// The key of a citizen's searches: it leads nowhere else, and the mark cannot be made of it.
    pub(crate) fn visit_of_mark(&self, mark: &str) -> String {
        identity::link_token(&self.settings.secret, "search-visit", mark)
    }

    fn visit_of(&self, scope: &Scope) -> Option<(String, &'static str)> {
        match &scope.actor {
            Actor::Citizen { mark } => Some((self.visit_of_mark(mark), CITIZENS)),
            Actor::Person(person) => {
                let key = format!("person/{person}");
                Some((identity::link_token(&self.settings.secret, "search-visit", &key), STAFF))
            }
            Actor::System(_) => None,
        }
    }

    async fn write_search(
        &self,
        visit: String,
        audience: &'static str,
        searched: Searched<'_>,
    ) -> Outcome<()> {
        let words = self.vocabulary().await?;
        let phrase = kept_words(searched.query, words.as_ref());
        let at = self.now();
        let (database, tenant, municipality) =
            (&self.database, &self.tenant, searched.municipality);
        let mut hits = searched.hits;
        hits.truncate(HITS);
        let Searched { on_page, passing, .. } = searched;
        let facts = Facts { hits, on_page, passing, ..Facts::default() };
        if audience == STAFF {
            let since = at.plus_seconds(-TYPING_S);
            let before = episodes::recent(database, tenant, &visit, municipality, since).await?;
            if let Some(last) = before.first()
                && last.facts.opened.is_empty()
                && is_typed_on(last.phrase.as_deref(), phrase.as_deref())
            {
                episodes::put(database, tenant, last.id, phrase.as_deref(), None, &facts).await?;
                return Ok(());
            }
        }
        let since = at.plus_seconds(-SAME_S);
        let again =
            episodes::asked_since(database, tenant, &visit, municipality, phrase.as_deref(), since);
        if again.await? {
            return Ok(());
        }
        let episode = Episode {
            id: self.rng.id(at),
            visit,
            municipality: municipality.clone(),
            audience: audience.to_owned(),
            at,
            phrase,
            contact: None,
            joined: false,
            facts,
        };
        Ok(episodes::add(database, tenant, &episode).await?)
    }

    async fn write_contact(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        contact: ContactId,
        at: UnixMillis,
    ) -> Outcome<()> {
        let Some((visit, CITIZENS)) = self.visit_of(scope) else { return Ok(()) };
        let since = at.plus_seconds(-CONTACT_WITHIN_S);
        let (database, tenant) = (&self.database, &self.tenant);
        let recent = episodes::recent(database, tenant, &visit, municipality, since).await?;
        let Some(mut last) = recent.into_iter().next() else { return Ok(()) };
        if last.contact.is_some() {
            return Ok(());
        }
        last.facts.contact_at = Some(at);
        let phrase = last.phrase.as_deref();
        episodes::put(database, tenant, last.id, phrase, Some(contact), &last.facts).await?;
        Ok(())
    }

    /// Changes what is known of the newest search that has the topic among its hits; of the newest
    /// one at all when none has.
    async fn learn(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        since: UnixMillis,
        topic: Option<&TopicKey>,
        change: impl FnOnce(&mut Facts) -> bool,
    ) -> Outcome<()> {
        let Some((visit, _)) = self.visit_of(scope) else { return Ok(()) };
        let (database, tenant) = (&self.database, &self.tenant);
        let recent = episodes::recent(database, tenant, &visit, municipality, since).await?;
        let has = |episode: &&Episode| topic.is_some_and(|t| episode.facts.hits.contains(t));
        let Some(one) = recent.iter().find(has).or(recent.first()) else { return Ok(()) };
        let mut facts = one.facts.clone();
        if change(&mut facts) {
            episodes::put(database, tenant, one.id, one.phrase.as_deref(), one.contact, &facts)
                .await?;
        }
        Ok(())
    }
}

/// Whether one text is the other with more or fewer letters at its end.
fn is_typed_on(before: Option<&str>, now: Option<&str>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => now.starts_with(before) || before.starts_with(now),
        _ => false,
    }
}

fn said(result: Outcome<()>) {
    if let Err(problem) = result {
        tracing::debug!(%problem, "a search was not written down");
    }
}
