//! The results of a search: an answer where one is sure, hits, or the ways to a person.

use askama::Template;

use super::{FactBox, LocalBlock, Service};
use crate::citizen::filters;
use crate::citizen::frame::{Frame, Section, Ways};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "results.html")]
pub struct Results {
    pub t: Texts,
    pub frame: Frame,
    pub query: String,
    /// What the citizen should know of the question as it was understood.
    pub notes: Vec<String>,
    pub short: Option<Short>,
    pub hits: Vec<HitLink>,
    /// How many answers there are, the short one counted in.
    pub total: usize,
    pub guide: Option<GuideOffer>,
    /// Only when there is no answer: pages that might be meant.
    pub perhaps: Vec<HitLink>,
    /// Only when there is no answer: single words of the question.
    pub words: Vec<String>,
    pub ways: Ways,
}

/// The answer itself, from the best article.
pub struct Short {
    pub title: String,
    pub url: String,
    pub urgent: bool,
    pub summary: String,
    pub summary_en: String,
    /// HTML of what to do; empty when the article has no such part.
    pub steps_html: String,
    pub facts: Vec<FactBox>,
    pub local: Option<LocalBlock>,
    pub self_service: Option<Service>,
    /// "12. november 2026"
    pub checked: String,
    pub owner: String,
}

pub struct HitLink {
    pub title: String,
    pub summary: String,
    pub url: String,
    /// The kind in words.
    pub kind: String,
    /// Whether the kind is worth saying.
    pub tagged: bool,
}

pub struct GuideOffer {
    pub summary: String,
    pub url: String,
    /// The most questions it asks.
    pub most: usize,
}
