//! What is wrong with a directory as a whole (`straks directory check`).

use std::collections::{BTreeMap, BTreeSet};

use base::{TopicKey, UnitKey};
use serde::{Deserialize, Serialize};

use super::{EntryId, Holder, LineId, Organisation, ResponsibilityId, UnitKind, national};
use crate::hours::OpenSpan;

/// Something that leads a citizen wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// Nobody is responsible, and there is no department that usually is.
    TopicWithoutOwner { topic: TopicKey },
    /// Something belongs to a unit that is not there: nobody finds it.
    UnitGone { unit: UnitKey, what: Belongs },
    /// A responsibility, a line or somebody's deputies name a person who is not there.
    PersonGone { entry: EntryId },
    /// A topic was given to a unit that belongs to no department: its contacts wait in nobody's queue.
    NoDepartment { responsibility: ResponsibilityId, unit: UnitKey },
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

/// What belongs to a unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Belongs {
    Unit(UnitKey),
    Person(EntryId),
    Line(LineId),
    Responsibility(ResponsibilityId),
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
    let gone = belongings(organisation).filter(|(unit, _)| !organisation.units.contains_key(*unit));
    found.extend(gone.map(|(unit, what)| Finding::UnitGone { unit: unit.clone(), what }));
    for one in &organisation.responsibilities {
        let here = organisation.units.contains_key(&one.unit);
        if here && organisation.department_of(&one.unit).is_none() {
            let (responsibility, unit) = (one.id, one.unit.clone());
            found.push(Finding::NoDepartment { responsibility, unit });
        }
    }
}

/// Everything that names a unit it belongs to.
fn belongings(organisation: &Organisation) -> impl Iterator<Item = (&UnitKey, Belongs)> {
    let units = organisation.units.values();
    let units =
        units.filter_map(|one| Some((one.parent.as_ref()?, Belongs::Unit(one.key.clone()))));
    let people = organisation.entries.values().map(|one| (&one.unit, Belongs::Person(one.id)));
    let lines = organisation.lines.iter().filter_map(|line| match &line.holder {
        Holder::Unit(unit) => Some((unit, Belongs::Line(line.id))),
        Holder::Entry(_) => None,
    });
    let given = organisation.responsibilities.iter();
    let given = given.map(|one| (&one.unit, Belongs::Responsibility(one.id)));
    units.chain(people).chain(lines).chain(given)
}

fn deputies(organisation: &Organisation, found: &mut Vec<Finding>) {
    let named = organisation.responsibilities.iter().flat_map(|one| &one.people);
    let named = named.chain(organisation.entries.values().flat_map(|entry| &entry.deputies));
    let named = named.chain(organisation.lines.iter().filter_map(|line| match &line.holder {
        Holder::Entry(entry) => Some(entry),
        Holder::Unit(_) => None,
    }));
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
    let main = national(main_number);
    let mut by_number: BTreeMap<String, Vec<(&str, &Holder, LineId)>> = BTreeMap::new();
    for line in organisation.lines.iter() {
        let Some(number) = line.way.number() else { continue };
        let plain = national(number);
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

/// The circles among things that lead to each other: the strongly connected components that lead
/// back to themselves, each in order. However long a chain is, each thing is looked at twice
/// (Kosaraju).
fn circles<T: Ord + Clone>(
    all: impl Iterator<Item = T>,
    next: impl Fn(&T) -> Vec<T>,
) -> Vec<Vec<T>> {
    // Each after all that it leads to, but for circles.
    let mut left = Vec::new();
    let mut leads_here: BTreeMap<T, Vec<T>> = BTreeMap::new();
    let (mut entered, mut done) = (BTreeSet::new(), BTreeSet::new());
    for one in all {
        let mut open = vec![one];
        while let Some(one) = open.last().cloned() {
            if entered.insert(one.clone()) {
                for other in next(&one) {
                    leads_here.entry(other.clone()).or_default().push(one.clone());
                    open.push(other);
                }
            } else {
                open.pop();
                if done.insert(one.clone()) {
                    left.push(one);
                }
            }
        }
    }
    // Backwards from the last, whatever is found leads to it and is led to by it.
    let mut found = Vec::new();
    for one in left.into_iter().rev() {
        let alone = !next(&one).contains(&one);
        let mut circle = BTreeSet::new();
        let mut open = vec![one];
        while let Some(one) = open.pop() {
            if done.remove(&one) {
                open.extend(leads_here.remove(&one).into_iter().flatten());
                circle.insert(one);
            }
        }
        if circle.len() > 1 || (circle.len() == 1 && !alone) {
            found.push(circle.into_iter().collect());
        }
    }
    found.sort();
    found
}
