//! The knowledge workshop: the life of a draft from the first word to the published text.
//!
//! Read first: [`Draft`] and [`decide`] (who may take it how far), [`Text`] (the four forms of a
//! text), [`diff`] (what two versions have changed, word by word), [`stale`] (what a new master means
//! for the variants over it).

pub mod diff;
pub mod stale;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use base::{Id, MunicipalityKey, TopicKey, UnixMillis, kind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::articles::{Article, TopicKind, Variant};
use crate::contacts::PersonId;
use crate::guides::{Branches, Guide};

pub type DraftId = Id<kind::Draft>;

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextKind {
    Article,
    Referral,
    Guide,
    /// What one municipality says differently or adds to an article or a referral.
    Variant,
    /// What one municipality adds to a guide.
    Branches,
}

impl TextKind {
    const ALL: [Self; 5] =
        [Self::Article, Self::Referral, Self::Guide, Self::Variant, Self::Branches];

    /// The word in the database and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Referral => "referral",
            Self::Guide => "guide",
            Self::Variant => "variant",
            Self::Branches => "branches",
        }
    }

    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it is the text of one municipality, over a master.
    #[must_use]
    pub const fn is_local(self) -> bool {
        matches!(self, Self::Variant | Self::Branches)
    }

    /// The form of a municipality's own text over this one.
    #[must_use]
    pub const fn local(self) -> Self {
        match self {
            Self::Article | Self::Referral | Self::Variant => Self::Variant,
            Self::Guide | Self::Branches => Self::Branches,
        }
    }
}

/// A text of the knowledge base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Text {
    /// An article or a referral.
    Article(Box<Article>),
    Variant(Box<Variant>),
    Guide(Box<Guide>),
    Branches(Box<Branches>),
}

impl Text {
    /// Reads a text of a form from JSON.
    ///
    /// # Errors
    /// When the JSON has not that form.
    pub fn read(kind: TextKind, body: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            TextKind::Article | TextKind::Referral => {
                Self::Article(Box::new(serde_json::from_str(body)?))
            }
            TextKind::Variant => Self::Variant(Box::new(serde_json::from_str(body)?)),
            TextKind::Guide => Self::Guide(Box::new(serde_json::from_str(body)?)),
            TextKind::Branches => Self::Branches(Box::new(serde_json::from_str(body)?)),
        })
    }

    #[must_use]
    pub const fn kind(&self) -> TextKind {
        match self {
            Self::Article(article) => match article.kind {
                TopicKind::Referral => TextKind::Referral,
                TopicKind::Article | TopicKind::Guide => TextKind::Article,
            },
            Self::Variant(_) => TextKind::Variant,
            Self::Guide(_) => TextKind::Guide,
            Self::Branches(_) => TextKind::Branches,
        }
    }

    #[must_use]
    pub const fn topic(&self) -> &TopicKey {
        match self {
            Self::Article(article) => &article.topic,
            Self::Variant(variant) => &variant.topic,
            Self::Guide(guide) => &guide.topic,
            Self::Branches(branches) => &branches.topic,
        }
    }

    /// Whose local text it is; `None` for a master.
    #[must_use]
    pub const fn municipality(&self) -> Option<&MunicipalityKey> {
        match self {
            Self::Article(_) | Self::Guide(_) => None,
            Self::Variant(variant) => Some(&variant.municipality),
            Self::Branches(branches) => Some(&branches.municipality),
        }
    }

    /// A master's own version; of a local text the version of the master it was written against.
    #[must_use]
    pub const fn version(&self) -> u32 {
        match self {
            Self::Article(article) => article.version,
            Self::Guide(guide) => guide.version,
            Self::Variant(variant) => variant.of,
            Self::Branches(branches) => branches.of,
        }
    }

    /// Makes what the workshop knows itself what it is, whatever the editor's browser sent: the
    /// topic, whose text it is, its form and its version.
    pub fn keep_identity(&mut self, of: &Self) {
        match (self, of) {
            (Self::Article(new), Self::Article(old)) => {
                new.topic = old.topic.clone();
                new.kind = old.kind;
                new.version = old.version;
            }
            (Self::Guide(new), Self::Guide(old)) => {
                new.topic = old.topic.clone();
                new.version = old.version;
            }
            (Self::Variant(new), Self::Variant(old)) => {
                new.topic = old.topic.clone();
                new.municipality = old.municipality.clone();
                new.of = old.of;
            }
            (Self::Branches(new), Self::Branches(old)) => {
                new.topic = old.topic.clone();
                new.municipality = old.municipality.clone();
                new.of = old.of;
                new.version = old.version;
            }
            _ => {}
        }
    }

    /// Gives the text its place among its own versions: a master carries the number itself.
    pub fn number(&mut self, number: u32) {
        match self {
            Self::Article(article) => article.version = number,
            Self::Guide(guide) => guide.version = number,
            Self::Branches(branches) => branches.version = number,
            Self::Variant(_) => {}
        }
    }

    /// Says that a local text was written against this version of its master.
    pub fn written_against(&mut self, master: u32) {
        match self {
            Self::Variant(variant) => variant.of = master,
            Self::Branches(branches) => branches.of = master,
            Self::Article(_) | Self::Guide(_) => {}
        }
    }

    /// A master's titles, Danish and English.
    #[must_use]
    pub fn titles(&self) -> Option<(&str, &str)> {
        match self {
            Self::Article(article) => Some((&article.title, &article.title_en)),
            Self::Guide(guide) => Some((&guide.title, &guide.title_en)),
            Self::Variant(_) | Self::Branches(_) => None,
        }
    }

    /// When a master must be reviewed again; local texts follow their master.
    #[must_use]
    pub const fn review(&self) -> Option<Date> {
        match self {
            Self::Article(article) => Some(article.review),
            Self::Guide(guide) => Some(guide.review),
            Self::Variant(_) | Self::Branches(_) => None,
        }
    }

    /// Whether a master lacks its English title or summary.
    #[must_use]
    pub fn lacks_english(&self) -> bool {
        let blank = |text: &str| text.trim().is_empty();
        match self {
            Self::Article(article) => blank(&article.title_en) || blank(&article.summary_en),
            Self::Guide(guide) => blank(&guide.title_en) || blank(&guide.summary_en),
            Self::Variant(_) | Self::Branches(_) => false,
        }
    }
}

/// How far a draft has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    Editing,
    InReview,
    Approved,
    /// It will be published at [`Draft::publish_at`].
    Scheduled,
}

impl Phase {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Editing => "editing",
            Self::InReview => "in-review",
            Self::Approved => "approved",
            Self::Scheduled => "scheduled",
        }
    }

    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Editing, Self::InReview, Self::Approved, Self::Scheduled]
            .into_iter()
            .find(|phase| phase.word() == word)
    }
}

/// The life of a draft, apart from its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub phase: Phase,
    /// Counts every change of the words, so that two editors notice each other.
    pub revision: i64,
    /// Publishing it takes the text away instead.
    pub removes: bool,
    /// The parts of a changed master that the local editor has decided about.
    pub settled: BTreeSet<String>,
    pub author: PersonId,
    pub last_author: PersonId,
    /// Who was asked to approve it.
    pub reviewer: Option<PersonId>,
    pub approved_by: Option<PersonId>,
    /// What its author or reviewer last said about it.
    pub note: String,
    pub publish_at: Option<UnixMillis>,
    pub expires_at: Option<UnixMillis>,
}

impl Draft {
    /// A draft as it begins.
    #[must_use]
    pub const fn begun_by(author: PersonId) -> Self {
        Self {
            phase: Phase::Editing,
            revision: 1,
            removes: false,
            settled: BTreeSet::new(),
            author,
            last_author: author,
            reviewer: None,
            approved_by: None,
            note: String::new(),
            publish_at: None,
            expires_at: None,
        }
    }
}

/// What is asked for the owner's sake before a text is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// A second person approves.
    pub approval: bool,
}

/// What somebody wants of a draft. `sound`: its check has found no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Write, over the revision that was read.
    Write {
        revision: i64,
    },
    /// Ask for approval.
    Submit {
        reviewer: Option<PersonId>,
        note: String,
        sound: bool,
    },
    /// Give it back to its author.
    Return {
        note: String,
    },
    Approve {
        note: String,
    },
    /// Publish now or at an instant, perhaps for a time only.
    Publish {
        at: Option<UnixMillis>,
        expires_at: Option<UnixMillis>,
        sound: bool,
    },
    /// The instant of publication has come.
    Due {
        sound: bool,
    },
}

/// What follows from a command besides the draft as it is then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is in review: somebody has something to do.
    ReviewAsked,
    /// It is in review no longer.
    ReviewEnded,
    /// The draft ends as the published text.
    Publish,
    /// It is published at the draft's instant.
    Schedule,
    /// It is not published by the clock any more.
    Unschedule,
}

/// Why a command cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("somebody else has changed the draft")]
    Changed,
    #[error("the check of the draft has found errors")]
    NotSound,
    #[error("nobody approves what they wrote last")]
    OwnWork,
    #[error("a second person has to approve it first")]
    AwaitsApproval,
    #[error("the draft is not in that phase")]
    OtherPhase,
    #[error("it would expire before it is published")]
    ExpiresFirst,
    #[error("the instant of publication has passed")]
    Past,
}

/// An instant that passed so long ago at most, while somebody was pressing, is now.
const JUST_NOW_S: i64 = 60;

/// What becomes of a draft.
///
/// Whoever changes a word takes back its approval and its publication by the clock. The last one who
/// changed a word never approves it, and where approval is asked for nothing is published without.
///
/// # Errors
/// [`Refusal`] says why nothing changes.
pub fn decide(
    draft: &Draft,
    command: Command,
    who: PersonId,
    now: UnixMillis,
    policy: Policy,
) -> Result<(Draft, Vec<Effect>), Refusal> {
    let mut next = draft.clone();
    let mut effects = Vec::new();
    match command {
        Command::Write { revision } => {
            if revision != draft.revision {
                return Err(Refusal::Changed);
            }
            next.revision += 1;
            next.last_author = who;
            back_to_editing(draft, &mut next, &mut effects);
        }
        Command::Submit { reviewer, note, sound } => {
            if draft.phase != Phase::Editing {
                return Err(Refusal::OtherPhase);
            }
            if reviewer == Some(draft.last_author) {
                return Err(Refusal::OwnWork);
            }
            if !sound {
                return Err(Refusal::NotSound);
            }
            next.phase = Phase::InReview;
            next.reviewer = reviewer;
            next.note = note;
            effects.push(Effect::ReviewAsked);
        }
        Command::Return { note } => {
            if draft.phase == Phase::Editing {
                return Err(Refusal::OtherPhase);
            }
            next.note = note;
            back_to_editing(draft, &mut next, &mut effects);
        }
        Command::Approve { note } => {
            if draft.phase != Phase::InReview {
                return Err(Refusal::OtherPhase);
            }
            if who == draft.last_author {
                return Err(Refusal::OwnWork);
            }
            next.phase = Phase::Approved;
            next.approved_by = Some(who);
            next.note = note;
            effects.push(Effect::ReviewEnded);
        }
        Command::Publish { at, expires_at, sound } => {
            let approved = draft.approved_by.is_some_and(|by| by != draft.last_author);
            if policy.approval && !approved {
                return Err(Refusal::AwaitsApproval);
            }
            if !sound {
                return Err(Refusal::NotSound);
            }
            if at.is_some_and(|at| at.plus_seconds(JUST_NOW_S) < now) {
                return Err(Refusal::Past);
            }
            let when = at.unwrap_or(now).max(now);
            if expires_at.is_some_and(|end| end <= when) {
                return Err(Refusal::ExpiresFirst);
            }
            if draft.phase == Phase::InReview {
                effects.push(Effect::ReviewEnded);
            }
            next.expires_at = expires_at;
            if when > now {
                next.phase = Phase::Scheduled;
                next.publish_at = Some(when);
                effects.push(Effect::Schedule);
            } else {
                if draft.phase == Phase::Scheduled {
                    effects.push(Effect::Unschedule);
                }
                next.publish_at = None;
                effects.push(Effect::Publish);
            }
        }
        Command::Due { sound } => {
            let due = draft.publish_at.is_some_and(|at| at <= now);
            if draft.phase != Phase::Scheduled || !due {
                return Err(Refusal::OtherPhase);
            }
            let approved = draft.approved_by.is_some_and(|by| by != draft.last_author);
            if policy.approval && !approved {
                return Err(Refusal::AwaitsApproval);
            }
            if !sound {
                return Err(Refusal::NotSound);
            }
            effects.push(Effect::Publish);
        }
    }
    Ok((next, effects))
}

fn back_to_editing(draft: &Draft, next: &mut Draft, effects: &mut Vec<Effect>) {
    match draft.phase {
        Phase::InReview => effects.push(Effect::ReviewEnded),
        Phase::Scheduled => effects.push(Effect::Unschedule),
        Phase::Editing | Phase::Approved => {}
    }
    next.phase = Phase::Editing;
    next.approved_by = None;
    next.publish_at = None;
}
