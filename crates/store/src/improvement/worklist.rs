//! The worklist: what citizens looked for and did not find, as work for an editor.

use base::{Id, MunicipalityKey, TenantKey, UnixMillis, kind};
use rules::improvement::Rate;
use uuid::Uuid;

use crate::database::{Database, Row, Tx};
use crate::{StoreError, args, sql};

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Improvement {
    pub id: Uuid,
    pub municipality: MunicipalityKey,
    pub audience: String,
    /// Knowledge area; empty when nothing is near.
    pub area: String,
    /// The name of the cluster: its commonest query, or `guide/TOPIC/NODE`.
    pub cluster: String,
    /// `open`, `doing`, `done`, `declined`.
    pub state: String,
    pub owner: Option<Id<kind::Person>>,
    /// `2027-06-16`.
    pub due: String,
    pub made_at: UnixMillis,
    /// Searches that were not found.
    pub failed: i64,
    pub visitors: i64,
    /// JSON list of every query of the cluster, for measuring; never shown as such.
    pub phrases: String,
    /// JSON of what is shown.
    pub body: String,
    /// JSON of what was decided.
    pub decision: Option<String>,
    /// The day it was done.
    pub done_on: Option<String>,
    /// What was found before it was done (until now, when it is not).
    pub before: Rate,
    /// What was found since.
    pub after: Rate,
    /// Grows with every change.
    pub version: i64,
}

const NO_SUCH: StoreError = StoreError::Damaged("improvements");

/// Every piece of work of the consortium; the most failed first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(database: &Database, tenant: &TenantKey) -> Result<Vec<Improvement>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT improvement_id, municipality, audience, area, cluster, state, owner, due,
                   made_at, failed, visitors, phrases, body, decision, done_on, before_found,
                   before_n, after_found, after_n, version
                 FROM improvements WHERE tenant_id = $1
                 ORDER BY failed DESC, municipality, cluster"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(improvement)
        .collect()
}

/// One piece of work.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn one(
    database: &Database,
    tenant: &TenantKey,
    id: Uuid,
) -> Result<Option<Improvement>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT improvement_id, municipality, audience, area, cluster, state, owner, due,
                   made_at, failed, visitors, phrases, body, decision, done_on, before_found,
                   before_n, after_found, after_n, version
                 FROM improvements WHERE tenant_id = $1 AND improvement_id = $2"
            ),
            args![tenant, id],
        )
        .await?;
    row.as_ref().map(improvement).transpose()
}

/// Writes new work; `false` when a cluster of that name is there already.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add(tx: &mut Tx, tenant: &TenantKey, new: &Improvement) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            sql!(
                "INSERT INTO improvements (tenant_id, improvement_id, municipality, audience, area,
                   cluster, state, owner, due, made_at, failed, visitors, phrases, body, decision,
                   done_on, before_found, before_n, after_found, after_n, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                   $18, $19, $20, 1)
                 ON CONFLICT (tenant_id, municipality, audience, cluster) DO NOTHING"
            ),
            args![
                tenant,
                new.id,
                &new.municipality,
                &new.audience,
                &new.area,
                &new.cluster,
                &new.state,
                new.owner,
                &new.due,
                new.made_at,
                new.failed,
                new.visitors,
                &new.phrases,
                &new.body,
                new.decision.clone(),
                new.done_on.clone(),
                new.before.found,
                new.before.n,
                new.after.found,
                new.after.n
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Writes work that was changed, if nobody else has changed it since it was read; `false` when
/// somebody has.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put(tx: &mut Tx, tenant: &TenantKey, new: &Improvement) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            sql!(
                "UPDATE improvements SET area = $3, state = $4, owner = $5, due = $6, failed = $7,
                   visitors = $8, phrases = $9, body = $10, decision = $11, done_on = $12,
                   before_found = $13, before_n = $14, after_found = $15, after_n = $16,
                   version = version + 1
                 WHERE tenant_id = $1 AND improvement_id = $2 AND version = $17"
            ),
            args![
                tenant,
                new.id,
                &new.area,
                &new.state,
                new.owner,
                &new.due,
                new.failed,
                new.visitors,
                &new.phrases,
                &new.body,
                new.decision.clone(),
                new.done_on.clone(),
                new.before.found,
                new.before.n,
                new.after.found,
                new.after.n,
                new.version
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Deletes work that was made before `before` and is settled; how much.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn forget_before(
    tx: &mut Tx,
    tenant: &TenantKey,
    before: UnixMillis,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!(
            "DELETE FROM improvements
             WHERE tenant_id = $1 AND made_at < $2 AND state IN ('done', 'declined')"
        ),
        args![tenant, before],
    )
    .await
}

fn improvement(row: &Row) -> Result<Improvement, StoreError> {
    let state: String = row.get("state")?;
    if !matches!(state.as_str(), "open" | "doing" | "done" | "declined") {
        return Err(NO_SUCH);
    }
    Ok(Improvement {
        id: row.get("improvement_id")?,
        municipality: row.parsed("municipality")?,
        audience: row.get("audience")?,
        area: row.get("area")?,
        cluster: row.get("cluster")?,
        state,
        owner: row.maybe_id("owner")?,
        due: row.get("due")?,
        made_at: row.at("made_at")?,
        failed: row.get("failed")?,
        visitors: row.get("visitors")?,
        phrases: row.get("phrases")?,
        body: row.get("body")?,
        decision: row.get("decision")?,
        done_on: row.get("done_on")?,
        before: Rate { found: row.get("before_found")?, n: row.get("before_n")? },
        after: Rate { found: row.get("after_found")?, n: row.get("after_n")? },
        version: row.get("version")?,
    })
}
