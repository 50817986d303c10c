//! Scoring a read query and making the answer.
//!
//! Term at a time: BM25F over the fields of a term's language, the best alternative of each word
//! counts (DisMax), coverage, names, phrases and intents on top.

mod apart;
mod certain;
mod phrases;

use std::collections::HashMap;
use std::time::Instant;

use crate::answer::{Answer, Confidence, Explain, ExplainWord, Hit, Query};
use crate::gather::{Among, Board, Match, Quickly};
use crate::index::SearchError;
use crate::reading::{Alternative, Asked, Reading, read};
use crate::schema::Tongue;
use crate::snapshot::Snapshot;
use crate::weights;

use certain::certainty;

struct Ranking<'a> {
    snapshot: &'a Snapshot,
    visible: &'a [bool],
    municipality: u16,
}

/// How much of a page's name the query holds.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    bonus: f32,
    /// The idf held, times the share of the name.
    mass: f32,
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
        let ranking = Ranking { snapshot: self, visible: self.visible(municipality), municipality };
        let (hits, mut confidence) = ranking.rank(&reading, query.limit.min(weights::MOST_HITS))?;
        confidence.words = reading.words;
        let abstained = hits.is_empty() || certainty(confidence) < weights::CERTAIN;
        let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let hits = if abstained { Vec::new() } else { hits };
        let mut answer = Answer { took_us, abstained, hits, confidence };
        self.put_best_bets_first(query, municipality, &mut answer)?;
        Ok(answer)
    }
}

impl Ranking<'_> {
    fn rank(&self, reading: &Reading, limit: usize) -> Result<(Vec<Hit>, Confidence), SearchError> {
        let pages = self.snapshot.pages.len();
        let mut board = Board::take(pages);
        let Board { total, best, sums, touched } = &mut board;
        let mut intents = vec![vec![0.0_f32; pages]; reading.intents.saturating_sub(1)];
        if !intents.is_empty() {
            intents.push(vec![0.0; pages]);
        }
        let told_apart = self.told_apart(reading);
        for (number, asked) in reading.asked.iter().enumerate() {
            let mut seen: Vec<u32> = Vec::new();
            for (at, alternative) in asked.alternatives.iter().enumerate() {
                let only = told_apart.as_ref().and_then(|apart| apart.only_for(number, at));
                self.each_match(alternative, only, |page, found| {
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
                });
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
        for page in touched.iter() {
            let page_at = self.snapshot.pages[*page as usize];
            let name = names.get(&page_at.group).map_or(0.0, |held| held.bonus);
            let favour = page_at.boost * self.snapshot.factors(page_at.group).product();
            total[*page as usize] = (total[*page as usize] + name) * favour;
        }
        let all_touched = touched.clone();
        let by_score =
            |a: &u32, b: &u32| total[*b as usize].total_cmp(&total[*a as usize]).then(a.cmp(b));
        let wanted = weights::PHRASE_PAGES.max(limit);
        if touched.len() > wanted {
            touched.select_nth_unstable_by(wanted, by_score);
            touched.truncate(wanted);
        }
        touched.sort_unstable_by(by_score);
        let phrases = self.phrases(reading, touched)?;
        let rises = intent_rises(&intents, touched);
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
        board.give_back(&all_touched);
        let best: Vec<(u32, Held)> = ranked
            .iter()
            .take(weights::SURE_PAGES)
            .map(|(_, page, ..)| {
                let group = self.snapshot.pages[*page as usize].group;
                (*page, names.get(&group).copied().unwrap_or_default())
            })
            .collect();
        let confidence = self.confidence(reading, &best);
        let mut hits = Vec::new();
        for (score, page, phrase, intent) in ranked.into_iter().take(limit) {
            let group = self.snapshot.pages[page as usize].group;
            let mut explain = self.explain(reading, page);
            explain.phrase = phrase;
            explain.intent = intent;
            explain.name = names.get(&group).map_or(0.0, |held| held.bonus);
            hits.push(Hit::of(self.snapshot.card(page)?, score, explain));
        }
        Ok((hits, confidence))
    }

    /// Every page that has the alternative, with what its terms give together.
    fn each_match(
        &self,
        alternative: &Alternative,
        only: Option<&Among>,
        mut found: impl FnMut(u32, Match),
    ) {
        let weight = alternative.weight;
        if let Some(only) = only {
            if let [term] = &alternative.terms[..] {
                self.snapshot.postings_among(term, only, |posting| {
                    let score = posting.frequency() * term.idf * weight;
                    let sure = posting.sure();
                    found(posting.page, Match { score, weight, sure, ..Match::default() });
                });
                return;
            }
            let mass: f32 = alternative.terms.iter().map(|term| term.idf).sum();
            let mut sums: Quickly<u32, Match> = Quickly::default();
            for term in &alternative.terms {
                self.snapshot.postings_among(term, only, |posting| {
                    let sum = sums.entry(posting.page).or_default();
                    sum.score += posting.frequency() * term.idf * weight;
                    sum.weight += weight * term.idf / mass;
                    sum.sure += posting.sure() * term.idf / mass;
                });
            }
            for (page, sum) in sums {
                found(page, sum);
            }
            return;
        }
        if let [term] = &alternative.terms[..] {
            for posting in self.snapshot.postings(term) {
                if self.visible[posting.page as usize] {
                    let score = posting.frequency() * term.idf * weight;
                    let sure = posting.sure();
                    found(posting.page, Match { score, weight, sure, ..Match::default() });
                }
            }
            return;
        }
        // Several terms add up; a page is as sure as the share of the idf it has.
        let mass: f32 = alternative.terms.iter().map(|term| term.idf).sum();
        let mut sums: Quickly<u32, Match> = Quickly::default();
        let (terms, pointing) = self.by_rarity(alternative);
        for (at, term) in terms.into_iter().enumerate() {
            for posting in self.snapshot.postings(term) {
                if self.visible[posting.page as usize] {
                    let sum = if at < pointing {
                        sums.entry(posting.page).or_default()
                    } else if let Some(sum) = sums.get_mut(&posting.page) {
                        sum
                    } else {
                        continue;
                    };
                    sum.score += posting.frequency() * term.idf * weight;
                    sum.weight += weight * term.idf / mass;
                    sum.sure += posting.sure() * term.idf / mass;
                }
            }
        }
        for (page, sum) in sums {
            found(page, sum);
        }
    }

    /// For each topic the bonus of the best name that the query holds.
    fn names(&self, reading: &Reading) -> Quickly<u32, Held> {
        let mut held: Quickly<u32, (f32, f32)> = Quickly::default();
        // By term: the best weight, the best belief, the idf.
        let mut once: HashMap<(Tongue, u32), (f32, f32, f32)> = HashMap::new();
        for asked in &reading.asked {
            for alternative in &asked.alternatives {
                for term in &alternative.terms {
                    let entry = once.entry((term.tongue, term.id)).or_insert((0.0, 0.0, term.idf));
                    entry.0 = entry.0.max(alternative.weight.min(1.0));
                    entry.1 = entry.1.max(alternative.belief);
                }
            }
        }
        // Shorter names come first in each list. Of a word that very many names have, the longer
        // names count only where a rarer word points to them too.
        let large = self.snapshot.pages.len() > weights::COMMON_PAGES;
        let mut cut = Vec::new();
        for ((tongue, id), (weight, belief, idf)) in once {
            for (count, name) in self.snapshot.names_with(tongue, id).enumerate() {
                if large && count == weights::COMMON_NAMES {
                    cut.push((tongue, id, name, weight * idf, belief * idf));
                    break;
                }
                let entry = held.entry(name).or_default();
                entry.0 += weight * idf;
                entry.1 += belief * idf;
            }
        }
        for (tongue, id, first_left_out, weight, belief) in cut {
            let names = self.snapshot.names_with(tongue, id);
            for name in names.skip_while(|name| *name < first_left_out) {
                if let Some(entry) = held.get_mut(&name) {
                    entry.0 += weight;
                    entry.1 += belief;
                }
            }
        }
        let mut best: Quickly<u32, Held> = Quickly::default();
        for (number, (held, believed)) in held {
            let name = self.snapshot.name(number);
            if name.only != 0 && name.only != self.municipality {
                continue;
            }
            let share = (held / name.mass).min(1.0);
            let kind = if name.title { weights::NAME_TITLE } else { 1.0 };
            let bonus = weights::NAME * kind * held * share.powf(weights::NAME_POWER);
            let known = best.entry(name.group).or_default();
            known.bonus = known.bonus.max(bonus);
            known.mass = known.mass.max(believed * (believed / name.mass).min(1.0));
        }
        best
    }

    fn matched(&self, asked: &Asked, page: u32) -> Vec<(Match, usize)> {
        let mut found = Vec::new();
        for (number, alternative) in asked.alternatives.iter().enumerate() {
            let mass: f32 = alternative.terms.iter().map(|term| term.idf).sum();
            let mut sum = Match::default();
            for term in &alternative.terms {
                if let Some(posting) = self.snapshot.posting(term, page) {
                    let share = term.idf / mass;
                    sum.score += posting.frequency() * term.idf * alternative.weight;
                    sum.weight += alternative.weight * share;
                    sum.sure += posting.sure() * share;
                    sum.depth += posting.frequency() / (weights::K1 + 1.0) * share;
                }
            }
            if sum.score > 0.0 {
                found.push((sum, number));
            }
        }
        found.sort_by(|a, b| b.0.score.total_cmp(&a.0.score));
        found
    }

    fn explain(&self, reading: &Reading, page: u32) -> Explain {
        let of_page = self.snapshot.pages[page as usize];
        let favour = self.snapshot.factors(of_page.group);
        let mut explain = Explain { boost: of_page.boost, favour, ..Explain::default() };
        for asked in &reading.asked {
            let found = self.matched(asked, page);
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
                synonym: self.snapshot.synonym_id(alternative.synonym),
            });
        }
        explain
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
