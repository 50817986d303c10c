//! The life of a telephone call: one caller, those who speak with them, and what each hears.
//!
//! [`Call::on`] takes what happened and says what to do; it never waits and never fails. The one
//! promise above all: **the caller is never lost**. Whatever happens to agents, transfers and lines,
//! a call with a caller in it ends only when the caller hangs up, is unheard for too long, is told
//! that nobody is there, or when an agent ends it.
//!
//! The contact's own life (place in line, owner, journal) is [`crate::contacts`]; a call tells it
//! what happened by [`Effect::Tell`].

pub mod call_back;
mod decide;
mod exchange;
mod hearing;
mod recording;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base::{DepartmentKey, UnixMillis};
use serde::{Deserialize, Serialize};

pub use exchange::{CallId, Happened, Outlook};
pub use hearing::{Heard, heard};
pub use recording::{Keep, Recording, RecordingState, RecordingStep, kept};

use crate::contacts::PersonId;

/// A browser unheard for so long (ms) is missing: the caller hears music.
pub const BROWSER_SILENT_MS: i64 = 2_000;
/// A missing browser has so long (ms) to come back (a page that is loaded anew). Then its agent is
/// gone and the caller is back at the head of the line.
pub const BROWSER_BACK_MS: i64 = 3_000;
/// A telephone unheard for so long (ms) is gone, unless on hold at its own end. Telephones may send
/// nothing while nobody speaks.
pub const PHONE_SILENT_MS: i64 = 30_000;
/// So long (ms) a telephone rings before its call is taken back.
pub const RING_MS: i64 = 25_000;
/// So often (ms) who waits is told how far they are.
pub const TOLD_EVERY_MS: i64 = 60_000;
/// Longest message in a department's voice mail (ms).
pub const VOICE_MAIL_MS: i64 = 180_000;

/// Help: staff may always call these, behind no list of what is allowed.
pub const EMERGENCY: [&str; 2] = ["112", "114"];

/// A leg of one call, counted from 0: the caller.
pub type LegId = u16;
/// The caller's leg.
pub const CALLER: LegId = 0;

/// Who is at the other end of a leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "kebab-case")]
pub enum Role {
    Caller,
    Agent {
        person: PersonId,
    },
    /// Asked or transferred to, not (yet) the one who answers the citizen.
    Other {
        target: Target,
    },
    Supervisor {
        person: PersonId,
        ear: Ear,
    },
}

/// What a supervisor may do on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ear {
    Listen,
    /// Heard by the agent alone.
    Whisper,
    Join,
}

/// Whom a call can be put through to. A main number cannot be expressed (product rule 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "kebab-case")]
pub enum Target {
    Person {
        person: PersonId,
    },
    /// A department's queue.
    Queue {
        department: DepartmentKey,
    },
    /// A number the directory lists, in the form `+45 dd dd dd dd`.
    Outside {
        number: String,
    },
}

impl Target {
    /// Whether help is called.
    #[must_use]
    pub fn is_help(&self) -> bool {
        matches!(self, Self::Outside { number } if EMERGENCY.contains(&number.as_str()))
    }
}

/// How a leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegState {
    /// Rings since then.
    Ringing { since: UnixMillis },
    /// Last heard then; `None` while it is on hold at its own end and need not be heard.
    Up { heard: Option<UnixMillis> },
    /// A browser that was up and is not heard any more since then; it may come back.
    Missing { since: UnixMillis },
}

/// What somebody speaks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Set {
    /// Sends sound all the time.
    Browser,
    Phone,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    pub role: Role,
    pub state: LegState,
    /// What it was answered on; a browser until it was.
    pub on: Set,
}

/// Where the call stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "kebab-case")]
pub enum Phase {
    /// Answered, and the caller has not confirmed: nobody is asked to take it yet.
    Unconfirmed,
    /// Something is said before the line.
    Greeting,
    /// In line, music and from time to time how far. `told` is when that was last.
    Waiting {
        told: UnixMillis,
    },
    /// Taken by an agent whose telephone is being connected.
    Connecting {
        agent: LegId,
    },
    /// A citizen is being called back: first the agent's telephone is connected, then the citizen's
    /// rings.
    CallingBack {
        agent: LegId,
        number: String,
    },
    Talking {
        agent: LegId,
    },
    /// The agent asked the caller to wait.
    Held {
        agent: LegId,
    },
    /// The agent speaks, or will, with somebody else; the caller waits.
    Consulting {
        agent: LegId,
        other: LegId,
    },
    /// The agent speaks with the caller again; the one who was asked waits.
    OtherWaits {
        agent: LegId,
        other: LegId,
    },
    /// All three speak.
    Conference {
        agent: LegId,
        other: LegId,
    },
    /// Put through without speaking first; goes back to `from` when nobody answers.
    Transferring {
        other: LegId,
        from: PersonId,
    },
    /// Speaking with somebody outside, no agent in the call.
    Outside {
        other: LegId,
    },
    /// A closed line's words, or a farewell: then it is over.
    Leaving {
        cause: Cause,
    },
    /// The caller speaks a message for a department.
    VoiceMail {
        until: UnixMillis,
    },
    Ended {
        cause: Cause,
    },
}

/// Why a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The caller never confirmed: nobody was there.
    Unconfirmed,
    CallerHungUp,
    /// The caller was not heard any more.
    CallerVanished,
    AgentHungUp,
    /// Somebody outside, who had taken it over, hung up.
    OtherHungUp,
    /// The line was closed, and the caller was told when it opens.
    Closed,
    /// A call-back was booked; the place in line is kept.
    CallBack,
    LeftMessage,
    /// Called back, and nobody answered.
    NotReached,
    /// Not called back, because no way out was found: the citizen's telephone never rang.
    NotDialled,
    /// Not called back, because the agent's telephone could not be connected.
    AgentGone,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "kebab-case")]
pub enum Input {
    /// The caller confirmed the answer (ACK).
    Confirmed,
    /// The caller did not confirm in time.
    NotConfirmed,
    /// What was being said to the caller has been said.
    Said,
    /// The caller pressed a key.
    Key {
        key: char,
    },
    /// The contact is this agent's now.
    Taken {
        by: PersonId,
    },
    /// A leg that rang was answered.
    Answered {
        leg: LegId,
        on: Set,
    },
    /// A leg that rang was not, or could not be reached.
    Failed {
        leg: LegId,
    },
    /// A leg could not be rung up at all: whoever is there knows nothing of it.
    NotDialled {
        leg: LegId,
    },
    /// A leg hung up.
    HungUp {
        leg: LegId,
    },
    /// Sound came from a leg, or its end took the call from hold.
    Heard {
        leg: LegId,
    },
    /// A leg's own end put the call on hold: it need not be heard.
    QuietByItself {
        leg: LegId,
    },
    Hold,
    Resume,
    /// The agent wants to speak with somebody first.
    Consult {
        target: Target,
    },
    /// The agent goes back to the caller for a while; the one consulted waits.
    ToCaller,
    /// The agent goes on with the one consulted; the caller waits.
    ToOther,
    /// Everybody speaks.
    Join,
    /// The agent leaves the caller with the one consulted, or with their telephone while it rings.
    Complete,
    /// Back to the caller; the one consulted is let go.
    GiveUp,
    /// Put through without speaking first.
    Transfer {
        target: Target,
    },
    /// The agent ends the call.
    HangUp,
    /// The agent records the conversation, or does not any more.
    Record {
        step: RecordingStep,
    },
    /// The agent's connection, duty or role ended, or somebody else has the contact: nothing to who
    /// has the call by now.
    AgentGone {
        person: PersonId,
    },
    Supervise {
        person: PersonId,
        ear: Ear,
    },
    /// Nobody is open: words for that, and a message may be left when the department has voice mail.
    ClosedNow {
        voice_mail: bool,
    },
    /// Time went by.
    Tick,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum Effect {
    /// Say something to the caller; [`Input::Said`] follows.
    Say { what: Words },
    /// Ring somebody up: a new leg.
    Ring { leg: LegId, target: Target },
    /// Let a leg go.
    Release { leg: LegId },
    /// For the contact's journal.
    Tell { what: Told },
}

/// What callers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Words {
    Greeting,
    /// Place in line, expected wait, and "press 1 to be called back".
    Progress,
    /// "You keep your place; we call you."
    CallBackBooked,
    /// Closed, opens then; what to do in an emergency.
    Closed,
    /// "Speak after the tone."
    VoiceMail,
    /// "This conversation is recorded from now on": to the agent too.
    Recording,
}

/// What a call tells the contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "kebab-case")]
pub enum Told {
    /// The caller is there and may be offered to agents.
    Queue,
    /// The agent is gone: the contact goes back to its place.
    Released {
        from: PersonId,
    },
    /// Somebody else has it now.
    TransferredTo {
        target: Target,
    },
    /// Somebody who was rung up did not answer, or could not be.
    Unanswered {
        target: Target,
    },
    /// Nobody answered there: it is the agent's again.
    CameBack {
        to: PersonId,
    },
    CallBackAsked,
    /// The citizen who is called back has answered.
    Reached,
    /// What was done with the recording of the conversation; `by` is who records.
    Recording {
        step: RecordingStep,
        by: PersonId,
    },
    Ended {
        cause: Cause,
    },
}

/// A call: its legs and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub phase: Phase,
    pub legs: BTreeMap<LegId, Leg>,
    pub recording: Option<Recording>,
    next: LegId,
}

impl Call {
    /// A call that was just answered.
    #[must_use]
    pub fn new(at: UnixMillis) -> Self {
        let state = LegState::Up { heard: Some(at) };
        let caller = Leg { role: Role::Caller, state, on: Set::Phone };
        Self {
            phase: Phase::Unconfirmed,
            legs: BTreeMap::from([(CALLER, caller)]),
            recording: None,
            next: 1,
        }
    }

    /// A call that begins here: `by` calls the citizen at `number`.
    #[must_use]
    pub fn call_back(number: String, by: PersonId, at: UnixMillis) -> (Self, Vec<Effect>) {
        let agent = CALLER + 1;
        let phase = Phase::CallingBack { agent, number };
        let mut call = Self { phase, legs: BTreeMap::new(), recording: None, next: agent };
        let mut out = Vec::new();
        call.ring(Role::Agent { person: by }, Target::Person { person: by }, at, &mut out);
        (call, out)
    }

    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. })
    }

    /// The agent's leg, while the contact is theirs.
    #[must_use]
    pub const fn agent_leg(&self) -> Option<LegId> {
        match self.phase {
            Phase::Connecting { agent }
            | Phase::CallingBack { agent, .. }
            | Phase::Talking { agent }
            | Phase::Held { agent }
            | Phase::Consulting { agent, .. }
            | Phase::OtherWaits { agent, .. }
            | Phase::Conference { agent, .. } => Some(agent),
            _ => None,
        }
    }

    /// The agent's leg and that of the one they ask, while there is one.
    #[must_use]
    pub const fn asking(&self) -> Option<(LegId, LegId)> {
        match self.phase {
            Phase::Consulting { agent, other }
            | Phase::OtherWaits { agent, other }
            | Phase::Conference { agent, other } => Some((agent, other)),
            _ => None,
        }
    }

    /// Who the agent is.
    #[must_use]
    pub fn agent(&self) -> Option<PersonId> {
        match self.legs.get(&self.agent_leg()?)?.role {
            Role::Agent { person } => Some(person),
            _ => None,
        }
    }

    /// Whether something would change how the call stands.
    #[must_use]
    pub fn may(&self, input: &Input, at: UnixMillis) -> bool {
        let mut after = self.clone();
        let effects = after.on(input.clone(), at);
        !effects.is_empty() || after != *self
    }

    /// Whether a leg is there and speaks.
    #[must_use]
    pub fn is_up(&self, leg: LegId) -> bool {
        self.legs.get(&leg).is_some_and(|leg| matches!(leg.state, LegState::Up { .. }))
    }
}
