//! What a box offers while somebody types: titles, other names and frequent past queries that begin
//! so, the weightiest first; with one typing error from four letters on.
//!
//! The phrases stand in order, so those that begin alike stand together, and a tree over their
//! weights gives the best of any such range at once. Only typing errors need the automaton.

use std::collections::{BinaryHeap, HashSet};

use base::{Language, MunicipalityKey, TopicKey};
use serde::Serialize;

use crate::lexicon::Lexicon;
use crate::schema::{Card, Tongue};
use crate::snapshot::Snapshot;
use crate::text::{digraph_key, words};
use crate::tier::Page;
use crate::weights::suggest as weight;

/// A phrase that was asked often.
#[derive(Debug, Clone, PartialEq)]
pub struct PastQuery {
    pub text: String,
    /// None: counted over all.
    pub municipality: Option<MunicipalityKey>,
    pub visitors: u64,
}

/// What the box offers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    pub text: String,
    /// The topic that is called so; none for a past query.
    pub topic: Option<TopicKey>,
    pub url_path: Option<String>,
}

#[derive(Debug)]
struct Offer {
    key: Box<[u8]>,
    /// Place in `texts`.
    text: u32,
    group: u32,
    /// Only in this municipality; 0 everywhere.
    only: u16,
    weight: f32,
}

/// No topic: a past query.
const NO_GROUP: u32 = u32::MAX;

/// Phrases by how they begin.
#[derive(Default)]
pub(crate) struct Offers {
    offers: Vec<Offer>,
    texts: Vec<Box<str>>,
    /// By node of a tree over `offers`: the place of the weightiest below it.
    best: Vec<u32>,
    automaton: Option<fst::Map<Vec<u8>>>,
}

/// Gathers phrases of pages.
#[derive(Default)]
pub(crate) struct OfferGatherer {
    offers: Vec<Offer>,
    texts: Vec<Box<str>>,
    seen: HashSet<(u32, u16, Box<[u8]>)>,
}

impl OfferGatherer {
    pub(crate) fn add(&mut self, tongue: Tongue, page: Page, card: &Card, lexicon: &Lexicon) {
        // The pages of a site are many, and their titles are not ours to offer.
        if page.of_site {
            return;
        }
        let (title, aliases) = match tongue {
            Tongue::Danish => (&card.title, &card.aliases),
            Tongue::English => (&card.title_en, &card.aliases_en),
        };
        let small = |word: &str| match tongue {
            Tongue::Danish => lexicon.is_stop_danish(word),
            Tongue::English => lexicon.is_stop_english(word),
        };
        self.phrase(
            title,
            weight::TITLE,
            weight::BEGINNINGS,
            page.group,
            page.municipality,
            &small,
        );
        for alias in aliases {
            self.phrase(alias, weight::ALIAS, 1, page.group, page.municipality, &small);
        }
    }

    fn phrase(
        &mut self,
        text: &str,
        base: f32,
        beginnings: usize,
        group: u32,
        only: u16,
        small: &impl Fn(&str) -> bool,
    ) {
        let said: Vec<String> = plain_words(text);
        let starts = (0..said.len()).filter(|at| *at == 0 || !small(&said[*at])).take(beginnings);
        let mut place = None;
        for start in starts {
            let key = encode(&said[start..].join(" "));
            if key.is_empty() || !self.seen.insert((group, only, key.clone())) {
                continue;
            }
            let text = *place.get_or_insert_with(|| {
                self.texts.push(text.into());
                u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX)
            });
            // Its beginning is what most people type, and a short name is a likelier one.
            let weight = base
                - if start > 0 { weight::INSIDE } else { 0.0 }
                - weight::LENGTH * key.len().min(80) as f32;
            self.offers.push(Offer { key, text, group, only, weight });
        }
    }

    /// A past query; never one with digits.
    pub(crate) fn past(&mut self, query: &PastQuery, only: u16) {
        if query.visitors < weight::LEAST_VISITORS || query.text.chars().any(char::is_numeric) {
            return;
        }
        let base = weight::PAST + weight::PAST_EACH * (query.visitors as f32).ln();
        self.phrase(&query.text, base, 1, NO_GROUP, only, &|_| false);
    }

    pub(crate) fn finish(self) -> Offers {
        let Self { mut offers, texts, .. } = self;
        offers.sort_by(|a, b| a.key.cmp(&b.key));
        let size = offers.len();
        let mut best = vec![0_u32; size * 2];
        for place in 0..size {
            best[size + place] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        for node in (1..size).rev() {
            let (left, right) = (best[node * 2], best[node * 2 + 1]);
            let weight = |place: u32| offers[place as usize].weight;
            best[node] = if weight(right) > weight(left) { right } else { left };
        }
        let mut keys: Vec<(&[u8], u64)> =
            offers.iter().zip(0..).map(|(offer, place)| (&*offer.key, place)).collect();
        keys.dedup_by_key(|(key, _)| *key);
        let automaton = fst::Map::from_iter(keys).ok();
        Offers { offers, texts, best, automaton }
    }
}

/// A range of phrases and the weightiest of it.
struct Best {
    weight: f32,
    place: usize,
    from: usize,
    to: usize,
    /// Of the typing error.
    off: f32,
}

impl PartialEq for Best {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Best {}
impl PartialOrd for Best {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Best {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.weight.total_cmp(&other.weight).then(other.place.cmp(&self.place))
    }
}

impl Offers {
    fn range(&self, prefix: &[u8]) -> (usize, usize) {
        let from = self.offers.partition_point(|offer| &*offer.key < prefix);
        let length = self.offers[from..].partition_point(|offer| offer.key.starts_with(prefix));
        (from, from + length)
    }

    fn best_of(&self, from: usize, to: usize, off: f32) -> Option<Best> {
        let size = self.offers.len();
        let (mut left, mut right) = (from + size, to + size);
        let mut best: Option<u32> = None;
        let mut take = |place: u32| {
            let better = best.is_none_or(|known| {
                self.offers[place as usize].weight > self.offers[known as usize].weight
            });
            if better {
                best = Some(place);
            }
        };
        while left < right {
            if left % 2 == 1 {
                take(self.best[left]);
                left += 1;
            }
            if right % 2 == 1 {
                right -= 1;
                take(self.best[right]);
            }
            left /= 2;
            right /= 2;
        }
        let place = best? as usize;
        Some(Best { weight: self.offers[place].weight - off, place, from, to, off })
    }

    /// The phrases that begin so, weightiest first, until `enough` says so.
    fn each(&self, ranges: &[(usize, usize, f32)], mut found: impl FnMut(&Offer, f32) -> bool) {
        let ranges = ranges.iter();
        let mut open: BinaryHeap<Best> =
            ranges.filter_map(|(from, to, off)| self.best_of(*from, *to, *off)).collect();
        let mut looked = 0;
        while let Some(best) = open.pop() {
            looked += 1;
            if !found(&self.offers[best.place], best.weight) || looked > weight::LOOKED_AT {
                return;
            }
            open.extend(self.best_of(best.from, best.place, best.off));
            open.extend(self.best_of(best.place + 1, best.to, best.off));
        }
    }

    /// The beginnings in here that are one typing error away from what was typed.
    fn alike(&self, typed: &[u8]) -> Vec<(usize, usize, f32)> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let automaton = automaton.as_fst();
        let mut found: Vec<Vec<u8>> = Vec::new();
        // The first letter is nearly always right.
        let Some((first, rest)) = typed.split_first() else { return Vec::new() };
        let root = automaton.root();
        let Some(at) = root.find_input(*first) else { return Vec::new() };
        let begin = automaton.node(root.transition_addr(at));
        let mut open = vec![(begin, 0_usize, false, vec![*first])];
        let mut steps = 0;
        while let Some((node, at, wrong, prefix)) = open.pop() {
            steps += 1;
            if steps > weight::STEPS || found.len() > weight::ALIKE {
                break;
            }
            if at == rest.len() {
                found.push(prefix);
                continue;
            }
            if !wrong && at + 1 == rest.len() {
                // The last letter was one too many.
                found.push(prefix.clone());
            }
            let follow = |letter: u8| {
                let place = node.find_input(letter)?;
                Some(automaton.node(node.transition_addr(place)))
            };
            let longer = |letters: &[u8]| [&prefix[..], letters].concat();
            if let Some(next) = follow(rest[at]) {
                open.push((next, at + 1, wrong, longer(&rest[at..=at])));
            }
            if wrong {
                continue;
            }
            // One too many; two swapped.
            if let Some(after) = rest.get(at + 1)
                && let Some(next) = follow(*after)
            {
                if let Some(place) = next.find_input(rest[at]) {
                    let both = automaton.node(next.transition_addr(place));
                    open.push((both, at + 2, true, longer(&[*after, rest[at]])));
                }
                open.push((next, at + 2, true, longer(&[*after])));
            }
            for step in node.transitions() {
                let next = automaton.node(step.addr);
                // One missing, one wrong.
                open.push((next, at, true, longer(&[step.inp])));
                if step.inp != rest[at] {
                    open.push((next, at + 1, true, longer(&[step.inp])));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found.iter().map(|prefix| self.range(prefix)).map(|(a, b)| (a, b, weight::ERROR)).collect()
    }

    fn text(&self, offer: &Offer) -> &str {
        &self.texts[offer.text as usize]
    }
}

impl Snapshot {
    /// What to offer for what has been typed so far, at most `limit`.
    #[must_use]
    pub fn suggest(
        &self,
        typed: &str,
        municipality: Option<&MunicipalityKey>,
        language: Language,
        limit: usize,
    ) -> Vec<Suggestion> {
        let typed: String = typed.chars().take(weight::TYPED_CHARS).collect();
        let mut key = encode(&plain_words(&typed).join(" ")).into_vec();
        if key.is_empty() {
            return Vec::new();
        }
        if typed.ends_with(' ') {
            key.push(b' ');
        }
        let mine = self.municipality(municipality);
        let mut found: Vec<(f32, u32, &str)> = Vec::new();
        let tiers = self.offers(language);
        for forgiving in [false, true] {
            if forgiving && (key.len() < weight::FORGIVING_FROM || found.len() >= limit) {
                break;
            }
            for (of_main, offers) in &tiers {
                let ranges = if forgiving {
                    offers.alike(&key)
                } else {
                    let (from, to) = offers.range(&key);
                    vec![(from, to, 0.0)]
                };
                let mut taken = 0;
                offers.each(&ranges, |offer, weight| {
                    let seen = (offer.only == 0 || offer.only == mine)
                        && !(*of_main && self.is_changed(offer.group));
                    let text = offers.text(offer);
                    if seen && !found.iter().any(|(_, _, known)| known.eq_ignore_ascii_case(text)) {
                        let factor = self.factors(offer.group).product();
                        found.push((weight * factor, offer.group, text));
                        taken += 1;
                    }
                    taken < limit * 2
                });
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut suggestions: Vec<Suggestion> = Vec::new();
        let mut groups = HashSet::new();
        for (_, group, text) in found {
            if suggestions.len() == limit {
                break;
            }
            if group == NO_GROUP {
                let text = text.to_owned();
                suggestions.push(Suggestion { text, topic: None, url_path: None });
                continue;
            }
            // One topic is offered once, by the name that fits best.
            if !groups.insert(group) {
                continue;
            }
            let Some(card) = self.page_of(group, mine).and_then(|page| self.card(page).ok()) else {
                continue;
            };
            suggestions.push(Suggestion {
                text: text.to_owned(),
                topic: Some(card.topic),
                url_path: Some(card.url_path),
            });
        }
        suggestions
    }
}

fn plain_words(text: &str) -> Vec<String> {
    let said = words(text, weight::WORDS).into_iter();
    said.filter(|word| !word.joined).map(|word| digraph_key(&word.text)).collect()
}

/// One byte for each letter, so that an error in `ø` is one error.
fn encode(text: &str) -> Box<[u8]> {
    text.chars()
        .map(|letter| match letter {
            'æ' => b'{',
            'ø' => b'|',
            'å' => b'}',
            other => u8::try_from(other).unwrap_or(b'~'),
        })
        .collect()
}
