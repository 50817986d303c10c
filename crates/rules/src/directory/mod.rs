//! Who answers for what in a municipality, and how they are reached (*kontaktoplysninger*).
//!
//! An [`Organisation`] is one municipality as its departments keep it: units, the people in them,
//! lines, and who is responsible for which topic. [`resolve`] answers "who owns this topic now, and
//! how are they reached?"; [`check`] says what is wrong with the whole; [`freshness`] says what
//! nobody has looked at for long; [`source`] keeps what an import says apart from what people say.

mod check;
mod condition;
mod find;
mod freshness;
mod items;
pub mod ldap;
mod report;
mod resolve;
pub mod source;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use base::{Id, Language, TopicKey, UnitKey, UnixMillis, kind};
use serde::{Deserialize, Serialize};

pub use check::{Against, Belongs, Finding, check};
pub use condition::{Asked, Condition, Facts, Fit, NoCondition, Parity};
pub use find::{Finder, Hit, Matched, Thing, national, plain};
pub use freshness::{CONFIRM_AFTER_DAYS, Freshness, Upkeep, freshness};
pub use items::{
    Item, ItemKind, LineItem, PersonItem, ResponsibilityItem, UnitItem, UnknownKind, Unreadable,
    line_of_department, unit_of,
};
pub use report::{ANSWER_S, Report, report};
pub use resolve::{
    Candidate, Means, Question, Reach, Resolution, Role, Why, owner, reach_of, resolve,
};
pub use table::{Brought, TableFault, read_table, short_rows, write_table};

use crate::contacts::PersonId;
use crate::hours::ServiceHours;

/// Longest name of a thing of the directory, in characters.
pub const NAME_LIMIT: usize = 120;

pub type EntryId = Id<kind::Entry>;
pub type LineId = Id<kind::Line>;
pub type ResponsibilityId = Id<kind::Responsibility>;

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// *Forvaltning*
    Administration,
    /// *Afdeling*: owns a queue, hours and a promise; hand-overs go here.
    Department,
    Team,
}

/// A unit of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub key: UnitKey,
    pub kind: UnitKind,
    /// The unit it is part of; `None` directly under the municipality.
    pub parent: Option<UnitKey>,
    pub name: String,
    pub name_en: String,
    /// Hours of its own; `None`: those of the unit above.
    #[serde(skip)]
    pub hours: Option<ServiceHours>,
}

/// Somebody in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub unit: UnitKey,
    pub name: String,
    pub title: String,
    /// The same person as somebody who signs in here.
    pub person: Option<PersonId>,
    pub languages: BTreeSet<Language>,
    /// What they know besides their topics, in their own words.
    pub skills: BTreeSet<String>,
    /// Who stands in for them, the first choice first.
    pub deputies: Vec<EntryId>,
    /// Times at which they are not there, in any order.
    pub absences: Vec<Absence>,
}

impl Entry {
    /// When somebody who is away at `at` is back; `None` when they are there. Absences that touch or
    /// overlap are one. A past absence counts for nothing: it expires by itself.
    #[must_use]
    pub fn away_until(&self, at: UnixMillis) -> Option<UnixMillis> {
        let mut back = None;
        let mut moment = at;
        while let Some(absence) = self.absences.iter().find(|absence| absence.covers(moment)) {
            moment = absence.until;
            back = Some(moment);
        }
        back
    }
}

/// A time at which somebody is away. It always has an end: an absence without one would be
/// forgotten and hide a colleague for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Absence {
    pub from: UnixMillis,
    /// The first instant at which they are back.
    pub until: UnixMillis,
}

impl Absence {
    #[must_use]
    pub fn covers(self, at: UnixMillis) -> bool {
        self.from <= at && at < self.until
    }
}

/// Whose line it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    Unit(UnitKey),
    Entry(EntryId),
}

/// How a line is used. The main number is no line: it stands in the municipality's own facts and
/// cannot be a target (product rule 5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "way", content = "address", rename_all = "kebab-case")]
pub enum Way {
    /// A number that is answered here: its calls wait in the queue of the department that its unit
    /// or person belongs to. In the form `+45 dd dd dd dd`.
    Telephone(String),
    /// A number that another exchange answers.
    Outside(String),
    Chat,
    Mail(String),
}

impl Way {
    /// `telephone`, `outside`, `chat` or `mail`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Telephone(_) => "telephone",
            Self::Outside(_) => "outside",
            Self::Chat => "chat",
            Self::Mail(_) => "mail",
        }
    }

    /// The number or mail address.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Telephone(address) | Self::Outside(address) | Self::Mail(address) => {
                Some(address)
            }
            Self::Chat => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<&str> {
        match self {
            Self::Telephone(number) | Self::Outside(number) => Some(number),
            Self::Chat | Self::Mail(_) => None,
        }
    }

    /// Whether a citizen is spoken with this way at once; mail waits.
    #[must_use]
    pub const fn is_spoken(&self) -> bool {
        !matches!(self, Self::Mail(_))
    }
}

/// A way to reach a unit or a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: LineId,
    pub holder: Holder,
    pub way: Way,
    /// Hours of its own; `None`: those of its unit.
    pub hours: Option<ServiceHours>,
    /// Told to citizens; otherwise only to colleagues.
    pub public: bool,
}

/// A unit, perhaps somebody in it, is responsible for a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responsibility {
    pub id: ResponsibilityId,
    pub topic: TopicKey,
    pub unit: UnitKey,
    /// Who in the unit: the owner first, then those who stand in for this topic.
    pub people: Vec<EntryId>,
    /// For which citizens; empty: for all.
    pub conditions: Vec<Condition>,
}

/// One municipality's directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Organisation {
    pub units: BTreeMap<UnitKey, Unit>,
    pub entries: BTreeMap<EntryId, Entry>,
    pub lines: Lines,
    pub responsibilities: Vec<Responsibility>,
}

/// Lines by whose they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(BTreeMap<Holder, Vec<Line>>);

impl Lines {
    pub fn push(&mut self, line: Line) {
        self.0.entry(line.holder.clone()).or_default().push(line);
    }

    /// Every line.
    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.0.values().flatten()
    }

    /// The lines of a unit or person, as entered.
    pub fn of(&self, holder: &Holder) -> &[Line] {
        self.0.get(holder).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Organisation {
    /// A unit and those it is part of, from the inside out. A circle ends where it closes.
    pub fn chain<'a>(&'a self, unit: &UnitKey) -> impl Iterator<Item = &'a Unit> {
        let mut seen = BTreeSet::new();
        let mut next = self.units.get(unit);
        std::iter::from_fn(move || {
            let unit = next.filter(|unit| seen.insert(&unit.key))?;
            next = unit.parent.as_ref().and_then(|parent| self.units.get(parent));
            Some(unit)
        })
    }

    /// The department that a unit is or belongs to: the one whose queue its contacts wait in.
    #[must_use]
    pub fn department_of(&self, unit: &UnitKey) -> Option<&Unit> {
        self.chain(unit).find(|unit| unit.kind == UnitKind::Department)
    }

    /// The hours that hold for a unit: its own or those of the nearest unit above that has some.
    #[must_use]
    pub fn hours_of(&self, unit: &UnitKey) -> Option<&ServiceHours> {
        self.chain(unit).find_map(|unit| unit.hours.as_ref())
    }

    /// The hours that hold for a line.
    #[must_use]
    pub fn hours_of_line<'a>(&'a self, line: &'a Line) -> Option<&'a ServiceHours> {
        line.hours.as_ref().or_else(|| match &line.holder {
            Holder::Unit(unit) => self.hours_of(unit),
            Holder::Entry(entry) => self.hours_of(&self.entries.get(entry)?.unit),
        })
    }
}
