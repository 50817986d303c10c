//! Choosing a municipality, the home page, all topics.

use askama::Template;

use super::TopicLink;
use crate::citizen::filters;
use crate::citizen::frame::{Frame, Section, Ways};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "pick.html")]
pub struct Pick {
    pub t: Texts,
    pub frame: Frame,
    pub choices: Vec<Choice>,
}

/// A municipality to choose.
pub struct Choice {
    pub key: String,
    pub name: String,
    /// As in [`crate::citizen::frame::Strip`].
    pub state: &'static str,
    pub label: String,
}

#[derive(Template)]
#[template(path = "home.html")]
pub struct Home {
    pub t: Texts,
    pub frame: Frame,
    pub query: String,
    /// Questions to begin with, as people put them.
    pub examples: Vec<String>,
    pub frequent: Vec<TopicLink>,
    /// Whether `frequent` is counted, or only usual.
    pub counted: bool,
    /// What the site's page in which this one is framed is about; empty elsewhere.
    pub about: Vec<TopicLink>,
    pub guides: Vec<TopicLink>,
    pub ways: Ways,
}

#[derive(Template)]
#[template(path = "topics.html")]
pub struct Topics {
    pub t: Texts,
    pub frame: Frame,
    pub query: String,
    pub areas: Vec<Area>,
    pub ways: Ways,
}

/// A knowledge area with its topics by name.
pub struct Area {
    pub key: String,
    pub name: String,
    pub topics: Vec<TopicLink>,
}
