//! Local time to instants and back, exact on the nights of daylight saving.

use std::sync::LazyLock;

use base::UnixMillis;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::DAY;

/// The time zone of local times. Rules of time are kept as local date, local time and zone; their
/// instants are derived.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Zone {
    #[default]
    #[serde(rename = "Europe/Copenhagen")]
    Copenhagen,
}

/// Which end of a span a local time is. It matters only in the night when clocks change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Opens,
    Closes,
}

/// The one source of zone data is the one built in, so that every node answers alike.
static COPENHAGEN: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZoneDatabase::bundled().get("Europe/Copenhagen").expect("the zone data is built in")
});

impl Zone {
    /// The name in the IANA database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Copenhagen => "Europe/Copenhagen",
        }
    }

    fn data(self) -> &'static TimeZone {
        match self {
            Self::Copenhagen => &COPENHAGEN,
        }
    }

    /// What clocks on the wall show.
    #[must_use]
    pub fn civil(self, at: UnixMillis) -> DateTime {
        self.data().to_datetime(at.timestamp())
    }

    #[must_use]
    pub fn date(self, at: UnixMillis) -> Date {
        self.civil(at).date()
    }

    /// The instant at which clocks show so many minutes after midnight of `date` (up to two days).
    ///
    /// A time that the clocks skip is the instant of the change. A time that they show twice is
    /// the first of the two when something opens and the second when it closes, so that nobody who
    /// reads the clock finds it closed too early.
    #[must_use]
    pub fn instant(self, date: Date, minutes: u16, edge: Edge) -> UnixMillis {
        let mut day = date;
        for _ in 0..minutes / DAY {
            day = day.tomorrow().unwrap_or(Date::MAX);
        }
        let (hour, minute) = (minutes % DAY / 60, minutes % 60);
        // Both are in range, being remainders.
        let local = day.at(
            i8::try_from(hour).unwrap_or_default(),
            i8::try_from(minute).unwrap_or_default(),
            0,
            0,
        );
        let zone = self.data();
        let ambiguous = zone.to_ambiguous_timestamp(local);
        let offset = ambiguous.offset();
        let found = match (offset, edge) {
            (AmbiguousOffset::Fold { .. }, Edge::Closes) => ambiguous.later(),
            _ => ambiguous.compatible(),
        };
        let Ok(instant) = found else { return UnixMillis::from_timestamp(jiff::Timestamp::MAX) };
        if let AmbiguousOffset::Gap { .. } = offset {
            // `preceding` leaves the instant itself out, and the first skipped time is the change.
            let after = UnixMillis::from_timestamp(instant).plus_seconds(1).timestamp();
            if let Some(change) = zone.preceding(after).next() {
                return UnixMillis::from_timestamp(change.timestamp());
            }
        }
        UnixMillis::from_timestamp(instant)
    }
}
