//! The life of a bulk change: previewed, approved text by text, published whole.

use std::collections::BTreeSet;

use base::{Id, MunicipalityKey, TopicKey, UnixMillis, kind};
use serde::{Deserialize, Serialize};

use crate::contacts::PersonId;

pub type BulkId = Id<kind::Bulk>;

/// How far a bulk change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Its author looks at what it would do.
    Preview,
    InReview,
    Approved,
    /// It is published at [`Bulk::publish_at`].
    Scheduled,
    Published,
    Cancelled,
}

impl Phase {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::InReview => "in-review",
            Self::Approved => "approved",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [
            Self::Preview,
            Self::InReview,
            Self::Approved,
            Self::Scheduled,
            Self::Published,
            Self::Cancelled,
        ];
        all.into_iter().find(|phase| phase.word() == word)
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Published | Self::Cancelled)
    }
}

/// A bulk change, apart from its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    pub phase: Phase,
    pub by: PersonId,
    pub publish_at: Option<UnixMillis>,
    pub texts: Vec<BulkText>,
}

/// A text that a bulk change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkText {
    pub topic: TopicKey,
    pub municipality: Option<MunicipalityKey>,
    /// The whole text is left out.
    pub left_out: bool,
    /// Fields of it that are left out.
    pub left_fields: BTreeSet<String>,
    /// Whether whoever owns it asks for a second person.
    pub asks_approval: bool,
    pub approved_by: Option<PersonId>,
    /// It is not any more what was previewed.
    pub changed_since: bool,
    /// The check has found an error in what it would become.
    pub faulty: bool,
}

impl BulkText {
    const fn awaits(&self) -> bool {
        !self.left_out && self.asks_approval && self.approved_by.is_none()
    }
}

/// What somebody wants of a bulk change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Leave a text out, or (with `field`) a place in it; or take it in again.
    LeaveOut {
        topic: TopicKey,
        municipality: Option<MunicipalityKey>,
        field: Option<String>,
        out: bool,
    },
    Submit,
    /// Approve these texts: those in the approver's reach.
    Approve {
        texts: Vec<(TopicKey, Option<MunicipalityKey>)>,
    },
    /// Publish now (`None`) or at an instant.
    Publish {
        at: Option<UnixMillis>,
    },
    /// The instant has come.
    Due,
    /// The preview was made anew.
    Renewed,
    Cancel,
}

/// What follows besides the bulk change as it is then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Publish,
    Schedule,
    Unschedule,
}

/// Why a command cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("it is not in that phase")]
    OtherPhase,
    #[error("no such text or place is in it")]
    Unknown,
    #[error("every text is left out")]
    Nothing,
    #[error("a text has changed since the preview")]
    Changed,
    #[error("the check has found errors")]
    Faulty,
    #[error("nobody approves their own bulk change")]
    OwnWork,
    #[error("a second person has to approve it first")]
    AwaitsApproval,
    #[error("that instant has passed")]
    Past,
}

/// What becomes of a bulk change.
///
/// Leaving something out takes back approvals and publication by the clock, so that what is
/// published is what was approved. Nothing is published while one text differs from its preview,
/// has an error, or lacks the approval its owner asks for: all of it or nothing.
///
/// # Errors
/// [`Refusal`] says why nothing changes.
pub fn decide(
    bulk: &Bulk,
    command: Command,
    who: PersonId,
    now: UnixMillis,
) -> Result<(Bulk, Vec<Effect>), Refusal> {
    if bulk.phase.has_ended() {
        return Err(Refusal::OtherPhase);
    }
    let mut next = bulk.clone();
    let mut effects = Vec::new();
    match command {
        Command::LeaveOut { topic, municipality, field, out } => {
            let text = next
                .texts
                .iter_mut()
                .find(|text| text.topic == topic && text.municipality == municipality)
                .ok_or(Refusal::Unknown)?;
            match field {
                None => text.left_out = out,
                Some(field) if out => {
                    text.left_fields.insert(field);
                }
                Some(field) => {
                    text.left_fields.remove(&field);
                }
            }
            back_to_preview(bulk, &mut next, &mut effects);
        }
        Command::Renewed => back_to_preview(bulk, &mut next, &mut effects),
        Command::Submit => {
            if bulk.phase != Phase::Preview {
                return Err(Refusal::OtherPhase);
            }
            sound(bulk)?;
            next.phase = if bulk.texts.iter().any(BulkText::awaits) {
                Phase::InReview
            } else {
                Phase::Approved
            };
        }
        Command::Approve { texts } => {
            if bulk.phase != Phase::InReview {
                return Err(Refusal::OtherPhase);
            }
            if who == bulk.by {
                return Err(Refusal::OwnWork);
            }
            sound(bulk)?;
            let mut approved = false;
            for text in &mut next.texts {
                let meant = texts.iter().any(|(topic, municipality)| {
                    *topic == text.topic && *municipality == text.municipality
                });
                if meant && text.awaits() {
                    text.approved_by = Some(who);
                    approved = true;
                }
            }
            if !approved {
                return Err(Refusal::Unknown);
            }
            if !next.texts.iter().any(BulkText::awaits) {
                next.phase = Phase::Approved;
            }
        }
        Command::Publish { at } => {
            ready(bulk)?;
            match at {
                Some(at) if at <= now => return Err(Refusal::Past),
                Some(at) => {
                    next.phase = Phase::Scheduled;
                    next.publish_at = Some(at);
                    effects.push(Effect::Schedule);
                }
                None => publish(bulk, &mut next, now, &mut effects),
            }
        }
        Command::Due => {
            if bulk.phase != Phase::Scheduled || bulk.publish_at.is_none_or(|at| at > now) {
                return Err(Refusal::OtherPhase);
            }
            ready(bulk)?;
            publish(bulk, &mut next, now, &mut effects);
        }
        Command::Cancel => {
            if bulk.phase == Phase::Scheduled {
                effects.push(Effect::Unschedule);
            }
            next.phase = Phase::Cancelled;
            next.publish_at = None;
        }
    }
    Ok((next, effects))
}

fn publish(bulk: &Bulk, next: &mut Bulk, now: UnixMillis, effects: &mut Vec<Effect>) {
    if bulk.phase == Phase::Scheduled {
        effects.push(Effect::Unschedule);
    }
    next.phase = Phase::Published;
    next.publish_at = Some(now);
    effects.push(Effect::Publish);
}

fn back_to_preview(bulk: &Bulk, next: &mut Bulk, effects: &mut Vec<Effect>) {
    if bulk.phase == Phase::Scheduled {
        effects.push(Effect::Unschedule);
    }
    next.phase = Phase::Preview;
    next.publish_at = None;
    for text in &mut next.texts {
        text.approved_by = None;
    }
}

/// Whether what would be published is what was previewed, and passes the check.
fn sound(bulk: &Bulk) -> Result<(), Refusal> {
    let mut taken = bulk.texts.iter().filter(|text| !text.left_out).peekable();
    if taken.peek().is_none() {
        return Err(Refusal::Nothing);
    }
    let (mut changed, mut faulty) = (false, false);
    for text in taken {
        changed |= text.changed_since;
        faulty |= text.faulty;
    }
    if changed {
        return Err(Refusal::Changed);
    }
    if faulty { Err(Refusal::Faulty) } else { Ok(()) }
}

fn ready(bulk: &Bulk) -> Result<(), Refusal> {
    sound(bulk)?;
    if bulk.texts.iter().any(BulkText::awaits) {
        return Err(Refusal::AwaitsApproval);
    }
    Ok(())
}
