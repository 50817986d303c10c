//! Bringing the directory in from elsewhere: tables, and whatever pushes people and groups. What was
//! changed by hand stays (`rules::directory::source`).

use std::collections::{BTreeMap, BTreeSet};

use base::{MunicipalityKey, Outcome, Right, Scope, UnitKey, UnixMillis};
use rules::directory::source::{Record, plan};
use rules::directory::{Brought, EntryId, Item, ItemKind, TableFault, read_table, write_table};
use rules::people::may_in;
use rules::scim::mapping::key_for;
use serde::Serialize;
use serde_json::{Map, Value};
use store::directory::items::Kept;
use utoipa::ToSchema;

use super::checked::checked_among;
use super::{Directory, Place};
use crate::App;
use crate::workshop::publish::Origin;

/// The source of tables.
pub const CSV: &str = "csv";
/// Names of one kind that a plan tells.
const MOST_NAMES: usize = 200;

/// Whether to do what was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only say what would be done.
    Preview,
    /// `even_if_many`: also when so much would vanish that it is held back.
    Apply { even_if_many: bool },
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Synchronised {
    pub done: bool,
    /// So much would vanish that somebody has to say so.
    pub held_back: bool,
    /// Nothing is done while there are any.
    pub faults: Vec<SynchroniseFault>,
    pub kinds: Vec<KindPlan>,
}

/// Something that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SynchroniseFault {
    /// In a table; 0: a thing that its source calls `value`.
    pub line: u64,
    /// `problem-<code>` in the language catalogue.
    pub code: &'static str,
    pub value: String,
}

/// What happens to the things of one kind, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KindPlan {
    /// `unit`, `person`, `line` or `responsibility`.
    pub kind: &'static str,
    pub added: Vec<String>,
    pub changed: Vec<String>,
    pub removed: Vec<String>,
    /// How many are added, changed and removed; the lists end after two hundred.
    pub counts: [usize; 3],
    pub same: usize,
}

/// The things of a municipality as they are kept, found by what a source calls them.
pub(super) struct Known {
    source: &'static str,
    by_source: BTreeMap<(ItemKind, String), Kept>,
    /// By what they are called here: an export that comes back finds its own.
    by_item: BTreeMap<(ItemKind, String), Kept>,
}

impl Known {
    pub(super) fn of(source: &'static str, kept: Vec<Kept>) -> Self {
        let mut known = Self { source, by_source: BTreeMap::new(), by_item: BTreeMap::new() };
        for kept in kept {
            if kept.source == source {
                known.by_source.insert((kept.kind, kept.source_id.clone()), kept.clone());
            }
            known.by_item.insert((kept.kind, kept.item.clone()), kept);
        }
        known
    }

    pub(super) fn get(&self, kind: ItemKind, source_id: &str) -> Option<&Kept> {
        let name = (kind, source_id.to_owned());
        self.by_source.get(&name).or_else(|| self.by_item.get(&name))
    }

    /// Whether a line may have its number. One that it has already, or that its source has always
    /// said, it keeps; and the content speaks for all members: what it says stands, and the check
    /// tells what does not fit.
    fn granted(
        &self,
        directory: &Directory,
        place: &Place,
        source_id: &str,
        item: &Item,
    ) -> Outcome<()> {
        let Item::Line(line) = item else { return Ok(()) };
        let said = |value: Option<Map<String, Value>>| {
            let item = value.and_then(|value| Item::read(ItemKind::Line, value).ok());
            matches!(item, Some(Item::Line(stood)) if stood.way == line.way)
        };
        let before = self.get(ItemKind::Line, source_id).map(|kept| &kept.record);
        let keeps = before.is_some_and(|one| said(one.value()) || said(one.imported.clone()));
        if keeps || self.source == Origin::Content.word() {
            return Ok(());
        }
        directory.grants(place, "address", &line.way, None)
    }

    /// What the source itself brought.
    pub(super) fn own(&self, kind: ItemKind, source_id: &str) -> Option<&Kept> {
        self.by_source.get(&(kind, source_id.to_owned()))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Kept> {
        self.by_item.values()
    }

    /// What things of a kind are called here that the source brought before and has no longer.
    fn gone_from<T>(&self, kind: ItemKind, brought: &BTreeMap<String, T>) -> BTreeSet<&str> {
        let own = self.by_source.iter().filter(|((of, _), _)| *of == kind);
        let gone = own.filter(|((_, id), _)| !brought.contains_key(id));
        gone.map(|(_, kept)| kept.item.as_str()).collect()
    }

    /// What is brought under our own ids, under those of the source that it came from.
    fn under_source_ids(&self, brought: Brought) -> Brought {
        let source_id = |kind: ItemKind, id: String| {
            let name = (kind, id.clone());
            let own = self.by_item.get(&name).filter(|kept| kept.source == self.source);
            match own.filter(|_| !self.by_source.contains_key(&name)) {
                Some(kept) => kept.source_id.clone(),
                None => id,
            }
        };
        let renamed = brought.into_iter().map(|(kind, things)| {
            let things = things.into_iter().map(|(id, value)| (source_id(kind, id), value));
            (kind, things.collect())
        });
        renamed.collect()
    }

    /// What a source said of its things of a kind, and what holds of things of others that it
    /// brings: those are changed by hand.
    fn before<'a>(
        &self,
        kind: ItemKind,
        brought: impl Iterator<Item = &'a String>,
    ) -> BTreeMap<String, Record> {
        let own = self.by_source.iter().filter(|((of, _), _)| *of == kind);
        let own = own.map(|((_, id), kept)| (id.clone(), kept.record.clone()));
        let of_others = brought.filter_map(|id| {
            let name = (kind, id.clone());
            let kept = self.by_item.get(&name).filter(|_| !self.by_source.contains_key(&name))?;
            Some((id.clone(), Record::default().synced(kept.record.value())))
        });
        own.chain(of_others).collect()
    }
}

/// A thing on its way in.
pub(super) struct Coming {
    pub(super) kind: ItemKind,
    pub(super) source_id: String,
    /// `None`: its source has it no longer.
    pub(super) item: Option<Item>,
    pub(super) before: Option<Kept>,
    pub(super) called: String,
}

impl App {
    /// Reads a table into a municipality's directory.
    ///
    /// # Errors
    /// As [`App::synchronise`]; faults of the table come back in what it answers.
    pub async fn import_directory(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        table: &str,
        mode: Mode,
    ) -> Outcome<Synchronised> {
        match read_table(table) {
            Ok(brought) => self.synchronise(scope, municipality, CSV, brought, mode).await,
            Err(faults) => {
                self.may_synchronise(scope, municipality)?;
                Ok(Synchronised {
                    faults: faults.into_iter().map(SynchroniseFault::from).collect(),
                    ..Synchronised::default()
                })
            }
        }
    }

    /// A municipality's directory as a table that [`App::import_directory`] reads again.
    ///
    /// # Errors
    /// As [`App::synchronise`].
    pub async fn export_directory(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<String> {
        self.may_synchronise(scope, municipality)?;
        crate::found(self.directory().await?.place(municipality))?;
        let (database, tenant) = (&self.database, &self.tenant);
        let mut things = Brought::new();
        for kept in store::directory::items::all(database, tenant, municipality).await? {
            if let Some(value) = kept.record.value() {
                things.entry(kept.kind).or_default().insert(kept.item, value);
            }
        }
        Ok(write_table(&things))
    }

    /// Brings a source's word into a municipality's directory: of the kinds it brings, what it has no
    /// longer goes, what is new comes, and what was changed by hand stays. Things name each other by
    /// the source's own ids.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] or [`base::Problem::Forbidden`] for who may not change the whole
    /// directory; [`base::Problem::Unavailable`] when the database is away.
    pub async fn synchronise(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        source: &'static str,
        brought: Brought,
        mode: Mode,
    ) -> Outcome<Synchronised> {
        self.may_synchronise(scope, municipality)?;
        let at = self.now();
        let directory = self.directory().await?;
        let (database, tenant) = (&self.database, &self.tenant);
        let Mode::Apply { even_if_many } = mode else {
            // Who only asks holds nobody up.
            let place = crate::found(directory.place(municipality))?;
            let kept = store::directory::items::all(database, tenant, municipality).await?;
            let known = Known::of(source, kept);
            return Ok(self.planned(&directory, place, &known, brought, at).0);
        };
        let _turn = self.0.memory.tables.acquire().await;
        let mut tx = database.begin().await?;
        let stream = self.hold_directory(&mut tx, municipality, at).await?;
        let mut place = self.held_place(&mut tx, municipality).await?;
        let kept = store::directory::items::all(&mut tx, tenant, municipality).await?;
        let known = Known::of(source, kept);
        place.put_people(known.all());
        let (mut done, coming) = self.planned(&directory, &place, &known, brought, at);
        if !done.faults.is_empty() || (done.held_back && !even_if_many) {
            return Ok(done);
        }
        done.done = true;
        if coming.is_empty() {
            return Ok(done);
        }
        for one in coming {
            self.take_in(&mut tx, scope, &place, source, one, at).await?;
        }
        tx.commit().await?;
        self.ring([&stream]);
        Ok(done)
    }

    /// What a source's word would do, and the things on their way in.
    fn planned(
        &self,
        directory: &Directory,
        place: &Place,
        known: &Known,
        brought: Brought,
        at: UnixMillis,
    ) -> (Synchronised, Vec<Coming>) {
        let mut done = Synchronised::default();
        let brought = known.under_source_ids(brought);
        let brought = match self.named_here(directory, place, known, brought, at) {
            Ok(brought) => brought,
            Err(faults) => return (Synchronised { faults, ..done }, vec![]),
        };
        let mut coming = Vec::new();
        for (kind, brought) in brought {
            let before = known.before(kind, brought.keys());
            let values = brought.iter().map(|(id, (_, item))| (id.clone(), item.value())).collect();
            let plan = plan(&before, &values);
            done.held_back |= plan.is_held_back();
            let called = |id: &String| {
                let value = values.get(id).cloned();
                let value = value.or_else(|| before.get(id).and_then(Record::value));
                name_of(id, value.as_ref())
            };
            let names = |ids: &[String]| ids.iter().take(MOST_NAMES).map(called).collect();
            done.kinds.push(KindPlan {
                kind: kind.code(),
                added: names(&plan.added),
                changed: names(&plan.changed),
                removed: names(&plan.removed),
                counts: [plan.added.len(), plan.changed.len(), plan.removed.len()],
                same: plan.same,
            });
            let coming_in: BTreeSet<String> = plan.added.into_iter().chain(plan.changed).collect();
            for id in plan.removed {
                let before = known.own(kind, &id).cloned();
                let called = before.as_ref().map(|kept| kept.item.clone()).unwrap_or_default();
                coming.push(Coming { kind, source_id: id, item: None, before, called });
            }
            for (id, (called, item)) in brought {
                if coming_in.contains(&id) {
                    let before = known.get(kind, &id).cloned();
                    let item = Some(item);
                    coming.push(Coming { kind, source_id: id, item, before, called });
                }
            }
        }
        (done, coming)
    }

    pub(super) fn may_synchronise(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<()> {
        if let base::Actor::System(_) = scope.actor {
            return Ok(());
        }
        may_in(scope, Right::EditDirectory, municipality, None, self.now()).map(|_| ())
    }

    /// What a source brings with our own ids in the place of the source's.
    pub(super) fn named_here(
        &self,
        directory: &Directory,
        place: &Place,
        known: &Known,
        brought: Brought,
        at: UnixMillis,
    ) -> Result<BTreeMap<ItemKind, BTreeMap<String, (String, Item)>>, Vec<SynchroniseFault>> {
        let mut called: BTreeMap<(ItemKind, String), String> = BTreeMap::new();
        let mut faults = Vec::new();
        for (kind, things) in &brought {
            for (id, value) in things {
                let own: Option<EntryId> = id.parse().ok();
                let name = match (known.get(*kind, id), kind, own) {
                    (Some(kept), ..) => kept.item.clone(),
                    // An id of the source's database is no word that people read.
                    (None, ItemKind::Unit, Some(_)) => {
                        let units = &place.staff.organisation.units;
                        let is_taken = |key: &UnitKey| {
                            units.contains_key(key)
                                || called.values().any(|name| name == key.as_str())
                        };
                        key_for(&name_of(id, Some(value)), is_taken).to_string()
                    }
                    (None, ItemKind::Unit, None) => id.to_lowercase(),
                    (None, _, own) => own.unwrap_or_else(|| self.rng.id(at)).to_string(),
                };
                called.insert((*kind, id.clone()), name);
            }
        }
        let own = |kind: ItemKind, id: &str| {
            let coming = called.get(&(kind, id.to_owned())).cloned();
            coming.or_else(|| known.get(kind, id).map(|kept| kept.item.clone()))
        };
        let coming_units: BTreeSet<&str> = called
            .iter()
            .filter(|((kind, _), _)| *kind == ItemKind::Unit)
            .map(|(_, key)| key.as_str())
            .collect();
        // Of a kind that is brought, what the source has no longer goes.
        let going: BTreeSet<&str> = match brought.get(&ItemKind::Unit) {
            Some(units) => known.gone_from(ItemKind::Unit, units),
            None => BTreeSet::new(),
        };
        let mut named: BTreeMap<ItemKind, BTreeMap<String, (String, Item)>> = BTreeMap::new();
        for (kind, things) in &brought {
            let all = named.entry(*kind).or_default();
            for (id, value) in things {
                let name = called.get(&(*kind, id.clone())).cloned().unwrap_or_default();
                let read = in_our_names(value.clone(), &own)
                    .and_then(|value| {
                        Item::read(*kind, value).map_err(|_| ("thing-form", id.clone()))
                    })
                    .and_then(|item| {
                        let unit = |unit: &UnitKey| {
                            let stands = place.staff.organisation.units.contains_key(unit);
                            (stands && !going.contains(unit.as_str()))
                                || coming_units.contains(unit.as_str())
                        };
                        // People were looked up by what the source calls them.
                        checked_among(place, &name, item, unit, |_| true)
                            .and_then(|item| {
                                known.granted(directory, place, id, &item)?;
                                Ok(item)
                            })
                            .map_err(|problem| (problem.code(), id.clone()))
                    });
                match read {
                    Ok(item) => {
                        all.insert(id.clone(), (name, item));
                    }
                    Err((code, value)) => {
                        faults.push(SynchroniseFault { line: 0, code, value });
                    }
                }
            }
        }
        if faults.is_empty() { Ok(named) } else { Err(faults) }
    }
}

/// A value with our own names of units and people in the place of the source's ids.
fn in_our_names(
    mut value: Map<String, Value>,
    own: &impl Fn(ItemKind, &str) -> Option<String>,
) -> Result<Map<String, Value>, (&'static str, String)> {
    let unit = |id: &mut Value| {
        // Departments, and units of other sources, are named by their keys.
        if let Some(key) = id.as_str().and_then(|id| own(ItemKind::Unit, id)) {
            *id = Value::String(key);
        }
    };
    let person = |id: &mut Value| {
        let named = id.as_str().unwrap_or_default().to_owned();
        let found = own(ItemKind::Person, &named).ok_or(("person-unknown", named))?;
        *id = Value::String(found);
        Ok::<_, (&'static str, String)>(())
    };
    for field in ["unit", "parent"] {
        if let Some(id) = value.get_mut(field) {
            unit(id);
        }
    }
    for field in ["deputies", "people"] {
        if let Some(Value::Array(ids)) = value.get_mut(field) {
            ids.iter_mut().try_for_each(person)?;
        }
    }
    if let Some(Value::Object(holder)) = value.get_mut("holder") {
        if let Some(id) = holder.get_mut("unit") {
            unit(id);
        }
        if let Some(id) = holder.get_mut("entry") {
            person(id)?;
        }
    }
    Ok(value)
}

/// What a plan calls a thing.
fn name_of(id: &str, value: Option<&Map<String, Value>>) -> String {
    let text = |field: &str| value?.get(field)?.as_str().map(str::to_owned);
    ["name", "address", "topic"].into_iter().find_map(text).unwrap_or_else(|| id.to_owned())
}

impl From<TableFault> for SynchroniseFault {
    fn from(fault: TableFault) -> Self {
        Self { line: fault.line, code: fault.code, value: fault.value }
    }
}
