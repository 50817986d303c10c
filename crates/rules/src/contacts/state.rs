//! What is known of a contact.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentKey, Id, Language, MunicipalityKey, TopicKey, UnixMillis, kind};
use serde::{Deserialize, Serialize};

use crate::calls::call_back::{CallBack, Step};

pub type ContactId = Id<kind::Contact>;
pub type PersonId = Id<kind::Person>;
pub type HandOverId = Id<kind::HandOver>;

/// A contact may be transferred this many times; the next is refused (product rule 5).
pub const TRANSFER_LIMIT: u8 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    Chat,
    Call,
    /// A message left while closed, answered by the department.
    Message,
}

/// Where a contact stands in line: by the instant it was first queued, ties by id. It never
/// worsens: not by a lapse, a transfer, a reconnection or an agent's crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub since: UnixMillis,
    pub contact: ContactId,
}

/// Who did or said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "party", content = "person", rename_all = "kebab-case")]
pub enum Party {
    Citizen,
    Agent(PersonId),
    /// Straks itself: "Furesø svarer i aften for Frederikssund".
    System,
}

/// Whom the contact is for. The ladder decides among those who fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "aim", rename_all = "kebab-case")]
pub enum Aim {
    /// The ladder of product rule 3, from the department it entered at.
    Ladder,
    /// Transferred to a department: its members, whoever is on duty for them.
    Department { municipality: MunicipalityKey, department: DepartmentKey },
    /// Transferred to one person.
    Person { person: PersonId },
}

/// Where a transfer goes. A main number cannot be expressed (product rule 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "kebab-case")]
pub enum Destination {
    Department { municipality: MunicipalityKey, department: DepartmentKey },
    Person { person: PersonId },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "kebab-case")]
pub enum Phase {
    /// Opened, nothing asked yet: nobody is needed.
    Arrived,
    Waiting,
    /// Shown to one agent, with a countdown to `until`.
    Offered {
        to: PersonId,
        until: UnixMillis,
    },
    Owned {
        by: PersonId,
        since: UnixMillis,
    },
    /// The conversation is over; the agent says what it was about.
    WrappingUp {
        by: PersonId,
        since: UnixMillis,
    },
    Closed {
        reason: CloseReason,
        at: UnixMillis,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseReason {
    WrappedUp,
    /// The citizen left before anybody answered.
    Abandoned,
    /// The citizen left a message for a department instead of waiting.
    LeftMessage,
    Merged,
    /// A call-back reached nobody.
    Unreachable,
}

/// What a contact came to, chosen at wrap-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// *Straksafklaret*
    ClarifiedAtOnce,
    /// *Overdraget*
    HandedOver,
    /// *Henvist til anden myndighed*
    OtherAuthority,
    /// *Fejlhenvendelse*
    Misdirected,
    /// *Borgeren gik*
    CitizenLeft,
    /// *Ikke angivet*: the agent's reach ended before the wrap-up. Not offered as a choice.
    NotStated,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrap {
    pub by: PersonId,
    pub topic: Option<TopicKey>,
    pub outcome: OutcomeKind,
    pub at: UnixMillis,
}

/// The right to finish one's own live contact after duty has ended (product rule 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub person: PersonId,
    pub until: UnixMillis,
}

/// How the citizen wants the answer of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplyWay {
    Telephone,
    Email,
    /// Only on the status page behind the unguessable link.
    StatusPage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandOverPhase {
    New,
    Taken,
    /// The citizen has the answer.
    Answered,
    Done,
}

/// An errand left with a department, with a deadline (product rule 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    pub municipality: MunicipalityKey,
    pub department: DepartmentKey,
    pub deadline: UnixMillis,
    pub reply: ReplyWay,
    pub phase: HandOverPhase,
    pub made_at: UnixMillis,
    pub made_by: Party,
    pub taken_by: Option<PersonId>,
    /// The note for the department.
    pub note: Option<Id<kind::Text>>,
    /// The citizen's telephone number or e-mail address.
    pub address: Option<Id<kind::Text>>,
    pub answer: Option<Id<kind::Text>>,
    /// How often the promise was moved; the citizen is told each time.
    pub moved: u8,
}

/// A call that is owed to the citizen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedCall {
    pub back: CallBack,
    /// The number to call.
    pub number: Id<kind::Text>,
}

/// A contact: the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub channel: Channel,
    /// `None` until somebody has asked (product rule 1).
    pub municipality: Option<MunicipalityKey>,
    /// The department it entered at.
    pub department: Option<DepartmentKey>,
    pub language: Language,
    pub topic: Option<TopicKey>,
    pub urgent: bool,
    pub arrived_at: UnixMillis,
    pub phase: Phase,
    pub aim: Aim,
    /// `None` before it was first queued.
    pub place: Option<Place>,
    /// Departments it was sent to: automatic routing does not return there.
    pub visited: BTreeSet<DepartmentKey>,
    /// Agents who let an offer of it lapse or sent it back.
    pub tried: BTreeSet<PersonId>,
    /// Since when it has its present aim: the waiting limits of the ladder count from here.
    pub aimed_at: Option<UnixMillis>,
    /// When the last offer of it ran out or was sent back.
    pub lapsed_at: Option<UnixMillis>,
    pub transfers: u8,
    pub grant: Option<Grant>,
    pub hand_overs: BTreeMap<HandOverId, HandOver>,
    pub wrap: Option<Wrap>,
    pub first_answer_at: Option<UnixMillis>,
    pub last_citizen_at: Option<UnixMillis>,
    pub last_agent_at: Option<UnixMillis>,
    /// Up to which `seq` each side has read.
    pub read_by_citizen: i64,
    pub read_by_agent: i64,
    /// 1 to 5.
    pub rating: Option<u8>,
    pub merged_into: Option<ContactId>,
    /// Everyone who has owned it: they took part in the story.
    pub owners: BTreeSet<PersonId>,
    /// The citizen waits to be called, and not on the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_back: Option<OwedCall>,
    /// The citizen was called, and it goes on by telephone however it began.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_telephone: bool,
}

impl Contact {
    /// Who owns it now: the one who talks with the citizen or wraps up.
    #[must_use]
    pub fn owner(&self) -> Option<PersonId> {
        match self.phase {
            Phase::Owned { by, .. } | Phase::WrappingUp { by, .. } => Some(by),
            _ => None,
        }
    }

    /// How the citizen is spoken with now.
    #[must_use]
    pub const fn channel_now(&self) -> Channel {
        if self.by_telephone { Channel::Call } else { self.channel }
    }

    /// Whether an agent can do something for it at `at`: a call-back that was promised for later
    /// can wait.
    #[must_use]
    pub fn is_due(&self, at: UnixMillis) -> bool {
        let step = self.call_back.as_ref().map(|owed| owed.back.step(at, true, true));
        !matches!(step, Some(Step::Wait { .. }))
    }

    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed { .. })
    }
}
