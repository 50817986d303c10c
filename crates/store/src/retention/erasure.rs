//! What a citizen has a right to have erased, and the list of it that backups are given.

use base::{Rng, TenantKey, UnixMillis};
use rules::contacts::ContactId;
use serde::{Deserialize, Serialize};

use super::{delete_mark, delete_texts, note_erasure, receipt};
use crate::chat::held_mark;
use crate::contacts::hold;
use crate::database::{Database, Tx, Value};
use crate::improvement;
use crate::{StoreError, args, sql};

/// What an erasure has deleted: the receipt's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    pub contact: ContactId,
    pub texts: u64,
    /// Conversations that were recorded.
    #[serde(default)]
    pub recordings: u64,
    /// Steps before the contact.
    pub trail: u64,
    /// Whether it was still known whose contact it was.
    pub mark: bool,
    /// The last number of the contact's journal: ring its stream after the commit.
    pub seq: i64,
}

/// Erases what a citizen wrote or said in a contact and who they are: texts, recordings, marks, the
/// steps before it.
/// `why` is a word for the journal (`citizen-asked`), no personal text. `None` when there is no
/// such contact.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn erase_contact(
    tx: &mut Tx,
    tenant: &TenantKey,
    rng: &Rng,
    contact: ContactId,
    at: UnixMillis,
    why: &str,
) -> Result<Option<Erased>, StoreError> {
    let held = hold(tx, tenant, contact).await?;
    if held.contact.is_none() {
        return Ok(None);
    }
    let texts = delete_texts(tx, tenant, contact).await?;
    let recordings = crate::recordings::forget(tx, tenant, contact).await?;
    improvement::episodes::forget_contact(tx, tenant, contact).await?;
    let trail = match held_mark(tx, tenant, contact).await? {
        Some(mark) => {
            tx.execute(
                sql!("DELETE FROM trail WHERE tenant_id = $1 AND mark = $2"),
                args![tenant, mark],
            )
            .await?
        }
        None => 0,
    };
    let marks = delete_mark(tx, tenant, contact).await?;
    let seq = note_erasure(tx, tenant, contact, held, texts, at, why).await?;
    tx.execute(
        sql!(
            "INSERT INTO erasures (tenant_id, contact_id, at, why) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, contact_id) DO UPDATE SET at = excluded.at, why = excluded.why"
        ),
        args![tenant, contact, at, why],
    )
    .await?;
    let erased = Erased { contact, texts, recordings, trail, mark: marks > 0, seq };
    receipt(tx, tenant, rng, at, "erasure", &erased).await?;
    Ok(Some(erased))
}

/// An erasure that was done. The list of them is kept apart from backups, so that one that is
/// restored later can be given those it missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    pub tenant: TenantKey,
    pub contact: ContactId,
    pub at: UnixMillis,
    pub why: String,
}

/// Every erasure that was asked for, of all consortia, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn erasures(database: &Database) -> Result<Vec<Erasure>, StoreError> {
    database
        .rows(
            sql!("SELECT tenant_id, contact_id, at, why FROM erasures ORDER BY at, contact_id"),
            vec![],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Erasure {
                tenant: row.parsed("tenant_id")?,
                contact: row.id("contact_id")?,
                at: row.at("at")?,
                why: row.get("why")?,
            })
        })
        .collect()
}

/// Does the erasures of a list again where something of them is there: after a restore. How many
/// contacts still had something.
///
/// # Errors
/// [`StoreError`] when the database fails; what was done until then is done.
pub async fn erase_again(
    database: &Database,
    rng: &Rng,
    list: &[Erasure],
) -> Result<u64, StoreError> {
    let mut again = 0;
    for erasure in list {
        let mut tx = database.begin().await?;
        let values: Vec<Value> = args![&erasure.tenant, erasure.contact];
        let left = tx
            .row(
                sql!(
                    "SELECT 1 AS left_over FROM texts WHERE tenant_id = $1 AND contact_id = $2
                     UNION
                     SELECT 1 FROM contact_marks WHERE tenant_id = $1 AND contact_id = $2
                     UNION
                     SELECT 1 FROM recordings WHERE tenant_id = $1 AND contact_id = $2"
                ),
                values,
            )
            .await?;
        if left.is_some() {
            let (contact, at) = (erasure.contact, erasure.at);
            erase_contact(&mut tx, &erasure.tenant, rng, contact, at, &erasure.why).await?;
            again += 1;
        }
        tx.commit().await?;
    }
    Ok(again)
}
