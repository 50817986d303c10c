//! Changing the directory: every change has its right, its version, its place in the history and in
//! the audit log.

use std::collections::BTreeSet;

use base::scope::Ground;
use base::{
    DepartmentKey, Id, Language, MunicipalityKey, Outcome, Problem, Scope, TopicKey, UnitKey,
    UnixMillis, kind,
};
use rules::directory::{
    Absence, Condition, EntryId, Holder, Item, ItemKind, LineId, LineItem, PersonItem,
    ResponsibilityId, ResponsibilityItem, UnitItem, UnitKind, Way,
};
use serde::Deserialize;
use serde_json::Value;
use store::directory::KeptDepartment;
use store::directory::items::{Away, Kept};
use utoipa::ToSchema;

use super::checked::{checked, department_of};
use super::write::Turned;
use crate::{App, found};

/// The longest absence, in days.
const MOST_DAYS: i64 = 400;

/// What a department's record becomes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentChange {
    pub name: String,
    pub name_en: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    /// In the form of service hours: `mon-wed 08:00-15:00; thu 08:00-17:00`.
    pub hours: String,
    /// `next-working-day 12:00`
    pub promise: String,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub part_of: Option<UnitKey>,
    #[schema(value_type = Vec<String>)]
    pub topics: Vec<TopicKey>,
    pub version: i64,
}

/// What an administration or team becomes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitChange {
    /// `administration` or `team`.
    #[schema(value_type = String)]
    pub kind: UnitKind,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub parent: Option<UnitKey>,
    pub name: String,
    #[serde(default)]
    pub name_en: String,
    #[serde(default)]
    pub hours: Option<String>,
    /// 0: it is new.
    pub version: i64,
}

/// What somebody's entry becomes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    #[schema(value_type = String)]
    pub unit: UnitKey,
    pub name: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub login: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub languages: BTreeSet<Language>,
    #[serde(default)]
    pub skills: BTreeSet<String>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub deputies: Vec<EntryId>,
    pub version: i64,
}

/// What a line becomes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineChange {
    #[schema(value_type = Object)]
    pub holder: Holder,
    /// `telephone`, `outside`, `chat` or `mail`.
    pub way: String,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub hours: Option<String>,
    #[serde(default)]
    pub public: bool,
    pub version: i64,
}

/// What a responsibility becomes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponsibilityChange {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = String)]
    pub unit: UnitKey,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub people: Vec<EntryId>,
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub conditions: Vec<Condition>,
    pub version: i64,
}

/// When somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceChange {
    #[schema(value_type = String)]
    pub entry: EntryId,
    #[schema(value_type = i64)]
    pub from: UnixMillis,
    #[schema(value_type = i64)]
    pub until: UnixMillis,
}

impl App {
    /// Changes a department's record.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for who may not; [`Problem::Conflict`] `directory-changed` when
    /// somebody was quicker; [`Problem::Invalid`] for what cannot be so.
    pub async fn change_department(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
        change: DepartmentChange,
    ) -> Outcome<()> {
        let place = self.place_to_edit(scope, municipality).await?;
        let line = found(place.line(department))?;
        let own = line.department.part_of.as_ref();
        // What belongs to an administration is the municipality's to say.
        let moved = change.part_of.as_ref() != own;
        let ground = self.may_edit_directory(scope, &place, Some(department))?;
        if moved {
            self.may_edit_directory(scope, &place, None)?;
        }
        let knowledge = self.knowledge().await?;
        if change.topics.iter().any(|topic| knowledge.head(topic).is_none()) {
            return Err(Problem::invalid("topics", "topic-unknown"));
        }
        let version = change.version;
        let directory = self.directory().await?;
        let value = department_of(&directory, &place, department, change)?;
        self.write_department(scope, ground, &place, department, Some(version), "by-hand", |kept| {
            KeptDepartment { record: kept.record.edited(value), ..kept }
        })
        .await
    }

    /// Makes or changes an administration or a team.
    ///
    /// # Errors
    /// As [`App::change_department`].
    pub async fn change_unit(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        unit: &UnitKey,
        change: UnitChange,
    ) -> Outcome<()> {
        let version = change.version;
        let item = Item::Unit(UnitItem {
            kind: change.kind,
            parent: change.parent,
            name: change.name,
            name_en: change.name_en,
            hours: change.hours,
        });
        self.change_item(scope, municipality, unit.as_str(), version, item).await
    }

    /// Makes or changes somebody's entry.
    ///
    /// # Errors
    /// As [`App::change_department`].
    pub async fn change_entry(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        id: EntryId,
        change: PersonChange,
    ) -> Outcome<()> {
        let version = change.version;
        let login = change.login.map(|login| login.trim().to_lowercase());
        let item = Item::Person(PersonItem {
            unit: change.unit,
            name: change.name,
            title: change.title,
            login: login.filter(|login| !login.is_empty()),
            languages: change.languages,
            skills: change.skills,
            deputies: change.deputies,
        });
        self.change_item(scope, municipality, &id.to_string(), version, item).await
    }

    /// Makes or changes a line.
    ///
    /// # Errors
    /// As [`App::change_department`].
    pub async fn change_line(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        id: LineId,
        change: LineChange,
    ) -> Outcome<()> {
        let address = change.address.unwrap_or_default();
        let way = match &*change.way {
            "telephone" => Way::Telephone(address),
            "outside" => Way::Outside(address),
            "mail" => Way::Mail(address),
            "chat" => Way::Chat,
            _ => return Err(Problem::invalid("way", "way-unknown")),
        };
        let item = Item::Line(LineItem {
            holder: change.holder,
            way,
            hours: change.hours,
            public: change.public,
        });
        self.change_item(scope, municipality, &id.to_string(), change.version, item).await
    }

    /// Gives a topic to a unit and people in it.
    ///
    /// # Errors
    /// As [`App::change_department`].
    pub async fn change_responsibility(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        id: ResponsibilityId,
        change: ResponsibilityChange,
    ) -> Outcome<()> {
        let version = change.version;
        let item = Item::Responsibility(ResponsibilityItem {
            topic: change.topic,
            unit: change.unit,
            people: change.people,
            conditions: change.conditions,
        });
        self.change_item(scope, municipality, &id.to_string(), version, item).await
    }

    async fn change_item(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        called: &str,
        version: i64,
        item: Item,
    ) -> Outcome<()> {
        let place = self.place_to_edit(scope, municipality).await?;
        let knowledge = self.knowledge().await?;
        if let Item::Responsibility(one) = &item
            && knowledge.head(&one.topic).is_none()
        {
            return Err(Problem::invalid("topic", "topic-unknown"));
        }
        if let Item::Person(PersonItem { login: Some(login), .. }) = &item {
            let logins = store::people::logins(&self.database, &self.tenant, municipality).await?;
            if !logins.contains_key(login) {
                return Err(Problem::invalid("login", "login-unknown"));
            }
        }
        let directory = self.directory().await?;
        let item = checked(&directory, &place, called, item)?;
        self.write_item(scope, &place, item.kind(), called, version, Some(item), "by-hand").await
    }

    /// Takes a thing out of the directory.
    ///
    /// # Errors
    /// As [`App::change_department`]; [`Problem::Conflict`] `unit-not-empty` for a unit that
    /// something belongs to.
    pub async fn remove_item(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        kind: ItemKind,
        called: &str,
        version: i64,
    ) -> Outcome<()> {
        let place = self.place_to_edit(scope, municipality).await?;
        if kind == ItemKind::Unit {
            let unit = UnitKey::new(called).map_err(|_| Problem::NotFound)?;
            let organisation = &place.staff.organisation;
            let parent =
                organisation.units.values().any(|other| other.parent.as_ref() == Some(&unit));
            let owner = organisation.responsibilities.iter().any(|one| one.unit == unit);
            if parent || owner || !place.staff.people_of(&unit).is_empty() {
                return Err(Problem::conflict("unit-not-empty"));
            }
        }
        self.write_item(scope, &place, kind, called, version, None, "by-hand").await?;
        let holder = match kind {
            ItemKind::Unit => UnitKey::new(called).map(Holder::Unit).ok(),
            ItemKind::Person => called.parse().map(Holder::Entry).ok(),
            ItemKind::Line | ItemKind::Responsibility => None,
        };
        // Its lines reach nobody now.
        for line in holder.iter().flat_map(|holder| place.staff.organisation.lines.of(holder)) {
            let id = line.id.to_string();
            let version = place.staff.stand(ItemKind::Line, &id).version;
            self.write_item(scope, &place, ItemKind::Line, &id, version, None, "by-hand").await?;
        }
        Ok(())
    }

    /// Lets the source of a thing speak again for one field.
    ///
    /// # Errors
    /// As [`App::change_department`].
    pub async fn as_imported(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        kind: &str,
        called: &str,
        field: &str,
    ) -> Outcome<()> {
        let place = self.place_to_edit(scope, municipality).await?;
        if kind == "department" {
            let department = DepartmentKey::new(called).map_err(|_| Problem::NotFound)?;
            found(place.line(&department))?;
            let ground = self.may_edit_directory(scope, &place, Some(&department))?;
            let turn = |kept: KeptDepartment| KeptDepartment {
                record: kept.record.as_imported(field),
                ..kept
            };
            return self
                .write_department(scope, ground, &place, &department, None, "by-hand", turn)
                .await;
        }
        let kind: ItemKind = kind.parse().map_err(|_| Problem::NotFound)?;
        self.turn_item(scope, &place, kind, called, "by-hand", |held| {
            let held = found(held)?;
            Ok(Kept { record: held.record.as_imported(field), ..held })
        })
        .await
    }

    /// Says when somebody is away; they may say it themselves.
    ///
    /// # Errors
    /// As [`App::change_department`]; [`Problem::Invalid`] `absence-time`.
    pub async fn set_absence(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        id: Id<kind::Absence>,
        change: AbsenceChange,
    ) -> Outcome<()> {
        let AbsenceChange { entry, from, until } = change;
        let days = until.seconds_since(from) / (24 * 3600);
        if until <= from || until <= self.now() || days > MOST_DAYS {
            return Err(Problem::invalid("until", "absence-time"));
        }
        let absence = Absence { from, until };
        self.write_absence(scope, municipality, id, Some(Away { id, entry, absence })).await
    }

    /// Takes an absence back: somebody is there after all.
    ///
    /// # Errors
    /// As [`App::set_absence`].
    pub async fn end_absence(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        id: Id<kind::Absence>,
    ) -> Outcome<()> {
        self.write_absence(scope, municipality, id, None).await
    }

    async fn write_absence(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        id: Id<kind::Absence>,
        after: Option<Away>,
    ) -> Outcome<()> {
        let place = self.place_for(scope, municipality).await?;
        let me = scope.person();
        let mut entries = place.staff.organisation.entries.values();
        if !entries.any(|entry| me.is_some() && entry.person == me) {
            self.place_to_edit(scope, municipality).await?;
        }
        let (tenant, at) = (&self.tenant, self.now());
        let mut tx = self.database.begin().await?;
        let stream = self.hold_directory(&mut tx, municipality, at).await?;
        let before =
            store::directory::items::held_absence(&mut tx, tenant, municipality, id).await?;
        let away = found(before.or(after))?;
        if after.is_some_and(|after| after.entry != away.entry) {
            return Err(Problem::NotFound);
        }
        let entry = found(place.staff.organisation.entries.get(&away.entry))?;
        let department = place.department_of(&entry.unit).cloned();
        let own = me.is_some() && entry.person == me;
        let ground = match self.may_edit_directory(scope, &place, department.as_ref()) {
            Err(Problem::Forbidden { .. }) if own => Ground::Role,
            other => other?,
        };
        match &after {
            Some(after) => {
                let put =
                    store::directory::items::put_absence(&mut tx, tenant, municipality, after);
                put.await?.then_some(()).ok_or(Problem::NotFound)?;
            }
            None => store::directory::items::remove_absence(&mut tx, tenant, id).await?,
        }
        let value = |away: Away| {
            let Absence { from, until } = away.absence;
            match serde_json::json!({ "entry": away.entry, "from": from, "until": until }) {
                Value::Object(value) => Some(value),
                _ => None,
            }
        };
        // It stands in the person's own history.
        let turned = Turned {
            kind: ItemKind::Person.code(),
            item: entry.id.to_string(),
            department,
            before: before.and_then(value),
            after: after.and_then(value),
        };
        self.put_down(&mut tx, scope, Some(ground), municipality, turned, "by-hand", at).await?;
        tx.commit().await?;
        self.ring([&stream]);
        Ok(())
    }
}
