//! Compounds to their parts: the cheapest way through the word, over hunspell's parts and their
//! linking letters, weighed by how productive each part is.

use std::collections::{HashMap, HashSet};

use crate::weights::split as weight;
use wordlist::path::cheapest;
use wordlist::{Marks, WordList};

/// The parts of a compound as they stand in it, without linking letters.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    pub parts: Vec<String>,
    /// Lower is surer.
    pub cost: f32,
}

/// What the splitter knows besides hunspell: our own lists (search-words.toml).
#[derive(Debug, Clone, Default)]
pub struct Splitter {
    /// Never split these.
    pub whole: HashSet<String>,
    /// Split these so.
    pub fixed: HashMap<String, Vec<String>>,
    /// Endings that are words elsewhere but no parts of a compound (`-løs`, `-skab`).
    pub endings: HashSet<String>,
    /// Beginnings that make another word, not a compound (`over-`, `ind-`).
    pub beginnings: HashSet<String>,
    /// Parts that may begin or end a compound, for use without hunspell and beside it.
    pub parts: HashSet<String>,
    /// By form: how many words of the collection begin with it (or have it in the middle), and how
    /// many end with it. The word list has counted its own words.
    pub(crate) counted: HashMap<String, [u16; 2]>,
}

impl Splitter {
    /// Counts what the words of a collection are made of, each word once.
    pub fn learn<'w>(&mut self, list: &WordList, words: impl Iterator<Item = &'w str>) {
        let mut counted: HashMap<String, [u16; 2]> = HashMap::new();
        for word in words {
            let mut from = 0;
            for end in self.cut(list, word, &|_: &str| false).map_or(Vec::new(), |cut| cut.0) {
                let counts = counted.entry(word[from..end].to_owned()).or_default();
                let count = &mut counts[usize::from(end == word.len())];
                *count = count.saturating_add(1);
                from = end;
            }
        }
        self.counted = counted;
    }

    /// The best split of a word in lower case into two or more parts; none for words that are
    /// short, listed as whole, or cannot be covered by known parts. `also` says which further words
    /// count as parts (the vocabulary of the collection).
    #[must_use]
    pub fn split(&self, list: &WordList, word: &str, also: impl Fn(&str) -> bool) -> Option<Split> {
        if let Some(parts) = self.fixed.get(word) {
            return Some(Split { parts: parts.clone(), cost: 0.0 });
        }
        let (ends, cost) = self.cut(list, word, &also)?;
        let mut from = 0;
        let mut parts = Vec::new();
        for end in ends {
            parts.push(self.without_link(list, &word[from..end], end == word.len(), &also));
            from = end;
        }
        Some(Split { parts, cost })
    }

    /// Where the parts of a word end, and what they cost.
    fn cut(
        &self,
        list: &WordList,
        word: &str,
        also: &impl Fn(&str) -> bool,
    ) -> Option<(Vec<usize>, f32)> {
        let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        let length = ends.len() - 1;
        if !(weight::SHORTEST_WORD..=weight::LONGEST_WORD).contains(&length)
            || self.whole.contains(word)
            || word.bytes().any(|b| b.is_ascii_digit())
        {
            return None;
        }
        // No part may begin inside an ending: `ægteskab` is not `ægtes` and `kab`.
        let ending = (1..length)
            .map(|begin| (length - begin, &word[ends[begin]..]))
            .find(|(_, end)| self.endings.contains(*end))
            .map_or(0, |(letters, _)| letters);
        let path = cheapest(length, |from, offer| {
            let listed: Vec<(usize, Marks)> = list.beginnings(&word[ends[from]..]).collect();
            for end in from + weight::SHORTEST_PART..=length {
                let (letters, last) = (end - from, end == length);
                let part = &word[ends[from]..ends[end]];
                let marks = listed.iter().find(|(bytes, _)| *bytes == part.len());
                let marks = marks.map_or(Marks::default(), |(_, marks)| *marks);
                let barred = letters == length
                    || last && letters <= ending
                    || from == 0 && self.beginnings.contains(part);
                if !barred && let Some(cost) = self.cost(marks, part, letters, last, also) {
                    offer(end, cost);
                }
            }
        })?;
        // A word of the list that only looks like a compound (`forsikring`) must be much surer.
        let limit = if list.marks(word).is_lemma() { weight::LIMIT_LEMMA } else { weight::LIMIT };
        (path.cost / path.ends.len() as f32 <= limit)
            .then(|| (path.ends.iter().map(|end| ends[*end]).collect(), path.cost))
    }

    /// All parts at every level: `børnehaveplads` gives børnehave, plads, børne and have.
    #[must_use]
    pub fn all_parts(&self, list: &WordList, word: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![word.to_owned()];
        while let Some(word) = open.pop() {
            if let Some(split) = self.split(list, &word, |_| false) {
                for part in split.parts {
                    if !found.contains(&part) {
                        open.push(part.clone());
                        found.push(part);
                    }
                }
            }
        }
        found
    }

    fn cost(
        &self,
        marks: Marks,
        part: &str,
        letters: usize,
        last: bool,
        also: &impl Fn(&str) -> bool,
    ) -> Option<f32> {
        if last && self.endings.contains(part) {
            return None;
        }
        let counted = self.counted.get(part).map_or(0, |counts| counts[usize::from(last)]);
        let productive = if last { marks.last() } else { marks.first() };
        let productive = (productive.exp2() + f32::from(counted)).log2();
        let listed = if last { marks.may_end() } else { marks.may_begin() };
        let short = if letters == weight::SHORTEST_PART { weight::SHORT_PART } else { 0.0 };
        let ours = |text: &str| self.parts.contains(text) || (text.len() >= 4 && also(text));
        if listed {
            let gain = weight::PRODUCTIVE * productive.min(weight::MOST_PRODUCTIVE);
            let cost = weight::PART - gain;
            return Some(short + if ours(part) { cost.min(weight::OWN_PART) } else { cost });
        }
        if ours(part) {
            return Some(weight::OWN_PART + short);
        }
        let unlinked = part.strip_suffix(['s', 'e'])?;
        (!last && ours(unlinked)).then_some(weight::OWN_PART + weight::OWN_LINK + short)
    }

    fn without_link(
        &self,
        list: &WordList,
        part: &str,
        last: bool,
        also: &impl Fn(&str) -> bool,
    ) -> String {
        if last {
            return part.to_owned();
        }
        let marks = list.marks(part);
        if marks.may_begin() {
            if marks.links_with_s() {
                return part.strip_suffix('s').unwrap_or(part).to_owned();
            }
            return part.to_owned();
        }
        if self.parts.contains(part) || also(part) {
            return part.to_owned();
        }
        part.strip_suffix(['s', 'e']).unwrap_or(part).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> WordList {
        let dic = include_str!("../../wordlist/tests/small.dic");
        let aff = include_str!("../../wordlist/tests/small.aff");
        WordList::of(wordlist::compile(dic, aff).unwrap()).unwrap()
    }

    fn split(word: &str) -> Option<Vec<String>> {
        Splitter::default().split(&list(), word, |_| false).map(|split| split.parts)
    }

    #[test]
    fn linking_letters_are_left_out_of_the_parts() {
        assert_eq!(split("sundhedskort").unwrap(), ["sundhed", "kort"]);
        assert_eq!(split("børnehaveplads").unwrap(), ["børnehave", "plads"]);
        assert_eq!(split("førtidspensionsansøgning").unwrap(), ["førtid", "pension", "ansøgning"]);
    }

    #[test]
    fn words_that_are_no_compounds_stay_whole() {
        for word in ["pasning", "hamster", "kort", "xyzzyplads", ""] {
            assert_eq!(split(word), None, "{word}");
        }
    }

    #[test]
    fn all_levels_of_a_compound_are_found() {
        let mut parts = Splitter::default().all_parts(&list(), "børnehaveplads");
        parts.sort();
        assert_eq!(parts, ["børne", "børnehave", "have", "plads"]);
    }

    #[test]
    fn what_the_collection_makes_compounds_of_is_a_surer_part() {
        let mut splitter = Splitter::default();
        let cost = |splitter: &Splitter| {
            splitter.split(&list(), "børnehaveplads", |_| false).unwrap().cost
        };
        let before = cost(&splitter);
        splitter.learn(&list(), ["børnehaveplads", "pladsen"].into_iter());
        assert_eq!(splitter.counted["plads"], [0, 1]);
        assert!(cost(&splitter) < before);
    }

    #[test]
    fn our_own_parts_serve_without_a_word_list() {
        let splitter = Splitter {
            parts: ["sundhed", "kort"].map(str::to_owned).into(),
            ..Splitter::default()
        };
        let split = splitter.split(&WordList::default(), "sundhedskort", |_| false).unwrap();
        assert_eq!(split.parts, ["sundhed", "kort"]);
    }
}
