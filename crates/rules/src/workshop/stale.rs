//! What a new version of a master means for the local texts over it.
//!
//! A variant is touched by a change only where it replaces what has changed. One that replaces no
//! changed part goes along to the new version by itself, and citizens see no difference; one that
//! does is shown by the law of [`crate::articles::merge`] (never a mix) until its editor has decided
//! about each changed part ([`settle`]).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Text;
use super::diff::SELF_SERVICE;
use crate::articles::{Article, Variant};
use crate::guides::{Branches, Guide, Node, NodeKind};

/// The names of the parts of a local text that a change of its master touches; empty when the text
/// holds over the new master as it holds over the old one.
#[must_use]
pub fn affected(before: &Text, after: &Text, local: &Text) -> BTreeSet<String> {
    match (before, after, local) {
        (Text::Article(before), Text::Article(after), Text::Variant(variant)) => {
            of_variant(before, after, variant)
        }
        (Text::Guide(before), Text::Guide(after), Text::Branches(branches)) => {
            of_branches(before, after, branches)
        }
        // Another form of master: nothing of the local text is known to fit.
        _ => super::diff::parts_of(local).into_iter().map(|part| part.part).collect(),
    }
}

fn of_variant(before: &Article, after: &Article, variant: &Variant) -> BTreeSet<String> {
    let part = |article: &Article, id: &str| {
        article
            .parts
            .iter()
            .find(|part| part.id == id)
            .map(|part| (part.heading.clone(), part.markdown.clone()))
    };
    let mut affected: BTreeSet<String> = variant
        .parts
        .iter()
        .filter(|local| part(before, &local.id) != part(after, &local.id))
        .map(|local| local.id.clone())
        .collect();
    if variant.self_service.is_some() && before.self_service != after.self_service {
        affected.insert(SELF_SERVICE.to_owned());
    }
    affected
}

/// Of branches the nodes of the guide they hang at or lead to, and ids that the guide has taken.
fn of_branches(before: &Guide, after: &Guide, branches: &Branches) -> BTreeSet<String> {
    let own: BTreeSet<&str> = branches.nodes.iter().map(|node| node.id.as_str()).collect();
    let mut used: BTreeSet<&str> = own.clone();
    for hung in &branches.choices {
        used.insert(&hung.at);
        used.insert(&hung.choice.to);
    }
    for node in &branches.nodes {
        if let NodeKind::Question(choices) = &node.kind {
            used.extend(choices.iter().map(|choice| choice.to.as_str()));
        }
    }
    used.into_iter()
        .filter(|id| says(before.node(id)) != says(after.node(id)))
        .map(|id| format!("node:{id}"))
        .collect()
}

/// A node without the lines of the text it was read from.
fn says(node: Option<&Node>) -> Option<Node> {
    node.map(|node| {
        let mut node = Node { line: 0, ..node.clone() };
        if let NodeKind::Question(choices) = &mut node.kind {
            for choice in choices {
                choice.line = 0;
            }
        }
        node
    })
}

/// What the local editor decides about one part of a changed master.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// The common text takes the place of the local one.
    Common,
    /// The local text stands, over the new common text.
    Keep,
}

/// Follows the choice in a local text.
pub fn settle(local: &mut Text, part: &str, choice: Choice) {
    if choice == Choice::Keep {
        return;
    }
    match local {
        Text::Variant(variant) if part == SELF_SERVICE => variant.self_service = None,
        Text::Variant(variant) => variant.parts.retain(|own| own.id != part),
        Text::Branches(branches) => {
            let id = part.strip_prefix("node:").unwrap_or(part);
            branches.nodes.retain(|node| node.id != id);
            for node in &mut branches.nodes {
                if let NodeKind::Question(choices) = &mut node.kind {
                    choices.retain(|choice| choice.to != id);
                }
            }
            branches.choices.retain(|hung| hung.at != id && hung.choice.to != id);
        }
        Text::Article(_) | Text::Guide(_) => {}
    }
}
