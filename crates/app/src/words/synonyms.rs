//! Synonyms: what people say, and what the pages call it.

use base::{MunicipalityKey, Outcome, Problem, Scope, UnixMillis};
use search::SynonymEntry;
use serde::{Deserialize, Serialize};
use store::searching::{self, WordId};
use utoipa::ToSchema;

use super::{COUNTED_DAYS, MOST, phrase};
use crate::{App, found};

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

/// What became of a synonym that was to be saved.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    Done(WordId),
    /// One-way synonyms lead back to where they began: the phrases, the first again at the end.
    Circle(Vec<String>),
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
        let uses = searching::uses_since(database, tenant, &since).await?;
        let mut views = Vec::new();
        for one in searching::synonyms(database, tenant).await? {
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
        let known = searching::synonyms(database, tenant).await?;
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
        let mut tx = self.database.begin().await?;
        searching::put_synonym(&mut tx, &self.tenant, &synonym).await?;
        let place = synonym.municipality.clone();
        self.words_changed(tx, scope, place.as_ref(), "synonym-saved", synonym.id, at).await?;
        Ok(Saved::Done(synonym.id))
    }
}

const fn whole_weight() -> i64 {
    100
}

pub(super) fn entry_of(synonym: &searching::Synonym) -> SynonymEntry {
    SynonymEntry {
        id: synonym.id.to_string(),
        municipality: synonym.municipality.clone(),
        said: synonym.said.clone(),
        means: synonym.means.clone(),
        both_ways: synonym.both_ways,
        weight: synonym.weight as f32 / 100.0,
    }
}
