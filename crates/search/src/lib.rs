//! Danish search over an embedded tantivy index.
//!
//! Read first: [`lexicon`] (what is known of the language), [`schema`] (how a page is indexed),
//! `reading` (how a query becomes alternatives), `ranking` (how pages are scored), [`weights`].
//!
//! ```text
//! let index = Index::open(folder, Lexicon::load(texts)?)?;
//! if index.applied_seq()?.is_none() {
//!     let mut writer = index.writer();
//!     writer.replace_all(&documents)?;
//!     writer.commit(seq)?;
//! }
//! let answer = index.search(&query)?;
//! ```
//!
//! Measured on the demo's pages: docs/search.md, per type.

pub mod answer;
pub mod derived;
pub mod document;
pub mod eval;
pub mod favour;
mod gather;
pub mod index;
pub mod lexicon;
pub mod live;
mod ranking;
mod reading;
pub mod schema;
pub mod snapshot;
pub mod spelling;
pub mod split;
pub mod splits;
pub mod stem;
pub mod suggest;
mod tier;
pub mod vocabularies;
pub mod vocabulary;
pub mod weights;

pub use answer::{Answer, By, Confidence, Explain, ExplainWord, Hit, Query};
pub use document::{Document, DocumentKind};
pub use eval::{EvalError, EvalQuery, Report};
pub use favour::{Counted, Factors, Favour};
pub use index::{Index, SearchError, Writer};
pub use lexicon::{Lexicon, LexiconError, LexiconTexts};
pub use live::{BestBetEntry, ExceptionEntry, SynonymEntry, WordEntries, Words};
pub use snapshot::Snapshot;
pub use suggest::{PastQuery, Suggestion};
pub use wordlist::{Marks, WordList, text};

/// The Danish word list that was there when the program was built; empty when none was.
#[must_use]
pub fn built_in_words() -> WordList {
    let compiled: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.fst"));
    if compiled.is_empty() {
        WordList::default()
    } else {
        WordList::of(compiled).unwrap_or_default()
    }
}

/// Whose the word list is and how it may be used; empty without one.
pub const WORDS_NOTICE: &str = include_str!(concat!(env!("OUT_DIR"), "/words.notice"));
