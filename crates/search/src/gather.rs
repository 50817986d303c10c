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

/// Where a query adds up, a place for each page; kept by each thread and handed back clean, because
/// cleaning all of it for every query would cost more than the query.
#[derive(Default)]
pub(crate) struct Board {
    pub(crate) total: Vec<f32>,
    pub(crate) best: Vec<Match>,
    pub(crate) sums: Vec<f32>,
    /// The pages with a total.
    pub(crate) touched: Vec<u32>,
}

thread_local! {
    static BOARD: std::cell::RefCell<Board> = std::cell::RefCell::default();
}

impl Board {
    /// This thread's board with room for so many pages.
    pub(crate) fn take(pages: usize) -> Self {
        let mut board = BOARD.with(|board| board.take());
        if board.total.len() < pages {
            board.total.resize(pages, 0.0);
            board.sums.resize(pages, 0.0);
            board.best.resize(pages, Match::default());
        }
        board
    }

    /// Cleans it and gives it back.
    pub(crate) fn give_back(mut self, touched: &[u32]) {
        for page in touched {
            self.total[*page as usize] = 0.0;
        }
        self.touched.clear();
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
