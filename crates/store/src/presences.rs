//! Who is at work: a lease that the person's browser renews.

use base::{Id, TenantKey, UnixMillis, kind};

use crate::database::{Database, Row, Tx};
use crate::{StoreError, args, sql};

/// A person's presence as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    pub person: Id<kind::Person>,
    /// `ready`, `busy`, `break`, `offline`.
    pub state: String,
    pub reason: String,
    pub back_at: Option<UnixMillis>,
    pub since: UnixMillis,
    /// Since when nothing was asked of the person: who has been idle longest comes first.
    pub idle_since: UnixMillis,
    /// Offers missed in a row.
    pub misses: i64,
    /// After this instant the browser counts as gone.
    pub lease_until: UnixMillis,
}

/// Everyone whose lease holds at `now`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn present(
    database: &Database,
    tenant: &TenantKey,
    now: UnixMillis,
) -> Result<Vec<Presence>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT person_id, state, reason, back_at, since, idle_since, misses, lease_until
                 FROM presences WHERE tenant_id = $1 AND lease_until > $2 AND state <> 'offline'
                 ORDER BY person_id"
            ),
            args![tenant, now],
        )
        .await?
        .iter()
        .map(presence)
        .collect()
}

/// One person's presence; `None` before the first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of(
    database: &Database,
    tenant: &TenantKey,
    person: Id<kind::Person>,
) -> Result<Option<Presence>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT person_id, state, reason, back_at, since, idle_since, misses, lease_until
                 FROM presences WHERE tenant_id = $1 AND person_id = $2"
            ),
            args![tenant, person],
        )
        .await?;
    row.as_ref().map(presence).transpose()
}

/// Writes a presence.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set(tx: &mut Tx, tenant: &TenantKey, p: &Presence) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO presences (tenant_id, person_id, state, reason, back_at, since,
               idle_since, misses, lease_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant_id, person_id) DO UPDATE SET state = excluded.state,
               reason = excluded.reason, back_at = excluded.back_at, since = excluded.since,
               idle_since = excluded.idle_since, misses = excluded.misses,
               lease_until = excluded.lease_until"
        ),
        args![
            tenant,
            p.person,
            &p.state,
            &p.reason,
            p.back_at,
            p.since,
            p.idle_since,
            p.misses,
            p.lease_until
        ],
    )
    .await?;
    Ok(())
}

/// Renews the lease of somebody whose browser is there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn renew(
    database: &Database,
    tenant: &TenantKey,
    person: Id<kind::Person>,
    lease_until: UnixMillis,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "UPDATE presences SET lease_until = $3
                 WHERE tenant_id = $1 AND person_id = $2 AND lease_until < $3"
            ),
            args![tenant, person, lease_until],
        )
        .await?;
    Ok(())
}

/// Notes that the person was given something (`missed` = false) or let an offer lapse.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn note_offer(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: Id<kind::Person>,
    missed: bool,
) -> Result<(), StoreError> {
    let statement = if missed {
        sql!("UPDATE presences SET misses = misses + 1 WHERE tenant_id = $1 AND person_id = $2")
    } else {
        sql!("UPDATE presences SET misses = 0 WHERE tenant_id = $1 AND person_id = $2")
    };
    tx.execute(statement, args![tenant, person]).await?;
    Ok(())
}

/// Notes that the person is free from now on.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn note_release(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: Id<kind::Person>,
    at: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!("UPDATE presences SET idle_since = $3 WHERE tenant_id = $1 AND person_id = $2"),
        args![tenant, person, at],
    )
    .await?;
    Ok(())
}

fn presence(row: &Row) -> Result<Presence, StoreError> {
    Ok(Presence {
        person: row.id("person_id")?,
        state: row.get("state")?,
        reason: row.get("reason")?,
        back_at: row.get::<Option<i64>>("back_at")?.map(UnixMillis),
        since: row.at("since")?,
        idle_since: row.at("idle_since")?,
        misses: row.get("misses")?,
        lease_until: row.at("lease_until")?,
    })
}
