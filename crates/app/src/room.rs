//! The colleague chat of the consortium's evening: those who are on hotline duty now, and planners.

use base::scope::Ground;
use base::{MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use rules::text::FreeText;
use serde::Serialize;
use store::people::PersonId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;

/// Longest message, in characters.
pub const ROOM_LIMIT: usize = 2_000;
/// An evening: what was said earlier is not shown.
const SHOWN_S: i64 = 18 * 3600;
/// At most so many messages are read at once; the reader asks again.
const AT_ONCE: i64 = 200;

/// Something a colleague said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoomMessage {
    pub seq: i64,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    pub message_id: Uuid,
    #[schema(value_type = String)]
    pub person: PersonId,
    pub name: String,
    #[schema(value_type = Option<String>)]
    pub home: Option<MunicipalityKey>,
    /// `None` when its time is up.
    pub text: Option<String>,
}

/// What was said after a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoomView {
    pub entries: Vec<RoomMessage>,
    /// Ask for what comes after this number next time.
    pub head: i64,
}

/// The receipt of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoomSaid {
    pub seq: i64,
    /// Whether a CPR or card number was masked in it.
    pub masked: bool,
}

impl App {
    /// Whether somebody is on hotline duty now, or plans it.
    pub(crate) fn may_enter_room(&self, scope: &Scope) -> bool {
        scope.person().is_some()
            && scope.holds_at(self.now())
            && scope
                .reach
                .iter()
                .any(|reach| reach.ground == Ground::Duty || reach.right == Right::PlanDuty)
    }

    /// Says something to one's colleagues. Idempotent by `message_id`.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who is not on duty; [`Problem::Invalid`] for empty or over-long
    /// text.
    pub async fn say_in_room(
        &self,
        scope: &Scope,
        message_id: Uuid,
        text: &str,
    ) -> Outcome<RoomSaid> {
        if !self.may_enter_room(scope) {
            return Err(Problem::NotFound);
        }
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let text = FreeText::accept(text, ROOM_LIMIT)?;
        let at = self.now();
        let mut tx = self.database.begin().await?;
        let text_id = self.rng.id(at);
        let seq =
            store::room::say(&mut tx, &self.tenant, person, message_id, text_id, text.as_str(), at)
                .await?;
        tx.commit().await?;
        self.ring([&store::room::stream()]);
        Ok(RoomSaid { seq, masked: text.masked() > 0 })
    }

    /// What was said after a number, this evening.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who is not on duty.
    pub async fn room_after(&self, scope: &Scope, after: i64) -> Outcome<RoomView> {
        if !self.may_enter_room(scope) {
            return Err(Problem::NotFound);
        }
        let since = self.now().plus_seconds(-SHOWN_S);
        let said = store::room::after(&self.database, &self.tenant, after, since, AT_ONCE).await?;
        let head = said.last().map_or(after, |message| message.seq);
        let mut entries = Vec::with_capacity(said.len());
        for message in said {
            let card = self.person_card(message.person).await?;
            entries.push(RoomMessage {
                seq: message.seq,
                at: message.at,
                message_id: message.message_id,
                person: message.person,
                name: card.as_ref().map(|card| card.name.clone()).unwrap_or_default(),
                home: card.map(|card| card.home.clone()),
                text: message.text,
            });
        }
        Ok(RoomView { entries, head })
    }
}
