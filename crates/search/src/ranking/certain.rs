//! How sure it is that what was found answers the query.

use super::Ranking;
use crate::answer::{By, Confidence};
use crate::gather::{Held, Match};
use crate::reading::{Asked, Reading};
use crate::weights;

/// How sure it is that the best page answers the query; learned (see [`weights`]). A long query
/// holds much that no page can have, so what it misses weighs less.
pub(super) fn certainty(of: Confidence) -> f32 {
    let long = of.words.saturating_sub(2).min(8) as f32 / 8.0;
    weights::CERTAIN_SHARE * of.share
        + weights::CERTAIN_NAME * of.name
        + weights::CERTAIN_DEPTH * of.depth
        + weights::CERTAIN_MASS * (of.mass / 10.0).min(1.2)
        + weights::CERTAIN_LONG * long * (1.0 - of.share)
        + if of.alone { weights::CERTAIN_ALONE } else { 0.0 }
}

/// What pages cover of a query, word by word, in idf.
#[derive(Debug, Default)]
struct Covered {
    sure: Vec<f32>,
    deep: Vec<f32>,
    held: f32,
    all: f32,
}

impl Covered {
    fn join(&mut self, other: &Self) {
        for (mine, others) in [(&mut self.sure, &other.sure), (&mut self.deep, &other.deep)] {
            mine.resize(others.len(), 0.0);
            for (mine, other) in mine.iter_mut().zip(others) {
                *mine = mine.max(*other);
            }
        }
        self.held = self.held.max(other.held);
        self.all = other.all;
    }

    fn confidence(&self) -> Confidence {
        let share = |mass: f32| if self.all > 0.0 { (mass / self.all).min(1.0) } else { 0.0 };
        let mass = self.sure.iter().sum();
        Confidence {
            share: share(mass),
            mass,
            name: share(self.held),
            depth: share(self.deep.iter().sum()),
            ..Confidence::default()
        }
    }
}

impl Ranking<'_> {
    /// How well the best of these pages covers the query; with several intents, the pages together.
    pub(super) fn confidence(&self, reading: &Reading, pages: &[(u32, Held)]) -> Confidence {
        let mut together = Covered::default();
        let mut best = Confidence::default();
        for (page, held) in pages {
            let of_page = self.covered(reading, *page, *held);
            let found = of_page.confidence();
            if found.share * found.mass > best.share * best.mass {
                best = found;
            }
            together.join(&of_page);
        }
        if reading.intents > 1 {
            return together.confidence();
        }
        best.alone = pages.first().is_some_and(|(page, _)| self.stands_alone(reading, *page));
        best
    }

    /// Has the page every word as written, and hardly any other page the rarest of them?
    fn stands_alone(&self, reading: &Reading, page: u32) -> bool {
        let pages_of = |asked: &Asked| {
            asked
                .alternatives
                .iter()
                .filter(|one| matches!(one.by, By::Exact | By::Digraph) && one.terms.len() == 1)
                .find(|one| self.snapshot.posting(&one.terms[0], page).is_some())
                .map(|one| self.snapshot.pages_with(&one.terms[0]))
        };
        let pages: Option<Vec<usize>> = reading.asked.iter().map(pages_of).collect();
        pages
            .and_then(|pages| pages.into_iter().min())
            .is_some_and(|rarest| rarest <= weights::ALONE_PAGES)
    }

    fn covered(&self, reading: &Reading, page: u32, held: Held) -> Covered {
        let mut covered = Covered { held: held.mass, ..Covered::default() };
        for asked in &reading.asked {
            let found = self.matched(asked, page);
            let believed = |of: fn(&Match) -> f32| {
                let each = found.iter().map(|(found, at)| {
                    of(found) * (asked.alternatives[*at].belief / asked.belief).min(1.0)
                });
                each.fold(0.0, f32::max) * asked.idf
            };
            covered.sure.push(believed(|found| found.sure));
            covered.deep.push(believed(|found| found.depth));
            covered.all += asked.idf;
        }
        covered
    }
}
