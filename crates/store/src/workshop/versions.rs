//! Every version of a text that was ever published, and what became of the text.

use std::collections::BTreeSet;

use base::{TenantKey, TopicKey, UnixMillis};

use crate::database::{Database, Read, Row, Tx};
use crate::knowledge::{EntryKey, column, key};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

/// One version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub number: i64,
    /// `published`, `expired` or `removed`; of the last two the body is the text that ended.
    pub what: String,
    pub kind: String,
    pub body: String,
    /// The version of the master it was written against; 0 for a master.
    pub master: i64,
    pub at: UnixMillis,
    pub by: Option<PersonId>,
    pub note: String,
    pub origin: String,
}

/// Writes a version.
///
/// # Errors
/// [`StoreError::is_taken`] when the text has a version of that number.
pub async fn add(
    tx: &mut Tx,
    tenant: &TenantKey,
    key: &EntryKey,
    version: &Version,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO text_versions (tenant_id, topic, municipality, number, what, kind, body,
               master, at, by_person, note, origin)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            tenant,
            &key.0,
            column(key.1.as_ref()),
            version.number,
            &version.what,
            &version.kind,
            &version.body,
            version.master,
            version.at,
            version.by,
            &version.note,
            &version.origin
        ],
    )
    .await?;
    Ok(())
}

/// The number of a text's last version; 0 when there was none.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn last(tx: &mut Tx, tenant: &TenantKey, key: &EntryKey) -> Result<i64, StoreError> {
    let row = tx
        .row(
            sql!(
                "SELECT COALESCE(MAX(number), 0) AS number FROM text_versions
                 WHERE tenant_id = $1 AND topic = $2 AND municipality = $3"
            ),
            args![tenant, &key.0, column(key.1.as_ref())],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get("number"))
}

/// A version of a text.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn get(
    from: impl Read,
    tenant: &TenantKey,
    key: &EntryKey,
    number: i64,
) -> Result<Option<Version>, StoreError> {
    from.row(
        sql!(
            "SELECT number, what, kind, body, master, at, by_person, note, origin
             FROM text_versions
             WHERE tenant_id = $1 AND topic = $2 AND municipality = $3 AND number = $4"
        ),
        args![tenant, &key.0, column(key.1.as_ref()), number],
    )
    .await?
    .as_ref()
    .map(version)
    .transpose()
}

/// Every version of a text, newest first.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn all(
    database: &Database,
    tenant: &TenantKey,
    key: &EntryKey,
) -> Result<Vec<Version>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT number, what, kind, body, master, at, by_person, note, origin
                 FROM text_versions
                 WHERE tenant_id = $1 AND topic = $2 AND municipality = $3 ORDER BY number DESC"
            ),
            args![tenant, &key.0, column(key.1.as_ref())],
        )
        .await?
        .iter()
        .map(version)
        .collect()
}

/// The last versions of the texts that stand no more, the latest first.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn ended(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Vec<(EntryKey, Version)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT v.topic, v.municipality, v.number, v.what, v.kind, v.body, v.master, v.at,
                   v.by_person, v.note, v.origin
                 FROM text_versions v
                 WHERE v.tenant_id = $1 AND v.what <> 'published'
                   AND NOT EXISTS (SELECT 1 FROM text_versions n WHERE n.tenant_id = v.tenant_id
                     AND n.topic = v.topic AND n.municipality = v.municipality
                     AND n.number > v.number)
                 ORDER BY v.at DESC, v.topic, v.municipality"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| Ok((key(row)?, version(row)?)))
        .collect()
}

/// The topics whose common text has expired and does not stand any more.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn expired(
    database: &Database,
    tenant: &TenantKey,
) -> Result<BTreeSet<TopicKey>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT DISTINCT v.topic FROM text_versions v
                 WHERE v.tenant_id = $1 AND v.municipality = '' AND v.what = 'expired'
                   AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.tenant_id = v.tenant_id
                     AND a.topic = v.topic AND a.municipality = '')"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| row.parsed("topic"))
        .collect()
}

fn version(row: &Row) -> Result<Version, StoreError> {
    Ok(Version {
        number: row.get("number")?,
        what: row.get("what")?,
        kind: row.get("kind")?,
        body: row.get("body")?,
        master: row.get("master")?,
        at: row.at("at")?,
        by: row.maybe_id("by_person")?,
        note: row.get("note")?,
        origin: row.get("origin")?,
    })
}
