//! One call: its legs, and who hears whom.

use rules::calls::{Heard, LegId};

use super::leg::{Leg, Out, Scratch};
use super::mixing::mix;

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
        for leg in &mut self.legs {
            leg.receive(scratch);
        }
        self.decode();
        for at in 0..self.legs.len() {
            let played = self.legs[at].played(scratch.shared);
            let out = played.unwrap_or_else(|| self.spoken(at));
            self.legs[at].send(out, scratch);
        }
    }

    /// Turns into sound what somebody mixes or hears in another codec.
    fn decode(&mut self) {
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
        for leg in &mut self.legs {
            leg.decode();
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
