//! Writing a thing of the directory: its right, its version, its place in the history and in the
//! audit log.

use base::scope::Ground;
use base::{DepartmentKey, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use rules::directory::source::Record;
use rules::directory::{Item, ItemKind};
use rules::people::may_in;
use serde_json::{Map, Value};
use store::directory::KeptDepartment;
use store::directory::changes::Change;
use store::directory::items::Kept;
use store::streams::{self, StreamKey};
use store::{StoreError, Tx};

use super::Place;
use super::checked::department_of_item;
use crate::audit::Act;
use crate::{App, found};

/// What a thing of the directory was and becomes, for its history.
pub(super) struct Turned {
    pub(super) kind: &'static str,
    pub(super) item: String,
    pub(super) department: Option<DepartmentKey>,
    pub(super) before: Option<Map<String, Value>>,
    pub(super) after: Option<Map<String, Value>>,
}

impl App {
    /// Writes a department's record; `version` is the one that was read.
    pub(super) async fn write_department(
        &self,
        scope: &Scope,
        ground: Ground,
        place: &Place,
        department: &DepartmentKey,
        version: Option<i64>,
        how: &'static str,
        turn: impl FnOnce(KeptDepartment) -> KeptDepartment,
    ) -> Outcome<()> {
        let (tenant, municipality, at) = (&self.tenant, &place.member.key, self.now());
        let mut tx = self.database.begin().await?;
        let stream = self.hold_directory(&mut tx, municipality, at).await?;
        let held =
            store::directory::held_department(&mut tx, tenant, municipality, department).await?;
        let held = found(held)?;
        if version.is_some_and(|version| version != held.version) {
            return Err(Problem::conflict("directory-changed"));
        }
        let before = held.record.value();
        let mut after = turn(held.clone());
        if after == held {
            return Ok(());
        }
        after.version += 1;
        store::directory::put_department(&mut tx, tenant, municipality, department, &after).await?;
        let turned = Turned {
            kind: "department",
            item: department.to_string(),
            department: Some(department.clone()),
            before,
            after: after.record.value(),
        };
        self.put_down(&mut tx, scope, Some(ground), municipality, turned, how, at).await?;
        tx.commit().await?;
        self.ring([&stream]);
        Ok(())
    }

    /// Writes a thing, new or not; `None` removes it.
    pub(super) async fn write_item(
        &self,
        scope: &Scope,
        place: &Place,
        kind: ItemKind,
        called: &str,
        version: i64,
        item: Option<Item>,
        how: &'static str,
    ) -> Outcome<()> {
        self.turn_item(scope, place, kind, called, how, |held| {
            let value = item.as_ref().map(Item::value);
            let held = match held {
                // Sent twice, it was done once.
                Some(held) if held.record.value() == value => return Ok(held),
                None if version > 0 => return Err(Problem::NotFound),
                Some(held) if held.version != version => {
                    return Err(Problem::conflict("directory-changed"));
                }
                held => held,
            };
            Ok(match (held, value) {
                (Some(held), Some(value)) => Kept { record: held.record.edited(value), ..held },
                (Some(held), None) => {
                    Kept { record: Record { removed: true, ..held.record }, ..held }
                }
                (None, value) => Kept {
                    kind,
                    item: called.to_owned(),
                    source: String::new(),
                    source_id: String::new(),
                    record: Record::made(found(value)?),
                    version: 0,
                },
            })
        })
        .await
    }

    /// Turns a thing that is held into what it becomes. Who does it has the right where it belonged,
    /// and where it comes to belong.
    pub(super) async fn turn_item(
        &self,
        scope: &Scope,
        place: &Place,
        kind: ItemKind,
        called: &str,
        how: &'static str,
        turn: impl FnOnce(Option<Kept>) -> Outcome<Kept>,
    ) -> Outcome<()> {
        let (tenant, municipality, at) = (&self.tenant, &place.member.key, self.now());
        let mut tx = self.database.begin().await?;
        let stream = self.hold_directory(&mut tx, municipality, at).await?;
        let held =
            store::directory::items::one(&mut tx, tenant, municipality, kind, called).await?;
        let before = held.as_ref().and_then(|held| held.record.value());
        let stood = before.clone().map(|value| Item::read(kind, value)).transpose();
        let stood = stood.map_err(|_| StoreError::Damaged("directory_items"))?;
        let may = |item: &Item| {
            let department = department_of_item(place, item);
            self.may_edit_directory(scope, place, department.as_ref())
        };
        let mut ground = stood.as_ref().map_or(Ok(Ground::Role), may)?;
        let mut kept = turn(held)?;
        let after = kept.record.value();
        let item = after.clone().map(|value| Item::read(kind, value)).transpose();
        let item = item.map_err(|_| Problem::invalid("body", "malformed"))?;
        if before == after {
            return Ok(());
        }
        if let Some(item) = &item {
            ground = may(item)?;
        }
        kept.version += 1;
        if kept.record.made_here && kept.record.removed {
            store::directory::items::remove(&mut tx, tenant, municipality, kind, called).await?;
        } else {
            store::directory::items::put(&mut tx, tenant, municipality, &kept, at).await?;
        }
        let of = |item: &Option<Item>| department_of_item(place, item.as_ref()?);
        let department = of(&item).or_else(|| of(&stood));
        let turned =
            Turned { kind: kind.code(), item: called.to_owned(), department, before, after };
        self.put_down(&mut tx, scope, Some(ground), municipality, turned, how, at).await?;
        tx.commit().await?;
        self.ring([&stream]);
        Ok(())
    }

    /// Whether the actor may change what belongs to a department (`None`: to none).
    pub(super) fn may_edit_directory(
        &self,
        scope: &Scope,
        place: &Place,
        department: Option<&DepartmentKey>,
    ) -> Outcome<Ground> {
        if let base::Actor::System(_) = scope.actor {
            return Ok(Ground::Role);
        }
        may_in(scope, Right::EditDirectory, &place.member.key, department, self.now())
    }

    /// Holds a municipality's directory until the transaction ends, and says that it changes.
    pub(super) async fn hold_directory(
        &self,
        tx: &mut Tx,
        municipality: &MunicipalityKey,
        at: UnixMillis,
    ) -> Outcome<StreamKey> {
        let stream = StreamKey::directory(municipality);
        let event = [("changed", "{}".to_owned())];
        streams::append(tx, &self.tenant, &stream, at, &event).await?;
        Ok(stream)
    }

    /// Writes a change into the history and into the audit log.
    pub(super) async fn put_down(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        ground: Option<Ground>,
        municipality: &MunicipalityKey,
        turned: Turned,
        how: &'static str,
        at: UnixMillis,
    ) -> Outcome<()> {
        let Turned { kind, item, department, before, after } = turned;
        let act = Act {
            ground,
            municipality: Some(municipality),
            action: "directory-changed",
            subject: format!("directory/{kind}/{item}"),
            purpose: "directory",
        };
        self.note(tx, scope, act, at).await?;
        let change = Change {
            id: self.rng.id(at),
            at,
            by: scope.person(),
            how: how.to_owned(),
            kind: kind.to_owned(),
            item,
            department,
            before,
            after,
        };
        Ok(store::directory::changes::add(tx, &self.tenant, municipality, &change).await?)
    }
}
