//! A municipality's organisation in memory: laid out from the departments' records and the things
//! kept beside them.

use std::collections::BTreeMap;

use base::{Outcome, Problem, UnitKey};
use rules::calendar::ClosingDays;
use rules::directory::{EntryId, Finder, Holder, Item, ItemKind, Organisation, Way, national};
use rules::members::Member;
use store::StoreError;
use store::directory::KeptDepartments;
use store::directory::items::{Away, Kept};

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
        let closing: ClosingDays =
            member.closing_days.iter().map(|day| (day.date, day.name.clone())).collect();
        let mut organisation = Organisation::default();
        let mut lines = BTreeMap::new();
        for department in &member.departments {
            let kept = departments.get(&(member.key.clone(), department.key.clone()));
            let line = Line {
                hours: read_hours(&department.hours)?.with_closing_days(closing.clone()),
                promise: department.promise.parse().map_err(|_| StoreError::Damaged("promise"))?,
                department: department.clone(),
                kept: kept.cloned().ok_or(StoreError::Damaged("departments"))?,
            };
            organisation.put_department(&member.key, department, line.hours.clone());
            lines.insert(department.key.clone(), line);
        }
        let building = tokio::task::spawn_blocking(move || {
            let mut stands = BTreeMap::new();
            for kept in items {
                if let Some(item) = read(&kept)? {
                    let hours = match &item {
                        Item::Unit(unit) => unit.hours.clone(),
                        Item::Line(line) => line.hours.clone(),
                        Item::Person(_) | Item::Responsibility(_) => None,
                    };
                    let put = organisation.put(&kept.item, item, &logins, &closing);
                    put.map_err(|_| StoreError::Damaged("directory_items"))?;
                    let by_hand = by_hand(&kept.record);
                    let Kept { kind, item, source, version, .. } = kept;
                    stands.insert((kind, item), Stand { version, by_hand, source, hours });
                }
            }
            for away in &absences {
                organisation.put_absence(away.entry, away.absence);
            }
            let staff = Staff::new(organisation, stands, absences);
            Ok::<_, StoreError>((closing, staff))
        });
        let (closing, staff) =
            building.await.map_err(|_| Problem::Unavailable { code: "unexpected" })??;
        Ok(Place { seq, member, closing, lines, staff })
    }
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
