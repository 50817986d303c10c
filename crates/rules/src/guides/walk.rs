//! Where somebody stands in a guide after some answers.

use std::collections::BTreeMap;
use std::fmt;

use base::MunicipalityKey;

use super::{Choice, Guide, Node, NodeKind};
use crate::content::is_part_id;

/// The most choices a path holds.
const MAX_TURNS: usize = 60;

/// The choices made so far, short enough for an address: the node each leads to, with dots between
/// (`barn.pas-barn`). Where two choices of a question lead to the same node, the second is written
/// `person~2`, so that the answer given is known, not only where it led.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path {
    turns: Vec<Turn>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Turn {
    to: String,
    /// Which of the question's choices that lead to `to`, from 1.
    nth: usize,
}

impl Path {
    /// Reads the longest beginning of a text that has the form of a path; any text has one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let turns = text.split('.').take(MAX_TURNS).map_while(|turn| {
            let (to, nth) = match turn.split_once('~') {
                Some((to, nth)) => (to, nth.parse().ok().filter(|nth| (2..=20).contains(nth))?),
                None => (turn, 1),
            };
            is_part_id(to).then(|| Turn { to: to.to_owned(), nth })
        });
        Self { turns: turns.collect() }
    }

    /// Whether no choice has been made.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// The number of choices made.
    #[must_use]
    pub fn len(&self) -> usize {
        self.turns.len()
    }

    /// Whether it begins with all the choices of another one.
    #[must_use]
    pub fn starts_with(&self, other: &Self) -> bool {
        self.turns.starts_with(&other.turns)
    }

    /// How many choices at its beginning are those of another one.
    #[must_use]
    pub fn in_common(&self, other: &Self) -> usize {
        self.turns.iter().zip(&other.turns).take_while(|(a, b)| a == b).count()
    }

    /// One of its choices, as it is written; empty beyond its end.
    #[must_use]
    pub fn turn(&self, index: usize) -> String {
        self.turns
            .get(index)
            .map(|turn| Self { turns: vec![turn.clone()] }.to_string())
            .unwrap_or_default()
    }

    fn up_to(&self, turns: usize) -> Self {
        Self { turns: self.turns[..turns].to_vec() }
    }

    fn then(&self, turn: Turn) -> Self {
        let mut turns = self.turns.clone();
        turns.push(turn);
        Self { turns }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, turn) in self.turns.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(&turn.to)?;
            if turn.nth > 1 {
                write!(f, "~{}", turn.nth)?;
            }
        }
        Ok(())
    }
}

/// A choice that is offered, and the path that taking it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered<'a> {
    pub text: &'a str,
    pub path: Path,
}

/// A question that has been answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<'a> {
    pub question: &'a Node,
    pub answer: &'a str,
    /// The path to this question, before it was answered: what "change" leads to.
    pub before: Path,
}

/// Where somebody stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    pub node: &'a Node,
    /// The choices here for this municipality; empty at an answer.
    pub options: Vec<Offered<'a>>,
    /// What was asked and answered, first question first.
    pub so_far: Vec<Answered<'a>>,
    /// The most questions that can follow after this one; 0 at an answer.
    pub longest_way_left: usize,
    /// The part of the given path that holds.
    pub path: Path,
}

/// Where a citizen of a municipality stands after the choices of a path: as far as the path holds
/// (a choice that is not there, or not there in this municipality, ends it). `None` only for a guide
/// without nodes, which [`super::parse`] refuses.
#[must_use]
pub fn walk<'a>(guide: &'a Guide, municipality: &MunicipalityKey, path: &Path) -> Option<Step<'a>> {
    let mut node = guide.nodes.first()?;
    let mut so_far = Vec::new();
    for (index, turn) in path.turns.iter().enumerate() {
        let taken = offers(guide, node, municipality).find(|(offered, _, _)| offered == turn);
        let Some((_, choice, target)) = taken else { break };
        so_far.push(Answered { question: node, answer: &choice.text, before: path.up_to(index) });
        node = target;
    }
    let path = path.up_to(so_far.len());
    let options = offers(guide, node, municipality)
        .map(|(turn, choice, _)| Offered { text: &choice.text, path: path.then(turn) })
        .collect();
    let longest_way_left = questions_from(guide, node, municipality, &mut BTreeMap::new());
    Some(Step { node, options, so_far, longest_way_left: longest_way_left.saturating_sub(1), path })
}

/// After an earlier question has been answered anew: `changed`, continued with those later answers
/// of `old` that still apply, as long as the questions that follow were answered there. What is
/// shorter than `old` was dropped, and the page says so.
#[must_use]
pub fn keep_later(
    guide: &Guide,
    municipality: &MunicipalityKey,
    changed: &Path,
    old: &Path,
) -> Path {
    let Some(was) = walk(guide, municipality, old) else { return changed.clone() };
    let mut path = changed.clone();
    // Each turn adds an answer that `old` gave, so it takes at most as many turns.
    for _ in 0..old.len() {
        let Some(now) = walk(guide, municipality, &path) else { break };
        let later = was.so_far.iter().zip(&was.path.turns).skip(changed.len());
        let same = later.into_iter().find(|(said, _)| said.question.id == now.node.id);
        let Some((_, turn)) = same else { break };
        path = now.path.then(turn.clone());
    }
    path
}

/// The choices at a node for a municipality, with where they lead. Choices are numbered over all
/// municipalities, so that a path means the same everywhere.
fn offers<'a>(
    guide: &'a Guide,
    node: &'a Node,
    municipality: &MunicipalityKey,
) -> impl Iterator<Item = (Turn, &'a Choice, &'a Node)> {
    let choices: &[Choice] = match &node.kind {
        NodeKind::Question(choices) => choices,
        NodeKind::Answer(_) => &[],
    };
    choices.iter().enumerate().filter(|(_, choice)| choice.is_for(municipality)).filter_map(
        |(index, choice)| {
            let nth = 1 + choices[..index].iter().filter(|before| before.to == choice.to).count();
            let target = guide.node(&choice.to)?;
            Some((Turn { to: choice.to.clone(), nth }, choice, target))
        },
    )
}

/// The most questions on a way from this node, itself included. A circle, which a published guide
/// has not, is followed once.
fn questions_from<'a>(
    guide: &'a Guide,
    node: &'a Node,
    municipality: &MunicipalityKey,
    known: &mut BTreeMap<&'a str, usize>,
) -> usize {
    if matches!(node.kind, NodeKind::Answer(_)) {
        return 0;
    }
    if let Some(known) = known.get(node.id.as_str()) {
        return *known;
    }
    known.insert(&node.id, 0);
    let targets: Vec<&Node> =
        offers(guide, node, municipality).map(|(_, _, target)| target).collect();
    let mut most = 0;
    for target in targets {
        most = most.max(questions_from(guide, target, municipality, known));
    }
    known.insert(&node.id, most + 1);
    most + 1
}
