//! Open now? Opens when? Service hours in local time, answered in instants.
//!
//! Hours are written as `mon-wed 08:00-15:00; thu 08:00-17:00, 18:00-20:00; fri 22:00-02:00`:
//! several spans a day, past midnight. A span belongs to the day on which it begins. On public
//! holidays it is closed unless `holidays open` (as on any such weekday) or `holidays 10:00-14:00`
//! is stated; `2027-12-23 08:00-12:00` and `2027-12-27 closed` are exceptions for one date.
//! An exception goes before a local closing day, that before a public holiday, that before the week.

mod notation;
mod promise;
#[cfg(test)]
mod tests;
mod zone;

use std::collections::BTreeMap;

use base::UnixMillis;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

pub use notation::{HoursError, HoursFault};
pub use promise::{PromiseError, PromiseRule, promise};
pub use zone::{Edge, Zone};

use crate::calendar::{ClosingDays, holiday};

/// Minutes of a day.
pub(crate) const DAY: u16 = 24 * 60;
/// How far ahead the next opening or closing is looked for.
const HORIZON_DAYS: i32 = 60;

/// Open from one local time to another, in minutes after midnight of the day it begins on. `to` is
/// greater than `from` and beyond 1440 when it ends on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub from: u16,
    pub to: u16,
}

impl Span {
    /// `08:00`
    #[must_use]
    pub fn from_text(self) -> String {
        clock_text(self.from)
    }

    /// `15:00`; `24:00` at the end of the day; the time of the next day when past midnight.
    #[must_use]
    pub fn to_text(self) -> String {
        if self.to > DAY { clock_text(self.to - DAY) } else { clock_text(self.to) }
    }
}

fn clock_text(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Open from one instant (inclusive) to another (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpenSpan {
    pub from: UnixMillis,
    pub to: UnixMillis,
}

/// Whether it is open, and when that changes. `None` when not within the next 60 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum HoursState {
    Open { until: Option<UnixMillis> },
    Closed { opens_at: Option<UnixMillis> },
}

impl HoursState {
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

/// What holds on public holidays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum OnHolidays {
    #[default]
    Closed,
    AsUsual,
    Spans(Vec<Span>),
}

/// When a line, a department or the hotline answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceHours {
    /// Monday first; spans of a day in order and apart from each other.
    week: [Vec<Span>; 7],
    holidays: OnHolidays,
    exceptions: BTreeMap<Date, Vec<Span>>,
    closing: ClosingDays,
    zone: Zone,
}

impl ServiceHours {
    /// The hours written as text (see the head of this module). The empty text is never open.
    ///
    /// # Errors
    /// [`HoursError`] with the position of the first fault.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        notation::parse(text)
    }

    /// The same hours in a municipality with these closing days.
    #[must_use]
    pub fn with_closing_days(mut self, closing: ClosingDays) -> Self {
        self.closing = closing;
        self
    }

    /// The same hours with another plan for one date; closed all day when there are no spans.
    #[must_use]
    pub fn with_exception(mut self, date: Date, spans: Vec<Span>) -> Self {
        self.exceptions.insert(date, spans);
        self
    }

    #[must_use]
    pub const fn closing_days(&self) -> &ClosingDays {
        &self.closing
    }

    #[must_use]
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// The spans of an ordinary day of the week, in order.
    #[must_use]
    pub fn weekday(&self, day: Weekday) -> &[Span] {
        &self.week[usize::from(day.to_monday_zero_offset().unsigned_abs())]
    }

    /// The ordinary week as it is written on a door: days that follow each other with equal hours
    /// together, closed days left out.
    #[must_use]
    pub fn week(&self) -> Vec<(Weekday, Weekday, &[Span])> {
        let mut lines: Vec<(Weekday, Weekday, &[Span])> = Vec::new();
        let mut follows = false;
        for day in Weekday::Monday.cycle_forward().take(7) {
            let spans = self.weekday(day);
            match lines.last_mut() {
                Some((_, last, same)) if follows && *same == spans => *last = day,
                _ if spans.is_empty() => {}
                _ => lines.push((day, day, spans)),
            }
            follows = !spans.is_empty();
        }
        lines
    }

    /// The local plan of one date.
    #[must_use]
    pub fn plan_of(&self, date: Date) -> &[Span] {
        if let Some(spans) = self.exceptions.get(&date) {
            return spans;
        }
        if self.closing.contains(date) {
            return &[];
        }
        match (&self.holidays, holiday(date)) {
            (OnHolidays::Closed, Some(_)) => &[],
            (OnHolidays::Spans(spans), Some(_)) => spans,
            _ => self.weekday(date.weekday()),
        }
    }

    /// The spans that begin on that date, as instants. A span that daylight saving swallows whole
    /// is left out.
    #[must_use]
    pub fn spans_of(&self, date: Date) -> Vec<OpenSpan> {
        self.plan_of(date)
            .iter()
            .map(|span| OpenSpan {
                from: self.zone.instant(date, span.from, Edge::Opens),
                to: self.zone.instant(date, span.to, Edge::Closes),
            })
            .filter(|span| span.from < span.to)
            .collect()
    }

    /// The spans that are open within another, cut to it, in order.
    #[must_use]
    pub fn open_within(&self, within: OpenSpan) -> Vec<OpenSpan> {
        let first = self.zone.date(within.from);
        let last = self.zone.date(within.to);
        // No span is longer than a day, so only the day before can reach in.
        let mut date = first.yesterday().unwrap_or(first);
        let mut open = Vec::new();
        while date <= last {
            let cut = self.spans_of(date).into_iter().map(|span| OpenSpan {
                from: span.from.max(within.from),
                to: span.to.min(within.to),
            });
            open.extend(cut.filter(|span| span.from < span.to));
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        open
    }

    #[must_use]
    pub fn open_at(&self, at: UnixMillis) -> bool {
        let today = self.zone.date(at);
        // No span is longer than a day, so only yesterday's can reach into today.
        [today.yesterday().ok(), Some(today)]
            .into_iter()
            .flatten()
            .flat_map(|date| self.spans_of(date))
            .any(|span| span.from <= at && at < span.to)
    }

    /// Whether it is open at `at`, and the next instant at which that changes.
    #[must_use]
    pub fn state(&self, at: UnixMillis) -> HoursState {
        let today = self.zone.date(at);
        let mut until: Option<UnixMillis> = None;
        for offset in -1..=HORIZON_DAYS {
            let Ok(date) = today.checked_add(offset.days()) else { continue };
            for span in self.spans_of(date) {
                if span.to <= at {
                    continue;
                }
                match until {
                    None if span.from <= at => until = Some(span.to),
                    None => return HoursState::Closed { opens_at: Some(span.from) },
                    // Open without a break over the edge of two spans.
                    Some(end) if span.from <= end => until = Some(end.max(span.to)),
                    Some(end) => return HoursState::Open { until: Some(end) },
                }
            }
        }
        match until {
            None => HoursState::Closed { opens_at: None },
            Some(end) => {
                let horizon = today.checked_add(HORIZON_DAYS.days()).unwrap_or(Date::MAX);
                let last = self.zone.instant(horizon, 0, Edge::Opens);
                HoursState::Open { until: (end < last).then_some(end) }
            }
        }
    }
}

impl Serialize for ServiceHours {
    /// The text form; closing days are data of the municipality and stay there.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ServiceHours {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
