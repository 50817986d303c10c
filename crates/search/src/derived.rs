//! Queries derived from the pages' own names: each as it stands, and as a hurried hand would type
//! it. What is lost between the two is the loss to noise; it says nothing of words no page has.

use std::collections::BTreeMap;

use crate::document::Document;
use crate::eval::EvalQuery;
use crate::lexicon::Lexicon;
use crate::text::{Fingerprint, words};

/// Every so many names are taken.
const EVERY: u64 = 8;
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

/// A slip in the longest word: a letter left out, doubled, swapped or a key beside.
fn mistyped(name: &str, round: u64) -> Option<String> {
    let word = longest(name)?;
    let mut letters: Vec<char> = word.chars().collect();
    let print = Fingerprint::of(word).rotate_right(round as u32 * 16);
    let at = 1 + (print >> 8) as usize % (letters.len() - 2);
    match print % 4 {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = beside(letters[at], print >> 32),
    }
    let wrong: String = letters.into_iter().collect();
    Some(name.replacen(word, &wrong, 1))
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
