//! Why a guide cannot be published: unreachable, looping, dead and expired ends, ways to nowhere, in
//! the common tree and in every municipality with its own branches.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use jiff::civil::Date;
use serde::Serialize;

use super::branches::join;
use super::{Branches, Choice, Guide, Node, NodeKind, Way};
use crate::checks::{Finding, Severity};
use crate::content::{Fault, is_part_id};

/// The most nodes a guide can have, with the branches of a municipality; a guide that helps has 6 to 20.
pub const MAX_NODES: usize = 200;
/// A node that expires within so many days is pointed out.
const SOON_DAYS: i32 = 30;

/// What a guide may lead to.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Articles, referrals and guides.
    pub topics: BTreeSet<TopicKey>,
    /// The kinds of department that every member has.
    pub departments: BTreeSet<DepartmentKey>,
    pub municipalities: BTreeSet<MunicipalityKey>,
    /// Departments that a municipality does not have: a way to them leads nowhere there.
    pub missing: BTreeSet<(MunicipalityKey, DepartmentKey)>,
}

/// One fault of a guide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct GuideFault {
    /// The line in the text it was read from.
    #[serde(skip)]
    pub line: u32,
    /// For the catalogue: `gd-fault-<code>`.
    pub code: &'static str,
    /// The node it is about; `None`: the guide.
    pub node: Option<String>,
    /// Which of the node's choices, from 0.
    pub choice: Option<usize>,
    /// Only in this municipality; `None`: everywhere.
    pub municipality: Option<MunicipalityKey>,
    /// What it is about: the id, key, text, number or date.
    pub about: String,
    /// Only to be looked at: the text in question is not the one that is published.
    #[serde(skip)]
    pub warns: bool,
}

impl GuideFault {
    /// Whether it keeps the guide from being published.
    #[must_use]
    pub fn stops(&self) -> bool {
        !self.warns && !matches!(self.code, "expires-soon" | "stale")
    }

    /// The same as the checks on save tell it; its words stand under `check-guide`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let mut args =
            BTreeMap::from([("what", self.code.to_owned()), ("about", self.about.clone())]);
        args.extend(self.municipality.as_ref().map(|m| ("municipality", m.to_string())));
        args.extend(self.choice.map(|choice| ("choice", choice.to_string())));
        Finding {
            code: "guide",
            severity: if self.stops() { Severity::Error } else { Severity::Warning },
            part: self.node.clone(),
            field: self.choice.map_or("text".to_owned(), |choice| format!("choices.{choice}.text")),
            from: 0,
            to: 0,
            text: self.about.clone(),
            suggestion: None,
            args,
        }
    }
}

/// Everything that keeps a common guide from being published, for who checks a content folder; empty
/// when it can be.
#[must_use]
pub fn check(guide: &Guide, known: &Known, today: Option<Date>) -> Vec<Fault> {
    let found = faults(guide, &[], known, today);
    found
        .iter()
        .filter(|fault| fault.stops())
        .map(|fault| Fault::new(fault.line, fault.code, in_words(fault)))
        .collect()
}

/// Every fault of a guide with the branches of municipalities, the common ones first. With `today`
/// nodes that have expired by then are faults too.
///
/// Every node is reached, every path ends in a way on, in every municipality each question has a
/// choice and a person can be reached, and nothing leads to an unknown node, topic, department or
/// municipality.
#[must_use]
pub fn faults(
    guide: &Guide,
    branches: &[Branches],
    known: &Known,
    today: Option<Date>,
) -> Vec<GuideFault> {
    let size = guide.nodes.len();
    if size > MAX_NODES {
        return vec![of_guide(1, "too-many-nodes", size.to_string())];
    }
    let Some(first) = guide.nodes.first() else {
        return vec![of_guide(1, "no-nodes", String::new())];
    };
    let mut faults = Vec::new();
    check_ids(&guide.nodes, &BTreeSet::new(), &mut faults);
    let common = tree_faults(guide, known, today);
    for municipality in &known.municipalities {
        let own = branches.iter().find(|own| own.municipality == *municipality);
        let mut here = Vec::new();
        let joined_size = size + own.map_or(0, |own| own.nodes.len());
        if joined_size > MAX_NODES {
            here.push(of_guide(first.line, "too-many-nodes", joined_size.to_string()));
        } else if let Some(own) = own {
            check_hooks(guide, own, &mut here);
            let joined = join(guide, own);
            let local = tree_faults(&joined, known, today);
            here.extend(local.into_iter().filter(|fault| !common.contains(fault)));
            check_for(&joined, municipality, known, &mut here);
        } else {
            check_for(guide, municipality, known, &mut here);
        }
        for fault in &mut here {
            fault.municipality = Some(municipality.clone());
        }
        faults.append(&mut here);
    }
    for own in branches.iter().filter(|own| !known.municipalities.contains(&own.municipality)) {
        faults.push(of_guide(first.line, "unknown-municipality", own.municipality.to_string()));
    }
    faults.extend(common);
    faults.sort_by(|a, b| (a.line, &a.municipality).cmp(&(b.line, &b.municipality)));
    faults
}

/// What is wrong with a tree of nodes, whoever walks it.
fn tree_faults(guide: &Guide, known: &Known, today: Option<Date>) -> Vec<GuideFault> {
    let mut faults = Vec::new();
    for node in &guide.nodes {
        if node.title.trim().is_empty() {
            faults.push(at_node(node, "no-title", String::new()));
        }
        if let (Some(until), Some(today)) = (node.until, today) {
            if until < today {
                faults.push(at_node(node, "expired", until.to_string()));
            } else if today.until(until).is_ok_and(|left| left.get_days() < SOON_DAYS) {
                faults.push(at_node(node, "expires-soon", until.to_string()));
            }
        }
        match &node.kind {
            NodeKind::Question(choices) => check_choices(guide, node, choices, known, &mut faults),
            NodeKind::Answer(ways) => check_ways(guide, node, ways, known, &mut faults),
        }
    }
    check_reach(guide, &mut faults);
    check_loops(guide, &mut faults);
    faults
}

fn check_ids(nodes: &[Node], taken: &BTreeSet<&str>, faults: &mut Vec<GuideFault>) {
    let mut seen = taken.clone();
    for node in nodes {
        if !is_part_id(&node.id) {
            faults.push(at_node(node, "bad-id", node.id.clone()));
        } else if !seen.insert(&node.id) {
            faults.push(at_node(node, "id-twice", node.id.clone()));
        }
    }
}

/// Where the branches hang.
fn check_hooks(guide: &Guide, own: &Branches, faults: &mut Vec<GuideFault>) {
    let taken = guide.nodes.iter().map(|node| node.id.as_str()).collect();
    check_ids(&own.nodes, &taken, faults);
    let line = guide.nodes.first().map_or(1, |node| node.line);
    if own.is_stale(guide) {
        faults.push(of_guide(line, "stale", own.of.to_string()));
    }
    for hung in &own.choices {
        let node = guide.node(&hung.at).or_else(|| own.nodes.iter().find(|n| n.id == hung.at));
        let code = match node.map(|node| &node.kind) {
            None => "no-hook",
            Some(NodeKind::Answer(_)) => "hook-is-answer",
            Some(NodeKind::Question(_)) => continue,
        };
        let about = hung.choice.text.clone();
        faults.push(GuideFault { node: Some(hung.at.clone()), ..of_guide(line, code, about) });
    }
}

fn check_choices(
    guide: &Guide,
    node: &Node,
    choices: &[Choice],
    known: &Known,
    faults: &mut Vec<GuideFault>,
) {
    if !(2..=6).contains(&choices.len()) {
        faults.push(at_node(node, "choices", choices.len().to_string()));
    }
    for (index, choice) in choices.iter().enumerate() {
        let mut fault = |code, about| {
            faults.push(GuideFault {
                line: choice.line,
                choice: Some(index),
                ..at_node(node, code, about)
            });
        };
        if choice.text.trim().is_empty() {
            fault("no-text", String::new());
        }
        if guide.node(&choice.to).is_none() {
            fault("unknown-node", choice.to.clone());
        }
        if choices[..index]
            .iter()
            .any(|before| before.text == choice.text && before.only == choice.only)
        {
            fault("choice-twice", choice.text.clone());
        }
        for municipality in &choice.only {
            if !known.municipalities.contains(municipality) {
                fault("unknown-municipality", municipality.to_string());
            }
        }
    }
}

fn check_ways(
    guide: &Guide,
    node: &Node,
    ways: &[Way],
    known: &Known,
    faults: &mut Vec<GuideFault>,
) {
    if ways.is_empty() {
        faults.push(at_node(node, "dead-end", node.title.clone()));
    }
    for way in ways {
        let fault = match way {
            Way::Topic(topic) if *topic == guide.topic => {
                Some(("leads-to-itself", topic.to_string()))
            }
            Way::Topic(topic) if !known.topics.contains(topic) => {
                Some(("unknown-topic", topic.to_string()))
            }
            Way::Department(key) if !known.departments.contains(key) => {
                Some(("unknown-department", key.to_string()))
            }
            Way::Link { url, label }
                if !is_address(url) || label.trim().is_empty() || label.contains('\n') =>
            {
                Some(("bad-link", url.clone()))
            }
            Way::Topic(_) | Way::Department(_) | Way::Link { .. } | Way::Person => None,
        };
        if let Some((code, about)) = fault {
            faults.push(at_node(node, code, about));
        }
    }
}

/// Whether a text is an address that a guide may lead to.
fn is_address(url: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"'<>\\|".contains(c);
    url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain))
}

fn check_reach(guide: &Guide, faults: &mut Vec<GuideFault>) {
    let reached = reached(guide, |_| true);
    for node in guide.nodes.iter().filter(|node| !reached.contains(node.id.as_str())) {
        faults.push(at_node(node, "unreachable", node.title.clone()));
    }
}

/// Reports the choice that closes each circle.
fn check_loops(guide: &Guide, faults: &mut Vec<GuideFault>) {
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
                (_, Some(Mark::Open)) => faults.push(GuideFault {
                    line: choice.line,
                    choice: Some(next),
                    ..at_node(node, "loop", choice.to.clone())
                }),
                (Some(target), None) => {
                    marks.insert(&target.id, Mark::Open);
                    stack.push((target, 0));
                }
                (None, _) | (_, Some(Mark::Done)) => {}
            }
        }
    }
}

/// What a citizen of this municipality would run into.
fn check_for(
    guide: &Guide,
    municipality: &MunicipalityKey,
    known: &Known,
    faults: &mut Vec<GuideFault>,
) {
    let reached = reached(guide, |choice| choice.is_for(municipality));
    let mut person = false;
    for node in guide.nodes.iter().filter(|node| reached.contains(node.id.as_str())) {
        match &node.kind {
            NodeKind::Question(choices) => {
                let offered = choices.iter().filter(|choice| choice.is_for(municipality)).count();
                if offered == 0 {
                    faults.push(at_node(node, "no-choices-here", node.title.clone()));
                }
            }
            NodeKind::Answer(ways) => {
                person |= ways.contains(&Way::Person);
                let leads = |way: &Way| match way {
                    Way::Department(key) => {
                        !known.missing.contains(&(municipality.clone(), key.clone()))
                    }
                    Way::Topic(_) | Way::Link { .. } | Way::Person => true,
                };
                if !ways.is_empty() && !ways.iter().any(leads) {
                    faults.push(at_node(node, "dead-end", node.title.clone()));
                }
            }
        }
    }
    if !person {
        let line = guide.nodes.first().map_or(1, |node| node.line);
        faults.push(of_guide(line, "no-person", String::new()));
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

fn at_node(node: &Node, code: &'static str, about: String) -> GuideFault {
    GuideFault { node: Some(node.id.clone()), ..of_guide(node.line, code, about) }
}

fn of_guide(line: u32, code: &'static str, about: String) -> GuideFault {
    GuideFault { line, code, node: None, choice: None, municipality: None, about, warns: false }
}

/// For who checks a content folder on the command line.
fn in_words(fault: &GuideFault) -> String {
    let node = fault.node.as_deref().unwrap_or_default();
    let place = fault.municipality.as_ref().map(|m| format!("in {m} ")).unwrap_or_default();
    let about = &fault.about;
    match fault.code {
        "choices" => format!("{node} has {about} choices; a question has 2 to 6"),
        "unknown-node" => format!("no node has the id {about}"),
        "choice-twice" => format!("the choice {about:?} stands twice"),
        "unknown-municipality" => format!("{about} is no member"),
        "dead-end" => format!(
            "{place}{node} leads nowhere: it has neither choices (- … -> …) nor ways (=> …)"
        ),
        "leads-to-itself" => format!("{node}: a guide cannot end in itself"),
        "unknown-topic" => format!("{node}: no article, referral or guide is called {about}"),
        "unknown-department" => format!("{node}: the members have no department {about}"),
        "unreachable" => format!("no path of choices leads to {node}"),
        "loop" => format!("from {node} this choice leads in a circle to {about}"),
        "no-choices-here" => format!("{place}the question {node} has no choices"),
        "no-person" => {
            format!("{place}no path leads to a person: add => person to an answer")
        }
        "expired" => format!("{node} was true until {about}"),
        "too-many-nodes" => format!("the guide has {about} nodes; at most {MAX_NODES} are read"),
        "no-nodes" => "the guide has no nodes".to_owned(),
        code => format!("{place}{node}: {code} {about}"),
    }
}
