//! Subjects of KLE that an operator imported.

use base::TenantKey;

use crate::database::{Database, Tx};
use crate::{StoreError, args, sql};

/// A subject with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `27`, `27.35` or `27.35.04`.
    pub number: String,
    pub title: String,
    pub words: Vec<String>,
}

/// Puts a whole edition in the place of what was there.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn replace(
    tx: &mut Tx,
    tenant: &TenantKey,
    edition: &str,
    subjects: &[Subject],
) -> Result<(), StoreError> {
    tx.execute(sql!("DELETE FROM kle_subjects WHERE tenant_id = $1"), args![tenant]).await?;
    for subject in subjects {
        let words =
            serde_json::to_string(&subject.words).map_err(|_| StoreError::Damaged("words"))?;
        tx.execute(
            sql!(
                "INSERT INTO kle_subjects (tenant_id, number, title, words, edition)
                 VALUES ($1, $2, $3, $4, $5)"
            ),
            args![tenant, &subject.number, &subject.title, words, edition],
        )
        .await?;
    }
    Ok(())
}

/// Every subject, by number.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(database: &Database, tenant: &TenantKey) -> Result<Vec<Subject>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT number, title, words FROM kle_subjects WHERE tenant_id = $1 ORDER BY number"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Subject {
                number: row.get("number")?,
                title: row.get("title")?,
                words: row.json("words")?,
            })
        })
        .collect()
}
