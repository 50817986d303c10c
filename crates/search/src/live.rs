//! What editors say about words, in force at once and without indexing anew: synonyms, best bets,
//! exceptions. An overlay of the [`Lexicon`]; replaced as a whole by [`crate::Index::set_words`].
//!
//! A synonym leads one step, from what people say to words of the pages; it is never followed
//! further. So synonyms in a circle do no harm.

use std::collections::{HashMap, HashSet};

use base::{MunicipalityKey, TopicKey};
use serde::{Deserialize, Serialize};

use crate::lexicon::Lexicon;
use crate::schema::Tongue;
use crate::text::{digraph_key, words};
use crate::vocabulary::Vocabulary;

/// Longest phrase of a synonym, in words.
const PHRASE_WORDS: usize = 12;

/// What people say, and the words of the pages that it stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SynonymEntry {
    /// Comes back in [`crate::ExplainWord::synonym`].
    pub id: String,
    /// None: everywhere.
    pub municipality: Option<MunicipalityKey>,
    /// Phrases between commas.
    pub said: String,
    pub means: String,
    pub both_ways: bool,
    /// 1 is as good as the synonyms of the content; 0 is nothing.
    pub weight: f32,
}

/// The topic that comes first for a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BestBetEntry {
    pub municipality: Option<MunicipalityKey>,
    pub query: String,
    pub topic: TopicKey,
}

/// What search shall not do with a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ExceptionEntry {
    /// Never split this.
    Whole { word: String },
    /// Split this so: the parts between blanks.
    Split { word: String, parts: String },
    /// This is no typo of that; of nothing at all when `of` is empty.
    NotTypo { word: String, of: String },
    /// Never offer this as what others have asked.
    NotOffered { phrase: String },
}

/// Everything editors have said, as it is stored.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WordEntries {
    pub synonyms: Vec<SynonymEntry>,
    pub best_bets: Vec<BestBetEntry>,
    pub exceptions: Vec<ExceptionEntry>,
}

/// What words stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning {
    /// Stems of the official term's words.
    pub stems: Vec<String>,
    pub weight: f32,
    /// The editors' synonym; none when it comes from the content.
    pub synonym: Option<u32>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Words {
    /// By municipality (none: all) and the key of what is said.
    synonyms: HashMap<Option<MunicipalityKey>, HashMap<String, Vec<Meaning>>>,
    ids: Vec<String>,
    longest: usize,
    best_bets: HashMap<(Option<MunicipalityKey>, String), Vec<TopicKey>>,
    whole: HashSet<String>,
    split: HashMap<String, Vec<String>>,
    not_typo: HashSet<(String, String)>,
    not_offered: HashSet<String>,
    right: HashSet<String>,
    /// The words that are a synonym by themselves: right spellings like the words of the pages.
    pub(crate) vocabulary: std::sync::Arc<Vocabulary>,
}

impl Words {
    /// Reads what editors have said.
    #[must_use]
    pub fn new(lexicon: &Lexicon, entries: &WordEntries) -> Self {
        let mut made = Self { longest: lexicon.longest_synonym(), ..Self::default() };
        let mut single: Vec<Box<str>> =
            lexicon.synonym_words.iter().map(|word| word.as_str().into()).collect();
        for entry in &entries.synonyms {
            let number = u32::try_from(made.ids.len()).unwrap_or(u32::MAX);
            made.ids.push(entry.id.clone());
            let weight = entry.weight.clamp(0.0, 1.5);
            let of = made.synonyms.entry(entry.municipality.clone()).or_default();
            let mut lead = |said: &str, means: &str| {
                let stems = stems_of(lexicon, means);
                for form in forms(said) {
                    if let [word] = &form[..] {
                        single.push(word.as_str().into());
                    }
                    made.longest = made.longest.max(form.len());
                    let key = lexicon.synonym_key(form.iter().map(String::as_str));
                    let meaning = Meaning { stems: stems.clone(), weight, synonym: Some(number) };
                    of.entry(key).or_default().push(meaning);
                }
            };
            lead(&entry.said, &entry.means);
            if entry.both_ways {
                for phrase in entry.said.split(',') {
                    lead(&entry.means, phrase);
                }
            }
        }
        for bet in &entries.best_bets {
            let key = (bet.municipality.clone(), query_key(lexicon, &bet.query));
            let topics = made.best_bets.entry(key).or_default();
            if !topics.contains(&bet.topic) {
                topics.push(bet.topic.clone());
            }
        }
        for exception in &entries.exceptions {
            match exception {
                ExceptionEntry::Whole { word } => {
                    made.whole.insert(plain(word));
                }
                ExceptionEntry::Split { word, parts } => {
                    let parts = parts.split_whitespace().map(plain).collect();
                    made.split.insert(plain(word), parts);
                }
                ExceptionEntry::NotTypo { word, of } if of.trim().is_empty() => {
                    made.right.insert(plain(word));
                }
                ExceptionEntry::NotTypo { word, of } => {
                    made.not_typo.insert((plain(word), plain(of)));
                }
                ExceptionEntry::NotOffered { phrase } => {
                    made.not_offered.insert(query_key(lexicon, phrase));
                }
            }
        }
        made.vocabulary = Vocabulary::new(Tongue::Danish, HashMap::new(), single).into();
        made
    }

    /// What words said in a municipality stand for. What its own editors say of them takes the
    /// place of what is common to all.
    pub(crate) fn meanings(
        &self,
        lexicon: &Lexicon,
        said: &str,
        municipality: Option<&MunicipalityKey>,
    ) -> Vec<Meaning> {
        let of = |place: &Option<MunicipalityKey>| self.synonyms.get(place)?.get(said);
        if let Some(local) = municipality.and_then(|own| of(&Some(own.clone()))) {
            return local.clone();
        }
        let mut found = of(&None).cloned().unwrap_or_default();
        for known in lexicon.synonyms_by_key(said) {
            if !found.iter().any(|meaning| meaning.stems == known.stems) {
                found.push(Meaning { stems: known.stems.clone(), weight: 1.0, synonym: None });
            }
        }
        found
    }

    /// The id of an editors' synonym.
    #[must_use]
    pub fn id_of(&self, synonym: u32) -> Option<&str> {
        self.ids.get(synonym as usize).map(String::as_str)
    }

    /// Words in the longest synonym.
    #[must_use]
    pub fn longest_synonym(&self) -> usize {
        self.longest
    }

    /// The topics that come first for a query; a municipality's own before the common ones.
    pub(crate) fn best_bets(
        &self,
        lexicon: &Lexicon,
        query: &str,
        municipality: Option<&MunicipalityKey>,
    ) -> Vec<&TopicKey> {
        if self.best_bets.is_empty() {
            return Vec::new();
        }
        let key = query_key(lexicon, query);
        let mut found: Vec<&TopicKey> = Vec::new();
        let own = municipality.map(|own| Some(own.clone()));
        for place in own.into_iter().chain([None]) {
            for topic in self.best_bets.get(&(place, key.clone())).into_iter().flatten() {
                if !found.contains(&topic) {
                    found.push(topic);
                }
            }
        }
        found
    }

    /// How an editor wants a compound to be read: `Some(None)` never split.
    #[must_use]
    pub fn split_of(&self, word: &str) -> Option<Option<&[String]>> {
        if self.whole.contains(word) {
            return Some(None);
        }
        self.split.get(word).map(|parts| Some(parts.as_slice()))
    }

    /// The words that are to be split otherwise than before.
    pub(crate) fn split_otherwise<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a str> {
        let said = |words: &'a Self| words.whole.iter().chain(words.split.keys());
        let all: HashSet<&String> = said(self).chain(said(before)).collect();
        let changed = move |word: &&String| self.split_of(word) != before.split_of(word);
        all.into_iter().filter(changed).map(String::as_str)
    }

    /// Is the word right as it stands, whatever it looks like?
    #[must_use]
    pub fn is_right(&self, word: &str) -> bool {
        self.right.contains(word)
    }

    /// May what others have asked be offered while somebody types?
    pub(crate) fn may_offer(&self, lexicon: &Lexicon, query: &str) -> bool {
        self.not_offered.is_empty() || !self.not_offered.contains(&query_key(lexicon, query))
    }

    /// Does an editor say that this was not meant as that?
    #[must_use]
    pub fn is_no_typo_of(&self, word: &str, of: &str) -> bool {
        !self.not_typo.is_empty() && self.not_typo.contains(&(word.to_owned(), of.to_owned()))
    }
}

/// Where one-way synonyms lead back to where they began: the phrases in order, the first again at the
/// end. Such a circle says that all are the same, which is what "both ways" is for.
#[must_use]
pub fn circle(entries: &[SynonymEntry], new: &SynonymEntry) -> Option<Vec<String>> {
    if new.both_ways {
        return None;
    }
    let key = |phrase: &str| -> String {
        let said: Vec<String> = forms(phrase).into_iter().next().unwrap_or_default();
        said.iter().map(|word| digraph_key(word)).collect::<Vec<_>>().join(" ")
    };
    let same_place = |entry: &&SynonymEntry| {
        !entry.both_ways
            && entry.id != new.id
            && (entry.municipality.is_none()
                || new.municipality.is_none()
                || entry.municipality == new.municipality)
    };
    let known: Vec<&SynonymEntry> = entries.iter().filter(same_place).collect();
    let goals: Vec<String> = new.said.split(',').map(key).collect();
    let mut open = vec![vec![new.means.trim().to_owned()]];
    let mut seen = HashSet::new();
    while let Some(path) = open.pop() {
        let here = path.last().map(|phrase| key(phrase)).unwrap_or_default();
        if let Some(at) = goals.iter().position(|goal| *goal == here) {
            let began = new.said.split(',').nth(at).unwrap_or_default().trim().to_owned();
            let mut whole = vec![began];
            whole.extend(path);
            return Some(whole);
        }
        if !seen.insert(here.clone()) {
            continue;
        }
        for entry in &known {
            if entry.said.split(',').any(|phrase| key(phrase) == here) {
                let mut longer = path.clone();
                longer.push(entry.means.trim().to_owned());
                open.push(longer);
            }
        }
    }
    None
}

/// The forms of phrases between commas: as written, and joined where they are hyphenated.
pub(crate) fn forms(phrases: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for phrase in phrases.split(',') {
        let said = words(phrase, PHRASE_WORDS);
        let plain: Vec<String> =
            said.iter().filter(|word| !word.joined).map(|word| word.text.clone()).collect();
        if !plain.is_empty() {
            found.push(plain);
        }
        // `id-kort` is also said in one word.
        found.extend(said.iter().filter(|word| word.joined).map(|word| vec![word.text.clone()]));
    }
    found
}

fn stems_of(lexicon: &Lexicon, text: &str) -> Vec<String> {
    let said: Vec<String> = words(text, PHRASE_WORDS)
        .into_iter()
        .filter(|word| !word.joined)
        .map(|word| word.text)
        .collect();
    let all_small = said.iter().all(|word| lexicon.is_stop_danish(word));
    said.iter()
        .filter(|word| all_small || !lexicon.is_stop_danish(word))
        .map(|word| lexicon.stems.danish(word))
        .collect()
}

/// The same for queries that differ in inflection, spelling of æ, ø, å and small words only.
pub(crate) fn query_key(lexicon: &Lexicon, query: &str) -> String {
    let said = words(query, PHRASE_WORDS * 2);
    let plain: Vec<&str> =
        said.iter().filter(|word| !word.joined).map(|word| word.text.as_str()).collect();
    let telling: Vec<&str> =
        plain.iter().copied().filter(|word| !lexicon.is_stop_danish(word)).collect();
    let words = if telling.is_empty() { plain } else { telling };
    lexicon.synonym_key(words.into_iter())
}

fn plain(word: &str) -> String {
    words(word, 1).into_iter().next().map(|word| word.text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, said: &str, means: &str, both_ways: bool) -> SynonymEntry {
        SynonymEntry {
            id: id.to_owned(),
            municipality: None,
            said: said.to_owned(),
            means: means.to_owned(),
            both_ways,
            weight: 1.0,
        }
    }

    #[test]
    fn a_circle_of_one_way_synonyms_is_named() {
        let known = [entry("1", "gult kort", "sundhedskort", false)];
        let known_and = |second| [known[0].clone(), second];
        let closing = entry("2", "sundhedskort", "Gult kort", false);
        assert_eq!(
            circle(&known, &closing).unwrap(),
            ["sundhedskort", "Gult kort", "sundhedskort"]
        );
        let far = known_and(entry("2", "sundhedskort", "sygesikring", false));
        let closing = entry("3", "sygesikring, kortet", "gult kort", false);
        assert_eq!(circle(&far, &closing).unwrap().len(), 4);
        assert_eq!(circle(&known, &entry("2", "sundhedskort", "gult kort", true)), None);
        assert_eq!(circle(&known, &entry("1", "sundhedskort", "gult kort", false)), None);
    }

    #[test]
    fn a_word_that_means_itself_is_a_circle() {
        assert!(circle(&[], &entry("1", "pas", "pas", false)).is_some());
    }
}
