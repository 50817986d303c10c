//! The account of a call: one row, and one for every leg; and the desks that show it.

use std::collections::BTreeSet;

use base::{Id, Outcome, UnixMillis, kind};
use rules::calls::{Call, CallId, LegState, Role, Target};
use rules::contacts::{ContactId, PersonId};
use store::calls::{Leg, NewCall};
use store::chat::NewText;
use store::streams::{self, StreamKey};

use super::Live;
use crate::App;

impl App {
    pub(super) async fn account_begun(
        &self,
        call: CallId,
        contact: ContactId,
        dialled: &str,
        number: Option<NewText>,
        pseudonym: Option<&str>,
        at: UnixMillis,
    ) -> Outcome<()> {
        let mut tx = self.database.begin().await?;
        let tenant = &self.tenant;
        if let Some(number) = &number {
            store::chat::add_text(&mut tx, tenant, number, at).await?;
        }
        let number = number.map(|number| number.id);
        let begun = NewCall { call, contact, back: false, dialled, number };
        store::calls::begin(&mut tx, tenant, &begun, at).await?;
        store::chat::set_mark(&mut tx, tenant, contact, None, pseudonym, None, at).await?;
        Ok(tx.commit().await?)
    }

    /// A call of ours to a citizen begins.
    pub(super) async fn account_called(
        &self,
        call: CallId,
        contact: ContactId,
        number: Id<kind::Text>,
        at: UnixMillis,
    ) -> Outcome<()> {
        let mut tx = self.database.begin().await?;
        let begun = NewCall { call, contact, back: true, dialled: "", number: Some(number) };
        store::calls::begin(&mut tx, &self.tenant, &begun, at).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn account_ended(
        &self,
        call: CallId,
        cause: &str,
        at: UnixMillis,
    ) -> Outcome<()> {
        Ok(store::calls::end(&self.database, &self.tenant, call, cause, at).await?)
    }

    /// The call stands differently: its legs are accounted for, and the desks it is on show it.
    pub(super) async fn stands(&self, call: CallId, picture: &Call, at: UnixMillis) -> Outcome<()> {
        let Some(mut live) = self.call(call) else { return Ok(()) };
        let changed = legs_after(&live.legs, picture, at);
        let before = live.clone();
        if live.picture.as_ref().map(|before| stage(&before.phase)) != Some(stage(&picture.phase)) {
            live.since = at;
        }
        live.picture = Some(picture.clone());
        live.legs.extend(changed.iter().map(|leg| (leg.leg, leg.clone())));
        // The note belongs to the one who was asked, and to nobody after.
        if live.rung_up().is_none() && before.rung_up().is_some() && picture.agent_leg().is_none() {
            live.note = None;
        }
        // A desk that hears of it and looks sees it: it is known before it is written.
        self.know_call(call, live);
        let written = self.write_stand(call, &changed, &before, Some(picture)).await;
        if written.is_err() {
            // It is told once more, and must be as new then.
            self.know_call(call, before);
        }
        written
    }

    fn know_call(&self, call: CallId, live: Live) {
        if let Some(kept) = self.calls().get_mut(&call) {
            *kept = live;
        }
    }

    /// Rings the desks of everybody who is, or was just now, in the call.
    pub(super) async fn show_call(&self, call: CallId, before: &Live) -> Outcome<()> {
        self.write_stand(call, &[], before, None).await
    }

    /// Accounts for legs and rings the desks of everybody who is, or was just now, in the call. One
    /// transaction: the calls of a busy hour wait for each other's here.
    async fn write_stand(
        &self,
        call: CallId,
        legs: &[Leg],
        before: &Live,
        after: Option<&Call>,
    ) -> Outcome<()> {
        let concerned: BTreeSet<PersonId> = before
            .picture
            .iter()
            .chain(after)
            .flat_map(|call| call.legs.values())
            .filter_map(|leg| person_of(&leg.role))
            .collect();
        if legs.is_empty() && concerned.is_empty() {
            return Ok(());
        }
        let body = format!("{{\"contact\":\"{}\"}}", before.contact);
        let at = self.now();
        let mut tx = self.database.begin().await?;
        for leg in legs {
            store::calls::set_leg(&mut tx, &self.tenant, call, leg).await?;
        }
        let mut rung = Vec::new();
        for person in concerned {
            let stream = StreamKey::agent(person);
            let hint = [("call", body.clone())];
            streams::append(&mut tx, &self.tenant, &stream, at, &hint).await?;
            rung.push(stream);
        }
        tx.commit().await?;
        self.ring(&rung);
        Ok(())
    }
}

/// The legs that stand differently now.
fn legs_after(
    before: &std::collections::BTreeMap<rules::calls::LegId, Leg>,
    picture: &Call,
    at: UnixMillis,
) -> Vec<Leg> {
    let mut changed = Vec::new();
    for (id, leg) in &picture.legs {
        let role = role_code(&leg.role);
        let up = !matches!(leg.state, LegState::Ringing { .. });
        let known = before.get(id);
        let new = Leg {
            leg: *id,
            role: role.to_owned(),
            person: person_of(&leg.role),
            number: None,
            began_at: known.map_or(at, |leg| leg.began_at),
            answered_at: known.and_then(|leg| leg.answered_at).or(up.then_some(at)),
            ended_at: None,
        };
        if known != Some(&new) {
            changed.push(new);
        }
    }
    for (id, leg) in before {
        if leg.ended_at.is_none() && !picture.legs.contains_key(id) {
            changed.push(Leg { ended_at: Some(at), ..leg.clone() });
        }
    }
    changed
}

/// The code of a role, in accounts and on the wire.
pub(super) const fn role_code(role: &Role) -> &'static str {
    match role {
        Role::Caller => "caller",
        Role::Agent { .. } => "agent",
        Role::Other { .. } => "other",
        Role::Supervisor { .. } => "supervisor",
    }
}

/// Which of our people a leg is.
pub(super) const fn person_of(role: &Role) -> Option<PersonId> {
    match role {
        Role::Agent { person }
        | Role::Supervisor { person, .. }
        | Role::Other { target: Target::Person { person } } => Some(*person),
        Role::Caller | Role::Other { .. } => None,
    }
}

/// The code of a phase, on the wire.
pub(super) const fn stage(phase: &rules::calls::Phase) -> &'static str {
    use rules::calls::Phase as P;
    match phase {
        P::Unconfirmed | P::Greeting => "greeting",
        P::Waiting { .. } => "waiting",
        P::Connecting { .. } => "connecting",
        P::CallingBack { .. } => "calling-back",
        P::Talking { .. } => "talking",
        P::Held { .. } => "held",
        P::Consulting { .. } => "consulting",
        P::OtherWaits { .. } => "other-waits",
        P::Conference { .. } => "conference",
        P::Transferring { .. } => "transferring",
        P::Outside { .. } => "outside",
        P::Leaving { .. } => "leaving",
        P::VoiceMail { .. } => "voice-mail",
        P::Ended { .. } => "ended",
    }
}
