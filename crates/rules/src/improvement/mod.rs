//! The improvement loop: what citizens looked for and did not find becomes work for an editor.
//!
//! Read first: [`kept_words`] (what may be kept of a query at all), [`judge`] (what came of each
//! search of a visit), [`clusters`] (failed queries that mean the same), [`suggest`] (what an editor
//! can do about one), [`Rate`] (whether it helped).

mod cluster;
mod judge;
mod keep;
mod rate;
mod suggest;
#[cfg(test)]
mod tests;

pub use cluster::{Cluster, Phrase, clusters, related, shown_phrases};
pub use judge::{AfterContact, Came, Episode, Judged, Opened, judge};
pub use keep::{LONGEST_PHRASE, kept_words};
pub use rate::{Rate, SURE};
pub use suggest::{Facts, Led, Near, Suggestion, capital, guide_leak, suggest};

/// A query or one of its words is shown to editors when so many different visitors wrote it.
pub const CROWD: i64 = 3;

/// What is known of words: those of the language and those of the published texts.
pub trait Words {
    /// It stands in the dictionary or in a published text.
    fn known(&self, word: &str) -> bool;
    /// It says nothing of what a query is about.
    fn stop(&self, word: &str) -> bool;
    /// The same for all forms of a word.
    fn stem(&self, word: &str) -> String;
    /// The stems of the parts of a compound; empty for other words.
    fn parts(&self, word: &str) -> Vec<String>;
}
