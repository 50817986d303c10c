//! Which pages have a stem: those of the main tier and the later ones.

use std::collections::BTreeSet;

use base::TopicKey;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, TERMINATED};

use super::Core;
use crate::gather::{Among, Cursor, Lists, Posting};
use crate::index::SearchError;
use crate::reading::Term;
use crate::schema::Tongue;

impl Core {
    /// The pages that have a stem, in order: those of the main tier and the later ones.
    pub(crate) fn postings(&self, term: &Term) -> Cursor<'_> {
        Cursor::new(self.lists(term))
    }

    /// How many pages have a stem.
    pub(crate) fn pages_with(&self, term: &Term) -> usize {
        self.lists(term).iter().map(|list| list.len()).sum()
    }

    /// Of some pages in order, those that have a stem.
    pub(crate) fn postings_among(
        &self,
        term: &Term,
        among: &Among,
        mut found: impl FnMut(Posting),
    ) {
        let mut postings = self.postings(term);
        if self.pages_with(term) < among.pages.len() * 4 {
            postings.filter(|posting| among.has(posting.page)).for_each(found);
        } else {
            among.pages.iter().filter_map(|page| postings.leap_to(*page)).for_each(&mut found);
        }
    }

    /// How a page has a stem.
    pub(crate) fn posting(&self, term: &Term, page: u32) -> Option<Posting> {
        self.lists(term).into_iter().find_map(|list| {
            let at = list.binary_search_by_key(&page, |posting| posting.page).ok()?;
            Some(list[at])
        })
    }

    /// Whether a page has a stem.
    pub(crate) fn has(&self, term: &Term) -> impl Fn(u32) -> bool {
        let lists = self.lists(term);
        move |page| {
            lists
                .iter()
                .any(|list| list.binary_search_by_key(&page, |posting| posting.page).is_ok())
        }
    }

    fn lists(&self, term: &Term) -> [&[Posting]; 2] {
        let at = match term.tongue {
            Tongue::Danish => 0,
            Tongue::English => 1,
        };
        let [main, later] = term.tiers;
        [
            main.map_or(&[][..], |stem| self.main.lists[at].of(stem)),
            later.map_or(&[][..], |stem| self.later.lists[at].of(stem)),
        ]
    }

    /// Bytes held in memory for the pages of every stem.
    #[must_use]
    pub fn postings_bytes(&self) -> usize {
        self.main.lists.iter().chain(&self.later.lists).map(Lists::bytes).sum()
    }

    /// The topics whose texts hold one of these words.
    pub(crate) fn topics_with<'w>(
        &self,
        words: impl Iterator<Item = &'w str>,
    ) -> Result<BTreeSet<TopicKey>, SearchError> {
        let mut found = BTreeSet::new();
        for word in words {
            let term = tantivy::Term::from_field_text(self.fields.surface, word);
            for (segment, base) in self.readers.iter().zip(&self.bases) {
                let inverted = segment.inverted_index(self.fields.surface)?;
                let postings = inverted.read_postings(&term, IndexRecordOption::Basic);
                let Some(mut postings) = postings.map_err(tantivy::TantivyError::from)? else {
                    continue;
                };
                while postings.doc() != TERMINATED {
                    let page = base + postings.doc();
                    if self.pages[page as usize].alive {
                        found.insert(self.card(page)?.topic);
                    }
                    postings.advance();
                }
            }
        }
        Ok(found)
    }
}
