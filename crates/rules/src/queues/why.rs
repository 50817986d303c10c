//! The explanation of a decision, for the agent, the leader and the journal.

use serde::{Deserialize, Serialize};

use super::ladder::{Opened, Rung};
use crate::contacts::PersonId;

/// Why somebody else did not get the offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Missed offers in a row.
    Paused,
    OnBreak,
    Busy,
    /// Has as many chats as fit, or chats where a call needs the agent alone.
    Full,
    /// Speaks with a caller.
    InCall,
    /// Another contact is offered to this agent now.
    HasOffer,
    /// Does not speak the citizen's language.
    Language,
    /// Let this contact pass before.
    Tried,
    /// Stands on a later step.
    LaterStep,
    /// Has no telephone duty while somebody else has.
    NotOnTelephoneDuty,
    LessSkilled,
    MoreOccupied,
    /// Was idle for a shorter time.
    LessIdle,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    pub agent: PersonId,
    pub reason: Reason,
}

/// Why this agent got this offer. Holds no personal text; the screen says it in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The step on which the agent stands.
    pub rung: Rung,
    /// Why that step was open.
    pub opened: Opened,
    /// Seconds since the citizen got the place in line.
    pub waited_s: i64,
    /// 0 to 3: urgency and age.
    pub priority: u8,
    /// How many with an earlier place come later because this one is urgent.
    pub overtook: usize,
    /// Everybody who could be asked speaks another language.
    pub language_waived: bool,
    /// The agent let it pass before and is asked again, because nobody else took it.
    pub asked_again: bool,
    /// Who else stands on an open step and is signed in, and why not they (at most 20).
    pub passed_over: Vec<PassedOver>,
}

impl Why {
    /// As it is kept in the journal.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Only maps with keys that are no texts can fail to be written, and there are none.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From the journal; `None` when it was written by a version that explained otherwise.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
