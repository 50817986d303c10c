//! Conversations that were recorded: which municipalities allow it, and the sound, whose time runs out
//! by a rule of its own.

use base::{Id, MunicipalityKey, TenantKey, UnixMillis, kind};
use rules::contacts::ContactId;

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

/// What a municipality has said about recording its citizens' calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub allowed: bool,
    /// So many days a recording is kept.
    pub days: i64,
}

/// A recording, without its sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    pub id: Id<kind::Recording>,
    pub contact: ContactId,
    /// Whose rule holds for it.
    pub municipality: MunicipalityKey,
    /// The agent who recorded.
    pub by: PersonId,
    pub began_at: UnixMillis,
    pub ended_at: UnixMillis,
}

/// What a municipality has said; `None` when nothing.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn rule(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Option<Rule>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT allowed, days FROM recording_rules
                 WHERE tenant_id = $1 AND municipality = $2"
            ),
            args![tenant, municipality],
        )
        .await?;
    row.map(|row| Ok(Rule { allowed: row.get("allowed")?, days: row.get("days")? })).transpose()
}

/// Writes what a municipality says.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_rule(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    rule: Rule,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO recording_rules (tenant_id, municipality, allowed, days)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, municipality)
             DO UPDATE SET allowed = excluded.allowed, days = excluded.days"
        ),
        args![tenant, municipality, rule.allowed, rule.days],
    )
    .await?;
    Ok(())
}

/// Keeps a recording; `sound` is a WAV file in base64.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn keep(
    database: &Database,
    tenant: &TenantKey,
    recording: &Recording,
    sound: &str,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "INSERT INTO recordings (tenant_id, recording_id, contact_id, municipality,
                   person_id, began_at, ended_at, sound)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            args![
                tenant,
                recording.id,
                recording.contact,
                &recording.municipality,
                recording.by,
                recording.began_at,
                recording.ended_at,
                sound
            ],
        )
        .await?;
    Ok(())
}

/// The recordings of a contact, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_contact(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Vec<Recording>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT recording_id, contact_id, municipality, person_id, began_at, ended_at
                 FROM recordings WHERE tenant_id = $1 AND contact_id = $2
                 ORDER BY began_at, recording_id"
            ),
            args![tenant, contact],
        )
        .await?
        .iter()
        .map(recording)
        .collect()
}

/// The newest recordings of an agent, and of a municipality.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest(
    database: &Database,
    tenant: &TenantKey,
    by: PersonId,
    municipality: Option<&MunicipalityKey>,
    most: i64,
) -> Result<Vec<Recording>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT recording_id, contact_id, municipality, person_id, began_at, ended_at
                 FROM recordings
                 WHERE tenant_id = $1 AND (person_id = $2 OR municipality = $3)
                 ORDER BY began_at DESC, recording_id LIMIT $4"
            ),
            args![tenant, by, municipality.map(ToString::to_string), most],
        )
        .await?
        .iter()
        .map(recording)
        .collect()
}

/// One recording with its sound.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(
    database: &Database,
    tenant: &TenantKey,
    id: Id<kind::Recording>,
) -> Result<Option<(Recording, String)>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT recording_id, contact_id, municipality, person_id, began_at, ended_at,
                   sound
                 FROM recordings WHERE tenant_id = $1 AND recording_id = $2"
            ),
            args![tenant, id],
        )
        .await?;
    row.map(|row| Ok((recording(&row)?, row.get("sound")?))).transpose()
}

fn recording(row: &Row) -> Result<Recording, StoreError> {
    Ok(Recording {
        id: row.id("recording_id")?,
        contact: row.id("contact_id")?,
        municipality: row.parsed("municipality")?,
        by: row.id("person_id")?,
        began_at: row.at("began_at")?,
        ended_at: row.at("ended_at")?,
    })
}

/// Deletes what the rule of its municipality keeps no longer, and what has none; how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub(crate) async fn forget_old(
    tx: &mut Tx,
    tenant: &TenantKey,
    now: UnixMillis,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!(
            "DELETE FROM recordings WHERE tenant_id = $1 AND ended_at < $2 - 86400000 * COALESCE((
               SELECT r.days FROM recording_rules r WHERE r.tenant_id = recordings.tenant_id
                 AND r.municipality = recordings.municipality), 0)"
        ),
        args![tenant, now],
    )
    .await
}

/// Deletes the recordings of a contact; how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub(crate) async fn forget(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!("DELETE FROM recordings WHERE tenant_id = $1 AND contact_id = $2"),
        args![tenant, contact],
    )
    .await
}
