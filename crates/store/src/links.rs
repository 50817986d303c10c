//! The outer links of published texts, and on how many days in a row each could not be opened.

use std::collections::BTreeMap;

use base::TenantKey;

use crate::database::{Database, Tx};
use crate::{StoreError, args, sql};

/// What is known of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkCheck {
    /// The day it was last tried, as a date.
    pub checked_on: String,
    /// On so many days in a row it could not be opened; 0 when it could.
    pub failed_days: i64,
    /// Why it could not; empty when it could.
    pub reason: String,
}

/// Everything known of links, by address.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(
    database: &Database,
    tenant: &TenantKey,
) -> Result<BTreeMap<String, LinkCheck>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT url, checked_on, failed_days, reason FROM link_checks WHERE tenant_id = $1"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| {
            let check = LinkCheck {
                checked_on: row.get("checked_on")?,
                failed_days: row.get("failed_days")?,
                reason: row.get("reason")?,
            };
            Ok((row.get("url")?, check))
        })
        .collect()
}

/// Writes down what became of a link.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put(
    tx: &mut Tx,
    tenant: &TenantKey,
    url: &str,
    check: &LinkCheck,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO link_checks (tenant_id, url, checked_on, failed_days, reason)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, url) DO UPDATE SET checked_on = excluded.checked_on,
               failed_days = excluded.failed_days, reason = excluded.reason"
        ),
        args![tenant, url, &check.checked_on, check.failed_days, &check.reason],
    )
    .await?;
    Ok(())
}

/// Forgets a link that no text has any more.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn forget(tx: &mut Tx, tenant: &TenantKey, url: &str) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM link_checks WHERE tenant_id = $1 AND url = $2"),
        args![tenant, url],
    )
    .await?;
    Ok(())
}
