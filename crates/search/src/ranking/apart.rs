//! In a large collection: which words are looked up everywhere, and which only where the others point.

use super::Ranking;
use crate::gather::Among;
use crate::reading::{Alternative, Reading, Term};
use crate::weights;

/// What of a query too many pages have, and the pages that the rest points to.
pub(super) struct ToldApart {
    /// By word and alternative.
    common: Vec<Vec<bool>>,
    any: bool,
    pages: Among,
}

impl ToldApart {
    fn new(reading: &Reading, pages: usize) -> Self {
        let common = reading.asked.iter().map(|asked| vec![false; asked.alternatives.len()]);
        let pages = Among { pages: Vec::new(), marks: vec![0; pages.div_ceil(64)] };
        Self { common: common.collect(), any: false, pages }
    }

    fn mark(&mut self, page: u32) {
        self.pages.marks[page as usize / 64] |= 1 << (page % 64);
    }

    fn finish(mut self, visible: &[bool]) -> Option<Self> {
        if !self.any {
            return None;
        }
        let Among { pages, marks } = &mut self.pages;
        for (begin, mark) in (0_u32..).step_by(64).zip(marks) {
            let mut left = *mark;
            while left != 0 {
                let page = begin + left.trailing_zeros();
                if visible[page as usize] {
                    pages.push(page);
                } else {
                    *mark &= !(1 << (page % 64));
                }
                left &= left - 1;
            }
        }
        Some(self)
    }

    pub(super) fn only_for(&self, word: usize, alternative: usize) -> Option<&Among> {
        self.common[word][alternative].then_some(&self.pages)
    }
}

impl Ranking<'_> {
    /// The terms of an alternative, the rarest first, and how many of them point to pages: all of
    /// them, but in a large collection only until there are enough.
    pub(super) fn by_rarity<'t>(&self, alternative: &'t Alternative) -> (Vec<&'t Term>, usize) {
        let mut terms: Vec<(usize, &Term)> =
            alternative.terms.iter().map(|term| (self.snapshot.pages_with(term), term)).collect();
        if self.snapshot.pages.len() <= weights::COMMON_PAGES {
            let all = terms.len();
            return (terms.into_iter().map(|(_, term)| term).collect(), all);
        }
        terms.sort_by_key(|(pages, _)| *pages);
        let mut pointed = 0;
        let pointing = terms.iter().take_while(|(pages, _)| {
            let more = pointed < weights::TOLD_APART;
            pointed += pages;
            more
        });
        let pointing = pointing.count();
        (terms.into_iter().map(|(_, term)| term).collect(), pointing)
    }

    /// In a large collection: the pages that the rarer words of the query point to, when there are
    /// enough of them. The other words are looked up on these only: a page that has nothing but
    /// what very many pages have comes after them anyway.
    pub(super) fn told_apart(&self, reading: &Reading) -> Option<ToldApart> {
        if self.snapshot.pages.len() <= weights::COMMON_PAGES {
            return None;
        }
        let pages_of = |alternative: &Alternative| -> usize {
            let (terms, pointing) = self.by_rarity(alternative);
            terms[..pointing].iter().map(|term| self.snapshot.pages_with(term)).sum()
        };
        // The rarest word first; of each word what it most likely means, then what is rarest.
        let mut words: Vec<(usize, usize, Vec<usize>)> = Vec::new();
        for (word, asked) in reading.asked.iter().enumerate() {
            let pages: Vec<usize> = asked.alternatives.iter().map(pages_of).collect();
            words.push((pages.iter().sum(), word, pages));
        }
        words.sort_unstable();
        let mut pointed = 0;
        let mut apart = ToldApart::new(reading, self.snapshot.pages.len());
        for (_, word, pages) in words {
            let alternatives = &reading.asked[word].alternatives;
            let mut order: Vec<(usize, usize)> = pages.into_iter().zip(0..).collect();
            if let Some((_, rest)) = order.split_first_mut() {
                rest.sort_unstable();
            }
            for (pages, at) in order {
                let enough = pointed >= weights::TOLD_APART && pages > weights::COMMON_PAGES;
                if enough || pointed >= weights::MOST_POINTED {
                    apart.common[word][at] = true;
                    apart.any = true;
                    continue;
                }
                pointed += pages;
                let (terms, pointing) = self.by_rarity(&alternatives[at]);
                for term in &terms[..pointing] {
                    for posting in self.snapshot.postings(term) {
                        apart.mark(posting.page);
                    }
                }
            }
        }
        apart.finish(self.visible)
    }
}
