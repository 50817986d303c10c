//! "Who owns topic T now, and how are they reached?"

use std::collections::{BTreeMap, BTreeSet};

use base::{Language, TopicKey, UnitKey, UnixMillis};
use serde::{Deserialize, Serialize};

use super::condition::{Asked, Facts, Fit, fit_all};
use super::{
    Entry, EntryId, Holder, Line, LineId, Organisation, Responsibility, Unit, UnitKind, Way,
};
use crate::contacts::PersonId;
use crate::hours::{HoursState, ServiceHours};
use crate::queues::Presence;

/// So many deputies of deputies are followed, at most.
const DEPUTY_DEPTH: usize = 4;

/// What is asked of the directory.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub topic: &'a TopicKey,
    /// The department that usually has the topic, where this municipality says nothing of it.
    pub usual: Option<&'a UnitKey>,
    pub facts: &'a Facts,
    /// The language the citizen speaks.
    pub language: Language,
    /// What those who sign in here say of being there now; who is not named is not signed in.
    pub presence: &'a BTreeMap<PersonId, Presence>,
    pub at: UnixMillis,
}

/// As what somebody can take the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "kebab-case")]
pub enum Role {
    Owner,
    /// Stands in for this one.
    Deputy {
        of: EntryId,
    },
    /// The unit's own line: whoever answers it.
    Unit,
}

/// How they are reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "means", rename_all = "kebab-case")]
pub enum Means {
    /// Signed in here: the contact is offered to them.
    Desk { person: PersonId },
    /// A line of theirs.
    Line { line: LineId, way: Way },
}

/// Whether they can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reach", rename_all = "kebab-case")]
pub enum Reach {
    Now,
    /// There, but with somebody else.
    Busy,
    /// Away; `at` is the first opening after the return, if there is one within 60 days and a way
    /// to reach them then.
    Away {
        back: UnixMillis,
        at: Option<UnixMillis>,
    },
    /// Closed until then; `None`: not within 60 days.
    Closed {
        at: Option<UnixMillis>,
    },
    /// Has no way to be reached.
    Never,
}

impl Reach {
    /// Whether they are there, if perhaps with somebody else.
    #[must_use]
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Now | Self::Busy)
    }

    /// Order of preference, then the time from which it works.
    fn rank(self) -> (u8, UnixMillis) {
        let never = UnixMillis(i64::MAX);
        match self {
            Self::Now => (0, UnixMillis(0)),
            Self::Busy => (1, UnixMillis(0)),
            Self::Away { at, .. } | Self::Closed { at } => (2, at.unwrap_or(never)),
            Self::Never => (3, never),
        }
    }

    /// From when they can be reached again, if not now.
    const fn from(self) -> Option<UnixMillis> {
        match self {
            Self::Away { at, .. } | Self::Closed { at } => at,
            Self::Now | Self::Busy | Self::Never => None,
        }
    }
}

/// Somebody who could take the contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub holder: Holder,
    pub unit: UnitKey,
    pub role: Role,
    /// `None` only with [`Reach::Never`] and [`Reach::Away`].
    pub means: Option<Means>,
    pub reach: Reach,
    /// Speaks the citizen's language, as far as the directory says; a unit is taken to.
    pub speaks: bool,
}

/// Why the answer is this one; the screen says it in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// The municipality gave the topic to this unit.
    Given { unit: UnitKey },
    /// It did so for citizens like this one.
    GivenForSuch { unit: UnitKey },
    /// Nothing is said here: the department that usually has it.
    Usual { unit: UnitKey },
    /// Neither is there one. Borgerservice finds out.
    Nobody,
    /// The owner is away until then; whether somebody who stands in is there.
    OwnerAway { entry: EntryId, back: UnixMillis, covered: bool },
    /// Nobody who could take it is open now.
    AllClosed,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// Who owns the topic for this citizen.
    pub unit: Option<UnitKey>,
    /// Best first: reachable now before busy before later; within that the owner before the deputies
    /// before the unit. Never a main number: that is no line.
    pub candidates: Vec<Candidate>,
    /// The first time from which somebody can be reached, when nobody can now.
    pub next: Option<UnixMillis>,
    /// What the agent asks the citizen, because it decides between owners.
    pub ask: Vec<Asked>,
    pub why: Vec<Why>,
}

impl Resolution {
    /// The one to transfer to now, if there is one.
    #[must_use]
    pub fn best(&self) -> Option<&Candidate> {
        self.candidates.first().filter(|candidate| candidate.reach == Reach::Now)
    }
}

/// Who owns a topic now, and how they are reached.
///
/// A responsibility whose conditions hold goes before one without any; the one with more conditions
/// goes first among those. One that may hold is asked about when it would go before what holds.
#[must_use]
pub fn resolve(organisation: &Organisation, question: Question<'_>) -> Resolution {
    let (given, ask) = given(organisation, question.topic, question.facts);
    let mut why = Vec::new();
    let mut candidates = Vec::new();
    let unit = match given {
        Some(owner) => {
            let unit = owner.unit.clone();
            why.push(if owner.conditions.is_empty() {
                Why::Given { unit: unit.clone() }
            } else {
                Why::GivenForSuch { unit: unit.clone() }
            });
            let mut seen = BTreeSet::new();
            for (place, entry) in owner.people.iter().enumerate() {
                let role = match owner.people.first() {
                    Some(first) if place > 0 => Role::Deputy { of: *first },
                    _ => Role::Owner,
                };
                people(organisation, question, *entry, role, 0, &mut seen, &mut candidates);
            }
            Some(unit)
        }
        None => {
            let usual = known(organisation, question.usual);
            why.push(usual.map_or(Why::Nobody, |unit| Why::Usual { unit: unit.clone() }));
            usual.cloned()
        }
    };
    if let Some(Candidate {
        holder: Holder::Entry(entry),
        role: Role::Owner,
        reach: Reach::Away { back, .. },
        ..
    }) = candidates.first()
    {
        let covered = candidates.iter().any(|candidate| candidate.reach.is_there());
        why.push(Why::OwnerAway { entry: *entry, back: *back, covered });
    }
    if let Some(unit) = &unit {
        candidates.push(units(organisation, question, unit));
    }
    candidates.sort_by_key(|candidate| (candidate.reach.rank(), !candidate.speaks));
    let now = candidates.iter().any(|candidate| candidate.reach.is_there());
    let next = if now { None } else { candidates.iter().filter_map(|c| c.reach.from()).min() };
    if !now && !candidates.is_empty() {
        why.push(Why::AllClosed);
    }
    Resolution { unit, candidates, next, ask, why }
}

/// Who owns a topic for a citizen: the unit to which the municipality gave it, otherwise the
/// department that usually has it.
#[must_use]
pub fn owner<'a>(
    organisation: &'a Organisation,
    topic: &TopicKey,
    usual: Option<&'a UnitKey>,
    facts: &Facts,
) -> Option<&'a UnitKey> {
    let (given, _) = given(organisation, topic, facts);
    given.map(|one| &one.unit).or_else(|| known(organisation, usual))
}

fn known<'a>(organisation: &Organisation, unit: Option<&'a UnitKey>) -> Option<&'a UnitKey> {
    unit.filter(|unit| organisation.units.contains_key(*unit))
}

/// The responsibility that holds, and what is asked because another might go before it. One that
/// names a unit that is not there holds for nobody.
fn given<'a>(
    organisation: &'a Organisation,
    topic: &TopicKey,
    facts: &Facts,
) -> (Option<&'a Responsibility>, Vec<Asked>) {
    let mut found: Option<&Responsibility> = None;
    let mut perhaps = Vec::new();
    let of_topic = organisation.responsibilities.iter().filter(|one| one.topic == *topic);
    for one in of_topic.filter(|one| organisation.units.contains_key(&one.unit)) {
        match fit_all(&one.conditions, facts) {
            Fit::No => {}
            Fit::Yes => {
                let better =
                    found.is_none_or(|found| one.conditions.len() > found.conditions.len());
                if better {
                    found = Some(one);
                }
            }
            Fit::Ask(asked) => perhaps.push((one, asked)),
        }
    }
    // What might go before the owner found is worth a question, unless it leads to the same people.
    let strength = found.map_or(0, |found| found.conditions.len());
    let mut ask: Vec<Asked> = perhaps
        .into_iter()
        .filter(|(one, _)| found.is_none() || one.conditions.len() > strength)
        .filter(|(one, _)| found.is_none_or(|f| (&f.unit, &f.people) != (&one.unit, &one.people)))
        .flat_map(|(_, asked)| asked)
        .collect();
    ask.sort();
    ask.dedup();
    (found, ask)
}

/// Somebody, and those who stand in for them.
fn people(
    organisation: &Organisation,
    question: Question<'_>,
    id: EntryId,
    role: Role,
    depth: usize,
    seen: &mut BTreeSet<EntryId>,
    out: &mut Vec<Candidate>,
) {
    let Some(entry) = organisation.entries.get(&id) else { return };
    if !seen.insert(id) {
        return;
    }
    let holder = Holder::Entry(id);
    let (means, reach) = reach_of(organisation, entry, question.presence, question.at);
    let unit = entry.unit.clone();
    let speaks = entry.languages.is_empty() || entry.languages.contains(&question.language);
    out.push(Candidate { holder, unit, role, means, reach, speaks });
    if depth < DEPUTY_DEPTH {
        for deputy in &entry.deputies {
            let role = Role::Deputy { of: id };
            people(organisation, question, *deputy, role, depth + 1, seen, out);
        }
    }
}

/// How somebody is reached, and whether they can be at `at`; `presence` is that of those who sign in
/// here.
#[must_use]
pub fn reach_of(
    organisation: &Organisation,
    entry: &Entry,
    presence: &BTreeMap<PersonId, Presence>,
    at: UnixMillis,
) -> (Option<Means>, Reach) {
    let holder = Holder::Entry(entry.id);
    let hours = organisation.hours_of(&entry.unit);
    let signed_in = entry.person.and_then(|person| Some((person, *presence.get(&person)?)));
    let (means, reach) = match signed_in {
        Some((person, presence)) => {
            let reach = match presence {
                Presence::Ready => open(hours, at),
                // The last citizen of the day is still there; after them nobody is taken.
                Presence::Busy => match open(hours, at) {
                    Reach::Now => Reach::Busy,
                    closed => closed,
                },
                Presence::Break | Presence::Offline => Reach::Never,
            };
            (Some(Means::Desk { person }), reach)
        }
        None => best_line(organisation, &holder, at),
    };
    match (entry.away_until(at), reach) {
        (Some(back), _) => {
            let reachable = means.is_some() || entry.person.is_some();
            let at = if reachable { opens(hours, back) } else { None };
            (means, Reach::Away { back, at })
        }
        // Who is at the desk but not to be had there may still have a telephone.
        (None, Reach::Never) => best_line(organisation, &holder, at),
        (None, reach) => (means, reach),
    }
}

/// The unit or the one above it whose line answers soonest, up to its department: that takes what its
/// team does not when it is closed, and nobody further up answers for it.
fn units(organisation: &Organisation, question: Question<'_>, unit: &UnitKey) -> Candidate {
    let chain: Vec<&Unit> = organisation.chain(unit).collect();
    let department = chain.iter().position(|unit| unit.kind == UnitKind::Department);
    let own = department.map_or(chain.len(), |at| at + 1);
    let lines = chain[..own].iter().filter_map(|unit| {
        let holder = Holder::Unit(unit.key.clone());
        let (means, reach) = best_line(organisation, &holder, question.at);
        means.is_some().then_some((holder, unit.key.clone(), means, reach))
    });
    let (holder, unit, means, reach) = lines
        .min_by_key(|(.., reach)| reach.rank())
        .unwrap_or_else(|| (Holder::Unit(unit.clone()), unit.clone(), None, Reach::Never));
    Candidate { holder, unit, role: Role::Unit, means, reach, speaks: true }
}

/// The line by which somebody is spoken to soonest; one that is answered here before one that
/// another exchange answers. Mail is no way to hand a citizen over.
fn best_line(
    organisation: &Organisation,
    holder: &Holder,
    at: UnixMillis,
) -> (Option<Means>, Reach) {
    let spoken = organisation.lines.of(holder).iter().filter(|line| line.way.is_spoken());
    let reach = |line: &Line| open(organisation.hours_of_line(line), at);
    let outside = |line: &Line| matches!(line.way, Way::Outside(_));
    let best = spoken.min_by_key(|line| (reach(line).rank(), outside(line)));
    match best {
        None => (None, Reach::Never),
        Some(line) => (Some(Means::Line { line: line.id, way: line.way.clone() }), reach(line)),
    }
}

/// Whether it is open; where no hours are kept, it always is.
fn open(hours: Option<&ServiceHours>, at: UnixMillis) -> Reach {
    match hours.map(|hours| hours.state(at)) {
        None | Some(HoursState::Open { .. }) => Reach::Now,
        Some(HoursState::Closed { opens_at }) => Reach::Closed { at: opens_at },
    }
}

/// The first open instant from `at` on.
fn opens(hours: Option<&ServiceHours>, at: UnixMillis) -> Option<UnixMillis> {
    match open(hours, at) {
        Reach::Closed { at } => at,
        _ => Some(at),
    }
}
