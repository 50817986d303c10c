//! What a contact's own story says against the directory: somebody came to the wrong place, or was
//! sent on to where nobody answered.

use base::{TopicKey, UnixMillis};

use crate::contacts::{Aim, Contact, Event, OutcomeKind, Party, Phase};

/// A transfer that nobody took within so many seconds was not answered.
pub const ANSWER_S: i64 = 60;

/// Something for the department that keeps the entry to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// The citizen had come to the wrong place about this.
    Misdirected { topic: Option<TopicKey> },
    /// Sent on to there, and nobody answered.
    Unanswered { aim: Aim },
}

/// What an event that happens to a contact at `at` says against the directory.
#[must_use]
pub fn report(before: &Contact, event: &Event, at: UnixMillis) -> Option<Report> {
    let waiting = matches!(before.phase, Phase::Waiting | Phase::Offered { .. });
    match event {
        Event::WrappedUp { topic, outcome: OutcomeKind::Misdirected, .. } => {
            // Corrected within the ten minutes: it was said already.
            let said = before.wrap.as_ref().is_some_and(|w| w.outcome == OutcomeKind::Misdirected);
            (!said).then(|| Report::Misdirected { topic: topic.clone().or(before.topic.clone()) })
        }
        _ if !waiting || before.aim == Aim::Ladder => None,
        Event::Accepted { by } => {
            let late = before.aimed_at.is_some_and(|aimed| at.seconds_since(aimed) > ANSWER_S);
            let other = matches!(before.aim, Aim::Person { person } if person != *by);
            (late || other).then(|| Report::Unanswered { aim: before.aim.clone() })
        }
        Event::Abandoned
        | Event::LeftMessage
        | Event::HandedOver { by: Party::Citizen | Party::System, .. } => {
            Some(Report::Unanswered { aim: before.aim.clone() })
        }
        _ => None,
    }
}
