//! What is deleted when its time is up, and what a citizen has a right to have erased.
//!
//! Texts go and the journal stands: an `erased` event says so, and [`crate::verify`] accepts exactly
//! those holes. Each run leaves a receipt with its counts. A text that an unanswered hand-over needs
//! stays until the department has answered.

mod erasure;

use std::collections::BTreeMap;

use base::{Id, MunicipalityKey, Rng, TenantKey, UnixMillis, kind};
use jiff::{Span, tz::TimeZone};
use rules::contacts::{Command, ContactId, decide};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::contacts::{Held, hold, record};
use crate::database::{Database, Row, Tx};
use crate::improvement;
use crate::streams::StreamKey;
use crate::{StoreError, args, sql};

pub use erasure::{Erased, Erasure, erase_again, erase_contact, erasures};

/// Steps before a contact are kept this long (product rule 14).
const TRAIL_S: i64 = 24 * 3600;
/// Counts of attempts and presences that nobody has touched for so long are of no use.
const STALE_S: i64 = 24 * 3600;
const DAY_S: i64 = 24 * 3600;
/// Searches are kept under their visit's key for less than 24 hours: an hour before, because this
/// runs once an hour.
const EPISODE_S: i64 = 23 * 3600;
/// An absence that is over is kept so long.
const ABSENCE_S: i64 = 7 * DAY_S;
/// Counts of searches, of what was read and walked, settled work of the improvement loop and changes
/// of the directory, in months.
const COUNT_MONTHS: i64 = 13;
/// Contacts of one piece of the walk.
const PIECE: i64 = 200;

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// What was written and who the citizen is, in days.
    pub text_days: i64,
    /// The record of a closed contact, without identity, in months.
    pub record_months: i64,
}

impl Default for Keep {
    fn default() -> Self {
        Self { text_days: 30, record_months: 24 }
    }
}

/// How long things are kept, by municipality.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    #[serde(default)]
    pub common: Keep,
    /// A municipality may shorten, not lengthen.
    #[serde(default)]
    pub shorter: BTreeMap<MunicipalityKey, Keep>,
}

impl Policy {
    /// What holds for a municipality.
    #[must_use]
    pub fn of(&self, municipality: Option<&MunicipalityKey>) -> Keep {
        let own = municipality.and_then(|m| self.shorter.get(m)).unwrap_or(&self.common);
        Keep {
            text_days: own.text_days.min(self.common.text_days).max(0),
            record_months: own.record_months.min(self.common.record_months).max(0),
        }
    }

    fn shortest(&self) -> Keep {
        self.shorter.keys().map(|m| self.of(Some(m))).fold(self.of(None), |a, b| Keep {
            text_days: a.text_days.min(b.text_days),
            record_months: a.record_months.min(b.record_months),
        })
    }
}

impl Keep {
    fn texts_before(self, now: UnixMillis) -> UnixMillis {
        now.plus_seconds(self.text_days.saturating_mul(-DAY_S))
    }

    fn records_before(self, now: UnixMillis) -> UnixMillis {
        months_before(now, self.record_months)
    }
}

fn months_before(now: UnixMillis, months: i64) -> UnixMillis {
    let months = Span::new().try_months(months).unwrap_or_default();
    let then = now.timestamp().to_zoned(TimeZone::UTC).checked_sub(months);
    // Further back than the calendar reaches: nothing is that old.
    then.map_or(UnixMillis(i64::MIN), |then| UnixMillis::from_timestamp(then.timestamp()))
}

/// What one run has deleted: the receipt's body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Personal texts.
    pub texts: u64,
    /// Contacts that lost texts.
    pub contacts: u64,
    /// Marks, pseudonyms and names of contacts.
    pub marks: u64,
    /// Whole records of contacts.
    pub records: u64,
    pub trail: u64,
    pub throttles: u64,
    pub logins: u64,
    pub presences: u64,
    /// Searches under their visit's key.
    #[serde(default)]
    pub searches: u64,
    /// Counts of searches, and settled work made of them.
    #[serde(default)]
    pub search_counts: u64,
    /// Counts of pages shown, of answers to "did this help?" and of steps in guides.
    #[serde(default)]
    pub reading_counts: u64,
    /// Changes of the directory, settled tasks about it, absences that are over.
    #[serde(default)]
    pub directory: u64,
    /// Conversations that were recorded.
    #[serde(default)]
    pub recordings: u64,
    /// Codes that were said on the telephone, desk telephones that were taken out of use.
    #[serde(default)]
    pub telephone: u64,
}

/// Deletes what its time is up for; answers with what the receipt says. Run it at least hourly (the
/// trail is kept 24 hours); it may be interrupted at any instant and run again.
///
/// # Errors
/// [`StoreError`] when the database fails; what was done until then is done.
pub async fn run(
    database: &Database,
    tenant: &TenantKey,
    rng: &Rng,
    now: UnixMillis,
    policy: &Policy,
) -> Result<Removed, StoreError> {
    let mut removed = Removed::default();
    old_records(database, tenant, now, policy, &mut removed).await?;
    old_texts(database, tenant, now, policy, &mut removed).await?;
    old_marks(database, tenant, now, policy, &mut removed).await?;
    let mut tx = database.begin().await?;
    let alone = policy.of(None).texts_before(now);
    removed.texts += tx
        .execute(
            sql!("DELETE FROM texts WHERE tenant_id = $1 AND contact_id IS NULL AND at < $2"),
            args![tenant, alone],
        )
        .await?;
    removed.trail = tx
        .execute(
            sql!("DELETE FROM trail WHERE tenant_id = $1 AND at <= $2"),
            args![tenant, now.plus_seconds(-TRAIL_S)],
        )
        .await?;
    removed.throttles = tx
        .execute(
            sql!("DELETE FROM throttles WHERE tenant_id = $1 AND since < $2"),
            args![tenant, now.plus_seconds(-STALE_S)],
        )
        .await?;
    removed.logins = tx
        .execute(
            sql!(
                "DELETE FROM logins
                 WHERE tenant_id = $1 AND (ends_at <= $2 OR revoked_at IS NOT NULL)"
            ),
            args![tenant, now],
        )
        .await?;
    removed.presences = tx
        .execute(
            sql!("DELETE FROM presences WHERE tenant_id = $1 AND lease_until < $2"),
            args![tenant, now.plus_seconds(-STALE_S)],
        )
        .await?;
    let episodes_before = now.plus_seconds(-EPISODE_S);
    removed.searches =
        improvement::episodes::forget_before(&mut tx, tenant, episodes_before).await?;
    let counts_before = months_before(now, COUNT_MONTHS);
    let day = counts_before.timestamp().to_zoned(TimeZone::UTC).date().to_string();
    removed.search_counts = improvement::counts::forget_before(&mut tx, tenant, &day).await?
        + improvement::worklist::forget_before(&mut tx, tenant, counts_before).await?;
    removed.reading_counts = crate::guides::forget_before(&mut tx, tenant, &day).await?
        + crate::searching::forget_before(&mut tx, tenant, &day).await?;
    let absences_before = now.plus_seconds(-ABSENCE_S);
    removed.directory =
        crate::directory::forget_before(&mut tx, tenant, counts_before, absences_before).await?;
    removed.recordings += crate::recordings::forget_old(&mut tx, tenant, now).await?;
    removed.telephone = crate::calls::forget_ended(&mut tx, tenant, now).await?;
    if removed != Removed::default() {
        receipt(&mut tx, tenant, rng, now, "retention", &removed).await?;
    }
    tx.commit().await?;
    Ok(removed)
}

/// A walk over contacts, piece by piece in the order of their ids, so that no transaction is long.
struct Walk<'a> {
    database: &'a Database,
    tenant: &'a TenantKey,
    /// Takes the consortium, the latest instant, the last id and the size of a piece.
    statement: &'static str,
    before: UnixMillis,
    last: Uuid,
}

impl<'a> Walk<'a> {
    const fn new(
        database: &'a Database,
        tenant: &'a TenantKey,
        statement: &'static str,
        before: UnixMillis,
    ) -> Self {
        Self { database, tenant, statement, before, last: Uuid::nil() }
    }

    /// The next contacts with their municipalities; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<Walked>>, StoreError> {
        let values = args![self.tenant, self.before, self.last, PIECE];
        let mut piece = Vec::new();
        for row in self.database.rows(self.statement, values).await? {
            self.last = row.get("contact_id")?;
            let contact = Id::from_uuid(self.last);
            let municipality = row.maybe_parsed("municipality")?;
            piece.push(Walked { contact, municipality, row });
        }
        Ok((!piece.is_empty()).then_some(piece))
    }
}

struct Walked {
    contact: ContactId,
    municipality: Option<MunicipalityKey>,
    row: Row,
}

/// Contacts with texts that are too old.
async fn old_texts(
    database: &Database,
    tenant: &TenantKey,
    now: UnixMillis,
    policy: &Policy,
    removed: &mut Removed,
) -> Result<(), StoreError> {
    const STATEMENT: &str = sql!(
        "SELECT DISTINCT t.contact_id, c.municipality FROM texts t
         LEFT JOIN contacts c ON c.tenant_id = t.tenant_id AND c.contact_id = t.contact_id
         WHERE t.tenant_id = $1 AND t.at < $2 AND t.contact_id > $3
           AND NOT EXISTS (
             SELECT 1 FROM hand_overs h WHERE h.tenant_id = t.tenant_id
               AND h.contact_id = t.contact_id AND h.phase IN ('new', 'taken'))
         ORDER BY t.contact_id LIMIT $4"
    );
    let before = policy.shortest().texts_before(now);
    let mut walk = Walk::new(database, tenant, STATEMENT, before);
    while let Some(piece) = walk.next().await? {
        for Walked { contact, municipality, .. } in piece {
            let before = policy.of(municipality.as_ref()).texts_before(now);
            let mut tx = database.begin().await?;
            let texts = erase_texts(&mut tx, tenant, contact, before, now, "retention").await?;
            tx.commit().await?;
            if texts > 0 {
                removed.contacts += 1;
                removed.texts += texts;
            }
        }
    }
    Ok(())
}

/// Deletes a contact's texts from before `before` and says so in its journal; how many.
async fn erase_texts(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
    before: UnixMillis,
    at: UnixMillis,
    why: &str,
) -> Result<u64, StoreError> {
    let held = hold(tx, tenant, contact).await?;
    let texts = tx
        .execute(
            sql!("DELETE FROM texts WHERE tenant_id = $1 AND contact_id = $2 AND at < $3"),
            args![tenant, contact, before],
        )
        .await?;
    if texts > 0 {
        note_erasure(tx, tenant, contact, held, texts, at, why).await?;
    }
    Ok(texts)
}

async fn note_erasure(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
    held: Held,
    texts: u64,
    at: UnixMillis,
    why: &str,
) -> Result<i64, StoreError> {
    // A text may have been stored for a contact that then never arrived.
    let Some(state) = &held.contact else { return Ok(held.seq) };
    let texts = u32::try_from(texts).unwrap_or(u32::MAX);
    let command = Command::Erase { why: why.to_owned(), texts };
    let events = decide(Some(state), &command, at).map_err(|_| StoreError::Damaged("state"))?;
    Ok(record(tx, tenant, contact, held, &events, at).await?.seq)
}

/// Marks, pseudonyms and names of contacts that ended too long ago.
async fn old_marks(
    database: &Database,
    tenant: &TenantKey,
    now: UnixMillis,
    policy: &Policy,
    removed: &mut Removed,
) -> Result<(), StoreError> {
    const STATEMENT: &str = sql!(
        "SELECT k.contact_id, c.municipality, COALESCE(c.closed_at, c.arrived_at) AS ended
         FROM contact_marks k
         JOIN contacts c ON c.tenant_id = k.tenant_id AND c.contact_id = k.contact_id
         WHERE k.tenant_id = $1 AND k.contact_id > $3
           AND c.phase IN ('arrived', 'closed')
           AND COALESCE(c.closed_at, c.arrived_at) < $2
           AND NOT EXISTS (
             SELECT 1 FROM hand_overs h WHERE h.tenant_id = k.tenant_id
               AND h.contact_id = k.contact_id AND h.phase IN ('new', 'taken'))
         ORDER BY k.contact_id LIMIT $4"
    );
    let before = policy.shortest().texts_before(now);
    let mut walk = Walk::new(database, tenant, STATEMENT, before);
    while let Some(piece) = walk.next().await? {
        let mut tx = database.begin().await?;
        for Walked { contact, municipality, row } in piece {
            if row.at("ended")? < policy.of(municipality.as_ref()).texts_before(now) {
                removed.marks += tx
                    .execute(
                        sql!("DELETE FROM contact_marks WHERE tenant_id = $1 AND contact_id = $2"),
                        args![tenant, contact],
                    )
                    .await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Whole records of contacts that ended too long ago.
async fn old_records(
    database: &Database,
    tenant: &TenantKey,
    now: UnixMillis,
    policy: &Policy,
    removed: &mut Removed,
) -> Result<(), StoreError> {
    const STATEMENT: &str = sql!(
        "SELECT c.contact_id, c.municipality, COALESCE(c.closed_at, c.arrived_at) AS ended
         FROM contacts c
         WHERE c.tenant_id = $1 AND c.contact_id > $3
           AND c.phase IN ('arrived', 'closed')
           AND COALESCE(c.closed_at, c.arrived_at) < $2
           AND NOT EXISTS (
             SELECT 1 FROM hand_overs h WHERE h.tenant_id = c.tenant_id
               AND h.contact_id = c.contact_id AND h.phase IN ('new', 'taken'))
         ORDER BY c.contact_id LIMIT $4"
    );
    let before = policy.shortest().records_before(now);
    let mut walk = Walk::new(database, tenant, STATEMENT, before);
    while let Some(piece) = walk.next().await? {
        for Walked { contact, municipality, row } in piece {
            if row.at("ended")? < policy.of(municipality.as_ref()).records_before(now) {
                delete_record(database, tenant, contact, removed).await?;
            }
        }
    }
    Ok(())
}

/// Deletes everything of a contact.
async fn delete_record(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
    removed: &mut Removed,
) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    hold(&mut tx, tenant, contact).await?;
    let texts = tx
        .execute(
            sql!("DELETE FROM texts WHERE tenant_id = $1 AND contact_id = $2"),
            args![tenant, contact],
        )
        .await?;
    let recordings = crate::recordings::forget(&mut tx, tenant, contact).await?;
    crate::calls::forget(&mut tx, tenant, contact).await?;
    for statement in [
        sql!("DELETE FROM contact_marks WHERE tenant_id = $1 AND contact_id = $2"),
        sql!("DELETE FROM messages WHERE tenant_id = $1 AND contact_id = $2"),
        sql!("DELETE FROM hand_overs WHERE tenant_id = $1 AND contact_id = $2"),
        sql!("DELETE FROM contacts WHERE tenant_id = $1 AND contact_id = $2"),
    ] {
        tx.execute(statement, args![tenant, contact]).await?;
    }
    let key = StreamKey::contact(contact).key;
    for statement in [
        sql!(
            "DELETE FROM events
             WHERE tenant_id = $1 AND stream_kind = 'contact' AND stream_key = $2"
        ),
        sql!("DELETE FROM streams WHERE tenant_id = $1 AND kind = 'contact' AND key = $2"),
    ] {
        tx.execute(statement, args![tenant, &key]).await?;
    }
    tx.commit().await?;
    removed.texts += texts;
    removed.recordings += recordings;
    removed.records += 1;
    Ok(())
}

/// Proof that something was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub id: Id<kind::Receipt>,
    pub at: UnixMillis,
    pub kind: String,
    /// JSON of [`Removed`] or [`Erased`].
    pub body: String,
}

/// The newest receipts.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn receipts(
    database: &Database,
    tenant: &TenantKey,
    limit: i64,
) -> Result<Vec<Receipt>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT receipt_id, at, kind, body FROM receipts
                 WHERE tenant_id = $1 ORDER BY at DESC, receipt_id LIMIT $2"
            ),
            args![tenant, limit],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Receipt {
                id: row.id("receipt_id")?,
                at: row.at("at")?,
                kind: row.get("kind")?,
                body: row.get("body")?,
            })
        })
        .collect()
}

async fn receipt(
    tx: &mut Tx,
    tenant: &TenantKey,
    rng: &Rng,
    at: UnixMillis,
    kind: &str,
    body: &impl Serialize,
) -> Result<(), StoreError> {
    let id: Id<kind::Receipt> = rng.id(at);
    let body = serde_json::to_string(body).map_err(|_| StoreError::Damaged("receipt"))?;
    tx.execute(
        sql!(
            "INSERT INTO receipts (tenant_id, receipt_id, at, kind, body)
             VALUES ($1, $2, $3, $4, $5)"
        ),
        args![tenant, id, at, kind, body],
    )
    .await?;
    Ok(())
}
