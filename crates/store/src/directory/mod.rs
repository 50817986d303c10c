//! Municipalities and departments: names, numbers, hours; what belongs to them stands in [`items`],
//! what was changed in [`changes`], what is to be looked at in [`tasks`].

use std::collections::BTreeMap;

use base::{DepartmentKey, MunicipalityKey, TenantKey, UnixMillis};
use rules::directory::source::Record;
use rules::members::{Department, Member};
use serde_json::{Map, Value};

pub mod changes;
pub mod items;
pub mod tasks;

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::streams::{self, StreamKey, StreamKind};
use crate::{StoreError, args, sql};

/// The last number of every municipality's directory stream: it grows with every change.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn heads(
    database: &Database,
    tenant: &TenantKey,
) -> Result<BTreeMap<MunicipalityKey, i64>, StoreError> {
    database
        .rows(
            sql!("SELECT key, seq FROM streams WHERE tenant_id = $1 AND kind = $2"),
            args![tenant, StreamKind::Directory.as_str()],
        )
        .await?
        .iter()
        .map(|row| Ok((row.parsed("key")?, row.get("seq")?)))
        .collect()
}

/// A department's record, with what is known of its keeping.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptDepartment {
    pub record: Record,
    pub version: i64,
    pub confirmed_at: UnixMillis,
    /// Who last said that all of it is right; `None`: an import.
    pub confirmed_by: Option<PersonId>,
}

impl KeptDepartment {
    /// The department as it holds.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when what is kept is no department.
    pub fn department(&self) -> Result<Department, StoreError> {
        let value = self.record.value().unwrap_or_default();
        serde_json::from_value(Value::Object(value)).map_err(|_| StoreError::Damaged("department"))
    }
}

/// The departments of all municipalities as they are kept.
pub type KeptDepartments = BTreeMap<(MunicipalityKey, DepartmentKey), KeptDepartment>;

/// Every municipality with its departments, by key, and how the departments are kept.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn members(
    database: &Database,
    tenant: &TenantKey,
) -> Result<(Vec<Member>, KeptDepartments), StoreError> {
    let members = database
        .rows(
            sql!("SELECT body FROM municipalities WHERE tenant_id = $1 ORDER BY municipality"),
            args![tenant],
        )
        .await?;
    let departments = database
        .rows(
            sql!(
                "SELECT municipality, department, body, by_hand, version, confirmed_at, confirmed_by
                 FROM departments WHERE tenant_id = $1 ORDER BY municipality, department"
            ),
            args![tenant],
        )
        .await?;
    with_departments(&members, &departments)
}

/// One municipality with its departments, inside the transaction that holds its stream.
///
/// # Errors
/// As [`members`].
pub async fn held_member(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Option<(Member, KeptDepartments)>, StoreError> {
    let member = tx
        .rows(
            sql!("SELECT body FROM municipalities WHERE tenant_id = $1 AND municipality = $2"),
            args![tenant, municipality],
        )
        .await?;
    let departments = tx
        .rows(
            sql!(
                "SELECT municipality, department, body, by_hand, version, confirmed_at, confirmed_by
                 FROM departments WHERE tenant_id = $1 AND municipality = $2 ORDER BY department"
            ),
            args![tenant, municipality],
        )
        .await?;
    let (members, departments) = with_departments(&member, &departments)?;
    Ok(members.into_iter().next().map(|member| (member, departments)))
}

fn with_departments(
    members: &[Row],
    rows: &[Row],
) -> Result<(Vec<Member>, KeptDepartments), StoreError> {
    let members = members.iter().map(|row| row.json("body"));
    let mut members: Vec<Member> = members.collect::<Result<_, _>>()?;
    let mut departments = KeptDepartments::new();
    for row in rows {
        let municipality: MunicipalityKey = row.parsed("municipality")?;
        let kept = kept_department(row)?;
        if let Some(member) = members.iter_mut().find(|member| member.key == municipality) {
            member.departments.push(kept.department()?);
        }
        departments.insert((municipality, row.parsed("department")?), kept);
    }
    Ok((members, departments))
}

fn kept_department(row: &Row) -> Result<KeptDepartment, StoreError> {
    let imported: Map<String, Value> = row.json("body")?;
    let by_hand = row.json("by_hand")?;
    Ok(KeptDepartment {
        record: Record { imported: Some(imported), by_hand, ..Record::default() },
        version: row.get("version")?,
        confirmed_at: row.at("confirmed_at")?,
        confirmed_by: row.maybe_id("confirmed_by")?,
    })
}

/// One department, inside the transaction that changes it.
///
/// # Errors
/// As [`members`].
pub async fn held_department(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    department: &DepartmentKey,
) -> Result<Option<KeptDepartment>, StoreError> {
    tx.row(
        sql!(
            "SELECT body, by_hand, version, confirmed_at, confirmed_by FROM departments
             WHERE tenant_id = $1 AND municipality = $2 AND department = $3"
        ),
        args![tenant, municipality, department],
    )
    .await?
    .as_ref()
    .map(kept_department)
    .transpose()
}

/// Writes what was changed by hand, and who confirmed it when.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put_department(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    department: &DepartmentKey,
    kept: &KeptDepartment,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "UPDATE departments SET by_hand = $4, version = $5, confirmed_at = $6, confirmed_by = $7
             WHERE tenant_id = $1 AND municipality = $2 AND department = $3"
        ),
        args![
            tenant,
            municipality,
            department,
            json(&kept.record.by_hand)?,
            kept.version,
            kept.confirmed_at,
            kept.confirmed_by
        ],
    )
    .await?;
    Ok(())
}

/// Writes a municipality with its departments as the content says them; those it no longer has are
/// removed, and what was changed by hand stays. Nothing is written, and no event, when nothing
/// differs.
///
/// # Errors
/// [`StoreError`] when a statement fails.
pub async fn put_member(
    tx: &mut Tx,
    tenant: &TenantKey,
    member: &Member,
    at: UnixMillis,
) -> Result<bool, StoreError> {
    let alone = Member { departments: vec![], ..member.clone() };
    let mut changed = tx
        .execute(
            sql!(
                "INSERT INTO municipalities (tenant_id, municipality, body) VALUES ($1, $2, $3)
                 ON CONFLICT (tenant_id, municipality) DO UPDATE SET body = excluded.body
                 WHERE municipalities.body <> excluded.body"
            ),
            args![tenant, &member.key, json(&alone)?],
        )
        .await?;
    for department in &member.departments {
        changed += tx
            .execute(
                sql!(
                    "INSERT INTO departments (tenant_id, municipality, department, body,
                       confirmed_at)
                     VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (tenant_id, municipality, department) DO UPDATE SET
                       body = excluded.body, version = departments.version + 1,
                       confirmed_at = excluded.confirmed_at, confirmed_by = NULL
                     WHERE departments.body <> excluded.body"
                ),
                args![tenant, &member.key, &department.key, json(department)?, at],
            )
            .await?;
    }
    let known = tx
        .rows(
            sql!("SELECT department FROM departments WHERE tenant_id = $1 AND municipality = $2"),
            args![tenant, &member.key],
        )
        .await?;
    for row in &known {
        let key: String = row.get("department")?;
        if member.departments.iter().all(|department| department.key.as_str() != key) {
            changed += tx
                .execute(
                    sql!(
                        "DELETE FROM departments
                         WHERE tenant_id = $1 AND municipality = $2 AND department = $3"
                    ),
                    args![tenant, &member.key, key],
                )
                .await?;
        }
    }
    if changed > 0 {
        let stream = StreamKey::directory(&member.key);
        streams::append(tx, tenant, &stream, at, &[("changed", "{}".to_owned())]).await?;
    }
    Ok(changed > 0)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Damaged("directory"))
}

/// Deletes changes and settled tasks from before `before`, and absences that ended before
/// `absences_before`; how many rows.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn forget_before(
    tx: &mut Tx,
    tenant: &TenantKey,
    before: UnixMillis,
    absences_before: UnixMillis,
) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    for (statement, before) in [
        (sql!("DELETE FROM directory_changes WHERE tenant_id = $1 AND at < $2"), before),
        (sql!("DELETE FROM directory_tasks WHERE tenant_id = $1 AND closed_at < $2"), before),
        (
            sql!("DELETE FROM directory_absences WHERE tenant_id = $1 AND until_at < $2"),
            absences_before,
        ),
    ] {
        forgotten += tx.execute(statement, args![tenant, before]).await?;
    }
    Ok(forgotten)
}
