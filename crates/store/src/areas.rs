//! Knowledge areas: their names, whom they are open to, and who was given them.

use base::TenantKey;
use rules::areas::{Area, OpenTo};
use rules::people::AreaPart;

use crate::database::{Database, Read, Row, Tx};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

/// Somebody to whom an area was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    pub area: String,
    pub person: PersonId,
    pub name: String,
    pub part: AreaPart,
}

/// Every area, in the order they are browsed in.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(from: impl Read, tenant: &TenantKey) -> Result<Vec<Area>, StoreError> {
    from.rows(
        sql!(
            "SELECT area, name, name_en, open_to, renamed FROM areas WHERE tenant_id = $1
             ORDER BY position, area"
        ),
        args![tenant],
    )
    .await?
    .iter()
    .map(area)
    .collect()
}

fn area(row: &Row) -> Result<Area, StoreError> {
    let open_to = match row.get::<Option<String>>("open_to")? {
        None => OpenTo::All,
        Some(text) => serde_json::from_str(&text).map_err(|_| StoreError::Damaged("open_to"))?,
    };
    Ok(Area {
        key: row.get("area")?,
        name: row.get("name")?,
        name_en: row.get("name_en")?,
        open_to,
        renamed: row.get("renamed")?,
    })
}

/// Writes an area at a place of the list.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn put(
    tx: &mut Tx,
    tenant: &TenantKey,
    position: usize,
    area: &Area,
) -> Result<(), StoreError> {
    let open_to = match &area.open_to {
        OpenTo::All => None,
        only => Some(serde_json::to_string(only).map_err(|_| StoreError::Damaged("open_to"))?),
    };
    tx.execute(
        sql!(
            "INSERT INTO areas (tenant_id, area, position, name, name_en, open_to, renamed)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant_id, area) DO UPDATE SET
               position = excluded.position, name = excluded.name, name_en = excluded.name_en,
               open_to = excluded.open_to, renamed = excluded.renamed"
        ),
        args![
            tenant,
            &area.key,
            i64::try_from(position).unwrap_or(i64::MAX),
            &area.name,
            &area.name_en,
            open_to,
            area.renamed
        ],
    )
    .await?;
    Ok(())
}

/// Removes an area that no content folder has any more.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn remove(tx: &mut Tx, tenant: &TenantKey, area: &str) -> Result<(), StoreError> {
    tx.execute(sql!("DELETE FROM areas WHERE tenant_id = $1 AND area = $2"), args![tenant, area])
        .await?;
    Ok(())
}

/// Everybody to whom an area was given, by area and name.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn keepers(database: &Database, tenant: &TenantKey) -> Result<Vec<Keeper>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT a.area, a.person_id, a.part, p.name FROM area_people a
                 JOIN people p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
                 WHERE a.tenant_id = $1 ORDER BY a.area, p.name, a.person_id"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| {
            let part: String = row.get("part")?;
            Ok(Keeper {
                area: row.get("area")?,
                person: row.id("person_id")?,
                name: row.get("name")?,
                part: AreaPart::of_code(&part).ok_or(StoreError::Damaged("part"))?,
            })
        })
        .collect()
}

/// How many contacts came about each topic from an instant on: topic and count.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn contacts_by_topic(
    database: &Database,
    tenant: &TenantKey,
    from: base::UnixMillis,
) -> Result<Vec<(base::TopicKey, base::MunicipalityKey, i64)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT topic, municipality, CAST(COUNT(*) AS BIGINT) AS count FROM contacts
                 WHERE tenant_id = $1 AND arrived_at >= $2 AND topic IS NOT NULL
                   AND municipality IS NOT NULL
                 GROUP BY topic, municipality"
            ),
            args![tenant, from],
        )
        .await?
        .iter()
        .map(|row| Ok((row.parsed("topic")?, row.parsed("municipality")?, row.get("count")?)))
        .collect()
}

/// How often a topic did not help from a day on: topic, municipality and count.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn not_helped_by_topic(
    database: &Database,
    tenant: &TenantKey,
    from_day: &str,
) -> Result<Vec<(base::TopicKey, base::MunicipalityKey, i64)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT topic, municipality, CAST(SUM(count) AS BIGINT) AS count FROM helped
                 WHERE tenant_id = $1 AND day >= $2 AND answer <> 'yes'
                 GROUP BY topic, municipality"
            ),
            args![tenant, from_day],
        )
        .await?
        .iter()
        .map(|row| Ok((row.parsed("topic")?, row.parsed("municipality")?, row.get("count")?)))
        .collect()
}
