//! Signed-in browsers, and the counters that make guessing slow on every node.

use base::{Id, TenantKey, UnixMillis, kind};

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

pub type LoginId = Id<kind::Login>;

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub id: LoginId,
    pub person: PersonId,
    pub made_at: UnixMillis,
    /// When it was last used.
    pub seen_at: UnixMillis,
    /// The last instant of it, whatever is done.
    pub ends_at: UnixMillis,
    pub revoked_at: Option<UnixMillis>,
    /// What the browser calls itself, for its owner to recognise.
    pub browser: String,
}

/// Adds a login; of its token only the hash.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add(
    tx: &mut Tx,
    tenant: &TenantKey,
    login: &Login,
    token_hash: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO logins (tenant_id, login_id, token_hash, person_id, made_at, seen_at,
               ends_at, revoked_at, browser)
             VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)"
        ),
        args![
            tenant,
            login.id,
            token_hash,
            login.person,
            login.made_at,
            login.seen_at,
            login.ends_at,
            &login.browser
        ],
    )
    .await?;
    Ok(())
}

/// The login of a token's hash, revoked and ended ones too.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn by_token(
    database: &Database,
    tenant: &TenantKey,
    token_hash: &str,
) -> Result<Option<Login>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT login_id, person_id, made_at, seen_at, ends_at, revoked_at, browser
                 FROM logins WHERE tenant_id = $1 AND token_hash = $2"
            ),
            args![tenant, token_hash],
        )
        .await?;
    row.as_ref().map(login).transpose()
}

/// The logins of a person that are neither revoked nor ended, newest first.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn of_person(
    database: &Database,
    tenant: &TenantKey,
    person: PersonId,
    now: UnixMillis,
) -> Result<Vec<Login>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT login_id, person_id, made_at, seen_at, ends_at, revoked_at, browser
                 FROM logins WHERE tenant_id = $1 AND person_id = $2 AND revoked_at IS NULL
                   AND ends_at > $3
                 ORDER BY made_at DESC, login_id DESC"
            ),
            args![tenant, person, now],
        )
        .await?
        .iter()
        .map(login)
        .collect()
}

/// Notes that a login was used; never moves back.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn touch(
    database: &Database,
    tenant: &TenantKey,
    id: LoginId,
    at: UnixMillis,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "UPDATE logins SET seen_at = $3
                 WHERE tenant_id = $1 AND login_id = $2 AND seen_at < $3"
            ),
            args![tenant, id, at],
        )
        .await?;
    Ok(())
}

/// Revokes one login of a person; `false` when there is no such one.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn revoke(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    id: LoginId,
    at: UnixMillis,
) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            sql!(
                "UPDATE logins SET revoked_at = $4
                 WHERE tenant_id = $1 AND person_id = $2 AND login_id = $3
                   AND revoked_at IS NULL"
            ),
            args![tenant, person, id, at],
        )
        .await?;
    Ok(touched == 1)
}

/// Revokes every login of a person; how many.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn revoke_all(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    at: UnixMillis,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!(
            "UPDATE logins SET revoked_at = $3
             WHERE tenant_id = $1 AND person_id = $2 AND revoked_at IS NULL"
        ),
        args![tenant, person, at],
    )
    .await
}

/// Counts one more attempt under a name and answers with the count and its beginning. A count older
/// than the window begins anew.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn count_attempt(
    database: &Database,
    tenant: &TenantKey,
    what: &str,
    now: UnixMillis,
    window_ms: i64,
) -> Result<(i64, UnixMillis), StoreError> {
    let mut tx = database.begin().await?;
    let row = tx
        .row(
            sql!(
                "INSERT INTO throttles (tenant_id, what, since, count) VALUES ($1, $2, $3, 1)
                 ON CONFLICT (tenant_id, what) DO UPDATE SET
                   count = CASE WHEN throttles.since <= $4 THEN 1 ELSE throttles.count + 1 END,
                   since = CASE WHEN throttles.since <= $4 THEN excluded.since
                                ELSE throttles.since END
                 RETURNING count, since"
            ),
            args![tenant, what, now, now + -window_ms],
        )
        .await?
        .ok_or(StoreError::Damaged("throttles"))?;
    let counted = (row.get("count")?, row.at("since")?);
    tx.commit().await?;
    Ok(counted)
}

/// Takes one attempt back: it was no guess.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn uncount_attempt(
    tx: &mut Tx,
    tenant: &TenantKey,
    what: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "UPDATE throttles SET count = count - 1
             WHERE tenant_id = $1 AND what = $2 AND count > 0"
        ),
        args![tenant, what],
    )
    .await?;
    Ok(())
}

/// Forgets the attempts under a name.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn forget_attempts(
    tx: &mut Tx,
    tenant: &TenantKey,
    what: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM throttles WHERE tenant_id = $1 AND what = $2"),
        args![tenant, what],
    )
    .await?;
    Ok(())
}

fn login(row: &Row) -> Result<Login, StoreError> {
    Ok(Login {
        id: row.id("login_id")?,
        person: row.id("person_id")?,
        made_at: row.at("made_at")?,
        seen_at: row.at("seen_at")?,
        ends_at: row.at("ends_at")?,
        revoked_at: row.get::<Option<i64>>("revoked_at")?.map(UnixMillis),
        browser: row.get("browser")?,
    })
}
