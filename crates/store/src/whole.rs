//! The few calls about the whole database rather than about one consortium.

use base::TenantKey;

use crate::database::Database;
use crate::{StoreError, sql};

/// Every consortium that has anything stored.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn tenants(database: &Database) -> Result<Vec<TenantKey>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT tenant_id FROM streams UNION SELECT tenant_id FROM people
                 UNION SELECT tenant_id FROM municipalities UNION SELECT tenant_id FROM audit
                 ORDER BY tenant_id"
            ),
            vec![],
        )
        .await?
        .iter()
        .map(|row| row.parsed("tenant_id"))
        .collect()
}

/// Whether the database can be read and written now: takes the right to write and gives it back.
///
/// # Errors
/// [`StoreError`] when it cannot.
pub async fn answers(database: &Database) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    tx.rows(sql!("SELECT COUNT(*) AS versions FROM schema_versions"), vec![]).await?;
    tx.commit().await
}
