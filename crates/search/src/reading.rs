//! Reading a query: each word becomes a set of weighted alternatives that exist in the index.

mod compounds;

use crate::answer::{By, Query};
use crate::schema::Tongue;
use crate::snapshot::Snapshot;
use crate::spelling::Candidate;
use crate::text::{digraph_key, fold_key, words};
use crate::weights;

/// A stem to look for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub(crate) tongue: Tongue,
    pub(crate) stem: String,
    pub(crate) id: u32,
    /// Its numbers in the main tier and in the later one.
    pub(crate) tiers: [Option<u32>; 2],
    pub(crate) idf: f32,
}

/// One way to understand a word. Several terms add up.
#[derive(Debug, Clone)]
pub(crate) struct Alternative {
    pub(crate) by: By,
    pub(crate) weight: f32,
    /// How likely the word was meant so, 0 to 1; counts for abstaining only.
    pub(crate) belief: f32,
    pub(crate) terms: Vec<Term>,
    /// The editors' synonym it came by (`Words::id_of`).
    pub(crate) synonym: Option<u32>,
}

impl Alternative {
    fn new(by: By, weight: f32, terms: Vec<Term>) -> Self {
        Self { by, weight, belief: belief(by), terms, synonym: None }
    }
}

fn belief(by: By) -> f32 {
    match by {
        By::Exact | By::Digraph | By::Synonym | By::Spelling => 1.0,
        By::Joined | By::Fold => 0.95,
        By::Split => weights::BELIEF_SPLIT,
        By::Typo => weights::BELIEF_TYPO,
        By::SplitTypo | By::NounVerb | By::Prefix => 0.7,
        By::English | By::BestBet => 1.0,
    }
}

/// A word of the query that says something.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) position: u32,
    /// Which of several questions in one query it belongs to.
    pub(crate) intent: usize,
    pub(crate) alternatives: Vec<Alternative>,
    /// How much the word says: the idf of its best alternative as far as it is believed, the highest
    /// there is for a word that no page has.
    pub(crate) idf: f32,
    /// The belief that stands in `idf` already.
    pub(crate) belief: f32,
}

impl Asked {
    fn new(word: &Raw, alternatives: Vec<Alternative>) -> Self {
        let (text, position) = (word.text.clone(), word.position);
        Self { text, position, intent: 0, alternatives, idf: 0.0, belief: 1.0 }
    }
}

/// A query as search understands it.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) asked: Vec<Asked>,
    pub(crate) intents: usize,
    /// Words of the query, small ones too.
    pub(crate) words: usize,
}

struct Raw {
    text: String,
    key: String,
    position: u32,
    stop: bool,
    connector: bool,
    /// No word that anybody knows.
    mistyped: bool,
    /// The hyphenated word this is a part of, joined.
    joined: Option<String>,
}

/// How a word is spelt.
enum Spelt {
    Right,
    Wrong,
    /// A slip away from a word that says nothing of the subject (`oer`: over).
    Stop,
}

struct Reader<'a> {
    snapshot: &'a Snapshot,
    municipality: Option<&'a base::MunicipalityKey>,
    is_english: bool,
    /// The query has no æ, ø or å.
    all_ascii: bool,
    /// Factors for Danish and English readings.
    danish: f32,
    english: f32,
}

/// Reads a query against a snapshot.
pub(crate) fn read(snapshot: &Snapshot, query: &Query) -> Reading {
    let text: String = query.text.chars().take(weights::QUERY_CHARS).collect();
    let raw = raw_words(&text);
    let unfinished = query.as_you_type && !text.ends_with(char::is_whitespace);
    let share = english_share(snapshot, &raw, unfinished);
    let is_english = share > 0.5 || (share == 0.5 && query.language == base::Language::En);
    let reader = Reader {
        snapshot,
        municipality: query.municipality.as_ref(),
        is_english,
        all_ascii: raw.iter().all(|word| word.text.is_ascii()),
        danish: if is_english { weights::DANISH_IN_ENGLISH } else { 1.0 },
        english: if is_english { weights::ENGLISH_IN_ENGLISH } else { weights::ENGLISH_IN_DANISH },
    };
    reader.read(raw, unfinished)
}

fn raw_words(text: &str) -> Vec<Raw> {
    let mut raw: Vec<Raw> = Vec::new();
    let mut joined: Option<(u32, String)> = None;
    for word in words(text, weights::QUERY_WORDS * 2) {
        if word.joined {
            joined = Some((word.position, word.text));
            continue;
        }
        let of = joined.as_ref().filter(|(at, _)| word.position >= *at);
        let part_of = of.filter(|(_, whole)| whole.contains(&word.text));
        raw.push(Raw {
            key: digraph_key(&word.text),
            joined: part_of.map(|(_, whole)| whole.clone()),
            text: word.text,
            position: word.position,
            stop: false,
            connector: false,
            mistyped: false,
        });
        if raw.len() == weights::QUERY_WORDS {
            break;
        }
    }
    raw
}

/// 1 when the query is English, 0 when it is Danish, between when it cannot be said.
fn english_share(snapshot: &Snapshot, raw: &[Raw], unfinished: bool) -> f32 {
    let lexicon = &snapshot.lexicon;
    let (mut danish, mut english) = (0.0_f32, 0.0_f32);
    let mut neither = Vec::new();
    let last = raw.len().saturating_sub(1);
    for (at, word) in raw.iter().enumerate() {
        let stop = (lexicon.is_stop_danish(&word.text), lexicon.is_stop_english(&word.text));
        match stop {
            (true, false) => danish += 1.0,
            (false, true) => english += 1.0,
            (true, true) => {}
            (false, false) => {
                let in_danish = lexicon.list.knows(&word.text)
                    || lexicon.list.knows(&word.key)
                    || snapshot.danish.has(&word.text)
                    || word.text.chars().any(|c| matches!(c, 'æ' | 'ø' | 'å'));
                let in_english = snapshot.english.has(&word.text);
                match (in_danish, in_english) {
                    (true, false) => danish += 1.0,
                    (false, true) => english += 1.0,
                    (false, false) if at < last || !unfinished => neither.push(word),
                    _ => {}
                }
            }
        }
    }
    if danish + english == 0.0 {
        // `librry card`: the mistyped word tells.
        let cost = |found: Vec<(&str, Candidate)>| found.first().map(|(_, found)| found.cost);
        for word in neither {
            let as_danish = cost(snapshot.danish.alike(&word.key, 1, 1)).unwrap_or(f32::MAX);
            let as_english = cost(snapshot.english.alike(&word.text, 1, 1)).unwrap_or(f32::MAX);
            danish += f32::from(u8::from(as_danish < as_english));
            english += f32::from(u8::from(as_english < as_danish));
        }
    }
    if danish + english == 0.0 { 0.4 } else { english / (danish + english) }
}

impl Reader<'_> {
    fn read(&self, mut raw: Vec<Raw>, unfinished: bool) -> Reading {
        let lexicon = &self.snapshot.lexicon;
        for word in &mut raw {
            word.stop = if self.is_english {
                lexicon.is_stop_english(&word.text)
            } else {
                lexicon.is_stop_danish(&word.text)
            } || lexicon.is_place(&word.text);
            word.connector = lexicon.is_connector(&word.text);
        }
        if raw.iter().all(|word| word.stop) {
            // Nothing but small words: then they are what is asked for.
            for word in &mut raw {
                word.stop = false;
            }
        }
        let last = raw.len().saturating_sub(1);
        let mut asked: Vec<Option<Asked>> = raw
            .iter_mut()
            .enumerate()
            .map(|(at, word)| {
                let unfinished = unfinished && at == last;
                if word.stop && !(unfinished && word.text.chars().count() > 1) {
                    return None;
                }
                let mut found = Vec::new();
                if unfinished {
                    self.prefix(word, &mut found);
                }
                match self.single(word, unfinished, &mut found) {
                    Spelt::Right => {}
                    Spelt::Wrong => word.mistyped = !unfinished,
                    Spelt::Stop => {
                        word.stop = true;
                        return None;
                    }
                }
                if word.stop && found.is_empty() {
                    return None;
                }
                Some(Asked::new(word, found))
            })
            .collect();
        self.join_neighbours(&raw, &mut asked);
        self.phrases(&raw, &mut asked);
        let mut intent = 0;
        let mut open = false;
        for (word, asked) in raw.iter().zip(&mut asked) {
            if word.connector && open {
                intent += 1;
                open = false;
            }
            if let Some(asked) = asked {
                asked.intent = intent;
                open |= !asked.alternatives.is_empty();
            }
        }
        let intents = if open { intent + 1 } else { intent };
        let rarest = self.snapshot.idf(0);
        let asked = asked
            .into_iter()
            .flatten()
            .map(|mut asked| {
                keep_best(&mut asked.alternatives);
                for alternative in &asked.alternatives {
                    let idf = alternative.terms.iter().map(|term| term.idf).fold(0.0, f32::max);
                    if idf * alternative.belief > asked.idf {
                        asked.idf = idf * alternative.belief;
                        asked.belief = belief(alternative.by);
                    }
                }
                if asked.alternatives.is_empty() {
                    let weak = lexicon.is_weak(&lexicon.stems.danish(&asked.text));
                    asked.idf = if weak { rarest * weights::WEAK } else { rarest };
                }
                asked.intent = asked.intent.min(intents.saturating_sub(1));
                asked
            })
            .collect();
        Reading { asked, intents, words: raw.len() }
    }

    fn term(&self, tongue: Tongue, stem: String) -> Option<Term> {
        let known = self.snapshot.vocabulary_of(tongue).stem(&stem)?;
        let mut idf = self.snapshot.idf(known.pages);
        if tongue == Tongue::Danish && self.snapshot.lexicon.is_weak(&stem) {
            idf *= weights::WEAK;
        }
        Some(Term { tongue, stem, id: known.id, tiers: known.tiers, idf })
    }

    /// What a rightly spelt word can mean: its stem, its synonyms, its verb or noun.
    fn meanings(&self, word: &str, factor: f32, by: By, found: &mut Vec<Alternative>) {
        let lexicon = &self.snapshot.lexicon;
        let stem = lexicon.stems.danish(word);
        let factor = factor * self.danish;
        for linked in noun_verb(word) {
            // Only real words: `pasning` has no verb `pase` that would lead to `pas`.
            if !lexicon.list.knows(&linked) && !self.snapshot.danish.has(&linked) {
                continue;
            }
            let linked = lexicon.stems.danish(&linked);
            if linked != stem
                && let Some(term) = self.term(Tongue::Danish, linked)
            {
                let weight = factor * weights::NOUN_VERB;
                found.push(Alternative::new(By::NounVerb, weight, vec![term]));
            }
        }
        if let Some(term) = self.term(Tongue::Danish, stem) {
            found.push(Alternative::new(by, factor, vec![term]));
        }
        self.synonyms(std::iter::once(word), factor, found);
    }

    fn synonyms<'w>(
        &self,
        said: impl Iterator<Item = &'w str>,
        factor: f32,
        found: &mut Vec<Alternative>,
    ) {
        for synonym in self.snapshot.synonyms(said, self.municipality) {
            let terms: Vec<Term> = synonym
                .stems
                .iter()
                .filter_map(|stem| self.term(Tongue::Danish, stem.clone()))
                .collect();
            if !terms.is_empty() {
                let weight =
                    factor * weights::SYNONYM * synonym.weight / (terms.len() as f32).sqrt();
                let mut reading = Alternative::new(By::Synonym, weight, terms);
                reading.synonym = synonym.synonym;
                found.push(reading);
            }
        }
    }

    fn single(&self, word: &Raw, unfinished: bool, found: &mut Vec<Alternative>) -> Spelt {
        let (snapshot, lexicon) = (self.snapshot, &self.snapshot.lexicon);
        self.meanings(&word.text, weights::EXACT, By::Exact, found);
        if let Some(joined) = &word.joined {
            self.meanings(joined, weights::EXACT, By::Joined, found);
        }
        for other in snapshot.danish.same_key(&word.key) {
            if other != word.text {
                self.meanings(other, weights::DIGRAPH, By::Digraph, found);
            }
        }
        if let Some(right) = lexicon.right_spelling(&word.text) {
            self.meanings(right, weights::SPELLING, By::Spelling, found);
        }
        let english_known = self.english(&word.text, found);
        let known = lexicon.list.knows(&word.text)
            || lexicon.list.knows(&word.key)
            || snapshot.danish.has(&word.text)
            || (self.is_english && english_known)
            || snapshot.words.is_right(&word.text);
        let direct = !found.is_empty();
        if word.text.bytes().any(|b| b.is_ascii_digit()) {
            return Spelt::Right;
        }
        if !direct && word.key != word.text {
            // An inflection that no page has: `boernehaverne`.
            self.meanings(&word.key, weights::DIGRAPH, By::Digraph, found);
        }
        let mut folded = false;
        if !direct || (self.all_ascii && !snapshot.danish.has(&word.text)) {
            let weight = if known { weights::FOLD_OF_KNOWN } else { weights::FOLD };
            for other in snapshot.danish.same_fold(&fold_key(&word.key)) {
                if digraph_key(other) != word.key {
                    self.meanings(other, weight, By::Fold, found);
                    folded = true;
                }
            }
            // Inflections that no page has.
            if !folded && !known {
                let before = found.len();
                for right in lexicon.list.unfolded(&word.text) {
                    self.meanings(&right, weights::FOLD, By::Fold, found);
                }
                folded = found.len() > before;
            }
        }
        let split = self.split(word, direct, found);
        if known || folded {
            return Spelt::Right;
        }
        if direct && !self.is_english {
            return Spelt::Wrong;
        }
        let before = found.len();
        let alike = snapshot.danish.alike(&word.key, 2, weights::TYPO_CANDIDATES);
        let nearest = alike.first().map_or(f32::MAX, |(_, candidate)| candidate.cost);
        if !split && !unfinished && lexicon.is_nearer_to_stop(&word.text, self.is_english, nearest)
        {
            return Spelt::Stop;
        }
        for (other, candidate) in alike {
            let far = candidate.cost > nearest + weights::TYPO_MARGIN;
            if far
                || (candidate.distance > 1 && (split || candidate.cost > 2.0))
                || snapshot.words.is_no_typo_of(&word.text, other)
            {
                continue;
            }
            let weight = 1.0 - weights::TYPO_PER_COST * candidate.cost;
            self.meanings(other, weight, By::Typo, found);
        }
        if self.english > 0.5 && !english_known {
            for (other, candidate) in snapshot.english.alike(&word.text, 1, 2) {
                let weight = 1.0 - weights::TYPO_PER_COST * candidate.cost;
                let stem = lexicon.stems.english(other);
                if let Some(term) = self.term(Tongue::English, stem) {
                    let weight = weight * self.english;
                    found.push(Alternative::new(By::Typo, weight, vec![term]));
                }
            }
        }
        if found.len() == before && !split {
            self.split_alike(word, found);
        }
        Spelt::Wrong
    }

    fn english(&self, word: &str, found: &mut Vec<Alternative>) -> bool {
        let stem = self.snapshot.lexicon.stems.english(word);
        let Some(term) = self.term(Tongue::English, stem) else { return false };
        let mut reading = Alternative::new(By::English, self.english, vec![term]);
        reading.belief = self.english.max(0.5);
        found.push(reading);
        true
    }

    fn prefix(&self, word: &Raw, found: &mut Vec<Alternative>) {
        if word.text.chars().count() < 2 {
            return;
        }
        let most = weights::PREFIX_EXPANSIONS;
        for other in self.snapshot.danish.beginning(&word.text, most) {
            if other != word.text {
                self.meanings(other, weights::PREFIX, By::Prefix, found);
            }
        }
        for other in self.snapshot.english.beginning(&word.text, most / 3) {
            let stem = self.snapshot.lexicon.stems.english(other);
            if let Some(term) = self.term(Tongue::English, stem) {
                let weight = weights::PREFIX * self.english;
                found.push(Alternative::new(By::Prefix, weight, vec![term]));
            }
        }
    }

    /// Synonyms of several words: `sat på gaden`.
    fn phrases(&self, raw: &[Raw], asked: &mut [Option<Asked>]) {
        let longest = self.snapshot.words.longest_synonym();
        for from in 0..raw.len() {
            for to in from + 2..=raw.len().min(from + longest) {
                let mut found = Vec::new();
                let said = raw[from..to].iter().map(|word| word.text.as_str());
                self.synonyms(said, self.danish, &mut found);
                if found.is_empty() {
                    continue;
                }
                // A phrase of small words only (`gå ud`) makes its last word count.
                if asked[from..to].iter().all(Option::is_none) {
                    asked[to - 1] = Some(Asked::new(&raw[to - 1], Vec::new()));
                }
                let covered = asked[from..to].iter().flatten().count() as f32;
                for asked in asked[from..to].iter_mut().flatten() {
                    asked.alternatives.extend(found.iter().cloned().map(|mut alternative| {
                        alternative.weight /= covered.sqrt();
                        alternative
                    }));
                }
            }
        }
    }
}

/// Of alternatives with the same terms only the best.
fn keep_best(alternatives: &mut Vec<Alternative>) {
    alternatives.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut kept: Vec<Alternative> = Vec::with_capacity(alternatives.len());
    for alternative in alternatives.drain(..) {
        if !kept.iter().any(|known| known.terms == alternative.terms) {
            kept.push(alternative);
        }
    }
    *alternatives = kept;
}

/// Words that a noun in -ning or -else and its verb may look like, with and without the particle
/// that stands apart in speech (`opskrivning`, `skriv op`).
fn noun_verb(word: &str) -> Vec<String> {
    const PARTICLES: [&str; 8] = ["op", "ud", "ind", "af", "til", "fra", "ned", "på"];
    let mut linked = noun_or_verb(word);
    let apart: Vec<String> = linked
        .iter()
        .filter_map(|word| PARTICLES.iter().find_map(|particle| word.strip_prefix(particle)))
        .filter(|rest| rest.chars().count() >= 4)
        .map(str::to_owned)
        .collect();
    linked.extend(apart);
    linked
}

fn noun_or_verb(word: &str) -> Vec<String> {
    for ending in ["hederne", "heden", "heder", "hed"] {
        // hjemløshed – hjemløs, ledighed – ledig.
        if let Some(quality) = word.strip_suffix(ending).filter(|rest| rest.chars().count() >= 4) {
            return vec![quality.to_owned()];
        }
    }
    for ending in ["ningerne", "ningen", "ninger", "ning"] {
        if let Some(verb) = word.strip_suffix(ending).filter(|verb| verb.chars().count() >= 3) {
            // flytning – flytte, rengøring – rengøre, betaling – betale.
            let mut verbs = vec![format!("{verb}e"), format!("{verb}te")];
            // pasning – passe.
            verbs.extend(verb.chars().last().map(|letter| format!("{verb}{letter}e")));
            return verbs;
        }
    }
    for ending in ["ingerne", "ingen", "inger", "ing", "elserne", "elsen", "elser", "else"] {
        if let Some(verb) = word.strip_suffix(ending).filter(|verb| verb.chars().count() >= 3) {
            return vec![format!("{verb}e"), verb.to_owned()];
        }
    }
    for ending in ["ede", "er", "et", "te", "e"] {
        if let Some(verb) = word.strip_suffix(ending).filter(|verb| verb.chars().count() >= 3) {
            return vec![format!("{verb}ning"), format!("{verb}ing"), format!("{verb}else")];
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_and_verbs_lead_to_each_other() {
        assert!(noun_verb("ansøgning").contains(&"ansøge".to_owned()));
        assert!(noun_verb("flytte").contains(&"flytning".to_owned()));
        assert!(noun_verb("fornyelse").contains(&"forny".to_owned()));
        assert!(noun_verb("opskrivning").contains(&"skrive".to_owned()));
        assert_eq!(noun_verb("hjemløsheden"), ["hjemløs"]);
    }
}
