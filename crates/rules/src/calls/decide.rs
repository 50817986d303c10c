//! What follows from what happened.

use base::UnixMillis;

use super::{
    BROWSER_BACK_MS, BROWSER_SILENT_MS, CALLER, Call, Cause, Ear, Effect, Input, Leg, LegId,
    LegState, PHONE_SILENT_MS, Phase, RING_MS, Role, Set, TOLD_EVERY_MS, Target, Told,
    VOICE_MAIL_MS, Words,
};
use crate::contacts::PersonId;

/// How a leg came to be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    /// By its own will.
    HungUp,
    Lost,
    /// It never was there: it could not be rung up.
    NotDialled,
}

impl Call {
    /// Takes in what happened at `at`. What does not fit where the call stands (a click that came
    /// too late, a leg that is gone) changes nothing.
    #[must_use]
    pub fn on(&mut self, input: Input, at: UnixMillis) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.has_ended() {
            return out;
        }
        let agent = self.agent();
        match input {
            Input::Confirmed if self.phase == Phase::Unconfirmed => {
                self.phase = Phase::Greeting;
                out.push(Effect::Say { what: Words::Greeting });
            }
            Input::NotConfirmed if self.phase == Phase::Unconfirmed => {
                self.end(Cause::Unconfirmed, &mut out);
            }
            Input::Said => self.said(at, &mut out),
            Input::Key { key } => self.key(key, &mut out),
            Input::Taken { by } => self.taken(by, at, &mut out),
            Input::Answered { leg, on } => self.answered(leg, on, at, &mut out),
            Input::Failed { leg } => self.gone(leg, Gone::Lost, at, &mut out),
            Input::NotDialled { leg } => self.gone(leg, Gone::NotDialled, at, &mut out),
            Input::HungUp { leg } => self.gone(leg, Gone::HungUp, at, &mut out),
            Input::Heard { leg } => self.set_heard(leg, Some(at)),
            Input::QuietByItself { leg } => self.set_heard(leg, None),
            Input::Hold => {
                if let Phase::Talking { agent } = self.phase {
                    self.phase = Phase::Held { agent };
                }
            }
            Input::Resume => {
                if let Phase::Held { agent } = self.phase {
                    self.phase = Phase::Talking { agent };
                }
            }
            Input::Consult { target } => self.consult(target, at, &mut out),
            Input::ToCaller => {
                if let Some((agent, other)) = self.asking() {
                    self.phase = Phase::OtherWaits { agent, other };
                }
            }
            Input::ToOther => {
                if let Some((agent, other)) = self.asking() {
                    self.phase = Phase::Consulting { agent, other };
                }
            }
            Input::Join => {
                if let Some((agent, other)) = self.asking()
                    && self.is_up(other)
                {
                    self.phase = Phase::Conference { agent, other };
                }
            }
            Input::Complete => self.complete(&mut out),
            Input::GiveUp => {
                if let Some((agent, other)) = self.asking() {
                    self.release(other, &mut out);
                    self.phase = Phase::Talking { agent };
                }
            }
            Input::Transfer { target } => self.transfer(target, at, &mut out),
            Input::HangUp => {
                if self.agent_leg().is_some() {
                    self.end(Cause::AgentHungUp, &mut out);
                }
            }
            Input::AgentGone { person } => match (self.agent_leg(), &self.phase) {
                (Some(leg), _) if agent == Some(person) => self.gone(leg, Gone::Lost, at, &mut out),
                // Nobody is left to whom the caller could come back.
                (None, Phase::Transferring { from, .. }) if *from == person => {
                    self.back_in_line(Some(person), at, &mut out);
                }
                _ => {}
            },
            Input::Record { step } => self.record(step, &mut out),
            Input::Supervise { person, ear } => self.supervise(person, ear, at, &mut out),
            Input::ClosedNow { voice_mail } => self.closed(voice_mail, &mut out),
            Input::Tick => self.tick(at, &mut out),
            Input::Confirmed | Input::NotConfirmed => {}
        }
        if self.agent() != agent {
            self.release_supervisors(&mut out);
        }
        self.check_recording(&mut out);
        out
    }

    fn said(&mut self, at: UnixMillis, out: &mut Vec<Effect>) {
        match self.phase {
            Phase::Greeting => {
                self.phase = Phase::Waiting { told: at };
                out.push(Effect::Tell { what: Told::Queue });
            }
            Phase::Leaving { cause: Cause::LeftMessage } => {
                self.phase = Phase::VoiceMail { until: at + VOICE_MAIL_MS };
            }
            Phase::Leaving { cause } => self.end(cause, out),
            Phase::Talking { .. } => self.announced(out),
            _ => {}
        }
    }

    fn key(&mut self, key: char, out: &mut Vec<Effect>) {
        let may_ask = matches!(
            self.phase,
            Phase::Waiting { .. }
                | Phase::Leaving { cause: Cause::Closed | Cause::LeftMessage }
                | Phase::VoiceMail { .. }
        );
        if key == '1' && may_ask {
            self.phase = Phase::Leaving { cause: Cause::CallBack };
            out.push(Effect::Tell { what: Told::CallBackAsked });
            out.push(Effect::Say { what: Words::CallBackBooked });
        }
    }

    fn taken(&mut self, by: PersonId, at: UnixMillis, out: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Waiting { .. }) {
            let agent =
                self.ring(Role::Agent { person: by }, Target::Person { person: by }, at, out);
            self.phase = Phase::Connecting { agent };
        }
    }

    fn answered(&mut self, leg: LegId, on: Set, at: UnixMillis, out: &mut Vec<Effect>) {
        let Some(found) = self.legs.get_mut(&leg) else { return };
        if !matches!(found.state, LegState::Ringing { .. }) {
            return;
        }
        found.state = LegState::Up { heard: Some(at) };
        found.on = on;
        match &self.phase {
            Phase::Connecting { agent } if *agent == leg => {
                self.phase = Phase::Talking { agent: leg };
            }
            Phase::CallingBack { agent, number } if *agent == leg => {
                let state = LegState::Ringing { since: at };
                self.legs.insert(CALLER, Leg { role: Role::Caller, state, on: Set::Phone });
                let target = Target::Outside { number: number.clone() };
                out.push(Effect::Ring { leg: CALLER, target });
            }
            Phase::CallingBack { agent, .. } if leg == CALLER => {
                self.phase = Phase::Talking { agent: *agent };
                out.push(Effect::Tell { what: Told::Reached });
            }
            Phase::Transferring { other, .. } if *other == leg => self.take_over(leg, out),
            _ => {}
        }
    }

    /// The one transferred to has the caller now: as agent, when they are one of us.
    fn take_over(&mut self, other: LegId, out: &mut Vec<Effect>) {
        let Some(leg) = self.legs.get_mut(&other) else { return };
        let Role::Other { target } = leg.role.clone() else { return };
        self.phase = match &target {
            Target::Person { person } => {
                leg.role = Role::Agent { person: *person };
                Phase::Talking { agent: other }
            }
            Target::Outside { .. } | Target::Queue { .. } => Phase::Outside { other },
        };
        out.push(Effect::Tell { what: Told::TransferredTo { target } });
    }

    fn consult(&mut self, target: Target, at: UnixMillis, out: &mut Vec<Effect>) {
        // Nobody answers for a queue: it cannot be asked first.
        if matches!(target, Target::Queue { .. }) {
            return;
        }
        let agent = match (&self.phase, self.asking()) {
            (Phase::Talking { agent } | Phase::Held { agent }, _) => *agent,
            // Help is called whoever is asked just now: they are let go.
            (_, Some((agent, other))) if target.is_help() => {
                self.release(other, out);
                agent
            }
            _ => return,
        };
        let other = self.ring(Role::Other { target: target.clone() }, target, at, out);
        self.phase = Phase::Consulting { agent, other };
    }

    fn complete(&mut self, out: &mut Vec<Effect>) {
        let (Some((agent, other)), Some(from)) = (self.asking(), self.agent()) else { return };
        match self.legs.get(&other).map(|leg| leg.state) {
            Some(LegState::Up { .. }) => {
                self.release(agent, out);
                self.take_over(other, out);
            }
            Some(LegState::Ringing { .. }) => {
                self.release(agent, out);
                self.phase = Phase::Transferring { other, from };
            }
            // Missed just now; either comes back or is gone in a moment.
            Some(LegState::Missing { .. }) | None => {}
        }
    }

    fn transfer(&mut self, target: Target, at: UnixMillis, out: &mut Vec<Effect>) {
        let (Phase::Talking { agent } | Phase::Held { agent }) = self.phase else { return };
        let Some(from) = self.agent() else { return };
        self.release(agent, out);
        if matches!(target, Target::Queue { .. }) {
            self.phase = Phase::Waiting { told: at };
            out.push(Effect::Tell { what: Told::TransferredTo { target } });
        } else {
            let other = self.ring(Role::Other { target: target.clone() }, target, at, out);
            self.phase = Phase::Transferring { other, from };
        }
    }

    fn gone(&mut self, leg: LegId, how: Gone, at: UnixMillis, out: &mut Vec<Effect>) {
        let Some(found) = self.legs.get(&leg) else { return };
        if leg == CALLER {
            let cause = match (how, &self.phase) {
                (Gone::HungUp, _) => Cause::CallerHungUp,
                (Gone::NotDialled, Phase::CallingBack { .. }) => Cause::NotDialled,
                (Gone::NotDialled | Gone::Lost, _) => Cause::CallerVanished,
            };
            return self.end(cause, out);
        }
        let hung_up = how == Gone::HungUp;
        let was_up = matches!(found.state, LegState::Up { .. });
        // Who was never rung up is not said to have left it unanswered.
        if let (Role::Other { target }, LegState::Ringing { .. }) = (&found.role, found.state)
            && how != Gone::NotDialled
        {
            out.push(Effect::Tell { what: Told::Unanswered { target: target.clone() } });
        }
        let person = self.agent();
        self.release(leg, out);
        match self.phase {
            Phase::Talking { agent } | Phase::Held { agent }
                if agent == leg && hung_up && was_up =>
            {
                self.end(Cause::AgentHungUp, out);
            }
            // The agent puts the receiver down while the other is there: a transfer, as on any
            // telephone.
            Phase::Consulting { agent, other }
            | Phase::OtherWaits { agent, other }
            | Phase::Conference { agent, other }
                if agent == leg && hung_up && self.is_up(other) =>
            {
                self.take_over(other, out);
            }
            Phase::CallingBack { agent, .. } if agent == leg => {
                let cause = if hung_up { Cause::AgentHungUp } else { Cause::AgentGone };
                self.end(cause, out);
            }
            Phase::Connecting { agent }
            | Phase::Talking { agent }
            | Phase::Held { agent }
            | Phase::Consulting { agent, .. }
            | Phase::OtherWaits { agent, .. }
            | Phase::Conference { agent, .. }
                if agent == leg =>
            {
                self.back_in_line(person, at, out);
            }
            Phase::Consulting { agent, other } if other == leg => {
                // The caller stays on hold: the agent decides when to take them up again.
                self.phase = Phase::Held { agent };
            }
            Phase::OtherWaits { agent, other } | Phase::Conference { agent, other }
                if other == leg =>
            {
                self.phase = Phase::Talking { agent };
            }
            Phase::Transferring { other, from } if other == leg => {
                // Back to the agent first; if they are gone too, that leg's failure puts the caller
                // back in line.
                out.push(Effect::Tell { what: Told::CameBack { to: from } });
                let role = Role::Agent { person: from };
                let agent = self.ring(role, Target::Person { person: from }, at, out);
                self.phase = Phase::Connecting { agent };
            }
            Phase::Outside { other } if other == leg => {
                if hung_up {
                    self.end(Cause::OtherHungUp, out);
                } else {
                    self.back_in_line(None, at, out);
                }
            }
            _ => {}
        }
    }

    /// A supervisor is in the call of one agent: the next one's is another, and so is their right in it.
    fn release_supervisors(&mut self, out: &mut Vec<Effect>) {
        let there = |leg: &Leg| matches!(leg.role, Role::Supervisor { .. });
        let supervisors = self.legs.iter().filter(|(_, leg)| there(leg));
        for leg in supervisors.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.release(leg, out);
        }
    }

    /// The caller keeps the place and waits again; whoever is still in the call is let go.
    fn back_in_line(&mut self, from: Option<PersonId>, at: UnixMillis, out: &mut Vec<Effect>) {
        let others: Vec<LegId> = self.legs.keys().copied().filter(|leg| *leg != CALLER).collect();
        for leg in others {
            self.release(leg, out);
        }
        self.phase = Phase::Waiting { told: at };
        let what = from.map_or(Told::Queue, |from| Told::Released { from });
        out.push(Effect::Tell { what });
    }

    fn supervise(&mut self, person: PersonId, ear: Ear, at: UnixMillis, out: &mut Vec<Effect>) {
        if self.agent_leg().is_none() {
            return;
        }
        let own = self.legs.values_mut().find_map(|leg| match &mut leg.role {
            Role::Supervisor { person: there, ear } if *there == person => Some(ear),
            _ => None,
        });
        match own {
            Some(own) => *own = ear,
            None => {
                self.ring(Role::Supervisor { person, ear }, Target::Person { person }, at, out);
            }
        }
    }

    fn closed(&mut self, voice_mail: bool, out: &mut Vec<Effect>) {
        let waits =
            matches!(self.phase, Phase::Unconfirmed | Phase::Greeting | Phase::Waiting { .. });
        if waits && self.phase != Phase::Unconfirmed {
            let (cause, what) = if voice_mail {
                (Cause::LeftMessage, Words::VoiceMail)
            } else {
                (Cause::Closed, Words::Closed)
            };
            self.phase = Phase::Leaving { cause };
            out.push(Effect::Say { what });
        }
    }

    fn tick(&mut self, at: UnixMillis, out: &mut Vec<Effect>) {
        let mut lost = Vec::new();
        for (id, leg) in &mut self.legs {
            let (since, most) = match (leg.state, leg.on) {
                (LegState::Up { heard: None }, _) => continue,
                (LegState::Up { heard: Some(heard) }, Set::Phone) => (heard, PHONE_SILENT_MS),
                (LegState::Up { heard: Some(heard) }, Set::Browser) => {
                    if at - heard > BROWSER_SILENT_MS {
                        leg.state = LegState::Missing { since: at };
                    }
                    continue;
                }
                (LegState::Missing { since }, _) => (since, BROWSER_BACK_MS),
                (LegState::Ringing { since }, _) => (since, RING_MS),
            };
            if at - since > most {
                lost.push(*id);
            }
        }
        for leg in lost {
            if !self.has_ended() {
                self.gone(leg, Gone::Lost, at, out);
            }
        }
        match &mut self.phase {
            Phase::Waiting { told } if at - *told >= TOLD_EVERY_MS => {
                *told = at;
                out.push(Effect::Say { what: Words::Progress });
            }
            Phase::VoiceMail { until } if at >= *until => self.end(Cause::LeftMessage, out),
            _ => {}
        }
    }

    fn set_heard(&mut self, leg: LegId, at: Option<UnixMillis>) {
        if let Some(leg) = self.legs.get_mut(&leg)
            && !matches!(leg.state, LegState::Ringing { .. })
        {
            leg.state = LegState::Up { heard: at };
        }
    }

    pub(super) fn ring(
        &mut self,
        role: Role,
        target: Target,
        at: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> LegId {
        let leg = self.next;
        self.next = leg.saturating_add(1);
        let state = LegState::Ringing { since: at };
        self.legs.insert(leg, Leg { role, state, on: Set::Browser });
        out.push(Effect::Ring { leg, target });
        leg
    }

    fn release(&mut self, leg: LegId, out: &mut Vec<Effect>) {
        if self.legs.remove(&leg).is_some() {
            out.push(Effect::Release { leg });
        }
    }

    fn end(&mut self, cause: Cause, out: &mut Vec<Effect>) {
        // Who hangs up after the tone has left a message.
        let cause = match (&self.phase, cause) {
            (Phase::VoiceMail { .. }, Cause::CallerHungUp | Cause::CallerVanished) => {
                Cause::LeftMessage
            }
            // Who was promised a call-back has it, also without hearing the words out.
            (Phase::Leaving { cause: Cause::CallBack }, Cause::CallerHungUp) => Cause::CallBack,
            (Phase::CallingBack { .. }, Cause::CallerHungUp | Cause::CallerVanished) => {
                Cause::NotReached
            }
            // The agent hangs up while the citizen's telephone rings, or before it does.
            (Phase::CallingBack { .. }, Cause::AgentHungUp) if self.legs.contains_key(&CALLER) => {
                Cause::NotReached
            }
            (Phase::CallingBack { .. }, Cause::AgentHungUp) => Cause::AgentGone,
            (_, cause) => cause,
        };
        self.end_recording(out);
        let legs: Vec<LegId> = self.legs.keys().copied().collect();
        for leg in legs {
            self.release(leg, out);
        }
        self.phase = Phase::Ended { cause };
        out.push(Effect::Tell { what: Told::Ended { cause } });
    }
}
