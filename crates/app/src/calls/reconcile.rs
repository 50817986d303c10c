//! Each call of this node held against its contact: what another node changed is told here, and who speaks
//! is at work.

use std::collections::BTreeSet;

use base::Outcome;
use rules::calls::{Call, CallId, Input, LegState, Phase as Stage, Role};
use rules::contacts::{Channel, Contact, ContactId, PersonId, Phase};

use super::account::person_of;
use crate::App;
use crate::queues::LEASE_S;

impl App {
    /// Looks at every call once, and answers with what should be told to those that stand apart from
    /// their contacts. What stood apart at the look `before` too is told: the rest may be on its way.
    pub async fn reconcile_calls(&self, before: &[(CallId, Input)]) -> Vec<(CallId, Input)> {
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
            match self.apart(&call, contact).await {
                Ok(inputs) => apart.extend(inputs.into_iter().map(|input| (id, input))),
                Err(problem) => tracing::debug!(%problem, "a call is not held against its contact"),
            }
        }
        for (call, input) in apart.iter().filter(|one| before.contains(one)) {
            self.tell_call(*call, input.clone());
        }
        apart
    }

    /// What the call must be told to stand as its contact does.
    async fn apart(&self, call: &Call, contact: ContactId) -> Outcome<Vec<Input>> {
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
        Ok(inputs)
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
    if contact.channel_now() != Channel::Call {
        return None;
    }
    let agent = match call.phase {
        Stage::Transferring { from, .. } => Some(from),
        _ => call.agent(),
    };
    match (agent, &contact.phase) {
        (None, Phase::Owned { by, .. }) if matches!(call.phase, Stage::Waiting { .. }) => {
            Some(Input::Taken { by: *by })
        }
        (Some(_), Phase::Waiting | Phase::Offered { .. }) => Some(Input::AgentGone),
        (Some(agent), Phase::Owned { by, .. }) if *by != agent => Some(Input::AgentGone),
        (Some(agent), Phase::WrappingUp { by, .. }) if *by == agent => Some(Input::HangUp),
        (Some(_), Phase::Closed { .. }) => Some(Input::HangUp),
        _ => None,
    }
}
