//! A step of a question guide.

use askama::Template;

use crate::citizen::filters;
use crate::citizen::frame::{Frame, Section, Ways};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "guide.html", blocks = ["main"])]
pub struct GuidePage {
    pub t: Texts,
    pub frame: Frame,
    pub topic: String,
    pub title: String,
    pub guide_url: String,
    /// Before the first question, in English.
    pub summary_en: String,
    /// The question, or what to do.
    pub question: String,
    pub html: String,
    /// Empty at an end.
    pub options: Vec<GuideOption>,
    pub so_far: Vec<Turn>,
    /// The most questions that can follow.
    pub left: usize,
    pub back_url: Option<String>,
    /// The path as far as it holds.
    pub at: String,
    /// The whole path before an answer was changed: what still applies is kept.
    pub was: String,
    /// The versions that are walked.
    pub edition: String,
    /// The form was sent without an answer.
    pub fault: bool,
    /// A later answer no longer applied.
    pub shortened: bool,
    /// The version in the address never was: this is the start of today's.
    pub lost: bool,
    /// Says until when this was true, when that is over.
    pub expired: Option<String>,
    pub exits: Vec<Exit>,
    /// The chat, with the answers.
    pub talk_url: String,
    pub ways: Ways,
}

pub struct GuideOption {
    pub text: String,
    pub path: String,
    pub chosen: bool,
}

pub struct Turn {
    pub question: String,
    pub answer: String,
    pub change_url: String,
}

/// A way on from the end of a guide.
pub struct Exit {
    pub label: String,
    pub url: String,
    pub outside: bool,
}
