//! What came of each search of a visit.

use std::collections::BTreeSet;

use base::{TopicKey, UnixMillis};
use serde::{Deserialize, Serialize};

use super::Words;

/// A search so soon after another may be the same search in other words, in seconds.
const AGAIN_WITHIN_S: i64 = 300;
/// What is opened so long after a failed search was what it looked for, in seconds.
const THEN_WITHIN_S: i64 = 900;

/// A search that was submitted, and what its visitor did afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    pub at: UnixMillis,
    /// What is kept of the words; `None` when nothing may be.
    pub phrase: Option<String>,
    /// How many hits it had.
    pub hits: usize,
    /// The first hit's answer stood on the page with the hits.
    pub on_page: bool,
    pub opened: Vec<Opened>,
    /// The answer to "did that help?" on a page opened from it.
    pub helped: Option<bool>,
    pub contact: Option<AfterContact>,
}

/// A page that was opened after a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub topic: TopicKey,
    /// Its place among the hits, 1 = first; `None` when it was found by another way.
    pub rank: Option<u32>,
    pub at: UnixMillis,
}

/// A contact within the hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterContact {
    pub at: UnixMillis,
    /// What it was about, as far as it is known.
    pub topic: Option<TopicKey>,
}

/// What came of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// A hit was opened and nothing followed, or it helped.
    Found,
    /// No hits, or none opened; asked again in other words; a person was asked after all.
    NotFound,
    /// The answer stood on the page with the hits and nobody can say whether it was read.
    Unclear,
}

/// What is known of a search when the hour is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub came: Came,
    /// The search that followed in its place, by its number in the visit.
    pub again: Option<usize>,
    /// After it had failed, this was opened and nothing followed.
    pub then_opened: Option<TopicKey>,
    /// This page was read, and a person was asked all the same (or it did not help).
    pub missing_on: Option<TopicKey>,
}

/// Judges the searches of one visit to one municipality, oldest first.
#[must_use]
pub fn judge(visit: &[Episode], words: &dyn Words) -> Vec<Judged> {
    let again: Vec<Option<usize>> =
        (0..visit.len()).map(|at| follows(visit, at, words).then_some(at + 1)).collect();
    let came: Vec<Came> =
        visit.iter().zip(&again).map(|(one, again)| outcome(one, again.is_some())).collect();
    (0..visit.len())
        .map(|at| Judged {
            came: came[at],
            again: again[at],
            then_opened: (came[at] == Came::NotFound)
                .then(|| then_opened(visit, &again, &came, at))
                .flatten(),
            missing_on: missing_on(&visit[at]),
        })
        .collect()
}

/// Whether the next search is this one in other words.
fn follows(visit: &[Episode], at: usize, words: &dyn Words) -> bool {
    let (one, Some(next)) = (&visit[at], visit.get(at + 1)) else { return false };
    let last = one.opened.iter().map(|opened| opened.at).max().unwrap_or(one.at).max(one.at);
    if next.at > last.plus_seconds(AGAIN_WITHIN_S) || one.helped == Some(true) {
        return false;
    }
    if one.phrase.is_some() && one.phrase == next.phrase {
        return false;
    }
    let clicked = one.opened.iter().any(|opened| opened.rank.is_some());
    !clicked || shares_a_word(one, next, words)
}

fn shares_a_word(one: &Episode, other: &Episode, words: &dyn Words) -> bool {
    let stems = |episode: &Episode| -> BTreeSet<String> {
        let phrase = episode.phrase.as_deref().unwrap_or_default();
        let meant = phrase.split(' ').filter(|word| !word.is_empty() && !words.stop(word));
        meant.flat_map(|word| words.parts(word).into_iter().chain([words.stem(word)])).collect()
    };
    !stems(one).is_disjoint(&stems(other))
}

fn outcome(one: &Episode, again: bool) -> Came {
    match one.helped {
        Some(true) => return Came::Found,
        Some(false) => return Came::NotFound,
        None => {}
    }
    if one.contact.is_some() || again {
        return Came::NotFound;
    }
    if one.opened.iter().any(|opened| opened.rank.is_some()) {
        return Came::Found;
    }
    if one.on_page && one.hits > 0 && one.opened.is_empty() {
        Came::Unclear
    } else {
        Came::NotFound
    }
}

/// What was opened in the end, by the searches that followed or by another way.
fn then_opened(
    visit: &[Episode],
    again: &[Option<usize>],
    came: &[Came],
    at: usize,
) -> Option<TopicKey> {
    let until = visit[at].at.plus_seconds(THEN_WITHIN_S);
    let mut here = at;
    loop {
        let one = &visit[here];
        if one.contact.is_some() || one.helped == Some(false) {
            return None;
        }
        let elsewhere = here == at;
        let opened = one.opened.iter().rev().find(|opened| {
            opened.at <= until && if elsewhere { opened.rank.is_none() } else { true }
        });
        if let Some(opened) = opened
            && (elsewhere || came[here] == Came::Found)
        {
            return Some(opened.topic.clone());
        }
        here = again[here]?;
    }
}

fn missing_on(one: &Episode) -> Option<TopicKey> {
    let asked = one.contact.is_some() || one.helped == Some(false);
    let last = one.opened.iter().max_by_key(|opened| opened.at)?;
    asked.then(|| last.topic.clone())
}
