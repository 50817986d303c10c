//! Instants and the clock.
//!
//! An instant is Unix milliseconds in UTC ([`UnixMillis`]), in the database and on the wire. Local
//! time exists only in `rules::hours`. Nothing reads the system's time but [`Clock`], which is
//! passed in (`clippy.toml` bans the rest), so a test or the demo owns it.

use std::fmt;
use std::ops::{Add, Sub};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    #[must_use]
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }

    /// The same instant for calendar arithmetic. Instants beyond the calendar (year 9999) are
    /// clamped to its ends.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to this; 0 when `earlier` is later (a clock stepped back).
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        let difference = self.0.saturating_sub(earlier.0);
        if difference < 0 { 0 } else { difference / 1000 }
    }
}

/// Adds milliseconds.
impl Add<i64> for UnixMillis {
    type Output = Self;
    fn add(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

/// Milliseconds between two instants.
impl Sub for UnixMillis {
    type Output = i64;
    fn sub(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0)
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

/// Where the time comes from. Cloning shares the clock.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    /// The system's time plus a number of milliseconds (0 outside the demo).
    Shifted(AtomicI64),
    /// Stands still until it is moved.
    Standing(AtomicI64),
}

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Source::Shifted(AtomicI64::new(0))))
    }

    /// Runs at the system's pace but shows `at` now: the demo's clock.
    #[must_use]
    pub fn showing(at: UnixMillis) -> Self {
        Self(Arc::new(Source::Shifted(AtomicI64::new(at - system_now()))))
    }

    /// Stands at `at` until [`Clock::set_to`] or [`Clock::advance`]: a test's clock.
    #[must_use]
    pub fn standing_at(at: UnixMillis) -> Self {
        Self(Arc::new(Source::Standing(AtomicI64::new(at.0))))
    }

    #[must_use]
    pub fn now(&self) -> UnixMillis {
        match &*self.0 {
            Source::Shifted(by) => system_now() + by.load(Ordering::Acquire),
            Source::Standing(at) => UnixMillis(at.load(Ordering::Acquire)),
        }
    }

    /// Moves the clock forward (or back, when negative) by milliseconds, for everyone who shares it.
    pub fn advance(&self, milliseconds: i64) {
        match &*self.0 {
            Source::Shifted(by) | Source::Standing(by) => {
                by.fetch_add(milliseconds, Ordering::AcqRel);
            }
        }
    }

    /// Makes the clock show `at` now.
    pub fn set_to(&self, at: UnixMillis) {
        match &*self.0 {
            Source::Shifted(by) => by.store(at - system_now(), Ordering::Release),
            Source::Standing(value) => value.store(at.0, Ordering::Release),
        }
    }

    /// How far this clock is from the system's, in milliseconds (0 for a standing clock).
    #[must_use]
    pub fn shift(&self) -> i64 {
        match &*self.0 {
            Source::Shifted(by) => by.load(Ordering::Acquire),
            Source::Standing(_) => 0,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's time")]
fn system_now() -> UnixMillis {
    UnixMillis::from_timestamp(Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let clock = Clock::standing_at(UnixMillis(1_000));
        let shared = clock.clone();
        shared.advance(500);
        assert_eq!(clock.now(), UnixMillis(1_500));
        clock.set_to(UnixMillis(10));
        assert_eq!(shared.now(), UnixMillis(10));
    }

    #[test]
    fn ages_are_never_negative() {
        assert_eq!(UnixMillis(1_000).seconds_since(UnixMillis(9_000)), 0);
        assert_eq!(UnixMillis(9_999).seconds_since(UnixMillis(1_000)), 8);
    }
}
