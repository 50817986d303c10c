//! What the screens of the directory show. Whatever is named by an id has its name beside it.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentKey, Id, Language, MunicipalityKey, TopicKey, UnitKey, UnixMillis, kind};
use rules::directory::{
    Condition, Entry, EntryId, Holder, ItemKind, Line, LineId, Reach, Responsibility,
    ResponsibilityId, Unit, UnitKind, reach_of,
};
use rules::hours::{HoursState, ServiceHours};
use rules::queues::Presence;
use serde::Serialize;
use store::people::PersonId;
use utoipa::ToSchema;

use super::staff::by_hand;
use super::{DirectoryChange, DirectoryTask, FreshnessView, Place};
use crate::articles::Knowledge;
use crate::queues::attendance_code;

/// Something with its name: a unit, or somebody of the directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Reference {
    /// A unit's key or an id.
    pub id: String,
    pub name: String,
}

/// A topic with its Danish title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicReference {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    pub title: String,
    /// Who may finish it; `None` for a topic that is no more.
    pub competence: Option<&'static str>,
    pub urgent: bool,
}

/// Whether somebody can be reached, and when that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReachState {
    /// `now`, `busy`, `away`, `closed` or `never`.
    pub reach: &'static str,
    /// When it closes, if it is open and ever closes.
    #[schema(value_type = Option<i64>)]
    pub until: Option<UnixMillis>,
    /// When somebody who is away returns.
    #[schema(value_type = Option<i64>)]
    pub back: Option<UnixMillis>,
    /// From when they can be reached again.
    #[schema(value_type = Option<i64>)]
    pub at: Option<UnixMillis>,
}

impl ReachState {
    pub(super) fn of(reach: Reach, hours: Option<&ServiceHours>, now: UnixMillis) -> Self {
        let none = Self { reach: "never", until: None, back: None, at: None };
        match reach {
            Reach::Now => {
                let until = match hours.map(|hours| hours.state(now)) {
                    Some(HoursState::Open { until }) => until,
                    _ => None,
                };
                Self { reach: "now", until, ..none }
            }
            Reach::Busy => Self { reach: "busy", ..none },
            Reach::Away { back, at } => Self { reach: "away", back: Some(back), at, ..none },
            Reach::Closed { at } => Self { reach: "closed", at, ..none },
            Reach::Never => none,
        }
    }

    /// By its hours alone; without any it is always open.
    pub(super) fn by_hours(hours: Option<&ServiceHours>, now: UnixMillis) -> Self {
        let reach = match hours.map(|hours| hours.state(now)) {
            Some(HoursState::Closed { opens_at }) => Reach::Closed { at: opens_at },
            _ => Reach::Now,
        };
        Self::of(reach, hours, now)
    }
}

/// A municipality's units.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DirectoryTree {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub name: String,
    pub main_number: String,
    /// Whether the reader may change the whole of it.
    pub may_edit: bool,
    pub units: Vec<TreeUnit>,
    /// The number of the directory's stream at which this was read.
    pub head: i64,
}

/// A unit among the others.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TreeUnit {
    #[schema(value_type = String)]
    pub key: UnitKey,
    #[schema(value_type = String)]
    pub kind: UnitKind,
    #[schema(value_type = Option<String>)]
    pub parent: Option<UnitKey>,
    pub name: String,
    pub name_en: String,
    pub state: ReachState,
    /// Departments only.
    pub freshness: Option<FreshnessView>,
    pub open_tasks: usize,
    pub people: usize,
    pub may_edit: bool,
    pub by_hand: Vec<String>,
    pub version: i64,
}

/// A unit with everything in it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DirectoryUnit {
    pub unit: TreeUnit,
    /// The names of the units around it, the outermost first.
    pub path: Vec<String>,
    /// The department's own record.
    pub department: Option<DepartmentRecord>,
    /// The hours that hold: shown as on a door.
    #[serde(skip)]
    pub week: Option<ServiceHours>,
    /// Hours of its own, as written; those of a department stand in its record.
    pub own_hours: Option<String>,
    pub freshness: Option<FreshnessView>,
    pub may_edit: bool,
    pub lines: Vec<DirectoryLine>,
    pub people: Vec<PersonRow>,
    pub responsibilities: Vec<ResponsibilityView>,
    pub tasks: Vec<DirectoryTask>,
    pub history: Vec<DirectoryChange>,
}

/// A department's own record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DepartmentRecord {
    pub name: String,
    pub name_en: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    pub hours: String,
    pub promise: String,
    #[schema(value_type = Option<String>)]
    pub part_of: Option<UnitKey>,
    #[schema(value_type = Vec<String>)]
    pub topics: Vec<TopicKey>,
    pub by_hand: Vec<String>,
    pub version: i64,
}

impl DepartmentRecord {
    pub(super) fn of(line: &super::Line) -> Self {
        let department = line.department.clone();
        Self {
            name: department.name,
            name_en: department.name_en,
            phone: department.phone,
            email: department.email,
            address: department.address,
            hours: department.hours,
            promise: department.promise,
            part_of: department.part_of,
            topics: department.topics,
            by_hand: by_hand(&line.kept.record),
            version: line.kept.version,
        }
    }
}

/// A way to reach a unit or a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryLine {
    /// `None`: it stands in the department's own record and is changed there.
    #[schema(value_type = Option<String>)]
    pub id: Option<LineId>,
    /// `telephone`, `outside`, `chat` or `mail`.
    pub way: &'static str,
    pub address: Option<String>,
    pub public: bool,
    /// Hours of its own, as written.
    pub hours: Option<String>,
    pub state: ReachState,
    pub of_department: bool,
    pub by_hand: Vec<String>,
    pub version: i64,
}

/// Somebody among the others of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonRow {
    #[schema(value_type = String)]
    pub id: EntryId,
    pub name: String,
    pub title: String,
    #[schema(value_type = String)]
    pub unit: UnitKey,
    /// `ready`, `busy`, `break`, `offline`; `None` for who does not sign in here.
    pub presence: Option<&'static str>,
    pub state: ReachState,
    pub topics: Vec<TopicReference>,
    pub deputies: Vec<Reference>,
    #[schema(value_type = Vec<String>)]
    pub languages: BTreeSet<Language>,
    pub skills: BTreeSet<String>,
}

/// Somebody with everything that is known of them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DirectoryPerson {
    #[serde(flatten)]
    pub person: PersonRow,
    pub path: Vec<String>,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    pub lines: Vec<DirectoryLine>,
    pub absences: Vec<AbsenceView>,
    pub responsibilities: Vec<ResponsibilityView>,
    /// Those of the deputies who are there now.
    pub meanwhile: Vec<Reference>,
    /// For whom they stand in.
    pub deputy_for: Vec<Reference>,
    pub login: Option<String>,
    /// Where they come from; `None`: made here.
    pub source: Option<String>,
    pub by_hand: Vec<String>,
    pub version: i64,
    pub may_edit: bool,
    pub may_set_absence: bool,
    pub history: Vec<DirectoryChange>,
}

/// A time at which somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AbsenceView {
    #[schema(value_type = String)]
    pub id: Id<kind::Absence>,
    #[schema(value_type = i64)]
    pub from: UnixMillis,
    #[schema(value_type = i64)]
    pub until: UnixMillis,
}

/// Who has a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResponsibilityView {
    #[schema(value_type = Option<String>)]
    pub id: Option<ResponsibilityId>,
    pub topic: TopicReference,
    #[schema(value_type = String)]
    pub unit: UnitKey,
    pub unit_name: String,
    /// The owner first.
    pub people: Vec<Reference>,
    #[schema(value_type = Vec<Object>)]
    pub conditions: Vec<Condition>,
    /// Nobody gave it: from the article, or from the department's own record.
    pub usual: bool,
    pub by_hand: Vec<String>,
    pub version: i64,
}

/// A municipality as it is drawn at one instant.
pub(super) struct Drawing<'a> {
    pub(super) place: &'a Place,
    pub(super) knowledge: &'a Knowledge,
    pub(super) presence: &'a BTreeMap<PersonId, Presence>,
    pub(super) now: UnixMillis,
}

impl Drawing<'_> {
    pub(super) fn unit_name(&self, unit: &UnitKey) -> Reference {
        let found = self.place.staff.organisation.units.get(unit);
        let name = found.map_or_else(|| unit.to_string(), |unit| unit.name.clone());
        Reference { id: unit.to_string(), name }
    }

    /// Somebody who is not there (any more) has no name and is left out.
    pub(super) fn person_name(&self, id: EntryId) -> Option<Reference> {
        let entry = self.place.staff.organisation.entries.get(&id)?;
        Some(Reference { id: id.to_string(), name: entry.name.clone() })
    }

    pub(super) fn topic(&self, topic: &TopicKey) -> TopicReference {
        let head = self.knowledge.head(topic);
        TopicReference {
            topic: topic.clone(),
            title: head.as_ref().map_or_else(|| topic.to_string(), |head| head.title.to_owned()),
            competence: head.as_ref().map(|head| crate::articles::competence_code(head.competence)),
            urgent: head.is_some_and(|head| head.urgent),
        }
    }

    /// The names of the units around one, the outermost first.
    pub(super) fn path(&self, unit: &UnitKey) -> Vec<String> {
        let mut path: Vec<String> =
            self.place.staff.organisation.chain(unit).map(|unit| unit.name.clone()).collect();
        path.reverse();
        path
    }

    pub(super) fn state_of_unit(&self, unit: &UnitKey) -> ReachState {
        ReachState::by_hours(self.place.staff.organisation.hours_of(unit), self.now)
    }

    pub(super) fn state_of_person(&self, entry: &Entry) -> ReachState {
        let organisation = &self.place.staff.organisation;
        let (_, reach) = reach_of(organisation, entry, self.presence, self.now);
        ReachState::of(reach, organisation.hours_of(&entry.unit), self.now)
    }

    pub(super) fn tree_unit(&self, unit: &Unit) -> TreeUnit {
        let staff = &self.place.staff;
        let stand = match unit.kind {
            UnitKind::Department => self.place.stand_of_department(&unit.key),
            _ => staff.stand(ItemKind::Unit, unit.key.as_str()),
        };
        TreeUnit {
            key: unit.key.clone(),
            kind: unit.kind,
            parent: unit.parent.clone(),
            name: unit.name.clone(),
            name_en: unit.name_en.clone(),
            state: self.state_of_unit(&unit.key),
            freshness: None,
            open_tasks: 0,
            people: staff.people_of(&unit.key).len(),
            may_edit: false,
            by_hand: stand.by_hand,
            version: stand.version,
        }
    }

    pub(super) fn lines(&self, holder: &Holder) -> Vec<DirectoryLine> {
        let organisation = &self.place.staff.organisation;
        let view = |line: &Line| {
            let stand = self.place.staff.stand(ItemKind::Line, &line.id.to_string());
            DirectoryLine {
                id: (stand.version > 0).then_some(line.id),
                way: line.way.code(),
                address: line.way.address().map(str::to_owned),
                public: line.public,
                hours: stand.hours,
                state: ReachState::by_hours(organisation.hours_of_line(line), self.now),
                of_department: stand.version == 0,
                by_hand: stand.by_hand,
                version: stand.version,
            }
        };
        organisation.lines.of(holder).iter().map(view).collect()
    }

    pub(super) fn person(&self, entry: &Entry) -> PersonRow {
        let organisation = &self.place.staff.organisation;
        let own = |one: &&Responsibility| one.people.contains(&entry.id);
        let presence = entry.person.map(|person| {
            attendance_code(self.presence.get(&person).copied().unwrap_or(Presence::Offline))
        });
        PersonRow {
            id: entry.id,
            name: entry.name.clone(),
            title: entry.title.clone(),
            unit: entry.unit.clone(),
            presence,
            state: self.state_of_person(entry),
            topics: organisation
                .responsibilities
                .iter()
                .filter(own)
                .map(|one| self.topic(&one.topic))
                .collect(),
            deputies: entry.deputies.iter().filter_map(|id| self.person_name(*id)).collect(),
            languages: entry.languages.clone(),
            skills: entry.skills.clone(),
        }
    }

    pub(super) fn responsibility(&self, one: &Responsibility) -> ResponsibilityView {
        let stand = self.place.staff.stand(ItemKind::Responsibility, &one.id.to_string());
        ResponsibilityView {
            id: Some(one.id),
            topic: self.topic(&one.topic),
            unit: one.unit.clone(),
            unit_name: self.unit_name(&one.unit).name,
            people: one.people.iter().filter_map(|id| self.person_name(*id)).collect(),
            conditions: one.conditions.clone(),
            usual: false,
            by_hand: stand.by_hand,
            version: stand.version,
        }
    }

    /// The topics that a department has without anybody having given them to somebody.
    pub(super) fn usual(&self, department: &DepartmentKey) -> Vec<ResponsibilityView> {
        let unit = rules::directory::unit_of(department);
        let given: BTreeSet<&TopicKey> =
            self.place.staff.organisation.responsibilities.iter().map(|one| &one.topic).collect();
        self.knowledge
            .heads()
            .filter(|head| !given.contains(head.topic))
            .filter(|head| self.place.usual_of(head.topic, head.department).as_ref() == Some(&unit))
            .map(|head| ResponsibilityView {
                id: None,
                topic: self.topic(head.topic),
                unit: unit.clone(),
                unit_name: self.unit_name(&unit).name,
                people: vec![],
                conditions: vec![],
                usual: true,
                by_hand: vec![],
                version: 0,
            })
            .collect()
    }
}
