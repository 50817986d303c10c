//! What editors have to do. Of one kind there is one open task on a text (and on one thing in it).

use base::{Id, MunicipalityKey, TenantKey, TopicKey, UnixMillis, kind};
use jiff::civil::Date;
use serde_json::Value;

use crate::database::{Database, Row, Tx};
use crate::knowledge::column;
use crate::people::PersonId;
use crate::{StoreError, args, sql};

pub type TaskId = Id<kind::Task>;

/// Something editors have to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub id: TaskId,
    /// `stale-variant`, `review-due`, `approval`, `broken-link`, `number`, `guide-half-way`,
    /// `not-found`, `missing-english`, `expiring`.
    pub kind: String,
    /// `None` when there is no text yet.
    pub topic: Option<TopicKey>,
    /// Whose text; `None` for the common one.
    pub municipality: Option<MunicipalityKey>,
    /// Tells apart two tasks of a kind on one text: a link, a number, a query.
    pub about: String,
    pub area: String,
    /// A word for the reason; its text stands in the language catalogue.
    pub why: String,
    /// What the reason speaks of. No personal text.
    pub args: Value,
    pub owner: Option<PersonId>,
    pub due: Date,
    /// `open`, `doing`, `done` or `dropped`.
    pub state: String,
    pub made_at: UnixMillis,
}

/// Makes a task unless there is an open one like it; then its reason is brought up to date and its
/// owner and due date stay. One that somebody dropped for the same reason does not come back.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn ensure(tx: &mut Tx, tenant: &TenantKey, task: &Task) -> Result<(), StoreError> {
    let dropped = tx
        .row(
            sql!(
                "SELECT 1 AS dropped FROM knowledge_tasks
                 WHERE tenant_id = $1 AND kind = $2 AND topic = $3 AND municipality = $4
                   AND about = $5 AND why = $6 AND args = $7 AND state = 'dropped' LIMIT 1"
            ),
            args![
                tenant,
                &task.kind,
                task.topic.as_ref().map_or("", TopicKey::as_str),
                column(task.municipality.as_ref()),
                &task.about,
                &task.why,
                task.args.to_string()
            ],
        )
        .await?;
    if dropped.is_some() {
        return Ok(());
    }
    tx.execute(
        sql!(
            "INSERT INTO knowledge_tasks (tenant_id, task_id, kind, topic, municipality, about,
               area, why, args, owner, due, state, made_at, closed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL)
             ON CONFLICT (tenant_id, kind, topic, municipality, about) WHERE closed_at IS NULL
             DO UPDATE SET why = excluded.why, args = excluded.args, area = excluded.area"
        ),
        args![
            tenant,
            task.id,
            &task.kind,
            task.topic.as_ref().map_or("", TopicKey::as_str),
            column(task.municipality.as_ref()),
            &task.about,
            &task.area,
            &task.why,
            task.args.to_string(),
            task.owner,
            task.due.to_string(),
            &task.state,
            task.made_at
        ],
    )
    .await?;
    Ok(())
}

/// Closes the open tasks of a kind on a text; how many there were.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn close(
    tx: &mut Tx,
    tenant: &TenantKey,
    kind: &str,
    topic: &TopicKey,
    municipality: Option<&MunicipalityKey>,
    at: UnixMillis,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!(
            "UPDATE knowledge_tasks SET state = 'done', closed_at = $5
             WHERE tenant_id = $1 AND kind = $2 AND topic = $3 AND municipality = $4
               AND closed_at IS NULL"
        ),
        args![tenant, kind, topic, column(municipality), at],
    )
    .await
}

/// Closes the task that a piece of work of another kind made; how many there were.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn close_about(
    tx: &mut Tx,
    tenant: &TenantKey,
    kind: &str,
    about: &str,
    at: UnixMillis,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!(
            "UPDATE knowledge_tasks SET state = 'done', closed_at = $4
             WHERE tenant_id = $1 AND kind = $2 AND about = $3 AND closed_at IS NULL"
        ),
        args![tenant, kind, about, at],
    )
    .await
}

/// Writes what a person has changed: owner, due date, state.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn change(
    tx: &mut Tx,
    tenant: &TenantKey,
    task: &Task,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let closed = matches!(task.state.as_str(), "done" | "dropped").then_some(at);
    tx.execute(
        sql!(
            "UPDATE knowledge_tasks SET owner = $3, due = $4, state = $5, closed_at = $6
             WHERE tenant_id = $1 AND task_id = $2"
        ),
        args![tenant, task.id, task.owner, task.due.to_string(), &task.state, closed],
    )
    .await?;
    Ok(())
}

/// A task, open or closed.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn by_id(
    database: &Database,
    tenant: &TenantKey,
    id: TaskId,
) -> Result<Option<Task>, StoreError> {
    database
        .row(
            sql!("SELECT * FROM knowledge_tasks WHERE tenant_id = $1 AND task_id = $2"),
            args![tenant, id],
        )
        .await?
        .as_ref()
        .map(task)
        .transpose()
}

/// Every open task, the first due first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn open(database: &Database, tenant: &TenantKey) -> Result<Vec<Task>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT * FROM knowledge_tasks WHERE tenant_id = $1 AND closed_at IS NULL
                 ORDER BY due, made_at, task_id"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(task)
        .collect()
}

/// Removes tasks that were closed before an instant.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn sweep(
    tx: &mut Tx,
    tenant: &TenantKey,
    closed_before: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM knowledge_tasks WHERE tenant_id = $1 AND closed_at < $2"),
        args![tenant, closed_before],
    )
    .await?;
    Ok(())
}

fn task(row: &Row) -> Result<Task, StoreError> {
    let municipality: String = row.get("municipality")?;
    let topic: String = row.get("topic")?;
    Ok(Task {
        id: row.id("task_id")?,
        kind: row.get("kind")?,
        topic: some(&topic).transpose().map_err(|_| StoreError::Damaged("topic"))?,
        municipality: some(&municipality)
            .transpose()
            .map_err(|_| StoreError::Damaged("municipality"))?,
        about: row.get("about")?,
        area: row.get("area")?,
        why: row.get("why")?,
        args: row.json("args")?,
        owner: row.maybe_id("owner")?,
        due: row.parsed("due")?,
        state: row.get("state")?,
        made_at: row.at("made_at")?,
    })
}

fn some<T: std::str::FromStr>(text: &str) -> Option<Result<T, T::Err>> {
    (!text.is_empty()).then(|| text.parse())
}
