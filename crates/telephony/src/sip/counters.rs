//! What is counted: everything that came, and every reason why something was not taken.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::sdp::Unusable;

macro_rules! counts { ($($(#[$doc:meta])* $name:ident = $key:literal),* $(,)?) => {
    /// Something that is counted.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Count { $($(#[$doc])* $name),* }

    /// Their names, in the same order.
    const NAMES: &[&str] = &[$($key),*];
} }

counts! {
    /// Messages that passed the gate.
    Passed = "passed",
    /// Requests that broke the grammar or asked for what is not done here, answered at the gate.
    Refused = "refused",
    KeepAlive = "keep_alive",
    Noise = "noise",
    BadResponse = "bad_response",
    BadAck = "bad_ack",
    NoWayBack = "no_way_back",
    /// Longer than what the stack reads.
    TooLong = "too_long",
    /// The gate understood it and the stack would not.
    Unreadable = "unreadable",
    /// More messages from one address than any honest sender has.
    RateLimited = "rate_limited",
    /// From an address that is blocked for a while.
    Blocked = "blocked",
    /// Addresses that were blocked.
    Blocks = "blocks",
    /// Calls from nobody we know.
    Strangers = "strangers",
    UnknownNumber = "unknown_number",
    OtherTrunk = "other_trunk",
    /// Offers without a format that is spoken here.
    NoCommonFormat = "no_common_format",
    /// Offers with keys where others could read them, without a key where one is demanded, or with none
    /// that can be used.
    NoCommonKeys = "no_common_keys",
    /// Calls refused because the house is full or closing.
    Full = "full",
    /// Sign-ins with a wrong secret.
    WrongSecret = "wrong_secret",
    Challenged = "challenged",
    Registered = "registered",
    /// Requests within a call that nobody knows.
    NoSuchCall = "no_such_call",
    /// Calls that were answered and never confirmed.
    NotConfirmed = "not_confirmed",
    /// Calls to outside that are not allowed.
    Forbidden = "forbidden",
    CallsIn = "calls_in",
    CallsOut = "calls_out",
    /// Streams refused because there are too many.
    StreamsRefused = "streams_refused",
    /// Trunks that did not answer a question for life.
    TrunkSilent = "trunk_silent",
    /// Legs, calls or dialogs that were there when they should not be.
    Leaked = "leaked",
    /// Calls that ended because something broke here.
    Broken = "broken",
    /// Calls that ended before the sound that was kept of them came.
    SoundLost = "sound_lost",
}

impl Count {
    /// Why an offer was answered with 488.
    pub(super) const fn of(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Malformed | Unusable::NothingInCommon => Self::NoCommonFormat,
            Unusable::KeysInTheClear | Unusable::NotEncrypted | Unusable::NoKey => {
                Self::NoCommonKeys
            }
        }
    }
}

/// The counts since the start.
#[derive(Debug, Default)]
pub struct Counters([AtomicU64; NAMES.len()]);

impl Counters {
    pub fn add(&self, count: Count) {
        self.0[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    #[must_use]
    pub fn get(&self, count: Count) -> u64 {
        self.0[count as usize].load(Ordering::Relaxed)
    }

    /// Every count by its name.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, u64)> {
        NAMES.iter().zip(&self.0).map(|(name, count)| (*name, count.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_count_has_its_own_name() {
        let counters = Counters::default();
        counters.add(Count::Leaked);
        assert_eq!(counters.all().find(|(_, count)| *count == 1), Some(("leaked", 1)));
        assert_eq!(counters.get(Count::Passed), 0);
    }
}
