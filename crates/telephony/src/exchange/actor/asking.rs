//! An agent's desk phone with two calls: the one with the caller, and one to somebody who is asked
//! meanwhile. Both are ends of the same leg: what the phone holds says whom its owner speaks with,
//! and its key that joins two calls leaves the caller with the one who was asked.

use std::time::Duration;

use rules::calls::{EMERGENCY, Happened, Input, LegId, LegState, Phase, Target};

use super::super::ends::{Branch, Ends, listener};
use super::{Actor, CODECS};
use crate::sip::{Arrival, Caller, Count, DialogName, Incoming};

/// What an agent's telephone wants with a number.
pub(super) enum Asks {
    /// To speak with whom it called, first.
    ToSpeak(Box<Incoming>),
    /// To put the caller through: which of its calls said so.
    ToPutThrough(LegId, Branch),
}

impl Actor {
    /// The agent's telephone, or another of theirs, makes a call.
    pub(super) fn dials(&mut self, arrival: Arrival) {
        let Caller::Phone { device, .. } = &arrival.caller else { return };
        let ends = self.call.agent_leg().and_then(|leg| self.ends.get(&leg));
        let speaks = ends.and_then(Ends::speaking).is_some_and(|leg| leg.device() == Some(device));
        let is_emergency = EMERGENCY.contains(&arrival.dialled.as_str());
        let known = self.house.sip.numbering();
        let is_line = known.lines.contains_key(&arrival.dialled);
        let two = self.speaks_with_one();
        let asks = self.asks.is_some() || self.call.asking().is_some();
        if !speaks || !(two || asks) || (is_line && !self.reported) || (asks && is_emergency) {
            return self.house.take(arrival);
        }
        // One can be asked at a time.
        if asks {
            return arrival.incoming.refuse(486);
        }
        let Arrival { dialled, incoming, .. } = arrival;
        if !is_line && !known.may_call(&dialled) {
            self.house.sip.counters().add(Count::Forbidden);
            return incoming.refuse(403);
        }
        self.ask(Asks::ToSpeak(Box::new(incoming)), dialled);
    }

    /// Asks the use cases whether a number may be rung up; help is rung up at once, and so is whom
    /// one of us calls for themselves.
    fn ask(&mut self, asks: Asks, dialled: String) {
        let warm = matches!(asks, Asks::ToSpeak(_));
        self.asks = Some(asks);
        match self.call.agent() {
            Some(by) if self.reported && !EMERGENCY.contains(&dialled.as_str()) => {
                let (call, at) = (self.live.call, self.house.clock.now());
                self.happened(Happened::Asks { call, by, dialled, warm, at });
            }
            _ => self.may_ask(Some(Target::Outside { number: dialled })),
        }
    }

    /// The use cases have judged what the telephone wants.
    pub(super) fn may_ask(&mut self, target: Option<Target>) {
        match (self.asks.take(), target) {
            // Let go of, it is refused.
            (Some(Asks::ToSpeak(_)), None) | (None, _) => {}
            (Some(Asks::ToSpeak(incoming)), Some(target)) => self.consult(*incoming, target),
            (Some(Asks::ToPutThrough(leg, branch)), None) => self.tell_phone(leg, branch, 480),
            (asks @ Some(Asks::ToPutThrough(..)), Some(target)) => {
                self.asks = asks;
                self.transfer_begins();
                self.on(Input::Transfer { target });
            }
        }
    }

    /// The telephone hears that what it asked for is being done, while there is a telephone.
    pub(super) fn transfer_begins(&mut self) {
        if let Some(Asks::ToPutThrough(leg, branch)) =
            self.asks.take_if(|asks| matches!(asks, Asks::ToPutThrough(..)))
        {
            let status = if self.speaks_with_one() { 200 } else { 480 };
            self.tell_phone(leg, branch, status);
        }
    }

    const fn speaks_with_one(&self) -> bool {
        matches!(self.call.phase, Phase::Talking { .. } | Phase::Held { .. })
    }

    /// Rings up whom the telephone called, and answers it: its owner hears that it rings there.
    fn consult(&mut self, incoming: Incoming, target: Target) {
        // Somebody else was asked meanwhile, in the desk.
        if self.call.asking().is_some() {
            return;
        }
        self.on(Input::Consult { target });
        let Some((leg, _)) = self.call.asking() else { return };
        let branch = self.next_branch();
        let listener = listener(self.mailbox.clone(), leg, branch);
        let Some(ends) = self.ends.get_mut(&leg) else { return };
        let answered =
            ends.sound.and_then(|sound| incoming.answer(sound, &CODECS, Duration::ZERO, listener));
        match answered {
            Some(own) => ends.ask(branch, own),
            None => self.on(Input::GiveUp),
        }
    }

    /// Hangs up on a telephone's call to somebody who is not asked any more.
    pub(super) fn stop_asking(&mut self) {
        let asks = self.call.asking().map(|(agent, _)| agent);
        let mut back = Vec::new();
        for (leg, ends) in &mut self.ends {
            if Some(*leg) != asks {
                back.extend(ends.asked().map(|remote| (*leg, remote)));
            }
        }
        for (leg, remote) in back {
            self.house.plane.connect(self.key(leg), remote);
        }
    }

    /// A telephone put a call on hold or took it from there. An agent's hold button means the caller,
    /// whichever telephone it is on; with two calls it says whom they speak with.
    pub(super) fn held(&mut self, leg: LegId) {
        let Some(ends) = self.ends.get(&leg) else { return };
        let (held, remote, wish) = (ends.is_held(), ends.remote(), ends.wish());
        if let Some(remote) = remote {
            self.house.plane.connect(self.key(leg), remote);
        }
        let is_agent = self.call.agent_leg() == Some(leg);
        self.on(if held { Input::QuietByItself { leg } } else { Input::Heard { leg } });
        if let Some(wish) = wish.filter(|_| is_agent) {
            self.on(wish);
        }
    }

    /// The agent's telephone wants the caller put through to a number.
    pub(super) fn refers(&mut self, leg: LegId, branch: Branch, number: String) {
        let known = self.house.sip.numbering();
        let is_line = self.reported && known.lines.contains_key(&number);
        if !is_line && !known.may_call(&number) {
            self.house.sip.counters().add(Count::Forbidden);
            return self.tell_phone(leg, branch, 403);
        }
        let is_agent = self.call.agent_leg() == Some(leg);
        if !is_agent || !self.speaks_with_one() || self.asks.is_some() {
            return self.tell_phone(leg, branch, 480);
        }
        self.ask(Asks::ToPutThrough(leg, branch), number);
    }

    /// The agent's telephone wants those it speaks with in both of its calls joined.
    pub(super) fn join_calls(&mut self, leg: LegId, branch: Branch, other: &DialogName) {
        let asking = self.call.asking().filter(|(agent, _)| *agent == leg);
        let there = asking.and_then(|(_, asked)| self.call.legs.get(&asked));
        let there = there.is_some_and(|leg| !matches!(leg.state, LegState::Missing { .. }));
        let both = self.ends.get(&leg).is_some_and(|ends| ends.joins(branch, other));
        let status = match (both, there) {
            (true, true) => 200,
            (true, false) => 480,
            // Both are this telephone's, and not of one caller.
            (false, _) => 481,
        };
        self.tell_phone(leg, branch, status);
        if status == 200 {
            self.on(Input::Complete);
        }
    }

    fn tell_phone(&self, leg: LegId, branch: Branch, status: u16) {
        if let Some(phone) = self.ends.get(&leg).and_then(|ends| ends.dialog(branch)) {
            phone.transfer_stands(status);
        }
    }
}
