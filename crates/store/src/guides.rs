//! How question guides are walked: counted by day, and kept with the contact they were walked in.

use base::{Id, MunicipalityKey, TenantKey, TopicKey, UnixMillis, kind};
use rules::contacts::ContactId;
use rules::guides::{Counted, Walked};
use serde::{Deserialize, Serialize};

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

/// The column `kind` of the table `texts` for a walk that is kept with a contact. No event points to
/// it; it goes with the contact's other texts.
pub const TEXT_KIND: &str = "guide";

/// Who walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Walker {
    Citizen,
    /// For a citizen, beside a conversation.
    Agent,
}

impl Walker {
    const fn code(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Agent => "agent",
        }
    }
}

/// The guide, place and day that steps are counted for.
#[derive(Debug, Clone, Copy)]
pub struct CountedAt<'a> {
    pub topic: &'a TopicKey,
    pub municipality: &'a MunicipalityKey,
    /// `2027-06-02`
    pub day: &'a str,
    /// Of the common guide.
    pub version: u32,
    pub who: Walker,
}

/// A sum of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepCount {
    pub node: String,
    pub version: u32,
    pub who: Walker,
    pub what: What,
    pub count: i64,
}

/// What was counted at a node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Asked,
    Ended,
    On,
    /// By this turn of the path.
    To(String),
    Back,
    /// Answered within so many seconds, of `rules::guides::SPANS`.
    Stayed(u32),
    Helped,
    NotHelped,
}

/// Where visitors left a guide without having come to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftHalfWay {
    pub topic: TopicKey,
    pub municipality: MunicipalityKey,
    /// The question they did not answer.
    pub node: String,
    /// So many were asked it.
    pub asked: i64,
    /// So many of them went no further.
    pub left: i64,
}

/// A walk kept with a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptWalk {
    pub topic: TopicKey,
    /// As citizens of which municipality.
    pub municipality: MunicipalityKey,
    /// The versions that are walked.
    pub edition: String,
    /// Where the walk stands, and what has been counted of it.
    pub walked: Walked,
    /// How many of its first answers the citizen gave.
    pub by_citizen: usize,
    /// Who gave the others; `None` as long as there are none.
    pub by: Option<PersonId>,
}

/// Counts steps.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn count(
    tx: &mut Tx,
    tenant: &TenantKey,
    at: CountedAt<'_>,
    steps: &[Counted],
) -> Result<(), StoreError> {
    // In one order everywhere: two visitors at the same instant wait for each other only once.
    let mut rows: Vec<(&str, &str, String)> = steps
        .iter()
        .map(|step| match step {
            Counted::Asked { node } => (node.as_str(), "asked", String::new()),
            Counted::Ended { node } => (node.as_str(), "ended", String::new()),
            Counted::On { node } => (node.as_str(), "on", String::new()),
            Counted::To { node, turn } => (node.as_str(), "to", turn.clone()),
            Counted::Back { node } => (node.as_str(), "back", String::new()),
            Counted::Stayed { node, within } => (node.as_str(), "stayed", within.to_string()),
            Counted::Helped { node, yes: true } => (node.as_str(), "helped", String::new()),
            Counted::Helped { node, yes: false } => (node.as_str(), "not-helped", String::new()),
        })
        .collect();
    rows.sort_unstable();
    for (node, what, next) in rows {
        tx.execute(
            sql!(
                "INSERT INTO guide_steps (tenant_id, topic, day, municipality, version, who, node,
                   what, next, count)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)
                 ON CONFLICT (tenant_id, topic, day, municipality, version, who, node, what, next)
                 DO UPDATE SET count = guide_steps.count + 1"
            ),
            args![
                tenant,
                at.topic,
                at.day,
                at.municipality,
                i64::from(at.version),
                at.who.code(),
                node,
                what,
                next
            ],
        )
        .await?;
    }
    Ok(())
}

/// What was counted of a guide from day to day (both included), in one municipality or in all.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn counts(
    database: &Database,
    tenant: &TenantKey,
    topic: &TopicKey,
    municipality: Option<&MunicipalityKey>,
    from_day: &str,
    to_day: &str,
) -> Result<Vec<StepCount>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT version, who, node, what, next, CAST(SUM(count) AS BIGINT) AS count
                 FROM guide_steps
                 WHERE tenant_id = $1 AND topic = $2 AND day >= $3 AND day <= $4
                   AND ($5 = '' OR municipality = $5)
                 GROUP BY version, who, node, what, next
                 ORDER BY version, who, node, what, next"
            ),
            args![
                tenant,
                topic,
                from_day,
                to_day,
                municipality.map_or("", MunicipalityKey::as_str)
            ],
        )
        .await?
        .iter()
        .map(step_count)
        .collect()
}

/// Where citizens left guides half-way from day to day (both included), most first, at most 500.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn left_half_way(
    database: &Database,
    tenant: &TenantKey,
    from_day: &str,
    to_day: &str,
) -> Result<Vec<LeftHalfWay>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT topic, municipality, node,
                   CAST(SUM(CASE WHEN what = 'asked' THEN count ELSE 0 END) AS BIGINT) AS asked,
                   CAST(SUM(CASE WHEN what = 'asked' THEN count ELSE -count END) AS BIGINT) AS gone
                 FROM guide_steps
                 WHERE tenant_id = $1 AND day >= $2 AND day <= $3 AND who = 'citizen'
                   AND what IN ('asked', 'on')
                 GROUP BY topic, municipality, node
                 HAVING SUM(CASE WHEN what = 'asked' THEN count ELSE -count END) > 0
                 ORDER BY gone DESC, topic, municipality, node LIMIT 500"
            ),
            args![tenant, from_day, to_day],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(LeftHalfWay {
                topic: row.parsed("topic")?,
                municipality: row.parsed("municipality")?,
                node: row.get("node")?,
                asked: row.get("asked")?,
                left: row.get("gone")?,
            })
        })
        .collect()
}

/// Forgets what was counted before a day; how many rows.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn forget_before(tx: &mut Tx, tenant: &TenantKey, day: &str) -> Result<u64, StoreError> {
    tx.execute(
        sql!("DELETE FROM guide_steps WHERE tenant_id = $1 AND day < $2"),
        args![tenant, day],
    )
    .await
}

/// The walks kept with a contact, with when they were last taken further, oldest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn kept(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Vec<(UnixMillis, KeptWalk)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT at, body FROM texts
                 WHERE tenant_id = $1 AND contact_id = $2 AND kind = $3 ORDER BY at, text_id"
            ),
            args![tenant, contact, TEXT_KIND],
        )
        .await?
        .iter()
        .map(|row| Ok((row.at("at")?, row.json("body")?)))
        .collect()
}

/// Keeps a walk with a contact, in the place of an earlier one of the same guide. `new` is its id
/// when there is none.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn keep(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
    new: Id<kind::Text>,
    walk: &KeptWalk,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(walk).map_err(|_| StoreError::Damaged("guide"))?;
    let rows = tx
        .rows(
            sql!(
                "SELECT text_id, body FROM texts
                 WHERE tenant_id = $1 AND contact_id = $2 AND kind = $3"
            ),
            args![tenant, contact, TEXT_KIND],
        )
        .await?;
    for row in &rows {
        let before: KeptWalk = row.json("body")?;
        if before.topic == walk.topic {
            let id: Id<kind::Text> = row.id("text_id")?;
            tx.execute(
                sql!("UPDATE texts SET body = $3, at = $4 WHERE tenant_id = $1 AND text_id = $2"),
                args![tenant, id, &body, at],
            )
            .await?;
            return Ok(());
        }
    }
    tx.execute(
        sql!(
            "INSERT INTO texts (tenant_id, text_id, contact_id, kind, body, at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![tenant, new, contact, TEXT_KIND, &body, at],
    )
    .await?;
    Ok(())
}

fn step_count(row: &Row) -> Result<StepCount, StoreError> {
    let what: String = row.get("what")?;
    let who: String = row.get("who")?;
    let version: i64 = row.get("version")?;
    Ok(StepCount {
        node: row.get("node")?,
        version: u32::try_from(version).map_err(|_| StoreError::Damaged("version"))?,
        who: match who.as_str() {
            "citizen" => Walker::Citizen,
            "agent" => Walker::Agent,
            _ => return Err(StoreError::Damaged("who")),
        },
        what: match what.as_str() {
            "asked" => What::Asked,
            "ended" => What::Ended,
            "on" => What::On,
            "to" => What::To(row.get("next")?),
            "back" => What::Back,
            "stayed" => What::Stayed(row.parsed("next")?),
            "helped" => What::Helped,
            "not-helped" => What::NotHelped,
            _ => return Err(StoreError::Damaged("what")),
        },
        count: row.get("count")?,
    })
}
