//! Best bets: the page that comes first for a query, because an editor says so.

use base::{MunicipalityKey, Outcome, Problem, Scope, TopicKey, UnixMillis};
use serde::{Deserialize, Serialize};
use store::searching::{self, WordId};
use utoipa::ToSchema;

use super::phrase;
use crate::App;

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

impl App {
    /// The best bets in reach.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who edits nothing.
    pub async fn best_bets(&self, scope: &Scope) -> Outcome<Vec<BestBetView>> {
        let own = self.words_reach(scope)?;
        let knowledge = self.knowledge().await?;
        let mut views = Vec::new();
        for one in searching::best_bets(&self.database, &self.tenant).await? {
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
        let mut tx = self.database.begin().await?;
        searching::put_best_bet(&mut tx, &self.tenant, &bet).await?;
        let place = bet.municipality.clone();
        self.words_changed(tx, scope, place.as_ref(), "best-bet-saved", bet.id, at).await?;
        Ok(bet.id)
    }
}
