//! Whether somebody is there to work: said by themselves, renewed by their browser.

use base::{Id, Outcome, Problem, Right, Scope, UnixMillis, kind};
use rules::queues::Presence as Attendance;
use serde::Serialize;
use store::presences::Presence;
use utoipa::ToSchema;

use crate::App;

/// A browser that has not been heard of for so long counts as gone.
pub const LEASE_S: i64 = 60;

/// What an agent does: `ready`, `busy`, `break`, `offline`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PresenceView {
    pub state: String,
    pub reason: String,
    #[schema(value_type = Option<i64>)]
    pub back_at: Option<UnixMillis>,
    #[schema(value_type = i64)]
    pub since: UnixMillis,
}

/// What an agent says of being there.
#[derive(Debug, Clone)]
pub struct SetPresence {
    pub state: Attendance,
    pub reason: String,
    pub back_at: Option<UnixMillis>,
}

impl App {
    /// Says whether one can be given contacts. Going offline gives an offer back at once.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for an over-long reason.
    pub async fn set_presence(&self, scope: &Scope, wish: SetPresence) -> Outcome<PresenceView> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let reason = match wish.reason.trim() {
            "" => String::new(),
            reason => rules::text::FreeText::accept_in("reason", reason, 60)?.into_string(),
        };
        let at = self.now();
        let before = store::presences::of(&self.database, &self.tenant, person).await?;
        let state = attendance_code(wish.state);
        let was_ready = before.as_ref().is_some_and(|p| p.state == "ready" && p.lease_until > at);
        let presence = Presence {
            person,
            state: state.to_owned(),
            reason,
            back_at: wish.back_at,
            since: at,
            idle_since: match &before {
                Some(before) if was_ready => before.idle_since,
                _ => at,
            },
            misses: 0,
            lease_until: at.plus_seconds(LEASE_S),
        };
        let mut tx = self.database.begin().await?;
        store::presences::set(&mut tx, &self.tenant, &presence).await?;
        let streams = self.tell_colleagues(&mut tx, scope, person, at).await?;
        tx.commit().await?;
        self.0.memory.forget_picture();
        self.ring(&streams);
        if wish.state != Attendance::Ready {
            self.withdraw_offer_of(person).await?;
        }
        Ok(view(&presence))
    }

    /// The person's browser is there.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn renew_presence(&self, person: Id<kind::Person>) -> Outcome<()> {
        let until = self.now().plus_seconds(LEASE_S);
        Ok(store::presences::renew(&self.database, &self.tenant, person, until).await?)
    }

    /// The person's presence; offline when the browser is gone.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn presence_of(&self, person: Id<kind::Person>) -> Outcome<PresenceView> {
        let now = self.now();
        let presence = store::presences::of(&self.database, &self.tenant, person).await?;
        Ok(match presence {
            Some(presence) if presence.lease_until > now => view(&presence),
            _ => PresenceView {
                state: attendance_code(Attendance::Offline).to_owned(),
                reason: String::new(),
                back_at: None,
                since: now,
            },
        })
    }

    /// Colleagues see on their desks who is there: the hint goes to the queues in reach.
    async fn tell_colleagues(
        &self,
        tx: &mut store::Tx,
        scope: &Scope,
        person: Id<kind::Person>,
        at: UnixMillis,
    ) -> Outcome<Vec<store::streams::StreamKey>> {
        let mut streams: Vec<_> = scope
            .municipalities(Right::WorkContacts)
            .into_iter()
            .map(store::streams::StreamKey::queue)
            .collect();
        streams.push(store::streams::StreamKey::agent(person));
        streams.sort();
        for stream in &streams {
            store::streams::append(tx, &self.tenant, stream, at, &[("presence", "{}".to_owned())])
                .await?;
        }
        Ok(streams)
    }

    /// Somebody who does not answer offers is set on break; their screen says so.
    pub(super) async fn pause(&self, person: Id<kind::Person>) -> Outcome<()> {
        let presence = store::presences::of(&self.database, &self.tenant, person).await?;
        let Some(mut presence) = presence else { return Ok(()) };
        presence.state = attendance_code(Attendance::Break).to_owned();
        "missed-offers".clone_into(&mut presence.reason);
        presence.since = self.now();
        let stream = store::streams::StreamKey::agent(person);
        let mut tx = self.database.begin().await?;
        store::presences::set(&mut tx, &self.tenant, &presence).await?;
        store::streams::append(
            &mut tx,
            &self.tenant,
            &stream,
            presence.since,
            &[("paused", "{}".to_owned())],
        )
        .await?;
        tx.commit().await?;
        self.ring([&stream]);
        Ok(())
    }
}

/// The code of a presence, as stored and on the wire.
#[must_use]
pub const fn attendance_code(presence: Attendance) -> &'static str {
    match presence {
        Attendance::Ready => "ready",
        Attendance::Busy => "busy",
        Attendance::Break => "break",
        Attendance::Offline => "offline",
    }
}

/// The presence of a code; what is not known counts as offline.
#[must_use]
pub fn attendance_of(code: &str) -> Attendance {
    match code {
        "ready" => Attendance::Ready,
        "busy" => Attendance::Busy,
        "break" => Attendance::Break,
        _ => Attendance::Offline,
    }
}

fn view(presence: &Presence) -> PresenceView {
    PresenceView {
        state: presence.state.clone(),
        reason: presence.reason.clone(),
        back_at: presence.back_at,
        since: presence.since,
    }
}
