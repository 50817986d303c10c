//! The pages as values: what a page shows, and its template. They ask nothing and decide nothing.

pub mod chat;
pub mod contact;
pub mod front;
pub mod guide;
pub mod letters;
pub mod plain;
pub mod search;
#[cfg(test)]
mod tests;
pub mod topic;

/// A link with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub title: String,
    pub url: String,
}

/// A topic among others: its name, its answer in short, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicLink {
    pub title: String,
    pub summary: String,
    pub url: String,
}

/// Something done at another site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub label: String,
    pub url: String,
}

/// A fact in a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactBox {
    pub label: String,
    pub value: String,
    pub note: Option<String>,
}

/// A part of a text, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPart {
    pub id: String,
    pub heading: String,
    /// HTML of `markdown`.
    pub html: String,
}

/// What one municipality says itself, in its own frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalBlock {
    pub heading: String,
    pub facts: Vec<FactBox>,
    pub parts: Vec<TextPart>,
}
