//! The index as of one commit, with everything a query needs at hand: which page stands for which
//! topic in which municipality, the vocabulary, the names of the pages. Never changes; replaced as
//! a whole by the next commit.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{MunicipalityKey, TopicKey};
use tantivy::index::SegmentId;
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocSet, Searcher, SegmentReader, TERMINATED, TantivyDocument};

use crate::document::DocumentKind;
use crate::index::SearchError;
use crate::lexicon::Lexicon;
use crate::schema::{Card, Fields, Tongue};
use crate::text::words;
use crate::vocabulary::Vocabulary;

/// A page's title or alias as stems.
#[derive(Debug)]
struct SpelledName {
    tongue: Tongue,
    title: bool,
    stems: Vec<Box<str>>,
}

/// What is kept of a stored document.
#[derive(Debug)]
struct StoredPage {
    group: (DocumentKind, TopicKey),
    municipality: Option<MunicipalityKey>,
    boost: f32,
    names: Vec<SpelledName>,
}

/// The stored pages of one segment. A segment never changes, so they are read once.
#[derive(Debug)]
struct SegmentPages {
    id: SegmentId,
    pages: Vec<Option<StoredPage>>,
}

/// A page by its number in the snapshot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// The topic; local variants share it.
    pub(crate) group: u32,
    /// 0 is common to all.
    pub(crate) municipality: u16,
    pub(crate) boost: f32,
    alive: bool,
}

/// A title or alias that a query may hold whole.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) group: u32,
    /// Only in this municipality's variant; 0 everywhere.
    pub(crate) only: u16,
    pub(crate) title: bool,
    /// Sum of the idf of its stems.
    pub(crate) mass: f32,
}

/// See the module.
pub struct Snapshot {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    pub(crate) lexicon: Arc<Lexicon>,
    segments: Vec<Arc<SegmentPages>>,
    /// The number of each segment's first page.
    pub(crate) bases: Vec<u32>,
    pub(crate) pages: Vec<Page>,
    pub(crate) groups: u32,
    municipalities: HashMap<MunicipalityKey, u16>,
    /// For each municipality (0: none) whether its citizens see the page.
    visible: Vec<Vec<bool>>,
    pub(crate) danish: Vocabulary,
    pub(crate) english: Vocabulary,
    /// Mean number of words of each field.
    pub(crate) mean_danish: Vec<f32>,
    pub(crate) mean_english: Vec<f32>,
    pub(crate) names: Vec<Name>,
    /// (tongue, stem id) → names that hold it; sorted.
    names_by_stem: Vec<(Tongue, u32, u32)>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("pages", &self.pages.len()).finish_non_exhaustive()
    }
}

impl Snapshot {
    pub(crate) fn new(
        searcher: Searcher,
        fields: &Fields,
        lexicon: Arc<Lexicon>,
        before: Option<&Self>,
    ) -> Result<Self, SearchError> {
        let mut segments = Vec::new();
        for (number, segment) in searcher.segment_readers().iter().enumerate() {
            let known = before.and_then(|before| {
                before.segments.iter().find(|known| known.id == segment.segment_id())
            });
            segments.push(match known {
                Some(known) => Arc::clone(known),
                None => {
                    Arc::new(read_segment(&searcher, number as u32, segment, fields, &lexicon)?)
                }
            });
        }
        let mut snapshot = Self {
            mean_danish: means(&searcher, &fields.danish)?,
            mean_english: means(&searcher, &fields.english)?,
            searcher,
            fields: fields.clone(),
            lexicon,
            segments,
            bases: Vec::new(),
            pages: Vec::new(),
            groups: 0,
            municipalities: HashMap::new(),
            visible: Vec::new(),
            danish: Vocabulary::default(),
            english: Vocabulary::default(),
            names: Vec::new(),
            names_by_stem: Vec::new(),
        };
        snapshot.number_pages();
        snapshot.danish = snapshot.vocabulary(Tongue::Danish)?;
        snapshot.english = snapshot.vocabulary(Tongue::English)?;
        snapshot.gather_names();
        Ok(snapshot)
    }

    fn number_pages(&mut self) {
        let mut groups: HashMap<&(DocumentKind, TopicKey), u32> = HashMap::new();
        let mut variants: HashSet<(u32, u16)> = HashSet::new();
        for (segment, reader) in self.segments.iter().zip(self.searcher.segment_readers()) {
            self.bases.push(self.pages.len() as u32);
            for (number, page) in segment.pages.iter().enumerate() {
                let alive = page.is_some() && !reader.is_deleted(number as u32);
                let Some(page) = page.as_ref().filter(|_| alive) else {
                    let dead = Page { group: u32::MAX, municipality: 0, boost: 1.0, alive: false };
                    self.pages.push(dead);
                    continue;
                };
                let next = groups.len() as u32;
                let group = *groups.entry(&page.group).or_insert(next);
                let municipality = page.municipality.as_ref().map_or(0, |key| {
                    let next = self.municipalities.len() as u16 + 1;
                    *self.municipalities.entry(key.clone()).or_insert(next)
                });
                variants.insert((group, municipality));
                self.pages.push(Page { group, municipality, boost: page.boost, alive });
            }
        }
        self.groups = groups.len() as u32;
        self.visible = (0..=self.municipalities.len() as u16)
            .map(|mine| {
                let sees = |page: &Page| {
                    page.alive
                        && if page.municipality == 0 {
                            mine == 0 || !variants.contains(&(page.group, mine))
                        } else {
                            page.municipality == mine
                        }
                };
                self.pages.iter().map(sees).collect()
            })
            .collect();
    }

    /// The number of a municipality that has variants; 0 for all others.
    pub(crate) fn municipality(&self, key: Option<&MunicipalityKey>) -> u16 {
        key.and_then(|key| self.municipalities.get(key)).copied().unwrap_or(0)
    }

    /// Which pages a municipality's citizens see: its variants, and the common pages without one.
    pub(crate) fn visible(&self, municipality: u16) -> &[bool] {
        &self.visible[usize::from(municipality)]
    }

    pub(crate) fn vocabulary_of(&self, tongue: Tongue) -> &Vocabulary {
        match tongue {
            Tongue::Danish => &self.danish,
            Tongue::English => &self.english,
        }
    }

    /// How rare a stem is that so many pages have.
    pub(crate) fn idf(&self, pages: u32) -> f32 {
        let (all, with) = (self.groups.max(1) as f32, pages as f32);
        (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln()
    }

    /// Names that hold the stem.
    pub(crate) fn names_with(&self, tongue: Tongue, stem: u32) -> impl Iterator<Item = u32> {
        let from = self.names_by_stem.partition_point(|entry| (entry.0, entry.1) < (tongue, stem));
        self.names_by_stem[from..]
            .iter()
            .take_while(move |entry| (entry.0, entry.1) == (tongue, stem))
            .map(|entry| entry.2)
    }

    fn vocabulary(&self, tongue: Tongue) -> Result<Vocabulary, SearchError> {
        let mut stems: HashMap<Box<str>, u32> = HashMap::new();
        let mut seen = vec![0_u32; self.groups as usize];
        let mut stamp = 0;
        // Fields of parts come last and count only for stems that no other field has.
        let fields = self.fields.of(tongue);
        let whole = fields.len() - if tongue == Tongue::Danish { 3 } else { 0 };
        for (fields, parts) in [(&fields[..whole], false), (&fields[whole..], true)] {
            let mut these: HashMap<Box<str>, u32> = HashMap::new();
            for field in fields {
                let mut in_field: HashMap<Box<str>, u32> = HashMap::new();
                for (segment, base) in self.searcher.segment_readers().iter().zip(&self.bases) {
                    let inverted = segment.inverted_index(*field)?;
                    let mut terms = inverted.terms().stream()?;
                    while terms.advance() {
                        let Ok(stem) = std::str::from_utf8(terms.key()) else { continue };
                        stamp += 1;
                        let mut pages = 0;
                        let mut postings = inverted
                            .read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
                        while postings.doc() != TERMINATED {
                            let page = self.pages[(base + postings.doc()) as usize];
                            if page.alive && seen[page.group as usize] != stamp {
                                seen[page.group as usize] = stamp;
                                pages += 1;
                            }
                            postings.advance();
                        }
                        if pages > 0 {
                            *in_field.entry(stem.into()).or_default() += pages;
                        }
                    }
                }
                for (stem, pages) in in_field {
                    let most = these.entry(stem).or_default();
                    *most = (*most).max(pages.min(self.groups));
                }
            }
            if parts {
                for (stem, pages) in these {
                    stems.entry(stem).or_insert(pages);
                }
            } else {
                stems = these;
            }
        }
        let field = match tongue {
            Tongue::Danish => self.fields.surface,
            Tongue::English => self.fields.surface_en,
        };
        let mut surfaces: Vec<Box<str>> = Vec::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(field)?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                if let Ok(word) = std::str::from_utf8(terms.key()) {
                    surfaces.push(word.into());
                }
            }
        }
        if tongue == Tongue::Danish {
            surfaces.extend(self.lexicon.synonym_words.iter().map(|word| word.as_str().into()));
        }
        Ok(Vocabulary::new(tongue, stems, surfaces))
    }

    fn gather_names(&mut self) {
        let mut found: HashMap<(u32, Tongue, Vec<u32>), Name> = HashMap::new();
        let mut pages = self.pages.iter();
        for segment in &self.segments {
            for stored in &segment.pages {
                let page = pages.next().filter(|page| page.alive);
                let (Some(page), Some(stored)) = (page, stored) else { continue };
                for name in &stored.names {
                    let vocabulary = self.vocabulary_of(name.tongue);
                    let known = name.stems.iter().filter_map(|stem| vocabulary.stem(stem));
                    let mut ids: Vec<(u32, u32)> =
                        known.map(|stem| (stem.id, stem.pages)).collect();
                    ids.sort_unstable();
                    ids.dedup();
                    if ids.is_empty() {
                        continue;
                    }
                    let mass = ids.iter().map(|(_, pages)| self.idf(*pages)).sum();
                    let key = (page.group, name.tongue, ids.iter().map(|(id, _)| *id).collect());
                    let only = page.municipality;
                    let entry = found.entry(key).or_insert(Name {
                        group: page.group,
                        only,
                        title: name.title,
                        mass,
                    });
                    if entry.only != only {
                        entry.only = 0;
                    }
                    entry.title |= name.title;
                }
            }
        }
        for ((_, tongue, stems), name) in found {
            let number = self.names.len() as u32;
            self.names_by_stem.extend(stems.into_iter().map(|stem| (tongue, stem, number)));
            self.names.push(name);
        }
        self.names_by_stem.sort_unstable();
        self.names_by_stem.shrink_to_fit();
    }

    /// The sizes of the Danish and the English vocabulary: (words, stems, bytes of the typo index).
    #[must_use]
    pub fn vocabulary_sizes(&self) -> [(usize, usize, usize); 2] {
        [self.danish.size(), self.english.size()]
    }

    /// What is stored of a page.
    pub(crate) fn card(&self, page: u32) -> Result<Card, SearchError> {
        let segment = self.bases.partition_point(|base| *base <= page) - 1;
        let address = tantivy::DocAddress::new(segment as u32, page - self.bases[segment]);
        let document: TantivyDocument = self.searcher.doc(address)?;
        let text = document.get_first(self.fields.card).and_then(|value| value.as_str());
        Ok(serde_json::from_str(text.unwrap_or_default())?)
    }
}

fn means(searcher: &Searcher, fields: &[Field]) -> Result<Vec<f32>, SearchError> {
    let mut means = Vec::new();
    for field in fields {
        let (mut tokens, mut documents) = (0, 0);
        for segment in searcher.segment_readers() {
            tokens += segment.inverted_index(*field)?.total_num_tokens();
            documents += u64::from(segment.max_doc());
        }
        means.push((tokens as f32 / documents.max(1) as f32).max(1.0));
    }
    Ok(means)
}

fn read_segment(
    searcher: &Searcher,
    number: u32,
    segment: &SegmentReader,
    fields: &Fields,
    lexicon: &Lexicon,
) -> Result<SegmentPages, SearchError> {
    let mut pages: Vec<Option<StoredPage>> = Vec::new();
    pages.resize_with(segment.max_doc() as usize, || None);
    for document in segment.doc_ids_alive() {
        let stored: TantivyDocument = searcher.doc(tantivy::DocAddress::new(number, document))?;
        let text = stored.get_first(fields.card).and_then(|value| value.as_str());
        let card: Card = serde_json::from_str(text.unwrap_or_default())?;
        let mut names = Vec::new();
        let said = [
            (Tongue::Danish, true, std::slice::from_ref(&card.title)),
            (Tongue::Danish, false, &card.aliases),
            (Tongue::English, true, std::slice::from_ref(&card.title_en)),
            (Tongue::English, false, &card.aliases_en),
        ];
        for (tongue, title, texts) in said {
            for text in texts {
                // A title says two things around its colon: `Pas: bestil eller forny dit pas`.
                let whole = std::iter::once(text.as_str());
                let pieces = text.split(':').filter(|piece| piece.len() < text.len());
                for piece in whole.chain(pieces) {
                    let stems = name_stems(piece, tongue, lexicon);
                    if !stems.is_empty() {
                        names.push(SpelledName { tongue, title, stems });
                    }
                }
            }
        }
        pages[document as usize] = Some(StoredPage {
            group: (card.kind, card.topic),
            municipality: card.municipality,
            boost: card.boost,
            names,
        });
    }
    Ok(SegmentPages { id: segment.segment_id(), pages })
}

fn name_stems(text: &str, tongue: Tongue, lexicon: &Lexicon) -> Vec<Box<str>> {
    words(text, 30)
        .into_iter()
        .filter(|word| !word.joined)
        .filter(|word| match tongue {
            Tongue::Danish => !lexicon.is_stop_danish(&word.text),
            Tongue::English => !lexicon.is_stop_english(&word.text),
        })
        .map(|word| match tongue {
            Tongue::Danish => lexicon.stems.danish(&word.text).into(),
            Tongue::English => lexicon.stems.english(&word.text).into(),
        })
        .collect()
}
