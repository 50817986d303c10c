//! The words of all pages in one language, put together from parts: most pages' (read seldom), those
//! changed since, and the words that editors have added. A change reads the small parts only.

use std::collections::HashSet;
use std::sync::Arc;

use crate::spelling::Candidate;
use crate::vocabulary::Vocabulary;

/// A stem of the pages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    pub id: u32,
    /// Pages that have it, a page and its local variants counted once.
    pub pages: u32,
    /// Its numbers in `main` and in `later`.
    pub(crate) tiers: [Option<u32>; 2],
}

/// See the module. Answers what a [`Vocabulary`] answers.
#[derive(Debug, Clone, Default)]
pub struct Vocabularies {
    pub(crate) main: Arc<Vocabulary>,
    /// Of the pages that were written after `main` was read.
    pub(crate) later: Arc<Vocabulary>,
    /// Words that stand for others and are on no page; they have no stems.
    pub(crate) said: Arc<Vocabulary>,
}

impl Vocabularies {
    fn parts(&self) -> [&Vocabulary; 3] {
        [&self.main, &self.later, &self.said]
    }

    #[must_use]
    pub fn stem(&self, stem: &str) -> Option<Known> {
        let [main, later] = [self.main.stem(stem), self.later.stem(stem)];
        let id = match (main, later) {
            (Some(main), _) => main.id,
            (None, Some(later)) => later.id + self.first_later(),
            (None, None) => return None,
        };
        let tiers = [main, later];
        let pages = tiers.iter().flatten().map(|stem| stem.pages).sum();
        Some(Known { id, pages, tiers: tiers.map(|stem| stem.map(|stem| stem.id)) })
    }

    /// The number of the first stem that only the later pages have.
    fn first_later(&self) -> u32 {
        u32::try_from(self.main.size().1).unwrap_or(u32::MAX)
    }

    /// Is the word in the pages as written?
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.parts().iter().any(|part| part.has(word))
    }

    /// The word as held here.
    #[must_use]
    pub fn word(&self, word: &str) -> Option<&str> {
        self.parts().into_iter().find_map(|part| part.word(word))
    }

    /// Words with the same digraph key.
    pub fn same_key<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let later = self.later.same_key(key).filter(|word| !self.main.has(word));
        let said = self.said.same_key(key);
        let said = said.filter(|word| !self.main.has(word) && !self.later.has(word));
        self.main.same_key(key).chain(later).chain(said)
    }

    /// Words with the same fold.
    pub fn same_fold<'a>(&'a self, fold: &'a str) -> impl Iterator<Item = &'a str> {
        let later = self.later.same_fold(fold).filter(|word| !self.main.has(word));
        let said = self.said.same_fold(fold);
        let said = said.filter(|word| !self.main.has(word) && !self.later.has(word));
        self.main.same_fold(fold).chain(later).chain(said)
    }

    /// Words that begin so, the shortest first, at most `most`.
    #[must_use]
    pub fn beginning(&self, prefix: &str, most: usize) -> Vec<&str> {
        let mut found: Vec<&str> =
            self.parts().iter().flat_map(|part| part.beginning(prefix, most)).collect();
        let mut seen = HashSet::new();
        found.retain(|word| seen.insert(*word));
        found.sort_by_key(|word| word.len());
        found.truncate(most);
        found
    }

    /// Words within the allowed edits, and no more than `edits`, of what was typed (for Danish: of its
    /// digraph key).
    #[must_use]
    pub fn alike(&self, typed: &str, edits: u8, most: usize) -> Vec<(&str, Candidate)> {
        let mut found: Vec<(&str, Candidate)> =
            self.parts().iter().flat_map(|part| part.alike(typed, edits, most)).collect();
        let mut seen = HashSet::new();
        found.retain(|(word, _)| seen.insert(*word));
        found.sort_by(|a, b| a.1.cost.total_cmp(&b.1.cost));
        found.truncate(most);
        found
    }

    /// (words, stems, bytes of the typo index)
    #[must_use]
    pub fn size(&self) -> (usize, usize, usize) {
        self.parts()
            .iter()
            .map(|part| part.size())
            .fold((0, 0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1, sum.2 + part.2))
    }
}
