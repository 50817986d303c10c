//! Bringing the directory in from elsewhere: tables, and whatever pushes people and groups. What was
//! changed by hand stays (`rules::directory::source`).

use std::collections::{BTreeMap, BTreeSet};

use base::{MunicipalityKey, Outcome, Right, Scope, UnitKey, UnixMillis};
use rules::directory::source::{Record, plan};
use rules::directory::{Brought, EntryId, Item, ItemKind, TableFault, read_table, write_table};
use rules::people::may_in;
use rules::scim::mapping::{Thing, key_for};
use serde::Serialize;
use serde_json::{Map, Value};
use store::Tx;
use store::directory::items::Kept;
use store::streams::StreamKey;
use utoipa::ToSchema;

use super::Place;
use super::checked::{checked_among, department_of_item};
use super::write::Turned;
use crate::App;

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
struct Known {
    by_source: BTreeMap<(ItemKind, String), Kept>,
    /// By what they are called here: an export that comes back finds its own.
    by_item: BTreeMap<(ItemKind, String), Kept>,
}

impl Known {
    fn of(source: &str, kept: Vec<Kept>) -> Self {
        let mut known = Self { by_source: BTreeMap::new(), by_item: BTreeMap::new() };
        for kept in kept {
            if kept.source == source {
                known.by_source.insert((kept.kind, kept.source_id.clone()), kept.clone());
            }
            known.by_item.insert((kept.kind, kept.item.clone()), kept);
        }
        known
    }

    fn get(&self, kind: ItemKind, source_id: &str) -> Option<&Kept> {
        let name = (kind, source_id.to_owned());
        self.by_source.get(&name).or_else(|| self.by_item.get(&name))
    }

    /// What is brought under our own ids, under those of the source that it came from.
    fn under_source_ids(&self, source: &str, brought: Brought) -> Brought {
        let source_id = |kind: ItemKind, id: String| {
            let name = (kind, id.clone());
            let own = self.by_item.get(&name).filter(|kept| kept.source == source);
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
struct Coming {
    kind: ItemKind,
    source_id: String,
    /// `None`: its source has it no longer.
    item: Option<Item>,
    before: Option<Kept>,
    called: String,
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
        let mut tx = self.database.begin().await?;
        let stream = self.hold_directory(&mut tx, municipality, at).await?;
        let place = crate::found(self.directory().await?.place(municipality))?.clone();
        let (database, tenant) = (&self.database, &self.tenant);
        let kept = store::directory::items::all(database, tenant, municipality).await?;
        let known = Known::of(source, kept);
        let mut done = Synchronised::default();
        let brought = known.under_source_ids(source, brought);
        let brought = match self.named_here(&place, &known, brought, at) {
            Ok(brought) => brought,
            Err(faults) => return Ok(Synchronised { faults, ..done }),
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
                let before = known.by_source.get(&(kind, id.clone())).cloned();
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
        let Mode::Apply { even_if_many } = mode else { return Ok(done) };
        if done.held_back && !even_if_many {
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
    fn named_here(
        &self,
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
                            place.staff.organisation.units.contains_key(unit)
                                || coming_units.contains(unit.as_str())
                        };
                        // People were looked up by what the source calls them.
                        checked_among(place, &name, item, unit, |_| true)
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

    /// Brings in what a source says of single things (`None`: it has them no longer), inside a
    /// transaction that holds the municipality's stream. The stream to ring after the commit; `None`
    /// when nothing is different.
    ///
    /// # Errors
    /// [`base::Problem::Invalid`] with the first fault; as [`App::synchronise`].
    pub(crate) async fn bring_in(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        municipality: &MunicipalityKey,
        source: &'static str,
        things: Vec<Thing>,
        at: UnixMillis,
    ) -> Outcome<Option<StreamKey>> {
        self.may_synchronise(scope, municipality)?;
        let place = crate::found(self.directory().await?.place(municipality))?.clone();
        let mut kept = Vec::new();
        for (kind, id, _) in &things {
            let (tenant, kind) = (&self.tenant, *kind);
            let found =
                store::directory::items::of_source(tx, tenant, municipality, kind, source, id);
            kept.extend(found.await?);
        }
        let known = Known::of(source, kept);
        let mut brought = Brought::new();
        let mut coming = Vec::new();
        for (kind, source_id, value) in things {
            let before = known.by_source.get(&(kind, source_id.clone())).cloned();
            let imported = before.as_ref().and_then(|kept| kept.record.imported.as_ref());
            match (value, imported) {
                (Some(value), _) => {
                    brought.entry(kind).or_default().insert(source_id, value);
                }
                (None, Some(_)) => {
                    let called = before.as_ref().map(|kept| kept.item.clone()).unwrap_or_default();
                    coming.push(Coming { kind, source_id, item: None, before, called });
                }
                (None, None) => {}
            }
        }
        let brought = self.named_here(&place, &known, brought, at).map_err(|faults| {
            let code = faults.first().map_or("thing-form", |fault| fault.code);
            base::Problem::invalid("value", code)
        })?;
        for (kind, brought) in brought {
            for (source_id, (called, item)) in brought {
                let before = known.get(kind, &source_id).cloned();
                let imported = before.as_ref().and_then(|kept| kept.record.imported.clone());
                if imported != Some(item.value()) {
                    let item = Some(item);
                    coming.push(Coming { kind, source_id, item, before, called });
                }
            }
        }
        if coming.is_empty() {
            return Ok(None);
        }
        let stream = self.hold_directory(tx, municipality, at).await?;
        for one in coming {
            self.take_in(tx, scope, &place, source, one, at).await?;
        }
        Ok(Some(stream))
    }

    /// Writes one thing that a source brings or has no longer.
    async fn take_in(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        place: &Place,
        source: &'static str,
        one: Coming,
        at: UnixMillis,
    ) -> Outcome<()> {
        let (tenant, municipality) = (&self.tenant, &place.member.key);
        let Coming { kind, source_id, item, before, called } = one;
        let stood = before.as_ref().and_then(|kept| kept.record.value());
        let value = item.as_ref().map(Item::value);
        let mut kept = before.unwrap_or_else(|| Kept {
            kind,
            item: called,
            source: source.to_owned(),
            source_id,
            record: Record::default(),
            version: 0,
        });
        kept.record = match value {
            Some(value) if kept.source != source => kept.record.edited(value),
            value => kept.record.synced(value),
        };
        kept.version += 1;
        let after = kept.record.value();
        let nothing_left = kept.record.imported.is_none()
            && !kept.record.made_here
            && kept.record.by_hand.is_empty();
        if nothing_left {
            store::directory::items::remove(tx, tenant, municipality, kind, &kept.item).await?;
        } else {
            store::directory::items::put(tx, tenant, municipality, &kept, at).await?;
        }
        if stood == after {
            return Ok(());
        }
        let read = |value: &Option<Map<String, Value>>| {
            value.clone().and_then(|value| Item::read(kind, value).ok())
        };
        let department =
            read(&after).or_else(|| read(&stood)).and_then(|item| department_of_item(place, &item));
        let turned =
            Turned { kind: kind.code(), item: kept.item, department, before: stood, after };
        self.put_down(tx, scope, None, municipality, turned, "import", at).await
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
