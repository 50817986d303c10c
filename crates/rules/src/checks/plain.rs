//! Plain language: words of offices and what to say instead, long sentences, passive forms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::prose::{Prose, Word, words};
use super::{Field, MOST_BYTES, Report, Severity, lix, markdown, say};
use crate::content::{Fault, doubled_word};

/// Longest sentence, in words.
const SENTENCE: usize = 25;
/// From here on it is very hard to read.
const LIX_VERY_HARD: f64 = 55.0;
/// A shorter text has no index that says anything, in words.
const LIX_FROM: usize = 60;
/// How many words may stand between "bliver" and its participle.
const PASSIVE_REACH: usize = 4;

/// What to say instead of the words of offices: `plain-words.txt`, a line each,
/// `såfremt = hvis`; several forms at once as `fremsende, fremsender = sende, sender`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlainWords {
    /// First word → the phrases that begin with it: their other words, and what is better.
    phrases: BTreeMap<String, Vec<(Vec<String>, String)>>,
}

impl PlainWords {
    /// Reads the list.
    ///
    /// # Errors
    /// Every line that is no pair.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let mut phrases: BTreeMap<String, Vec<(Vec<String>, String)>> = BTreeMap::new();
        let mut faults = Vec::new();
        for (number, line) in (1_u32..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (says, better) = line.split_once('=').unwrap_or((line, ""));
            let says: Vec<&str> = says.split(',').map(str::trim).collect();
            let better: Vec<&str> = better.split(',').map(str::trim).collect();
            let fits = better.len() == 1 || better.len() == says.len();
            if !fits || says.iter().chain(&better).any(|word| word.is_empty()) {
                faults.push(Fault::new(
                    number,
                    "plain-word",
                    "a line is what offices say and what is better: såfremt = hvis",
                ));
                continue;
            }
            for (index, phrase) in says.iter().enumerate() {
                let mut all = words(phrase, 0).into_iter().map(|word| word.lower);
                let Some(first) = all.next() else { continue };
                let better = better.get(index).or_else(|| better.first());
                let entry = (all.collect(), better.copied().unwrap_or_default().to_owned());
                phrases.entry(first).or_default().push(entry);
            }
        }
        // The longest phrase is met first.
        for same in phrases.values_mut() {
            same.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        }
        if faults.is_empty() { Ok(Self { phrases }) } else { Err(faults) }
    }

    /// The list as a file.
    #[must_use]
    pub fn write(&self) -> String {
        let all = self.phrases.iter().flat_map(|(first, same)| {
            same.iter().map(move |(rest, better)| {
                let says: Vec<&str> = std::iter::once(first.as_str())
                    .chain(rest.iter().map(String::as_str))
                    .collect();
                format!("{} = {better}\n", says.join(" "))
            })
        });
        all.collect()
    }

    /// How many phrases it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.phrases.values().map(Vec::len).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// The phrase that begins here: how many words it has, and what is better.
    fn at(&self, words: &[Word]) -> Option<(usize, &str)> {
        let first = words.first()?;
        self.phrases.get(&first.lower)?.iter().find_map(|(rest, better)| {
            let fits = rest.len() < words.len()
                && rest.iter().zip(&words[1..]).all(|(word, said)| *word == said.lower);
            fits.then_some((rest.len() + 1, better.as_str()))
        })
    }
}

static PASSIVE: LazyLock<(BTreeSet<&'static str>, BTreeSet<&'static str>)> = LazyLock::new(|| {
    include_str!("passive.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .unzip()
});

impl Report<'_> {
    /// The hints of plain language for Danish prose.
    pub(super) fn plain_language(&mut self, field: &mut Field<'_>, prose: &Prose) {
        self.steps += prose.text.len() as u64;
        for sentence in prose.sentences() {
            let found = words(&prose.text[sentence.clone()], sentence.start);
            self.steps += found.len() as u64;
            if found.len() > SENTENCE {
                let said = say("long-sentence", Severity::Hint)
                    .arg("words", found.len())
                    .arg("limit", SENTENCE);
                let start = found.first().map_or(sentence.start, |word| word.range.start);
                self.add(field, prose.place(&(start..sentence.end)), said);
            }
            let mut at = 0;
            while at < found.len() {
                at += self.officialese(field, prose, &found[at..]).unwrap_or(1);
            }
            self.passive(field, prose, &found);
        }
    }

    /// A phrase of offices that begins here; answers with its length in words.
    fn officialese(
        &mut self,
        field: &mut Field<'_>,
        prose: &Prose,
        words: &[Word],
    ) -> Option<usize> {
        let known = self.known;
        let (length, better) = known.words.at(words)?;
        self.steps += length as u64;
        let range = words[0].range.start..words[length - 1].range.end;
        let said = &prose.text[range.clone()];
        let capital = said.chars().next().is_some_and(char::is_uppercase);
        let better = if capital { capitalised(better) } else { better.to_owned() };
        let place = prose.place(&range);
        // Where markup stands between the words, a person must put them right.
        let as_written = field.text.get(place.clone()) == Some(said);
        let note = say("officialese", Severity::Hint)
            .arg("better", &better)
            .better(as_written.then_some(better));
        self.add(field, place, note);
        Some(length)
    }

    fn passive(&mut self, field: &mut Field<'_>, prose: &Prose, words: &[Word]) {
        let (forms, participles) = &*PASSIVE;
        for (index, word) in words.iter().enumerate() {
            let range = if forms.contains(word.lower.as_str()) {
                word.range.clone()
            } else if matches!(word.lower.as_str(), "bliver" | "blive" | "blev" | "blevet") {
                let near = words[index + 1..].iter().take(PASSIVE_REACH);
                self.steps += PASSIVE_REACH as u64;
                let end = near.into_iter().find(|near| participles.contains(near.lower.as_str()));
                let Some(end) = end else { continue };
                word.range.start..end.range.end
            } else {
                continue;
            };
            self.add(field, prose.place(&range), say("passive", Severity::Hint));
        }
    }

    /// A word that stands twice in a row.
    pub(super) fn doubled(&mut self, field: &mut Field<'_>, prose: &Prose) {
        self.steps += prose.text.len() as u64;
        let mut start = 0;
        for line in prose.text.split_inclusive('\n') {
            let here = line.trim_end_matches('\n');
            if let Some(word) = doubled_word(here) {
                // The second of the two is the one too many.
                let offset = word.as_ptr() as usize - line.as_ptr() as usize;
                let range = start + offset..start + offset + word.len();
                let said = say("doubled-word", Severity::Warning).arg("word", word);
                self.add(field, prose.place(&range), said);
            }
            start += line.len();
        }
    }

    /// How hard a whole text is to read: always told, so that an editor sees it fall.
    pub(super) fn readability<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let mut all = String::new();
        for text in texts.filter(|text| text.len() <= MOST_BYTES) {
            let read = markdown::markdown_of(text);
            self.steps += read.events + text.len() as u64;
            all.push_str(&read.prose.text);
            all.push('\n');
        }
        let Some(lix) = lix(&all) else { return };
        if lix.words < LIX_FROM {
            return;
        }
        let severity = if lix.score < LIX_VERY_HARD { Severity::Hint } else { Severity::Warning };
        let said = say("lix", severity)
            .arg("lix", format!("{:.0}", lix.score))
            .arg("words", lix.words / lix.sentences)
            .arg("long", 100 * lix.long_words / lix.words);
        self.at(None, "text", said);
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
