//! What a push does. The municipality's stream is held first, so pushes come one after the other
//! and the last one is right about everything that was there before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Outcome, Problem, UnitKey, UnixMillis};
use rules::directory::{ItemKind, national, plain};
use rules::scim::mapping::{self, Membership, Thing};
use rules::scim::{Kind, Refused, Resource, taken};
use serde_json::Value;
use store::Tx;
use store::scim::{Member, Pushed, PushedId};
use store::streams::{self, StreamKey};
use tokio::sync::SemaphorePermit;

use super::{NotTaken, Pusher, whole};
use crate::directory::{Directory, Place};
use crate::{App, found};

/// A resource as it stands after what was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What a later change may ask for (`ETag`).
    pub version: i64,
    pub resource: Resource,
}

/// A push on its way, in its turn: it holds the municipality's stream.
struct Push<'a> {
    pusher: &'a Pusher,
    tx: Tx,
    at: UnixMillis,
    /// As this node knows it: inside the transaction nothing else is asked of the pool.
    directory: Arc<Directory>,
    _turn: Option<SemaphorePermit<'a>>,
}

impl App {
    /// Takes a new user or group in.
    ///
    /// # Errors
    /// [`NotTaken::Refused`] `uniqueness` when the name is another's, `invalidValue` for what cannot
    /// be; [`NotTaken::Problem`] otherwise.
    pub async fn push_new(
        &self,
        pusher: &Pusher,
        kind: Kind,
        body: &Value,
    ) -> Result<Shown, NotTaken> {
        let resource = taken(kind, body)?;
        let mut push = self.begin_push(pusher).await?;
        let at = push.at;
        let begun = Pushed {
            kind,
            id: self.rng.id(at),
            name: String::new(),
            external: None,
            body: Resource::new(),
            unit: None,
            own: false,
            version: 0,
            made_at: at,
            changed_at: at,
        };
        let (shown, stream) = self.settle(&mut push, begun, &[], resource).await?;
        push.tx.commit().await?;
        self.ring(stream.iter());
        Ok(shown)
    }

    /// Puts something else in the place of a user or group, or (`body` to the resource as it
    /// becomes) changes it. `version`: only if it is still this one.
    ///
    /// # Errors
    /// As [`App::push_new`]; [`Problem::NotFound`] when the municipality has no such one;
    /// [`NotTaken::Changed`]; whatever `change` refuses.
    pub async fn push_change(
        &self,
        pusher: &Pusher,
        kind: Kind,
        id: PushedId,
        version: Option<i64>,
        change: impl FnOnce(Resource) -> Result<Resource, rules::scim::Refusal> + Send,
    ) -> Result<Shown, NotTaken> {
        let mut push = self.begin_push(pusher).await?;
        let (before, members) = self.held_push(&mut push, kind, id, version).await?;
        let old = whole(&before, &members);
        let mut new = change(old.clone())?;
        for ours in ["id", "meta"] {
            new.remove(ours);
        }
        let (shown, stream) = self.settle(&mut push, before, &members, new).await?;
        push.tx.commit().await?;
        self.ring(stream.iter());
        Ok(shown)
    }

    /// Takes a user or group out: it is gone from the directory too.
    ///
    /// # Errors
    /// As [`App::push_change`].
    pub async fn push_gone(
        &self,
        pusher: &Pusher,
        kind: Kind,
        id: PushedId,
        version: Option<i64>,
    ) -> Result<(), NotTaken> {
        let mut push = self.begin_push(pusher).await?;
        let (gone, members) = self.held_push(&mut push, kind, id, version).await?;
        let place = self.held_place(&mut push.tx, &pusher.municipality).await?;
        store::scim::remove(&mut push.tx, &self.tenant, &pusher.municipality, kind, id).await?;
        let mut things = Vec::new();
        match kind {
            Kind::User => {
                let nobodys = |_: &str| true;
                let id = id.to_string();
                things.extend(mapping::things_of_user(&id, &gone.body, None, nobodys));
            }
            Kind::Group => {
                let touched = members.iter().copied().collect();
                things.extend(self.things_of(&mut push, &place, touched).await?);
                if let Some(unit) = gone.unit.filter(|_| gone.own) {
                    things.push((ItemKind::Unit, unit.to_string(), None));
                }
            }
        }
        let stream = self.give_directory(&mut push, place, things).await?;
        push.tx.commit().await?;
        self.ring(stream.iter());
        Ok(())
    }

    async fn begin_push<'a>(&'a self, pusher: &'a Pusher) -> Outcome<Push<'a>> {
        self.may_push(pusher)?;
        let turn = self.0.memory.bringing_in.acquire().await.ok();
        let directory = self.known_directory().await?;
        let mut tx = self.database.begin().await?;
        let stream = StreamKey::directory(&pusher.municipality);
        streams::take(&mut tx, &self.tenant, &stream, 0).await?;
        Ok(Push { pusher, tx, at: self.now(), directory, _turn: turn })
    }

    async fn held_push(
        &self,
        push: &mut Push<'_>,
        kind: Kind,
        id: PushedId,
        version: Option<i64>,
    ) -> Result<(Pushed, Vec<Member>), NotTaken> {
        let (tenant, place) = (&self.tenant, &push.pusher.municipality);
        let tx = &mut push.tx;
        let pushed = found(store::scim::one(&mut *tx, tenant, place, kind, id).await?)?;
        if version.is_some_and(|version| version != pushed.version) {
            return Err(NotTaken::Changed);
        }
        let members = store::scim::members(tx, tenant, place, id).await?;
        Ok((pushed, members))
    }

    /// Writes a resource as it becomes, with its members, and what it brings to the directory.
    async fn settle(
        &self,
        push: &mut Push<'_>,
        before: Pushed,
        were: &[Member],
        mut body: Resource,
    ) -> Result<(Shown, Option<StreamKey>), NotTaken> {
        let (tenant, municipality, at) = (&self.tenant, &push.pusher.municipality, push.at);
        let place = self.held_place(&mut push.tx, municipality).await?;
        let named = body.remove("members");
        let members = self.members_in(push, before.id, were, named).await?;
        let tx = &mut push.tx;
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let name = text(before.kind.named_by()).to_lowercase();
        let external = Some(text("externalId")).filter(|id| !id.is_empty()).map(str::to_owned);
        let mut after = Pushed { name, external, body, ..before.clone() };
        if after.kind == Kind::Group && (before.version == 0 || after.name != before.name) {
            stand_for(&place, &mut after);
        }
        let joined: Vec<Member> =
            members.difference(&were.iter().copied().collect()).copied().collect();
        let left: Vec<Member> = were.iter().filter(|one| !members.contains(one)).copied().collect();
        if after == before && joined.is_empty() && left.is_empty() {
            let resource = whole(&before, were);
            return Ok((Shown { version: before.version, resource }, None));
        }
        after.version += 1;
        after.changed_at = at;
        store::scim::put(tx, tenant, municipality, &after).await.map_err(|error| {
            if error.is_taken() {
                let taken = format!("{} is another's", after.kind.named_by());
                NotTaken::Refused(Refused::Uniqueness.because(taken))
            } else {
                error.into()
            }
        })?;
        for member in &left {
            store::scim::remove_member(tx, tenant, municipality, after.id, member.id).await?;
        }
        for member in &joined {
            store::scim::add_member(tx, tenant, municipality, after.id, *member).await?;
        }
        let mut touched: BTreeSet<Member> = joined.into_iter().chain(left).collect();
        touched.insert(Member { id: after.id, kind: after.kind });
        if after.unit != before.unit || after.name != before.name {
            touched.extend(members.iter().copied());
        }
        let mut things = self.things_of(push, &place, touched).await?;
        if before.own && before.unit != after.unit {
            // The group stands for another unit now; the one that it had made goes.
            things.extend(before.unit.map(|unit| (ItemKind::Unit, unit.to_string(), None)));
        }
        let stream = self.give_directory(push, place, things).await?;
        let members: Vec<Member> = members.into_iter().collect();
        Ok((Shown { version: after.version, resource: whole(&after, &members) }, stream))
    }

    /// The members that a resource names; each must be somebody who was pushed. Who was one of them
    /// before is: in a large group nearly all.
    async fn members_in(
        &self,
        push: &mut Push<'_>,
        group: PushedId,
        were: &[Member],
        named: Option<Value>,
    ) -> Result<BTreeSet<Member>, NotTaken> {
        let unknown = || Refused::InvalidValue.because("a member is nobody who was pushed here");
        let kinds: BTreeMap<PushedId, Kind> = were.iter().map(|one| (one.id, one.kind)).collect();
        let (tenant, place) = (&self.tenant, &push.pusher.municipality);
        let mut members = BTreeSet::new();
        for named in named.as_ref().and_then(Value::as_array).into_iter().flatten() {
            let id = named.get("value").and_then(Value::as_str).and_then(|id| id.parse().ok());
            let id: PushedId = id.filter(|id| *id != group).ok_or_else(unknown)?;
            let mut found = kinds.get(&id).copied();
            for kind in Kind::ALL {
                if found.is_none() {
                    let one = store::scim::one(&mut push.tx, tenant, place, kind, id).await?;
                    found = one.map(|one| one.kind);
                }
            }
            members.insert(Member { id, kind: found.ok_or_else(unknown)? });
        }
        Ok(members)
    }

    /// What these users and groups are in the directory, as they stand now; units first.
    async fn things_of(
        &self,
        push: &mut Push<'_>,
        place: &Place,
        touched: BTreeSet<Member>,
    ) -> Outcome<Vec<Thing>> {
        let (tenant, municipality) = (&self.tenant, &push.pusher.municipality);
        let main_numbers = push.directory.main_numbers();
        let is_main = |number: &str| main_numbers.contains(&national(number));
        let tx = &mut push.tx;
        let known = &place.staff.organisation.units;
        let names = place.staff.organisation.units_by_name(|_| true);
        let mut things: Vec<Thing> = Vec::new();
        let (groups, users): (Vec<Member>, Vec<Member>) =
            touched.into_iter().partition(|member| member.kind == Kind::Group);
        for Member { id, kind } in groups.into_iter().chain(users) {
            let pushed = store::scim::one(&mut *tx, tenant, municipality, kind, id).await?;
            let Some(pushed) = pushed else { continue };
            let groups = store::scim::groups_of(&mut *tx, tenant, municipality, id).await?;
            // A unit that was removed by hand is nobody's place.
            let stands = |unit: &UnitKey| {
                known.contains_key(unit)
                    || things.iter().any(|(_, called, _)| called == unit.as_str())
            };
            let groups: Vec<Membership> = groups
                .into_iter()
                .filter_map(|group| Some(Membership { name: group.name, unit: group.unit? }))
                .filter(|group| stands(&group.unit))
                .collect();
            match kind {
                Kind::Group => {
                    let name = pushed.body.get("displayName").and_then(Value::as_str);
                    if let Some(unit) = pushed.unit.filter(|_| pushed.own) {
                        let parent = groups.first().map(|group| &group.unit);
                        things.push(mapping::team(&unit, name.unwrap_or_default(), parent));
                    }
                }
                Kind::User => {
                    let named = |name: &str| names.get(&plain(name)).cloned();
                    let unit = mapping::unit_of(&pushed.body, &groups, named);
                    let id = id.to_string();
                    let unit = unit.as_ref();
                    things.extend(mapping::things_of_user(&id, &pushed.body, unit, is_main));
                }
            }
        }
        Ok(things)
    }

    async fn give_directory(
        &self,
        push: &mut Push<'_>,
        place: Place,
        things: Vec<Thing>,
    ) -> Result<Option<StreamKey>, NotTaken> {
        let Push { pusher, tx, at, directory, .. } = push;
        let (ground, source) = ((&**directory, place), mapping::SOURCE);
        match self.bring_in(tx, &pusher.scope, ground, source, things, *at).await {
            Ok(stream) => Ok(stream),
            Err(Problem::Invalid { code, .. }) => Err(Refused::InvalidValue
                .because(format!("the directory refuses it: {code}"))
                .into()),
            Err(problem) => Err(problem.into()),
        }
    }
}

/// Settles which unit a group stands for: one that is called so already, otherwise one of its own,
/// whose key stays when the group is renamed.
fn stand_for(place: &Place, group: &mut Pushed) {
    let name = group.body.get("displayName").and_then(Value::as_str).unwrap_or_default();
    let other = place.staff.organisation.units_by_name(|_| true).remove(&plain(name));
    let other = other.filter(|unit| !group.own || group.unit.as_ref() != Some(unit));
    match other {
        Some(unit) => (group.unit, group.own) = (Some(unit), false),
        None if group.own => {}
        None => {
            let units = &place.staff.organisation.units;
            group.unit = Some(mapping::key_for(name, |key| units.contains_key(key)));
            group.own = true;
        }
    }
}
