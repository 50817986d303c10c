//! Each call of this node held against its contact: what another node changed is told here, and who speaks
//! is at work.

use std::collections::BTreeSet;

use base::Outcome;
use rules::calls::{Call, CallId, Cause, Input, LegState, Phase as Stage, Role};
use rules::contacts::{Contact, ContactId, PersonId, Phase};

use super::account::person_of;
use super::told::into_line;
use crate::App;
use crate::queues::LEASE_S;

/// What stands apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Apart {
    /// A call that does not know what happened to its contact.
    Untold(CallId, Input),
    /// A contact that is over, and its caller waits.
    OutOfLine(ContactId),
    /// A contact that an agent has to call its citizen, and there is no call.
    Undialled(ContactId),
}

impl App {
    /// Looks at every call once, and answers with what stands apart from its contact. What stood apart at
    /// the look `before` too is brought together: the rest may be on its way.
    pub async fn reconcile_calls(&self, before: &[Apart]) -> Vec<Apart> {
        let calls: Vec<(CallId, ContactId, Call)> = self
            .calls()
            .iter()
            .filter_map(|(id, live)| Some((*id, live.contact, live.picture.clone()?)))
            .collect();
        if let Err(problem) = self.keep_at_work(calls.iter().map(|(_, _, call)| call)).await {
            tracing::debug!(%problem, "who speaks is kept at work by their browsers alone");
        }
        let mut apart = Vec::new();
        for (id, contact, call) in calls {
            match self.apart(id, &call, contact).await {
                Ok(found) => apart.extend(found),
                Err(problem) => tracing::debug!(%problem, "a call is not held against its contact"),
            }
        }
        match self.undialled().await {
            Ok(found) => apart.extend(found),
            Err(problem) => tracing::debug!(%problem, "calls that are owed are not looked for"),
        }
        for one in apart.iter().filter(|one| before.contains(one)) {
            if let Err(problem) = self.bring_together(one).await {
                tracing::warn!(%problem, "a call and its contact stay apart");
            }
        }
        apart
    }

    /// How the call and its contact differ.
    async fn apart(&self, id: CallId, call: &Call, contact: ContactId) -> Outcome<Vec<Apart>> {
        let read = store::contacts::read(&self.database, &self.tenant, contact).await?;
        let Some((state, _)) = read else { return Ok(vec![]) };
        let mut inputs: Vec<Input> = told_elsewhere(call, &state).into_iter().collect();
        for (leg, one) in &call.legs {
            if let Role::Supervisor { person, .. } = one.role
                && self.must_leave(person, contact).await?
            {
                inputs.push(Input::HungUp { leg: *leg });
            }
        }
        let waits = matches!(call.phase, Stage::Waiting { .. });
        let out_of_line = (waits && is_over(&state)).then_some(Apart::OutOfLine(contact));
        let untold = inputs.into_iter().map(|input| Apart::Untold(id, input));
        Ok(untold.chain(out_of_line).collect())
    }

    async fn undialled(&self) -> Outcome<Vec<Apart>> {
        let owned = store::contacts::owned(&self.database, &self.tenant).await?;
        let calls = |contact: &Contact| {
            matches!(contact.phase, Phase::Owned { .. })
                && (contact.call_back.is_some() || contact.by_telephone)
        };
        let undialled = owned.iter().map(|(contact, _)| contact);
        let undialled = undialled.filter(|contact| calls(contact) && !self.has_call(contact.id));
        Ok(undialled.map(|contact| Apart::Undialled(contact.id)).collect())
    }

    async fn bring_together(&self, apart: &Apart) -> Outcome<()> {
        match apart {
            Apart::Untold(call, input) => {
                self.tell_call(*call, input.clone());
                Ok(())
            }
            Apart::OutOfLine(contact) => {
                self.of_its_call(*contact, |contact| {
                    if is_over(contact) { into_line(contact, "telephone-lost") } else { vec![] }
                })
                .await
            }
            Apart::Undialled(contact) => {
                // Nobody is reached by a number that was erased.
                let gone = self.owed_number(*contact).await? == Some(None);
                self.ended(*contact, if gone { Cause::NotReached } else { Cause::NotDialled }).await
            }
        }
    }

    /// The number of a call that is owed: `None` where none is, `Some(None)` where it was erased.
    async fn owed_number(&self, contact: ContactId) -> Outcome<Option<Option<String>>> {
        let read = store::contacts::read(&self.database, &self.tenant, contact).await?;
        let Some(owed) = read.and_then(|(contact, _)| contact.call_back) else { return Ok(None) };
        Ok(Some(store::chat::text(&self.database, &self.tenant, owed.number).await?))
    }

    /// Renews the leases of those who speak: at a desk telephone no browser does.
    async fn keep_at_work(&self, calls: impl Iterator<Item = &Call>) -> Outcome<()> {
        let speak: BTreeSet<PersonId> = calls
            .flat_map(|call| call.legs.values())
            .filter(|leg| matches!(leg.state, LegState::Up { .. }))
            .filter_map(|leg| person_of(&leg.role))
            .collect();
        if speak.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let soon = now.plus_seconds(LEASE_S / 2);
        for one in store::presences::present(&self.database, &self.tenant, now).await? {
            if one.lease_until < soon && speak.contains(&one.person) {
                self.renew_presence(one.person).await?;
            }
        }
        Ok(())
    }
}

/// What happened to the contact that its call does not know of.
fn told_elsewhere(call: &Call, contact: &Contact) -> Option<Input> {
    let rings_elsewhere = matches!(call.phase, Stage::Transferring { .. });
    let agent = match call.phase {
        Stage::Transferring { from, .. } => Some(from),
        _ => call.agent(),
    };
    match (agent, &contact.phase) {
        (None, Phase::Owned { by, .. }) if matches!(call.phase, Stage::Waiting { .. }) => {
            Some(Input::Taken { by: *by })
        }
        (Some(person), Phase::Waiting | Phase::Offered { .. }) => Some(Input::AgentGone { person }),
        (Some(person), Phase::Owned { by, .. }) if *by != person => {
            Some(Input::AgentGone { person })
        }
        // Whoever answers it has it then.
        (_, Phase::WrappingUp { .. }) if rings_elsewhere => None,
        (Some(agent), Phase::WrappingUp { by, .. }) if *by != agent => None,
        (Some(person), Phase::WrappingUp { .. } | Phase::Closed { .. }) => Some(match call.phase {
            // Its caller hears music, and is not hung up on.
            Stage::Connecting { .. } | Stage::Transferring { .. } => Input::AgentGone { person },
            _ => Input::HangUp,
        }),
        _ => None,
    }
}

/// Whether nobody would be offered it any more, though its caller is there.
fn is_over(contact: &Contact) -> bool {
    contact.merged_into.is_none()
        && contact.call_back.is_none()
        && matches!(contact.phase, Phase::WrappingUp { .. } | Phase::Closed { .. })
}
