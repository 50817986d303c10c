//! Which pages have a stem, and how strongly: the fields weighed and BM25F worked out when the
//! segments are read, so that a query only adds up. Eight bytes for each stem of a page.

use tantivy::postings::Postings as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, SegmentReader, TERMINATED};

use crate::index::SearchError;
use crate::schema::{Fields, Tongue};
use crate::tier::Page;
use crate::vocabulary::Vocabulary;
use crate::weights;

/// A page that has a stem.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub(crate) page: u32,
    frequency: u16,
    sure: u8,
}

/// The highest frequency there is after saturation.
const MOST: f32 = weights::K1 + 1.0;

impl Posting {
    fn new(page: u32, frequency: f32, sure: f32) -> Self {
        let saturated = frequency / (frequency + weights::K1);
        Self {
            page,
            frequency: (saturated * f32::from(u16::MAX)).round().max(1.0) as u16,
            sure: (sure * f32::from(u8::MAX)).round() as u8,
        }
    }

    /// BM25F without idf.
    pub(crate) fn frequency(self) -> f32 {
        f32::from(self.frequency) * (MOST / f32::from(u16::MAX))
    }

    /// How surely the page is about the word, 0 to 1.
    pub(crate) fn sure(self) -> f32 {
        f32::from(self.sure) * (1.0 / f32::from(u8::MAX))
    }
}

/// The pages of every stem of a vocabulary, in order of their numbers.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// Where each stem's pages begin; one more at the end.
    begins: Vec<usize>,
    postings: Vec<Posting>,
}

impl Lists {
    /// `segments` with the number of their first page, ascending.
    pub(crate) fn read(
        fields: &Fields,
        tongue: Tongue,
        vocabulary: &Vocabulary,
        segments: &[(&SegmentReader, u32)],
        pages: &[Page],
        means: &[f32],
    ) -> Result<Self, SearchError> {
        let mut read = Vec::new();
        for (segment, base) in segments {
            for ((field, searched), mean) in
                fields.of(tongue).iter().zip(tongue.fields()).zip(means)
            {
                let inverted = segment.inverted_index(*field)?;
                let lengths = segment.get_fieldnorms_reader(*field)?;
                read.push((inverted, lengths, *base, *field, searched, *mean));
            }
        }
        let mut stems: Vec<(u32, &str)> = vocabulary.stems().collect();
        stems.sort_unstable();
        let mut lists = Self { begins: vec![0], postings: Vec::new() };
        let mut found: Vec<(u32, f32, f32)> = Vec::new();
        for (_, stem) in stems {
            found.clear();
            for (inverted, lengths, base, field, searched, mean) in &read {
                let term = tantivy::Term::from_field_text(*field, stem);
                let info = inverted.get_term_info(&term).map_err(tantivy::TantivyError::from)?;
                let Some(info) = info else { continue };
                let mut postings = inverted
                    .read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)
                    .map_err(tantivy::TantivyError::from)?;
                while postings.doc() != TERMINATED {
                    let document = postings.doc();
                    let page = base + document;
                    if pages[page as usize].alive {
                        let length = lengths.fieldnorm(document) as f32 / mean;
                        let norm = 1.0 - weights::B + weights::B * length;
                        let frequency = searched.weight * postings.term_freq() as f32 / norm;
                        found.push((page, frequency, searched.sure));
                    }
                    postings.advance();
                }
            }
            found.sort_unstable_by_key(|posting| posting.0);
            found.dedup_by(|later, kept| {
                let same = later.0 == kept.0;
                if same {
                    kept.1 += later.1;
                    kept.2 = kept.2.max(later.2);
                }
                same
            });
            let made =
                found.iter().map(|(page, frequency, sure)| Posting::new(*page, *frequency, *sure));
            lists.postings.extend(made);
            lists.begins.push(lists.postings.len());
        }
        lists.postings.shrink_to_fit();
        Ok(lists)
    }

    /// The pages of a stem by its number in the vocabulary.
    pub(crate) fn of(&self, stem: u32) -> &[Posting] {
        let at = stem as usize;
        match (self.begins.get(at), self.begins.get(at + 1)) {
            (Some(from), Some(to)) => &self.postings[*from..*to],
            _ => &[],
        }
    }

    /// Bytes held in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.postings.len() * size_of::<Posting>() + self.begins.len() * size_of::<usize>()
    }
}

/// A stem's pages in order, those of the main tier and then the later ones.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [Posting],
    later: &'a [Posting],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new([main, later]: [&'a [Posting]; 2]) -> Self {
        if main.is_empty() { Self { rest: later, later: &[] } } else { Self { rest: main, later } }
    }

    /// The next page.
    pub(crate) fn page(&self) -> Option<u32> {
        self.rest.first().map(|posting| posting.page)
    }

    /// Leaves all pages before this one behind and takes it, if the stem is on it.
    pub(crate) fn leap_to(&mut self, page: u32) -> Option<Posting> {
        if self.rest.last().is_none_or(|last| last.page < page) {
            self.rest = std::mem::take(&mut self.later);
        }
        // Leaps that double until they are past the page: most pages are near each other.
        let mut leap = 1;
        while leap <= self.rest.len() && self.rest[leap - 1].page < page {
            leap *= 2;
        }
        let within = &self.rest[leap / 2..self.rest.len().min(leap)];
        let at = leap / 2 + within.partition_point(|posting| posting.page < page);
        self.rest = &self.rest[at..];
        self.next_if(|posting| posting.page == page)
    }

    fn next_if(&mut self, wanted: impl FnOnce(&Posting) -> bool) -> Option<Posting> {
        self.rest.first().is_some_and(wanted).then(|| self.next()).flatten()
    }
}

impl Iterator for Cursor<'_> {
    type Item = Posting;

    fn next(&mut self) -> Option<Posting> {
        let (posting, rest) = self.rest.split_first()?;
        self.rest = if rest.is_empty() { std::mem::take(&mut self.later) } else { rest };
        Some(*posting)
    }
}

/// Some pages of a large collection: in order, and as a bit for each page.
#[derive(Debug)]
pub(crate) struct Among {
    pub(crate) pages: Vec<u32>,
    pub(crate) marks: Vec<u64>,
}

impl Among {
    pub(crate) fn has(&self, page: u32) -> bool {
        self.marks[page as usize / 64] >> (page % 64) & 1 == 1
    }
}

/// What one word gives one page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Match {
    pub(crate) score: f32,
    /// The weight of the alternative that matched best.
    pub(crate) weight: f32,
    /// How surely the page is about the word, 0 to 1.
    pub(crate) sure: f32,
    /// How much the page says of the word, 0 to 1.
    pub(crate) depth: f32,
}

/// What a query has added up for one page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) total: f32,
    /// Of the word that is being looked up: what its alternatives give together, the best of them,
    /// and the weight of the best.
    pub(crate) sum: f32,
    pub(crate) best: f32,
    pub(crate) weight: f32,
}

/// How much of a page's name the query holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    pub(crate) bonus: f32,
    /// The idf held, times the share of the name.
    pub(crate) mass: f32,
}

/// Where a query adds up, a place for each page; kept by each thread and handed back clean, because
/// cleaning all of it for every query would cost more than the query.
#[derive(Default)]
pub(crate) struct Board {
    pub(crate) places: Vec<Place>,
    /// By intent, of a query with several: what its words give each page.
    pub(crate) intents: Vec<Vec<f32>>,
    /// The pages with a total.
    pub(crate) touched: Vec<u32>,
    /// The pages with a sum.
    pub(crate) seen: Vec<u32>,
    /// By topic: the best of its names.
    pub(crate) names: Vec<Held>,
    /// The topics with a name.
    pub(crate) named: Vec<u32>,
}

thread_local! {
    static BOARD: std::cell::RefCell<Board> = std::cell::RefCell::default();
}

impl Board {
    /// This thread's board with room for so many pages and topics, and for the intents of a query
    /// that has several.
    pub(crate) fn take(pages: usize, topics: usize, intents: usize) -> Self {
        let mut board = BOARD.with(|board| board.take());
        board.places.resize(pages.max(board.places.len()), Place::default());
        board.names.resize(topics.max(board.names.len()), Held::default());
        if intents > 1 {
            board.intents.resize_with(intents, Vec::new);
            for intent in &mut board.intents {
                intent.resize(pages.max(intent.len()), 0.0);
            }
        }
        board
    }

    /// Cleans it and gives it back.
    pub(crate) fn give_back(mut self, intents: usize) {
        for page in self.touched.drain(..) {
            self.places[page as usize] = Place::default();
            if intents > 1 {
                for intent in &mut self.intents {
                    intent[page as usize] = 0.0;
                }
            }
        }
        for topic in self.named.drain(..) {
            self.names[topic as usize] = Held::default();
        }
        BOARD.with(|board| board.replace(self));
    }
}

/// A hasher for numbers: a query looks up tens of thousands of them, and nobody chooses them.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Quick(u64);

impl std::hash::Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0.rotate_left(26) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// A map by numbers.
pub(crate) type Quickly<K, V> =
    std::collections::HashMap<K, V, std::hash::BuildHasherDefault<Quick>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_finds_its_page_in_both_tiers_and_no_other() {
        let list = |pages: &[u32]| -> Vec<Posting> {
            pages.iter().map(|page| Posting::new(*page, 1.0, 1.0)).collect()
        };
        let (main, later) = (list(&[1, 4, 5, 9, 10, 11, 12, 20]), list(&[30, 31, 40]));
        let on = |pages: &[u32]| -> Vec<u32> {
            let mut cursor = Cursor::new([&main, &later]);
            pages.iter().filter_map(|page| cursor.leap_to(*page)).map(|one| one.page).collect()
        };
        assert_eq!(on(&[0, 4, 6, 12, 13, 31, 40, 41]), [4, 12, 31, 40]);
        assert_eq!(on(&[20, 30]), [20, 30]);
        assert_eq!(on(&[35, 40]), [40]);
        assert_eq!(Cursor::new([&main, &later]).count(), 11);
        assert_eq!(Cursor::new([&[], &later]).page(), Some(30));
    }
}
