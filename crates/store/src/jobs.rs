//! Jobs: work to be done at an instant, by whichever node takes it first.
//!
//! A node claims a due job under a lease. When the lease runs out (the node died) another may claim
//! it; the fence then has a higher number, and [`done`] of the first claim answers `false`, so that
//! its transaction can be undone. Whoever does the work in the transaction that calls [`done`] does
//! it exactly once; whoever acts on the outside world does it at least once.
//!
//! A claimed job has `run_at = lease_until`. When it is added again meanwhile, `run_at` moves away
//! from that, and the job runs once more after it is done.

use base::{Id, TenantKey, UnixMillis, kind};

use crate::database::{Database, Row, Tx};
use crate::{StoreError, args, sql};

pub type JobId = Id<kind::Job>;

/// A job that is ours until its lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub id: JobId,
    pub kind: String,
    /// What it is about; with `kind` unique in the consortium.
    pub key: String,
    /// JSON, or whatever the kind agrees on.
    pub body: String,
    /// Proof that the claim is still ours; give it back to [`done`] and [`retry`].
    pub fence: i64,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When it was to run.
    pub due_at: UnixMillis,
}

/// The words of an error that are kept.
const ERROR_CHARACTERS: usize = 500;

/// Adds a job. A job of that kind and key which is there already is moved to `run_at` with this
/// body instead; if it is running, it runs again afterwards.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: JobId,
    kind: &str,
    key: &str,
    run_at: UnixMillis,
    body: &str,
) -> Result<(), StoreError> {
    put(tx, tenant, id, kind, key, run_at, body, true).await
}

/// Adds a job unless there is one of that kind and key; what is there stays as it is.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn ensure(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: JobId,
    kind: &str,
    key: &str,
    run_at: UnixMillis,
    body: &str,
) -> Result<(), StoreError> {
    put(tx, tenant, id, kind, key, run_at, body, false).await
}

async fn put(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: JobId,
    kind: &str,
    key: &str,
    run_at: UnixMillis,
    body: &str,
    moves: bool,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO jobs (tenant_id, job_id, kind, key, run_at, lease_until, fence, attempts,
               body, error)
             VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, '')
             ON CONFLICT (tenant_id, kind, key) DO UPDATE SET
               run_at = CASE WHEN excluded.run_at = jobs.lease_until THEN excluded.run_at + 1
                             ELSE excluded.run_at END,
               attempts = 0, body = excluded.body, error = ''
             WHERE $7"
        ),
        args![tenant, id, kind, key, run_at, body, moves],
    )
    .await?;
    Ok(())
}

/// Takes a job away; whether there was one. A running one is not stopped, but its [`done`] answers
/// `false`.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn cancel(
    tx: &mut Tx,
    tenant: &TenantKey,
    kind: &str,
    key: &str,
) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            sql!("DELETE FROM jobs WHERE tenant_id = $1 AND kind = $2 AND key = $3"),
            args![tenant, kind, key],
        )
        .await?;
    Ok(touched > 0)
}

/// Takes at most `limit` due jobs for `lease_s` seconds, the earliest first. No other claim gets
/// the same ones.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails; nothing is claimed then.
pub async fn claim(
    database: &Database,
    tenant: &TenantKey,
    now: UnixMillis,
    lease_s: i64,
    limit: i64,
) -> Result<Vec<Claimed>, StoreError> {
    // Asked often and mostly in vain: do not take the write lock for that.
    let due = database
        .row(
            sql!(
                "SELECT 1 AS due FROM jobs
                 WHERE tenant_id = $1 AND run_at <= $2 AND lease_until <= $2 LIMIT 1"
            ),
            args![tenant, now],
        )
        .await?;
    if due.is_none() || limit < 1 {
        return Ok(vec![]);
    }
    let lease_until = now.plus_seconds(lease_s);
    let mut tx = database.begin().await?;
    let mut claimed = if tx.is_sqlite() {
        claim_alone(&mut tx, tenant, now, lease_until, limit).await?
    } else {
        claim_among_many(&mut tx, tenant, now, lease_until, limit).await?
    };
    tx.commit().await?;
    claimed.sort_by_key(|job| (job.due_at, job.id));
    Ok(claimed)
}

/// SQLite: the transaction is the only one that writes.
async fn claim_alone(
    tx: &mut Tx,
    tenant: &TenantKey,
    now: UnixMillis,
    lease_until: UnixMillis,
    limit: i64,
) -> Result<Vec<Claimed>, StoreError> {
    let rows = tx
        .rows(
            sql!(
                "SELECT job_id, kind, key, body, fence + 1 AS fence, attempts + 1 AS attempts,
                   run_at AS due_at
                 FROM jobs WHERE tenant_id = $1 AND run_at <= $2 AND lease_until <= $2
                 ORDER BY run_at, job_id LIMIT $3"
            ),
            args![tenant, now, limit],
        )
        .await?;
    let claimed: Vec<Claimed> = rows.iter().map(claimed).collect::<Result<_, _>>()?;
    for job in &claimed {
        tx.execute(
            sql!(
                "UPDATE jobs SET lease_until = $3, run_at = $3, fence = fence + 1,
                   attempts = attempts + 1
                 WHERE tenant_id = $1 AND job_id = $2"
            ),
            args![tenant, job.id, lease_until],
        )
        .await?;
    }
    Ok(claimed)
}

/// PostgreSQL: skips what others are claiming. Materialised, or the planner may choose rows twice.
async fn claim_among_many(
    tx: &mut Tx,
    tenant: &TenantKey,
    now: UnixMillis,
    lease_until: UnixMillis,
    limit: i64,
) -> Result<Vec<Claimed>, StoreError> {
    tx.rows(
        sql!(postgres
            "WITH due AS MATERIALIZED (
               SELECT job_id, run_at FROM jobs
               WHERE tenant_id = $1 AND run_at <= $2 AND lease_until <= $2
               ORDER BY run_at, job_id LIMIT $4 FOR UPDATE SKIP LOCKED)
             UPDATE jobs SET lease_until = $3, run_at = $3, fence = fence + 1,
               attempts = attempts + 1
             FROM due WHERE jobs.tenant_id = $1 AND jobs.job_id = due.job_id
             RETURNING jobs.job_id, kind, key, body, fence, attempts, due.run_at AS due_at"
        ),
        args![tenant, now, lease_until, limit],
    )
    .await?
    .iter()
    .map(claimed)
    .collect()
}

fn claimed(row: &Row) -> Result<Claimed, StoreError> {
    Ok(Claimed {
        id: row.id("job_id")?,
        kind: row.get("kind")?,
        key: row.get("key")?,
        body: row.get("body")?,
        fence: row.get("fence")?,
        attempts: row.get("attempts")?,
        due_at: row.at("due_at")?,
    })
}

/// The job is done: it goes, or waits for its next turn if it was added again meanwhile. `false`
/// when the claim is no longer ours: undo the transaction, another has done it or will.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn done(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: JobId,
    fence: i64,
) -> Result<bool, StoreError> {
    let gone = tx
        .execute(
            sql!(
                "DELETE FROM jobs
                 WHERE tenant_id = $1 AND job_id = $2 AND fence = $3 AND run_at = lease_until"
            ),
            args![tenant, id, fence],
        )
        .await?;
    if gone > 0 {
        return Ok(true);
    }
    let freed = tx
        .execute(
            sql!(
                "UPDATE jobs SET lease_until = 0, attempts = 0
                 WHERE tenant_id = $1 AND job_id = $2 AND fence = $3"
            ),
            args![tenant, id, fence],
        )
        .await?;
    Ok(freed > 0)
}

/// The job is done for now and runs again at `run_at` (or earlier, if it was added again). `false`
/// when the claim is no longer ours.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn again(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: JobId,
    fence: i64,
    run_at: UnixMillis,
) -> Result<bool, StoreError> {
    let freed = tx
        .execute(
            sql!(
                "UPDATE jobs SET
                   run_at = CASE WHEN run_at = lease_until OR run_at > $4 THEN $4 ELSE run_at END,
                   lease_until = 0, attempts = 0, error = ''
                 WHERE tenant_id = $1 AND job_id = $2 AND fence = $3"
            ),
            args![tenant, id, fence, run_at],
        )
        .await?;
    Ok(freed > 0)
}

/// The job has failed and is tried again at `run_at` (or earlier, if it was added again). `error`
/// is kept for operators: no personal text. `false` when the claim is no longer ours.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn retry(
    database: &Database,
    tenant: &TenantKey,
    id: JobId,
    fence: i64,
    run_at: UnixMillis,
    error: &str,
) -> Result<bool, StoreError> {
    let error: String = error.chars().take(ERROR_CHARACTERS).collect();
    let freed = database
        .execute(
            sql!(
                "UPDATE jobs SET
                   run_at = CASE WHEN run_at = lease_until OR run_at > $4 THEN $4 ELSE run_at END,
                   lease_until = 0, error = $5
                 WHERE tenant_id = $1 AND job_id = $2 AND fence = $3"
            ),
            args![tenant, id, fence, run_at, error],
        )
        .await?;
    Ok(freed > 0)
}

/// When the next job is to run, at the earliest; `None` without jobs.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn next_run(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Option<UnixMillis>, StoreError> {
    let row = database
        .row(sql!("SELECT MIN(run_at) AS run_at FROM jobs WHERE tenant_id = $1"), args![tenant])
        .await?;
    match row {
        Some(row) => Ok(row.get::<Option<i64>>("run_at")?.map(UnixMillis)),
        None => Ok(None),
    }
}

/// A job that fails again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    pub kind: String,
    pub key: String,
    pub attempts: i64,
    pub run_at: UnixMillis,
    pub error: String,
}

/// The jobs that have failed at least once and not succeeded since, worst first; at most `limit`.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn failing(
    database: &Database,
    tenant: &TenantKey,
    limit: i64,
) -> Result<Vec<Failing>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT kind, key, attempts, run_at, error FROM jobs
                 WHERE tenant_id = $1 AND error <> '' ORDER BY attempts DESC, job_id LIMIT $2"
            ),
            args![tenant, limit],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Failing {
                kind: row.get("kind")?,
                key: row.get("key")?,
                attempts: row.get("attempts")?,
                run_at: row.at("run_at")?,
                error: row.get("error")?,
            })
        })
        .collect()
}
