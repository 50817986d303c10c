//! Who may follow which stream, and what is read from it. The reach is looked at again at every
//! delivery (product rule 7): who has lost it gets nothing more.

use base::{Actor, Outcome, Problem, Right, Scope, UnixMillis};
use rules::contacts::ContactId;
use serde::Serialize;
use store::streams::{StreamKey, StreamKind};
use utoipa::ToSchema;

use crate::App;
use crate::chat::Entry;
use crate::contacts::Door;

/// At most this many events are delivered at once; the reader asks again.
const AT_ONCE: i64 = 200;

/// An event as it is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LiveEvent {
    pub seq: i64,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    pub kind: String,
    /// The line it becomes in a conversation, when it is one.
    pub entry: Option<Entry>,
}

/// What came after a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivery {
    pub stream: String,
    pub events: Vec<LiveEvent>,
    /// Ask for what comes after this number next time.
    pub head: i64,
    /// How it stands with the chat, for streams of contacts.
    pub state: Option<crate::chat::ChatState>,
}

impl App {
    /// What stands in a stream after `cursor`, at most 200 events.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for streams out of reach, known or not.
    pub async fn deliver(
        &self,
        scope: &Scope,
        stream: &StreamKey,
        cursor: i64,
    ) -> Outcome<Delivery> {
        if !scope.holds_at(self.now()) {
            return Err(Problem::NotFound);
        }
        if stream.kind == StreamKind::Contact {
            return self.deliver_contact(scope, stream, cursor).await;
        }
        self.may_follow(scope, stream)?;
        let recorded =
            store::streams::after(&self.database, &self.tenant, stream, cursor, AT_ONCE).await?;
        let head = recorded.last().map_or(cursor, |recorded| recorded.seq);
        let events = recorded
            .into_iter()
            .map(|event| LiveEvent { seq: event.seq, at: event.at, kind: event.kind, entry: None })
            .collect();
        Ok(Delivery { stream: stream.to_string(), events, head, state: None })
    }

    async fn deliver_contact(
        &self,
        scope: &Scope,
        stream: &StreamKey,
        cursor: i64,
    ) -> Outcome<Delivery> {
        let id: ContactId = stream.key.parse().map_err(|_| Problem::NotFound)?;
        let (contact, _, _) = self.see(scope, Door::Work, id).await?;
        let told =
            store::chat::told_after(&self.database, &self.tenant, id, cursor, AT_ONCE).await?;
        let head = told.last().map_or(cursor, |told| told.event.seq);
        let mut events = Vec::with_capacity(told.len());
        for told in told {
            let (seq, at, kind) = (told.event.seq, told.event.at, told.event.kind.clone());
            let entry = self.entry(scope, &contact, told).await?;
            events.push(LiveEvent { seq, at, kind, entry });
        }
        let state = match scope.actor {
            Actor::Citizen { .. } if !events.is_empty() => Some(self.chat_state(&contact).await?),
            _ => None,
        };
        Ok(Delivery { stream: stream.to_string(), events, head, state })
    }

    /// Whether the stream is one of those that the actor's screens follow.
    fn may_follow(&self, scope: &Scope, stream: &StreamKey) -> Outcome<()> {
        let person = scope.person().ok_or(Problem::NotFound)?;
        let anywhere = |right: Right| scope.reach.iter().any(|r| r.right == right);
        let there = |right: Right| {
            scope.reach.iter().any(|r| r.right == right && r.municipality.as_str() == stream.key)
        };
        let may = match stream.kind {
            StreamKind::Contact => false,
            StreamKind::Queue => there(Right::WorkContacts),
            StreamKind::Inbox => there(Right::WorkInbox),
            StreamKind::Agent => stream.key == person.to_string(),
            StreamKind::Duty => anywhere(Right::ReadDuty) || anywhere(Right::PlanDuty),
            StreamKind::Room => self.may_enter_room(scope),
            StreamKind::Directory => there(Right::ReadDirectory),
            StreamKind::Knowledge => anywhere(Right::ReadKnowledge),
        };
        if may { Ok(()) } else { Err(Problem::NotFound) }
    }
}
