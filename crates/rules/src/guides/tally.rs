//! What is counted of a walk: each step of a visitor once, reloads and detours not again.

use std::collections::{BTreeMap, BTreeSet};

use base::MunicipalityKey;
use serde::{Deserialize, Serialize};

use super::{Guide, NodeKind, Path, walk};

/// One thing to be counted. Nothing of it says who walked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// A question was met.
    Asked { node: String },
    /// An answer was reached.
    Ended { node: String },
    /// A question was answered, whichever way; the first time only, so that asked minus on is how
    /// many left there.
    On { node: String },
    /// It was answered so. `turn` is the step of the path: where it leads, and by which choice.
    To { node: String, turn: String },
    /// Somebody went back from here.
    Back { node: String },
    /// It was answered within so many seconds, one of [`SPANS`].
    Stayed { node: String, within: u32 },
    /// An answer helped, or not.
    Helped { node: String, yes: bool },
}

/// The spans that the time at a question is counted in: their upper bounds, in seconds. Who takes
/// longer than the last was away from the screen.
pub const SPANS: [u32; 12] = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];

/// The median of times counted in [`SPANS`], in seconds; `None` when there are none.
#[must_use]
pub fn median(counts: &BTreeMap<u32, i64>) -> Option<i64> {
    let all: i64 = counts.values().sum();
    let mut before = 0;
    for (within, count) in counts.iter().filter(|(_, count)| **count > 0) {
        if (before + count) * 2 >= all {
            let from = SPANS.iter().rev().find(|span| *span < within).copied().unwrap_or(0);
            // As if those of one span were spread evenly over it.
            let share = (all - 2 * before) * i64::from(within - from) / (2 * count);
            return Some(i64::from(from) + share);
        }
        before += count;
    }
    None
}

/// What is remembered of one visitor's walk of one edition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Walked {
    /// The path at which the visitor stands.
    pub path: String,
    /// What has been counted already.
    #[serde(default)]
    seen: BTreeSet<String>,
}

impl Walked {
    /// A walk that begins where another one stands: what lies before that is not counted again.
    #[must_use]
    pub fn from(guide: &Guide, municipality: &MunicipalityKey, path: &Path) -> Self {
        let (mut walked, _) = tally(guide, municipality, None, path, None);
        if let Some(step) = walk(guide, municipality, path) {
            walked.seen.remove(&format!("?{}", step.node.id));
        }
        walked
    }

    /// Whether this is the visitor's first answer to "did this help?" at a node.
    pub fn judges(&mut self, node: &str) -> bool {
        self.seen.insert(format!("!{node}"))
    }
}

/// The walk after a step to `path`, and what is new in it. `after_s`: so many seconds after the step
/// before, where that is known.
#[must_use]
pub fn tally(
    guide: &Guide,
    municipality: &MunicipalityKey,
    before: Option<&Walked>,
    path: &Path,
    after_s: Option<i64>,
) -> (Walked, Vec<Counted>) {
    let mut walked = before.cloned().unwrap_or_default();
    let mut counted = Vec::new();
    let Some(step) = walk(guide, municipality, path) else { return (walked, counted) };
    let stood = Path::parse(&walked.path);
    if stood.len() > step.path.len()
        && stood.starts_with(&step.path)
        && let Some(left) = walk(guide, municipality, &stood)
        && walked.seen.insert(format!("<{}", left.node.id))
    {
        counted.push(Counted::Back { node: left.node.id.clone() });
    }
    for (index, said) in step.so_far.iter().enumerate() {
        let node = said.question.id.clone();
        if walked.seen.insert(format!("?{node}")) {
            counted.push(Counted::Asked { node: node.clone() });
        }
        if walked.seen.insert(format!("+{node}")) {
            // Only of the question that stood on the screen.
            if index == stood.len()
                && index + 1 == step.so_far.len()
                && let Some(after) = after_s
                && let Some(within) = SPANS.into_iter().find(|span| after <= i64::from(*span))
            {
                counted.push(Counted::Stayed { node: node.clone(), within });
            }
            counted.push(Counted::On { node: node.clone() });
        }
        let turn = step.path.turn(index);
        if walked.seen.insert(format!("{node}>{turn}")) {
            counted.push(Counted::To { node, turn });
        }
    }
    let node = step.node.id.clone();
    if walked.seen.insert(format!("?{node}")) {
        counted.push(match step.node.kind {
            NodeKind::Question(_) => Counted::Asked { node },
            NodeKind::Answer(_) => Counted::Ended { node },
        });
    }
    walked.path = step.path.to_string();
    (walked, counted)
}
