//! Municipalities and departments: names, numbers, hours.

use base::{MunicipalityKey, TenantKey, UnixMillis};
use rules::members::{Department, Member};

use crate::database::{Database, Tx};
use crate::streams::{self, StreamKey, StreamKind};
use crate::{StoreError, args, sql};

/// The sum of the last numbers of all directory streams: it grows with every change of any.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn head(database: &Database, tenant: &TenantKey) -> Result<i64, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) AS seq FROM streams
                 WHERE tenant_id = $1 AND kind = $2"
            ),
            args![tenant, StreamKind::Directory.as_str()],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get("seq"))
}

/// Every municipality with its departments, by key.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn members(database: &Database, tenant: &TenantKey) -> Result<Vec<Member>, StoreError> {
    let mut members: Vec<Member> = database
        .rows(
            sql!("SELECT body FROM municipalities WHERE tenant_id = $1 ORDER BY municipality"),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| row.json("body"))
        .collect::<Result<_, _>>()?;
    let rows = database
        .rows(
            sql!(
                "SELECT municipality, body FROM departments WHERE tenant_id = $1
                 ORDER BY municipality, department"
            ),
            args![tenant],
        )
        .await?;
    for row in &rows {
        let municipality: MunicipalityKey = row.parsed("municipality")?;
        let department: Department = row.json("body")?;
        if let Some(member) = members.iter_mut().find(|member| member.key == municipality) {
            member.departments.push(department);
        }
    }
    Ok(members)
}

/// Writes a municipality with its departments; those it no longer has are removed. Nothing is
/// written, and no event, when nothing differs.
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
                       body = excluded.body, confirmed_at = excluded.confirmed_at
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
