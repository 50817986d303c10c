//! All words of the indexed pages in one language, and the ways to find one that is written
//! differently. A query searches nothing that is not in here.

use std::collections::HashMap;

use crate::schema::Tongue;
use crate::spelling::{Candidate, Deletes};
use crate::text::{Fingerprint, digraph_key, fold_key};

/// A stem of the index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stem {
    pub id: u32,
    /// Pages that have it, a page and its local variants counted once.
    pub pages: u32,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Vocabulary {
    stems: HashMap<Box<str>, Stem>,
    /// Every word as written, sorted.
    words: Vec<Box<str>>,
    /// Hash of the digraph key, place in `words`; sorted. Danish only.
    by_key: Vec<(u32, u32)>,
    /// Hash of the fold, place in `words`; sorted. Danish only.
    by_fold: Vec<(u32, u32)>,
    deletes: Deletes,
    keys: Vec<Box<str>>,
}

fn short_hash(text: &str) -> u32 {
    (Fingerprint::of(text) >> 32) as u32
}

impl Vocabulary {
    /// `stems` with their page counts; `words` in any order.
    #[must_use]
    pub fn new(tongue: Tongue, stems: HashMap<Box<str>, u32>, mut words: Vec<Box<str>>) -> Self {
        let stems = stems
            .into_iter()
            .zip(0..)
            .map(|((stem, pages), id)| (stem, Stem { id, pages }))
            .collect();
        words.sort_unstable();
        words.dedup();
        words.shrink_to_fit();
        let mut vocabulary = Self { stems, words, ..Self::default() };
        if tongue == Tongue::English {
            vocabulary.deletes = Deletes::new(vocabulary.words.iter().map(|word| &**word));
            return vocabulary;
        }
        let keys: Vec<Box<str>> =
            vocabulary.words.iter().map(|word| digraph_key(word).into()).collect();
        for (place, key) in (0..).zip(&keys) {
            vocabulary.by_key.push((short_hash(key), place));
            vocabulary.by_fold.push((short_hash(&fold_key(key)), place));
        }
        vocabulary.by_key.sort_unstable();
        vocabulary.by_fold.sort_unstable();
        vocabulary.deletes = Deletes::new(keys.iter().map(|key| &**key));
        vocabulary.keys = keys;
        vocabulary
    }

    #[must_use]
    pub fn stem(&self, stem: &str) -> Option<Stem> {
        self.stems.get(stem).copied()
    }

    /// Every stem with its number.
    pub(crate) fn stems(&self) -> impl Iterator<Item = (u32, &str)> {
        self.stems.iter().map(|(text, stem)| (stem.id, &**text))
    }

    /// Is the word in the pages as written?
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.words.binary_search_by(|known| (**known).cmp(word)).is_ok()
    }

    /// The word as held here.
    #[must_use]
    pub fn word(&self, word: &str) -> Option<&str> {
        let at = self.words.binary_search_by(|known| (**known).cmp(word)).ok()?;
        Some(&self.words[at])
    }

    /// Words with the same digraph key.
    pub fn same_key(&self, key: &str) -> impl Iterator<Item = &str> {
        let hash = short_hash(key);
        at_hash(&self.by_key, hash)
            .map(|place| &*self.words[place])
            .filter(move |word| digraph_key(word) == key)
    }

    /// Words with the same fold.
    pub fn same_fold(&self, fold: &str) -> impl Iterator<Item = &str> {
        let hash = short_hash(fold);
        at_hash(&self.by_fold, hash)
            .map(|place| &*self.words[place])
            .filter(move |word| fold_key(&digraph_key(word)) == fold)
    }

    /// Words that begin so, the shortest first, at most `most`.
    #[must_use]
    pub fn beginning(&self, prefix: &str, most: usize) -> Vec<&str> {
        let from = self.words.partition_point(|word| &**word < prefix);
        let mut found: Vec<&str> = self.words[from..]
            .iter()
            .map(|word| &**word)
            .take_while(|word| word.starts_with(prefix))
            .take(most * 20)
            .collect();
        found.sort_by_key(|word| word.len());
        found.truncate(most);
        found
    }

    /// Words within the allowed edits, and no more than `edits`, of what was typed (for Danish: of its
    /// digraph key).
    #[must_use]
    pub fn alike(&self, typed: &str, edits: u8, most: usize) -> Vec<(&str, Candidate)> {
        let read = |place: u32| {
            let words = if self.keys.is_empty() { &self.words } else { &self.keys };
            &*words[place as usize]
        };
        self.deletes
            .candidates(typed, edits, most, read)
            .into_iter()
            .map(|candidate| (&*self.words[candidate.word as usize], candidate))
            .collect()
    }

    /// (words, stems, bytes of the typo index)
    #[must_use]
    pub fn size(&self) -> (usize, usize, usize) {
        (self.words.len(), self.stems.len(), self.deletes.bytes())
    }
}

fn at_hash(pairs: &[(u32, u32)], hash: u32) -> impl Iterator<Item = usize> {
    let from = pairs.partition_point(|pair| pair.0 < hash);
    pairs[from..].iter().take_while(move |pair| pair.0 == hash).map(|pair| pair.1 as usize)
}
