//! Who is on duty, when. Duty is the access right (product rule 7), so its edges are exact.

use std::collections::BTreeSet;

use base::{DepartmentKey, Id, MunicipalityKey, UnixMillis, kind};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::contacts::PersonId;
use crate::hours::{Edge, Zone};

pub type DutyId = Id<kind::Duty>;

/// What somebody is on duty for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DutyKind {
    /// The evening hotline of the consortium: the serving municipality answers for all members.
    Hotline,
    /// *Telefonvagt*: a department of one's own municipality.
    Telephone { department: DepartmentKey },
}

/// One turn: local date and times, so that it keeps its hours over daylight saving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    pub id: DutyId,
    /// The municipality whose people answer.
    pub serving: MunicipalityKey,
    /// Who answers; on the hotline, when empty, every agent of the serving municipality.
    pub people: BTreeSet<PersonId>,
    /// The date on which it begins.
    pub date: Date,
    pub from: Time,
    /// On the next day when it is not later than `from`.
    pub to: Time,
    pub zone: Zone,
    pub kind: DutyKind,
    pub cancelled: bool,
}

impl Duty {
    /// The first instant of it.
    #[must_use]
    pub fn starts(&self) -> UnixMillis {
        self.zone.instant(self.date, minutes(self.from), Edge::Opens)
    }

    /// The first instant after it.
    #[must_use]
    pub fn ends(&self) -> UnixMillis {
        let (from, to) = (minutes(self.from), minutes(self.to));
        let to = if to <= from { to + crate::hours::DAY } else { to };
        self.zone.instant(self.date, to, Edge::Closes)
    }

    /// Whether it is going on. A cancelled duty never is.
    #[must_use]
    pub fn covers(&self, at: UnixMillis) -> bool {
        !self.cancelled && self.starts() <= at && at < self.ends()
    }

    /// Whether this person, who belongs to `home`, is on it.
    #[must_use]
    pub fn includes(&self, person: PersonId, home: &MunicipalityKey) -> bool {
        if self.people.is_empty() {
            return self.kind == DutyKind::Hotline && self.serving == *home;
        }
        self.people.contains(&person)
    }
}

/// Minutes after midnight; seconds do not count in a roster.
fn minutes(time: Time) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

/// The duties that are going on.
#[must_use]
pub fn on_duty_at(duties: &[Duty], at: UnixMillis) -> Vec<&Duty> {
    duties.iter().filter(|duty| duty.covers(at)).collect()
}

/// The next instant after `at` at which a duty begins or ends.
#[must_use]
pub fn next_edge(duties: &[Duty], at: UnixMillis) -> Option<UnixMillis> {
    duties
        .iter()
        .filter(|duty| !duty.cancelled)
        .flat_map(|duty| [duty.starts(), duty.ends()])
        .filter(|edge| *edge > at)
        .min()
}

/// A duty may not be shorter, in minutes.
pub const SHORTEST_MIN: i64 = 30;
/// A duty may not be longer, in minutes.
pub const LONGEST_MIN: i64 = 12 * 60;

/// What the planner is told about a duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum PlanProblem {
    /// It ends when it begins, or before and is no night.
    EndBeforeStart,
    TooShort {
        minutes: i64,
        at_least: i64,
    },
    TooLong {
        minutes: i64,
        at_most: i64,
    },
    /// It is over already.
    Past,
    /// Somebody has another duty at the same time.
    PersonTwice {
        person: PersonId,
        other: DutyId,
    },
    /// Telephone duty needs somebody.
    Nobody,
}

impl PlanProblem {
    /// The name of the text in the language catalogue, without the prefix `duty-problem-`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EndBeforeStart => "end-before-start",
            Self::TooShort { .. } => "too-short",
            Self::TooLong { .. } => "too-long",
            Self::Past => "past",
            Self::PersonTwice { .. } => "person-twice",
            Self::Nobody => "nobody",
        }
    }
}

/// What is wrong with a duty that a planner wants to save beside the others; empty when nothing is.
/// An earlier version of it among the others is left out, and so are cancelled ones.
#[must_use]
pub fn plan_check(duty: &Duty, others: &[Duty], now: UnixMillis) -> Vec<PlanProblem> {
    if duty.cancelled {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let length = (duty.ends() - duty.starts()) / 60_000;
    if duty.to == duty.from || (duty.to < duty.from && length > LONGEST_MIN) {
        problems.push(PlanProblem::EndBeforeStart);
    } else if length < SHORTEST_MIN {
        problems.push(PlanProblem::TooShort { minutes: length, at_least: SHORTEST_MIN });
    } else if length > LONGEST_MIN {
        problems.push(PlanProblem::TooLong { minutes: length, at_most: LONGEST_MIN });
    }
    if duty.ends() <= now {
        problems.push(PlanProblem::Past);
    }
    if duty.people.is_empty() && duty.kind != DutyKind::Hotline {
        problems.push(PlanProblem::Nobody);
    }
    for other in others.iter().filter(|other| other.id != duty.id && !other.cancelled) {
        if duty.starts() < other.ends() && other.starts() < duty.ends() {
            problems.extend(
                duty.people
                    .intersection(&other.people)
                    .map(|person| PlanProblem::PersonTwice { person: *person, other: other.id }),
            );
        }
    }
    problems
}

#[cfg(test)]
mod tests;
