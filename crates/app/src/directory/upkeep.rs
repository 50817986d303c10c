//! Keeping the directory true: departments confirm their entries, and what contacts tell of it (wrong
//! places, transfers nobody answered) counts against them and becomes work.

use std::collections::BTreeMap;

use base::scope::Ground;
use base::{DepartmentKey, MunicipalityKey, Outcome, Scope, TopicKey, UnixMillis};
use rules::calls::Target;
use rules::contacts::{Aim, Contact, ContactId};
use rules::directory::{
    CONFIRM_AFTER_DAYS, EntryId, Holder, ItemKind, Line, Report, Upkeep, freshness,
};
use serde::Serialize;
use store::Tx;
use store::directory::KeptDepartment;
use store::directory::tasks::Task;
use store::streams::{self, StreamKey};
use utoipa::ToSchema;

use super::Place;
use super::write::Turned;
use crate::queues::front_office;
use crate::{App, found};

/// So many reports of one task count against a department.
const MOST_REPORTS: i64 = 100;

/// How fresh a department's entries are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FreshnessView {
    /// 0 to 100.
    pub score: u8,
    #[schema(value_type = i64)]
    pub confirmed: UnixMillis,
    /// Who said so; `None`: an import.
    pub confirmed_by: Option<String>,
    /// When it should be confirmed again.
    #[schema(value_type = Option<i64>)]
    pub due: Option<UnixMillis>,
    /// Reports since.
    pub reports: u32,
    pub stale: bool,
}

impl Place {
    /// The department that keeps somebody's entry or line, and the entry if it is a person's.
    fn holder_of(&self, target: &Target) -> Option<(&DepartmentKey, Option<EntryId>)> {
        let organisation = &self.staff.organisation;
        let entry = match target {
            Target::Person { person } => {
                let mut entries = organisation.entries.values();
                entries.find(|entry| entry.person == Some(*person))
            }
            Target::Outside { number } => {
                let is_it = |line: &&Line| line.way.number() == Some(number);
                match &organisation.lines.iter().find(is_it)?.holder {
                    Holder::Entry(id) => organisation.entries.get(id),
                    Holder::Unit(unit) => return Some((self.department_of(unit)?, None)),
                }
            }
            Target::Queue { department } => {
                return Some((&self.line(department)?.department.key, None));
            }
        };
        let entry = entry?;
        Some((self.department_of(&entry.unit)?, Some(entry.id)))
    }
}

impl App {
    /// How fresh each department's entries are.
    pub(super) async fn freshness_of(
        &self,
        place: &Place,
    ) -> Outcome<BTreeMap<DepartmentKey, FreshnessView>> {
        let now = self.now();
        let oldest = place.lines().map(|line| line.kept.confirmed_at).min().unwrap_or(now);
        let reports = store::directory::tasks::reports(
            &self.database,
            &self.tenant,
            &place.member.key,
            oldest,
        )
        .await?;
        let mut all = BTreeMap::new();
        for line in place.lines() {
            let key = &line.department.key;
            let of_it = reports.iter().filter(|(department, ..)| department == key);
            let upkeep = Upkeep {
                confirmed: Some(line.kept.confirmed_at),
                reports: of_it
                    .flat_map(|(_, at, count)| (0..(*count).min(MOST_REPORTS)).map(|_| *at))
                    .collect(),
            };
            let fresh = freshness(&upkeep, CONFIRM_AFTER_DAYS, now);
            let confirmed_by = match line.kept.confirmed_by {
                Some(person) => self.person_card(person).await?.map(|card| card.name.clone()),
                None => None,
            };
            let view = FreshnessView {
                score: fresh.score,
                confirmed: line.kept.confirmed_at,
                confirmed_by,
                due: fresh.due,
                reports: fresh.reports,
                stale: fresh.is_stale(now),
            };
            all.insert(key.clone(), view);
        }
        Ok(all)
    }

    /// Somebody of the department has looked: everything is right.
    ///
    /// # Errors
    /// [`base::Problem::Forbidden`] for who may not change it; [`base::Problem::NotFound`] out of reach.
    pub async fn confirm_department(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
    ) -> Outcome<FreshnessView> {
        let place = self.place_for(scope, municipality).await?;
        found(place.line(department))?;
        let ground = self.may_edit_directory(scope, &place, Some(department))?;
        let at = self.now();
        let mut tx = self.database.begin().await?;
        let stream = self.hold_directory(&mut tx, municipality, at).await?;
        self.write_confirmation(&mut tx, scope, ground, municipality, department, at).await?;
        tx.commit().await?;
        self.ring([&stream]);
        let place = self.place_for(scope, municipality).await?;
        found(self.freshness_of(&place).await?.remove(department))
    }

    /// Says of a department whose stream is held that it was confirmed at `at`.
    async fn write_confirmation(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        ground: Ground,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
        at: UnixMillis,
    ) -> Outcome<()> {
        let (tenant, by) = (&self.tenant, scope.person());
        let kept =
            found(store::directory::held_department(tx, tenant, municipality, department).await?)?;
        let kept = KeptDepartment { confirmed_at: at, confirmed_by: by, ..kept };
        store::directory::put_department(tx, tenant, municipality, department, &kept).await?;
        store::directory::tasks::settle_reports(tx, tenant, municipality, department, by, at)
            .await?;
        let value = kept.record.value();
        let turned = Turned {
            kind: "department",
            item: department.to_string(),
            department: Some(department.clone()),
            before: value.clone(),
            after: value,
        };
        self.put_down(tx, scope, Some(ground), municipality, turned, "confirmed", at).await
    }

    /// Makes work of what a contact's story said against the directory; whether there was any.
    /// Whose entry it is says the directory as this node knows it: asking anew would wait for the
    /// database inside a transaction.
    pub(crate) async fn note_reports(
        &self,
        tx: &mut Tx,
        contact: &Contact,
        reports: &[Report],
        at: UnixMillis,
    ) -> Outcome<bool> {
        let known = self.0.memory.directory();
        let (Some(municipality), Some(directory)) = (&contact.municipality, known) else {
            return Ok(false);
        };
        let mut made = false;
        for report in reports {
            let at_home = contact.department.clone().unwrap_or_else(front_office);
            let (place, department, kind, person, topic) = match report {
                Report::Misdirected { topic } => {
                    (municipality, at_home, "misdirected", None, topic.clone())
                }
                Report::Unanswered { aim: Aim::Department { municipality, department } } => {
                    (municipality, department.clone(), "unanswered", None, None)
                }
                Report::Unanswered { aim: Aim::Person { person } } => {
                    let target = Target::Person { person: *person };
                    let place = directory.place(municipality);
                    let holder = place.and_then(|place| place.holder_of(&target));
                    let Some((department, entry)) = holder else { continue };
                    (municipality, department.clone(), "unanswered", entry, None)
                }
                Report::Unanswered { aim: Aim::Ladder } => continue,
            };
            self.add_report(tx, place, department, kind, person, topic, at).await?;
            made = true;
        }
        Ok(made)
    }

    /// Makes work of a person or listed number that was rung up for a caller and did not answer.
    pub(crate) async fn note_unanswered(
        &self,
        contact: ContactId,
        target: &Target,
        at: UnixMillis,
    ) -> Outcome<()> {
        let (contact, _) =
            found(store::contacts::read(&self.database, &self.tenant, contact).await?)?;
        let Some(municipality) = &contact.municipality else { return Ok(()) };
        let directory = self.directory().await?;
        let place = found(directory.place(municipality))?;
        let Some((department, entry)) = place.holder_of(target) else { return Ok(()) };
        let mut tx = self.database.begin().await?;
        let department = department.clone();
        self.add_report(&mut tx, municipality, department, "unanswered", entry, None, at).await?;
        let stream = StreamKey::inbox(municipality);
        let body = format!("{{\"contact\":\"{}\"}}", contact.id);
        streams::append(&mut tx, &self.tenant, &stream, at, &[("changed", body)]).await?;
        tx.commit().await?;
        self.ring([&stream]);
        Ok(())
    }

    async fn add_report(
        &self,
        tx: &mut Tx,
        municipality: &MunicipalityKey,
        department: DepartmentKey,
        kind: &'static str,
        entry: Option<EntryId>,
        topic: Option<TopicKey>,
        at: UnixMillis,
    ) -> Outcome<()> {
        let (item_kind, item) = match entry {
            Some(entry) => (ItemKind::Person.code(), entry.to_string()),
            None => ("department", department.to_string()),
        };
        let about = topic.as_ref().map_or_else(|| item.clone(), ToString::to_string);
        let task = Task {
            id: self.rng.id(at),
            municipality: municipality.clone(),
            department,
            kind: kind.to_owned(),
            about,
            item_kind: item_kind.to_owned(),
            item,
            topic,
            field: None,
            value: None,
            note: String::new(),
            by: None,
            count: 1,
            made_at: at,
            last_at: at,
            is_open: true,
        };
        Ok(store::directory::tasks::add(tx, &self.tenant, &task).await?)
    }
}
