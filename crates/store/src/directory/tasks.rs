//! What coordinators have to look at.

use base::{DepartmentKey, MunicipalityKey, TenantKey, TopicKey, UnixMillis};

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::workshop::tasks::TaskId;
use crate::{StoreError, args, sql};

/// Something a department's coordinator has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub id: TaskId,
    pub municipality: MunicipalityKey,
    pub department: DepartmentKey,
    /// `request`, `misdirected` or `unanswered`.
    pub kind: String,
    /// What tells it apart from other open tasks of its kind.
    pub about: String,
    /// What is to be changed: `department` or the code of an item's kind; empty: nothing in
    /// particular.
    pub item_kind: String,
    pub item: String,
    pub topic: Option<TopicKey>,
    /// The field of it that is wrong, and what it should say.
    pub field: Option<String>,
    pub value: Option<String>,
    pub note: String,
    pub by: Option<PersonId>,
    /// How often it was said.
    pub count: i64,
    pub made_at: UnixMillis,
    pub last_at: UnixMillis,
    pub is_open: bool,
}

/// Makes a task; where there is an open one about the same thing, that one counts one more.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add(tx: &mut Tx, tenant: &TenantKey, task: &Task) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO directory_tasks (tenant_id, task_id, municipality, department, kind, about,
               item_kind, item, topic, field, value, note, by_person, count, made_at, last_at,
               state, closed_at, closed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14, 'open',
               NULL, NULL)
             ON CONFLICT (tenant_id, municipality, department, kind, about)
               WHERE closed_at IS NULL
             DO UPDATE SET count = directory_tasks.count + 1, last_at = excluded.last_at"
        ),
        args![
            tenant,
            task.id,
            &task.municipality,
            &task.department,
            &task.kind,
            &task.about,
            &task.item_kind,
            &task.item,
            task.topic.as_ref(),
            task.field.clone(),
            task.value.clone(),
            &task.note,
            task.by,
            task.made_at
        ],
    )
    .await?;
    Ok(())
}

/// The open tasks of a municipality, the oldest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn open(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Vec<Task>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT task_id, municipality, department, kind, about, item_kind, item, topic,
                   field, value, note, by_person, count, made_at, last_at, closed_at
                 FROM directory_tasks
                 WHERE tenant_id = $1 AND municipality = $2 AND closed_at IS NULL
                 ORDER BY made_at, task_id"
            ),
            args![tenant, municipality],
        )
        .await?
        .iter()
        .map(task)
        .collect()
}

/// One task, open or not, inside the transaction that settles it.
///
/// # Errors
/// As [`open`].
pub async fn held(tx: &mut Tx, tenant: &TenantKey, id: TaskId) -> Result<Option<Task>, StoreError> {
    tx.row(
        sql!(
            "SELECT task_id, municipality, department, kind, about, item_kind, item, topic, field,
               value, note, by_person, count, made_at, last_at, closed_at
             FROM directory_tasks WHERE tenant_id = $1 AND task_id = $2"
        ),
        args![tenant, id],
    )
    .await?
    .as_ref()
    .map(task)
    .transpose()
}

fn task(row: &Row) -> Result<Task, StoreError> {
    Ok(Task {
        id: row.id("task_id")?,
        municipality: row.parsed("municipality")?,
        department: row.parsed("department")?,
        kind: row.get("kind")?,
        about: row.get("about")?,
        item_kind: row.get("item_kind")?,
        item: row.get("item")?,
        topic: row.maybe_parsed("topic")?,
        field: row.get("field")?,
        value: row.get("value")?,
        note: row.get("note")?,
        by: row.maybe_id("by_person")?,
        count: row.get("count")?,
        made_at: row.at("made_at")?,
        last_at: row.at("last_at")?,
        is_open: row.get::<Option<i64>>("closed_at")?.is_none(),
    })
}

/// Settles a task: `accepted` or `refused`.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn settle(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: TaskId,
    state: &'static str,
    by: Option<PersonId>,
    at: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "UPDATE directory_tasks SET state = $3, closed_at = $4, closed_by = $5
             WHERE tenant_id = $1 AND task_id = $2 AND closed_at IS NULL"
        ),
        args![tenant, id, state, at, by],
    )
    .await?;
    Ok(())
}

/// Settles what spoke against a department's entries: somebody has looked at them all. Requests
/// stay: they want an answer.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn settle_reports(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    department: &DepartmentKey,
    by: Option<PersonId>,
    at: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "UPDATE directory_tasks SET state = 'confirmed', closed_at = $4, closed_by = $5
             WHERE tenant_id = $1 AND municipality = $2 AND department = $3
               AND kind <> 'request' AND closed_at IS NULL"
        ),
        args![tenant, municipality, department, at, by],
    )
    .await?;
    Ok(())
}

/// What was said against a municipality's departments in tasks made from `since` on, but refused
/// requests: the department, when it was first said, how often.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn reports(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    since: UnixMillis,
) -> Result<Vec<(DepartmentKey, UnixMillis, i64)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT department, made_at, count FROM directory_tasks
                 WHERE tenant_id = $1 AND municipality = $2 AND made_at >= $3
                   AND state <> 'refused' ORDER BY made_at"
            ),
            args![tenant, municipality, since],
        )
        .await?
        .iter()
        .map(|row| Ok((row.parsed("department")?, row.at("made_at")?, row.get("count")?)))
        .collect()
}
