//! Who gets the contact, and why: the ladder of product rule 3, fair by rule 4.
//!
//! [`decide`] looks at a [`Picture`] (who waits, who works) and says which offers are made now. It
//! is run again whenever something happens, and every second: steps open by time alone. [`outlook`]
//! says honestly where a citizen stands in line and how long it may take.

mod decide;
mod ladder;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod wait;
mod why;

use std::collections::BTreeSet;

use base::scope::{Departments, Ground};
use base::{DepartmentKey, Language, MunicipalityKey, Right, TopicKey, UnixMillis};
use serde::{Deserialize, Serialize};

pub use decide::{Decision, decide};
pub use ladder::{Opened, Rung, open_rungs};
pub use wait::{Outlook, Pace, WaitRange, expected_wait, outlook, position, steady_wait};
pub use why::{PassedOver, Reason, Why};

use crate::contacts::{Aim, Channel, Contact, ContactId, PersonId, Place};
use crate::duty::{Duty, DutyKind};
use crate::people::{Member, Role, scope};

/// The department that takes what has no other: *Borgerservice*.
pub const FRONT_OFFICE: &str = "borgerservice";

/// What an agent says of being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// Takes contacts.
    Ready,
    /// At work with something else and back soon: keeps the step manned, gets no offers.
    Busy,
    /// Away for a while: does not keep the step manned.
    Break,
    Offline,
}

/// Whose contacts an agent can be given at this minute. Derived from the same roles and duty as the
/// agent's reach, so that nobody is offered what they may not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub home: MunicipalityKey,
    /// Own departments at home.
    pub departments: Departments,
    /// Departments at home that the agent has telephone duty for now.
    pub telephone: BTreeSet<DepartmentKey>,
    /// Municipalities that the agent is on hotline duty for now.
    pub serves: BTreeSet<MunicipalityKey>,
}

impl Post {
    /// `None` for somebody who is no agent at home, or was removed.
    #[must_use]
    pub fn of(
        member: &Member,
        duties: &[Duty],
        hotline_members: &[MunicipalityKey],
        at: UnixMillis,
    ) -> Option<Self> {
        if !member.active {
            return None;
        }
        let mut own = BTreeSet::new();
        let mut all = false;
        let mut agent = false;
        for grant in &member.roles {
            if grant.role == Role::Agent && grant.municipality == member.home {
                agent = true;
                match &grant.departments {
                    Departments::All => all = true,
                    Departments::Only(some) => own.extend(some.iter().cloned()),
                }
            }
        }
        if !agent {
            return None;
        }
        let telephone = duties
            .iter()
            .filter(|d| d.covers(at) && d.serving == member.home)
            .filter(|d| d.includes(member.id, &member.home))
            .filter_map(|d| match &d.kind {
                DutyKind::Telephone { department } => Some(department.clone()),
                DutyKind::Hotline => None,
            })
            .collect();
        let serves = scope(member, duties, hotline_members, at)
            .reach
            .into_iter()
            .filter(|r| r.right == Right::WorkContacts && r.ground == Ground::Duty)
            .map(|r| r.municipality)
            .collect();
        Some(Self {
            home: member.home.clone(),
            departments: if all { Departments::All } else { Departments::Only(own) },
            telephone,
            serves,
        })
    }
}

/// Somebody who works, as the router sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub id: PersonId,
    pub post: Post,
    pub presence: Presence,
    /// The contact that is offered to the agent now: at most one at a time.
    pub reserved: Option<ContactId>,
    /// Chats that the agent owns (talking or wrapping up).
    pub chats: u8,
    /// In a call, or wrapping one up: nothing else meanwhile.
    pub in_call: bool,
    /// How many chats at once.
    pub capacity: u8,
    pub languages: BTreeSet<Language>,
    /// Topics the agent knows best: a preference, never a condition.
    pub skills: BTreeSet<TopicKey>,
    /// The later of signing in and letting the last contact go.
    pub idle_since: UnixMillis,
    /// Offers in a row that ran out.
    pub misses: u8,
}

impl Agent {
    /// Keeps a step manned: is there, if not free.
    fn is_there(&self, config: &Config) -> bool {
        matches!(self.presence, Presence::Ready | Presence::Busy) && self.misses < config.misses
    }

    /// Can be offered something now.
    fn is_free(&self, config: &Config) -> bool {
        self.presence == Presence::Ready
            && self.misses < config.misses
            && self.reserved.is_none()
            && !self.in_call
            && self.chats < self.capacity
    }

    /// Has room for one more of this kind: one call, or several chats, never both.
    const fn has_room(&self, call: bool) -> bool {
        !call || self.chats == 0
    }
}

/// Which steps of the ladder are open by their service hours. A contact that was let in before a
/// step closed keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    pub department: bool,
    pub front_office: bool,
    pub hotline: bool,
}

impl Default for Steps {
    fn default() -> Self {
        Self { department: true, front_office: true, hotline: true }
    }
}

/// A contact that waits, as the router sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub contact: ContactId,
    /// The citizen is, or will be, on the telephone.
    pub call: bool,
    pub municipality: Option<MunicipalityKey>,
    pub department: Option<DepartmentKey>,
    pub aim: Aim,
    pub language: Language,
    pub topic: Option<TopicKey>,
    pub urgent: bool,
    pub place: Place,
    /// When it got its present aim: queued, or last transferred. The waiting limits count from here.
    pub aimed_at: UnixMillis,
    pub visited: BTreeSet<DepartmentKey>,
    pub tried: BTreeSet<PersonId>,
    /// When the last offer of it ran out or was sent back.
    pub lapsed_at: Option<UnixMillis>,
    pub steps: Steps,
}

impl Waiting {
    /// The contact as the router sees it; `None` unless it waits. `aimed_at` is the instant of its
    /// last transfer (`None`: never transferred), `lapsed_at` that of its last lapse.
    #[must_use]
    pub fn of(
        contact: &Contact,
        aimed_at: Option<UnixMillis>,
        lapsed_at: Option<UnixMillis>,
        steps: Steps,
    ) -> Option<Self> {
        let place = contact.place?;
        if contact.phase != crate::contacts::Phase::Waiting {
            return None;
        }
        Some(Self {
            contact: contact.id,
            call: contact.channel_now() == Channel::Call,
            municipality: contact.municipality.clone(),
            department: contact.department.clone(),
            aim: contact.aim.clone(),
            language: contact.language,
            topic: contact.topic.clone(),
            urgent: contact.urgent,
            place,
            aimed_at: aimed_at.unwrap_or(place.since),
            visited: contact.visited.clone(),
            tried: contact.tried.clone(),
            lapsed_at,
            steps,
        })
    }

    /// Normal 0, urgent 2, one more for every `aging_s` of waiting, at most 3: nobody waits for ever
    /// behind the urgent.
    #[must_use]
    pub fn priority(&self, now: UnixMillis, config: &Config) -> u8 {
        let base: i64 = if self.urgent { 2 } else { 0 };
        let aged = base + now.seconds_since(self.place.since) / config.aging_s.max(1);
        u8::try_from(aged.min(3)).unwrap_or(3)
    }

    /// The order in line: greatest priority first, then by place.
    fn order(&self, now: UnixMillis, config: &Config) -> (std::cmp::Reverse<u8>, Place) {
        (std::cmp::Reverse(self.priority(now, config)), self.place)
    }
}

/// All that a decision is made from. The order of the lists does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    pub waiting: Vec<Waiting>,
    pub agents: Vec<Agent>,
}

/// The numbers of the ladder; seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// When the steps department, front office and hotline open at the latest.
    pub steps_s: [i64; 3],
    /// How long a transfer to one person is kept for that person alone.
    pub person_s: i64,
    /// How long an agent has to take an offer,
    pub offer_s: i64,
    /// and when somebody holds the line.
    pub call_offer_s: i64,
    /// One more priority for so much waiting.
    pub aging_s: i64,
    /// After so many missed offers in a row the agent is paused.
    pub misses: u8,
    /// An agent who let it pass is asked again after this when nobody else is there,
    pub again_alone_s: i64,
    /// and after this when the others stay occupied.
    pub again_s: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            steps_s: [0, 20, 45],
            person_s: 60,
            offer_s: 30,
            call_offer_s: 15,
            aging_s: 300,
            misses: 2,
            again_alone_s: 10,
            again_s: 60,
        }
    }
}

/// How many chats at once an agent has unless another number is set.
pub const CHATS_AT_ONCE: u8 = 3;
