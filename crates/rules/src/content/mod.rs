//! Content as files: what an editor writes in `content/`, read and judged.
//!
//! Read first: [`Fault`] (what cannot be read, with its line), [`Collection`] (everything of a
//! consortium's content folder), [`Finding`] (what can be read but should not be published).
//! Nothing here opens a file: paths and texts come in, values and faults go out.

mod check;
mod collection;
mod files;
mod front;
mod numbers;
mod prose;
mod sections;
mod writing;

pub use check::{Finding, Severity};
pub use collection::{Area, Collection, FileFault};
pub use files::{AllowedNumbers, RequiredTopic};
pub use numbers::{Telephone, telephones};
pub use prose::{plain_markdown, word_count};

pub(crate) use front::{MAX_TEXT, day, line_of_key, line_with, read_toml, split};
pub(crate) use numbers::digits;
pub(crate) use prose::doubled_word;
pub(crate) use sections::{Section, is_part_id, sections};
pub(crate) use writing::{Writing, quoted};

use serde::Serialize;

/// One thing that keeps a text from being read as what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The line of the text, from 1.
    pub line: u32,
    /// What kind of fault it is, for instance `heading-without-id`; stable, for tests and tools.
    pub code: &'static str,
    /// What is wrong and how to put it right, in English, for an editor at a terminal.
    pub message: String,
}

impl Fault {
    pub(crate) fn new(line: u32, code: &'static str, message: impl Into<String>) -> Self {
        Self { line, code, message: message.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} [{}]", self.line, self.message, self.code)
    }
}
