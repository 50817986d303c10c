//! Chat: the start, and the conversation.

use askama::Template;

use super::Link;
use super::letters::Step;
use crate::citizen::filters;
use crate::citizen::frame::{Frame, Section, Ways};
use crate::texts::Texts;

/// What somebody has typed into the start form.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default)]
pub struct StartForm {
    /// Made with the form, so that sending it twice says it once.
    pub message_id: String,
    pub text: String,
    pub name: String,
    pub topic: String,
    pub department: String,
}

#[derive(Template)]
#[template(path = "chat_start.html")]
pub struct ChatStart {
    pub t: Texts,
    pub frame: Frame,
    /// "I aften svarer *Furesø* for Frederikssund"
    pub answering: Option<String>,
    pub topic_title: Option<String>,
    pub form: StartForm,
    /// What stands above the fault.
    pub fault_title: String,
    pub fault: Option<String>,
    pub wait: Option<String>,
    pub steps: Vec<Step>,
    pub ways: Ways,
}

/// In a frame in which the browser keeps no cookies: the way to a window of its own.
#[derive(Template)]
#[template(path = "chat_window.html")]
pub struct ChatWindow {
    pub t: Texts,
    pub frame: Frame,
    pub form: StartForm,
}

/// Where a caller joins in writing, by the code that was said.
#[derive(Template)]
#[template(path = "chat_code.html")]
pub struct ChatCode {
    pub t: Texts,
    pub frame: Frame,
    pub fault: Option<String>,
}

#[derive(Template)]
#[template(path = "chat.html")]
pub struct Chat {
    pub t: Texts,
    pub frame: Frame,
    pub contact: String,
    /// The last number of the conversation on this page.
    pub head: i64,
    pub phase: &'static str,
    pub heading: String,
    pub agent: Option<AgentFace>,
    /// "Hjælper Frederikssund"
    pub helps: Option<String>,
    /// Something can still be said.
    pub open: bool,
    /// It can be ended on this page: no telephone call goes on beside it.
    pub ends_here: bool,
    pub waiting: bool,
    pub position: Option<u32>,
    /// What follows the number in line.
    pub line_rest: String,
    pub lines: Vec<ChatLine>,
    pub read_by_agent: i64,
    /// A fresh id for the next message.
    pub message_id: String,
    pub draft: String,
    pub fault: Option<String>,
    pub notes: Vec<String>,
    pub rated: bool,
    pub kept_days: Option<i64>,
}

/// Who one is talking with.
pub struct AgentFace {
    pub initial: String,
    pub name: String,
    pub municipality: String,
}

/// A line of the conversation.
pub struct ChatLine {
    pub seq: i64,
    /// The id its sender made.
    pub id: Option<String>,
    pub mine: bool,
    /// "Mette, kl. 20.18"
    pub by: String,
    pub text: Option<String>,
    pub article: Option<Link>,
    /// A line that nobody said.
    pub notice: Option<String>,
    /// Something was promised.
    pub agreed: bool,
}
