//! Small values by name: keys, the consortium, the demo's clock.

use base::TenantKey;

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
