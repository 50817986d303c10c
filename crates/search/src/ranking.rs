//! Scoring a read query and making the answer.
//!
//! Term at a time: BM25F over the fields of a term's language, the best alternative of each word
//! counts (DisMax), coverage, names, phrases and intents on top.

mod apart;
mod certain;
mod phrases;

use std::borrow::Cow;
use std::time::Instant;

use crate::answer::{Answer, Confidence, Explain, ExplainWord, Hit, Query};
use crate::gather::{Among, Board, Cursor, Held, Match, Place, Posting, Quickly};
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

impl Snapshot {
    /// Answers a query.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be read.
    pub fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        let started = Instant::now();
        let reading = read(self, query);
        let municipality = self.municipality(query.municipality.as_ref());
        let seen = self.visible(municipality);
        let visible = if query.with_pages {
            Cow::Borrowed(seen)
        } else {
            Cow::Owned(
                self.pages.iter().zip(seen).map(|(page, seen)| *seen && !page.of_site).collect(),
            )
        };
        let ranking = Ranking { snapshot: self, visible: &visible, municipality };
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
        let several = reading.intents > 1;
        let mut board =
            Board::take(self.snapshot.pages.len(), self.snapshot.topics(), reading.intents);
        let Board { places, intents, touched, seen, names, named } = &mut board;
        let told_apart = self.told_apart(reading);
        for (number, asked) in reading.asked.iter().enumerate() {
            for (at, alternative) in asked.alternatives.iter().enumerate() {
                let only = told_apart.as_ref().and_then(|apart| apart.only_for(number, at));
                self.each_match(alternative, only, |page, score, weight| {
                    let place = &mut places[page as usize];
                    if place.sum == 0.0 {
                        seen.push(page);
                    }
                    place.sum += score;
                    if score > place.best {
                        place.best = score;
                        place.weight = weight;
                    }
                });
            }
            let rare = self.rarity(asked);
            for page in seen.drain(..) {
                let place = &mut places[page as usize];
                let score = word_score(rare, place.best, place.weight, place.sum);
                if place.total == 0.0 {
                    touched.push(page);
                }
                *place = Place { total: place.total + score, ..Place::default() };
                if several {
                    intents[asked.intent][page as usize] += score;
                }
            }
        }
        self.names(reading, names, named);
        for page in touched.iter() {
            let page_at = self.snapshot.pages[*page as usize];
            let name = names[page_at.group as usize].bonus;
            let favour = page_at.boost * self.snapshot.factors(page_at.group).product();
            let place = &mut places[*page as usize];
            place.total = (place.total + name) * favour;
        }
        let total = |page: u32| places[page as usize].total;
        let by_score = |a: &u32, b: &u32| total(*b).total_cmp(&total(*a)).then(a.cmp(b));
        let wanted = weights::PHRASE_PAGES.max(limit).min(touched.len());
        if wanted < touched.len() {
            touched.select_nth_unstable_by(wanted, by_score);
        }
        let mut first = touched[..wanted].to_vec();
        first.sort_unstable_by(by_score);
        let phrases = self.phrases(reading, &first)?;
        let rises = intent_rises(if several { &intents[..reading.intents] } else { &[] }, &first);
        let highest = first.first().map_or(0.0, |page| total(*page));
        let mut ranked: Vec<(f32, u32, f32, f32)> = first
            .iter()
            .zip(phrases.iter().zip(&rises))
            .map(|(page, (phrase, rise))| {
                let intent = rise * highest * weights::INTENT;
                (total(*page) + phrase + intent, *page, *phrase, intent)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let best: Vec<(u32, Held)> = ranked
            .iter()
            .take(weights::SURE_PAGES)
            .map(|(_, page, ..)| {
                let group = self.snapshot.pages[*page as usize].group;
                (*page, names[group as usize])
            })
            .collect();
        let confidence = self.confidence(reading, &best);
        let mut hits = Vec::new();
        for (score, page, phrase, intent) in ranked.into_iter().take(limit) {
            let group = self.snapshot.pages[page as usize].group;
            let mut explain = self.explain(reading, page);
            explain.phrase = phrase;
            explain.intent = intent;
            explain.name = names[group as usize].bonus;
            hits.push(Hit::of(self.snapshot.card(page)?, score, explain));
        }
        board.give_back(reading.intents);
        Ok((hits, confidence))
    }

    /// Every page that has the alternative, what its terms give together, and how well it fits: the
    /// weight, times the share of the idf that the page has.
    fn each_match(
        &self,
        alternative: &Alternative,
        only: Option<&Among>,
        mut found: impl FnMut(u32, f32, f32),
    ) {
        let weight = alternative.weight;
        if let [term] = &alternative.terms[..] {
            let mut one = |posting: Posting| {
                found(posting.page, posting.frequency() * term.idf * weight, weight);
            };
            match only {
                Some(only) => self.snapshot.postings_among(term, only, one),
                None => {
                    let postings = self.snapshot.postings(term);
                    postings.filter(|posting| self.sees(posting.page)).for_each(&mut one);
                }
            }
            return;
        }
        let mass: f32 = alternative.terms.iter().map(|term| term.idf).sum();
        let (terms, pointing) = self.by_rarity(alternative);
        let mut cursors: Vec<(Cursor<'_>, f32)> =
            terms.into_iter().map(|term| (self.snapshot.postings(term), term.idf)).collect();
        let mut at = |page: u32, cursors: &mut [(Cursor<'_>, f32)]| {
            let (mut score, mut had) = (0.0, 0.0);
            for (cursor, idf) in cursors {
                if let Some(posting) = cursor.leap_to(page) {
                    score += posting.frequency() * *idf;
                    had += *idf;
                }
            }
            if score > 0.0 && self.sees(page) {
                found(page, score * weight, weight * had / mass);
            }
        };
        if let Some(only) = only {
            for page in &only.pages {
                at(*page, &mut cursors);
            }
            return;
        }
        while let Some(page) = cursors[..pointing].iter().filter_map(|(c, _)| c.page()).min() {
            at(page, &mut cursors);
        }
    }

    fn sees(&self, page: u32) -> bool {
        self.visible[page as usize]
    }

    /// For each topic the best of its names that the query holds.
    fn names(&self, reading: &Reading, best: &mut [Held], named: &mut Vec<u32>) {
        // By term: the best weight, the best belief, the idf.
        let mut once: Quickly<(Tongue, u32), (f32, f32, f32)> = Quickly::default();
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
        let most = if large { weights::COMMON_NAMES } else { usize::MAX };
        // The name, the idf held, the idf believed to be held.
        let mut held: Vec<(u32, f32, f32)> = Vec::new();
        let mut cut = Vec::new();
        for ((tongue, id), (weight, belief, idf)) in once {
            let mut names = self.snapshot.names_with(tongue, id);
            held.extend(names.by_ref().take(most).map(|name| (name, weight * idf, belief * idf)));
            cut.push((names, weight * idf, belief * idf));
        }
        held.sort_unstable_by_key(|(name, ..)| *name);
        held.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                *kept = (kept.0, kept.1 + later.1, kept.2 + later.2);
            }
            same
        });
        for (names, weight, belief) in cut {
            let mut pointed = held.iter_mut().peekable();
            for name in names {
                while pointed.next_if(|entry| entry.0 < name).is_some() {}
                match pointed.next_if(|entry| entry.0 == name) {
                    Some(entry) => *entry = (name, entry.1 + weight, entry.2 + belief),
                    None if pointed.peek().is_none() => break,
                    None => {}
                }
            }
        }
        for (number, held, believed) in held {
            let name = self.snapshot.name(number);
            if name.only != 0 && name.only != self.municipality {
                continue;
            }
            let share = (held / name.mass).min(1.0);
            let kind = if name.title { weights::NAME_TITLE } else { 1.0 };
            let bonus = weights::NAME * kind * held * share.powf(weights::NAME_POWER);
            let known = &mut best[name.group as usize];
            if known.bonus == 0.0 {
                named.push(name.group);
            }
            known.bonus = known.bonus.max(bonus);
            known.mass = known.mass.max(believed * (believed / name.mass).min(1.0));
        }
    }

    /// How rare a word is, 0 to 1.
    fn rarity(&self, asked: &Asked) -> f32 {
        (asked.idf / self.snapshot.idf(0)).min(1.0)
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
            explain.coverage += coverage(self.rarity(asked), best.weight);
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

fn word_score(rarity: f32, best: f32, weight: f32, sum: f32) -> f32 {
    best + weights::TIE * (sum - best) + coverage(rarity, weight)
}

fn coverage(rarity: f32, weight: f32) -> f32 {
    weights::COVERAGE * weight.min(1.0) * rarity
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
