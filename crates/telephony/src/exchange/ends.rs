//! What is at the other end of a leg: a browser, or telephones that ring until one is answered.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use rules::calls::{Input, LegId, Target};
use tokio::sync::mpsc::UnboundedSender;

use super::actor::Message;
use crate::media::Remote;
use crate::sip::{DialogName, End, Leg, LegEvent, Listener};

/// One telephone of several that ring for the same leg.
pub(super) type Branch = u16;

/// The telephones of a leg.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// Whether a browser may answer too: no telephone says for its owner that nobody will.
    browser: bool,
    ringing: BTreeMap<Branch, Option<Leg>>,
    answered: Option<Dialog>,
    /// The call of the same telephone to somebody whom its owner asks.
    asking: Option<Dialog>,
    /// Where the sound of its telephones comes in.
    pub sound: Option<SocketAddr>,
    /// Whether anything was heard of one of them, and whether one rang.
    tried: bool,
    rang: bool,
}

/// One call of a telephone's.
#[derive(Debug)]
struct Dialog {
    branch: Branch,
    leg: Leg,
    /// Where its sound goes, once agreed.
    remote: Option<Remote>,
    /// Whether it is held at its own end.
    held: bool,
}

impl Dialog {
    const fn new(branch: Branch, leg: Leg) -> Self {
        Self { branch, leg, remote: None, held: false }
    }
}

/// What a leg's telephones mean for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Nothing,
    /// Sound goes there from now on.
    Connect(Remote),
    /// One was answered, or the caller confirmed.
    Answered,
    /// None rings any more.
    Failed,
    /// None has rung at all.
    NotDialled,
    /// The caller never confirmed.
    NotConfirmed,
    /// The one that was answered hung up.
    HungUp,
    /// The one that was answered is not there any more.
    Lost,
    /// The call to the one who is asked was hung up. Sound goes there from now on.
    AskedEnough(Option<Remote>),
}

impl Ends {
    /// Those of somebody who is rung up, or is called at a number.
    pub fn of(target: &Target) -> Self {
        Self { browser: matches!(target, Target::Person { .. }), ..Self::default() }
    }

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
            (Some(_), None) => self.refused(branch, None),
            (None, _) => Outcome::Nothing,
        }
    }

    /// The telephone that speaks.
    pub fn speaking(&self) -> Option<&Leg> {
        self.answered.as_ref().map(|dialog| &dialog.leg)
    }

    /// One of its calls.
    pub fn dialog(&self, branch: Branch) -> Option<&Leg> {
        let own = self.answered.iter().chain(&self.asking).find(|own| own.branch == branch);
        own.map(|own| &own.leg)
    }

    /// Its telephone calls somebody to ask.
    pub fn ask(&mut self, branch: Branch, leg: Leg) {
        self.asking = Some(Dialog::new(branch, leg));
    }

    /// Nobody is asked any more: that call is hung up. Where sound goes from now on, if that is
    /// anywhere else.
    pub fn asked(&mut self) -> Option<Remote> {
        self.asking.take()?;
        self.answered.as_ref()?.remote
    }

    /// Whether this names the other call of the telephone, seen from `branch`.
    pub fn joins(&self, branch: Branch, name: &DialogName) -> bool {
        let (Some(answered), Some(asking)) = (&self.answered, &self.asking) else { return false };
        let other = match branch {
            own if own == answered.branch => asking,
            own if own == asking.branch => answered,
            _ => return false,
        };
        other.leg.name() == name
    }

    /// The call that its owner speaks in: the one to who is asked, but while that alone is held.
    fn active(&self) -> Option<&Dialog> {
        let goes_on = |asking: &&Dialog| {
            !asking.held || self.answered.as_ref().is_none_or(|answered| answered.held)
        };
        self.asking.as_ref().filter(goes_on).or(self.answered.as_ref())
    }

    /// Where its sound goes.
    pub fn remote(&self) -> Option<Remote> {
        self.active()?.remote
    }

    /// Whether its owner hears nobody.
    pub fn is_held(&self) -> bool {
        self.active().is_some_and(|dialog| dialog.held)
    }

    /// Whether its telephone holds the caller.
    pub fn holds_caller(&self) -> bool {
        self.answered.as_ref().is_some_and(|dialog| dialog.held)
    }

    /// Holds one of its calls or takes it from there; whether that is news.
    pub fn hold(&mut self, branch: Branch, held: bool) -> bool {
        let mut own = self.answered.iter_mut().chain(&mut self.asking);
        let own = own.find(|own| own.branch == branch);
        own.is_some_and(|own| std::mem::replace(&mut own.held, held) != held)
    }

    /// Whom an agent wants to speak with, by the calls that their telephone holds.
    pub fn wish(&self) -> Option<Input> {
        let asking = self.asking.as_ref().map(|dialog| dialog.held);
        match (self.answered.as_ref()?.held, asking) {
            (true, None) => Some(Input::Hold),
            (false, None) => Some(Input::Resume),
            (true, Some(false)) => Some(Input::ToOther),
            (false, Some(true)) => Some(Input::ToCaller),
            (false, Some(false)) => Some(Input::Join),
            // On the way from one to the other.
            (true, Some(true)) => None,
        }
    }

    /// A browser has answered: the telephones stop ringing.
    pub fn answered_by_browser(&mut self) {
        self.ringing.clear();
        self.answered = None;
        self.asking = None;
    }

    /// Takes in what a telephone reports.
    pub fn on(&mut self, branch: Branch, event: &LegEvent) -> Outcome {
        if let Some(asking) = self.asking.as_mut().filter(|asking| asking.branch == branch) {
            return match event {
                LegEvent::Agreed(remote) => {
                    asking.remote = Some(*remote);
                    self.remote().map_or(Outcome::Nothing, Outcome::Connect)
                }
                LegEvent::Ended(_) => Outcome::AskedEnough(self.asked()),
                _ => Outcome::Nothing,
            };
        }
        match event {
            LegEvent::Agreed(remote) => {
                // Sound is agreed before the answer is confirmed; the first one has it.
                if !self.is_answered_by(branch) {
                    let taken = self.ringing.remove(&branch).flatten();
                    let (None, Some(leg)) = (&self.answered, taken) else {
                        return Outcome::Nothing;
                    };
                    self.answered = Some(Dialog::new(branch, leg));
                    self.ringing.clear();
                }
                if let Some(answered) = &mut self.answered {
                    answered.remote = Some(*remote);
                }
                self.remote().map_or(Outcome::Nothing, Outcome::Connect)
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
            LegEvent::Tried { rings } => {
                self.tried = true;
                self.rang |= *rings;
                Outcome::Nothing
            }
            LegEvent::Ended(End::Refused(status)) => self.refused(branch, Some(*status)),
            LegEvent::Ended(_) => self.refused(branch, None),
            _ => Outcome::Nothing,
        }
    }

    /// One telephone does not ring any more, or never did; with what it was refused.
    fn refused(&mut self, branch: Branch, status: Option<u16>) -> Outcome {
        if self.ringing.remove(&branch).is_none() {
            return Outcome::Nothing;
        }
        self.rang |= matches!(status, Some(408 | 480 | 486 | 487 | 600 | 603));
        match self.browser || !self.ringing.is_empty() {
            true => Outcome::Nothing,
            false if self.rang => Outcome::Failed,
            false => Outcome::NotDialled,
        }
    }

    /// Nothing has been heard of any of its telephones, and they rang for long enough to be.
    pub fn is_untried(&self) -> bool {
        !self.tried && !self.ringing.is_empty()
    }

    pub fn is_answered_by(&self, branch: Branch) -> bool {
        self.answered.as_ref().is_some_and(|dialog| dialog.branch == branch)
    }
}

/// Hands what a telephone reports to its call.
pub(super) fn listener(mailbox: UnboundedSender<Message>, leg: LegId, branch: Branch) -> Listener {
    Arc::new(move |event| {
        // The call is over: nobody needs to know.
        let _ = mailbox.send(Message::Telephone { leg, branch, event });
    })
}
