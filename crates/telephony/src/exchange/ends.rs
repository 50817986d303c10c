//! What is at the other end of a leg: a browser, or telephones that ring until one is answered.

use std::collections::BTreeMap;
use std::sync::Arc;

use rules::calls::LegId;
use tokio::sync::mpsc::UnboundedSender;

use super::actor::Message;
use crate::media::Remote;
use crate::sip::{End, Leg, LegEvent, Listener};

/// One telephone of several that ring for the same leg.
pub(super) type Branch = u16;

/// The telephones of a leg.
#[derive(Debug, Default)]
pub(super) struct Ends {
    ringing: BTreeMap<Branch, Option<Leg>>,
    answered: Option<(Branch, Leg)>,
    /// Whether it is held at its own end.
    pub held: bool,
    /// Whether its other end is a browser.
    pub browser: bool,
}

/// What a leg's telephones mean for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Nothing,
    /// Sound goes there from now on.
    Connect(Remote),
    /// One was answered, or the caller confirmed.
    Answered,
    /// None rings any more, or somebody said no.
    Failed,
    /// The caller never confirmed.
    NotConfirmed,
    /// The one that was answered hung up.
    HungUp,
    /// The one that was answered is not there any more.
    Lost,
}

impl Ends {
    /// One telephone more is being called.
    pub fn expect(&mut self, branch: Branch) {
        self.ringing.insert(branch, None);
    }

    /// Its signalling, once there is one. One that is not expected any more is let go.
    pub fn dialled(&mut self, branch: Branch, end: Option<Leg>) -> Outcome {
        match (self.ringing.get_mut(&branch), end) {
            (Some(place), Some(end)) => {
                *place = Some(end);
                Outcome::Nothing
            }
            (Some(_), None) => self.refused(branch, false),
            (None, _) => Outcome::Nothing,
        }
    }

    /// The telephone that speaks.
    pub fn speaking(&self) -> Option<&Leg> {
        self.answered.as_ref().map(|(_, leg)| leg)
    }

    /// A browser has answered: the telephones stop ringing.
    pub fn answered_by_browser(&mut self) {
        self.browser = true;
        self.ringing.clear();
        self.answered = None;
    }

    /// Takes in what a telephone reports.
    pub fn on(&mut self, branch: Branch, event: &LegEvent) -> Outcome {
        match event {
            LegEvent::Agreed(remote) => {
                // Sound is agreed before the answer is confirmed; the first one has it.
                let own = self.answered.as_ref().is_some_and(|(own, _)| *own == branch);
                if !own {
                    let taken = self.ringing.remove(&branch).flatten();
                    let (None, Some(leg)) = (&self.answered, taken) else {
                        return Outcome::Nothing;
                    };
                    self.answered = Some((branch, leg));
                    self.ringing.clear();
                }
                Outcome::Connect(*remote)
            }
            LegEvent::Confirmed if self.is_answered_by(branch) => Outcome::Answered,
            LegEvent::Ended(end) if self.is_answered_by(branch) => {
                self.answered = None;
                match end {
                    End::NotConfirmed | End::Cancelled => Outcome::NotConfirmed,
                    End::Lost => Outcome::Lost,
                    End::Refused(_) => Outcome::Failed,
                    End::HungUp | End::Here => Outcome::HungUp,
                }
            }
            LegEvent::Ended(End::Cancelled | End::NotConfirmed) => {
                self.ringing.remove(&branch);
                Outcome::NotConfirmed
            }
            // Busy and declined are words of a person, not of one telephone among several.
            LegEvent::Ended(End::Refused(486 | 600 | 603)) => self.refused(branch, true),
            LegEvent::Ended(_) => self.refused(branch, false),
            _ => Outcome::Nothing,
        }
    }

    fn refused(&mut self, branch: Branch, by_person: bool) -> Outcome {
        if self.ringing.remove(&branch).is_none() {
            return Outcome::Nothing;
        }
        if by_person || self.ringing.is_empty() { Outcome::Failed } else { Outcome::Nothing }
    }

    pub fn is_answered_by(&self, branch: Branch) -> bool {
        self.answered.as_ref().is_some_and(|(own, _)| *own == branch)
    }
}

/// Hands what a telephone reports to its call.
pub(super) fn listener(mailbox: UnboundedSender<Message>, leg: LegId, branch: Branch) -> Listener {
    Arc::new(move |event| {
        // The call is over: nobody needs to know.
        let _ = mailbox.send(Message::Telephone { leg, branch, event });
    })
}
