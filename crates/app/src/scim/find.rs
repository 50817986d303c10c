//! What can be asked of what was pushed.

use base::{Outcome, Right};
use rules::people::may_in;
use rules::scim::{Filter, Kind, Resource, Selection};
use store::scim::{Member, Pushed, PushedId};

use super::{NotTaken, Pusher, Shown, whole};
use crate::{App, found};

/// Resources of one answer, if nothing else is asked for.
const USUAL: usize = 100;
/// Most resources of one answer.
pub const MOST: usize = 200;
/// So many are looked at at a time.
const SLICE: i64 = 500;

/// Which resources are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub filter: Option<String>,
    /// The first one, counted from 1.
    pub start: Option<i64>,
    /// At most so many.
    pub count: Option<i64>,
    pub selection: Selection,
}

/// A part of what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// So many there are in all.
    pub total: usize,
    pub start: usize,
    pub resources: Vec<Resource>,
}

impl App {
    /// One resource as it stands now.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] when the municipality has no such one.
    pub async fn pushed(
        &self,
        pusher: &Pusher,
        kind: Kind,
        id: PushedId,
        selection: &Selection,
    ) -> Outcome<Shown> {
        self.may_push(pusher)?;
        let (database, tenant) = (&self.database, &self.tenant);
        let pushed =
            found(store::scim::one(database, tenant, &pusher.municipality, kind, id).await?)?;
        let wanted = selection.shows("members");
        let members = self.members_if(wanted, pusher, &pushed).await?;
        let resource = selection.of(whole(&pushed, &members));
        Ok(Shown { version: pushed.version, resource })
    }

    /// The resources that are asked for.
    ///
    /// # Errors
    /// [`NotTaken::Refused`] `invalidFilter`.
    pub async fn pushed_list(
        &self,
        pusher: &Pusher,
        kind: Kind,
        wish: &Wish,
    ) -> Result<Listed, NotTaken> {
        self.may_push(pusher)?;
        let filter = match wish.filter.as_deref() {
            None => None,
            Some(text) => Some(Filter::read(kind, text)?),
        };
        let place = |number: Option<i64>, usual| {
            number.map_or(usual, |number| usize::try_from(number).unwrap_or(0))
        };
        let start = place(wish.start, 1).max(1);
        let count = place(wish.count, USUAL).min(MOST);
        let (total, found) = match &filter {
            None => self.page(pusher, kind, start, count).await?,
            Some(filter) => self.passing(pusher, kind, filter, start, count).await?,
        };
        let wanted = wish.selection.shows("members");
        let mut resources = Vec::new();
        for pushed in found {
            let members = self.members_if(wanted, pusher, &pushed).await?;
            resources.push(wish.selection.of(whole(&pushed, &members)));
        }
        Ok(Listed { total, start, resources })
    }

    pub(super) fn may_push(&self, pusher: &Pusher) -> Outcome<()> {
        let right = Right::EditDirectory;
        may_in(&pusher.scope, right, &pusher.municipality, None, self.now()).map(|_| ())
    }

    async fn page(
        &self,
        pusher: &Pusher,
        kind: Kind,
        start: usize,
        count: usize,
    ) -> Outcome<(usize, Vec<Pushed>)> {
        let (database, tenant, place) = (&self.database, &self.tenant, &pusher.municipality);
        let total = store::scim::count(database, tenant, place, kind).await?;
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (skipped, limit) = (number(start - 1), number(count));
        let found = store::scim::some(database, tenant, place, kind, skipped, limit).await?;
        Ok((usize::try_from(total).unwrap_or(0), found))
    }

    /// Those that pass a filter: by what can be looked up, otherwise one after the other.
    async fn passing(
        &self,
        pusher: &Pusher,
        kind: Kind,
        filter: &Filter,
        start: usize,
        count: usize,
    ) -> Outcome<(usize, Vec<Pushed>)> {
        let (database, tenant, place) = (&self.database, &self.tenant, &pusher.municipality);
        let looked_up = match filter.sought(kind) {
            Some(sought) => {
                Some(store::scim::sought(database, tenant, place, kind, &sought).await?)
            }
            None => None,
        };
        let asks_members = filter.asks_for("members");
        let (mut total, mut found) = (0, Vec::new());
        let mut skipped = 0;
        loop {
            let (slice, last) = match &looked_up {
                Some(some) => (some.clone(), true),
                None => {
                    let slice =
                        store::scim::some(database, tenant, place, kind, skipped, SLICE).await?;
                    let last = slice.len() < usize::try_from(SLICE).unwrap_or(0);
                    (slice, last)
                }
            };
            skipped += SLICE;
            for pushed in slice {
                let members = self.members_if(asks_members, pusher, &pushed).await?;
                if filter.holds(&whole(&pushed, &members)) {
                    total += 1;
                    if total >= start && found.len() < count {
                        found.push(pushed);
                    }
                }
            }
            if last {
                return Ok((total, found));
            }
        }
    }

    async fn members_if(
        &self,
        wanted: bool,
        pusher: &Pusher,
        pushed: &Pushed,
    ) -> Outcome<Vec<Member>> {
        if !wanted || pushed.kind != Kind::Group {
            return Ok(vec![]);
        }
        let (database, tenant, place) = (&self.database, &self.tenant, &pusher.municipality);
        Ok(store::scim::members(database, tenant, place, pushed.id).await?)
    }
}
