//! What municipalities' own directories push here: their tokens, users, groups, and who is in which.

use base::{Id, MunicipalityKey, TenantKey, UnitKey, UnixMillis, kind};
use rules::scim::{Kind, Resource, Sought};

use crate::database::{Database, Read, Row, Tx};
use crate::{StoreError, args, sql};

pub type TokenId = Id<kind::PushToken>;
pub type PushedId = Id<kind::Pushed>;

/// What a municipality's own directory signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub municipality: MunicipalityKey,
    /// What its administrators call it.
    pub name: String,
    pub made_at: UnixMillis,
    pub used_at: Option<UnixMillis>,
    pub revoked_at: Option<UnixMillis>,
}

/// A user or group as it was pushed.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed {
    pub kind: Kind,
    pub id: PushedId,
    /// `userName` or `displayName` in small letters: no two of a municipality have the same.
    pub name: String,
    /// What the sender calls it.
    pub external: Option<String>,
    pub body: Resource,
    /// The unit that a group stands for.
    pub unit: Option<UnitKey>,
    /// The group made that unit.
    pub own: bool,
    pub version: i64,
    pub made_at: UnixMillis,
    pub changed_at: UnixMillis,
}

/// Somebody, or a group, in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    pub id: PushedId,
    pub kind: Kind,
}

/// Adds a token; of it only the hash.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add_token(
    tx: &mut Tx,
    tenant: &TenantKey,
    token: &Token,
    hash: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO scim_tokens (tenant_id, token_id, municipality, name, hash, made_at,
               used_at, revoked_at)
             VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL)"
        ),
        args![tenant, token.id, &token.municipality, &token.name, hash, token.made_at],
    )
    .await?;
    Ok(())
}

/// A token with its hash, revoked ones too.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn token_of(
    database: &Database,
    tenant: &TenantKey,
    id: TokenId,
) -> Result<Option<(Token, String)>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT token_id, municipality, name, hash, made_at, used_at, revoked_at
                 FROM scim_tokens WHERE tenant_id = $1 AND token_id = $2"
            ),
            args![tenant, id],
        )
        .await?;
    row.map(|row| Ok((token(&row)?, row.get("hash")?))).transpose()
}

/// Every token, the newest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn tokens(database: &Database, tenant: &TenantKey) -> Result<Vec<Token>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT token_id, municipality, name, made_at, used_at, revoked_at
                 FROM scim_tokens WHERE tenant_id = $1 ORDER BY made_at DESC, token_id DESC"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(token)
        .collect()
}

/// Notes that a token was used; never moves back.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn touch_token(
    database: &Database,
    tenant: &TenantKey,
    id: TokenId,
    at: UnixMillis,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "UPDATE scim_tokens SET used_at = $3
                 WHERE tenant_id = $1 AND token_id = $2 AND (used_at IS NULL OR used_at < $3)"
            ),
            args![tenant, id, at],
        )
        .await?;
    Ok(())
}

/// Revokes a token; `false` when there is no such one any more.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn revoke_token(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: TokenId,
    at: UnixMillis,
) -> Result<bool, StoreError> {
    let revoked = tx
        .execute(
            sql!(
                "UPDATE scim_tokens SET revoked_at = $3
                 WHERE tenant_id = $1 AND token_id = $2 AND revoked_at IS NULL"
            ),
            args![tenant, id, at],
        )
        .await?;
    Ok(revoked > 0)
}

/// One resource.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn one(
    from: impl Read,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: Kind,
    id: PushedId,
) -> Result<Option<Pushed>, StoreError> {
    from.row(
        sql!(
            "SELECT kind, resource_id, name, external_id, body, unit, own, version, made_at,
               changed_at
             FROM scim_resources
             WHERE tenant_id = $1 AND municipality = $2 AND kind = $3 AND resource_id = $4"
        ),
        args![tenant, municipality, kind.name(), id],
    )
    .await?
    .as_ref()
    .map(pushed)
    .transpose()
}

/// The resources that can be looked up by what is sought of them.
///
/// # Errors
/// As [`one`].
pub async fn sought(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: Kind,
    sought: &Sought,
) -> Result<Vec<Pushed>, StoreError> {
    let (statement, value) = match sought {
        Sought::Id(id) => {
            let Ok(id) = id.parse() else { return Ok(vec![]) };
            let found = one(database, tenant, municipality, kind, id).await?;
            return Ok(found.into_iter().collect());
        }
        Sought::Name(name) => (
            sql!(
                "SELECT kind, resource_id, name, external_id, body, unit, own, version, made_at,
                   changed_at
                 FROM scim_resources
                 WHERE tenant_id = $1 AND municipality = $2 AND kind = $3 AND name = $4"
            ),
            name.to_lowercase(),
        ),
        Sought::External(external) => (
            sql!(
                "SELECT kind, resource_id, name, external_id, body, unit, own, version, made_at,
                   changed_at
                 FROM scim_resources
                 WHERE tenant_id = $1 AND municipality = $2 AND kind = $3 AND external_id = $4
                 ORDER BY resource_id"
            ),
            external.clone(),
        ),
    };
    let values = args![tenant, municipality, kind.name(), value];
    database.rows(statement, values).await?.iter().map(pushed).collect()
}

/// At most `limit` resources, in the order in which they came, without the first `skipped`.
///
/// # Errors
/// As [`one`].
pub async fn some(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: Kind,
    skipped: i64,
    limit: i64,
) -> Result<Vec<Pushed>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT kind, resource_id, name, external_id, body, unit, own, version, made_at,
                   changed_at
                 FROM scim_resources
                 WHERE tenant_id = $1 AND municipality = $2 AND kind = $3
                 ORDER BY resource_id LIMIT $4 OFFSET $5"
            ),
            args![tenant, municipality, kind.name(), limit, skipped],
        )
        .await?
        .iter()
        .map(pushed)
        .collect()
}

/// How many there are.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn count(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: Kind,
) -> Result<i64, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT COUNT(*) AS count FROM scim_resources
                 WHERE tenant_id = $1 AND municipality = $2 AND kind = $3"
            ),
            args![tenant, municipality, kind.name()],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get("count"))
}

/// Writes a resource as it stands now.
///
/// # Errors
/// [`StoreError::is_taken`] when another has its name; [`StoreError::Database`] otherwise.
pub async fn put(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    pushed: &Pushed,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(&pushed.body).map_err(|_| StoreError::Damaged("scim"))?;
    tx.execute(
        sql!(
            "INSERT INTO scim_resources (tenant_id, municipality, kind, resource_id, name,
               external_id, body, unit, own, version, made_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (tenant_id, municipality, kind, resource_id) DO UPDATE SET
               name = excluded.name, external_id = excluded.external_id, body = excluded.body,
               unit = excluded.unit, own = excluded.own, version = excluded.version,
               changed_at = excluded.changed_at"
        ),
        args![
            tenant,
            municipality,
            pushed.kind.name(),
            pushed.id,
            &pushed.name,
            pushed.external.clone(),
            body,
            pushed.unit.as_ref().map(UnitKey::as_str),
            pushed.own,
            pushed.version,
            pushed.made_at,
            pushed.changed_at
        ],
    )
    .await?;
    Ok(())
}

/// Removes a resource, out of every group too.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn remove(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    kind: Kind,
    id: PushedId,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "DELETE FROM scim_members
             WHERE tenant_id = $1 AND municipality = $2 AND (group_id = $3 OR member_id = $3)"
        ),
        args![tenant, municipality, id],
    )
    .await?;
    tx.execute(
        sql!(
            "DELETE FROM scim_resources
             WHERE tenant_id = $1 AND municipality = $2 AND kind = $3 AND resource_id = $4"
        ),
        args![tenant, municipality, kind.name(), id],
    )
    .await?;
    Ok(())
}

/// Who is in a group, in the order in which they were made.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn members(
    from: impl Read,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    group: PushedId,
) -> Result<Vec<Member>, StoreError> {
    from.rows(
        sql!(
            "SELECT member_id, kind FROM scim_members
             WHERE tenant_id = $1 AND municipality = $2 AND group_id = $3 ORDER BY member_id"
        ),
        args![tenant, municipality, group],
    )
    .await?
    .iter()
    .map(|row| Ok(Member { id: row.id("member_id")?, kind: kind_of(row)? }))
    .collect()
}

/// Puts somebody into a group.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add_member(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    group: PushedId,
    member: Member,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO scim_members (tenant_id, municipality, group_id, member_id, kind)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, municipality, group_id, member_id) DO NOTHING"
        ),
        args![tenant, municipality, group, member.id, member.kind.name()],
    )
    .await?;
    Ok(())
}

/// Takes somebody out of a group.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn remove_member(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    group: PushedId,
    member: PushedId,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "DELETE FROM scim_members WHERE tenant_id = $1 AND municipality = $2
               AND group_id = $3 AND member_id = $4"
        ),
        args![tenant, municipality, group, member],
    )
    .await?;
    Ok(())
}

/// The groups that somebody is in, the oldest first.
///
/// # Errors
/// As [`one`].
pub async fn groups_of(
    from: impl Read,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    member: PushedId,
) -> Result<Vec<Pushed>, StoreError> {
    from.rows(
        sql!(
            "SELECT r.kind, r.resource_id, r.name, r.external_id, r.body, r.unit, r.own, r.version,
               r.made_at, r.changed_at
             FROM scim_members m JOIN scim_resources r ON r.tenant_id = m.tenant_id
               AND r.municipality = m.municipality AND r.kind = 'Group'
               AND r.resource_id = m.group_id
             WHERE m.tenant_id = $1 AND m.municipality = $2 AND m.member_id = $3
             ORDER BY r.resource_id"
        ),
        args![tenant, municipality, member],
    )
    .await?
    .iter()
    .map(pushed)
    .collect()
}

fn token(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.id("token_id")?,
        municipality: row.parsed("municipality")?,
        name: row.get("name")?,
        made_at: row.at("made_at")?,
        used_at: row.get::<Option<i64>>("used_at")?.map(UnixMillis),
        revoked_at: row.get::<Option<i64>>("revoked_at")?.map(UnixMillis),
    })
}

fn kind_of(row: &Row) -> Result<Kind, StoreError> {
    let name: String = row.get("kind")?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.ok_or(StoreError::Damaged("scim"))
}

fn pushed(row: &Row) -> Result<Pushed, StoreError> {
    Ok(Pushed {
        kind: kind_of(row)?,
        id: row.id("resource_id")?,
        name: row.get("name")?,
        external: row.get("external_id")?,
        body: row.json("body")?,
        unit: row.maybe_parsed("unit")?,
        own: row.get("own")?,
        version: row.get("version")?,
        made_at: row.at("made_at")?,
        changed_at: row.at("changed_at")?,
    })
}
