//! The audit log: who did or saw what, on which ground, for which purpose.
//!
//! A row is written in the transaction of the act; a look-up of personal data writes its row before
//! it answers. There is no counter, so that nobody waits for anybody. Each minute [`seal`] ties the
//! new rows into a chain of SHA-256 digests; [`check_seals`] finds what was changed, added to a
//! sealed part or taken away since. The newest digest also goes to the program's log, so that who
//! keeps that log elsewhere can show that the end of the chain was not cut off.

use base::scope::Ground;
use base::{Actor, Id, MunicipalityKey, Page, TenantKey, UnixMillis, kind};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::database::{Database, Row, Tx};
use crate::{StoreError, args, sql};

/// Rows that one seal covers at most.
const SEAL_ROWS: i64 = 5_000;
/// Rows of one piece of a long read.
const PIECE: i64 = 1_000;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub tenant: TenantKey,
    pub id: Id<kind::Audit>,
    pub at: UnixMillis,
    /// As [`actor_name`] writes it.
    pub actor: String,
    /// Why the actor could; `None` for citizens and the program itself.
    pub ground: Option<Ground>,
    pub municipality: Option<MunicipalityKey>,
    /// What was done, a word in English with hyphens: `contact-read`.
    pub action: String,
    /// To what: `contact/ID`, `person/ID`; empty when to nothing in particular.
    pub subject: String,
    /// What for; no personal text.
    pub purpose: String,
}

/// How an actor stands in the log. Citizens stand there as such: their marks are erasable, the log
/// is not.
#[must_use]
pub fn actor_name(actor: &Actor) -> String {
    match actor {
        Actor::Person(id) => format!("person/{id}"),
        Actor::Citizen { .. } => "citizen".to_owned(),
        Actor::System(name) => format!("system/{name}"),
    }
}

const fn ground_name(ground: Option<Ground>) -> &'static str {
    match ground {
        None => "",
        Some(Ground::Role) => "role",
        Some(Ground::Duty) => "duty",
    }
}

fn ground_of(name: &str) -> Result<Option<Ground>, StoreError> {
    match name {
        "" => Ok(None),
        "role" => Ok(Some(Ground::Role)),
        "duty" => Ok(Some(Ground::Duty)),
        _ => Err(StoreError::Damaged("ground")),
    }
}

/// Writes a line in the transaction of the act.
///
/// # Errors
/// [`StoreError`] when the database fails: the act must not happen then.
pub async fn write(tx: &mut Tx, entry: &Entry) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO audit (tenant_id, audit_id, at, actor, ground, municipality, action,
               subject, purpose)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            &entry.tenant,
            entry.id,
            entry.at,
            &entry.actor,
            ground_name(entry.ground),
            entry.municipality.as_ref().map_or("", MunicipalityKey::as_str),
            &entry.action,
            &entry.subject,
            &entry.purpose
        ],
    )
    .await?;
    Ok(())
}

/// Which lines are wanted; `None` means any.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub municipality: Option<MunicipalityKey>,
    pub subject: Option<String>,
    pub actor: Option<String>,
    /// At or after.
    pub from: Option<UnixMillis>,
    /// Before.
    pub until: Option<UnixMillis>,
}

/// The lines that are wanted, newest first, at most `limit`; `page` is what [`Page::next`] said.
///
/// # Errors
/// [`StoreError`] when the database fails; [`StoreError::Damaged`] when `page` is none of ours.
pub async fn list(
    database: &Database,
    tenant: &TenantKey,
    wanted: &Wanted,
    page: Option<&str>,
    limit: i64,
) -> Result<Page<Entry>, StoreError> {
    let (before, before_id) = match page {
        Some(page) => place_of(page)?,
        None => (i64::MAX, Uuid::max()),
    };
    let from = wanted.from.map_or(i64::MIN, |at| at.0);
    let until = wanted.until.map_or(i64::MAX, |at| at.0);
    let rows = database
        .rows(
            sql!(
                "SELECT audit_id, at, actor, ground, municipality, action, subject, purpose
                 FROM audit
                 WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND (at, audit_id) < ($4, $5)
                   AND ($6 = '' OR municipality = $6) AND ($7 = '' OR subject = $7)
                   AND ($8 = '' OR actor = $8)
                 ORDER BY at DESC, audit_id DESC LIMIT $9"
            ),
            args![
                tenant,
                from,
                until,
                before,
                before_id,
                wanted.municipality.as_ref().map_or("", MunicipalityKey::as_str),
                wanted.subject.as_deref().unwrap_or_default(),
                wanted.actor.as_deref().unwrap_or_default(),
                limit.saturating_add(1)
            ],
        )
        .await?;
    let mut items: Vec<Entry> =
        rows.iter().map(|row| entry(tenant, row)).collect::<Result<_, _>>()?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next = items.last().filter(|_| more).map(|last| format!("{}_{}", last.at.0, last.id));
    Ok(Page { items, next })
}

fn place_of(page: &str) -> Result<(i64, Uuid), StoreError> {
    let (at, id) = page.split_once('_').ok_or(StoreError::Damaged("page"))?;
    let at = at.parse().map_err(|_| StoreError::Damaged("page"))?;
    Ok((at, id.parse().map_err(|_| StoreError::Damaged("page"))?))
}

fn entry(tenant: &TenantKey, row: &Row) -> Result<Entry, StoreError> {
    let municipality: String = row.get("municipality")?;
    Ok(Entry {
        tenant: tenant.clone(),
        id: row.id("audit_id")?,
        at: row.at("at")?,
        actor: row.get("actor")?,
        ground: ground_of(&row.get::<String>("ground")?)?,
        municipality: if municipality.is_empty() {
            None
        } else {
            Some(municipality.parse().map_err(|_| StoreError::Damaged("municipality"))?)
        },
        action: row.get("action")?,
        subject: row.get("subject")?,
        purpose: row.get("purpose")?,
    })
}

/// Ties the rows that no seal covers yet into the chain; the number of rows.
///
/// # Errors
/// [`StoreError`] when the database fails; nothing is sealed then and the next call does it.
pub async fn seal(
    database: &Database,
    tenant: &TenantKey,
    now: UnixMillis,
) -> Result<i64, StoreError> {
    let mut sealed = 0;
    loop {
        let count = seal_some(database, tenant, now).await?;
        sealed += count;
        if count < SEAL_ROWS {
            return Ok(sealed);
        }
    }
}

async fn seal_some(
    database: &Database,
    tenant: &TenantKey,
    now: UnixMillis,
) -> Result<i64, StoreError> {
    let waiting = database
        .row(
            sql!("SELECT 1 AS waiting FROM audit WHERE tenant_id = $1 AND seal IS NULL LIMIT 1"),
            args![tenant],
        )
        .await?;
    if waiting.is_none() {
        return Ok(0);
    }
    let mut tx = database.begin().await?;
    let last = tx
        .row(
            sql!(
                "SELECT number, digest FROM audit_seals WHERE tenant_id = $1
                 ORDER BY number DESC LIMIT 1"
            ),
            args![tenant],
        )
        .await?;
    let (last, before) = match last {
        Some(row) => (row.get::<i64>("number")?, row.get::<String>("digest")?),
        None => (0, String::new()),
    };
    // One statement chooses and marks: a row that is committed meanwhile waits for the next seal.
    let mut rows = tx
        .rows(
            sql!(
                "UPDATE audit SET seal = $2
                 WHERE tenant_id = $1 AND seal IS NULL AND audit_id IN (
                   SELECT audit_id FROM audit WHERE tenant_id = $1 AND seal IS NULL
                   ORDER BY audit_id LIMIT $3)
                 RETURNING audit_id, at, actor, ground, municipality, action, subject, purpose"
            ),
            args![tenant, last + 1, SEAL_ROWS],
        )
        .await?
        .iter()
        .map(|row| entry(tenant, row))
        .collect::<Result<Vec<_>, _>>()?;
    rows.sort_by_key(|entry| entry.id);
    let Some(upto) = rows.iter().map(|entry| entry.at).max() else { return Ok(0) };
    let mut chain = Chain::after(&before);
    for row in &rows {
        chain.add(row);
    }
    let count = chain.count;
    let digest = chain.digest();
    let written = tx
        .execute(
            sql!(
                "INSERT INTO audit_seals (tenant_id, number, at, upto_at, count, digest)
                 VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            args![tenant, last + 1, now, upto, count, &digest],
        )
        .await;
    match written {
        // Another node was sealing and has taken the number; the rows wait for the next call.
        Err(error) if error.is_taken() => return Ok(0),
        written => written?,
    };
    tx.commit().await?;
    tracing::info!(%tenant, number = last + 1, count, digest, "sealed the audit log");
    Ok(count)
}

/// What is wrong with the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The seal itself is gone.
    Missing,
    /// It covers more or fewer rows than when it was made.
    Count,
    /// A row was changed, or the seal was.
    Digest,
}

/// The first seal that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    pub number: i64,
    pub fault: Fault,
}

/// Checks the whole chain; the first seal that does not hold, if one does not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn check_seals(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Option<Broken>, StoreError> {
    let mut tx = database.snapshot().await?;
    let mut before = String::new();
    let mut number = 0;
    loop {
        number += 1;
        let row = tx
            .row(
                sql!("SELECT count, digest FROM audit_seals WHERE tenant_id = $1 AND number = $2"),
                args![tenant, number],
            )
            .await?;
        let Some(row) = row else { return missing(&mut tx, tenant, number).await };
        let chain = chain_of(&mut tx, tenant, number, &before).await?;
        if chain.count != row.get::<i64>("count")? {
            return Ok(Some(Broken { number, fault: Fault::Count }));
        }
        let digest = chain.digest();
        if digest != row.get::<String>("digest")? {
            return Ok(Some(Broken { number, fault: Fault::Digest }));
        }
        before = digest;
    }
}

/// There is no such seal: the end of the chain, unless something stands behind it.
async fn missing(
    tx: &mut Tx,
    tenant: &TenantKey,
    number: i64,
) -> Result<Option<Broken>, StoreError> {
    let behind = tx
        .row(
            sql!(
                "SELECT number AS seal FROM audit_seals WHERE tenant_id = $1 AND number >= $2
                 UNION SELECT seal FROM audit WHERE tenant_id = $1 AND seal >= $2 LIMIT 1"
            ),
            args![tenant, number],
        )
        .await?;
    Ok(behind.map(|_| Broken { number, fault: Fault::Missing }))
}

async fn chain_of(
    tx: &mut Tx,
    tenant: &TenantKey,
    number: i64,
    before: &str,
) -> Result<Chain, StoreError> {
    let mut chain = Chain::after(before);
    let mut last = Uuid::nil();
    loop {
        let rows = tx
            .rows(
                sql!(
                    "SELECT audit_id, at, actor, ground, municipality, action, subject, purpose
                     FROM audit WHERE tenant_id = $1 AND seal = $2 AND audit_id > $3
                     ORDER BY audit_id LIMIT $4"
                ),
                args![tenant, number, last, PIECE],
            )
            .await?;
        for row in &rows {
            let entry = entry(tenant, row)?;
            last = entry.id.uuid();
            chain.add(&entry);
        }
        if rows.is_empty() {
            return Ok(chain);
        }
    }
}

/// A digest in the making: of the digest before it and of every row in the order of ids.
struct Chain {
    hasher: Sha256,
    count: i64,
}

impl Chain {
    fn after(before: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(before.as_bytes());
        Self { hasher, count: 0 }
    }

    fn add(&mut self, entry: &Entry) {
        let fields = [
            entry.id.to_string(),
            entry.at.0.to_string(),
            entry.actor.clone(),
            ground_name(entry.ground).to_owned(),
            entry.municipality.as_ref().map(ToString::to_string).unwrap_or_default(),
            entry.action.clone(),
            entry.subject.clone(),
            entry.purpose.clone(),
        ];
        for field in fields {
            // With its length, so that nothing can move from one field to the next.
            self.hasher.update(field.len().to_be_bytes());
            self.hasher.update(field.as_bytes());
        }
        self.count += 1;
    }

    fn digest(self) -> String {
        hex(&self.hasher.finalize())
    }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
