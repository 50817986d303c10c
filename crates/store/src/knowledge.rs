//! Articles, referrals, guides and local variants, as they stand now.

use std::collections::BTreeMap;

use base::{MunicipalityKey, TenantKey, TopicKey};

use crate::database::{Database, Row, Tx};
use crate::streams::{StreamKey, StreamKind};
use crate::{StoreError, args, sql};

/// One text of the knowledge base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub topic: TopicKey,
    /// `None`: the master; otherwise the municipality's variant.
    pub municipality: Option<MunicipalityKey>,
    /// `article`, `referral`, `guide`, `variant`.
    pub kind: String,
    pub version: i64,
    /// JSON of `rules::articles` or `rules::guides`.
    pub body: String,
    /// Of the body: the same text is not written twice.
    pub digest: String,
}

/// Which text: a topic, and whose variant of it.
pub type EntryKey = (TopicKey, Option<MunicipalityKey>);

/// The column `municipality` of a master.
const MASTER: &str = "";

/// The stream of the knowledge base.
#[must_use]
pub fn stream() -> StreamKey {
    StreamKey::of_consortium(StreamKind::Knowledge)
}

/// Everything, by topic, the master before its variants.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(database: &Database, tenant: &TenantKey) -> Result<Vec<Entry>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT topic, municipality, kind, version, body, digest FROM articles
                 WHERE tenant_id = $1 ORDER BY topic, municipality"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| {
            let (topic, municipality) = key(row)?;
            Ok(Entry {
                topic,
                municipality,
                kind: row.get("kind")?,
                version: row.get("version")?,
                body: row.get("body")?,
                digest: row.get("digest")?,
            })
        })
        .collect()
}

/// The digest of every text.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn digests(
    tx: &mut Tx,
    tenant: &TenantKey,
) -> Result<BTreeMap<EntryKey, String>, StoreError> {
    tx.rows(
        sql!("SELECT topic, municipality, digest FROM articles WHERE tenant_id = $1"),
        args![tenant],
    )
    .await?
    .iter()
    .map(|row| Ok((key(row)?, row.get("digest")?)))
    .collect()
}

/// Writes a text, new or changed.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put(tx: &mut Tx, tenant: &TenantKey, entry: &Entry) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO articles (tenant_id, topic, municipality, kind, version, body, digest)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant_id, topic, municipality) DO UPDATE SET
               kind = excluded.kind, version = excluded.version, body = excluded.body,
               digest = excluded.digest"
        ),
        args![
            tenant,
            &entry.topic,
            column(entry.municipality.as_ref()),
            &entry.kind,
            entry.version,
            &entry.body,
            &entry.digest
        ],
    )
    .await?;
    Ok(())
}

/// Removes a text.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn remove(tx: &mut Tx, tenant: &TenantKey, key: &EntryKey) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM articles WHERE tenant_id = $1 AND topic = $2 AND municipality = $3"),
        args![tenant, &key.0, column(key.1.as_ref())],
    )
    .await?;
    Ok(())
}

/// Counts one more answer to "did this help?" on a day. Nobody's name, only a number.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn count_helped(
    database: &Database,
    tenant: &TenantKey,
    topic: &TopicKey,
    municipality: &MunicipalityKey,
    day: &str,
    answer: &str,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "INSERT INTO helped (tenant_id, topic, municipality, day, answer, count)
                 VALUES ($1, $2, $3, $4, $5, 1)
                 ON CONFLICT (tenant_id, topic, municipality, day, answer)
                 DO UPDATE SET count = helped.count + 1"
            ),
            args![tenant, topic, municipality, day, answer],
        )
        .await?;
    Ok(())
}

/// How often each answer was given from day to day (both included): topic, answer, count.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn helped_between(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    from_day: &str,
    to_day: &str,
) -> Result<Vec<(TopicKey, String, i64)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT topic, answer, CAST(SUM(count) AS BIGINT) AS count FROM helped
                 WHERE tenant_id = $1 AND municipality = $2 AND day >= $3 AND day <= $4
                 GROUP BY topic, answer ORDER BY topic, answer"
            ),
            args![tenant, municipality, from_day, to_day],
        )
        .await?
        .iter()
        .map(|row| Ok((row.parsed("topic")?, row.get("answer")?, row.get("count")?)))
        .collect()
}

fn column(municipality: Option<&MunicipalityKey>) -> &str {
    municipality.map_or(MASTER, MunicipalityKey::as_str)
}

fn key(row: &Row) -> Result<EntryKey, StoreError> {
    let municipality: String = row.get("municipality")?;
    let municipality = match municipality.as_str() {
        MASTER => None,
        some => Some(some.parse().map_err(|_| StoreError::Damaged("municipality"))?),
    };
    Ok((row.parsed("topic")?, municipality))
}
