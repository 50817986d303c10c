//! Compounds to their parts: the cheapest way through the word, over hunspell's parts and their
//! linking letters, weighed by how productive each part is.

use std::collections::{HashMap, HashSet};

use crate::hunspell::WordList;
use crate::weights::split as weight;

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
}

impl Splitter {
    /// The best split of a word in lower case into two or more parts; none for words that are
    /// short, listed as whole, or cannot be covered by known parts. `also` says which further words
    /// count as parts (the vocabulary of the collection).
    #[must_use]
    pub fn split(&self, list: &WordList, word: &str, also: impl Fn(&str) -> bool) -> Option<Split> {
        if let Some(parts) = self.fixed.get(word) {
            return Some(Split { parts: parts.clone(), cost: 0.0 });
        }
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
        // best[j]: the cheapest cover of the first j letters, with where its last part begins.
        let mut best: Vec<Option<(f32, usize)>> = vec![None; length + 1];
        best[0] = Some((0.0, 0));
        for end in weight::SHORTEST_PART..=length {
            for begin in 0..=end - weight::SHORTEST_PART {
                let Some((before, _)) = best[begin] else { continue };
                if end - begin == length || (end == length && end - begin <= ending) {
                    continue;
                }
                let part = &word[ends[begin]..ends[end]];
                if begin == 0 && self.beginnings.contains(part) {
                    continue;
                }
                let Some(cost) = self.cost(list, part, end - begin, end == length, &also) else {
                    continue;
                };
                let total = before + cost;
                if best[end].is_none_or(|(known, _)| total < known) {
                    best[end] = Some((total, begin));
                }
            }
        }
        let (cost, _) = best[length]?;
        let mut parts = Vec::new();
        let mut end = length;
        while end > 0 {
            let (_, begin) = best[end]?;
            let part = &word[ends[begin]..ends[end]];
            parts.push(self.without_link(list, part, end == length, &also));
            end = begin;
        }
        parts.reverse();
        // A word of the list that only looks like a compound (`forsikring`) must be much surer.
        let limit = if list.marks(word).is_lemma() { weight::LIMIT_LEMMA } else { weight::LIMIT };
        (cost / parts.len() as f32 <= limit).then_some(Split { parts, cost })
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
        list: &WordList,
        part: &str,
        letters: usize,
        last: bool,
        also: &impl Fn(&str) -> bool,
    ) -> Option<f32> {
        if last && self.endings.contains(part) {
            return None;
        }
        let marks = list.marks(part);
        let productive = if last { marks.productive_last } else { marks.productive_first };
        let listed = if last { marks.may_end() } else { marks.may_begin() };
        let short = if letters == weight::SHORTEST_PART { weight::SHORT_PART } else { 0.0 };
        let ours = |text: &str| self.parts.contains(text) || (text.len() >= 4 && also(text));
        if listed {
            let gain = weight::PRODUCTIVE * f32::from(productive.min(8));
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
    use crate::hunspell::tests::{AFF, DIC};

    fn split(word: &str) -> Option<Vec<String>> {
        let list = WordList::read(DIC, AFF).unwrap();
        Splitter::default().split(&list, word, |_| false).map(|split| split.parts)
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
        let list = WordList::read(DIC, AFF).unwrap();
        let mut parts = Splitter::default().all_parts(&list, "børnehaveplads");
        parts.sort();
        assert_eq!(parts, ["børne", "børnehave", "have", "plads"]);
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
