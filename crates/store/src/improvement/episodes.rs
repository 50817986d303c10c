//! Searches of the last day. The only rows of the improvement loop that belong to one visitor.

use base::{Id, MunicipalityKey, TenantKey, TopicKey, UnixMillis, kind};
use rules::contacts::ContactId;
use rules::improvement::Opened;
use serde::{Deserialize, Serialize};

use crate::database::{Database, Row, Tx};
use crate::{StoreError, args, sql};

/// An episode's id. It is given to nobody else.
pub type EpisodeId = Id<kind::Text>;

/// A search that was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    pub id: EpisodeId,
    /// A keyed hash of the visitor mark.
    pub visit: String,
    pub municipality: MunicipalityKey,
    /// [`super::CITIZENS`] or [`super::STAFF`].
    pub audience: String,
    pub at: UnixMillis,
    /// What is kept of the words.
    pub phrase: Option<String>,
    /// A contact that followed within the hour.
    pub contact: Option<ContactId>,
    /// Whether it has been counted.
    pub joined: bool,
    pub facts: Facts,
}

/// What is known of a search.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// The topics of its hits, best first.
    #[serde(default)]
    pub hits: Vec<TopicKey>,
    /// The first hit's answer stood on the page.
    #[serde(default)]
    pub on_page: bool,
    /// Its browser brought no mark: whether it is one visitor more, nobody knows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub passing: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<Opened>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helped: Option<bool>,
    /// When the contact began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_at: Option<UnixMillis>,
}

/// Writes a search down.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add(
    database: &Database,
    tenant: &TenantKey,
    episode: &Episode,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "INSERT INTO search_episodes (tenant_id, episode_id, visit, municipality, audience,
                   at, phrase, contact_id, joined_at, body)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9)"
            ),
            args![
                tenant,
                episode.id,
                &episode.visit,
                &episode.municipality,
                &episode.audience,
                episode.at,
                episode.phrase.clone(),
                episode.contact,
                body(&episode.facts)?
            ],
        )
        .await?;
    Ok(())
}

/// The searches of a visit at a municipality since `since`, newest first; at most 20.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn recent(
    database: &Database,
    tenant: &TenantKey,
    visit: &str,
    municipality: &MunicipalityKey,
    since: UnixMillis,
) -> Result<Vec<Episode>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT episode_id, visit, municipality, audience, at, phrase, contact_id,
                   joined_at, body
                 FROM search_episodes
                 WHERE tenant_id = $1 AND visit = $2 AND municipality = $3 AND at > $4
                 ORDER BY at DESC, episode_id DESC LIMIT 20"
            ),
            args![tenant, visit, municipality, since],
        )
        .await?
        .iter()
        .map(episode)
        .collect()
}

/// Whether the same visit asked the same since `since`.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn asked_since(
    database: &Database,
    tenant: &TenantKey,
    visit: &str,
    municipality: &MunicipalityKey,
    phrase: Option<&str>,
    since: UnixMillis,
) -> Result<bool, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT at FROM search_episodes
                 WHERE tenant_id = $1 AND visit = $2 AND municipality = $3
                   AND COALESCE(phrase, '') = $4 AND at > $5 LIMIT 1"
            ),
            args![tenant, visit, municipality, phrase.unwrap_or_default(), since],
        )
        .await?;
    Ok(row.is_some())
}

/// Writes what is now known of a search that has not been counted yet; `false` when it has, or is
/// gone.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put(
    database: &Database,
    tenant: &TenantKey,
    id: EpisodeId,
    phrase: Option<&str>,
    contact: Option<ContactId>,
    facts: &Facts,
) -> Result<bool, StoreError> {
    let touched = database
        .execute(
            sql!(
                "UPDATE search_episodes SET phrase = $3, contact_id = $4, body = $5
                 WHERE tenant_id = $1 AND episode_id = $2 AND joined_at IS NULL"
            ),
            args![tenant, id, phrase, contact, body(facts)?],
        )
        .await?;
    Ok(touched == 1)
}

/// Every search that is still here, by visit and time.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(database: &Database, tenant: &TenantKey) -> Result<Vec<Episode>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT episode_id, visit, municipality, audience, at, phrase, contact_id,
                   joined_at, body
                 FROM search_episodes WHERE tenant_id = $1
                 ORDER BY audience, municipality, visit, at, episode_id"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(episode)
        .collect()
}

/// Marks a search as counted; `false` when somebody else was first, or its visitor has removed it.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn join(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: EpisodeId,
    at: UnixMillis,
) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            sql!(
                "UPDATE search_episodes SET joined_at = $3
                 WHERE tenant_id = $1 AND episode_id = $2 AND joined_at IS NULL"
            ),
            args![tenant, id, at],
        )
        .await?;
    Ok(touched == 1)
}

/// Removes everything of a visit.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn forget(tx: &mut Tx, tenant: &TenantKey, visit: &str) -> Result<u64, StoreError> {
    tx.execute(
        sql!("DELETE FROM search_episodes WHERE tenant_id = $1 AND visit = $2"),
        args![tenant, visit],
    )
    .await
}

/// Removes the searches before a contact.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn forget_contact(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!("DELETE FROM search_episodes WHERE tenant_id = $1 AND contact_id = $2"),
        args![tenant, contact],
    )
    .await
}

/// Removes searches from before `before`, counted or not.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn forget_before(
    tx: &mut Tx,
    tenant: &TenantKey,
    before: UnixMillis,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!("DELETE FROM search_episodes WHERE tenant_id = $1 AND at <= $2"),
        args![tenant, before],
    )
    .await
}

fn body(facts: &Facts) -> Result<String, StoreError> {
    serde_json::to_string(facts).map_err(|_| StoreError::Damaged("search_episodes"))
}

fn episode(row: &Row) -> Result<Episode, StoreError> {
    Ok(Episode {
        id: row.id("episode_id")?,
        visit: row.get("visit")?,
        municipality: row.parsed("municipality")?,
        audience: row.get("audience")?,
        at: row.at("at")?,
        phrase: row.get("phrase")?,
        contact: row.maybe_id("contact_id")?,
        joined: row.get::<Option<i64>>("joined_at")?.is_some(),
        facts: row.json("body")?,
    })
}
