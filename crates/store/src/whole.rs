//! The few calls about the whole database rather than about one consortium.

use crate::database::Database;
use crate::{StoreError, sql};

/// Whether the database can be read and written now: takes the right to write and gives it back.
///
/// # Errors
/// [`StoreError`] when it cannot.
pub async fn answers(database: &Database) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    tx.rows(sql!("SELECT COUNT(*) AS versions FROM schema_versions"), vec![]).await?;
    tx.commit().await
}
