//! Queries derived from the pages' own names, or from those of a file: each as it stands, and as a
//! hurried hand would type it. What is lost between the two is the loss to noise; names say nothing of
//! words no page has.

use std::collections::BTreeMap;

use crate::document::Document;
use crate::eval::{EvalQuery, NONE};
use crate::lexicon::Lexicon;
use crate::text::{Fingerprint, words};

/// Every so many names are taken.
const EVERY: u64 = 8;
/// Letters of a word from which it gets slips.
const SLIPS_FROM: usize = 4;
/// Types of queries that are written otherwise than they should be.
const MISSPELT: [&str; 2] = ["typo", "translit"];
/// Keys beside each other, both ways.
const BESIDE: [&str; 3] = ["qwertyuiopå", "asdfghjklæø", "zxcvbnm"];

/// The queries, by kind: `as_written`, `translit` (ae, oe, aa), `bare` (a, o), `typo`, `two_typos`,
/// `apart` (a compound in two words), `hyphen`, `together` (two words in one) and `pair` (two
/// subjects at once). The same on every machine.
#[must_use]
pub fn queries(documents: &[Document], lexicon: &Lexicon) -> Vec<EvalQuery> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for document in documents.iter().filter(|document| document.municipality.is_none()) {
        for name in std::iter::once(&document.title).chain(&document.aliases) {
            let name = name.trim_start_matches("Guide:").trim().to_lowercase();
            let topic = document.topic.to_string();
            let topics = names.entry(name).or_default();
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
    }
    let taken = names.iter().filter(|(name, topics)| {
        // A name of several topics has no one right answer.
        topics.len() == 1 && Fingerprint::of(name).is_multiple_of(EVERY)
    });
    let mut found = Vec::new();
    let mut before: Option<(&String, &Vec<String>)> = None;
    for (name, topics) in taken {
        let mut add =
            |kind: &str, text: Option<String>| {
                found.extend(
                    text.filter(|text| text != name || kind == "as_written").map(|text| {
                        EvalQuery { text, topics: topics.clone(), kind: kind.to_owned() }
                    }),
                );
            };
        add("as_written", Some(name.clone()));
        add("translit", Some(replaced(name, ["ae", "oe", "aa"])));
        add("bare", Some(replaced(name, ["a", "o", "a"])));
        let once = mistyped(name, 0);
        add("two_typos", once.as_ref().and_then(|once| mistyped(once, 1)));
        add("typo", once);
        add("apart", compound(name, lexicon, " "));
        add("hyphen", compound(name, lexicon, "-"));
        add("together", together(name, lexicon));
        if let Some((other, also)) = before.take() {
            if also != topics {
                let both = topics.iter().chain(also).cloned().collect();
                let text = format!("{name} og {other}");
                found.push(EvalQuery { text, topics: both, kind: "pair".to_owned() });
            }
        } else {
            before = Some((name, topics));
        }
    }
    found
}

fn replaced(name: &str, [ae, oe, aa]: [&str; 3]) -> String {
    name.replace('æ', ae).replace('ø', oe).replace('å', aa)
}

/// The longest word of five letters or more.
fn longest(name: &str) -> Option<&str> {
    let letters = |word: &str| word.chars().count();
    let found = name.split(|c: char| !c.is_alphanumeric()).max_by_key(|word| letters(word))?;
    (letters(found) >= 5).then_some(found)
}

/// A slip in the longest word.
fn mistyped(name: &str, round: u64) -> Option<String> {
    let word = longest(name)?;
    let print = Fingerprint::of(word).rotate_right(round as u32 * 16);
    let wrong = Slip::ALL[print as usize % Slip::ALL.len()].of(word, print);
    Some(name.replacen(word, &wrong, 1))
}

/// How one letter goes wrong.
#[derive(Debug, Clone, Copy)]
enum Slip {
    LeftOut,
    Doubled,
    Swapped,
    Beside,
}

impl Slip {
    const ALL: [Self; 4] = [Self::LeftOut, Self::Doubled, Self::Swapped, Self::Beside];

    fn name(self) -> &'static str {
        match self {
            Self::LeftOut => "left_out",
            Self::Doubled => "doubled",
            Self::Swapped => "swapped",
            Self::Beside => "beside",
        }
    }

    /// A word of at least three letters with the slip, after its first letter, where `print` says.
    fn of(self, word: &str, print: u64) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        let at = 1 + (print >> 8) as usize % (letters.len() - 2);
        match self {
            Self::LeftOut => drop(letters.remove(at)),
            Self::Doubled => letters.insert(at, letters[at]),
            Self::Swapped => letters.swap(at, at + 1),
            Self::Beside => letters[at] = beside(letters[at], print >> 32),
        }
        letters.into_iter().collect()
    }
}

/// Queries that are not misspelt already, `as_written` and with each slip in each of their words. What
/// nothing answers keeps its type. The same on every machine.
#[must_use]
pub fn slips(queries: &[EvalQuery]) -> Vec<EvalQuery> {
    let mut found = Vec::new();
    for query in queries.iter().filter(|query| !MISSPELT.contains(&query.kind.as_str())) {
        let mut add = |text: String, kind: &str| {
            let kind = if query.kind == NONE { NONE } else { kind }.to_owned();
            found.push(EvalQuery { text, topics: query.topics.clone(), kind });
        };
        if query.kind != NONE {
            add(query.text.clone(), "as_written");
        }
        for word in query.text.split(' ').filter(|word| word.chars().count() >= SLIPS_FROM) {
            for slip in Slip::ALL {
                let print = Fingerprint::default()
                    .with(query.text.as_bytes())
                    .with(word.as_bytes())
                    .with(slip.name().as_bytes());
                let text = query.text.replacen(word, &slip.of(word, print.finish()), 1);
                if text != query.text {
                    add(text, slip.name());
                }
            }
        }
    }
    found
}

fn beside(letter: char, print: u64) -> char {
    let row = BESIDE.iter().find(|row| row.contains(letter));
    let keys: Vec<char> = row.map(|row| row.chars().collect()).unwrap_or_default();
    let Some(at) = keys.iter().position(|key| *key == letter) else { return 'e' };
    let other = if print.is_multiple_of(2) { at.checked_sub(1) } else { Some(at + 1) };
    other
        .and_then(|other| keys.get(other))
        .copied()
        .unwrap_or(keys[if at == 0 { 1 } else { at - 1 }])
}

/// The longest word, where it is a compound, in two.
fn compound(name: &str, lexicon: &Lexicon, between: &str) -> Option<String> {
    let word = longest(name)?;
    let split = lexicon.splitter.split(&lexicon.list, word, |_| false)?;
    let last = split.parts.last()?;
    let begin = word.strip_suffix(last.as_str())?;
    Some(name.replacen(word, &format!("{begin}{between}{last}"), 1))
}

/// Two words that are the whole name in one, when the list says that they may be.
fn together(name: &str, lexicon: &Lexicon) -> Option<String> {
    let said = words(name, 4);
    let [first, second] = &said[..] else { return None };
    let small = lexicon.is_stop_danish(&first.text) || lexicon.is_stop_danish(&second.text);
    if small || !lexicon.list.marks(&second.text).may_end() {
        return None;
    }
    let begin = ["", "s", "e"]
        .iter()
        .map(|link| format!("{}{link}", first.text))
        .find(|begin| lexicon.list.marks(begin).may_begin())?;
    Some(format!("{begin}{}", second.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_gets_each_slip_once_and_keeps_its_first_letter() {
        let query = |text: &str, kind: &str| EvalQuery {
            text: text.to_owned(),
            topics: Vec::new(),
            kind: kind.to_owned(),
        };
        let found = slips(&[query("klage om støj", "plain"), query("kørkort", "typo")]);
        let of = |kind| found.iter().filter(|one| one.kind == kind).count();
        assert_eq!([of("as_written"), of("left_out"), of("swapped"), found.len()], [1, 2, 2, 9]);
        for slip in &found[1..] {
            let words: Vec<&str> = slip.text.split(' ').collect();
            assert!(words[0].starts_with('k') && words[1] == "om" && words[2].starts_with('s'));
        }
        assert!(slips(&[query("vejret", "none")]).iter().all(|slip| slip.kind == NONE));
    }
}
