//! A municipality's organisation in memory: laid out from the departments' records and the things
//! kept beside them.

use std::collections::BTreeMap;

use base::{MunicipalityKey, Outcome, Problem, UnitKey};
use rules::calendar::ClosingDays;
use rules::directory::{EntryId, Finder, Holder, Item, ItemKind, Organisation, Way, national};
use rules::members::Member;
use store::StoreError;
use store::directory::KeptDepartments;
use store::directory::items::{Away, Kept};
use store::people::PersonId;

use super::{Line, Place, read_hours};
use crate::App;

/// What is known of a municipality's units and people.
#[derive(Debug)]
pub struct Staff {
    pub organisation: Organisation,
    pub(super) finder: Finder,
    /// The people of each unit, by name.
    people: BTreeMap<UnitKey, Vec<EntryId>>,
    /// The numbers that are answered here by their [`national`] digits: as they are written, and the
    /// unit whose it is, or whose people's.
    pub(super) telephones: BTreeMap<String, (String, UnitKey)>,
    stands: BTreeMap<(ItemKind, String), Stand>,
    /// Absences that had not ended when this was laid out.
    pub(super) absences: Vec<Away>,
}

/// How a thing is kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Stand {
    /// 0: it is not there.
    pub(super) version: i64,
    /// The fields that were changed by hand over what the source says.
    pub(super) by_hand: Vec<String>,
    pub(super) source: String,
    /// Hours of its own, as written.
    pub(super) hours: Option<String>,
}

impl Staff {
    /// The people of a unit, by name.
    pub(super) fn people_of(&self, unit: &UnitKey) -> &[EntryId] {
        self.people.get(unit).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn stand(&self, kind: ItemKind, item: &str) -> Stand {
        self.stands.get(&(kind, item.to_owned())).cloned().unwrap_or_default()
    }
}

impl Place {
    /// How a department's own record is kept.
    pub(super) fn stand_of_department(&self, unit: &UnitKey) -> Stand {
        let line = self.lines.values().find(|line| line.department.key.as_str() == unit.as_str());
        line.map_or_else(Stand::default, |line| Stand {
            version: line.kept.version,
            by_hand: by_hand(&line.kept.record),
            ..Stand::default()
        })
    }
}

/// The fields changed by hand of a thing that has a source.
pub(super) fn by_hand(record: &rules::directory::source::Record) -> Vec<String> {
    if record.imported.is_none() {
        return vec![];
    }
    record.by_hand.keys().cloned().collect()
}

impl App {
    /// Lays a municipality out as of a number of its stream.
    pub(super) async fn lay_out(
        &self,
        member: Member,
        departments: &KeptDepartments,
        seq: i64,
    ) -> Outcome<Place> {
        let (database, tenant) = (&self.database, &self.tenant);
        let items = store::directory::items::all(database, tenant, &member.key).await?;
        let absences =
            store::directory::items::absences(database, tenant, &member.key, self.now()).await?;
        let logins = store::people::logins(database, tenant, &member.key).await?;
        let own = departments.iter().filter(|((place, _), _)| *place == member.key);
        let departments = own.map(|(key, kept)| (key.clone(), kept.clone())).collect();
        let building = tokio::task::spawn_blocking(move || {
            let place = Place::laid_out(member, &departments, items, &logins, absences)?;
            Ok::<_, StoreError>(Place { seq, ..place })
        });
        Ok(building.await.map_err(|_| Problem::Unavailable { code: "unexpected" })??)
    }
}

impl Place {
    /// A municipality laid out from what is kept of it.
    pub(super) fn laid_out(
        member: Member,
        departments: &KeptDepartments,
        items: Vec<Kept>,
        logins: &BTreeMap<String, PersonId>,
        absences: Vec<Away>,
    ) -> Result<Self, StoreError> {
        let closing: ClosingDays =
            member.closing_days.iter().map(|day| (day.date, day.name.clone())).collect();
        let mut organisation = Organisation::default();
        let (mut lines, mut own_numbers) = (BTreeMap::new(), BTreeMap::new());
        for department in &member.departments {
            let key = &department.key;
            let kept = departments.get(&(member.key.clone(), key.clone()));
            let line = Line {
                hours: read_hours(&department.hours)?.with_closing_days(closing.clone()),
                promise: department.promise.parse().map_err(|_| StoreError::Damaged("promise"))?,
                department: department.clone(),
                kept: kept.cloned().ok_or(StoreError::Damaged("departments"))?,
            };
            organisation.put_department(&member.key, department, line.hours.clone());
            lines.insert(key.clone(), line);
            own_numbers.entry(national(&department.phone)).or_insert_with(|| key.clone());
        }
        let mut stands = BTreeMap::new();
        for kept in items {
            let item = match read(&kept) {
                Ok(Some(item)) => item,
                Ok(None) => continue,
                Err(_) => {
                    unreadable(&member.key, &kept);
                    continue;
                }
            };
            let hours = match &item {
                Item::Unit(unit) => unit.hours.clone(),
                Item::Line(line) => line.hours.clone(),
                Item::Person(_) | Item::Responsibility(_) => None,
            };
            if organisation.put(&kept.item, item, logins, &closing).is_err() {
                unreadable(&member.key, &kept);
                continue;
            }
            let by_hand = by_hand(&kept.record);
            let Kept { kind, item, source, version, .. } = kept;
            stands.insert((kind, item), Stand { version, by_hand, source, hours });
        }
        for away in &absences {
            organisation.put_absence(away.entry, away.absence);
        }
        let staff = Staff::new(organisation, stands, absences);
        Ok(Self { seq: 0, member, closing, lines, own_numbers, staff })
    }
}

impl Place {
    /// Puts the people among what is kept in: a line of theirs belongs to their department.
    pub(super) fn put_people<'a>(&mut self, kept: impl Iterator<Item = &'a Kept>) {
        for kept in kept.filter(|kept| kept.kind == ItemKind::Person) {
            if let Ok(Some(item)) = read(kept) {
                let organisation = &mut self.staff.organisation;
                let put = organisation.put(&kept.item, item, &BTreeMap::new(), &self.closing);
                put.unwrap_or_else(|_| unreadable(&self.member.key, kept));
            }
        }
    }
}

/// One thing that cannot be read is told, and takes nothing else with it: without the directory no
/// page opens and no call is answered.
fn unreadable(municipality: &MunicipalityKey, kept: &Kept) {
    let (kind, item) = (kept.kind.code(), &kept.item);
    tracing::error!(%municipality, kind, item, "a thing of the directory cannot be read");
}

impl Staff {
    fn new(
        organisation: Organisation,
        stands: BTreeMap<(ItemKind, String), Stand>,
        absences: Vec<Away>,
    ) -> Self {
        let mut people: BTreeMap<UnitKey, Vec<EntryId>> = BTreeMap::new();
        for entry in organisation.entries.values() {
            people.entry(entry.unit.clone()).or_default().push(entry.id);
        }
        let name = |id: &EntryId| organisation.entries.get(id).map(|entry| &entry.name);
        for people in people.values_mut() {
            people.sort_by_key(name);
        }
        let mut telephones = BTreeMap::new();
        for line in organisation.lines.iter() {
            let unit = match &line.holder {
                Holder::Unit(unit) => Some(unit),
                Holder::Entry(id) => organisation.entries.get(id).map(|entry| &entry.unit),
            };
            if let (Way::Telephone(number), Some(unit)) = (&line.way, unit) {
                let digits = national(number);
                telephones.entry(digits).or_insert_with(|| (number.clone(), unit.clone()));
            }
        }
        let finder = Finder::new(&organisation);
        Self { organisation, finder, people, telephones, stands, absences }
    }
}

/// What is kept, read; `None` for what was removed by hand or is gone from its source.
pub(super) fn read(kept: &Kept) -> Result<Option<Item>, StoreError> {
    let value = kept.record.value();
    value
        .map(|value| Item::read(kept.kind, value))
        .transpose()
        .map_err(|_| StoreError::Damaged("directory_items"))
}
