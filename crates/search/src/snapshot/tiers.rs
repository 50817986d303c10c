//! The two tiers of a snapshot, and how they are read.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::index::SegmentId;

use super::Core;
use crate::gather::Lists;
use crate::index::SearchError;
use crate::schema::Tongue;
use crate::suggest::{OfferGatherer, Offers};
use crate::tier::{NameGatherer, Names, Source};
use crate::vocabularies::Vocabularies;
use crate::vocabulary::Vocabulary;

/// What was read of a set of segments. Of each pair the Danish comes first.
#[derive(Default)]
pub(crate) struct Tier {
    pub(super) segments: Vec<SegmentId>,
    vocabularies: [Arc<Vocabulary>; 2],
    pub(super) lists: [Lists; 2],
    pub(super) names: Names,
    pub(super) offers: [Offers; 2],
}

impl Tier {
    pub(super) fn has(&self, segment: SegmentId) -> bool {
        self.segments.contains(&segment)
    }

    /// The words of this tier and of the later one.
    pub(super) fn words_with(&self, later: &Self) -> [Vocabularies; 2] {
        std::array::from_fn(|tongue| Vocabularies {
            main: Arc::clone(&self.vocabularies[tongue]),
            later: Arc::clone(&later.vocabularies[tongue]),
            said: Arc::default(),
        })
    }
}

impl Core {
    /// Reads what was written after `main`, or everything as a new main tier.
    pub(super) fn read_tiers(&mut self, main: Option<&Arc<Tier>>) -> Result<(), SearchError> {
        let all = 0..self.segments.len();
        match main {
            Some(main) => {
                let later = all.filter(|at| !main.has(self.segments[*at].id)).collect();
                self.later = self.tier(later, Some(main))?;
                self.main = Arc::clone(main);
            }
            None => {
                self.main = Arc::new(self.tier(all.collect(), None)?);
                let later = std::mem::take(&mut self.numbers.later);
                self.numbers.groups = Arc::new(later);
            }
        }
        Ok(())
    }

    fn tier(&self, segments: Vec<usize>, main: Option<&Tier>) -> Result<Tier, SearchError> {
        let source = self.source(segments);
        let danish = source.vocabulary(Tongue::Danish)?;
        let english = source.vocabulary(Tongue::English)?;
        let mut tier = Tier {
            segments: source.segments.iter().map(|at| self.segments[*at].id).collect(),
            lists: [
                source.lists(Tongue::Danish, &danish, &self.mean_danish)?,
                source.lists(Tongue::English, &english, &self.mean_english)?,
            ],
            vocabularies: [Arc::new(danish), Arc::new(english)],
            ..Tier::default()
        };
        let [danish, english] = match main {
            Some(main) => main.words_with(&tier),
            None => tier.words_with(&Tier::default()),
        };
        let stem = |tongue, text: &str| {
            let vocabulary = if tongue == Tongue::Danish { &danish } else { &english };
            vocabulary.stem(text).map(|stem| (stem.id, self.idf(stem.pages)))
        };
        let mut gatherer = NameGatherer { lexicon: &self.lexicon, found: HashMap::new() };
        let mut offers = <[OfferGatherer; 2]>::default();
        source.cards(&self.changed, |page, card| {
            gatherer.add(page, &card, &stem);
            offers[0].add(Tongue::Danish, page, &card, &self.lexicon);
            offers[1].add(Tongue::English, page, &card, &self.lexicon);
        })?;
        tier.names = gatherer.finish();
        tier.offers = offers.map(OfferGatherer::finish);
        Ok(tier)
    }

    pub(super) fn source(&self, segments: Vec<usize>) -> Source<'_> {
        Source {
            searcher: &self.searcher,
            readers: &self.readers,
            places: &self.places,
            fields: &self.fields,
            bases: &self.bases,
            pages: &self.pages,
            groups: self.numbers.len(),
            segments,
        }
    }
}
