//! What is being written: one open draft per text, who is at it, and the texts of those who were
//! slower.

use std::collections::BTreeSet;

use base::{Id, TenantKey, UnixMillis, kind};
use rules::workshop::{Draft, DraftId, Phase, TextKind};

use crate::database::{Database, Row, Tx};
use crate::knowledge::{EntryKey, column, key};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

pub type KeepsakeId = Id<kind::Keepsake>;

/// A draft with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    pub id: DraftId,
    pub key: EntryKey,
    pub kind: TextKind,
    /// The knowledge area that decides who may work on a master.
    pub area: String,
    pub draft: Draft,
    /// The number of the version it began from; 0 for a new text.
    pub base: i64,
    /// JSON of the text.
    pub body: String,
    pub made_at: UnixMillis,
    pub changed_at: UnixMillis,
    /// Set when it was published or thrown away.
    pub ended_at: Option<UnixMillis>,
}

/// Writes a draft, new or changed.
///
/// # Errors
/// [`StoreError::is_taken`] when the text has another open draft.
pub async fn put(tx: &mut Tx, tenant: &TenantKey, drafted: &Drafted) -> Result<(), StoreError> {
    let settled = serde_json::to_string(&drafted.draft.settled)
        .map_err(|_| StoreError::Damaged("settled"))?;
    let draft = &drafted.draft;
    tx.execute(
        sql!(
            "INSERT INTO drafts (tenant_id, draft_id, topic, municipality, kind, area, phase,
               revision, base, body, removes, settled, author, last_author, reviewer, approved_by,
               note, made_at, changed_at, publish_at, expires_at, ended_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
               $18, $19, $20, $21, $22)
             ON CONFLICT (tenant_id, draft_id) DO UPDATE SET
               area = excluded.area, phase = excluded.phase, revision = excluded.revision,
               base = excluded.base, body = excluded.body, removes = excluded.removes,
               settled = excluded.settled, last_author = excluded.last_author,
               reviewer = excluded.reviewer, approved_by = excluded.approved_by,
               note = excluded.note, changed_at = excluded.changed_at,
               publish_at = excluded.publish_at, expires_at = excluded.expires_at,
               ended_at = excluded.ended_at"
        ),
        args![
            tenant,
            drafted.id,
            &drafted.key.0,
            column(drafted.key.1.as_ref()),
            drafted.kind.word(),
            &drafted.area,
            draft.phase.word(),
            draft.revision,
            drafted.base,
            &drafted.body,
            draft.removes,
            settled,
            draft.author,
            draft.last_author,
            draft.reviewer,
            draft.approved_by,
            &draft.note,
            drafted.made_at,
            drafted.changed_at,
            draft.publish_at,
            draft.expires_at,
            drafted.ended_at
        ],
    )
    .await?;
    Ok(())
}

/// A draft, open or ended.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn by_id(
    database: &Database,
    tenant: &TenantKey,
    id: DraftId,
) -> Result<Option<Drafted>, StoreError> {
    database
        .row(sql!("SELECT * FROM drafts WHERE tenant_id = $1 AND draft_id = $2"), args![tenant, id])
        .await?
        .as_ref()
        .map(drafted)
        .transpose()
}

/// As [`by_id`], held until the transaction ends: nobody else changes it meanwhile.
///
/// # Errors
/// [`StoreError`] when a statement fails or the row is damaged.
pub async fn held(
    tx: &mut Tx,
    tenant: &TenantKey,
    id: DraftId,
) -> Result<Option<Drafted>, StoreError> {
    // Takes the row's lock on PostgreSQL; on SQLite the transaction is the only one that writes.
    tx.execute(
        sql!("UPDATE drafts SET revision = revision WHERE tenant_id = $1 AND draft_id = $2"),
        args![tenant, id],
    )
    .await?;
    tx.row(sql!("SELECT * FROM drafts WHERE tenant_id = $1 AND draft_id = $2"), args![tenant, id])
        .await?
        .as_ref()
        .map(drafted)
        .transpose()
}

/// The open draft of a text.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn open_of(
    database: &Database,
    tenant: &TenantKey,
    key: &EntryKey,
) -> Result<Option<Drafted>, StoreError> {
    database
        .row(
            sql!(
                "SELECT * FROM drafts
                 WHERE tenant_id = $1 AND topic = $2 AND municipality = $3 AND ended_at IS NULL"
            ),
            args![tenant, &key.0, column(key.1.as_ref())],
        )
        .await?
        .as_ref()
        .map(drafted)
        .transpose()
}

/// Every open draft.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn open(database: &Database, tenant: &TenantKey) -> Result<Vec<Drafted>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT * FROM drafts WHERE tenant_id = $1 AND ended_at IS NULL
                 ORDER BY topic, municipality"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(drafted)
        .collect()
}

/// The open drafts of a topic, held until the transaction ends.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn held_of_topic(
    tx: &mut Tx,
    tenant: &TenantKey,
    topic: &base::TopicKey,
) -> Result<Vec<Drafted>, StoreError> {
    tx.execute(
        sql!(
            "UPDATE drafts SET revision = revision
             WHERE tenant_id = $1 AND topic = $2 AND ended_at IS NULL"
        ),
        args![tenant, topic],
    )
    .await?;
    tx.rows(
        sql!(
            "SELECT * FROM drafts WHERE tenant_id = $1 AND topic = $2 AND ended_at IS NULL
             ORDER BY municipality"
        ),
        args![tenant, topic],
    )
    .await?
    .iter()
    .map(drafted)
    .collect()
}

fn drafted(row: &Row) -> Result<Drafted, StoreError> {
    let word = |name| row.get::<String>(name);
    Ok(Drafted {
        id: row.id("draft_id")?,
        key: key(row)?,
        kind: TextKind::of_word(&word("kind")?).ok_or(StoreError::Damaged("kind"))?,
        area: word("area")?,
        draft: Draft {
            phase: Phase::of_word(&word("phase")?).ok_or(StoreError::Damaged("phase"))?,
            revision: row.get("revision")?,
            removes: row.get("removes")?,
            settled: row.json::<BTreeSet<String>>("settled")?,
            author: row.id("author")?,
            last_author: row.id("last_author")?,
            reviewer: row.maybe_id("reviewer")?,
            approved_by: row.maybe_id("approved_by")?,
            note: word("note")?,
            publish_at: row.get::<Option<i64>>("publish_at")?.map(UnixMillis),
            expires_at: row.get::<Option<i64>>("expires_at")?.map(UnixMillis),
        },
        base: row.get("base")?,
        body: word("body")?,
        made_at: row.at("made_at")?,
        changed_at: row.at("changed_at")?,
        ended_at: row.get::<Option<i64>>("ended_at")?.map(UnixMillis),
    })
}

/// The text of somebody whom another was quicker than.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keepsake {
    pub id: KeepsakeId,
    pub draft: DraftId,
    pub by: PersonId,
    /// The revision it was written over.
    pub revision: i64,
    pub body: String,
    pub at: UnixMillis,
}

/// Keeps a text that came too late.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn keep(tx: &mut Tx, tenant: &TenantKey, keepsake: &Keepsake) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO draft_keepsakes (tenant_id, keepsake_id, draft_id, person_id, revision,
               body, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            tenant,
            keepsake.id,
            keepsake.draft,
            keepsake.by,
            keepsake.revision,
            &keepsake.body,
            keepsake.at
        ],
    )
    .await?;
    Ok(())
}

/// The texts that came too late for a draft, newest first.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn kept(
    database: &Database,
    tenant: &TenantKey,
    draft: DraftId,
) -> Result<Vec<Keepsake>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT keepsake_id, draft_id, person_id, revision, body, at FROM draft_keepsakes
                 WHERE tenant_id = $1 AND draft_id = $2 ORDER BY at DESC, keepsake_id DESC"
            ),
            args![tenant, draft],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Keepsake {
                id: row.id("keepsake_id")?,
                draft: row.id("draft_id")?,
                by: row.id("person_id")?,
                revision: row.get("revision")?,
                body: row.get("body")?,
                at: row.at("at")?,
            })
        })
        .collect()
}

/// Somebody has a draft open.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn here(
    database: &Database,
    tenant: &TenantKey,
    draft: DraftId,
    person: PersonId,
    at: UnixMillis,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "INSERT INTO draft_presence (tenant_id, draft_id, person_id, seen_at)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, draft_id, person_id) DO UPDATE SET
                   seen_at = excluded.seen_at"
            ),
            args![tenant, draft, person, at],
        )
        .await?;
    Ok(())
}

/// Who has had a draft open since an instant.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn who_is_here(
    database: &Database,
    tenant: &TenantKey,
    draft: DraftId,
    since: UnixMillis,
) -> Result<Vec<(PersonId, UnixMillis)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT person_id, seen_at FROM draft_presence
                 WHERE tenant_id = $1 AND draft_id = $2 AND seen_at > $3 ORDER BY seen_at DESC"
            ),
            args![tenant, draft, since],
        )
        .await?
        .iter()
        .map(|row| Ok((row.id("person_id")?, row.at("seen_at")?)))
        .collect()
}

/// Removes drafts that ended, texts that came too late and traces of presence from before these
/// instants.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn sweep(
    tx: &mut Tx,
    tenant: &TenantKey,
    ended_before: UnixMillis,
    seen_before: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM drafts WHERE tenant_id = $1 AND ended_at < $2"),
        args![tenant, ended_before],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM draft_keepsakes WHERE tenant_id = $1 AND at < $2"),
        args![tenant, ended_before],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM draft_presence WHERE tenant_id = $1 AND seen_at < $2"),
        args![tenant, seen_before],
    )
    .await?;
    Ok(())
}
