//! The directory as the staff reads it: the tree of units, a unit, somebody in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, UnitKey, UnixMillis};
use rules::directory::{EntryId, Holder, ItemKind, Responsibility, reach_of};
use rules::people::may_in;
use rules::queues::Presence;
use store::people::PersonId;

use super::tasks::works_in;
use super::views::Drawing;
use super::{AbsenceView, DepartmentRecord, DirectoryPerson, DirectoryTree, DirectoryUnit, Place};
use crate::queues::attendance_of;
use crate::{App, found};

/// So many of the last changes are shown beside a thing.
const LAST_CHANGES: i64 = 20;

impl App {
    /// A municipality that the actor may read the directory of.
    pub(super) async fn place_for(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<Arc<Place>> {
        may_in(scope, Right::ReadDirectory, municipality, None, self.now())?;
        Ok(found(self.directory().await?.place(municipality))?.clone())
    }

    /// A municipality in whose directory the actor may change something.
    pub(super) async fn place_to_edit(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<Arc<Place>> {
        let place = self.place_for(scope, municipality).await?;
        if scope.municipalities(Right::EditDirectory).contains(municipality) {
            return Ok(place);
        }
        Err(Problem::forbidden("not-your-role"))
    }

    /// What those who sign in say of being there now.
    pub(super) async fn attendance(
        &self,
        now: UnixMillis,
    ) -> Outcome<BTreeMap<PersonId, Presence>> {
        let present = store::presences::present(&self.database, &self.tenant, now).await?;
        Ok(present.into_iter().map(|one| (one.person, attendance_of(&one.state))).collect())
    }

    /// The units of a municipality, with how fresh the departments' entries are.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for who may not read it.
    pub async fn directory_tree(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<DirectoryTree> {
        let place = self.place_for(scope, municipality).await?;
        let now = self.now();
        let (knowledge, presence) = (self.knowledge().await?, self.attendance(now).await?);
        let drawing = Drawing { place: &place, knowledge: &knowledge, presence: &presence, now };
        let freshness = self.freshness_of(&place).await?;
        let tasks =
            store::directory::tasks::open(&self.database, &self.tenant, municipality).await?;
        let mut units = Vec::new();
        for unit in place.staff.organisation.units.values() {
            let mut view = drawing.tree_unit(unit);
            let department = place.department_of(&unit.key);
            view.may_edit = self.may_edit_directory(scope, &place, department).is_ok();
            if let Some(key) = department.filter(|key| key.as_str() == unit.key.as_str()) {
                view.freshness = freshness.get(key).cloned();
                view.open_tasks = tasks.iter().filter(|task| task.department == *key).count();
            }
            units.push(view);
        }
        Ok(DirectoryTree {
            municipality: municipality.clone(),
            name: place.member.name.clone(),
            main_number: place.member.main_number.clone(),
            may_edit: self.may_edit_directory(scope, &place, None).is_ok(),
            units,
            head: place.seq,
        })
    }

    /// A unit with its lines, its people and what they are responsible for.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown unit, and as [`App::directory_tree`].
    pub async fn directory_unit(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        key: &UnitKey,
    ) -> Outcome<DirectoryUnit> {
        let place = self.place_for(scope, municipality).await?;
        let now = self.now();
        let (knowledge, presence) = (self.knowledge().await?, self.attendance(now).await?);
        let drawing = Drawing { place: &place, knowledge: &knowledge, presence: &presence, now };
        let organisation = &place.staff.organisation;
        let unit = found(organisation.units.get(key))?;
        let department = place.department_of(key);
        let own = department.filter(|own| own.as_str() == key.as_str());
        let mut view = drawing.tree_unit(unit);
        view.may_edit = self.may_edit_directory(scope, &place, department).is_ok();
        let inside = works_in(scope, municipality);
        let tasks = match own.filter(|_| inside) {
            Some(own) => self.tasks_of(scope, &place, Some(own)).await?,
            None => vec![],
        };
        view.open_tasks = tasks.len();
        if let Some(own) = own {
            view.freshness = self.freshness_of(&place).await?.remove(own);
        }
        let history = match own.filter(|_| inside) {
            Some(own) => {
                let changes = store::directory::changes::of_department(
                    &self.database,
                    &self.tenant,
                    municipality,
                    own,
                    LAST_CHANGES,
                );
                self.changes_told(&drawing, changes.await?).await?
            }
            None => {
                self.directory_history(scope, municipality, ItemKind::Unit.code(), key.as_str())
                    .await?
            }
        };
        let mut responsibilities: Vec<_> = organisation
            .responsibilities
            .iter()
            .filter(|one| one.unit == *key)
            .map(|one| drawing.responsibility(one))
            .collect();
        responsibilities.extend(own.map(|own| drawing.usual(own)).unwrap_or_default());
        responsibilities.sort_by_key(|one| one.topic.title.to_lowercase());
        let people = place.staff.people_of(key).iter();
        let people = people.filter_map(|id| organisation.entries.get(id));
        Ok(DirectoryUnit {
            path: drawing.path(key),
            department: own.and_then(|own| place.line(own)).map(DepartmentRecord::of),
            week: organisation.hours_of(key).cloned(),
            own_hours: place.staff.stand(ItemKind::Unit, key.as_str()).hours,
            freshness: view.freshness.clone(),
            may_edit: view.may_edit,
            lines: drawing.lines(&Holder::Unit(key.clone())),
            people: people.map(|entry| drawing.person(entry)).collect(),
            responsibilities,
            tasks,
            history,
            unit: view,
        })
    }

    /// Somebody of the directory.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for nobody known, and as [`App::directory_tree`].
    pub async fn directory_person(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        id: EntryId,
    ) -> Outcome<DirectoryPerson> {
        let place = self.place_for(scope, municipality).await?;
        let now = self.now();
        let (knowledge, presence) = (self.knowledge().await?, self.attendance(now).await?);
        let drawing = Drawing { place: &place, knowledge: &knowledge, presence: &presence, now };
        let organisation = &place.staff.organisation;
        let entry = found(organisation.entries.get(&id))?;
        let department = place.department_of(&entry.unit).cloned();
        let may_edit = self.may_edit_directory(scope, &place, department.as_ref()).is_ok();
        let stand = place.staff.stand(ItemKind::Person, &id.to_string());
        let login = match entry.person {
            Some(person) => self.login_of(person).await?,
            None => None,
        };
        let kind = ItemKind::Person.code();
        let absences = place.staff.absences.iter().filter(|away| away.entry == id);
        let own = |one: &&Responsibility| one.people.contains(&id);
        Ok(DirectoryPerson {
            person: drawing.person(entry),
            path: drawing.path(&entry.unit),
            lines: drawing.lines(&Holder::Entry(id)),
            absences: absences
                .filter(|away| away.absence.until > now)
                .map(|away| AbsenceView {
                    id: away.id,
                    from: away.absence.from,
                    until: away.absence.until,
                })
                .collect(),
            responsibilities: organisation
                .responsibilities
                .iter()
                .filter(own)
                .map(|one| drawing.responsibility(one))
                .collect(),
            meanwhile: entry
                .deputies
                .iter()
                .filter_map(|deputy| organisation.entries.get(deputy))
                .filter(|deputy| reach_of(organisation, deputy, &presence, now).1.is_there())
                .filter_map(|deputy| drawing.person_name(deputy.id))
                .collect(),
            deputy_for: organisation
                .entries
                .values()
                .filter(|other| other.deputies.contains(&id))
                .filter_map(|other| drawing.person_name(other.id))
                .collect(),
            login,
            source: Some(stand.source).filter(|source| !source.is_empty()),
            by_hand: stand.by_hand,
            version: stand.version,
            may_edit,
            may_set_absence: may_edit || (entry.person.is_some() && entry.person == scope.person()),
            history: self.directory_history(scope, municipality, kind, &id.to_string()).await?,
            department,
        })
    }

    async fn login_of(&self, person: PersonId) -> Outcome<Option<String>> {
        let person = store::people::by_id(&self.database, &self.tenant, person).await?;
        Ok(person.map(|person| person.login))
    }

    /// The last changes of one thing, newest first; none for who only reads the directory.
    ///
    /// # Errors
    /// As [`App::directory_tree`].
    pub async fn directory_history(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        kind: &str,
        item: &str,
    ) -> Outcome<Vec<super::DirectoryChange>> {
        const MOST: i64 = 100;
        let place = self.place_for(scope, municipality).await?;
        if !works_in(scope, municipality) {
            return Ok(vec![]);
        }
        if kind.len() > 64 || item.len() > 64 {
            return Err(Problem::NotFound);
        }
        let knowledge = self.knowledge().await?;
        let presence = BTreeMap::new();
        let now = self.now();
        let drawing = Drawing { place: &place, knowledge: &knowledge, presence: &presence, now };
        let (database, tenant) = (&self.database, &self.tenant);
        let changes =
            store::directory::changes::of_item(database, tenant, municipality, kind, item, MOST);
        self.changes_told(&drawing, changes.await?).await
    }
}
