//! How far an entry can be trusted: when somebody last said that it is right, and what spoke
//! against it since.

use base::UnixMillis;
use serde::{Deserialize, Serialize};

/// A department is asked to confirm its entries so often, in days.
pub const CONFIRM_AFTER_DAYS: u32 = 90;
/// So many percent each report takes away.
const REPORT: u32 = 20;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is known of the keeping of a unit's entries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Upkeep {
    /// When somebody of the department last said that everything is right.
    pub confirmed: Option<UnixMillis>,
    /// Wrong numbers and transfers that nobody answered, by their time.
    pub reports: Vec<UnixMillis>,
}

/// How fresh a unit's entries are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// 0 to 100: 100 within the time of one confirmation, then falling evenly to 0 after three;
    /// 20 less for every report since. Never confirmed is 0.
    pub score: u8,
    /// When it should be confirmed; `None` when it never was: at once.
    pub due: Option<UnixMillis>,
    /// Reports since the last confirmation.
    pub reports: u32,
}

impl Freshness {
    /// Whether Borgerservice is shown it as out of date.
    #[must_use]
    pub fn is_stale(self, at: UnixMillis) -> bool {
        self.reports > 0 || self.due.is_none_or(|due| due <= at)
    }
}

/// How fresh entries are at `at`, when they are to be confirmed every `days` days (at least one).
#[must_use]
pub fn freshness(upkeep: &Upkeep, days: u32, at: UnixMillis) -> Freshness {
    let since =
        |report: &&UnixMillis| upkeep.confirmed.is_none_or(|confirmed| **report > confirmed);
    let reports = u32::try_from(upkeep.reports.iter().filter(since).count()).unwrap_or(u32::MAX);
    let Some(confirmed) = upkeep.confirmed else {
        return Freshness { score: 0, due: None, reports };
    };
    let period = i64::from(days.max(1)) * DAY_MS;
    let age = (at - confirmed).max(0);
    let by_age = if age <= period {
        100
    } else {
        let left = (3 * period - age).max(0);
        u32::try_from(left * 100 / (2 * period)).unwrap_or(0)
    };
    let score = by_age.saturating_sub(reports.saturating_mul(REPORT));
    Freshness { score: u8::try_from(score).unwrap_or(100), due: Some(confirmed + period), reports }
}
