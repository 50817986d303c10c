//! Danish search over an embedded tantivy index.
//!
//! Read first: [`lexicon`] (what is known of the language), [`schema`] (how a page is indexed),
//! `reading` (how a query becomes alternatives), `ranking` (how pages are scored), [`weights`].
//!
//! ```text
//! let index = Index::open(folder, Lexicon::read(content, dictionary)?)?;
//! index.writer().replace_all(&documents)?;  // then .commit(seq)
//! let answer = index.search(&query)?;
//! ```

pub mod answer;
pub mod document;
pub mod eval;
pub mod hunspell;
pub mod index;
pub mod lexicon;
mod ranking;
mod reading;
pub mod schema;
pub mod snapshot;
pub mod spelling;
pub mod split;
pub mod stem;
pub mod text;
pub mod vocabulary;
pub mod weights;

pub use answer::{Answer, By, Confidence, Explain, ExplainWord, Hit, Query};
pub use document::{Document, DocumentKind};
pub use eval::{EvalError, EvalQuery, Report};
pub use index::{Index, SearchError, Writer};
pub use lexicon::{Lexicon, LexiconError, LexiconTexts};
pub use snapshot::Snapshot;
