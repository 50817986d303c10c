//! The duty list. Every change is also an event of the stream `duty/all` with the whole duty in it,
//! so that the list of any earlier instant can be told.

use base::{Id, TenantKey, UnixMillis, kind};
use rules::duty::{Duty, DutyKind};

use crate::database::{Database, Read, Row, Tx};
use crate::streams::{self, StreamKey, StreamKind};
use crate::{StoreError, args, sql};

pub type DutyId = Id<kind::Duty>;

/// A duty and the number of its change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned {
    pub duty: Duty,
    /// 1 when it is new.
    pub version: i64,
}

/// The stream of the list.
#[must_use]
pub fn stream() -> StreamKey {
    StreamKey::of_consortium(StreamKind::Duty)
}

/// The duties that touch the time from `from` to `to`, cancelled ones too, in order of beginning.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn between(
    from: impl Read,
    tenant: &TenantKey,
    start: UnixMillis,
    end: UnixMillis,
) -> Result<Vec<Versioned>, StoreError> {
    from.rows(
        sql!(
            "SELECT body, version FROM duties
             WHERE tenant_id = $1 AND ends_at > $2 AND starts_at < $3
             ORDER BY starts_at, duty_id"
        ),
        args![tenant, start, end],
    )
    .await?
    .iter()
    .map(versioned)
    .collect()
}

/// One duty.
///
/// # Errors
/// As [`between`].
pub async fn by_id(
    database: &Database,
    tenant: &TenantKey,
    id: DutyId,
) -> Result<Option<Versioned>, StoreError> {
    let row = database
        .row(
            sql!("SELECT body, version FROM duties WHERE tenant_id = $1 AND duty_id = $2"),
            args![tenant, id],
        )
        .await?;
    row.as_ref().map(versioned).transpose()
}

/// The duties that touch the time from `from` to `to`, read in a transaction that holds the list:
/// nobody else changes it until the transaction ends.
///
/// # Errors
/// As [`between`].
pub async fn held(
    tx: &mut Tx,
    tenant: &TenantKey,
    from: UnixMillis,
    to: UnixMillis,
) -> Result<Vec<Versioned>, StoreError> {
    streams::take(tx, tenant, &stream(), 0).await?;
    between(tx, tenant, from, to).await
}

/// Writes a duty under its version, and the event. `false`, and nothing written, when the list has
/// another version than the one before.
///
/// # Errors
/// [`StoreError`] when a statement fails.
pub async fn put(
    tx: &mut Tx,
    tenant: &TenantKey,
    new: &Versioned,
    at: UnixMillis,
) -> Result<bool, StoreError> {
    let duty = &new.duty;
    let body = serde_json::to_string(duty).map_err(|_| StoreError::Damaged("duty"))?;
    let department = match &duty.kind {
        DutyKind::Hotline => "",
        DutyKind::Telephone { department } => department.as_str(),
    };
    let touched = tx
        .execute(
            sql!(
                "INSERT INTO duties (tenant_id, duty_id, serving, department, date, starts_at,
                   ends_at, cancelled, version, body)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT (tenant_id, duty_id) DO UPDATE SET
                   serving = excluded.serving, department = excluded.department,
                   date = excluded.date, starts_at = excluded.starts_at,
                   ends_at = excluded.ends_at, cancelled = excluded.cancelled,
                   version = excluded.version, body = excluded.body
                 WHERE duties.version = excluded.version - 1"
            ),
            args![
                tenant,
                duty.id,
                &duty.serving,
                department,
                duty.date.to_string(),
                duty.starts(),
                duty.ends(),
                duty.cancelled,
                new.version,
                &body
            ],
        )
        .await?;
    if touched != 1 {
        return Ok(false);
    }
    streams::append(tx, tenant, &stream(), at, &[("changed", body)]).await?;
    Ok(true)
}

/// The whole list as it was at `at`: the last change of each duty up to then.
///
/// # Errors
/// [`StoreError`] when the statement fails or an event is damaged.
pub async fn as_of(
    database: &Database,
    tenant: &TenantKey,
    at: UnixMillis,
) -> Result<Vec<Duty>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT body FROM events
                 WHERE tenant_id = $1 AND stream_kind = $2 AND stream_key = $3 AND at <= $4
                 ORDER BY seq"
            ),
            args![tenant, StreamKind::Duty.as_str(), stream().key, at],
        )
        .await?;
    let mut duties = std::collections::BTreeMap::new();
    for row in &rows {
        let duty: Duty = row.json("body")?;
        duties.insert(duty.id, duty);
    }
    Ok(duties.into_values().collect())
}

fn versioned(row: &Row) -> Result<Versioned, StoreError> {
    Ok(Versioned { duty: row.json("body")?, version: row.get("version")? })
}
