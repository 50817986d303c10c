//! What was said, and whose contact it is: the erasable half of a conversation.

use base::{Id, MunicipalityKey, TenantKey, TopicKey, UnixMillis, kind};
use rules::contacts::ContactId;
use uuid::Uuid;

use crate::database::{Database, Tx};
use crate::streams::{Recorded, StreamKey, recorded};
use crate::{StoreError, args, sql};

/// A row of personal text. What it belongs to points to it by id.
#[derive(Debug, Clone)]
pub struct NewText {
    pub id: Id<kind::Text>,
    pub contact: Option<ContactId>,
    /// `message`, `note`, `name`, `address`, `answer`, `room` …
    pub kind: &'static str,
    pub body: String,
}

/// Stores a personal text.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_text(
    tx: &mut Tx,
    tenant: &TenantKey,
    text: &NewText,
    at: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO texts (tenant_id, text_id, contact_id, kind, body, at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![tenant, text.id, text.contact, text.kind, &text.body, at],
    )
    .await?;
    Ok(())
}

/// A personal text; `None` when it was erased.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn text(
    database: &Database,
    tenant: &TenantKey,
    id: Id<kind::Text>,
) -> Result<Option<String>, StoreError> {
    let row = database
        .row(
            sql!("SELECT body FROM texts WHERE tenant_id = $1 AND text_id = $2"),
            args![tenant, id],
        )
        .await?;
    row.map(|row| row.get("body")).transpose()
}

/// The personal texts of a contact by id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn texts_of(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<std::collections::HashMap<Id<kind::Text>, String>, StoreError> {
    database
        .rows(
            sql!("SELECT text_id, body FROM texts WHERE tenant_id = $1 AND contact_id = $2"),
            args![tenant, contact],
        )
        .await?
        .iter()
        .map(|row| Ok((row.id("text_id")?, row.get("body")?)))
        .collect()
}

/// The number under which a message was recorded, if it was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn message_seq(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
    message: Id<kind::Message>,
) -> Result<Option<i64>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT seq FROM messages
                 WHERE tenant_id = $1 AND contact_id = $2 AND message_id = $3"
            ),
            args![tenant, contact, message],
        )
        .await?;
    row.map(|row| row.get("seq")).transpose()
}

/// What was said last in a contact.
#[derive(Debug, Clone)]
pub struct LastMessage {
    pub sender: String,
    pub at: UnixMillis,
    pub text: Option<String>,
}

/// The last message of a contact; `None` before the first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last_message(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Option<LastMessage>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT m.sender, m.at, t.body FROM messages m
                 LEFT JOIN texts t ON t.tenant_id = m.tenant_id AND t.text_id = m.text_id
                 WHERE m.tenant_id = $1 AND m.contact_id = $2 ORDER BY m.seq DESC LIMIT 1"
            ),
            args![tenant, contact],
        )
        .await?;
    row.map(|row| {
        Ok(LastMessage { sender: row.get("sender")?, at: row.at("at")?, text: row.get("body")? })
    })
    .transpose()
}

/// How many messages the citizen wrote after the number `read`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unread(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
    read: i64,
) -> Result<i64, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT COUNT(*) AS unread FROM messages
                 WHERE tenant_id = $1 AND contact_id = $2 AND seq > $3 AND sender = 'citizen'"
            ),
            args![tenant, contact, read],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get("unread"))
}

/// Everything the citizen wrote in a contact, oldest first; what was erased is left out.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn citizens_words(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Vec<String>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT t.body FROM messages m
                 JOIN texts t ON t.tenant_id = m.tenant_id AND t.text_id = m.text_id
                 WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.sender = 'citizen'
                 ORDER BY m.seq"
            ),
            args![tenant, contact],
        )
        .await?
        .iter()
        .map(|row| row.get("body"))
        .collect()
}

/// The articles that were sent along in a contact, newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn articles_sent(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Vec<TopicKey>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT article FROM messages
                 WHERE tenant_id = $1 AND contact_id = $2 AND article IS NOT NULL
                 ORDER BY seq DESC"
            ),
            args![tenant, contact],
        )
        .await?
        .iter()
        .map(|row| row.parsed("article"))
        .collect()
}

/// Whose contact it is.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    /// Hash of the visitor mark.
    pub mark: Option<String>,
    pub pseudonym: Option<String>,
    pub name: Option<String>,
    pub seen_at: UnixMillis,
}

/// Writes whose contact it is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_mark(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
    mark: Option<&str>,
    pseudonym: Option<&str>,
    name: Option<Id<kind::Text>>,
    at: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO contact_marks (tenant_id, contact_id, mark, pseudonym, name_text, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, contact_id) DO UPDATE SET mark = excluded.mark,
               pseudonym = excluded.pseudonym, name_text = excluded.name_text,
               seen_at = excluded.seen_at"
        ),
        args![tenant, contact, mark, pseudonym, name, at],
    )
    .await?;
    Ok(())
}

/// Whose contact it is; `None` when that was erased.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn mark_of(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Option<Mark>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT k.mark, k.pseudonym, k.seen_at, t.body FROM contact_marks k
                 LEFT JOIN texts t ON t.tenant_id = k.tenant_id AND t.text_id = k.name_text
                 WHERE k.tenant_id = $1 AND k.contact_id = $2"
            ),
            args![tenant, contact],
        )
        .await?;
    row.map(|row| {
        Ok(Mark {
            mark: row.get("mark")?,
            pseudonym: row.get("pseudonym")?,
            name: row.get("body")?,
            seen_at: row.at("seen_at")?,
        })
    })
    .transpose()
}

/// The mark of a contact, read in its own transaction.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn held_mark(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Option<String>, StoreError> {
    let row = tx
        .row(
            sql!("SELECT mark FROM contact_marks WHERE tenant_id = $1 AND contact_id = $2"),
            args![tenant, contact],
        )
        .await?;
    row.map_or(Ok(None), |row| row.get("mark"))
}

/// The newest contact of a visitor mark in a municipality that is younger than `since`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest_of_mark(
    database: &Database,
    tenant: &TenantKey,
    mark: &str,
    municipality: &MunicipalityKey,
    since: UnixMillis,
) -> Result<Option<ContactId>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT c.contact_id FROM contacts c
                 JOIN contact_marks k ON k.tenant_id = c.tenant_id AND k.contact_id = c.contact_id
                 WHERE c.tenant_id = $1 AND k.mark = $2 AND c.municipality = $3
                   AND c.arrived_at > $4 AND c.channel <> 'message'
                 ORDER BY c.arrived_at DESC LIMIT 1"
            ),
            args![tenant, mark, municipality, since],
        )
        .await?;
    row.map(|row| row.id("contact_id")).transpose()
}

/// Notes that the citizen's browser is there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn saw_citizen(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
    at: UnixMillis,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!("UPDATE contact_marks SET seen_at = $3 WHERE tenant_id = $1 AND contact_id = $2"),
            args![tenant, contact, at],
        )
        .await?;
    Ok(())
}

/// Waiting contacts whose citizen's browser has not been seen since `before`. Who waits on the
/// telephone, or to be called, has none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn left_alone(
    database: &Database,
    tenant: &TenantKey,
    before: UnixMillis,
) -> Result<Vec<ContactId>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT c.contact_id FROM contacts c
                 JOIN contact_marks k ON k.tenant_id = c.tenant_id AND k.contact_id = c.contact_id
                 WHERE c.tenant_id = $1 AND c.phase = 'waiting' AND c.channel <> 'call'
                   AND k.seen_at < $2"
            ),
            args![tenant, before],
        )
        .await?
        .iter()
        .map(|row| row.id("contact_id"))
        .collect()
}

/// An event of a contact's journal with the text it points to (`None` when there is none, or when
/// it was erased).
pub struct Told {
    pub event: Recorded,
    pub message: Option<Uuid>,
    pub text: Option<String>,
    pub article: Option<TopicKey>,
}

/// At most `limit` events of a contact after `cursor`, in order, each with its text.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn told_after(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
    cursor: i64,
    limit: i64,
) -> Result<Vec<Told>, StoreError> {
    let stream = StreamKey::contact(contact);
    database
        .rows(
            sql!(
                "SELECT e.seq, e.at, e.kind, e.body, m.message_id, m.article, t.body AS said
                 FROM events e
                 LEFT JOIN messages m ON m.tenant_id = e.tenant_id AND m.contact_id = $2
                   AND m.seq = e.seq
                 LEFT JOIN texts t ON t.tenant_id = m.tenant_id AND t.text_id = m.text_id
                 WHERE e.tenant_id = $1 AND e.stream_kind = 'contact' AND e.stream_key = $3
                   AND e.seq > $4
                 ORDER BY e.seq LIMIT $5"
            ),
            args![tenant, contact, &stream.key, cursor, limit],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Told {
                event: recorded(row)?,
                message: row.get("message_id")?,
                text: row.get("said")?,
                article: row.maybe_parsed("article")?,
            })
        })
        .collect()
}
