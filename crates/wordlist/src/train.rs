//! Learns how often each form begins and ends a compound, from the list's own compounds.
//!
//! Hard expectation-maximisation: every word of the list is read in the cheapest way (as a whole or
//! in parts) by what the round before has counted, and the parts are counted anew. A part costs the
//! negative logarithm of its share of all parts, a whole word what its letters cost.

use std::collections::HashMap;

use crate::hunspell::Forms;
use crate::path::cheapest;
use crate::{LEMMA, Marks, STEPS, WORD};

/// Afterwards less than one word in a thousand is read otherwise than before.
const ROUNDS: usize = 4;
const SHORTEST_WORD: usize = 6;
const SHORTEST_PART: usize = 3;
/// Counted beforehand for every form that may be a part.
const PRIOR: f32 = 0.1;
/// What a letter of a word costs that is no compound: about the entropy of a letter, in nats.
const LETTER: f32 = 2.0;

/// How often a form begins compounds (or stands in their middle), and ends them.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    first: f32,
    last: f32,
}

pub(crate) fn learn(forms: &mut Forms) {
    let lemma = |marks: &Marks| marks.marks & (LEMMA | WORD) == LEMMA | WORD;
    let words: Vec<&str> = forms
        .iter()
        .filter(|(form, marks)| lemma(marks) && form.chars().count() >= SHORTEST_WORD)
        .map(|(form, _)| &**form)
        .collect();
    let mut parts: HashMap<&str, Counts> = forms
        .iter()
        .filter(|(_, marks)| marks.may_begin() || marks.may_end())
        .map(|(form, marks)| {
            let prior = |may: bool| if may { PRIOR } else { 0.0 };
            let counts = Counts { first: prior(marks.may_begin()), last: prior(marks.may_end()) };
            (&**form, counts)
        })
        .collect();
    for _ in 0..ROUNDS {
        let total = parts.values().fold(Counts::default(), |sum, counts| Counts {
            first: sum.first + counts.first,
            last: sum.last + counts.last,
        });
        let mut counted: HashMap<&str, Counts> = HashMap::new();
        for word in &words {
            for (part, last) in read(word, &parts, total) {
                let counts = counted.entry(part).or_default();
                if last {
                    counts.last += 1.0;
                } else {
                    counts.first += 1.0;
                }
            }
        }
        for (part, counts) in &mut parts {
            let now = counted.get(part).copied().unwrap_or_default();
            let keep = |before: f32, now: f32| if before > 0.0 { now + PRIOR } else { 0.0 };
            *counts =
                Counts { first: keep(counts.first, now.first), last: keep(counts.last, now.last) };
        }
    }
    let learned: Vec<(Box<str>, Counts)> =
        parts.into_iter().map(|(form, counts)| (form.into(), counts)).collect();
    for (form, counts) in learned {
        if let Some(marks) = forms.get_mut(&form) {
            marks.first = steps(counts.first);
            marks.last = steps(counts.last);
        }
    }
}

fn steps(count: f32) -> u8 {
    ((1.0 + (count - PRIOR).max(0.0)).log2() * STEPS).round() as u8
}

/// The parts of a word and which of them is the last; nothing when it is cheaper as a whole.
fn read<'w>(word: &'w str, parts: &HashMap<&str, Counts>, total: Counts) -> Vec<(&'w str, bool)> {
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    let length = ends.len() - 1;
    let path = cheapest(length, |from, offer| {
        for end in from + SHORTEST_PART..=length {
            if end - from == length {
                continue;
            }
            let Some(counts) = parts.get(&word[ends[from]..ends[end]]) else { continue };
            let (count, of) =
                if end == length { (counts.last, total.last) } else { (counts.first, total.first) };
            if count > 0.0 {
                offer(end, -(count / of).ln());
            }
        }
    });
    let Some(path) = path.filter(|path| path.cost < LETTER * length as f32) else {
        return Vec::new();
    };
    let mut from = 0;
    path.ends
        .into_iter()
        .map(|end| {
            let part = &word[ends[from]..ends[end]];
            from = end;
            (part, end == length)
        })
        .collect()
}
