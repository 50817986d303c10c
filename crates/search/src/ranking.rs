//! Scoring a read query and making the answer.
//!
//! Term at a time: BM25F over the fields of a term's language, the best alternative of each word
//! counts (DisMax), coverage, names, phrases and intents on top.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use crate::answer::{Answer, Confidence, Explain, ExplainWord, Hit, Query};
use crate::index::SearchError;
use crate::reading::{Alternative, Asked, Reading, Term, read};
use crate::schema::Tongue;
use crate::snapshot::Snapshot;
use crate::weights;

/// A page that has a term.
#[derive(Debug, Clone, Copy)]
struct Posting {
    page: u32,
    /// BM25F without idf.
    frequency: f32,
    /// How surely the page is about the word, 0 to 1.
    sure: f32,
}

type Postings = Rc<Vec<Posting>>;

struct Ranking<'a> {
    snapshot: &'a Snapshot,
    visible: &'a [bool],
    municipality: u16,
    postings: HashMap<(Tongue, u32), Postings>,
}

/// What one word gives one page.
#[derive(Debug, Clone, Copy, Default)]
struct Match {
    score: f32,
    /// The weight of the alternative that matched best.
    weight: f32,
    /// How surely the page is about the word, 0 to 1.
    sure: f32,
}

impl Snapshot {
    /// Answers a query.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be read.
    pub fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        let started = Instant::now();
        let reading = read(self, query);
        let municipality = self.municipality(query.municipality.as_ref());
        let mut ranking = Ranking {
            snapshot: self,
            visible: self.visible(municipality),
            municipality,
            postings: HashMap::new(),
        };
        let (hits, confidence) = ranking.rank(&reading, query.limit.min(weights::MOST_HITS))?;
        // A long query holds much that no page can have: less of it is enough.
        let extra = reading.asked.len().saturating_sub(weights::SHORT_QUERY) as f32;
        let relief = (1.0 - weights::RELIEF * extra).max(weights::MOST_RELIEF);
        let enough = confidence.share >= weights::ENOUGH_SHARE * relief
            || confidence.mass >= weights::ENOUGH_MASS;
        let abstained = hits.is_empty() || !enough;
        let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let hits = if abstained { Vec::new() } else { hits };
        Ok(Answer { took_us, abstained, hits, confidence })
    }
}

impl Ranking<'_> {
    fn rank(
        &mut self,
        reading: &Reading,
        limit: usize,
    ) -> Result<(Vec<Hit>, Confidence), SearchError> {
        let pages = self.snapshot.pages.len();
        let mut total = vec![0.0_f32; pages];
        let mut intents = vec![vec![0.0_f32; pages]; reading.intents.saturating_sub(1)];
        if !intents.is_empty() {
            intents.push(vec![0.0; pages]);
        }
        let mut touched: Vec<u32> = Vec::new();
        let mut best: Vec<Match> = vec![Match::default(); pages];
        let mut sums: Vec<f32> = vec![0.0; pages];
        for asked in &reading.asked {
            let mut seen: Vec<u32> = Vec::new();
            for alternative in &asked.alternatives {
                self.each_match(alternative, |page, found| {
                    let at = page as usize;
                    if sums[at] == 0.0 {
                        seen.push(page);
                    }
                    sums[at] += found.score;
                    let known = &mut best[at];
                    if found.score > known.score {
                        known.score = found.score;
                        known.weight = found.weight;
                    }
                })?;
            }
            for page in seen {
                let at = page as usize;
                let score = word_score(self.snapshot, asked, best[at], sums[at]);
                if total[at] == 0.0 {
                    touched.push(page);
                }
                total[at] += score;
                if let Some(intent) = intents.get_mut(asked.intent) {
                    intent[at] += score;
                }
                best[at] = Match::default();
                sums[at] = 0.0;
            }
        }
        let names = self.names(reading);
        for page in &touched {
            let page_at = self.snapshot.pages[*page as usize];
            let name = names.get(&page_at.group).copied().unwrap_or(0.0);
            total[*page as usize] = (total[*page as usize] + name) * page_at.boost;
        }
        let by_score =
            |a: &u32, b: &u32| total[*b as usize].total_cmp(&total[*a as usize]).then(a.cmp(b));
        let wanted = weights::PHRASE_PAGES.max(limit);
        if touched.len() > wanted {
            touched.select_nth_unstable_by(wanted, by_score);
            touched.truncate(wanted);
        }
        touched.sort_unstable_by(by_score);
        let phrases = self.phrases(reading, &touched)?;
        let rises = intent_rises(&intents, &touched);
        let highest = touched.first().map_or(0.0, |page| total[*page as usize]);
        let mut ranked: Vec<(f32, u32, f32, f32)> = touched
            .iter()
            .zip(phrases.iter().zip(&rises))
            .map(|(page, (phrase, rise))| {
                let intent = rise * highest * weights::INTENT;
                (total[*page as usize] + phrase + intent, *page, *phrase, intent)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut confidence = Confidence::default();
        for (_, page, ..) in ranked.iter().take(3) {
            let found = self.confidence(reading, *page)?;
            if found.share * found.mass > confidence.share * confidence.mass {
                confidence = found;
            }
        }
        let mut hits = Vec::new();
        for (score, page, phrase, intent) in ranked.into_iter().take(limit) {
            let group = self.snapshot.pages[page as usize].group;
            let mut explain = self.explain(reading, page)?;
            explain.phrase = phrase;
            explain.intent = intent;
            explain.name = names.get(&group).copied().unwrap_or(0.0);
            let card = self.snapshot.card(page)?;
            hits.push(Hit {
                key: card.key,
                topic: card.topic,
                kind: card.kind,
                title: card.title,
                title_en: card.title_en,
                summary: card.summary,
                summary_en: card.summary_en,
                url_path: card.url_path,
                score,
                explain,
            });
        }
        Ok((hits, confidence))
    }

    /// Every page that has the alternative, with what its terms give together.
    fn each_match(
        &mut self,
        alternative: &Alternative,
        mut found: impl FnMut(u32, Match),
    ) -> Result<(), SearchError> {
        let weight = alternative.weight;
        if let [term] = &alternative.terms[..] {
            for posting in self.postings(term)?.iter() {
                let score = posting.frequency * term.idf * weight;
                found(posting.page, Match { score, weight, sure: posting.sure });
            }
            return Ok(());
        }
        // Several terms add up; a page is as sure as the share of the idf it has.
        let mass: f32 = alternative.terms.iter().map(|term| term.idf).sum();
        let mut sums: HashMap<u32, Match> = HashMap::new();
        for term in &alternative.terms {
            for posting in self.postings(term)?.iter() {
                let sum = sums.entry(posting.page).or_default();
                sum.score += posting.frequency * term.idf * weight;
                sum.weight += weight * term.idf / mass;
                sum.sure += posting.sure * term.idf / mass;
            }
        }
        for (page, sum) in sums {
            found(page, sum);
        }
        Ok(())
    }

    fn postings(&mut self, term: &Term) -> Result<Postings, SearchError> {
        if let Some(known) = self.postings.get(&(term.tongue, term.id)) {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(self.read_postings(term)?);
        self.postings.insert((term.tongue, term.id), Rc::clone(&found));
        Ok(found)
    }

    fn read_postings(&self, term: &Term) -> Result<Vec<Posting>, SearchError> {
        let snapshot = self.snapshot;
        let means = match term.tongue {
            Tongue::Danish => &snapshot.mean_danish,
            Tongue::English => &snapshot.mean_english,
        };
        let mut found: Vec<Posting> = Vec::new();
        let segments = snapshot.searcher.segment_readers();
        for (segment, base) in segments.iter().zip(&snapshot.bases) {
            let begin = found.len();
            let fields = snapshot.fields.of(term.tongue).iter();
            for ((field, searched), mean) in fields.zip(term.tongue.fields()).zip(means) {
                let Some(mut postings) = postings_of(segment, *field, &term.stem, false)? else {
                    continue;
                };
                let lengths = segment.get_fieldnorms_reader(*field)?;
                while postings.doc() != TERMINATED {
                    let document = postings.doc();
                    let page = base + document;
                    if self.visible[page as usize] {
                        let length = lengths.fieldnorm(document) as f32 / mean;
                        let norm = 1.0 - weights::B + weights::B * length;
                        let frequency = searched.weight * postings.term_freq() as f32 / norm;
                        found.push(Posting { page, frequency, sure: searched.sure });
                    }
                    postings.advance();
                }
            }
            found[begin..].sort_unstable_by_key(|posting| posting.page);
        }
        found.dedup_by(|later, kept| {
            let same = later.page == kept.page;
            if same {
                kept.frequency += later.frequency;
                kept.sure = kept.sure.max(later.sure);
            }
            same
        });
        for posting in &mut found {
            let frequency = posting.frequency;
            posting.frequency = frequency * (weights::K1 + 1.0) / (frequency + weights::K1);
        }
        Ok(found)
    }

    /// For each topic the bonus of the best name that the query holds.
    fn names(&self, reading: &Reading) -> HashMap<u32, f32> {
        let mut held: HashMap<u32, f32> = HashMap::new();
        let mut once: HashMap<(Tongue, u32), (f32, f32)> = HashMap::new();
        for asked in &reading.asked {
            for alternative in &asked.alternatives {
                for term in &alternative.terms {
                    let entry = once.entry((term.tongue, term.id)).or_insert((0.0, term.idf));
                    entry.0 = entry.0.max(alternative.weight.min(1.0));
                }
            }
        }
        for ((tongue, id), (weight, idf)) in once {
            for name in self.snapshot.names_with(tongue, id) {
                *held.entry(name).or_default() += weight * idf;
            }
        }
        let mut best: HashMap<u32, f32> = HashMap::new();
        for (number, held) in held {
            let name = &self.snapshot.names[number as usize];
            if name.only != 0 && name.only != self.municipality {
                continue;
            }
            let share = (held / name.mass).min(1.0);
            let kind = if name.title { weights::NAME_TITLE } else { 1.0 };
            let bonus = weights::NAME * kind * held * share.powf(weights::NAME_POWER);
            let known = best.entry(name.group).or_default();
            *known = known.max(bonus);
        }
        best
    }

    /// For each page (best first) the bonus for words that stand together as in the query.
    fn phrases(&self, reading: &Reading, pages: &[u32]) -> Result<Vec<f32>, SearchError> {
        let mut bonus = vec![0.0_f32; pages.len()];
        let mut order: Vec<usize> = (0..pages.len()).collect();
        order.sort_unstable_by_key(|at| pages[*at]);
        for pair in reading.asked.windows(2) {
            let [first, second] = pair else { continue };
            if second.position - first.position > 3 {
                continue;
            }
            let (Some(first), Some(second)) = (single_term(first), single_term(second)) else {
                continue;
            };
            if first.tongue != second.tongue || first.id == second.id {
                continue;
            }
            let fields = self.snapshot.fields.of(first.tongue);
            let (title, body) = (fields[0], fields[if fields.len() > 3 { 3 } else { 2 }]);
            let mass = (first.idf + second.idf) / 2.0;
            for (field, slop, weight) in [
                (title, weights::PHRASE_TITLE_SLOP, weights::PHRASE_TITLE),
                (body, weights::PHRASE_BODY_SLOP, weights::PHRASE_BODY),
            ] {
                self.near(field, first, second, slop, &order, pages, |at| {
                    bonus[at] += weight * mass;
                })?;
            }
        }
        Ok(bonus)
    }

    fn near(
        &self,
        field: tantivy::schema::Field,
        first: &Term,
        second: &Term,
        slop: u32,
        order: &[usize],
        pages: &[u32],
        mut found: impl FnMut(usize),
    ) -> Result<(), SearchError> {
        let segments = self.snapshot.searcher.segment_readers();
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for (number, (segment, base)) in segments.iter().zip(&self.snapshot.bases).enumerate() {
            let end = self.snapshot.bases.get(number + 1).copied().unwrap_or(u32::MAX);
            let mut here = order.iter().filter(|at| (*base..end).contains(&pages[**at])).peekable();
            if here.peek().is_none() {
                continue;
            }
            let a = postings_of(segment, field, &first.stem, true)?;
            let b = postings_of(segment, field, &second.stem, true)?;
            let (Some(mut a), Some(mut b)) = (a, b) else { continue };
            for at in here {
                let document = pages[*at] - base;
                if seek(&mut a, document) && seek(&mut b, document) {
                    a.positions(&mut left);
                    b.positions(&mut right);
                    let close = left
                        .iter()
                        .any(|a| right.iter().any(|b| a != b && a.abs_diff(*b) <= 1 + slop));
                    if close {
                        found(*at);
                    }
                }
            }
        }
        Ok(())
    }

    fn matched(&mut self, asked: &Asked, page: u32) -> Result<Vec<(Match, usize)>, SearchError> {
        let mut found = Vec::new();
        for (number, alternative) in asked.alternatives.iter().enumerate() {
            let mass: f32 = alternative.terms.iter().map(|term| term.idf).sum();
            let mut sum = Match::default();
            for term in &alternative.terms {
                let postings = self.postings(term)?;
                if let Ok(at) = postings.binary_search_by_key(&page, |posting| posting.page) {
                    let share = term.idf / mass;
                    sum.score += postings[at].frequency * term.idf * alternative.weight;
                    sum.weight += alternative.weight * share;
                    sum.sure += postings[at].sure * share;
                }
            }
            if sum.score > 0.0 {
                found.push((sum, number));
            }
        }
        found.sort_by(|a, b| b.0.score.total_cmp(&a.0.score));
        Ok(found)
    }

    fn confidence(&mut self, reading: &Reading, page: u32) -> Result<Confidence, SearchError> {
        let (mut covered, mut all) = (0.0, 0.0);
        for asked in &reading.asked {
            let found = self.matched(asked, page)?;
            let sure = found.iter().map(|(found, at)| found.sure * asked.alternatives[*at].belief);
            covered += sure.fold(0.0, f32::max) * asked.idf;
            all += asked.idf;
        }
        Ok(Confidence { share: if all > 0.0 { covered / all } else { 0.0 }, mass: covered })
    }

    fn explain(&mut self, reading: &Reading, page: u32) -> Result<Explain, SearchError> {
        let boost = self.snapshot.pages[page as usize].boost;
        let mut explain = Explain { boost, ..Explain::default() };
        for asked in &reading.asked {
            let found = self.matched(asked, page)?;
            let Some((best, number)) = found.first().copied() else { continue };
            let sum: f32 = found.iter().map(|(found, _)| found.score).sum();
            let alternative = &asked.alternatives[number];
            let stems: Vec<&str> =
                alternative.terms.iter().map(|term| term.stem.as_str()).collect();
            explain.coverage += coverage(self.snapshot, asked, best);
            explain.words.push(ExplainWord {
                word: asked.text.clone(),
                matched: stems.join("+"),
                by: alternative.by,
                weight: alternative.weight,
                score: best.score + weights::TIE * (sum - best.score),
            });
        }
        Ok(explain)
    }
}

fn word_score(snapshot: &Snapshot, asked: &Asked, best: Match, sum: f32) -> f32 {
    best.score + weights::TIE * (sum - best.score) + coverage(snapshot, asked, best)
}

fn coverage(snapshot: &Snapshot, asked: &Asked, best: Match) -> f32 {
    weights::COVERAGE * best.weight.min(1.0) * (asked.idf / snapshot.idf(0)).min(1.0)
}

/// How far each page rises for being among the best of one of several intents, 0 to 1.
fn intent_rises(intents: &[Vec<f32>], pages: &[u32]) -> Vec<f32> {
    let mut rises = vec![0.0_f32; pages.len()];
    for intent in intents {
        let best = pages.iter().map(|page| intent[*page as usize]).fold(0.0, f32::max);
        if best > 0.0 {
            for (rise, page) in rises.iter_mut().zip(pages) {
                *rise = rise.max((intent[*page as usize] / best).powi(3));
            }
        }
    }
    rises
}

/// The term of a word's best alternative, where that is one term.
fn single_term(asked: &Asked) -> Option<&Term> {
    match &asked.alternatives.first()?.terms[..] {
        [term] => Some(term),
        _ => None,
    }
}

fn seek(postings: &mut SegmentPostings, document: u32) -> bool {
    if postings.doc() < document {
        postings.seek(document);
    }
    postings.doc() == document
}

fn postings_of(
    segment: &tantivy::SegmentReader,
    field: tantivy::schema::Field,
    stem: &str,
    positions: bool,
) -> Result<Option<SegmentPostings>, SearchError> {
    let record = if positions {
        IndexRecordOption::WithFreqsAndPositions
    } else {
        IndexRecordOption::WithFreqs
    };
    let inverted = segment.inverted_index(field)?;
    let term = tantivy::Term::from_field_text(field, stem);
    let info = inverted.get_term_info(&term).map_err(tantivy::TantivyError::from)?;
    Ok(info
        .map(|info| inverted.read_postings_from_terminfo(&info, record))
        .transpose()
        .map_err(tantivy::TantivyError::from)?)
}
