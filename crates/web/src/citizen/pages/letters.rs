//! Leaving a message, its status page, and what is remembered of a visit.

use askama::Template;

use crate::citizen::filters;
use crate::citizen::frame::{Frame, Section, Ways};
use crate::texts::Texts;

/// What somebody has typed into the message form; it is never lost.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default)]
pub struct MessageForm {
    /// Made with the form, so that sending it twice leaves it once.
    pub message_id: String,
    pub text: String,
    pub department: String,
    /// `telephone`, `email`, `status-page`.
    pub reply: String,
    pub phone: String,
    pub email: String,
    pub topic: String,
}

#[derive(Template)]
#[template(path = "message.html")]
pub struct Message {
    pub t: Texts,
    pub frame: Frame,
    pub query: String,
    pub closed: bool,
    pub form: MessageForm,
    /// What stands above the faults.
    pub faults_title: String,
    pub faults: Vec<Fault>,
    /// When an answer comes at the latest.
    pub promise: Option<String>,
    /// Key and name.
    pub departments: Vec<(String, String)>,
    pub ways: Ways,
}

impl Message {
    fn fault_of(&self, field: &str) -> bool {
        self.faults.iter().any(|fault| fault.field == field)
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The id of the field.
    pub field: &'static str,
    pub text: String,
}

#[derive(Template)]
#[template(path = "status.html")]
pub struct Status {
    pub t: Texts,
    pub frame: Frame,
    pub just_sent: bool,
    pub errands: Vec<Errand>,
    pub ways: Ways,
}

/// One errand on its status page.
pub struct Errand {
    pub state: &'static str,
    pub label: String,
    pub answer: Option<String>,
    pub overdue: bool,
    pub promise: Option<String>,
    pub moved: Option<String>,
    /// Where it lies.
    pub with: String,
    /// How the answer comes.
    pub reply: String,
    pub text: Option<String>,
}

#[derive(Template)]
#[template(path = "trail.html")]
pub struct Trail {
    pub t: Texts,
    pub frame: Frame,
    pub steps: Vec<Step>,
    pub removed: bool,
    pub ways: Ways,
}

/// Something a visitor did here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: String,
    pub what: String,
    pub when: String,
}
