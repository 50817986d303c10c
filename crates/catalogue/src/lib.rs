//! The language catalogue: Fluent files (`i18n/{da,en}/*.ftl`) compiled to typed functions.
//!
//! Every message becomes one Rust function ([`rust`]) and one TypeScript function
//! ([`typescript`]), so that a missing text or argument does not compile on either side and the
//! browser carries no parser. The languages must have the same ids with the same arguments.
//!
//! Understood are text, `{ $argument }`, `{ "literal" }`, `{ message }`, `{ -term }` and selectors
//! over an argument: plural (`[one]`, `*[other]`, or a whole number) and exact words. An argument is
//! a whole number when a plural selector uses it or its name is one of [`NUMBERS`]; else it is text.

mod parse;
mod rust;
mod typescript;

use std::collections::BTreeMap;
use std::path::Path;

pub use rust::rust;
pub use typescript::typescript;

/// The languages, the first being the one that is written first.
pub const LANGUAGES: [&str; 2] = ["da", "en"];

/// Names of arguments that are whole numbers wherever they stand.
pub const NUMBERS: [&str; 12] = [
    "n", "count", "total", "position", "waiting", "limit", "seconds", "minutes", "hours", "days",
    "from_min", "to_min",
];

/// What an argument of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A whole number: `i64` and `number`.
    Number,
    /// `&str` and `string`.
    Text,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Argument(String),
    /// One of several texts, by the value of an argument.
    Select {
        argument: String,
        arms: Vec<(Arm, Vec<Piece>)>,
        otherwise: Vec<Piece>,
    },
}

/// When an arm of a selector holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arm {
    /// The whole number is this; Danish and English have the plural `one` exactly for 1.
    Number(i64),
    /// The text is this.
    Word(String),
}

/// One message in all languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    /// The file it stands in, without folder and ending.
    pub file: String,
    /// The arguments by name.
    pub arguments: BTreeMap<String, Kind>,
    /// In the order of [`LANGUAGES`].
    pub texts: [Vec<Piece>; 2],
}

/// All messages by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    pub messages: BTreeMap<String, Message>,
}

/// Everything that is wrong with a catalogue, a line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the language catalogue has faults:\n{}", .0.join("\n"))]
pub struct Faults(pub Vec<String>);

/// A Fluent file as it was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// One of [`LANGUAGES`].
    pub language: String,
    /// The name without folder and ending.
    pub file: String,
    pub text: String,
}

impl Catalogue {
    /// Reads `{folder}/{da,en}/*.ftl`.
    ///
    /// # Errors
    /// [`Faults`]: unreadable files, text that is not Fluent, and differences between languages.
    pub fn read(folder: &Path) -> Result<Self, Faults> {
        let mut sources = Vec::new();
        let mut faults = Vec::new();
        for language in LANGUAGES {
            let folder = folder.join(language);
            let mut files: Vec<_> = match std::fs::read_dir(&folder) {
                Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
                Err(error) => {
                    faults.push(format!("{}: {error}", folder.display()));
                    continue;
                }
            };
            files.sort();
            for path in files {
                if path.extension().is_none_or(|ending| ending != "ftl") {
                    continue;
                }
                let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                match std::fs::read_to_string(&path) {
                    Ok(text) => sources.push(Source { language: language.to_owned(), file, text }),
                    Err(error) => faults.push(format!("{}: {error}", path.display())),
                }
            }
        }
        if faults.is_empty() { Self::parse(&sources) } else { Err(Faults(faults)) }
    }

    /// The messages of these files alone (names without `.ftl`).
    #[must_use]
    pub fn of_files(&self, files: &[&str]) -> Self {
        let messages =
            self.messages.iter().filter(|(_, message)| files.contains(&message.file.as_str()));
        Self { messages: messages.map(|(id, message)| (id.clone(), message.clone())).collect() }
    }

    /// Reads files already in memory.
    ///
    /// # Errors
    /// [`Faults`]: text that is not Fluent, and differences between languages.
    pub fn parse(sources: &[Source]) -> Result<Self, Faults> {
        parse::catalogue(sources)
    }
}

/// A name of the catalogue as an identifier of either language: `chat-in-line` is `chat_in_line`.
fn identifier(name: &str) -> String {
    let name = name.replace('-', "_");
    let taken = matches!(
        name.as_str(),
        "as" | "async"
            | "await"
            | "break"
            | "case"
            | "catch"
            | "class"
            | "const"
            | "continue"
            | "crate"
            | "default"
            | "delete"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "export"
            | "extern"
            | "false"
            | "fn"
            | "for"
            | "function"
            | "if"
            | "impl"
            | "import"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "new"
            | "null"
            | "package"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "static"
            | "struct"
            | "super"
            | "switch"
            | "this"
            | "throw"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "use"
            | "var"
            | "void"
            | "where"
            | "while"
            | "with"
            | "yield"
    );
    if taken { name + "_" } else { name }
}

#[cfg(test)]
mod tests;
