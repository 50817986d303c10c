//! What was changed in the directory: by whom, when, from what to what.

use base::{DepartmentKey, Id, MunicipalityKey, TenantKey, UnixMillis, kind};
use serde_json::{Map, Value};

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub id: Id<kind::Change>,
    pub at: UnixMillis,
    /// `None`: an import.
    pub by: Option<PersonId>,
    /// `by-hand`, `import`, `request` or `confirmed`.
    pub how: String,
    /// `department`, `absence`, or the code of an item's kind.
    pub kind: String,
    pub item: String,
    /// The department it belongs to; `None` for administrations and what is under them.
    pub department: Option<DepartmentKey>,
    /// `None`: it was not there.
    pub before: Option<Map<String, Value>>,
    /// `None`: it is gone.
    pub after: Option<Map<String, Value>>,
}

/// Writes a change down.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    change: &Change,
) -> Result<(), StoreError> {
    let text = |value: &Option<Map<String, Value>>| {
        value.as_ref().map(|value| Value::Object(value.clone()).to_string())
    };
    tx.execute(
        sql!(
            "INSERT INTO directory_changes (tenant_id, change_id, municipality, department, kind,
               item, at, by_person, how, before, after)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            tenant,
            change.id,
            municipality,
            change.department.as_ref().map_or("", DepartmentKey::as_str),
            &change.kind,
            &change.item,
            change.at,
            change.by,
            &change.how,
            text(&change.before),
            text(&change.after)
        ],
    )
    .await?;
    Ok(())
}

/// The last changes of one thing, newest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn of_item(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: &str,
    item: &str,
    most: i64,
) -> Result<Vec<Change>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT change_id, department, kind, item, at, by_person, how, before, after
                 FROM directory_changes
                 WHERE tenant_id = $1 AND municipality = $2 AND kind = $3 AND item = $4
                 ORDER BY at DESC, change_id DESC LIMIT $5"
            ),
            args![tenant, municipality, kind, item, most],
        )
        .await?
        .iter()
        .map(change)
        .collect()
}

/// The last changes of everything of a department, newest first.
///
/// # Errors
/// As [`of_item`].
pub async fn of_department(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    department: &DepartmentKey,
    most: i64,
) -> Result<Vec<Change>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT change_id, department, kind, item, at, by_person, how, before, after
                 FROM directory_changes
                 WHERE tenant_id = $1 AND municipality = $2 AND department = $3
                 ORDER BY at DESC, change_id DESC LIMIT $4"
            ),
            args![tenant, municipality, department, most],
        )
        .await?
        .iter()
        .map(change)
        .collect()
}

fn change(row: &Row) -> Result<Change, StoreError> {
    let value = |column: &'static str| -> Result<Option<Map<String, Value>>, StoreError> {
        row.get::<Option<String>>(column)?
            .map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Damaged(column)))
            .transpose()
    };
    Ok(Change {
        id: row.id("change_id")?,
        at: row.at("at")?,
        by: row.maybe_id("by_person")?,
        how: row.get("how")?,
        kind: row.get("kind")?,
        item: row.get("item")?,
        department: DepartmentKey::new(row.get::<String>("department")?).ok(),
        before: value("before")?,
        after: value("after")?,
    })
}
