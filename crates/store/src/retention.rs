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
use crate::database::{Database, Tx};
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
    let run = Run { database, tenant, now, policy };
    old_records(run, &mut removed).await?;
    old_texts(run, &mut removed).await?;
    old_marks(run, &mut removed).await?;
    let mut tx = database.begin().await?;
    let stale = now.plus_seconds(-STALE_S);
    for (count, statement, before) in [
        (
            &mut removed.texts,
            sql!("DELETE FROM texts WHERE tenant_id = $1 AND contact_id IS NULL AND at < $2"),
            policy.of(None).texts_before(now),
        ),
        (
            &mut removed.trail,
            sql!("DELETE FROM trail WHERE tenant_id = $1 AND at <= $2"),
            now.plus_seconds(-TRAIL_S),
        ),
        (
            &mut removed.throttles,
            sql!("DELETE FROM throttles WHERE tenant_id = $1 AND since < $2"),
            stale,
        ),
        (
            &mut removed.logins,
            sql!(
                "DELETE FROM logins
                 WHERE tenant_id = $1 AND (ends_at <= $2 OR revoked_at IS NOT NULL)"
            ),
            now,
        ),
        (
            &mut removed.presences,
            sql!("DELETE FROM presences WHERE tenant_id = $1 AND lease_until < $2"),
            stale,
        ),
    ] {
        *count += tx.execute(statement, args![tenant, before]).await?;
    }
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

/// What one run goes by.
#[derive(Clone, Copy)]
struct Run<'a> {
    database: &'a Database,
    tenant: &'a TenantKey,
    now: UnixMillis,
    policy: &'a Policy,
}

/// A walk over contacts whose time may be up, piece by piece in the order of their ids, so that no
/// transaction is long.
struct Walk<'a> {
    run: Run<'a>,
    /// Takes the consortium, the latest instant, the last id and the size of a piece; gives `since`,
    /// from when the contact's time counts.
    statement: &'static str,
    /// The instant before which a time is up.
    before: fn(Keep, UnixMillis) -> UnixMillis,
    last: Uuid,
}

impl<'a> Run<'a> {
    const fn walk(
        self,
        statement: &'static str,
        before: fn(Keep, UnixMillis) -> UnixMillis,
    ) -> Walk<'a> {
        Walk { run: self, statement, before, last: Uuid::nil() }
    }
}

impl Walk<'_> {
    /// The next contacts whose time is up, each with the instant before which it is in its
    /// municipality; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<(ContactId, UnixMillis)>>, StoreError> {
        let Run { database, tenant, now, policy } = self.run;
        let latest = (self.before)(policy.shortest(), now);
        let rows = database.rows(self.statement, args![tenant, latest, self.last, PIECE]).await?;
        let mut piece = Vec::new();
        for row in &rows {
            self.last = row.get("contact_id")?;
            let municipality = row.maybe_parsed("municipality")?;
            let before = (self.before)(policy.of(municipality.as_ref()), now);
            if row.at("since")? < before {
                piece.push((Id::from_uuid(self.last), before));
            }
        }
        Ok((!rows.is_empty()).then_some(piece))
    }
}

/// Contacts with texts that are too old: deletes them and says so in the contact's journal.
async fn old_texts(run: Run<'_>, removed: &mut Removed) -> Result<(), StoreError> {
    let Run { database, tenant, now, .. } = run;
    let statement = sql!(
        "SELECT t.contact_id, c.municipality, MIN(t.at) AS since FROM texts t
         LEFT JOIN contacts c ON c.tenant_id = t.tenant_id AND c.contact_id = t.contact_id
         WHERE t.tenant_id = $1 AND t.at < $2 AND t.contact_id > $3
           AND NOT EXISTS (
             SELECT 1 FROM hand_overs h WHERE h.tenant_id = t.tenant_id
               AND h.contact_id = t.contact_id AND h.phase IN ('new', 'taken'))
         GROUP BY t.contact_id, c.municipality
         ORDER BY t.contact_id LIMIT $4"
    );
    let mut walk = run.walk(statement, Keep::texts_before);
    while let Some(piece) = walk.next().await? {
        for (contact, before) in piece {
            let mut tx = database.begin().await?;
            let held = hold(&mut tx, tenant, contact).await?;
            let texts = tx
                .execute(
                    sql!("DELETE FROM texts WHERE tenant_id = $1 AND contact_id = $2 AND at < $3"),
                    args![tenant, contact, before],
                )
                .await?;
            if texts > 0 {
                note_erasure(&mut tx, tenant, contact, held, texts, now, "retention").await?;
                removed.contacts += 1;
                removed.texts += texts;
            }
            tx.commit().await?;
        }
    }
    Ok(())
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
async fn old_marks(run: Run<'_>, removed: &mut Removed) -> Result<(), StoreError> {
    let statement = sql!(
        "SELECT k.contact_id, c.municipality, COALESCE(c.closed_at, c.arrived_at) AS since
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
    let mut walk = run.walk(statement, Keep::texts_before);
    while let Some(piece) = walk.next().await? {
        let mut tx = run.database.begin().await?;
        for (contact, _) in piece {
            removed.marks += delete_mark(&mut tx, run.tenant, contact).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn delete_mark(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!("DELETE FROM contact_marks WHERE tenant_id = $1 AND contact_id = $2"),
        args![tenant, contact],
    )
    .await
}

async fn delete_texts(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!("DELETE FROM texts WHERE tenant_id = $1 AND contact_id = $2"),
        args![tenant, contact],
    )
    .await
}

/// Whole records of contacts that ended too long ago.
async fn old_records(run: Run<'_>, removed: &mut Removed) -> Result<(), StoreError> {
    let statement = sql!(
        "SELECT c.contact_id, c.municipality, COALESCE(c.closed_at, c.arrived_at) AS since
         FROM contacts c
         WHERE c.tenant_id = $1 AND c.contact_id > $3
           AND c.phase IN ('arrived', 'closed')
           AND COALESCE(c.closed_at, c.arrived_at) < $2
           AND NOT EXISTS (
             SELECT 1 FROM hand_overs h WHERE h.tenant_id = c.tenant_id
               AND h.contact_id = c.contact_id AND h.phase IN ('new', 'taken'))
         ORDER BY c.contact_id LIMIT $4"
    );
    let mut walk = run.walk(statement, Keep::records_before);
    while let Some(piece) = walk.next().await? {
        for (contact, _) in piece {
            delete_record(run, contact, removed).await?;
        }
    }
    Ok(())
}

/// Deletes everything of a contact.
async fn delete_record(
    run: Run<'_>,
    contact: ContactId,
    removed: &mut Removed,
) -> Result<(), StoreError> {
    let tenant = run.tenant;
    let mut tx = run.database.begin().await?;
    hold(&mut tx, tenant, contact).await?;
    let texts = delete_texts(&mut tx, tenant, contact).await?;
    delete_mark(&mut tx, tenant, contact).await?;
    let recordings = crate::recordings::forget(&mut tx, tenant, contact).await?;
    crate::calls::forget(&mut tx, tenant, contact).await?;
    for statement in [
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
