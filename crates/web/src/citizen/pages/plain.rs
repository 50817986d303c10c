//! Pages of text: privacy, accessibility, and what is said when something cannot be done.

use askama::Template;

use crate::citizen::filters;
use crate::citizen::frame::{Frame, Section, Ways};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "text.html")]
pub struct TextPage {
    pub t: Texts,
    pub frame: Frame,
    pub title: String,
    pub lead: String,
    /// Heading and text.
    pub sections: Vec<(String, String)>,
    /// A name and an address.
    pub link: Option<(String, String)>,
    pub ways: Ways,
}

#[derive(Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    pub t: Texts,
    pub frame: Frame,
    pub query: String,
    pub title: String,
    pub text: String,
    pub ways: Option<Ways>,
}

/// Tells browsers how a municipality's site is searched.
#[derive(Template)]
#[template(path = "opensearch.xml", escape = "html")]
pub struct OpenSearch {
    pub name: String,
    pub title: String,
    /// `https://straks.example/furesoe`
    pub address: String,
}
