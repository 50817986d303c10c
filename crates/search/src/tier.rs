//! What is known of a set of segments besides their postings: words, names, topics. Reading most of
//! a large index takes seconds; so it is read once as the main tier, and what is written later makes
//! a small tier that every commit reads anew.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{MunicipalityKey, TopicKey};
use tantivy::index::SegmentId;
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocSet, Searcher, SegmentReader, TERMINATED, TantivyDocument};

use crate::document::DocumentKind;
use crate::gather::Lists;
use crate::index::SearchError;
use crate::lexicon::Lexicon;
use crate::schema::{Card, Fields, Tongue};
use crate::text::words;
use crate::vocabulary::Vocabulary;
use crate::weights;

/// A topic as pages are grouped by.
pub(crate) type Group = (DocumentKind, TopicKey);

/// A page by its number in the snapshot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// The topic; local variants share it.
    pub(crate) group: u32,
    /// 0 is common to all.
    pub(crate) municipality: u16,
    pub(crate) boost: f32,
    /// A page of the municipality's own site.
    pub(crate) of_site: bool,
    pub(crate) alive: bool,
}

/// A title or alias that a query may hold whole.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) group: u32,
    /// Only in this municipality's variant; 0 everywhere.
    pub(crate) only: u16,
    pub(crate) title: bool,
    /// Sum of the idf of its stems.
    pub(crate) mass: f32,
}

/// Names and where they are found.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) names: Vec<Name>,
    /// (tongue, stem id) → names that hold it; sorted.
    by_stem: Vec<(Tongue, u32, u32)>,
}

impl Names {
    /// The names that hold a stem, in order.
    pub(crate) fn with(&self, tongue: Tongue, stem: u32) -> &[(Tongue, u32, u32)] {
        let from = self.by_stem.partition_point(|entry| (entry.0, entry.1) < (tongue, stem));
        let rest = &self.by_stem[from..];
        let to = rest.partition_point(|entry| (entry.0, entry.1) == (tongue, stem));
        &rest[..to]
    }
}

/// The topics and municipalities of the pages by number, as far as they are known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    /// Of the main tier.
    pub(crate) groups: Arc<HashMap<Group, u32>>,
    /// Met later.
    pub(crate) later: HashMap<Group, u32>,
    pub(crate) municipalities: HashMap<MunicipalityKey, u16>,
}

impl Numbers {
    pub(crate) fn group(&mut self, group: &Group) -> u32 {
        if let Some(known) = self.known(group) {
            return known;
        }
        let next = self.len();
        self.later.insert(group.clone(), next);
        next
    }

    pub(crate) fn known(&self, group: &Group) -> Option<u32> {
        self.groups.get(group).or_else(|| self.later.get(group)).copied()
    }

    pub(crate) fn municipality(&mut self, key: &MunicipalityKey) -> u16 {
        let next = u16::try_from(self.municipalities.len() + 1).unwrap_or(u16::MAX);
        *self.municipalities.entry(key.clone()).or_insert(next)
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.groups.len() + self.later.len()).unwrap_or(u32::MAX)
    }
}

/// The pages of one segment by number. A segment never changes, so they are read once.
#[derive(Debug)]
pub(crate) struct SegmentPages {
    pub(crate) id: SegmentId,
    pub(crate) pages: Vec<Page>,
}

/// Reads which page is which.
pub(crate) fn read_pages(
    searcher: &Searcher,
    number: u32,
    segment: &SegmentReader,
    fields: &Fields,
    numbers: &mut Numbers,
) -> Result<SegmentPages, SearchError> {
    let dead = Page { group: u32::MAX, municipality: 0, boost: 1.0, of_site: false, alive: false };
    let mut pages = vec![dead; segment.max_doc() as usize];
    for document in segment.doc_ids_alive() {
        let card = card(searcher, fields, number, document)?;
        pages[document as usize] = Page {
            group: numbers.group(&(card.kind, card.topic)),
            municipality: card.municipality.as_ref().map_or(0, |key| numbers.municipality(key)),
            boost: card.boost * if card.kind == DocumentKind::Guide { weights::GUIDE } else { 1.0 },
            of_site: card.kind == DocumentKind::Page,
            alive: true,
        };
    }
    Ok(SegmentPages { id: segment.segment_id(), pages })
}

pub(crate) fn card(
    searcher: &Searcher,
    fields: &Fields,
    segment: u32,
    document: u32,
) -> Result<Card, SearchError> {
    let stored: TantivyDocument = searcher.doc(tantivy::DocAddress::new(segment, document))?;
    let text = stored.get_first(fields.card).and_then(|value| value.as_str());
    Ok(serde_json::from_str(text.unwrap_or_default())?)
}

/// The segments a tier is read from, with the pages of the whole snapshot.
pub(crate) struct Source<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) readers: &'a [SegmentReader],
    /// The place of each segment in the searcher.
    pub(crate) places: &'a [u32],
    pub(crate) fields: &'a Fields,
    /// The number of each segment's first page.
    pub(crate) bases: &'a [u32],
    pub(crate) pages: &'a [Page],
    /// Numbers of topics in all.
    pub(crate) groups: u32,
    /// Which segments, by place.
    pub(crate) segments: Vec<usize>,
}

impl Source<'_> {
    fn readers(&self) -> impl Iterator<Item = (&SegmentReader, u32)> {
        self.segments.iter().map(|at| (&self.readers[*at], self.bases[*at]))
    }

    pub(crate) fn lists(
        &self,
        tongue: Tongue,
        vocabulary: &Vocabulary,
        means: &[f32],
    ) -> Result<Lists, SearchError> {
        let segments: Vec<(&SegmentReader, u32)> = self.readers().collect();
        Lists::read(self.fields, tongue, vocabulary, &segments, self.pages, means)
    }

    pub(crate) fn vocabulary(&self, tongue: Tongue) -> Result<Vocabulary, SearchError> {
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
                for (segment, base) in self.readers() {
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
        for (segment, _) in self.readers() {
            let inverted = segment.inverted_index(field)?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                if let Ok(word) = std::str::from_utf8(terms.key()) {
                    surfaces.push(word.into());
                }
            }
        }
        Ok(Vocabulary::new(tongue, stems, surfaces))
    }

    /// The pages of these segments, and those of the topics in `also` wherever they stand.
    pub(crate) fn cards(
        &self,
        also: &HashSet<u32>,
        mut found: impl FnMut(Page, Card),
    ) -> Result<(), SearchError> {
        for (at, (segment, base)) in self.readers.iter().zip(self.bases).enumerate() {
            let whole = self.segments.contains(&at);
            if !whole && also.is_empty() {
                continue;
            }
            for document in 0..segment.max_doc() {
                let page = self.pages[(base + document) as usize];
                if page.alive && (whole || also.contains(&page.group)) {
                    found(page, card(self.searcher, self.fields, self.places[at], document)?);
                }
            }
        }
        Ok(())
    }
}

/// Gathers names; the same name of several variants is one.
pub(crate) struct NameGatherer<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) found: HashMap<(u32, Tongue, Vec<u32>), Name>,
}

impl NameGatherer<'_> {
    /// `stem` gives a stem's number and idf.
    pub(crate) fn add(
        &mut self,
        page: Page,
        card: &Card,
        stem: &impl Fn(Tongue, &str) -> Option<(u32, f32)>,
    ) {
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
                // and around its brackets: `Boligstøtte (boligsikring og boligydelse)`.
                let pieces = text.split([':', '(', ')']).filter(|piece| piece.len() < text.len());
                for piece in whole.chain(pieces) {
                    let stems = name_stems(piece, tongue, self.lexicon);
                    let known = stems.iter().filter_map(|text| stem(tongue, text));
                    let mut ids: Vec<(u32, f32)> = known.collect();
                    ids.sort_unstable_by_key(|(id, _)| *id);
                    ids.dedup_by_key(|(id, _)| *id);
                    if ids.is_empty() {
                        continue;
                    }
                    let mass = ids.iter().map(|(_, idf)| idf).sum();
                    let key = (page.group, tongue, ids.iter().map(|(id, _)| *id).collect());
                    let only = page.municipality;
                    let name = Name { group: page.group, only, title, mass };
                    let entry = self.found.entry(key).or_insert(name);
                    if entry.only != only {
                        entry.only = 0;
                    }
                    entry.title |= title;
                }
            }
        }
    }

    /// Shorter names get lower numbers.
    pub(crate) fn finish(self) -> Names {
        let mut gathered = Names::default();
        let mut found: Vec<_> = self.found.into_iter().collect();
        found.sort_by(|a, b| a.1.mass.total_cmp(&b.1.mass).then_with(|| a.0.cmp(&b.0)));
        for ((_, tongue, stems), name) in found {
            let number = u32::try_from(gathered.names.len()).unwrap_or(u32::MAX);
            gathered.by_stem.extend(stems.into_iter().map(|stem| (tongue, stem, number)));
            gathered.names.push(name);
        }
        gathered.by_stem.sort_unstable();
        gathered.by_stem.shrink_to_fit();
        gathered
    }
}

fn name_stems(text: &str, tongue: Tongue, lexicon: &Lexicon) -> Vec<String> {
    words(text, 30)
        .into_iter()
        .filter(|word| !word.joined)
        .filter(|word| match tongue {
            Tongue::Danish => !lexicon.is_stop_danish(&word.text),
            Tongue::English => !lexicon.is_stop_english(&word.text),
        })
        .map(|word| match tongue {
            Tongue::Danish => lexicon.stems.danish(&word.text),
            Tongue::English => lexicon.stems.english(&word.text),
        })
        .collect()
}
