//! The two plain lists of a content folder: allowed telephone numbers and required topics.

use std::collections::BTreeMap;

use base::TopicKey;
use serde::{Deserialize, Serialize};

use super::{Fault, front::line_number, numbers::digits};
use crate::articles::TopicKind;

/// National telephone numbers that texts may name: `allowed-numbers.txt`, one a line,
/// `70 20 00 00  # Den Digitale Hotline`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedNumbers {
    /// Digits -> what it is.
    numbers: BTreeMap<String, String>,
}

impl AllowedNumbers {
    /// Reads the list.
    ///
    /// # Errors
    /// A line that is no number with what it is.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let mut numbers = BTreeMap::new();
        let mut faults = Vec::new();
        for (line, entry) in entries(text) {
            let (number, what) = entry.split_once('#').unwrap_or((entry, ""));
            let number = number.trim();
            let is_number = number.len() >= 3
                && number.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+'));
            if is_number && !what.trim().is_empty() {
                numbers.insert(digits(number), what.trim().to_owned());
            } else {
                faults.push(Fault::new(
                    line,
                    "allowed-number",
                    "a line is a number and whose it is: 70 20 00 00  # Den Digitale Hotline",
                ));
            }
        }
        if faults.is_empty() { Ok(Self { numbers }) } else { Err(faults) }
    }

    /// The list as a file.
    #[must_use]
    pub fn write(&self) -> String {
        self.numbers.iter().map(|(number, what)| format!("{number}  # {what}\n")).collect()
    }

    /// Whether these digits may be named.
    #[must_use]
    pub fn holds(&self, digits: &str) -> bool {
        self.numbers.contains_key(digits)
    }
}

/// A topic that the folder must answer: a line of `topics.txt`, `article pas`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredTopic {
    pub kind: TopicKind,
    pub topic: TopicKey,
    /// Its line in the list.
    pub line: u32,
}

/// Reads `topics.txt`.
pub(crate) fn required_topics(text: &str) -> Result<Vec<RequiredTopic>, Vec<Fault>> {
    let mut topics = Vec::new();
    let mut faults = Vec::new();
    for (line, entry) in entries(text) {
        let (kind, topic) = entry.split_once(' ').unwrap_or((entry, ""));
        let kind = [TopicKind::Article, TopicKind::Referral, TopicKind::Guide]
            .into_iter()
            .find(|known| known.word() == kind);
        match (kind, TopicKey::new(topic.trim())) {
            (Some(kind), Ok(topic)) => topics.push(RequiredTopic { kind, topic, line }),
            _ => faults.push(Fault::new(
                line,
                "required-topic",
                "a line is a kind and a slug: article pas (kinds: article, referral, guide)",
            )),
        }
    }
    if faults.is_empty() { Ok(topics) } else { Err(faults) }
}

/// The lines that are neither blank nor a comment, with their numbers.
fn entries(text: &str) -> impl Iterator<Item = (u32, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (line_number(index), line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}
