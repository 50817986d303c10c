//! Articles: the common text of a topic, a municipality's variant of it, and what a citizen sees.
//!
//! An article has one master for all members and at most one local variant per municipality
//! (product rule 8). [`parse_article`] and [`parse_variant`] read them from files, [`merge`] lays a
//! variant over its master, [`plain_text`] is what the search reads.

mod merge;
mod parse;
mod write;

pub use crate::content::Fault;
pub use merge::{Shown, ShownPart, leave_behind, merge, plain_text};
pub use parse::{parse_article, parse_variant};
pub use write::{write_article, write_variant};

pub(crate) use write::competence as competence_word;

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a topic is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicKind {
    /// The municipality's own answer.
    Article,
    /// Another authority does it: who, and how it is reached.
    Referral,
    /// A question guide ([`crate::guides`]).
    Guide,
}

impl TopicKind {
    /// The word used in files, addresses and the search's answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Referral => "referral",
            Self::Guide => "guide",
        }
    }
}

/// Who can finish a contact about a topic (product rule 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Competence {
    /// Any member's agent can finish.
    General,
    /// Needs the municipality's own facts.
    Local,
    /// Needs access to the case: guidance now, the rest is handed over.
    Case,
    /// Another authority does it.
    OtherAuthority,
}

/// A key fact: a label, a value and, where needed, what the value holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub label: String,
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where the citizen can do it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfService {
    pub label: String,
    /// An `https://` address.
    pub url: String,
}

/// The authority a referral leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// An `https://` address.
    pub url: String,
}

/// A named part of a text: what stands under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// For instance `todo`, `price` or `decides`; the anchor on the page.
    pub id: String,
    pub heading: String,
    pub markdown: String,
}

/// The common text of a topic, one version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    pub topic: TopicKey,
    /// [`TopicKind::Article`] or [`TopicKind::Referral`].
    pub kind: TopicKind,
    /// Counts up from 1 with every published change.
    pub version: u32,
    pub title: String,
    pub title_en: String,
    /// The knowledge area, for instance `id-og-papirer`.
    pub area: String,
    /// The kind of department that owns the topic in every municipality, unless one differs.
    pub department: DepartmentKey,
    pub competence: Competence,
    /// True where waiting harms.
    pub urgent: bool,
    /// The answer in one or two sentences.
    pub summary: String,
    /// The whole article in short, in English.
    pub summary_en: String,
    /// What people really say when they mean this.
    pub words: Vec<String>,
    pub words_en: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_service: Option<SelfService>,
    /// The year of the figures in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures_year: Option<i16>,
    /// The statutes and regulations the rules come from, by name.
    pub rules: Vec<String>,
    pub related: Vec<TopicKey>,
    /// The municipality that owns the master.
    pub owner: MunicipalityKey,
    pub reviewed: Date,
    /// When it must be reviewed again.
    pub review: Date,
    /// Referrals only: who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    pub facts: Vec<Fact>,
    pub parts: Vec<Part>,
}

/// What one municipality says differently or adds to an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The topic of the master.
    pub topic: TopicKey,
    /// The version of the master this was written against.
    pub of: u32,
    pub municipality: MunicipalityKey,
    /// Who owns the local part.
    pub department: DepartmentKey,
    pub reviewed: Date,
    /// The text is demonstration data.
    pub demo: bool,
    /// Local everyday words.
    pub words: Vec<String>,
    /// The rows of the framed local block.
    pub facts: Vec<Fact>,
    /// Replaces the master's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_service: Option<SelfService>,
    pub parts: Vec<Part>,
}
