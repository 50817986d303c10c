//! Small values by name: keys, the consortium, the demo's clock.

use base::{TenantKey, UnixMillis};

use crate::database::{Database, Tx};
use crate::{StoreError, args, sql};

/// The value of a name.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn get(
    database: &Database,
    tenant: &TenantKey,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let row = database
        .row(
            sql!("SELECT value FROM settings WHERE tenant_id = $1 AND name = $2"),
            args![tenant, name],
        )
        .await?;
    row.map(|row| row.get("value")).transpose()
}

/// Writes a value, whatever was there.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn set(
    tx: &mut Tx,
    tenant: &TenantKey,
    name: &str,
    value: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO settings (tenant_id, name, value) VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value"
        ),
        args![tenant, name, value],
    )
    .await?;
    Ok(())
}

/// The value of a name; the first who asks puts `value` there. On several nodes all get the same.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn get_or_put(
    database: &Database,
    tenant: &TenantKey,
    name: &str,
    value: &str,
) -> Result<String, StoreError> {
    if let Some(known) = get(database, tenant, name).await? {
        return Ok(known);
    }
    database
        .execute(
            sql!(
                "INSERT INTO settings (tenant_id, name, value) VALUES ($1, $2, $3)
                 ON CONFLICT (tenant_id, name) DO NOTHING"
            ),
            args![tenant, name, value],
        )
        .await?;
    get(database, tenant, name).await?.ok_or(StoreError::Damaged("settings"))
}

/// Puts `new` in the place of `old`; `false` when somebody else has changed it meanwhile.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn exchange(
    database: &Database,
    tenant: &TenantKey,
    name: &str,
    old: &str,
    new: &str,
) -> Result<bool, StoreError> {
    let touched = database
        .execute(
            sql!(
                "UPDATE settings SET value = $4
                 WHERE tenant_id = $1 AND name = $2 AND value = $3"
            ),
            args![tenant, name, old, new],
        )
        .await?;
    Ok(touched == 1)
}

/// For the demo's clock, which jumps: everything that somebody connected keeps alive lives as much
/// longer.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn move_leases(
    tx: &mut Tx,
    tenant: &TenantKey,
    now: UnixMillis,
    milliseconds: i64,
) -> Result<(), StoreError> {
    for statement in [
        sql!(
            "UPDATE presences SET lease_until = lease_until + $3
             WHERE tenant_id = $1 AND lease_until > $2"
        ),
        sql!(
            "UPDATE jobs SET lease_until = lease_until + $3, run_at = run_at + $3
             WHERE tenant_id = $1 AND lease_until > $2 AND run_at = lease_until"
        ),
        sql!(
            "UPDATE logins SET seen_at = seen_at + $3
             WHERE tenant_id = $1 AND revoked_at IS NULL AND ends_at > $2"
        ),
    ] {
        tx.execute(statement, args![tenant, now, milliseconds]).await?;
    }
    // Citizens who were there in the last quarter of an hour have stayed.
    tx.execute(
        sql!(
            "UPDATE contact_marks SET seen_at = seen_at + $3
             WHERE tenant_id = $1 AND seen_at > $2"
        ),
        args![tenant, now.plus_seconds(-15 * 60), milliseconds],
    )
    .await?;
    Ok(())
}
