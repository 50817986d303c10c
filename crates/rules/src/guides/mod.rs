//! Question guides: one tree of questions for citizen and agent alike (product rule 9).
//!
//! [`parse`] reads a guide from its file, [`graft`] hangs a municipality's own [`Branches`] at it,
//! [`faults`] says why it cannot be published, [`walk`] is where a citizen of one municipality stands
//! after some answers. The answers are a [`Path`], short enough for an address (`?s=barn.pas-barn`),
//! and so is the [`Edition`] that is walked: who has begun a guide finishes the version begun.

mod branches;
mod check;
mod edition;
mod parse;
mod tally;
mod walk;
mod write;

pub use branches::{Branches, Hung, graft, join};
pub use check::{GuideFault, Known, MAX_NODES, check, faults};
pub use edition::{Edition, NoEdition};
pub use parse::parse;
pub use tally::{Counted, SPANS, Walked, median, tally};
pub use walk::{Answered, Offered, Path, Step, keep_later, walk};
pub use write::{parse_branches, write_branches, write_guide};

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::articles::Competence;

/// A question guide, one version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    pub topic: TopicKey,
    /// Counts up from 1 with every published change.
    pub version: u32,
    pub title: String,
    pub title_en: String,
    /// The knowledge area, for instance `id-og-papirer`.
    pub area: String,
    pub department: DepartmentKey,
    pub competence: Competence,
    /// True where waiting harms.
    pub urgent: bool,
    pub summary: String,
    pub summary_en: String,
    /// What people really say when they mean this.
    pub words: Vec<String>,
    pub words_en: Vec<String>,
    /// The year of the figures in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures_year: Option<i16>,
    pub rules: Vec<String>,
    pub related: Vec<TopicKey>,
    /// The municipality that owns the guide.
    pub owner: MunicipalityKey,
    pub reviewed: Date,
    pub review: Date,
    /// The first is the start; there is always one.
    pub nodes: Vec<Node>,
}

impl Guide {
    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}

/// A question or an answer of a guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    pub id: String,
    /// The question, or what to do.
    pub title: String,
    /// Help with the question, or the text of the answer; Markdown, may be empty.
    pub markdown: String,
    /// The line of its heading in the text it was read from.
    #[serde(default, skip_serializing)]
    pub line: u32,
    /// The last day on which it is true; `None`: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    pub kind: NodeKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// Asks; each choice leads on.
    Question(Vec<Choice>),
    /// Ends; the ways on from here, best first.
    Answer(Vec<Way>),
}

/// One possible answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub text: String,
    /// The node it leads to.
    pub to: String,
    /// Only for these municipalities; empty: for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<MunicipalityKey>,
    /// Its line in the text it was read from.
    #[serde(default, skip_serializing)]
    pub line: u32,
}

impl Choice {
    /// Whether citizens of this municipality are offered it.
    #[must_use]
    pub fn is_for(&self, municipality: &MunicipalityKey) -> bool {
        self.only.is_empty() || self.only.contains(municipality)
    }
}

/// Where an answer leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// An article, a referral or another guide.
    Topic(TopicKey),
    /// A site outside, `https://` only.
    Link { url: String, label: String },
    /// The department of this kind in the citizen's municipality.
    Department(DepartmentKey),
    /// A person, who sees the answers given so far.
    Person,
}
