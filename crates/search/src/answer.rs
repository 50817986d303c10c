//! What is asked and what is answered.

use base::{Language, MunicipalityKey, TopicKey};
use serde::Serialize;

use crate::document::DocumentKind;
use crate::favour::Factors;
use crate::schema::Card;

/// A citizen's or an agent's question.
#[derive(Debug, Clone)]
pub struct Query {
    pub text: String,
    /// Whose local variants take the place of the common pages.
    pub municipality: Option<MunicipalityKey>,
    /// At most so many hits (never more than 50).
    pub limit: usize,
    /// The language of the page the question was asked on; a hint only.
    pub language: Language,
    /// The last word may be unfinished.
    pub as_you_type: bool,
    /// The pages of municipalities' own sites are hits too.
    pub with_pages: bool,
}

/// The hits, best first. `abstained`: nothing fits well enough, and there are no hits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    pub took_us: u64,
    pub abstained: bool,
    pub hits: Vec<Hit>,
    /// How well the best page covers the query, hit or not.
    pub confidence: Confidence,
}

/// The measure of abstaining.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Confidence {
    /// Share of the query's idf mass that the best page surely covers, 0 to 1.
    pub share: f32,
    /// The covered mass itself.
    pub mass: f32,
    /// Share of the query's idf mass that a name of the page holds, times the share of the name.
    pub name: f32,
    /// Share of the query's idf mass, each word by how much the page says of it.
    pub depth: f32,
    /// The page has every word as written, and hardly any other page has the rarest of them.
    pub alone: bool,
    /// How many words the query has, small ones included.
    pub words: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    pub key: String,
    pub topic: TopicKey,
    pub kind: DocumentKind,
    pub title: String,
    pub title_en: String,
    pub summary: String,
    pub summary_en: String,
    pub url_path: String,
    pub score: f32,
    pub explain: Explain,
}

impl Hit {
    pub(crate) fn of(card: Card, score: f32, explain: Explain) -> Self {
        Self {
            key: card.key,
            topic: card.topic,
            kind: card.kind,
            title: card.title,
            title_en: card.title_en,
            summary: card.summary,
            summary_en: card.summary_en,
            url_path: card.url_path,
            score,
            explain,
        }
    }
}

/// Why a hit is where it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Explain {
    pub words: Vec<ExplainWord>,
    pub coverage: f32,
    pub phrase: f32,
    /// The name of the page (title or alias) that the query holds, and its bonus.
    pub name: f32,
    pub intent: f32,
    pub boost: f32,
    /// What views and "it helped" multiply the score by.
    pub favour: Factors,
    /// An editor wants it first for this query.
    pub best_bet: bool,
}

/// One word of the query on one page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainWord {
    /// As typed.
    pub word: String,
    /// The stems that matched.
    pub matched: String,
    pub by: By,
    pub weight: f32,
    pub score: f32,
    /// The id of the editors' synonym it came by.
    pub synonym: Option<String>,
}

/// How a word of the query came to match a word of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Exact,
    /// ae, oe, aa for æ, ø, å.
    Digraph,
    /// a, o for æ, å, ø.
    Fold,
    /// The list of misspellings.
    Spelling,
    /// One or two edits.
    Typo,
    Split,
    /// A part of the compound exact, another mistyped.
    SplitTypo,
    Joined,
    Synonym,
    NounVerb,
    Prefix,
    English,
    /// The editors' own choice for the query; no word of the page matched.
    BestBet,
}
