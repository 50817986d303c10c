//! What is wrong with a directory as a whole (`straks directory check`).

use std::collections::{BTreeMap, BTreeSet};

use base::{TopicKey, UnitKey};
use serde::{Deserialize, Serialize};

use super::{EntryId, Holder, LineId, Organisation, ResponsibilityId, UnitKind};
use crate::hours::OpenSpan;

/// Something that leads a citizen wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// Nobody is responsible, and there is no department that usually is.
    TopicWithoutOwner { topic: TopicKey },
    /// A responsibility names a unit that is not there.
    UnitGone { responsibility: ResponsibilityId, unit: UnitKey },
    /// A responsibility or somebody's deputies name a person who is not there.
    PersonGone { entry: EntryId },
    /// These stand in for each other in a circle: when all are away, nobody answers.
    DeputyCircle { entries: Vec<EntryId> },
    /// These units are part of each other.
    UnitCircle { units: Vec<UnitKey> },
    /// The same number for different units or people.
    NumberTwice { number: String, lines: Vec<LineId> },
    /// The main number is somebody's line: citizens would be sent back to where they came from.
    MainNumber { line: LineId },
    /// A department without a telephone number or chat.
    Unreachable { unit: UnitKey },
    /// A department is open and nobody has telephone duty.
    NotStaffed { unit: UnitKey, spans: Vec<OpenSpan> },
}

/// What the directory is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// Every topic a municipality may be asked about, with the department that usually has it;
    /// `None` for what another authority does.
    pub topics: &'a BTreeMap<TopicKey, Option<UnitKey>>,
    /// The municipality's main number.
    pub main_number: &'a str,
    /// Telephone duty of each department, in any order.
    pub duty: &'a BTreeMap<UnitKey, Vec<OpenSpan>>,
    /// The time for which staffing is looked at.
    pub within: OpenSpan,
}

/// Everything found, in a steady order.
#[must_use]
pub fn check(organisation: &Organisation, against: Against<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    owners(organisation, against, &mut found);
    deputies(organisation, &mut found);
    units(organisation, &mut found);
    numbers(organisation, against.main_number, &mut found);
    staffing(organisation, against, &mut found);
    found
}

fn owners(organisation: &Organisation, against: Against<'_>, found: &mut Vec<Finding>) {
    for (topic, usual) in against.topics {
        let Some(usual) = usual else { continue };
        // One with conditions leaves somebody out.
        let given = organisation
            .responsibilities
            .iter()
            .any(|one| one.topic == *topic && one.conditions.is_empty());
        if !given && !organisation.units.contains_key(usual) {
            found.push(Finding::TopicWithoutOwner { topic: topic.clone() });
        }
    }
    for one in &organisation.responsibilities {
        if !organisation.units.contains_key(&one.unit) {
            let (responsibility, unit) = (one.id, one.unit.clone());
            found.push(Finding::UnitGone { responsibility, unit });
        }
    }
}

fn deputies(organisation: &Organisation, found: &mut Vec<Finding>) {
    let named = organisation.responsibilities.iter().flat_map(|one| &one.people);
    let named = named.chain(organisation.entries.values().flat_map(|entry| &entry.deputies));
    let gone: BTreeSet<EntryId> =
        named.filter(|entry| !organisation.entries.contains_key(entry)).copied().collect();
    found.extend(gone.into_iter().map(|entry| Finding::PersonGone { entry }));
    let next = |entry: &EntryId| {
        organisation.entries.get(entry).map(|entry| entry.deputies.clone()).unwrap_or_default()
    };
    let circles = circles(organisation.entries.keys().copied(), next);
    found.extend(circles.into_iter().map(|entries| Finding::DeputyCircle { entries }));
}

fn units(organisation: &Organisation, found: &mut Vec<Finding>) {
    let next = |unit: &UnitKey| {
        let parent = organisation.units.get(unit).and_then(|unit| unit.parent.clone());
        parent.into_iter().collect()
    };
    let circles = circles(organisation.units.keys().cloned(), next);
    found.extend(circles.into_iter().map(|units| Finding::UnitCircle { units }));
}

fn numbers(organisation: &Organisation, main_number: &str, found: &mut Vec<Finding>) {
    let digits = |number: &str| -> String { number.chars().filter(char::is_ascii_digit).collect() };
    let main = digits(main_number);
    let mut by_number: BTreeMap<String, Vec<(&str, &Holder, LineId)>> = BTreeMap::new();
    for line in organisation.lines.iter() {
        let Some(number) = line.way.number() else { continue };
        let plain = digits(number);
        if plain == main {
            found.push(Finding::MainNumber { line: line.id });
        }
        by_number.entry(plain).or_default().push((number, &line.holder, line.id));
    }
    for lines in by_number.into_values() {
        let holders: BTreeSet<&Holder> = lines.iter().map(|(_, holder, _)| *holder).collect();
        if let Some((number, ..)) = lines.first().filter(|_| holders.len() > 1) {
            let number = (*number).to_owned();
            let lines = lines.into_iter().map(|(.., line)| line).collect();
            found.push(Finding::NumberTwice { number, lines });
        }
    }
}

fn staffing(organisation: &Organisation, against: Against<'_>, found: &mut Vec<Finding>) {
    for unit in organisation.units.values().filter(|unit| unit.kind == UnitKind::Department) {
        let holder = Holder::Unit(unit.key.clone());
        let mut spoken = organisation.lines.of(&holder).iter().filter(|line| line.way.is_spoken());
        if spoken.next().is_none() {
            found.push(Finding::Unreachable { unit: unit.key.clone() });
            continue;
        }
        let Some(hours) = organisation.hours_of(&unit.key) else { continue };
        let duty = against.duty.get(&unit.key).map(Vec::as_slice).unwrap_or_default();
        let spans: Vec<OpenSpan> = hours
            .open_within(against.within)
            .into_iter()
            .flat_map(|open| bare(open, duty))
            .collect();
        if !spans.is_empty() {
            found.push(Finding::NotStaffed { unit: unit.key.clone(), spans });
        }
    }
}

/// What is left of a span when others are taken out of it.
fn bare(open: OpenSpan, taken: &[OpenSpan]) -> Vec<OpenSpan> {
    let mut taken: Vec<OpenSpan> = taken.to_vec();
    taken.sort();
    let mut left = Vec::new();
    let mut from = open.from;
    for span in taken {
        if from < span.from.min(open.to) {
            left.push(OpenSpan { from, to: span.from.min(open.to) });
        }
        from = from.max(span.to);
    }
    if from < open.to {
        left.push(OpenSpan { from, to: open.to });
    }
    left
}

/// The circles among things that lead to each other: what can be reached from itself, with what it
/// shares the circle with (a strongly connected component), each once and in order.
fn circles<T: Ord + Clone>(
    all: impl Iterator<Item = T>,
    next: impl Fn(&T) -> Vec<T>,
) -> Vec<Vec<T>> {
    let mut reach: BTreeMap<T, BTreeSet<T>> = BTreeMap::new();
    for one in all {
        let mut seen = BTreeSet::new();
        let mut open = next(&one);
        while let Some(other) = open.pop() {
            if seen.insert(other.clone()) {
                open.extend(next(&other));
            }
        }
        reach.insert(one, seen);
    }
    let mut told: BTreeSet<T> = BTreeSet::new();
    let mut found = Vec::new();
    for (one, seen) in &reach {
        if !seen.contains(one) || told.contains(one) {
            continue;
        }
        let circle: Vec<T> = seen
            .iter()
            .filter(|other| reach.get(*other).is_some_and(|back| back.contains(one)))
            .cloned()
            .collect();
        told.extend(circle.iter().cloned());
        found.push(circle);
    }
    found
}
