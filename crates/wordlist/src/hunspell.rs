//! Reads hunspell's word list and affix file: every form that the rules make.

use std::collections::HashMap;

use crate::text::words;
use crate::{FIRST, LAST, LEMMA, LINK_S, Marks, WORD};

/// Every form with its marks.
pub(crate) type Forms = HashMap<Box<str>, Marks>;

/// A fault of the word list's affix file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the affix file cannot be read at line {line}")]
pub struct AffixError {
    pub line: usize,
}

struct Rule {
    strip: String,
    add: String,
    flags: Vec<u16>,
    /// From the last letter backwards: (letters, negated).
    ending: Vec<(Vec<char>, bool)>,
}

#[derive(Default)]
struct Affixes(HashMap<u16, Vec<Rule>>);

mod flag {
    pub(super) const FORBIDDEN: u16 = 6;
    pub(super) const NEEDS_AFFIX: u16 = 8;
    pub(super) const LINK_S: u16 = 29;
    pub(super) const BEGINS: u16 = 32;
    pub(super) const MIDDLE: u16 = 33;
    pub(super) const ENDS: u16 = 34;
    pub(super) const ONLY_IN_COMPOUND: u16 = 36;
}

fn flags(text: &str) -> Vec<u16> {
    text.split(',').filter_map(|flag| flag.parse().ok()).collect()
}

impl Affixes {
    fn read(text: &str) -> Result<Self, AffixError> {
        let mut rules: HashMap<u16, Vec<Rule>> = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            let mut columns = line.split_ascii_whitespace();
            if columns.next() != Some("SFX") {
                continue;
            }
            let fault = AffixError { line: number + 1 };
            let flag: u16 =
                columns.next().and_then(|text| text.parse().ok()).ok_or(fault.clone())?;
            let strip = columns.next().ok_or(fault.clone())?;
            let add = columns.next().ok_or(fault)?;
            let Some(condition) = columns.next() else {
                rules.entry(flag).or_default();
                continue;
            };
            let (add, own) = add.split_once('/').unwrap_or((add, ""));
            let none_if_zero = |text: &str| if text == "0" { String::new() } else { text.into() };
            rules.entry(flag).or_default().push(Rule {
                strip: none_if_zero(strip),
                add: none_if_zero(add),
                flags: flags(own),
                ending: ending(condition),
            });
        }
        Ok(Self(rules))
    }

    /// Calls `found` with every form of the word and the flags it carries. Two levels: a doubled
    /// consonant is a rule whose result takes the rules of inflection.
    fn forms(&self, word: &str, own: &[u16], depth: u8, found: &mut impl FnMut(&str, &[u16], u16)) {
        let mut form = String::with_capacity(word.len() + 8);
        for flag in own {
            for rule in self.0.get(flag).into_iter().flatten() {
                let Some(stem) = word.strip_suffix(rule.strip.as_str()) else { continue };
                if !ends_as(word, &rule.ending) {
                    continue;
                }
                form.clear();
                form.push_str(stem);
                form.push_str(&rule.add);
                found(&form, &rule.flags, *flag);
                if depth > 0 && rule.flags.contains(&flag::NEEDS_AFFIX) {
                    self.forms(&form.clone(), &rule.flags, depth - 1, found);
                }
            }
        }
    }
}

fn ending(condition: &str) -> Vec<(Vec<char>, bool)> {
    let mut tests = Vec::new();
    let mut chars = condition.chars();
    while let Some(c) = chars.next() {
        match c {
            '.' => tests.push((Vec::new(), true)),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let letters = inside.strip_prefix('^');
                tests.push((letters.unwrap_or(&inside).chars().collect(), letters.is_some()));
            }
            letter => tests.push((vec![letter], false)),
        }
    }
    tests.reverse();
    tests
}

fn ends_as(word: &str, ending: &[(Vec<char>, bool)]) -> bool {
    // A lone dot takes everything.
    if let [(letters, true)] = ending
        && letters.is_empty()
    {
        return true;
    }
    let mut chars = word.chars().rev();
    ending
        .iter()
        .all(|(letters, negated)| chars.next().is_some_and(|c| letters.contains(&c) != *negated))
}

fn marks(flags: &[u16], by: u16) -> u8 {
    if flags.contains(&flag::FORBIDDEN) {
        return 0;
    }
    let mut marks = 0;
    if flags.contains(&flag::BEGINS) || flags.contains(&flag::MIDDLE) {
        marks |= FIRST;
        if by == flag::LINK_S {
            marks |= LINK_S;
        }
    }
    if flags.contains(&flag::ENDS) {
        marks |= LAST;
    }
    if !flags.contains(&flag::ONLY_IN_COMPOUND) && !flags.contains(&flag::NEEDS_AFFIX) {
        marks |= WORD;
    }
    marks
}

/// Every form of a word list.
pub(crate) fn read(dic: &str, aff: &str) -> Result<Forms, AffixError> {
    let affixes = Affixes::read(aff)?;
    let mut forms = Forms::new();
    let mut add = |form: &str, marks: u8| {
        if let Some(known) = forms.get_mut(form) {
            known.marks |= marks;
        } else {
            forms.insert(form.into(), Marks { marks, ..Marks::default() });
        }
    };
    for line in dic.lines().skip(1) {
        let entry = line.split([' ', '\t']).next().unwrap_or(line);
        if line[entry.len()..].trim_start().starts_with(|c: char| c.is_alphabetic())
            && !line.contains(':')
        {
            continue; // an entry of several words
        }
        let (word, own) = entry.split_once('/').unwrap_or((entry, ""));
        let own = flags(own);
        if !word.chars().all(char::is_lowercase) {
            // Names and hyphenated words: known, but never parts.
            let mut known = |form: &str| {
                let plain = words(form, 4);
                if let Some(first) = plain.first()
                    && plain.iter().filter(|word| !word.joined).count() <= 2
                    && (first.joined || plain.len() == 1)
                {
                    add(&first.text, WORD);
                }
            };
            known(word);
            if !own.contains(&flag::FORBIDDEN) {
                affixes.forms(word, &own, 1, &mut |form, _, _| known(form));
            }
            continue;
        }
        add(word, marks(&own, 0) & !FIRST | LEMMA);
        affixes.forms(word, &own, 1, &mut |form, flags, by| {
            let marks = marks(flags, by);
            if marks != 0 && !form.contains('-') && !form.contains('\'') {
                add(form, marks);
            }
        });
    }
    Ok(forms)
}
