//! Contact: departments, hours, numbers.

use askama::Template;

use super::Link;
use crate::citizen::filters;
use crate::citizen::frame::{Frame, Section, Ways};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "contact.html")]
pub struct Contact {
    pub t: Texts,
    pub frame: Frame,
    pub query: String,
    /// How many departments fit the question, when one was asked.
    pub found: Option<usize>,
    pub now_note: Option<String>,
    pub rows: Vec<Row>,
    pub ways: Ways,
}

/// A department in the list.
pub struct Row {
    pub name: String,
    pub about: String,
    pub url: String,
    pub phone: String,
    /// As in [`crate::citizen::frame::Strip`].
    pub state: &'static str,
    pub label: String,
    pub lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "department.html")]
pub struct Department {
    pub t: Texts,
    pub frame: Frame,
    pub name: String,
    pub about: String,
    pub row: Row,
    /// Whose other numbers citizens may know, and the numbers.
    pub numbers: Vec<(String, String)>,
    pub address: String,
    pub email: String,
    /// Days and times.
    pub hours: Vec<(String, String)>,
    /// Days on which it is closed though they are no holidays, with their names.
    pub closing: Vec<String>,
    pub promise: Option<String>,
    pub topics: Vec<Link>,
    pub chat_url: Option<String>,
    pub message_url: String,
    pub ways: Ways,
}
