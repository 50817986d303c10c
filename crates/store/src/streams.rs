//! Streams: whoever asks for `seq > cursor` gets every event once, in order, whatever died.
//!
//! A stream has a counter row. An event takes the next `seq` in the very transaction that changes
//! the state, and the counter's row lock makes commit order and `seq` order the same: a reader
//! never sees 8 before 7. (An identity column does not promise that.)
//!
//! A transaction locks counters in the order of [`StreamKind`]; that is what keeps it free of
//! deadlock.

use std::fmt;

use base::{Id, MunicipalityKey, TenantKey, UnixMillis, kind};

use crate::database::{Database, Tx};
use crate::{StoreError, args, sql};

/// The kinds of streams, in the order in which a transaction locks their counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamKind {
    /// One per contact: its journal.
    Contact,
    /// One per municipality: what its queue and desk show.
    Queue,
    /// One per municipality: its departments' hand-overs.
    Inbox,
    /// One per person: that person's own screens.
    Agent,
    /// One per consortium: the duty list.
    Duty,
    /// One per consortium: the colleague chat of those on duty.
    Room,
    /// One per municipality: departments, numbers, hours.
    Directory,
    /// One per consortium: articles, guides, variants.
    Knowledge,
}

impl StreamKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Queue => "queue",
            Self::Inbox => "inbox",
            Self::Agent => "agent",
            Self::Duty => "duty",
            Self::Room => "room",
            Self::Directory => "directory",
            Self::Knowledge => "knowledge",
        }
    }

    #[must_use]
    pub fn of_str(text: &str) -> Option<Self> {
        [
            Self::Contact,
            Self::Queue,
            Self::Inbox,
            Self::Agent,
            Self::Duty,
            Self::Room,
            Self::Directory,
            Self::Knowledge,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// Which stream, inside a consortium.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamKey {
    pub kind: StreamKind,
    pub key: String,
}

impl StreamKey {
    #[must_use]
    pub fn contact(id: Id<kind::Contact>) -> Self {
        Self { kind: StreamKind::Contact, key: id.to_string() }
    }

    #[must_use]
    pub fn queue(municipality: &MunicipalityKey) -> Self {
        Self { kind: StreamKind::Queue, key: municipality.to_string() }
    }

    #[must_use]
    pub fn inbox(municipality: &MunicipalityKey) -> Self {
        Self { kind: StreamKind::Inbox, key: municipality.to_string() }
    }

    #[must_use]
    pub fn agent(person: Id<kind::Person>) -> Self {
        Self { kind: StreamKind::Agent, key: person.to_string() }
    }

    #[must_use]
    pub fn directory(municipality: &MunicipalityKey) -> Self {
        Self { kind: StreamKind::Directory, key: municipality.to_string() }
    }

    /// A stream of which the consortium has one.
    #[must_use]
    pub fn of_consortium(kind: StreamKind) -> Self {
        Self { kind, key: "all".to_owned() }
    }
}

impl fmt::Display for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.as_str(), self.key)
    }
}

impl std::str::FromStr for StreamKey {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, key) = text.split_once('/').ok_or(StoreError::Damaged("stream"))?;
        let kind = StreamKind::of_str(kind).ok_or(StoreError::Damaged("stream"))?;
        Ok(Self { kind, key: key.to_owned() })
    }
}

/// An event as it stands in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub seq: i64,
    pub at: UnixMillis,
    pub kind: String,
    /// JSON.
    pub body: String,
}

/// Takes the next `count` numbers of a stream and holds its counter until the transaction ends.
/// Answers with the last number before them.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn take(
    tx: &mut Tx,
    tenant: &TenantKey,
    stream: &StreamKey,
    count: i64,
) -> Result<i64, StoreError> {
    let row = tx
        .row(
            sql!(
                "INSERT INTO streams (tenant_id, kind, key, seq) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, kind, key) DO UPDATE SET seq = streams.seq + excluded.seq
                 RETURNING seq"
            ),
            args![tenant, stream.kind.as_str(), &stream.key, count],
        )
        .await?
        .ok_or(StoreError::Damaged("streams"))?;
    Ok(row.get::<i64>("seq")? - count)
}

/// Writes events under the next numbers of a stream; answers with the last number.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn append(
    tx: &mut Tx,
    tenant: &TenantKey,
    stream: &StreamKey,
    at: UnixMillis,
    events: &[(&str, String)],
) -> Result<i64, StoreError> {
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let mut seq = take(tx, tenant, stream, count).await?;
    for (kind, body) in events {
        seq += 1;
        write(tx, tenant, stream, seq, at, kind, body).await?;
    }
    Ok(seq)
}

/// Writes one event under a number that [`take`] gave.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn write(
    tx: &mut Tx,
    tenant: &TenantKey,
    stream: &StreamKey,
    seq: i64,
    at: UnixMillis,
    kind: &str,
    body: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO events (tenant_id, stream_kind, stream_key, seq, at, kind, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![tenant, stream.kind.as_str(), &stream.key, seq, at, kind, body],
    )
    .await?;
    Ok(())
}

/// At most `limit` events after `cursor`, in order.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn after(
    database: &Database,
    tenant: &TenantKey,
    stream: &StreamKey,
    cursor: i64,
    limit: i64,
) -> Result<Vec<Recorded>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT seq, at, kind, body FROM events
                 WHERE tenant_id = $1 AND stream_kind = $2 AND stream_key = $3 AND seq > $4
                 ORDER BY seq LIMIT $5"
            ),
            args![tenant, stream.kind.as_str(), &stream.key, cursor, limit],
        )
        .await?
        .iter()
        .map(recorded)
        .collect()
}

/// The last number of a stream; 0 when nothing has happened in it.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn head(
    database: &Database,
    tenant: &TenantKey,
    stream: &StreamKey,
) -> Result<i64, StoreError> {
    let row = database
        .row(
            sql!("SELECT seq FROM streams WHERE tenant_id = $1 AND kind = $2 AND key = $3"),
            args![tenant, stream.kind.as_str(), &stream.key],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get("seq"))
}

pub(crate) fn recorded(row: &crate::database::Row) -> Result<Recorded, StoreError> {
    Ok(Recorded {
        seq: row.get("seq")?,
        at: row.at("at")?,
        kind: row.get("kind")?,
        body: row.get("body")?,
    })
}
