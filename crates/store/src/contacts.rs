//! The journal of contacts and its projections, in one durable transaction.
//!
//! [`change`] is the only way a contact changes: it takes the stream's counter (so writers of one
//! contact queue up), reads the state, lets the caller decide, writes the events, the projections
//! and whatever else the caller adds to the transaction.

use base::{Id, MunicipalityKey, TenantKey, TopicKey, UnixMillis, kind};
use rules::contacts::{Contact, ContactId, Event, HandOver, HandOverPhase, Party, Phase, apply};

use crate::database::{Database, Row, Tx, Value};
use crate::streams::{self, StreamKey};
use crate::{StoreError, args, sql};

/// A contact as read in a transaction that holds its stream's counter.
pub struct Held {
    pub contact: Option<Contact>,
    /// The last number of its journal.
    pub seq: i64,
}

/// Takes hold of a contact: nobody else changes it until the transaction ends.
///
/// # Errors
/// [`StoreError`] when the database fails or the state is damaged.
pub async fn hold(tx: &mut Tx, tenant: &TenantKey, id: ContactId) -> Result<Held, StoreError> {
    let seq = streams::take(tx, tenant, &StreamKey::contact(id), 0).await?;
    let row = tx
        .row(
            sql!("SELECT state FROM contacts WHERE tenant_id = $1 AND contact_id = $2"),
            args![tenant, id],
        )
        .await?;
    let contact = row.map(|row| row.json("state")).transpose()?;
    Ok(Held { contact, seq })
}

/// Writes events of a held contact with their projections; answers with the new state.
///
/// # Errors
/// [`StoreError`] when the database fails; [`StoreError::Damaged`] when the events do not begin
/// with an arrival.
pub async fn record(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: ContactId,
    held: Held,
    events: &[Event],
    at: UnixMillis,
) -> Result<Held, StoreError> {
    let stream = StreamKey::contact(id);
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let mut seq = streams::take(tx, tenant, &stream, count).await?;
    let mut contact = held.contact;
    for event in events {
        seq += 1;
        let body = serde_json::to_string(event).map_err(|_| StoreError::Damaged("event"))?;
        streams::write(tx, tenant, &stream, seq, at, event.kind(), &body).await?;
        contact = apply(contact, event, at);
        let known = contact.as_ref().ok_or(StoreError::Damaged("journal"))?;
        project_event(tx, tenant, known, event, seq, at).await?;
    }
    if let Some(contact) = &contact {
        project(tx, tenant, contact, seq).await?;
    }
    Ok(Held { contact, seq })
}

/// The rows that one event adds or changes beside the contact's own.
pub(crate) async fn project_event(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: &Contact,
    event: &Event,
    seq: i64,
    at: UnixMillis,
) -> Result<(), StoreError> {
    match event {
        Event::Message { message, from, text, article } => {
            let mut values = args![tenant, contact.id, seq];
            let columns = message_columns(*message, *from, *text, article.as_ref(), at);
            values.extend(columns.into_iter().map(|(_, value)| value));
            tx.execute(
                sql!(
                    "INSERT INTO messages (tenant_id, contact_id, seq, message_id, sender,
                       person_id, text_id, article, at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                ),
                values,
            )
            .await?;
        }
        Event::HandedOver { hand_over, .. }
        | Event::HandOverTaken { hand_over, .. }
        | Event::HandOverAnswered { hand_over, .. }
        | Event::HandOverDone { hand_over, .. }
        | Event::PromiseMoved { hand_over, .. } => {
            if let Some(errand) = contact.hand_overs.get(hand_over) {
                let mut values = args![tenant, *hand_over];
                let columns = hand_over_columns(contact.id, errand);
                values.extend(columns.into_iter().map(|(_, value)| value));
                tx.execute(
                    sql!(
                        "INSERT INTO hand_overs (tenant_id, hand_over_id, contact_id, municipality,
                           department, phase, deadline, made_at, taken_by)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                         ON CONFLICT (tenant_id, hand_over_id) DO UPDATE SET
                           phase = excluded.phase, deadline = excluded.deadline,
                           taken_by = excluded.taken_by"
                    ),
                    values,
                )
                .await?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// What the columns of a message after `seq` hold, in their order.
pub(crate) fn message_columns(
    message: Id<kind::Message>,
    from: Party,
    text: Id<kind::Text>,
    article: Option<&TopicKey>,
    at: UnixMillis,
) -> Vec<(&'static str, Value)> {
    let (sender, person) = match from {
        Party::Citizen => ("citizen", None),
        Party::Agent(person) => ("agent", Some(person)),
        Party::System => ("system", None),
    };
    vec![
        ("message_id", message.into()),
        ("sender", sender.into()),
        ("person_id", person.into()),
        ("text_id", text.into()),
        ("article", article.into()),
        ("at", at.into()),
    ]
}

/// What the columns of a hand-over after `hand_over_id` hold, in their order.
pub(crate) fn hand_over_columns(
    contact: ContactId,
    errand: &HandOver,
) -> Vec<(&'static str, Value)> {
    vec![
        ("contact_id", contact.into()),
        ("municipality", (&errand.municipality).into()),
        ("department", (&errand.department).into()),
        ("phase", phase_of_errand(errand.phase).into()),
        ("deadline", errand.deadline.into()),
        ("made_at", errand.made_at.into()),
        ("taken_by", errand.taken_by.into()),
    ]
}

/// The contact's own row.
pub(crate) async fn project(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: &Contact,
    seq: i64,
) -> Result<(), StoreError> {
    let state = serde_json::to_string(contact).map_err(|_| StoreError::Damaged("state"))?;
    let mut values = args![tenant, contact.id];
    values.extend(columns(contact, seq).into_iter().map(|(_, value)| value));
    values.push(state.into());
    tx.execute(
        sql!(
            "INSERT INTO contacts (tenant_id, contact_id, municipality, department, topic, urgent,
               channel, phase, owner, offered_to, offer_until, place_at, arrived_at, answered_at,
               closed_at, seq, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             ON CONFLICT (tenant_id, contact_id) DO UPDATE SET
               municipality = excluded.municipality, department = excluded.department,
               topic = excluded.topic, urgent = excluded.urgent, channel = excluded.channel,
               phase = excluded.phase, owner = excluded.owner, offered_to = excluded.offered_to,
               offer_until = excluded.offer_until, place_at = excluded.place_at,
               answered_at = excluded.answered_at, closed_at = excluded.closed_at,
               seq = excluded.seq, state = excluded.state"
        ),
        values,
    )
    .await?;
    Ok(())
}

/// What the columns between `contact_id` and `state` hold, in their order.
pub(crate) fn columns(contact: &Contact, seq: i64) -> Vec<(&'static str, Value)> {
    let (offered_to, offer_until) = match contact.phase {
        Phase::Offered { to, until } => (Some(to), Some(until)),
        _ => (None, None),
    };
    let closed_at = match contact.phase {
        Phase::Closed { at, .. } => Some(at),
        _ => None,
    };
    let channel = match contact.channel {
        rules::contacts::Channel::Chat => "chat",
        rules::contacts::Channel::Call => "call",
        rules::contacts::Channel::Message => "message",
    };
    vec![
        ("municipality", contact.municipality.as_ref().into()),
        ("department", contact.department.as_ref().into()),
        ("topic", contact.topic.as_ref().into()),
        ("urgent", contact.urgent.into()),
        ("channel", channel.into()),
        ("phase", phase_name(&contact.phase).into()),
        ("owner", contact.owner().into()),
        ("offered_to", offered_to.into()),
        ("offer_until", offer_until.into()),
        ("place_at", contact.place.map(|place| place.since).into()),
        ("arrived_at", contact.arrived_at.into()),
        ("answered_at", contact.first_answer_at.into()),
        ("closed_at", closed_at.into()),
        ("seq", seq.into()),
    ]
}

/// The name under which a phase stands in the column `phase`.
#[must_use]
pub const fn phase_name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Arrived => "arrived",
        Phase::Waiting => "waiting",
        Phase::Offered { .. } => "offered",
        Phase::Owned { .. } => "owned",
        Phase::WrappingUp { .. } => "wrapping-up",
        Phase::Closed { .. } => "closed",
    }
}

const fn phase_of_errand(phase: HandOverPhase) -> &'static str {
    match phase {
        HandOverPhase::New => "new",
        HandOverPhase::Taken => "taken",
        HandOverPhase::Answered => "answered",
        HandOverPhase::Done => "done",
    }
}

/// A contact as last committed.
///
/// # Errors
/// [`StoreError`] when the database fails or the state is damaged.
pub async fn read(
    database: &Database,
    tenant: &TenantKey,
    id: ContactId,
) -> Result<Option<(Contact, i64)>, StoreError> {
    let row = database
        .row(
            sql!("SELECT state, seq FROM contacts WHERE tenant_id = $1 AND contact_id = $2"),
            args![tenant, id],
        )
        .await?;
    row.as_ref().map(contact_of).transpose()
}

/// The contacts of a pseudonym with a municipality that arrived at `since` or after, newest first.
///
/// # Errors
/// [`StoreError`] when the database fails or a state is damaged.
pub async fn of_pseudonym(
    database: &Database,
    tenant: &TenantKey,
    pseudonym: &str,
    municipality: &MunicipalityKey,
    since: UnixMillis,
    most: i64,
) -> Result<Vec<Contact>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT c.state, c.seq FROM contacts c
                 JOIN contact_marks k ON k.tenant_id = c.tenant_id AND k.contact_id = c.contact_id
                 WHERE c.tenant_id = $1 AND k.pseudonym = $2 AND c.municipality = $3
                   AND c.arrived_at >= $4
                 ORDER BY c.arrived_at DESC, c.contact_id LIMIT $5"
            ),
            args![tenant, pseudonym, municipality, since, most],
        )
        .await?
        .iter()
        .map(|row| Ok(contact_of(row)?.0))
        .collect()
}

/// Everything that waits or is offered, by place.
///
/// # Errors
/// [`StoreError`] when the database fails. What is damaged is left out.
pub async fn in_line(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Vec<(Contact, i64)>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT state, seq FROM contacts
                 WHERE tenant_id = $1 AND phase IN ('waiting', 'offered')
                 ORDER BY place_at, contact_id"
            ),
            args![tenant],
        )
        .await?;
    Ok(readable(&rows))
}

/// What agents own now, talking or wrapping up.
///
/// # Errors
/// [`StoreError`] when the database fails. What is damaged is left out.
pub async fn owned(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Vec<(Contact, i64)>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT state, seq FROM contacts
                 WHERE tenant_id = $1 AND phase IN ('owned', 'wrapping-up')
                 ORDER BY place_at, contact_id"
            ),
            args![tenant],
        )
        .await?;
    Ok(readable(&rows))
}

/// One that cannot be read must not keep all others from being answered.
fn readable(rows: &[Row]) -> Vec<(Contact, i64)> {
    let read = rows.iter().map(contact_of);
    read.filter_map(|read| {
        read.inspect_err(|error| tracing::error!(%error, "a contact is left out of the line")).ok()
    })
    .collect()
}

fn contact_of(row: &Row) -> Result<(Contact, i64), StoreError> {
    Ok((row.json("state")?, row.get("seq")?))
}
