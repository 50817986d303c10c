//! Administrations, teams, people, lines and responsibilities, each with what its source says and
//! what people here say.

use base::{Id, MunicipalityKey, TenantKey, UnixMillis, kind};
use rules::directory::source::Record;
use rules::directory::{Absence, EntryId, ItemKind};

use super::json;
use crate::database::{Database, Read, Row, Tx};
use crate::{StoreError, args, sql};

/// A thing as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub kind: ItemKind,
    /// A unit's key, otherwise an id.
    pub item: String,
    /// Empty for what was made here.
    pub source: String,
    /// What the source calls it.
    pub source_id: String,
    pub record: Record,
    /// How often it was written.
    pub version: i64,
}

/// Everything of a municipality, by kind and name.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(
    from: impl Read,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Vec<Kept>, StoreError> {
    from.rows(
        sql!(
            "SELECT kind, item, source, source_id, record, version FROM directory_items
                 WHERE tenant_id = $1 AND municipality = $2 ORDER BY kind, item"
        ),
        args![tenant, municipality],
    )
    .await?
    .iter()
    .map(kept)
    .collect()
}

/// The administrations and teams of a municipality, inside the transaction that holds its stream.
///
/// # Errors
/// As [`all`].
pub async fn units(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Vec<Kept>, StoreError> {
    tx.rows(
        sql!(
            "SELECT kind, item, source, source_id, record, version FROM directory_items
             WHERE tenant_id = $1 AND municipality = $2 AND kind = 'unit' ORDER BY item"
        ),
        args![tenant, municipality],
    )
    .await?
    .iter()
    .map(kept)
    .collect()
}

/// One thing.
///
/// # Errors
/// As [`all`].
pub async fn one(
    from: impl Read,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: ItemKind,
    item: &str,
) -> Result<Option<Kept>, StoreError> {
    let row = from
        .row(
            sql!(
                "SELECT kind, item, source, source_id, record, version FROM directory_items
                 WHERE tenant_id = $1 AND municipality = $2 AND kind = $3 AND item = $4"
            ),
            args![tenant, municipality, kind.code(), item],
        )
        .await?;
    row.as_ref().map(kept).transpose()
}

/// What a source calls so, inside the transaction that changes it.
///
/// # Errors
/// As [`all`].
pub async fn of_source(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: ItemKind,
    source: &str,
    source_id: &str,
) -> Result<Option<Kept>, StoreError> {
    tx.row(
        sql!(
            "SELECT kind, item, source, source_id, record, version FROM directory_items
             WHERE tenant_id = $1 AND municipality = $2 AND kind = $3 AND source = $4
               AND source <> '' AND source_id = $5"
        ),
        args![tenant, municipality, kind.code(), source, source_id],
    )
    .await?
    .as_ref()
    .map(kept)
    .transpose()
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        kind: row.parsed("kind")?,
        item: row.get("item")?,
        source: row.get("source")?,
        source_id: row.get("source_id")?,
        record: row.json("record")?,
        version: row.get("version")?,
    })
}

/// Writes a thing as it stands now.
///
/// # Errors
/// [`StoreError::is_taken`] when another thing has the source's id; [`StoreError::Database`]
/// otherwise.
pub async fn put(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kept: &Kept,
    at: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO directory_items (tenant_id, municipality, kind, item, source, source_id,
               record, version, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant_id, municipality, kind, item) DO UPDATE SET
               source = excluded.source, source_id = excluded.source_id,
               record = excluded.record, version = excluded.version,
               changed_at = excluded.changed_at"
        ),
        args![
            tenant,
            municipality,
            kept.kind.code(),
            &kept.item,
            &kept.source,
            &kept.source_id,
            json(&kept.record)?,
            kept.version,
            at
        ],
    )
    .await?;
    Ok(())
}

/// Removes a thing of which nothing is to be remembered.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn remove(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: ItemKind,
    item: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "DELETE FROM directory_items
             WHERE tenant_id = $1 AND municipality = $2 AND kind = $3 AND item = $4"
        ),
        args![tenant, municipality, kind.code(), item],
    )
    .await?;
    Ok(())
}

/// A time at which somebody is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    pub id: Id<kind::Absence>,
    pub entry: EntryId,
    pub absence: Absence,
}

/// The absences of a municipality that have not ended at `at`.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn absences(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    at: UnixMillis,
) -> Result<Vec<Away>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT absence_id, entry_id, from_at, until_at FROM directory_absences
                 WHERE tenant_id = $1 AND municipality = $2 AND until_at > $3
                 ORDER BY from_at, absence_id"
            ),
            args![tenant, municipality, at],
        )
        .await?
        .iter()
        .map(away)
        .collect()
}

/// One absence, inside the transaction that changes it.
///
/// # Errors
/// As [`absences`].
pub async fn held_absence(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    id: Id<kind::Absence>,
) -> Result<Option<Away>, StoreError> {
    tx.row(
        sql!(
            "SELECT absence_id, entry_id, from_at, until_at FROM directory_absences
             WHERE tenant_id = $1 AND municipality = $2 AND absence_id = $3"
        ),
        args![tenant, municipality, id],
    )
    .await?
    .as_ref()
    .map(away)
    .transpose()
}

fn away(row: &Row) -> Result<Away, StoreError> {
    let absence = Absence { from: row.at("from_at")?, until: row.at("until_at")? };
    Ok(Away { id: row.id("absence_id")?, entry: row.id("entry_id")?, absence })
}

/// Writes an absence; `false` when another municipality has one of this id.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put_absence(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    away: &Away,
) -> Result<bool, StoreError> {
    let written = tx
        .execute(
            sql!(
                "INSERT INTO directory_absences (tenant_id, absence_id, municipality, entry_id,
                   from_at, until_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant_id, absence_id) DO UPDATE SET
                   from_at = excluded.from_at, until_at = excluded.until_at
                 WHERE directory_absences.municipality = excluded.municipality"
            ),
            args![tenant, away.id, municipality, away.entry, away.absence.from, away.absence.until],
        )
        .await?;
    Ok(written > 0)
}

/// Removes an absence.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn remove_absence(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: Id<kind::Absence>,
) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM directory_absences WHERE tenant_id = $1 AND absence_id = $2"),
        args![tenant, id],
    )
    .await?;
    Ok(())
}
