//! The colleague chat of those on duty: one stream, its texts apart.

use base::{Id, TenantKey, UnixMillis, kind};
use uuid::Uuid;

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::streams::{self, StreamKey, StreamKind};
use crate::{StoreError, args, sql};

/// The column `kind` of the table `texts` for what colleagues say.
pub const TEXT_KIND: &str = "room";

/// Something a colleague said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub seq: i64,
    pub at: UnixMillis,
    /// Made by the sender: sending again is harmless.
    pub message_id: Uuid,
    pub person: PersonId,
    /// `None` when its time is up.
    pub text: Option<String>,
}

/// The stream of the room.
#[must_use]
pub fn stream() -> StreamKey {
    StreamKey::of_consortium(StreamKind::Room)
}

/// Says something; answers with its number, the first one when it was said before.
///
/// # Errors
/// [`StoreError`] when a statement fails.
pub async fn say(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    message_id: Uuid,
    text_id: Id<kind::Text>,
    text: &str,
    at: UnixMillis,
) -> Result<i64, StoreError> {
    let before = streams::take(tx, tenant, &stream(), 0).await?;
    let said = tx
        .row(
            sql!(
                "SELECT seq FROM room_messages
                 WHERE tenant_id = $1 AND person_id = $2 AND message_id = $3"
            ),
            args![tenant, person, message_id],
        )
        .await?;
    if let Some(row) = said {
        return row.get("seq");
    }
    let body = serde_json::json!({ "by": person, "text": text_id }).to_string();
    let seq = streams::append(tx, tenant, &stream(), at, &[("message", body)]).await?;
    debug_assert!(seq == before + 1);
    tx.execute(
        sql!(
            "INSERT INTO texts (tenant_id, text_id, contact_id, kind, body, at)
             VALUES ($1, $2, NULL, $3, $4, $5)"
        ),
        args![tenant, text_id, TEXT_KIND, text, at],
    )
    .await?;
    tx.execute(
        sql!(
            "INSERT INTO room_messages (tenant_id, seq, message_id, person_id, text_id, at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![tenant, seq, message_id, person, text_id, at],
    )
    .await?;
    Ok(seq)
}

/// At most `limit` messages after `cursor` and since `since`, in order.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn after(
    database: &Database,
    tenant: &TenantKey,
    cursor: i64,
    since: UnixMillis,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT m.seq, m.at, m.message_id, m.person_id, t.body
                 FROM room_messages m LEFT JOIN texts t ON t.tenant_id = m.tenant_id
                   AND t.text_id = m.text_id
                 WHERE m.tenant_id = $1 AND m.seq > $2 AND m.at > $3 ORDER BY m.seq LIMIT $4"
            ),
            args![tenant, cursor, since, limit],
        )
        .await?
        .iter()
        .map(message)
        .collect()
}

fn message(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        seq: row.get("seq")?,
        at: row.at("at")?,
        message_id: row.get("message_id")?,
        person: row.id("person_id")?,
        text: row.get("body")?,
    })
}
