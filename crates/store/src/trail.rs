//! What a visitor searched and read: kept 24 hours under the visitor mark (product rule 14).

use base::{Id, MunicipalityKey, TenantKey, TopicKey, UnixMillis, kind};
use rules::guides::Walked;
use serde::{Deserialize, Serialize};

use crate::database::{Database, Row};
use crate::{StoreError, args, sql};

/// A step's id. It is given to nobody else.
pub type StepId = Id<kind::Text>;

/// One thing a visitor did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: StepId,
    pub at: UnixMillis,
    pub municipality: MunicipalityKey,
    /// `search`, `article`, `guide`, `page`.
    pub kind: String,
    pub what: What,
}

/// What was searched or read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct What {
    /// The words searched for, or the answers given in a guide; masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<TopicKey>,
    /// How many hits a search had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<i64>,
    /// A guide that was walked: the words can be read from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<Walk>,
}

/// How far somebody has come in a guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// The versions that are walked.
    pub edition: String,
    pub walked: Walked,
}

/// At most so many steps of one visitor are shown.
const MOST: i64 = 100;

/// Adds a step.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add(
    database: &Database,
    tenant: &TenantKey,
    mark: &str,
    step: &Step,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(&step.what).map_err(|_| StoreError::Damaged("trail"))?;
    database
        .execute(
            sql!(
                "INSERT INTO trail (tenant_id, mark, step_id, at, municipality, kind, body)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            args![tenant, mark, step.id, step.at, &step.municipality, &step.kind, body],
        )
        .await?;
    Ok(())
}

/// The newest steps of a visitor since `since`, oldest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn of(
    database: &Database,
    tenant: &TenantKey,
    mark: &str,
    since: UnixMillis,
) -> Result<Vec<Step>, StoreError> {
    let mut steps: Vec<Step> = database
        .rows(
            sql!(
                "SELECT step_id, at, municipality, kind, body FROM trail
                 WHERE tenant_id = $1 AND mark = $2 AND at > $3
                 ORDER BY at DESC, step_id DESC LIMIT $4"
            ),
            args![tenant, mark, since, MOST],
        )
        .await?
        .iter()
        .map(step)
        .collect::<Result<_, _>>()?;
    steps.reverse();
    Ok(steps)
}

/// Removes one step of a visitor, or all of them.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn remove(
    database: &Database,
    tenant: &TenantKey,
    mark: &str,
    step: Option<StepId>,
) -> Result<u64, StoreError> {
    match step {
        Some(step) => {
            database
                .execute(
                    sql!(
                        "DELETE FROM trail
                         WHERE tenant_id = $1 AND mark = $2 AND step_id = $3"
                    ),
                    args![tenant, mark, step],
                )
                .await
        }
        None => {
            database
                .execute(
                    sql!("DELETE FROM trail WHERE tenant_id = $1 AND mark = $2"),
                    args![tenant, mark],
                )
                .await
        }
    }
}

fn step(row: &Row) -> Result<Step, StoreError> {
    Ok(Step {
        id: row.id("step_id")?,
        at: row.at("at")?,
        municipality: row.parsed("municipality")?,
        kind: row.get("kind")?,
        what: row.json("body")?,
    })
}
