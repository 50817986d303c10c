//! Why a guide cannot be published: unreachable, looping and dead ends, and ways to nowhere.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentKey, MunicipalityKey, TopicKey};

use super::{Choice, Guide, Node, NodeKind, Way};
use crate::content::Fault;

/// What a guide may lead to.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Articles, referrals and guides.
    pub topics: BTreeSet<TopicKey>,
    /// The kinds of department that every member has.
    pub departments: BTreeSet<DepartmentKey>,
    pub municipalities: BTreeSet<MunicipalityKey>,
}

/// Everything that keeps a guide from being published; empty when it can be.
///
/// Every node is reached, every path ends in a way on, in every municipality each question has a
/// choice and a person can be reached, and nothing leads to an unknown node, topic, department or
/// municipality.
#[must_use]
pub fn check(guide: &Guide, known: &Known) -> Vec<Fault> {
    let mut faults = Vec::new();
    for node in &guide.nodes {
        match &node.kind {
            NodeKind::Question(choices) => check_choices(guide, node, choices, known, &mut faults),
            NodeKind::Answer(ways) => check_ways(guide, node, ways, known, &mut faults),
        }
    }
    check_reach(guide, &mut faults);
    check_loops(guide, &mut faults);
    for municipality in &known.municipalities {
        check_for(guide, municipality, &mut faults);
    }
    faults.sort_by_key(|fault| fault.line);
    faults
}

fn check_choices(
    guide: &Guide,
    node: &Node,
    choices: &[Choice],
    known: &Known,
    faults: &mut Vec<Fault>,
) {
    if !(2..=6).contains(&choices.len()) {
        faults.push(Fault::new(
            node.line,
            "choices",
            format!("{} has {} choices; a question has 2 to 6", node.id, choices.len()),
        ));
    }
    for (index, choice) in choices.iter().enumerate() {
        if guide.node(&choice.to).is_none() {
            faults.push(Fault::new(
                choice.line,
                "unknown-node",
                format!("no node has the id {}", choice.to),
            ));
        }
        if choices[..index]
            .iter()
            .any(|before| before.text == choice.text && before.only == choice.only)
        {
            faults.push(Fault::new(
                choice.line,
                "choice-twice",
                format!("the choice {:?} stands twice", choice.text),
            ));
        }
        for municipality in &choice.only {
            if !known.municipalities.contains(municipality) {
                faults.push(Fault::new(
                    choice.line,
                    "unknown-municipality",
                    format!("{municipality} is no member"),
                ));
            }
        }
    }
}

fn check_ways(guide: &Guide, node: &Node, ways: &[Way], known: &Known, faults: &mut Vec<Fault>) {
    if ways.is_empty() {
        faults.push(Fault::new(
            node.line,
            "dead-end",
            format!("{} leads nowhere: it has neither choices (- … -> …) nor ways (=> …)", node.id),
        ));
    }
    for way in ways {
        let fault = match way {
            Way::Topic(topic) if *topic == guide.topic => {
                Some(("leads-to-itself", "a guide cannot end in itself".to_owned()))
            }
            Way::Topic(topic) if !known.topics.contains(topic) => {
                Some(("unknown-topic", format!("no article, referral or guide is called {topic}")))
            }
            Way::Department(key) if !known.departments.contains(key) => {
                Some(("unknown-department", format!("the members have no department {key}")))
            }
            Way::Topic(_) | Way::Department(_) | Way::Link { .. } | Way::Person => None,
        };
        if let Some((code, message)) = fault {
            faults.push(Fault::new(node.line, code, format!("{}: {message}", node.id)));
        }
    }
}

fn check_reach(guide: &Guide, faults: &mut Vec<Fault>) {
    let reached = reached(guide, |_| true);
    for node in guide.nodes.iter().filter(|node| !reached.contains(node.id.as_str())) {
        faults.push(Fault::new(
            node.line,
            "unreachable",
            format!("no path of choices leads to {}", node.id),
        ));
    }
}

/// Reports the choice that closes each circle.
fn check_loops(guide: &Guide, faults: &mut Vec<Fault>) {
    #[derive(PartialEq)]
    enum Mark {
        Open,
        Done,
    }
    // Depth first with a stack of its own: (node, the next choice to follow).
    let mut marks: BTreeMap<&str, Mark> = BTreeMap::new();
    for start in &guide.nodes {
        if marks.contains_key(start.id.as_str()) {
            continue;
        }
        marks.insert(&start.id, Mark::Open);
        let mut stack: Vec<(&Node, usize)> = vec![(start, 0)];
        while let Some((node, next)) = stack.pop() {
            let Some(choice) = choices(node).get(next) else {
                marks.insert(&node.id, Mark::Done);
                continue;
            };
            stack.push((node, next + 1));
            match (guide.node(&choice.to), marks.get(choice.to.as_str())) {
                (_, Some(Mark::Open)) => faults.push(Fault::new(
                    choice.line,
                    "loop",
                    format!("from {} this choice leads in a circle to {}", node.id, choice.to),
                )),
                (Some(target), None) => {
                    marks.insert(&target.id, Mark::Open);
                    stack.push((target, 0));
                }
                (None, _) | (_, Some(Mark::Done)) => {}
            }
        }
    }
}

fn check_for(guide: &Guide, municipality: &MunicipalityKey, faults: &mut Vec<Fault>) {
    let reached = reached(guide, |choice| choice.is_for(municipality));
    let mut person = false;
    for node in guide.nodes.iter().filter(|node| reached.contains(node.id.as_str())) {
        match &node.kind {
            NodeKind::Question(choices) => {
                if !choices.iter().any(|choice| choice.is_for(municipality)) {
                    faults.push(Fault::new(
                        node.line,
                        "no-choices-here",
                        format!("in {municipality} the question {} has no choices", node.id),
                    ));
                }
            }
            NodeKind::Answer(ways) => person |= ways.contains(&Way::Person),
        }
    }
    if !person {
        let line = guide.nodes.first().map_or(1, |node| node.line);
        faults.push(Fault::new(
            line,
            "no-person",
            format!("in {municipality} no path leads to a person: add => person to an answer"),
        ));
    }
}

/// The ids of the nodes that can be reached from the start over these choices.
fn reached(guide: &Guide, follows: impl Fn(&Choice) -> bool) -> BTreeSet<&str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Node> = guide.nodes.first().into_iter().collect();
    while let Some(node) = open.pop() {
        if reached.insert(node.id.as_str()) {
            let targets = choices(node).iter().filter(|choice| follows(choice));
            open.extend(targets.filter_map(|choice| guide.node(&choice.to)));
        }
    }
    reached
}

fn choices(node: &Node) -> &[Choice] {
    match &node.kind {
        NodeKind::Question(choices) => choices,
        NodeKind::Answer(_) => &[],
    }
}
