//! The index as of one commit, with everything a query needs at hand: which page stands for which
//! topic in which municipality, the vocabulary, the names of the pages, what editors say of words.
//! Never changes; replaced as a whole by the next commit, and by every change of words.
//!
//! A commit reads what was written since the main tier was read (see `tier`); the main tier is read
//! anew when that has become too much, or when everything is little.

mod postings;
mod tiers;

use std::collections::HashSet;
use std::sync::Arc;

use base::{Language, MunicipalityKey, TopicKey};
use tantivy::index::SegmentId;
use tantivy::schema::Field;
use tantivy::{Searcher, SegmentReader};

use crate::answer::{Answer, By, Explain, ExplainWord, Hit, Query};
use crate::document::DocumentKind;
use crate::favour::{Factors, Favour};
use crate::gather::Quickly;
use crate::index::SearchError;
use crate::lexicon::Lexicon;
use crate::live::{Meaning, Words};
use crate::schema::{Card, Fields, Tongue};
use crate::suggest::{OfferGatherer, Offers, PastQuery};
use crate::tier::{Name, Numbers, Page, SegmentPages, card, read_pages};
use crate::vocabularies::Vocabularies;
use crate::weights;
use tiers::Tier;

/// So many pages are read anew as a whole at every commit: it takes less than a tenth of a second.
const FEW_PAGES: usize = 2_000;
/// The main tier is read anew when more than one page in so many was written after it.
const LATER_SHARE: usize = 10;

/// What is read from the segments.
pub struct Core {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    pub(crate) lexicon: Arc<Lexicon>,
    /// The segments, those of the main tier first, so that its pages keep their numbers.
    pub(crate) readers: Vec<SegmentReader>,
    /// The place of each segment in the searcher.
    places: Vec<u32>,
    segments: Vec<Arc<SegmentPages>>,
    /// The number of each segment's first page.
    pub(crate) bases: Vec<u32>,
    pub(crate) pages: Vec<Page>,
    /// (topic, page), sorted.
    by_group: Vec<(u32, u32)>,
    /// How many topics there are.
    pub(crate) groups: u32,
    numbers: Numbers,
    /// For each municipality (0: none) whether its citizens see the page.
    visible: Vec<Vec<bool>>,
    main: Arc<Tier>,
    /// What was written after the main tier was read.
    later: Tier,
    /// Topics that were written later: their names in the main tier are out of date.
    changed: HashSet<u32>,
    /// Mean number of words of each field.
    pub(crate) mean_danish: Vec<f32>,
    pub(crate) mean_english: Vec<f32>,
}

/// See the module.
pub struct Snapshot {
    pub(crate) core: Arc<Core>,
    pub(crate) words: Arc<Words>,
    favour: Arc<Favour>,
    /// By the number of the topic.
    factors: Quickly<u32, Factors>,
    /// What was asked often.
    past: Arc<Vec<PastQuery>>,
    past_offers: Offers,
    pub(crate) danish: Vocabularies,
    pub(crate) english: Vocabularies,
}

impl std::ops::Deref for Snapshot {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("pages", &self.pages.len()).finish_non_exhaustive()
    }
}

impl Core {
    /// Reads the segments; what `before` knows of them is not read again.
    pub(crate) fn new(
        searcher: Searcher,
        fields: &Fields,
        lexicon: Arc<Lexicon>,
        before: Option<&Self>,
    ) -> Result<Self, SearchError> {
        let readers = searcher.segment_readers();
        let alive: usize = readers.iter().map(|segment| segment.num_docs() as usize).sum();
        let kept = before.filter(|before| {
            let later = readers.iter().filter(|s| !before.main.has(s.segment_id()));
            let later: usize = later.map(|segment| segment.num_docs() as usize).sum();
            let ids: HashSet<SegmentId> = readers.iter().map(SegmentReader::segment_id).collect();
            alive > FEW_PAGES
                && later <= alive / LATER_SHARE
                && before.main.segments.iter().all(|id| ids.contains(id))
        });
        let mut numbers = match kept {
            Some(before) => before.numbers.clone(),
            None => Numbers::default(),
        };
        let mut core = Self {
            mean_danish: means(&searcher, &fields.danish)?,
            mean_english: means(&searcher, &fields.english)?,
            readers: Vec::new(),
            places: Vec::new(),
            segments: Vec::new(),
            bases: Vec::new(),
            pages: Vec::new(),
            by_group: Vec::new(),
            groups: 0,
            visible: Vec::new(),
            main: Arc::default(),
            later: Tier::default(),
            changed: HashSet::new(),
            numbers: Numbers::default(),
            fields: fields.clone(),
            lexicon,
            searcher,
        };
        let mut ordered: Vec<(u32, &SegmentReader)> =
            (0..).zip(core.searcher.segment_readers()).collect();
        let main_place = |segment: &SegmentReader| {
            let main = kept.map(|before| &before.main.segments);
            let at = main.and_then(|main| main.iter().position(|id| *id == segment.segment_id()));
            at.unwrap_or(usize::MAX)
        };
        ordered.sort_by_key(|(place, segment)| (main_place(segment), *place));
        core.places = ordered.iter().map(|(place, _)| *place).collect();
        core.readers = ordered.into_iter().map(|(_, segment)| segment.clone()).collect();
        for (number, segment) in core.places.iter().zip(&core.readers) {
            let known = kept.and_then(|before| {
                before.segments.iter().find(|known| known.id == segment.segment_id())
            });
            core.segments.push(match known {
                Some(known) => Arc::clone(known),
                None => {
                    Arc::new(read_pages(&core.searcher, *number, segment, fields, &mut numbers)?)
                }
            });
        }
        core.numbers = numbers;
        core.number_pages(kept);
        core.read_tiers(kept.map(|before| &before.main))?;
        Ok(core)
    }

    fn number_pages(&mut self, kept: Option<&Self>) {
        // Which municipalities have variants of a topic; there are fewer than 128 municipalities.
        let mut variants = vec![0_u128; self.numbers.len() as usize];
        let mut alive_groups = vec![false; self.numbers.len() as usize];
        for (segment, reader) in self.segments.iter().zip(&self.readers) {
            self.bases.push(u32::try_from(self.pages.len()).unwrap_or(u32::MAX));
            let later = kept.is_some_and(|before| !before.main.has(segment.id));
            for (number, page) in (0_u32..).zip(&segment.pages) {
                let alive = page.alive && !reader.is_deleted(number);
                if alive {
                    let group = page.group as usize;
                    alive_groups[group] = true;
                    variants[group] |= 1_u128.checked_shl(page.municipality.into()).unwrap_or(0);
                }
                if later || (kept.is_some() && page.alive && !alive) {
                    self.changed.insert(page.group);
                }
                self.pages.push(Page { alive, ..*page });
            }
        }
        let alive = (0..).zip(&self.pages).filter(|(_, page)| page.alive);
        self.by_group = alive.map(|(number, page)| (page.group, number)).collect();
        self.by_group.sort_unstable();
        self.groups = alive_groups.iter().map(|alive| u32::from(*alive)).sum();
        let municipalities = u16::try_from(self.numbers.municipalities.len()).unwrap_or(u16::MAX);
        self.visible = (0..=municipalities)
            .map(|mine| {
                let bit = 1_u128.checked_shl(mine.into()).unwrap_or(0);
                let sees = |page: &Page| {
                    page.alive
                        && if page.municipality == 0 {
                            mine == 0 || variants[page.group as usize] & bit == 0
                        } else {
                            page.municipality == mine
                        }
                };
                self.pages.iter().map(sees).collect()
            })
            .collect();
    }

    pub(crate) fn fingerprint_of_documents(&self) -> Result<u64, SearchError> {
        let mut sum = 0;
        let all = (0..self.segments.len()).collect();
        self.source(all).cards(&HashSet::new(), |_, card| sum ^= card.fingerprint)?;
        Ok(sum)
    }

    /// The segments that were written after the main tier was read.
    pub(crate) fn later_segments(&self) -> &[SegmentId] {
        &self.later.segments
    }

    pub(crate) fn segment_ids(&self) -> Vec<SegmentId> {
        self.segments.iter().map(|segment| segment.id).collect()
    }

    /// The number of a municipality that has variants; 0 for all others.
    pub(crate) fn municipality(&self, key: Option<&MunicipalityKey>) -> u16 {
        key.and_then(|key| self.numbers.municipalities.get(key)).copied().unwrap_or(0)
    }

    /// Which pages a municipality's citizens see: its variants, and the common pages without one.
    pub(crate) fn visible(&self, municipality: u16) -> &[bool] {
        &self.visible[usize::from(municipality)]
    }

    /// How many numbers topics have.
    pub(crate) fn topics(&self) -> usize {
        self.numbers.len() as usize
    }

    /// How rare a stem is that so many pages have.
    pub(crate) fn idf(&self, pages: u32) -> f32 {
        let (all, with) = (self.groups.max(1) as f32, pages as f32);
        (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln()
    }

    /// Has the topic been written after the main tier was read?
    pub(crate) fn is_changed(&self, group: u32) -> bool {
        self.changed.contains(&group)
    }

    /// Names that hold the stem.
    pub(crate) fn names_with(&self, tongue: Tongue, stem: u32) -> impl Iterator<Item = u32> {
        let main = &self.main.names;
        let first_later = u32::try_from(main.names.len()).unwrap_or(u32::MAX);
        let up_to_date = |name: &u32| !self.changed.contains(&main.names[*name as usize].group);
        let of_main = main.with(tongue, stem).iter().map(|entry| entry.2);
        let of_main = of_main.filter(move |name| self.changed.is_empty() || up_to_date(name));
        let later = self.later.names.with(tongue, stem).iter();
        of_main.chain(later.map(move |entry| entry.2 + first_later))
    }

    pub(crate) fn name(&self, number: u32) -> &Name {
        let number = number as usize;
        let main = &self.main.names.names;
        main.get(number).unwrap_or_else(|| &self.later.names.names[number - main.len()])
    }

    /// The number of a topic.
    pub(crate) fn group(&self, kind: DocumentKind, topic: &TopicKey) -> Option<u32> {
        self.numbers.known(&(kind, topic.clone()))
    }

    /// The page of a topic that a municipality's citizens see.
    pub(crate) fn page_of(&self, group: u32, municipality: u16) -> Option<u32> {
        let visible = self.visible(municipality);
        let from = self.by_group.partition_point(|entry| entry.0 < group);
        let these = self.by_group[from..].iter().take_while(|entry| entry.0 == group);
        these.map(|entry| entry.1).find(|page| visible[*page as usize])
    }

    /// What is stored of a page.
    pub(crate) fn card(&self, page: u32) -> Result<Card, SearchError> {
        let segment = self.bases.partition_point(|base| *base <= page) - 1;
        card(&self.searcher, &self.fields, self.places[segment], page - self.bases[segment])
    }
}

impl Snapshot {
    pub(crate) fn of(
        core: Arc<Core>,
        words: Arc<Words>,
        favour: Arc<Favour>,
        past: Arc<Vec<PastQuery>>,
    ) -> Self {
        let [mut danish, english] = core.main.words_with(&core.later);
        danish.said = Arc::clone(&words.vocabulary);
        let mut factors = Quickly::default();
        for (topic, factor) in favour.topics() {
            for kind in DocumentKind::ALL {
                if let Some(group) = core.group(kind, topic) {
                    factors.insert(group, *factor);
                }
            }
        }
        let mut gatherer = OfferGatherer::default();
        for query in past.iter() {
            let only = core.municipality(query.municipality.as_ref());
            let known = only > 0 || query.municipality.is_none();
            if known && words.may_offer(&core.lexicon, &query.text) {
                gatherer.past(query, only);
            }
        }
        let past_offers = gatherer.finish();
        Self { danish, english, core, words, favour, factors, past, past_offers }
    }

    pub(crate) fn with_words(&self, words: Arc<Words>) -> Self {
        let (core, favour) = (Arc::clone(&self.core), Arc::clone(&self.favour));
        Self::of(core, words, favour, Arc::clone(&self.past))
    }

    pub(crate) fn with_favour(&self, favour: Arc<Favour>, past: Arc<Vec<PastQuery>>) -> Self {
        Self::of(Arc::clone(&self.core), Arc::clone(&self.words), favour, past)
    }

    pub(crate) fn with_core(&self, core: Arc<Core>) -> Self {
        let (words, favour) = (Arc::clone(&self.words), Arc::clone(&self.favour));
        Self::of(core, words, favour, Arc::clone(&self.past))
    }

    /// What views and answers to "did this help?" multiply a topic's score by.
    pub(crate) fn factors(&self, group: u32) -> Factors {
        self.factors.get(&group).copied().unwrap_or_default()
    }

    pub(crate) fn vocabulary_of(&self, tongue: Tongue) -> &Vocabularies {
        match tongue {
            Tongue::Danish => &self.danish,
            Tongue::English => &self.english,
        }
    }

    /// What words said in a municipality stand for: what the content and the editors say.
    pub(crate) fn synonyms<'w>(
        &self,
        said: impl Iterator<Item = &'w str>,
        municipality: Option<&MunicipalityKey>,
    ) -> Vec<Meaning> {
        let key = self.lexicon.synonym_key(said);
        self.words.meanings(&self.lexicon, &key, municipality)
    }

    /// Where suggestions come from, and whether that is the main tier.
    pub(crate) fn offers(&self, language: Language) -> Vec<(bool, &Offers)> {
        match language {
            Language::Da => vec![
                (false, &self.past_offers),
                (false, &self.later.offers[0]),
                (true, &self.main.offers[0]),
            ],
            Language::En => vec![(false, &self.later.offers[1]), (true, &self.main.offers[1])],
        }
    }

    pub(crate) fn synonym_id(&self, synonym: Option<u32>) -> Option<String> {
        self.words.id_of(synonym?).map(str::to_owned)
    }

    /// Puts what editors want first for the query before what was found.
    pub(crate) fn put_best_bets_first(
        &self,
        query: &Query,
        municipality: u16,
        answer: &mut Answer,
    ) -> Result<(), SearchError> {
        let topics = self.words.best_bets(&self.lexicon, &query.text, query.municipality.as_ref());
        let mut first = Vec::new();
        for topic in topics {
            let groups = DocumentKind::ALL.into_iter().filter_map(|kind| self.group(kind, topic));
            let page = groups.into_iter().find_map(|group| self.page_of(group, municipality));
            let Some(page) = page else { continue };
            let found = answer.hits.iter().position(|hit| hit.topic == *topic);
            let mut hit = match found {
                Some(at) => answer.hits.remove(at),
                None => Hit::of(self.card(page)?, 0.0, Explain::default()),
            };
            hit.explain.best_bet = true;
            if hit.explain.words.is_empty() {
                hit.explain.words.push(ExplainWord {
                    word: query.text.chars().take(weights::QUERY_CHARS).collect(),
                    matched: String::new(),
                    by: By::BestBet,
                    weight: 1.0,
                    score: 0.0,
                    synonym: None,
                });
            }
            first.push(hit);
        }
        if !first.is_empty() {
            answer.abstained = false;
            first.append(&mut answer.hits);
            first.truncate(query.limit.min(weights::MOST_HITS));
            answer.hits = first;
        }
        Ok(())
    }

    /// The sizes of the Danish and the English vocabulary: (words, stems, bytes of the typo index).
    #[must_use]
    pub fn vocabulary_sizes(&self) -> [(usize, usize, usize); 2] {
        [self.danish.size(), self.english.size()]
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
