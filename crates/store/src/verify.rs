//! Rebuilds every projection from the journal and reports any difference.
//!
//! It reads one snapshot, contact by contact, so that it may run beside a working program and needs
//! little memory however long the journal is.

use std::collections::{BTreeMap, BTreeSet};

use base::{Id, TenantKey, kind};
use rules::contacts::{Contact, ContactId, Event, apply};
use serde::Serialize;

use crate::contacts::{columns, hand_over_columns, message_columns};
use crate::database::{Database, Row, Tx, Value};
use crate::streams::{Recorded, recorded};
use crate::{StoreError, args, sql};

/// Streams of one piece of the walk.
const PIECE: i64 = 500;
/// Differences that are told one by one; the others are counted.
const TOLD: usize = 1_000;

/// Something that is not as the journal says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// The stream (`contact/ID`) or the table.
    pub place: String,
    pub what: String,
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub contacts: u64,
    pub events: u64,
    pub streams: u64,
    pub differences: Vec<Difference>,
    /// Differences beyond the first thousand.
    pub untold: u64,
}

impl Report {
    /// Whether everything is as the journal says.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty() && self.untold == 0
    }

    fn tell(&mut self, place: &str, what: impl Into<String>) {
        if self.differences.len() < TOLD {
            self.differences.push(Difference { place: place.to_owned(), what: what.into() });
        } else {
            self.untold += 1;
        }
    }
}

/// How many rows of each projection a journal accounts for.
#[derive(Default)]
struct Accounted {
    contacts: i64,
    messages: i64,
    hand_overs: i64,
}

/// Rebuilds and compares everything of a consortium.
///
/// # Errors
/// [`StoreError`] when the database fails. Damaged data is a difference, not an error.
pub async fn verify(database: &Database, tenant: &TenantKey) -> Result<Report, StoreError> {
    let mut tx = database.snapshot().await?;
    let mut report = Report::default();
    let mut accounted = Accounted::default();
    let (mut kind, mut key) = (String::new(), String::new());
    loop {
        let rows = tx
            .rows(
                sql!(
                    "SELECT kind, key, seq FROM streams
                     WHERE tenant_id = $1 AND (kind, key) > ($2, $3) ORDER BY kind, key LIMIT $4"
                ),
                args![tenant, &kind, &key, PIECE],
            )
            .await?;
        for row in &rows {
            kind = row.get("kind")?;
            key = row.get("key")?;
            report.streams += 1;
            let seq = row.get("seq")?;
            if kind == "contact" {
                contact(&mut tx, tenant, &key, seq, &mut report, &mut accounted).await?;
            } else {
                other(&mut tx, tenant, &kind, &key, seq, &mut report).await?;
            }
        }
        if rows.is_empty() {
            break;
        }
    }
    strays(&mut tx, tenant, &accounted, &mut report).await?;
    Ok(report)
}

/// One contact's journal against its rows.
async fn contact(
    tx: &mut Tx,
    tenant: &TenantKey,
    key: &str,
    counter: i64,
    report: &mut Report,
    accounted: &mut Accounted,
) -> Result<(), StoreError> {
    let place = format!("contact/{key}");
    let Ok(id) = key.parse::<ContactId>() else {
        report.tell(&place, "the stream's key is no contact");
        return Ok(());
    };
    let events: Vec<Recorded> = tx
        .rows(
            sql!(
                "SELECT seq, at, kind, body FROM events
                 WHERE tenant_id = $1 AND stream_kind = 'contact' AND stream_key = $2 ORDER BY seq"
            ),
            args![tenant, key],
        )
        .await?
        .iter()
        .map(recorded)
        .collect::<Result<_, _>>()?;
    numbers(&place, &events, counter, report);
    report.events += u64::try_from(events.len()).unwrap_or(u64::MAX);
    let Some(told) = Told::of(&place, &events, report) else {
        // Held once and never written to: a counter at 0 and nothing else.
        return Ok(());
    };
    report.contacts += 1;
    if told.contact.id != id {
        report.tell(&place, format!("the journal is that of contact {}", told.contact.id));
    }
    compare_contact(tx, tenant, &place, id, &told.contact, counter, report, accounted).await?;
    compare_messages(tx, tenant, &place, id, &told, report, accounted).await?;
    compare_hand_overs(tx, tenant, &place, id, &told.contact, report, accounted).await?;
    texts(tx, tenant, &place, id, &told, report).await
}

/// The numbers run from 1 to the counter without gaps.
fn numbers(place: &str, events: &[Recorded], counter: i64, report: &mut Report) {
    let mut expected = 0;
    for event in events {
        expected += 1;
        if event.seq != expected {
            report.tell(place, format!("the events {expected} to {} are missing", event.seq - 1));
            expected = event.seq;
        }
    }
    if expected > counter {
        report.tell(place, format!("the counter says {counter} and the last event is {expected}"));
    } else if expected < counter {
        report.tell(place, format!("the events {} to {counter} are missing", expected + 1));
    }
}

/// What a journal tells.
struct Told {
    contact: Contact,
    messages: BTreeMap<i64, Vec<(&'static str, Value)>>,
    /// Texts that must be there: pointed to, and nothing was erased since.
    texts: BTreeMap<Id<kind::Text>, i64>,
    /// Texts that may be gone: something was erased since.
    perhaps: BTreeSet<Id<kind::Text>>,
    /// How many texts the journal says were erased.
    erased: u64,
}

impl Told {
    fn of(place: &str, events: &[Recorded], report: &mut Report) -> Option<Self> {
        let mut contact: Option<Contact> = None;
        let mut messages = BTreeMap::new();
        let mut texts = BTreeMap::new();
        let (mut perhaps, mut erased) = (BTreeSet::new(), 0);
        for recorded in events {
            let Ok(event) = serde_json::from_str::<Event>(&recorded.body) else {
                report.tell(place, format!("event {} cannot be read", recorded.seq));
                continue;
            };
            if event.kind() != recorded.kind {
                report.tell(place, format!("event {} is not of its kind", recorded.seq));
            }
            match &event {
                Event::Message { message, from, text, article } => {
                    let row =
                        message_columns(*message, *from, *text, article.as_ref(), recorded.at);
                    messages.insert(recorded.seq, row);
                }
                Event::Erased { texts: count, .. } => {
                    erased += u64::from(*count);
                    perhaps.extend(std::mem::take(&mut texts).into_keys());
                }
                _ => {}
            }
            texts.extend(pointed_to(&event).into_iter().map(|text| (text, recorded.seq)));
            contact = apply(contact, &event, recorded.at);
        }
        if contact.is_none() && !events.is_empty() {
            report.tell(place, "the journal does not begin with an arrival");
        }
        Some(Self { contact: contact?, messages, texts, perhaps, erased })
    }
}

/// The personal texts that an event points to.
fn pointed_to(event: &Event) -> Vec<Id<kind::Text>> {
    match event {
        Event::Message { text, .. } => vec![*text],
        Event::Transferred { note, .. } => note.iter().copied().collect(),
        Event::HandedOver { note, address, .. } => note.iter().chain(address).copied().collect(),
        Event::HandOverAnswered { answer, .. } => vec![*answer],
        _ => vec![],
    }
}

async fn compare_contact(
    tx: &mut Tx,
    tenant: &TenantKey,
    place: &str,
    id: ContactId,
    contact: &Contact,
    counter: i64,
    report: &mut Report,
    accounted: &mut Accounted,
) -> Result<(), StoreError> {
    let row = tx
        .row(
            sql!(
                "SELECT municipality, department, topic, urgent, channel, phase, owner, offered_to,
                   offer_until, place_at, arrived_at, answered_at, closed_at, seq, state
                 FROM contacts WHERE tenant_id = $1 AND contact_id = $2"
            ),
            args![tenant, id],
        )
        .await?;
    let Some(row) = row else {
        report.tell(place, "its row in contacts is missing");
        return Ok(());
    };
    accounted.contacts += 1;
    compare(place, "contacts", &row, &columns(contact, counter), report);
    match row.json::<Contact>("state") {
        Ok(state) if state == *contact => {}
        Ok(_) => report.tell(place, "contacts.state is not what the journal tells"),
        Err(_) => report.tell(place, "contacts.state cannot be read"),
    }
    Ok(())
}

async fn compare_messages(
    tx: &mut Tx,
    tenant: &TenantKey,
    place: &str,
    id: ContactId,
    told: &Told,
    report: &mut Report,
    accounted: &mut Accounted,
) -> Result<(), StoreError> {
    let rows = tx
        .rows(
            sql!(
                "SELECT seq, message_id, sender, person_id, text_id, article, at FROM messages
                 WHERE tenant_id = $1 AND contact_id = $2 ORDER BY seq"
            ),
            args![tenant, id],
        )
        .await?;
    accounted.messages += i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut missing: BTreeSet<i64> = told.messages.keys().copied().collect();
    for row in &rows {
        let seq: i64 = row.get("seq")?;
        missing.remove(&seq);
        match told.messages.get(&seq) {
            Some(expected) => {
                compare(place, &format!("message {seq}"), row, expected, report);
            }
            None => report.tell(place, format!("message {seq} stands in no event")),
        }
    }
    for seq in missing {
        report.tell(place, format!("the row of message {seq} is missing"));
    }
    Ok(())
}

async fn compare_hand_overs(
    tx: &mut Tx,
    tenant: &TenantKey,
    place: &str,
    id: ContactId,
    contact: &Contact,
    report: &mut Report,
    accounted: &mut Accounted,
) -> Result<(), StoreError> {
    let rows = tx
        .rows(
            sql!(
                "SELECT hand_over_id, contact_id, municipality, department, phase, deadline,
                   made_at, taken_by
                 FROM hand_overs WHERE tenant_id = $1 AND contact_id = $2 ORDER BY hand_over_id"
            ),
            args![tenant, id],
        )
        .await?;
    accounted.hand_overs += i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut missing: BTreeSet<_> = contact.hand_overs.keys().copied().collect();
    for row in &rows {
        let hand_over = row.id("hand_over_id")?;
        missing.remove(&hand_over);
        let name = format!("hand-over {hand_over}");
        match contact.hand_overs.get(&hand_over) {
            Some(errand) => {
                compare(place, &name, row, &hand_over_columns(id, errand), report);
            }
            None => report.tell(place, format!("{name} stands in no event")),
        }
    }
    for hand_over in missing {
        report.tell(place, format!("the row of hand-over {hand_over} is missing"));
    }
    Ok(())
}

/// A text may be missing only if an erasure stands in the journal after it, and no more of them
/// than were erased.
async fn texts(
    tx: &mut Tx,
    tenant: &TenantKey,
    place: &str,
    id: ContactId,
    told: &Told,
    report: &mut Report,
) -> Result<(), StoreError> {
    let kept: BTreeSet<Id<kind::Text>> = tx
        .rows(
            sql!("SELECT text_id FROM texts WHERE tenant_id = $1 AND contact_id = $2"),
            args![tenant, id],
        )
        .await?
        .iter()
        .map(|row| row.id("text_id"))
        .collect::<Result<_, _>>()?;
    for (text, seq) in &told.texts {
        if !kept.contains(text) {
            report.tell(place, format!("the text of event {seq} is missing without an erasure"));
        }
    }
    let gone = told.perhaps.difference(&kept).count();
    if u64::try_from(gone).unwrap_or(u64::MAX) > told.erased {
        report.tell(place, format!("{gone} texts are missing and {} were erased", told.erased));
    }
    Ok(())
}

fn compare(
    place: &str,
    what: &str,
    row: &Row,
    expected: &[(&'static str, Value)],
    report: &mut Report,
) {
    for (column, value) in expected {
        let found = match value {
            Value::Int(_) => row.get(column).map(Value::Int),
            Value::Text(_) => row.get(column).map(Value::Text),
            Value::Uuid(_) => row.get(column).map(Value::Uuid),
            Value::Bool(_) => row.get(column).map(Value::Bool),
            Value::Bytes(_) => row.get(column).map(Value::Bytes),
        };
        match found {
            Ok(found) if found == *value => {}
            Ok(_) => report.tell(place, format!("{what}: {column} is not what the journal tells")),
            Err(_) => report.tell(place, format!("{what}: {column} cannot be read")),
        }
    }
}

/// A stream that is no contact's: it may have lost its oldest events to retention, never one in
/// the middle or at the end.
async fn other(
    tx: &mut Tx,
    tenant: &TenantKey,
    kind: &str,
    key: &str,
    counter: i64,
    report: &mut Report,
) -> Result<(), StoreError> {
    let row = tx
        .row(
            sql!(
                "SELECT COUNT(*) AS count, COALESCE(MIN(seq), 0) AS low,
                   COALESCE(MAX(seq), 0) AS high
                 FROM events WHERE tenant_id = $1 AND stream_kind = $2 AND stream_key = $3"
            ),
            args![tenant, kind, key],
        )
        .await?
        .ok_or(StoreError::Damaged("events"))?;
    let (count, low, high): (i64, i64, i64) =
        (row.get("count")?, row.get("low")?, row.get("high")?);
    report.events += u64::try_from(count).unwrap_or(0);
    let place = format!("{kind}/{key}");
    if count > 0 && high - low + 1 != count {
        report.tell(&place, format!("{} events are missing", high - low + 1 - count));
    }
    if high != counter && count > 0 {
        report.tell(&place, format!("the counter says {counter} and the last event is {high}"));
    }
    Ok(())
}

/// Rows that no journal accounts for.
async fn strays(
    tx: &mut Tx,
    tenant: &TenantKey,
    accounted: &Accounted,
    report: &mut Report,
) -> Result<(), StoreError> {
    let rows = tx
        .rows(
            sql!(
                "SELECT stream_kind, stream_key, COUNT(*) AS count FROM events e
                 WHERE tenant_id = $1 AND NOT EXISTS (
                   SELECT 1 FROM streams s WHERE s.tenant_id = e.tenant_id
                     AND s.kind = e.stream_kind AND s.key = e.stream_key)
                 GROUP BY stream_kind, stream_key ORDER BY stream_kind, stream_key LIMIT 1000"
            ),
            args![tenant],
        )
        .await?;
    for row in &rows {
        let (kind, key): (String, String) = (row.get("stream_kind")?, row.get("stream_key")?);
        let count: i64 = row.get("count")?;
        report.tell(&format!("{kind}/{key}"), format!("{count} events and no counter"));
    }
    let row = tx
        .row(
            sql!(
                "SELECT (SELECT COUNT(*) FROM contacts WHERE tenant_id = $1) AS contacts,
                   (SELECT COUNT(*) FROM messages WHERE tenant_id = $1) AS messages,
                   (SELECT COUNT(*) FROM hand_overs WHERE tenant_id = $1) AS hand_overs"
            ),
            args![tenant],
        )
        .await?
        .ok_or(StoreError::Damaged("contacts"))?;
    for (table, known) in [
        ("contacts", accounted.contacts),
        ("messages", accounted.messages),
        ("hand_overs", accounted.hand_overs),
    ] {
        let count: i64 = row.get(table)?;
        if count != known {
            report.tell(table, format!("{} rows that no journal accounts for", count - known));
        }
    }
    Ok(())
}
