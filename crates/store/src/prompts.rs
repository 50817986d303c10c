//! Recordings of a consortium's own in place of what a machine speaks on the telephone.

use base::{TenantKey, UnixMillis};

use crate::database::{Database, Tx};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

/// A recording, without its sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPrompt {
    /// Language and name: `da/greeting`.
    pub prompt: String,
    pub by: PersonId,
    pub at: UnixMillis,
    /// Bytes of its sound, an eighth of a millisecond each.
    pub bytes: i64,
}

/// Puts a recording in the place of what was there; `sound` is A-law in base64.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set(
    tx: &mut Tx,
    tenant: &TenantKey,
    prompt: &str,
    sound: &str,
    by: PersonId,
    at: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO own_prompts (tenant_id, prompt, sound, person_id, made_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, prompt) DO UPDATE SET sound = excluded.sound,
               person_id = excluded.person_id, made_at = excluded.made_at"
        ),
        args![tenant, prompt, sound, by, at],
    )
    .await?;
    Ok(())
}

/// Removes a recording; `false` when there is none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx, tenant: &TenantKey, prompt: &str) -> Result<bool, StoreError> {
    let removed = tx
        .execute(
            sql!("DELETE FROM own_prompts WHERE tenant_id = $1 AND prompt = $2"),
            args![tenant, prompt],
        )
        .await?;
    Ok(removed == 1)
}

/// The recordings there are.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn all(database: &Database, tenant: &TenantKey) -> Result<Vec<OwnPrompt>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT prompt, person_id, made_at, CAST(LENGTH(sound) AS BIGINT) * 3 / 4 AS bytes
                 FROM own_prompts WHERE tenant_id = $1 ORDER BY prompt"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(OwnPrompt {
                prompt: row.get("prompt")?,
                by: row.id("person_id")?,
                at: row.at("made_at")?,
                bytes: row.get("bytes")?,
            })
        })
        .collect()
}

/// The sound of a recording, in base64.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sound(
    database: &Database,
    tenant: &TenantKey,
    prompt: &str,
) -> Result<Option<String>, StoreError> {
    let row = database
        .row(
            sql!("SELECT sound FROM own_prompts WHERE tenant_id = $1 AND prompt = $2"),
            args![tenant, prompt],
        )
        .await?;
    row.map(|row| row.get("sound")).transpose()
}
