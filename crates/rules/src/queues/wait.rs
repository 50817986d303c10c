//! The place in line and the expected wait, said honestly.

use base::UnixMillis;
use serde::{Deserialize, Serialize};

use super::ladder::{ladder, stands_on};
use super::{Agent, Config, Picture, Waiting};
use crate::contacts::ContactId;

/// How fast contacts are finished and how long citizens stay, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Mean time an agent spends on a contact.
    pub handling_s: f64,
    /// Mean time after which a waiting citizen gives up.
    pub patience_s: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { handling_s: 300.0, patience_s: 180.0 }
    }
}

/// The expected wait in seconds with so many ahead and so many contacts served at once, some of
/// those ahead giving up (Erlang A, exact for the position). `None` when nobody serves.
#[must_use]
pub fn expected_wait(ahead: usize, served_at_once: f64, pace: Pace) -> Option<f64> {
    let usable = |value: f64| value.is_finite() && value > 0.0;
    if !usable(served_at_once) || !usable(pace.handling_s) || !usable(pace.patience_s) {
        return None;
    }
    let finished_per_s = served_at_once / pace.handling_s;
    let mut wait = 0.0;
    let mut leaving_per_s = 0.0;
    for _ in 0..=ahead {
        wait += 1.0 / (finished_per_s + leaving_per_s);
        leaving_per_s += 1.0 / pace.patience_s;
    }
    Some(wait)
}

/// The wait to publish after `before` was published: it falls with every better figure and rises
/// only when it must, so that a citizen never sees a number go up and down.
#[must_use]
pub fn steady_wait(before: Option<f64>, now: f64) -> f64 {
    match before {
        Some(before) if now <= before * 1.5 => before.min(now),
        _ => now,
    }
}

/// A wait as it is said to a citizen, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitRange {
    Under1,
    From1To3,
    From3To5,
    From5To10,
    From10To20,
    Over20,
}

impl WaitRange {
    #[must_use]
    pub fn of_seconds(seconds: f64) -> Self {
        match seconds {
            s if s < 60.0 => Self::Under1,
            s if s < 180.0 => Self::From1To3,
            s if s < 300.0 => Self::From3To5,
            s if s < 600.0 => Self::From5To10,
            s if s < 1200.0 => Self::From10To20,
            _ => Self::Over20,
        }
    }

    /// At least and at most so many minutes, as they are spoken.
    #[must_use]
    pub const fn minutes(self) -> (u32, u32) {
        match self {
            Self::Under1 => (0, 1),
            Self::From1To3 => (1, 3),
            Self::From3To5 => (3, 5),
            Self::From5To10 => (5, 10),
            Self::From10To20 => (10, 20),
            Self::Over20 => (20, 30),
        }
    }

    /// The name of the text in the language catalogue, without the prefix `wait-`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Under1 => "under-1",
            Self::From1To3 => "from-1-to-3",
            Self::From3To5 => "from-3-to-5",
            Self::From5To10 => "from-5-to-10",
            Self::From10To20 => "from-10-to-20",
            Self::Over20 => "over-20",
        }
    }
}

/// What a waiting citizen is told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// Number in line, from 1, among those who wait for the same people.
    pub position: usize,
    /// Signed-in agents who could take it.
    pub agents: usize,
    /// `None` when nobody is signed in.
    pub expected_s: Option<f64>,
    pub wait: Option<WaitRange>,
}

/// Where a waiting contact stands and how long it may take; `None` when it does not wait.
#[must_use]
pub fn outlook(
    picture: &Picture,
    contact: ContactId,
    now: UnixMillis,
    config: &Config,
    pace: Pace,
) -> Option<Outlook> {
    let waiting = picture.waiting.iter().find(|w| w.contact == contact)?;
    let askable = askable(picture, waiting, now, config);
    let ahead = ahead(picture, waiting, &askable, now, config);
    let free = |a: &&&Agent| a.is_free(config) && a.has_room(waiting.call);
    let free = askable.iter().filter(free).count();
    // A call has its agent for itself.
    let served = |a: &&Agent| if waiting.call { 1 } else { u32::from(a.capacity) };
    let at_once: u32 = askable.iter().map(served).sum();
    let expected_s =
        if free > ahead { Some(0.0) } else { expected_wait(ahead, f64::from(at_once), pace) };
    Some(Outlook {
        position: ahead + 1,
        agents: askable.len(),
        expected_s,
        wait: expected_s.map(WaitRange::of_seconds),
    })
}

/// The number in line, from 1; `None` when the contact does not wait.
#[must_use]
pub fn position(
    picture: &Picture,
    contact: ContactId,
    now: UnixMillis,
    config: &Config,
) -> Option<usize> {
    let waiting = picture.waiting.iter().find(|w| w.contact == contact)?;
    let askable = askable(picture, waiting, now, config);
    Some(ahead(picture, waiting, &askable, now, config) + 1)
}

/// The agents who are there on a step that is open for the contact.
fn askable<'a>(
    picture: &'a Picture,
    waiting: &Waiting,
    now: UnixMillis,
    config: &Config,
) -> Vec<&'a Agent> {
    let ladder = ladder(waiting, &picture.agents, now, config);
    picture
        .agents
        .iter()
        .filter(|a| a.is_there(config))
        .filter(|a| ladder.language_waived || a.languages.contains(&waiting.language))
        .filter(|a| ladder.open.iter().any(|(rung, _)| stands_on(a, *rung, waiting)))
        .collect()
}

/// How many are served before it: those earlier in line whom one of the same agents may take, or,
/// while nobody is there, those of the same municipality.
fn ahead(
    picture: &Picture,
    waiting: &Waiting,
    askable: &[&Agent],
    now: UnixMillis,
    config: &Config,
) -> usize {
    let order = waiting.order(now, config);
    picture
        .waiting
        .iter()
        .filter(|other| other.order(now, config) < order)
        .filter(|other| {
            if askable.is_empty() {
                return other.municipality == waiting.municipality;
            }
            let theirs = ladder(other, &picture.agents, now, config);
            askable
                .iter()
                .filter(|a| theirs.language_waived || a.languages.contains(&other.language))
                .any(|a| theirs.open.iter().any(|(rung, _)| stands_on(a, *rung, other)))
        })
        .count()
}
