//! One call: its legs, and who hears whom.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rules::calls::{Heard, LegId};

use super::leg::{Leg, Out, Scratch};
use super::mixing::mix;

/// What is done, unless something breaks. The program's panic hook says what it was.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// The legs of one call.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) legs: Vec<Leg>,
}

impl Room {
    pub(super) fn place(&self, leg: LegId) -> Option<usize> {
        self.legs.iter().position(|other| other.key.leg == leg)
    }

    /// Carries 20 ms of the call.
    pub(super) fn tick(&mut self, scratch: &mut Scratch<'_>) {
        self.each(|room, at| room.legs[at].receive(scratch));
        self.want();
        self.each(|room, at| room.legs[at].decode());
        self.each(|room, at| {
            let played = room.legs[at].played(scratch.shared);
            let out = played.unwrap_or_else(|| room.spoken(at));
            room.legs[at].send(out, scratch);
        });
    }

    /// Does something with each leg that is whole. Where that breaks, the others are none the worse.
    pub(super) fn each(&mut self, mut work: impl FnMut(&mut Self, usize)) {
        for at in 0..self.legs.len() {
            if !self.legs[at].broken {
                self.legs[at].broken = guarded(|| work(self, at)).is_none();
            }
        }
    }

    /// Notes whose sound somebody mixes or hears in another codec.
    fn want(&mut self) {
        for at in 0..self.legs.len() {
            if self.same(at).is_some() {
                continue;
            }
            for other in 0..self.legs.len() {
                let hears = matches!(&self.legs[at].hears,
                    Heard::Legs(others) if others.contains(&self.legs[other].key.leg));
                self.legs[other].wanted |= hears;
            }
        }
    }

    /// The only leg that one hears, when it speaks the same: its packets can go on as they are.
    fn same(&self, at: usize) -> Option<usize> {
        let listener = &self.legs[at];
        let Heard::Legs(others) = &listener.hears else { return None };
        let [only] = others[..] else { return None };
        let speaker = self.place(only)?;
        let fits = self.legs[speaker].codec() == listener.codec() && !listener.keeps_conversation();
        fits.then_some(speaker)
    }

    /// What a leg hears of the others.
    fn spoken(&self, at: usize) -> Out {
        if let Some(speaker) = self.same(at) {
            return self.legs[speaker].said.map_or(Out::Quiet, Out::Same);
        }
        let Heard::Legs(others) = &self.legs[at].hears else { return Out::Nothing };
        let heard = self.legs.iter().filter(|leg| others.contains(&leg.key.leg));
        Out::Mixed(mix(heard.map(|leg| &leg.frame)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use base::Rng;
    use rules::calls::CallId;
    use uuid::Uuid;

    use super::*;
    use crate::media::LegKey;
    use crate::media::line::Line;
    use crate::media::ports::Ports;

    #[test]
    fn where_a_leg_breaks_the_others_go_on() {
        let (ports, rng) = (Ports::new(0..0), Rng::system());
        let leg = |leg| {
            let line = Line::open([127, 0, 0, 1].into(), &ports, &rng).unwrap();
            let key = LegKey { call: CallId::from_uuid(Uuid::nil()), leg };
            Leg::with_line(key, Box::new(line), Instant::now())
        };
        let mut room = Room { legs: vec![leg(0), leg(1), leg(2)] };
        let mut done = Vec::new();
        for _ in 0..2 {
            room.each(|room, at| {
                assert!(room.legs[at].key.leg != 1 || done.is_empty(), "broken once");
                done.push(room.legs[at].key.leg);
                assert_ne!(room.legs[at].key.leg, 0, "something breaks");
            });
        }
        assert_eq!(done, [0, 2, 2]);
        let broken: Vec<bool> = room.legs.iter().map(|leg| leg.broken).collect();
        assert_eq!(broken, [true, true, false]);
    }
}
