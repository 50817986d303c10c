//! An article, or a referral to another authority.

use askama::Template;

use super::{FactBox, Link, LocalBlock, Service, TextPart};
use crate::citizen::filters;
use crate::citizen::frame::{Frame, Section, Ways};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "topic.html", blocks = ["main"])]
pub struct TopicPage {
    pub t: Texts,
    pub frame: Frame,
    pub topic: String,
    pub title: String,
    /// The Danish title, shown where the page is in English.
    pub danish_title: String,
    pub area: String,
    pub area_key: String,
    pub urgent: bool,
    pub summary: String,
    pub summary_en: String,
    pub authority: Option<AuthorityBox>,
    pub facts: Vec<FactBox>,
    pub self_service: Option<Service>,
    pub parts: Vec<TextPart>,
    pub local: Option<LocalBlock>,
    pub checked: String,
    pub next_check: String,
    pub figures_year: Option<String>,
    /// The municipality that owns the common text.
    pub owner: String,
    /// A sentence on who owns the local part.
    pub local_owner: Option<String>,
    /// Statutes by name, in one line.
    pub rules: String,
    pub stale: bool,
    pub related: Vec<Link>,
    /// The page as questions and answers (schema.org FAQPage) in JSON without `<`.
    pub questions: String,
    pub ways: Ways,
}

pub struct AuthorityBox {
    pub name: String,
    pub url: String,
    pub phone: Option<String>,
}

/// "Did this help?" after the answer.
#[derive(Template)]
#[template(path = "helped.html", blocks = ["answer"])]
pub struct Helped {
    pub t: Texts,
    pub frame: Frame,
    pub topic: String,
    pub yes: bool,
    /// The reason has been given too.
    pub done: bool,
    pub back_url: String,
    pub ways: Ways,
}
