//! Queries that mean the same: equal stems, shared parts of compounds, typing errors. Single link
//! with a bound: a query joins the cluster in which one is near enough, but never one whose first
//! query it has little in common with, so that chains do not grow. The same in every order of input.

use std::collections::{BTreeMap, BTreeSet};

use super::{CROWD, Words};

/// Two queries are linked from here on (1 = the same words).
const LINK: f64 = 0.5;
/// What every query of a cluster has in common with its first one, at least.
const BOUND: f64 = 0.3;
/// A shared part of a compound, beside a whole word.
const PART: f64 = 0.5;
/// A word that differs by a typing error.
const TYPO: f64 = 0.9;
/// Parts shorter than this say too little.
const SHORTEST_PART: usize = 4;
/// At most so many queries are compared, the most frequent ones.
const MOST: usize = 1_500;

/// A query with how often it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    pub text: String,
    pub searches: i64,
    /// Of them, not found.
    pub failed: i64,
    /// Different visitors who had not asked a related query before on the same day.
    pub first_visitors: i64,
}

/// Queries that mean the same; the commonest is first and gives the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub phrases: Vec<Phrase>,
}

impl Cluster {
    #[must_use]
    pub fn failed(&self) -> i64 {
        self.phrases.iter().map(|phrase| phrase.failed).sum()
    }

    #[must_use]
    pub fn searches(&self) -> i64 {
        self.phrases.iter().map(|phrase| phrase.searches).sum()
    }

    #[must_use]
    pub fn visitors(&self) -> i64 {
        self.phrases.iter().map(|phrase| phrase.first_visitors).sum()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Meaning {
    word: String,
    stem: String,
    parts: BTreeSet<String>,
}

fn meanings(text: &str, words: &dyn Words) -> Vec<Meaning> {
    let meant = |word: &&str| !word.is_empty() && !words.stop(word);
    let mut said: Vec<&str> = text.split(' ').filter(meant).collect();
    if said.is_empty() {
        // "hvor er det": nothing but small words; they are all there is.
        said = text.split(' ').filter(|word| !word.is_empty()).collect();
    }
    let mut found: Vec<Meaning> = said
        .into_iter()
        .map(|word| Meaning {
            word: word.to_owned(),
            stem: words.stem(word),
            parts: words
                .parts(word)
                .into_iter()
                .filter(|part| part.chars().count() >= SHORTEST_PART)
                .collect(),
        })
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.stem == b.stem);
    found
}

/// How near two words are, 0 to 1.
fn nearness(one: &Meaning, other: &Meaning) -> f64 {
    if one.stem == other.stem {
        return 1.0;
    }
    if is_typo_of(&one.word, &other.word) {
        return TYPO;
    }
    let shared = !one.parts.is_disjoint(&other.parts)
        || one.parts.contains(&other.stem)
        || other.parts.contains(&one.stem);
    if shared { PART } else { 0.0 }
}

/// One edit in words of four letters and more, two from eight on; neighbours that changed places
/// are one edit.
fn is_typo_of(one: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let shorter = a.len().min(b.len());
    let allowed = match shorter {
        0..=3 => return false,
        4..=7 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > allowed {
        return false;
    }
    distance(&a, &b) <= allowed
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// How near two queries are: what they share, a word counting less the more queries have it.
fn likeness(one: &[Meaning], other: &[Meaning], weight: &BTreeMap<&str, f64>) -> f64 {
    let of = |meaning: &Meaning| weight.get(meaning.stem.as_str()).copied().unwrap_or(1.0);
    let all: f64 = one.iter().chain(other).map(of).sum();
    if all <= 0.0 {
        return 0.0;
    }
    let mut shared = 0.0;
    let mut taken = vec![false; other.len()];
    for meaning in one {
        let best = other
            .iter()
            .enumerate()
            .filter(|(at, _)| !taken[*at])
            .map(|(at, theirs)| (at, nearness(meaning, theirs), theirs))
            .filter(|(_, near, _)| *near > 0.0)
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((at, near, theirs)) = best {
            taken[at] = true;
            shared += near * (of(meaning) + of(theirs));
        }
    }
    shared / all
}

/// Whether two queries would be linked if there were no others.
#[must_use]
pub fn related(one: &str, other: &str, words: &dyn Words) -> bool {
    likeness(&meanings(one, words), &meanings(other, words), &BTreeMap::new()) >= LINK
}

/// Puts queries that mean the same together; the cluster with the most failures first.
#[must_use]
pub fn clusters(phrases: &[Phrase], words: &dyn Words) -> Vec<Cluster> {
    let mut sorted: Vec<&Phrase> = phrases.iter().collect();
    sorted.sort_by(|a, b| {
        b.failed.cmp(&a.failed).then(b.searches.cmp(&a.searches)).then(a.text.cmp(&b.text))
    });
    sorted.truncate(MOST);
    let meant: Vec<Vec<Meaning>> = sorted.iter().map(|p| meanings(&p.text, words)).collect();
    let mut in_so_many: BTreeMap<&str, usize> = BTreeMap::new();
    for meaning in meant.iter().flatten() {
        *in_so_many.entry(meaning.stem.as_str()).or_default() += 1;
    }
    let weight: BTreeMap<&str, f64> = in_so_many
        .into_iter()
        .map(|(stem, n)| (stem, 1.0 / (1.0 + f64::from(u32::try_from(n).unwrap_or(u32::MAX)).ln())))
        .collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in 0..sorted.len() {
        let nearest = groups
            .iter()
            .enumerate()
            .filter(|(_, group)| likeness(&meant[at], &meant[group[0]], &weight) >= BOUND)
            .map(|(number, group)| {
                let near = group.iter().map(|other| likeness(&meant[at], &meant[*other], &weight));
                (number, near.fold(0.0, f64::max))
            })
            .filter(|(_, near)| *near >= LINK)
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        match nearest {
            Some((number, _)) => groups[number].push(at),
            None => groups.push(vec![at]),
        }
    }
    let mut found: Vec<Cluster> = groups
        .into_iter()
        .map(|group| Cluster { phrases: group.into_iter().map(|at| sorted[at].clone()).collect() })
        .collect();
    found.sort_by(|a, b| {
        b.failed().cmp(&a.failed()).then(a.phrases[0].text.cmp(&b.phrases[0].text))
    });
    found
}

/// The queries of a cluster that an editor may be shown, commonest first: every word of them is
/// known, or [`CROWD`] different visitors wrote it (as they spelled it).
#[must_use]
pub fn shown_phrases<'a>(cluster: &'a Cluster, words: &dyn Words) -> Vec<&'a Phrase> {
    let meant: Vec<(Vec<Meaning>, i64)> = cluster
        .phrases
        .iter()
        .map(|phrase| (meanings(&phrase.text, words), phrase.first_visitors))
        .collect();
    let crowd = |word: &str| {
        let asked =
            Meaning { word: word.to_owned(), stem: words.stem(word), parts: BTreeSet::new() };
        let visitors: i64 = meant
            .iter()
            .filter(|(said, _)| said.iter().any(|theirs| nearness(&asked, theirs) >= TYPO))
            .map(|(_, visitors)| visitors)
            .sum();
        visitors >= CROWD
    };
    let open = |word: &str| {
        let number = word.bytes().all(|b| b.is_ascii_digit());
        number || words.known(word) || words.stop(word) || crowd(word)
    };
    cluster.phrases.iter().filter(|phrase| phrase.text.split(' ').all(open)).collect()
}
