//! Local branches of a guide: own nodes and answers of one municipality, hung at nodes of the
//! common tree.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Choice, Guide, Node, NodeKind};

/// What one municipality adds to a guide, one version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branches {
    /// The topic of the guide.
    pub topic: TopicKey,
    /// The version of the guide they were written against.
    pub of: u32,
    /// Counts up from 1 with every published change of the branches.
    #[serde(default)]
    pub version: u32,
    pub municipality: MunicipalityKey,
    /// Who owns the local part.
    pub department: DepartmentKey,
    pub reviewed: Date,
    /// The municipality's own questions and answers; their ids are none of the guide's.
    pub nodes: Vec<Node>,
    /// Own answers to questions of the guide.
    pub choices: Vec<Hung>,
}

/// A choice hung at a question of the guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hung {
    /// The id of the question.
    pub at: String,
    pub choice: Choice,
}

impl Branches {
    /// Whether the guide has changed since they were written.
    #[must_use]
    pub const fn is_stale(&self, guide: &Guide) -> bool {
        self.of != guide.version
    }
}

/// The guide with branches exactly as they are written, faults and all: what
/// [`super::faults`] looks at. A node whose id is taken is left out.
#[must_use]
pub fn join(guide: &Guide, branches: &Branches) -> Guide {
    let mut joined = guide.clone();
    let mut taken: BTreeSet<String> = guide.nodes.iter().map(|node| node.id.clone()).collect();
    for node in &branches.nodes {
        if taken.insert(node.id.clone()) {
            joined.nodes.push(localised(node, &branches.municipality));
        }
    }
    for hung in &branches.choices {
        let node = joined.nodes.iter_mut().find(|node| node.id == hung.at);
        if let Some(Node { kind: NodeKind::Question(choices), .. }) = node {
            choices.push(only_in(&hung.choice, &branches.municipality));
        }
    }
    joined
}

/// The guide with the branches of municipalities, as it is walked: local choices are offered in their
/// municipality only. Whatever would lead nowhere, in a circle or to a node that is no longer there
/// (branches that are older than the guide) is left out, so that no walk that ends in the guide
/// stops ending.
///
/// Ids are a municipality's own: of two municipalities' nodes with the same id the first is taken.
/// Who walks grafts the branches of one municipality.
#[must_use]
pub fn graft(guide: &Guide, branches: &[Branches]) -> Guide {
    branches.iter().fold(guide.clone(), |whole, own| graft_one(&whole, own))
}

fn graft_one(guide: &Guide, branches: &Branches) -> Guide {
    let mut own: BTreeMap<String, Node> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for node in &branches.nodes {
        if guide.node(&node.id).is_none() && !own.contains_key(&node.id) {
            order.push(node.id.clone());
            own.insert(node.id.clone(), localised(node, &branches.municipality));
        }
    }
    let mut hung: Vec<Hung> = branches
        .choices
        .iter()
        .filter(|hung| {
            let node = guide.node(&hung.at).or_else(|| own.get(&hung.at));
            node.is_some_and(|node| matches!(node.kind, NodeKind::Question(_)))
        })
        .map(|hung| Hung {
            at: hung.at.clone(),
            choice: only_in(&hung.choice, &branches.municipality),
        })
        .collect();
    drop_circles(guide, &mut own, &order, &mut hung);
    drop_dead_ends(guide, &mut own, &mut hung);
    keep_reached(guide, &mut own, &hung);
    let mut grafted = guide.clone();
    grafted.nodes.extend(order.iter().filter_map(|id| own.remove(id)));
    for hung in hung {
        let node = grafted.nodes.iter_mut().find(|node| node.id == hung.at);
        if let Some(Node { kind: NodeKind::Question(choices), .. }) = node {
            choices.push(hung.choice);
        }
    }
    grafted
}

/// Leaves out every local choice from whose end its beginning can be reached.
fn drop_circles(
    guide: &Guide,
    own: &mut BTreeMap<String, Node>,
    order: &[String],
    hung: &mut Vec<Hung>,
) {
    let mut ways: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in &guide.nodes {
        if let NodeKind::Question(choices) = &node.kind {
            let to = choices.iter().map(|choice| choice.to.clone()).collect();
            ways.insert(node.id.clone(), to);
        }
    }
    let mut closes = |from: &str, to: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![to];
        while let Some(id) = open.pop() {
            if id == from {
                return true;
            }
            if seen.insert(id) {
                open.extend(ways.get(id).into_iter().flatten().map(String::as_str));
            }
        }
        ways.entry(from.to_owned()).or_default().push(to.to_owned());
        false
    };
    for id in order {
        if let Some(Node { kind: NodeKind::Question(choices), .. }) = own.get_mut(id) {
            choices.retain(|choice| !closes(id, &choice.to));
        }
    }
    hung.retain(|hung| !closes(&hung.at, &hung.choice.to));
}

/// Leaves out answers without a way on, questions without a choice, and choices that lead to what is
/// not there, until nothing more falls.
fn drop_dead_ends(guide: &Guide, own: &mut BTreeMap<String, Node>, hung: &mut Vec<Hung>) {
    loop {
        let there: BTreeSet<String> = own.keys().cloned().collect();
        let stands = |to: &str| guide.node(to).is_some() || there.contains(to);
        let before = own.len();
        hung.retain(|hung| stands(&hung.at) && stands(&hung.choice.to));
        own.retain(|id, node| match &mut node.kind {
            NodeKind::Answer(ways) => !ways.is_empty(),
            NodeKind::Question(choices) => {
                choices.retain(|choice| stands(&choice.to));
                !choices.is_empty() || hung.iter().any(|hung| hung.at == *id)
            }
        });
        if own.len() == before {
            return;
        }
    }
}

fn keep_reached(guide: &Guide, own: &mut BTreeMap<String, Node>, hung: &[Hung]) {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let from_guide = hung.iter().filter(|hung| guide.node(&hung.at).is_some());
    let mut open: Vec<String> = from_guide.map(|hung| hung.choice.to.clone()).collect();
    while let Some(id) = open.pop() {
        let Some(node) = own.get(&id) else { continue };
        if reached.insert(id.clone()) {
            if let NodeKind::Question(choices) = &node.kind {
                open.extend(choices.iter().map(|choice| choice.to.clone()));
            }
            let here = hung.iter().filter(|hung| hung.at == id);
            open.extend(here.map(|hung| hung.choice.to.clone()));
        }
    }
    own.retain(|id, _| reached.contains(id));
}

fn localised(node: &Node, municipality: &MunicipalityKey) -> Node {
    let mut node = node.clone();
    if let NodeKind::Question(choices) = &mut node.kind {
        for choice in choices {
            *choice = only_in(choice, municipality);
        }
    }
    node
}

fn only_in(choice: &Choice, municipality: &MunicipalityKey) -> Choice {
    Choice { only: vec![municipality.clone()], ..choice.clone() }
}
