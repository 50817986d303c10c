//! When the citizen has an answer at the latest: the deadline of a hand-over (product rule 5).

use std::fmt;
use std::str::FromStr;

use base::UnixMillis;
use serde::{Deserialize, Serialize};

use super::zone::{Edge, Zone};
use super::{DAY, clock_text, notation};
use crate::calendar::{ClosingDays, working_day_after};

/// A department's promise: so many working days after today, at a local time. Written as
/// `next-working-day 12:00` or `2 working-days 12:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PromiseRule {
    /// 1 to 30.
    days: u8,
    /// Minutes after midnight.
    minutes: u16,
}

impl Default for PromiseRule {
    /// The next working day at 12:00.
    fn default() -> Self {
        Self { days: 1, minutes: 12 * 60 }
    }
}

/// Why a text is no promise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a promise is \"next-working-day 12:00\" or \"2 working-days 12:00\" (1 to 30), and this is not: {0:?}"
)]
pub struct PromiseError(pub String);

impl FromStr for PromiseRule {
    type Err = PromiseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || PromiseError(text.to_owned());
        let words: Vec<&str> = text.split_whitespace().collect();
        let (days, time) = match words.as_slice() {
            ["next-working-day", time] => (1, *time),
            [days, "working-days" | "working-day", time] => {
                (days.parse().map_err(|_| error())?, *time)
            }
            _ => return Err(error()),
        };
        let minutes = notation::clock(time).filter(|m| *m < DAY).ok_or_else(error)?;
        if !(1..=30).contains(&days) {
            return Err(error());
        }
        Ok(Self { days, minutes })
    }
}

impl fmt::Display for PromiseRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = clock_text(self.minutes);
        match self.days {
            1 => write!(f, "next-working-day {time}"),
            days => write!(f, "{days} working-days {time}"),
        }
    }
}

impl Serialize for PromiseRule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PromiseRule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl PromiseRule {
    /// What may be promised instead: a working day later.
    #[must_use]
    pub const fn a_day_later(self) -> Self {
        Self { days: self.days.saturating_add(1), ..self }
    }
}

/// The deadline of a hand-over made at `at`. Working days are counted by the calendar, not by the
/// telephone hours: a department works on errands while its telephone is closed.
#[must_use]
pub fn promise(rule: PromiseRule, closing: &ClosingDays, at: UnixMillis) -> UnixMillis {
    let zone = Zone::default();
    let today = zone.date(at);
    // A municipality that is closed a whole year has no working day to promise; the weekday it
    // would have been is then still later than now.
    let day = working_day_after(today, rule.days, closing)
        .or_else(|| working_day_after(today, rule.days, &ClosingDays::default()))
        .unwrap_or(today);
    zone.instant(day, rule.minutes, Edge::Closes)
}
