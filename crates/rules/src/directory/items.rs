//! The things of a directory as they are kept, imported and edited (JSON objects), and the
//! [`Organisation`] laid out from them and from the departments' own records.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use base::{DepartmentKey, Language, MunicipalityKey, TopicKey, UnitKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Absence, Condition, Entry, EntryId, Holder, Line, LineId, Organisation, Responsibility, Unit,
    UnitKind, Way,
};
use crate::calendar::ClosingDays;
use crate::contacts::PersonId;
use crate::hours::ServiceHours;
use crate::members::Department;

/// What a thing of the directory is. Departments are none of these: they have records of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// An administration or a team.
    Unit,
    Person,
    Line,
    Responsibility,
}

impl ItemKind {
    pub const ALL: [Self; 4] = [Self::Unit, Self::Person, Self::Line, Self::Responsibility];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Person => "person",
            Self::Line => "line",
            Self::Responsibility => "responsibility",
        }
    }
}

/// No kind of thing has this code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither unit, person, line nor responsibility")]
pub struct UnknownKind;

impl FromStr for ItemKind {
    type Err = UnknownKind;

    fn from_str(code: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.code() == code).ok_or(UnknownKind)
    }
}

/// An administration or a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitItem {
    pub kind: UnitKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitKey>,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name_en: String,
    /// In the form of [`ServiceHours`]; `None`: those of the unit above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
}

/// Somebody who works there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonItem {
    pub unit: UnitKey,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What they sign in here as, if they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub languages: BTreeSet<Language>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub skills: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deputies: Vec<EntryId>,
}

/// A way to reach a unit or a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineItem {
    pub holder: Holder,
    #[serde(flatten)]
    pub way: Way,
    /// In the form of [`ServiceHours`]; `None`: those of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
}

/// Who is responsible for a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponsibilityItem {
    pub topic: TopicKey,
    pub unit: UnitKey,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<EntryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// A thing, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Unit(UnitItem),
    Person(PersonItem),
    Line(LineItem),
    Responsibility(ResponsibilityItem),
}

impl Item {
    /// Reads what is kept of a thing.
    ///
    /// # Errors
    /// What serde says of the first fault.
    pub fn read(kind: ItemKind, value: Map<String, Value>) -> Result<Self, serde_json::Error> {
        fn read<T: DeserializeOwned>(value: Map<String, Value>) -> Result<T, serde_json::Error> {
            serde_json::from_value(Value::Object(value))
        }
        Ok(match kind {
            ItemKind::Unit => Self::Unit(read(value)?),
            ItemKind::Person => Self::Person(read(value)?),
            ItemKind::Line => Self::Line(read(value)?),
            ItemKind::Responsibility => Self::Responsibility(read(value)?),
        })
    }

    #[must_use]
    pub const fn kind(&self) -> ItemKind {
        match self {
            Self::Unit(_) => ItemKind::Unit,
            Self::Person(_) => ItemKind::Person,
            Self::Line(_) => ItemKind::Line,
            Self::Responsibility(_) => ItemKind::Responsibility,
        }
    }

    /// As it is kept: an object without `null`.
    #[must_use]
    pub fn value(&self) -> Map<String, Value> {
        let value = match self {
            Self::Unit(item) => serde_json::to_value(item),
            Self::Person(item) => serde_json::to_value(item),
            Self::Line(item) => serde_json::to_value(item),
            Self::Responsibility(item) => serde_json::to_value(item),
        };
        match value {
            Ok(Value::Object(map)) => map,
            _ => unreachable!("structs of strings, lists and flags become objects"),
        }
    }
}

/// What a thing is called (a unit's key, otherwise an id) cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the id or the hours of a thing of the directory cannot be read")]
pub struct Unreadable;

impl Organisation {
    /// Puts a department in, with the lines of its own record.
    pub fn put_department(
        &mut self,
        municipality: &MunicipalityKey,
        department: &Department,
        hours: ServiceHours,
    ) {
        let key = unit_of(&department.key);
        let ways = [
            Way::Telephone(department.phone.clone()),
            Way::Chat,
            Way::Mail(department.email.clone()),
        ];
        for way in ways {
            let id = line_of_department(municipality, &department.key, &way);
            let holder = Holder::Unit(key.clone());
            self.lines.push(Line { id, holder, way, hours: None, public: true });
        }
        let unit = Unit {
            key: key.clone(),
            kind: UnitKind::Department,
            parent: department.part_of.clone(),
            name: department.name.clone(),
            name_en: department.name_en.clone(),
            hours: Some(hours),
        };
        self.units.insert(key, unit);
    }

    /// Puts a thing in under what it is called, after the departments.
    ///
    /// # Errors
    /// [`Unreadable`] for a name that is neither a unit's key nor an id, and for hours that cannot
    /// be read.
    pub fn put(
        &mut self,
        called: &str,
        item: Item,
        logins: &BTreeMap<String, PersonId>,
        closing: &ClosingDays,
    ) -> Result<(), Unreadable> {
        let hours = |text: Option<String>| {
            text.map(|text| ServiceHours::parse(&text))
                .transpose()
                .map(|hours| hours.map(|hours| hours.with_closing_days(closing.clone())))
                .map_err(|_| Unreadable)
        };
        match item {
            Item::Unit(item) => {
                let key = UnitKey::new(called).map_err(|_| Unreadable)?;
                let UnitItem { kind, parent, name, name_en, hours: text } = item;
                let name_en = if name_en.is_empty() { name.clone() } else { name_en };
                let hours = hours(text)?;
                // A department that came later goes before a team that was called the same.
                let unit = Unit { key: key.clone(), kind, parent, name, name_en, hours };
                self.units.entry(key).or_insert(unit);
            }
            Item::Person(item) => {
                let id: EntryId = called.parse().map_err(|_| Unreadable)?;
                let person = item.login.as_ref().and_then(|login| logins.get(login)).copied();
                let PersonItem { unit, name, title, languages, skills, deputies, .. } = item;
                let absences = Vec::new();
                let entry =
                    Entry { id, unit, name, title, person, languages, skills, deputies, absences };
                self.entries.insert(id, entry);
            }
            Item::Line(item) => {
                let id = called.parse().map_err(|_| Unreadable)?;
                let LineItem { holder, way, hours: text, public } = item;
                self.lines.push(Line { id, holder, way, hours: hours(text)?, public });
            }
            Item::Responsibility(item) => {
                let id = called.parse().map_err(|_| Unreadable)?;
                let ResponsibilityItem { topic, unit, people, conditions } = item;
                self.responsibilities.push(Responsibility { id, topic, unit, people, conditions });
            }
        }
        Ok(())
    }

    /// Puts an absence in; one of nobody known counts for nothing.
    pub fn put_absence(&mut self, entry: EntryId, absence: Absence) {
        if let Some(entry) = self.entries.get_mut(&entry) {
            entry.absences.push(absence);
        }
    }
}

/// A department's unit.
///
/// # Panics
/// Never: both kinds of key have one form.
#[must_use]
pub fn unit_of(department: &DepartmentKey) -> UnitKey {
    UnitKey::new(department.as_str()).unwrap_or_else(|_| unreachable!("keys have one form"))
}

/// The id of a line that stands in a department's own record: always the same for the same one
/// (FNV-1a of what it is called).
#[must_use]
pub fn line_of_department(
    municipality: &MunicipalityKey,
    department: &DepartmentKey,
    way: &Way,
) -> LineId {
    let name = format!("{municipality}/{department}/{}", way.code());
    let hash = name.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    format!("{hash:032x}").parse().unwrap_or_else(|_| unreachable!("32 digits are an id"))
}
