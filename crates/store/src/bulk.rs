//! Bulk changes and the texts they touch.

use std::collections::BTreeMap;

use base::{TenantKey, UnixMillis};
use rules::bulk::{BulkId, BulkText, Phase, Place, Rule};

use crate::database::{Database, Read, Row, Tx};
use crate::knowledge::{EntryKey, column, key};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

/// A bulk change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    pub id: BulkId,
    pub rule: Rule,
    pub phase: Phase,
    pub by: PersonId,
    pub note: String,
    pub made_at: UnixMillis,
    pub changed_at: UnixMillis,
    pub publish_at: Option<UnixMillis>,
    /// Why the clock could not publish it: the code of a problem; empty when nothing is wrong.
    pub refused: String,
    /// Counts whoever held it to change it, itself included.
    pub revision: i64,
}

/// A text of a bulk change, as it was at the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub text: BulkText,
    /// `article`, `referral`, `guide`, `variant`, `branches`.
    pub kind: String,
    pub title: String,
    pub area: String,
    /// The version that was looked at.
    pub number: i64,
    pub places: Vec<Place>,
    /// The errors that the check found in what the text would become.
    pub findings: Vec<String>,
}

impl Touched {
    #[must_use]
    pub fn key(&self) -> EntryKey {
        (self.text.topic.clone(), self.text.municipality.clone())
    }
}

/// Writes a bulk change, new or changed.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn put(tx: &mut Tx, tenant: &TenantKey, bulk: &Bulk) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO bulk_changes (tenant_id, bulk_id, rule, phase, by_person, note, made_at,
               changed_at, publish_at, refused, revision)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (tenant_id, bulk_id) DO UPDATE SET
               rule = excluded.rule, phase = excluded.phase, note = excluded.note,
               changed_at = excluded.changed_at, publish_at = excluded.publish_at,
               refused = excluded.refused"
        ),
        args![
            tenant,
            bulk.id,
            json(&bulk.rule)?,
            bulk.phase.word(),
            bulk.by,
            &bulk.note,
            bulk.made_at,
            bulk.changed_at,
            bulk.publish_at,
            &bulk.refused,
            bulk.revision
        ],
    )
    .await?;
    Ok(())
}

/// Holds a bulk change until the transaction ends and reads it; `None` when there is no such one.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn take(tx: &mut Tx, tenant: &TenantKey, id: BulkId) -> Result<Option<Bulk>, StoreError> {
    tx.execute(
        sql!(
            "UPDATE bulk_changes SET revision = revision + 1
             WHERE tenant_id = $1 AND bulk_id = $2"
        ),
        args![tenant, id],
    )
    .await?;
    get(tx, tenant, id).await
}

/// A bulk change.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn get(
    from: impl Read,
    tenant: &TenantKey,
    id: BulkId,
) -> Result<Option<Bulk>, StoreError> {
    from.row(
        sql!(
            "SELECT bulk_id, rule, phase, by_person, note, made_at, changed_at, publish_at, refused,
               revision
             FROM bulk_changes WHERE tenant_id = $1 AND bulk_id = $2"
        ),
        args![tenant, id],
    )
    .await?
    .as_ref()
    .map(bulk)
    .transpose()
}

/// Bulk changes with their texts, as [`texts`] tells them, the newest first.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn all(
    database: &Database,
    tenant: &TenantKey,
    limit: i64,
) -> Result<Vec<(Bulk, Vec<Touched>)>, StoreError> {
    let changes = database
        .rows(
            sql!(
                "SELECT bulk_id, rule, phase, by_person, note, made_at, changed_at, publish_at,
                   refused, revision
                 FROM bulk_changes WHERE tenant_id = $1
                 ORDER BY made_at DESC, bulk_id LIMIT $2"
            ),
            args![tenant, limit],
        )
        .await?;
    let mut by_change: BTreeMap<BulkId, Vec<Touched>> = BTreeMap::new();
    let texts = database
        .rows(
            sql!(
                "SELECT b.bulk_id, b.topic, b.municipality, b.kind, b.title, b.area, b.number,
                   b.places, b.findings, b.left_out, b.left_fields, b.asks_approval, b.approved_by,
                   CAST(COALESCE(a.number, 0) AS BIGINT) AS number_now
                 FROM bulk_texts b
                 LEFT JOIN articles a ON a.tenant_id = b.tenant_id AND a.topic = b.topic
                   AND a.municipality = b.municipality
                 WHERE b.tenant_id = $1 AND b.bulk_id IN (SELECT bulk_id FROM bulk_changes
                   WHERE tenant_id = $1 ORDER BY made_at DESC, bulk_id LIMIT $2)
                 ORDER BY b.topic, b.municipality"
            ),
            args![tenant, limit],
        )
        .await?;
    for row in &texts {
        by_change.entry(row.id("bulk_id")?).or_default().push(touched(row)?);
    }
    changes
        .iter()
        .map(|row| {
            let bulk = bulk(row)?;
            let texts = by_change.remove(&bulk.id).unwrap_or_default();
            Ok((bulk, texts))
        })
        .collect()
}

fn bulk(row: &Row) -> Result<Bulk, StoreError> {
    let phase: String = row.get("phase")?;
    Ok(Bulk {
        id: row.id("bulk_id")?,
        rule: row.json("rule")?,
        phase: Phase::of_word(&phase).ok_or(StoreError::Damaged("phase"))?,
        by: row.id("by_person")?,
        note: row.get("note")?,
        made_at: row.at("made_at")?,
        changed_at: row.at("changed_at")?,
        publish_at: row.get::<Option<i64>>("publish_at")?.map(UnixMillis),
        refused: row.get("refused")?,
        revision: row.get("revision")?,
    })
}

/// Writes the texts of a bulk change in place of those it had.
///
/// # Errors
/// [`StoreError`] when a statement fails.
pub async fn put_texts(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: BulkId,
    texts: &[Touched],
) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM bulk_texts WHERE tenant_id = $1 AND bulk_id = $2"),
        args![tenant, id],
    )
    .await?;
    for touched in texts {
        tx.execute(
            sql!(
                "INSERT INTO bulk_texts (tenant_id, bulk_id, topic, municipality, kind, title, area,
                   number, places, findings, left_out, left_fields, asks_approval, approved_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
            ),
            args![
                tenant,
                id,
                &touched.text.topic,
                column(touched.text.municipality.as_ref()),
                &touched.kind,
                &touched.title,
                &touched.area,
                touched.number,
                json(&touched.places)?,
                json(&touched.findings)?,
                touched.text.left_out,
                json(&touched.text.left_fields)?,
                touched.text.asks_approval,
                touched.text.approved_by
            ],
        )
        .await?;
    }
    Ok(())
}

/// The bulk changes that wait for their minute and would change a text.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn scheduled_over(
    tx: &mut Tx,
    tenant: &TenantKey,
    key: &EntryKey,
) -> Result<Vec<Bulk>, StoreError> {
    tx.rows(
        sql!(
            "SELECT c.bulk_id, c.rule, c.phase, c.by_person, c.note, c.made_at, c.changed_at,
               c.publish_at, c.refused, c.revision, c.revision
             FROM bulk_changes c
             JOIN bulk_texts b ON b.tenant_id = c.tenant_id AND b.bulk_id = c.bulk_id
             WHERE c.tenant_id = $1 AND c.phase = 'scheduled' AND b.topic = $2
               AND b.municipality = $3 AND NOT b.left_out
             ORDER BY c.bulk_id"
        ),
        args![tenant, &key.0, column(key.1.as_ref())],
    )
    .await?
    .iter()
    .map(bulk)
    .collect()
}

/// The texts of a bulk change, each with whether its version is another than the one that was looked
/// at (or it is gone): what was previewed may stand all the same.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn texts(
    from: impl Read,
    tenant: &TenantKey,
    id: BulkId,
) -> Result<Vec<Touched>, StoreError> {
    from.rows(
        sql!(
            "SELECT b.topic, b.municipality, b.kind, b.title, b.area, b.number, b.places,
               b.findings, b.left_out, b.left_fields, b.asks_approval, b.approved_by,
               CAST(COALESCE(a.number, 0) AS BIGINT) AS number_now
             FROM bulk_texts b
             LEFT JOIN articles a ON a.tenant_id = b.tenant_id AND a.topic = b.topic
               AND a.municipality = b.municipality
             WHERE b.tenant_id = $1 AND b.bulk_id = $2 ORDER BY b.topic, b.municipality"
        ),
        args![tenant, id],
    )
    .await?
    .iter()
    .map(touched)
    .collect()
}

fn touched(row: &Row) -> Result<Touched, StoreError> {
    let (topic, municipality) = key(row)?;
    let number: i64 = row.get("number")?;
    let findings: Vec<String> = row.json("findings")?;
    Ok(Touched {
        text: BulkText {
            topic,
            municipality,
            left_out: row.get("left_out")?,
            left_fields: row.json("left_fields")?,
            asks_approval: row.get("asks_approval")?,
            approved_by: row.maybe_id("approved_by")?,
            changed_since: number != row.get::<i64>("number_now")?,
            faulty: !findings.is_empty(),
        },
        kind: row.get("kind")?,
        title: row.get("title")?,
        area: row.get("area")?,
        number,
        places: row.json("places")?,
        findings,
    })
}

/// Forgets bulk changes that ended before an instant; how many.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn forget_before(
    tx: &mut Tx,
    tenant: &TenantKey,
    before: UnixMillis,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!(
            "DELETE FROM bulk_texts WHERE tenant_id = $1 AND bulk_id IN
               (SELECT bulk_id FROM bulk_changes WHERE tenant_id = $1 AND changed_at < $2
                AND phase IN ('published', 'cancelled'))"
        ),
        args![tenant, before],
    )
    .await?;
    tx.execute(
        sql!(
            "DELETE FROM bulk_changes WHERE tenant_id = $1 AND changed_at < $2
               AND phase IN ('published', 'cancelled')"
        ),
        args![tenant, before],
    )
    .await
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Damaged("bulk change"))
}
