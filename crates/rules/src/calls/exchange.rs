//! What the telephone exchange and the use cases say to each other about live calls.
//!
//! The exchange holds the calls and their sound; the use cases hold contacts, queues and people.
//! Both know [`Call`] and these words, and nothing else of each other.

use base::{Id, Language, UnixMillis, kind};

use super::{Call, Keep, Told};
use crate::contacts::PersonId;

/// A telephone call, from the first message of the caller's exchange to the last.
pub type CallId = Id<kind::Call>;

/// What the exchange reports, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Somebody calls a number that is ours. A number that is nobody's never arrives.
    Arrived {
        call: CallId,
        /// As the directory writes it: `+45 dd dd dd dd`.
        dialled: String,
        /// What the caller's exchange says of the caller. It is shown and identifies nobody.
        caller: Option<String>,
        at: UnixMillis,
    },
    /// For the contact's journal.
    Told { call: CallId, told: Told, at: UnixMillis },
    /// Who is in the call now and what they do: after every change.
    Stands { call: CallId, picture: Call, at: UnixMillis },
    /// An agent at a desk telephone wants to speak with a number first (`warm`) or put the caller
    /// through to it: the use cases say whom to ring up, if anybody.
    Asks { call: CallId, by: PersonId, dialled: String, warm: bool, at: UnixMillis },
    /// What was kept of the sound since `from`, as a file (`audio/wav`). Comes before the call's end
    /// is told.
    Kept { call: CallId, keep: Keep, audio: Vec<u8>, from: UnixMillis, at: UnixMillis },
}

/// What the words that are spoken to a caller need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    pub language: Language,
    /// Place in line, 1 = next.
    pub place: Option<u32>,
    /// Expected wait in minutes, at least and at most.
    pub wait_min: Option<(u32, u32)>,
    /// When a closed line opens.
    pub opens: Option<UnixMillis>,
    /// Whether pressing 1 books a call-back: not for callers who hide their number.
    pub call_back: bool,
}
