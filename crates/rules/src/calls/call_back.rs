//! Calling a citizen back: when it is their turn, or at the time they were promised.

use base::UnixMillis;
use serde::{Deserialize, Serialize};

use crate::hours::{HoursState, OpenSpan, ServiceHours};

/// Who is not reached is called once more after so long (ms).
pub const AGAIN_MS: i64 = 5 * 60 * 1000;
/// Attempts before the citizen is told that they could not be reached.
pub const ATTEMPTS: usize = 2;
/// A booked call-back comes so long (ms) after the line opens: the first minutes belong to those who
/// call when it opens.
pub const AFTER_OPENING_MS: i64 = 5 * 60 * 1000;
/// So long (ms) a promised time lasts: "between 8 and 10".
pub const WINDOW_MS: i64 = 2 * 60 * 60 * 1000;

/// When a call-back was promised for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "kebab-case")]
pub enum When {
    /// The caller keeps the place in line and is called when it is their turn.
    Turn,
    /// Booked: within this time.
    Booked { within: OpenSpan },
}

/// A call-back that is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBack {
    pub when: When,
    /// When they were called and not reached, in order.
    pub attempts: Vec<UnixMillis>,
}

/// What is to be done about a call-back now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// An agent is reserved: dial.
    Dial,
    /// It is due: it needs an agent, like any contact in line.
    Reserve,
    /// Nothing before then.
    Wait { until: UnixMillis },
    /// It was tried often enough: closed as unreachable, and the citizen is written to.
    GiveUp,
}

impl CallBack {
    #[must_use]
    pub const fn new(when: When) -> Self {
        Self { when, attempts: Vec::new() }
    }

    /// What to do at `at`. `reserved`: an agent has it. `turn`: it stands first in line.
    #[must_use]
    pub fn step(&self, at: UnixMillis, turn: bool, reserved: bool) -> Step {
        if self.attempts.len() >= ATTEMPTS {
            return Step::GiveUp;
        }
        let due = match (self.attempts.last(), self.when) {
            (Some(last), When::Booked { within }) => within.from.max(*last + AGAIN_MS),
            (Some(last), When::Turn) => *last + AGAIN_MS,
            (None, When::Booked { within }) => within.from,
            (None, When::Turn) if turn || reserved => at,
            // A place in line moves when others are served, not when time goes by.
            (None, When::Turn) => UnixMillis(i64::MAX),
        };
        match (due <= at, reserved) {
            (false, _) => Step::Wait { until: due },
            (true, false) => Step::Reserve,
            (true, true) => Step::Dial,
        }
    }
}

/// What is promised for a line that opens then.
#[must_use]
pub fn slot_after(opens: UnixMillis) -> OpenSpan {
    OpenSpan { from: opens + AFTER_OPENING_MS, to: opens + WINDOW_MS }
}

/// The next time that can be promised: shortly after the next opening, or from now when it is open
/// for so long yet. `None` when it opens on none of the next 60 days.
#[must_use]
pub fn next_slot(hours: &ServiceHours, at: UnixMillis) -> Option<OpenSpan> {
    let slot = |opens: UnixMillis, until: Option<UnixMillis>| {
        let whole = slot_after(opens);
        OpenSpan { to: until.map_or(whole.to, |until| whole.to.min(until)), ..whole }
    };
    let state = hours.state(at);
    if let HoursState::Open { until } = state {
        let now = slot(at, until);
        // Enough for the first attempt and the second.
        if now.to - now.from >= 2 * AGAIN_MS {
            return Some(now);
        }
        return next_slot(hours, until?);
    }
    let HoursState::Closed { opens_at } = state else { return None };
    let opens = opens_at?;
    let until = match hours.state(opens) {
        HoursState::Open { until } => until,
        HoursState::Closed { .. } => None,
    };
    Some(slot(opens, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Copenhagen time on a day of June 2027; the 4th is a Friday.
    fn at(day: i8, hour: i8, minute: i8) -> UnixMillis {
        let text = format!("2027-06-{day:02}T{hour:02}:{minute:02}:00+02:00");
        UnixMillis::from_timestamp(text.parse().unwrap())
    }

    #[test]
    fn who_calls_after_closing_is_called_at_five_past_eight() {
        let hours = ServiceHours::parse("mon-fri 08:00-16:00").unwrap();
        for (asked, opens) in [(at(2, 16, 30), at(3, 8, 0)), (at(4, 16, 30), at(7, 8, 0))] {
            let slot = next_slot(&hours, asked).unwrap();
            assert_eq!(slot, OpenSpan { from: opens + AFTER_OPENING_MS, to: opens + WINDOW_MS });
            let booked = CallBack::new(When::Booked { within: slot });
            assert_eq!(booked.step(slot.from + -1, true, true), Step::Wait { until: slot.from });
            assert_eq!(booked.step(slot.from, false, false), Step::Reserve);
            assert_eq!(booked.step(slot.from, false, true), Step::Dial);
        }
    }

    #[test]
    fn a_line_that_closes_soon_promises_the_next_day() {
        let hours = ServiceHours::parse("mon-fri 08:00-16:00").unwrap();
        let noon = next_slot(&hours, at(2, 12, 0)).unwrap();
        assert_eq!((noon.from, noon.to), (at(2, 12, 5), at(2, 14, 0)));
        let late = next_slot(&hours, at(2, 15, 30)).unwrap();
        assert_eq!((late.from, late.to), (at(2, 15, 35), at(2, 16, 0)));
        assert_eq!(next_slot(&hours, at(2, 15, 50)).unwrap().from, at(3, 8, 5));
        assert_eq!(next_slot(&ServiceHours::default(), at(2, 12, 0)), None);
    }

    #[test]
    fn a_place_in_line_is_called_at_its_turn_and_twice_at_most() {
        let mut owed = CallBack::new(When::Turn);
        assert_eq!(
            owed.step(at(2, 10, 0), false, false),
            Step::Wait { until: UnixMillis(i64::MAX) }
        );
        assert_eq!(owed.step(at(2, 10, 0), true, false), Step::Reserve);
        assert_eq!(owed.step(at(2, 10, 0), true, true), Step::Dial);
        owed.attempts.push(at(2, 10, 0));
        assert_eq!(owed.step(at(2, 10, 1), true, true), Step::Wait { until: at(2, 10, 5) });
        assert_eq!(owed.step(at(2, 10, 5), true, true), Step::Dial);
        owed.attempts.push(at(2, 10, 5));
        assert_eq!(owed.step(at(2, 10, 6), true, true), Step::GiveUp);
    }
}
