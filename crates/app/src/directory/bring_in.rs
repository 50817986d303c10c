//! Taking in what a source says of single things, inside a transaction that holds the municipality's
//! stream: what a push brings, and each thing of a whole table.

use base::{MunicipalityKey, Outcome, Problem, Scope, UnixMillis};
use rules::directory::source::Record;
use rules::directory::{Brought, Item, ItemKind};
use rules::scim::mapping::Thing;
use serde_json::{Map, Value};
use store::Tx;
use store::directory::items::Kept;
use store::streams::StreamKey;

use super::checked::department_of_item;
use super::synchronise::{Coming, Known};
use super::write::Turned;
use super::{Directory, Place};
use crate::{App, found};

impl App {
    /// A municipality as the transaction that holds its stream sees it: its departments and units.
    /// Whoever lays all its people out for each of ten thousand pushes stops the node.
    pub(crate) async fn held_place(
        &self,
        tx: &mut Tx,
        municipality: &MunicipalityKey,
    ) -> Outcome<Place> {
        let tenant = &self.tenant;
        let held = store::directory::held_member(tx, tenant, municipality).await?;
        let (member, departments) = found(held)?;
        let units = store::directory::items::units(tx, tenant, municipality).await?;
        Ok(Place::laid_out(member, &departments, units, &Default::default(), vec![])?)
    }

    /// Brings in what a source says of single things (`None`: it has them no longer). The stream to
    /// ring after the commit; `None` when nothing is different.
    ///
    /// # Errors
    /// [`Problem::Invalid`] with the first fault; as [`App::synchronise`].
    pub(crate) async fn bring_in(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        (directory, mut place): (&Directory, Place),
        source: &'static str,
        things: Vec<Thing>,
        at: UnixMillis,
    ) -> Outcome<Option<StreamKey>> {
        let municipality = place.member.key.clone();
        self.may_synchronise(scope, &municipality)?;
        let mut kept = Vec::new();
        for (kind, id, _) in &things {
            let (tenant, kind) = (&self.tenant, *kind);
            let found =
                store::directory::items::of_source(tx, tenant, &municipality, kind, source, id);
            kept.extend(found.await?);
        }
        let known = Known::of(source, kept);
        place.put_people(known.all());
        let mut brought = Brought::new();
        let mut coming = Vec::new();
        for (kind, source_id, value) in things {
            let before = known.own(kind, &source_id).cloned();
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
        let brought =
            self.named_here(directory, &place, &known, brought, at).map_err(|faults| {
                Problem::invalid("value", faults.first().map_or("thing-form", |fault| fault.code))
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
        let stream = self.hold_directory(tx, &municipality, at).await?;
        for one in coming {
            self.take_in(tx, scope, &place, source, one, at).await?;
        }
        Ok(Some(stream))
    }

    /// Writes one thing that a source brings or has no longer.
    pub(super) async fn take_in(
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
            value => readable(kind, kept.record.synced(value)),
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

/// What holds after an import can be read: where what was changed by hand no longer fits what the
/// source says now, the source speaks.
fn readable(kind: ItemKind, record: Record) -> Record {
    let reads =
        |record: &Record| record.value().is_none_or(|value| Item::read(kind, value).is_ok());
    if reads(&record) { record } else { Record { by_hand: Map::new(), ..record } }
}
