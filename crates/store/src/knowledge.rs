//! Articles, referrals, guides and local variants, as they stand now.

use std::collections::BTreeMap;

use base::{MunicipalityKey, TenantKey, TopicKey, UnixMillis};

use crate::database::{Database, Read, Row, Tx};
use crate::people::PersonId;
use crate::streams::{StreamKey, StreamKind};
use crate::{StoreError, args, sql};

/// One text of the knowledge base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub topic: TopicKey,
    /// `None`: the master; otherwise the municipality's variant.
    pub municipality: Option<MunicipalityKey>,
    /// `article`, `referral`, `guide`, `variant`, `branches`.
    pub kind: String,
    /// A master's own version; of a local text the version of the master it was written against.
    pub version: i64,
    /// Counts the versions of this text.
    pub number: i64,
    /// JSON of `rules::articles` or `rules::guides`.
    pub body: String,
    /// Of the body it was brought in with: the same text is not brought in twice.
    pub digest: String,
    /// Where the text comes from: `content`, `workshop`, `bulk`, `borger-dk`, `site`.
    pub origin: String,
    /// Since when it stands; 0 for texts older than their history.
    pub published_at: UnixMillis,
    /// When it is taken away by itself.
    pub expires_at: Option<UnixMillis>,
    /// Who looks after it.
    pub owner_person: Option<PersonId>,
    /// Who approves it.
    pub reviewer_person: Option<PersonId>,
}

/// Which text: a topic, and whose variant of it.
pub type EntryKey = (TopicKey, Option<MunicipalityKey>);

/// The column `municipality` of a master.
const MASTER: &str = "";

/// The kinds of events of the knowledge stream that change no text: what editors say of words, and a
/// page of a municipality's own site. All others may change texts.
pub const WORDS: &str = "words";
pub const PAGE: &str = "page";

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
                "SELECT topic, municipality, kind, version, number, body, digest, origin,
                   published_at, expires_at, owner_person, reviewer_person
                 FROM articles WHERE tenant_id = $1 ORDER BY topic, municipality"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(entry)
        .collect()
}

/// One text as it stands.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn get(
    from: impl Read,
    tenant: &TenantKey,
    key: &EntryKey,
) -> Result<Option<Entry>, StoreError> {
    from.row(
        sql!(
            "SELECT topic, municipality, kind, version, number, body, digest, origin,
               published_at, expires_at, owner_person, reviewer_person
             FROM articles WHERE tenant_id = $1 AND topic = $2 AND municipality = $3"
        ),
        args![tenant, &key.0, column(key.1.as_ref())],
    )
    .await?
    .as_ref()
    .map(entry)
    .transpose()
}

/// Every text without its words, by topic, the master before its variants.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn heads(database: &Database, tenant: &TenantKey) -> Result<Vec<Entry>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT topic, municipality, kind, version, number, '' AS body, digest, origin,
                   published_at, expires_at, owner_person, reviewer_person
                 FROM articles WHERE tenant_id = $1 ORDER BY topic, municipality"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(entry)
        .collect()
}

/// The local texts over a topic's master.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn local_texts(
    tx: &mut Tx,
    tenant: &TenantKey,
    topic: &TopicKey,
) -> Result<Vec<Entry>, StoreError> {
    tx.rows(
        sql!(
            "SELECT topic, municipality, kind, version, number, body, digest, origin,
               published_at, expires_at, owner_person, reviewer_person
             FROM articles WHERE tenant_id = $1 AND topic = $2 AND municipality <> ''
             ORDER BY municipality"
        ),
        args![tenant, topic],
    )
    .await?
    .iter()
    .map(entry)
    .collect()
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let (topic, municipality) = key(row)?;
    Ok(Entry {
        topic,
        municipality,
        kind: row.get("kind")?,
        version: row.get("version")?,
        number: row.get("number")?,
        body: row.get("body")?,
        digest: row.get("digest")?,
        origin: row.get("origin")?,
        published_at: row.at("published_at")?,
        expires_at: row.get::<Option<i64>>("expires_at")?.map(UnixMillis),
        owner_person: row.maybe_id("owner_person")?,
        reviewer_person: row.maybe_id("reviewer_person")?,
    })
}

/// Whom a text belongs to: who looks after it, who approves it.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn set_people(
    tx: &mut Tx,
    tenant: &TenantKey,
    key: &EntryKey,
    owner: Option<PersonId>,
    reviewer: Option<PersonId>,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "UPDATE articles SET owner_person = $4, reviewer_person = $5
             WHERE tenant_id = $1 AND topic = $2 AND municipality = $3"
        ),
        args![tenant, &key.0, column(key.1.as_ref()), owner, reviewer],
    )
    .await?;
    Ok(())
}

/// What an import compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub digest: String,
    pub origin: String,
    pub version: i64,
    pub number: i64,
}

/// How every text stands.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn digests(
    tx: &mut Tx,
    tenant: &TenantKey,
) -> Result<BTreeMap<EntryKey, Standing>, StoreError> {
    tx.rows(
        sql!(
            "SELECT topic, municipality, digest, origin, version, number FROM articles
             WHERE tenant_id = $1"
        ),
        args![tenant],
    )
    .await?
    .iter()
    .map(|row| {
        let standing = Standing {
            digest: row.get("digest")?,
            origin: row.get("origin")?,
            version: row.get("version")?,
            number: row.get("number")?,
        };
        Ok((key(row)?, standing))
    })
    .collect()
}

/// Writes a text, new or changed.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put(tx: &mut Tx, tenant: &TenantKey, entry: &Entry) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO articles (tenant_id, topic, municipality, kind, version, number, body,
               digest, origin, published_at, expires_at, owner_person, reviewer_person)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (tenant_id, topic, municipality) DO UPDATE SET
               kind = excluded.kind, version = excluded.version, number = excluded.number,
               body = excluded.body, digest = excluded.digest, origin = excluded.origin,
               published_at = excluded.published_at, expires_at = excluded.expires_at,
               owner_person = excluded.owner_person, reviewer_person = excluded.reviewer_person"
        ),
        args![
            tenant,
            &entry.topic,
            column(entry.municipality.as_ref()),
            &entry.kind,
            entry.version,
            entry.number,
            &entry.body,
            &entry.digest,
            &entry.origin,
            entry.published_at,
            entry.expires_at,
            entry.owner_person,
            entry.reviewer_person
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

/// Counts one more answer to "did this help?" on a day, in the place of one that was counted before it
/// if one is named. Nobody's name, only a number.
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
    in_place_of: Option<&str>,
) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    if let Some(before) = in_place_of {
        tx.execute(
            sql!(
                "UPDATE helped SET count = count - 1
                 WHERE tenant_id = $1 AND topic = $2 AND municipality = $3 AND day = $4
                   AND answer = $5 AND count > 0"
            ),
            args![tenant, topic, municipality, day, before],
        )
        .await?;
    }
    tx.execute(
        sql!(
            "INSERT INTO helped (tenant_id, topic, municipality, day, answer, count)
             VALUES ($1, $2, $3, $4, $5, 1)
             ON CONFLICT (tenant_id, topic, municipality, day, answer)
             DO UPDATE SET count = helped.count + 1"
        ),
        args![tenant, topic, municipality, day, answer],
    )
    .await?;
    tx.commit().await
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

pub(crate) fn column(municipality: Option<&MunicipalityKey>) -> &str {
    municipality.map_or(MASTER, MunicipalityKey::as_str)
}

pub(crate) fn key(row: &Row) -> Result<EntryKey, StoreError> {
    let municipality: String = row.get("municipality")?;
    let municipality = match municipality.as_str() {
        MASTER => None,
        some => Some(some.parse().map_err(|_| StoreError::Damaged("municipality"))?),
    };
    Ok((row.parsed("topic")?, municipality))
}
