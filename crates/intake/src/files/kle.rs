//! Subjects of KLE ("emneplan") in the XML form that KL publishes: main groups, groups and subjects
//! with number, title and key words. The texts are KL's; they are read for who has a right to them
//! and never shipped.

use rules::content::Fault;

use crate::xml::{Document, Piece, decoded, fault};

const MOST_WORDS: usize = 200;
const LONGEST_WORD: usize = 120;
const LONGEST_TITLE: usize = 300;

/// A whole plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The day it was published, as it says itself.
    pub published: String,
    pub subjects: Vec<Subject>,
}

/// A main group (`27`), group (`27.35`) or subject (`27.35.04`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    pub number: String,
    pub title: String,
    pub words: Vec<String>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Edition, Fault> {
    let text = decoded(bytes)?;
    let mut document = Document::new(&text);
    let mut edition = Edition { published: String::new(), subjects: Vec::new() };
    // Groups stand within main groups, subjects within groups.
    let mut open: Vec<(Subject, u32, bool)> = Vec::new();
    loop {
        match document.next_piece()? {
            Piece::Open(name) => {
                if matches!(name.as_str(), "Hovedgruppe" | "Gruppe" | "Emne") {
                    open.push((Subject::default(), document.line(), false));
                }
            }
            Piece::Text(words) => {
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                let field = document.path().last().map(String::as_str).unwrap_or_default();
                if field == "UdgivelsesDato" && open.is_empty() {
                    edition.published = words.chars().take(40).collect();
                    continue;
                }
                let Some((subject, _, expired)) = open.last_mut() else { continue };
                if field.ends_with("Nr") && is_number(&words) && subject.number.is_empty() {
                    subject.number = words;
                } else if field.ends_with("Titel") && subject.title.is_empty() {
                    subject.title = words.chars().take(LONGEST_TITLE).collect();
                } else if field.ends_with("Stikord") {
                    let word: String = words.chars().take(LONGEST_WORD).collect();
                    if subject.words.len() < MOST_WORDS && !subject.words.contains(&word) {
                        subject.words.push(word);
                    }
                } else if field.starts_with("Udgaaet") {
                    *expired = true;
                }
            }
            Piece::Close(name) => {
                if !matches!(name.as_str(), "Hovedgruppe" | "Gruppe" | "Emne") {
                    continue;
                }
                let Some((subject, line, expired)) = open.pop() else { continue };
                if expired {
                    continue;
                }
                if subject.number.is_empty() || subject.title.is_empty() {
                    let message = format!("this {name} lacks its number or its title");
                    return Err(fault(line, "kle-form", message));
                }
                edition.subjects.push(subject);
            }
            Piece::End => break,
        }
    }
    if edition.subjects.is_empty() {
        return Err(fault(
            1,
            "kle-form",
            "there is no subject (Hovedgruppe, Gruppe, Emne) in this file",
        ));
    }
    edition.subjects.sort_by(|a, b| a.number.cmp(&b.number));
    if let Some(pair) = edition.subjects.windows(2).find(|pair| pair[0].number == pair[1].number) {
        return Err(fault(1, "kle-form", format!("the number {} stands twice", pair[0].number)));
    }
    Ok(edition)
}

/// `27`, `27.35` or `27.35.04`.
fn is_number(text: &str) -> bool {
    let groups: Vec<&str> = text.split('.').collect();
    groups.len() <= 3
        && groups.iter().all(|group| group.len() == 2 && group.bytes().all(|b| b.is_ascii_digit()))
}
