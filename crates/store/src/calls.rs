//! Accounts of telephone calls, the codes that join text to a voice, and desk telephones.
//!
//! The life of a call is the exchange's, that of its contact the journal's. What stands here says
//! who rang where and for how long; numbers of people are texts, whose time runs out.

mod again;

use base::{Id, TenantKey, UnixMillis, kind};
use rules::calls::{CallId, LegId};
use rules::contacts::ContactId;

pub use again::{dialled_again, hung_up_waiting, move_to, open_of_same_number};

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::{StoreError, args, sql};

/// The column `kind` of the table `texts` for a number that called or was called.
pub const NUMBER: &str = "number";
/// The column `kind` of the table `texts` for sound: a WAV file in base64.
pub const SOUND: &str = "sound";

/// A call that begins.
#[derive(Debug, Clone)]
pub struct NewCall<'a> {
    pub call: CallId,
    pub contact: ContactId,
    /// Whether we call the citizen.
    pub back: bool,
    pub dialled: &'a str,
    pub number: Option<Id<kind::Text>>,
}

/// Writes that a call has begun; once, however often it is said.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn begin(
    tx: &mut Tx,
    tenant: &TenantKey,
    call: &NewCall<'_>,
    at: UnixMillis,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO calls (tenant_id, call_id, contact_id, direction, dialled, number_text,
               arrived_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, call_id) DO NOTHING"
        ),
        args![
            tenant,
            call.call,
            call.contact,
            if call.back { "back" } else { "in" },
            call.dialled,
            call.number,
            at
        ],
    )
    .await?;
    Ok(())
}

/// Writes that a call is over.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end(
    database: &Database,
    tenant: &TenantKey,
    call: CallId,
    cause: &str,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    tx.execute(
        sql!(
            "UPDATE calls SET ended_at = $3, cause = $4
             WHERE tenant_id = $1 AND call_id = $2 AND ended_at IS NULL"
        ),
        args![tenant, call, at, cause],
    )
    .await?;
    tx.execute(
        sql!(
            "UPDATE call_legs SET ended_at = $3
             WHERE tenant_id = $1 AND call_id = $2 AND ended_at IS NULL"
        ),
        args![tenant, call, at],
    )
    .await?;
    tx.commit().await
}

/// A leg of a call as it is accounted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    pub leg: LegId,
    /// `caller`, `agent`, `other`, `supervisor`.
    pub role: String,
    pub person: Option<PersonId>,
    pub number: Option<Id<kind::Text>>,
    pub began_at: UnixMillis,
    pub answered_at: Option<UnixMillis>,
    pub ended_at: Option<UnixMillis>,
}

/// Writes a leg as it stands; a role may change when somebody takes the call over.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_leg(
    tx: &mut Tx,
    tenant: &TenantKey,
    call: CallId,
    leg: &Leg,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO call_legs (tenant_id, call_id, leg, role, person_id, number_text,
               began_at, answered_at, ended_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant_id, call_id, leg) DO UPDATE SET role = excluded.role,
               answered_at = excluded.answered_at, ended_at = excluded.ended_at"
        ),
        args![
            tenant,
            call,
            i64::from(leg.leg),
            &leg.role,
            leg.person,
            leg.number,
            leg.began_at,
            leg.answered_at,
            leg.ended_at
        ],
    )
    .await?;
    Ok(())
}

/// The account of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub call: CallId,
    pub contact: ContactId,
    pub dialled: String,
    pub number: Option<Id<kind::Text>>,
    pub arrived_at: UnixMillis,
    pub ended_at: Option<UnixMillis>,
    pub cause: Option<String>,
    pub legs: Vec<Leg>,
}

/// The accounts of a contact's calls, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_contact(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Vec<Account>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT call_id, contact_id, dialled, number_text, arrived_at, ended_at, cause
                 FROM calls WHERE tenant_id = $1 AND contact_id = $2
                 ORDER BY arrived_at, call_id"
            ),
            args![tenant, contact],
        )
        .await?;
    let mut accounts = Vec::with_capacity(rows.len());
    for row in &rows {
        let call = row.id("call_id")?;
        accounts.push(Account {
            call,
            contact: row.id("contact_id")?,
            dialled: row.get("dialled")?,
            number: row.maybe_id("number_text")?,
            arrived_at: row.at("arrived_at")?,
            ended_at: row.get::<Option<i64>>("ended_at")?.map(UnixMillis),
            cause: row.get("cause")?,
            legs: legs(database, tenant, call).await?,
        });
    }
    Ok(accounts)
}

async fn legs(
    database: &Database,
    tenant: &TenantKey,
    call: CallId,
) -> Result<Vec<Leg>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT leg, role, person_id, number_text, began_at, answered_at, ended_at
                 FROM call_legs WHERE tenant_id = $1 AND call_id = $2 ORDER BY leg"
            ),
            args![tenant, call],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Leg {
                leg: u16::try_from(row.get::<i64>("leg")?)
                    .map_err(|_| StoreError::Damaged("leg"))?,
                role: row.get("role")?,
                person: row.maybe_id("person_id")?,
                number: row.maybe_id("number_text")?,
                began_at: row.at("began_at")?,
                answered_at: row.get::<Option<i64>>("answered_at")?.map(UnixMillis),
                ended_at: row.get::<Option<i64>>("ended_at")?.map(UnixMillis),
            })
        })
        .collect()
}

/// Calls that were going on when the program ended last: their sound is gone.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unended(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Vec<(CallId, ContactId)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT call_id, contact_id FROM calls
                 WHERE tenant_id = $1 AND ended_at IS NULL ORDER BY arrived_at"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| Ok((row.id("call_id")?, row.id("contact_id")?)))
        .collect()
}

/// Gives a contact a code until `until`; `false` when the code is another's just now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn give_code(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
    code: &str,
    now: UnixMillis,
    until: UnixMillis,
) -> Result<bool, StoreError> {
    let mut tx = database.begin().await?;
    tx.execute(
        sql!(
            "DELETE FROM spoken_codes
             WHERE tenant_id = $1 AND (until_at <= $2 OR contact_id = $3)"
        ),
        args![tenant, now, contact],
    )
    .await?;
    let given = tx
        .execute(
            sql!(
                "INSERT INTO spoken_codes (tenant_id, code, contact_id, until_at)
                 VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, code) DO NOTHING"
            ),
            args![tenant, code, contact, until],
        )
        .await?;
    tx.commit().await?;
    Ok(given == 1)
}

/// Takes the contact of a code: it opens nothing a second time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_code(
    tx: &mut Tx,
    tenant: &TenantKey,
    code: &str,
    now: UnixMillis,
) -> Result<Option<ContactId>, StoreError> {
    let row = tx
        .row(
            sql!(
                "SELECT contact_id FROM spoken_codes
                 WHERE tenant_id = $1 AND code = $2 AND until_at > $3"
            ),
            args![tenant, code, now],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let taken = tx
        .execute(
            sql!("DELETE FROM spoken_codes WHERE tenant_id = $1 AND code = $2"),
            args![tenant, code],
        )
        .await?;
    if taken == 1 { row.id("contact_id").map(Some) } else { Ok(None) }
}

/// Deletes the account of a contact's calls and the code that was said in them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub(crate) async fn forget(
    tx: &mut Tx,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<(), StoreError> {
    for statement in [
        sql!(
            "DELETE FROM call_legs WHERE tenant_id = $1 AND call_id IN (
               SELECT call_id FROM calls WHERE tenant_id = $1 AND contact_id = $2)"
        ),
        sql!("DELETE FROM calls WHERE tenant_id = $1 AND contact_id = $2"),
        sql!("DELETE FROM spoken_codes WHERE tenant_id = $1 AND contact_id = $2"),
    ] {
        tx.execute(statement, args![tenant, contact]).await?;
    }
    Ok(())
}

/// Deletes codes and desk telephones that open nothing any more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub(crate) async fn forget_ended(
    tx: &mut Tx,
    tenant: &TenantKey,
    now: UnixMillis,
) -> Result<u64, StoreError> {
    let codes = tx
        .execute(
            sql!("DELETE FROM spoken_codes WHERE tenant_id = $1 AND until_at <= $2"),
            args![tenant, now],
        )
        .await?;
    let devices = tx
        .execute(
            sql!("DELETE FROM devices WHERE tenant_id = $1 AND revoked_at IS NOT NULL"),
            args![tenant],
        )
        .await?;
    Ok(codes + devices)
}

/// A desk telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: Id<kind::Device>,
    pub person: PersonId,
    pub name: String,
    /// The name it registers under.
    pub login: String,
    /// What the digest needs.
    pub secrets: String,
    pub made_at: UnixMillis,
}

/// Writes a new desk telephone.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_device(
    tx: &mut Tx,
    tenant: &TenantKey,
    device: &Device,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO devices (tenant_id, device_id, person_id, name, login, secrets, made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            tenant,
            device.id,
            device.person,
            &device.name,
            &device.login,
            &device.secrets,
            device.made_at
        ],
    )
    .await?;
    Ok(())
}

/// Takes a person's desk telephone out of use; `false` when there is none such.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn revoke_device(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    id: Id<kind::Device>,
    at: UnixMillis,
) -> Result<bool, StoreError> {
    let revoked = tx
        .execute(
            sql!(
                "UPDATE devices SET revoked_at = $4
                 WHERE tenant_id = $1 AND person_id = $2 AND device_id = $3
                   AND revoked_at IS NULL"
            ),
            args![tenant, person, id, at],
        )
        .await?;
    Ok(revoked == 1)
}

/// The desk telephones in use, of people who work here, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn devices(database: &Database, tenant: &TenantKey) -> Result<Vec<Device>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT d.device_id, d.person_id, d.name, d.login, d.secrets, d.made_at
                 FROM devices d
                 JOIN people p ON p.tenant_id = d.tenant_id AND p.person_id = d.person_id
                 WHERE d.tenant_id = $1 AND d.revoked_at IS NULL AND p.active
                 ORDER BY d.made_at, d.device_id"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(device)
        .collect()
}

fn device(row: &Row) -> Result<Device, StoreError> {
    Ok(Device {
        id: row.id("device_id")?,
        person: row.id("person_id")?,
        name: row.get("name")?,
        login: row.get("login")?,
        secrets: row.get("secrets")?,
        made_at: row.at("made_at")?,
    })
}

/// The text that holds the number of a call's citizen; `None` when it was hidden.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn number_of(
    database: &Database,
    tenant: &TenantKey,
    call: CallId,
) -> Result<Option<Id<kind::Text>>, StoreError> {
    let row = database
        .row(
            sql!("SELECT number_text FROM calls WHERE tenant_id = $1 AND call_id = $2"),
            args![tenant, call],
        )
        .await?;
    row.map_or(Ok(None), |row| row.maybe_id("number_text"))
}

/// The sound that was kept of a contact, in base64; the first, when there are several.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sound_of(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Option<String>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT body FROM texts
                 WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'sound'
                 ORDER BY at, text_id LIMIT 1"
            ),
            args![tenant, contact],
        )
        .await?;
    row.map(|row| row.get("body")).transpose()
}

/// How many bytes the first sound of a contact has; `None` when there is none or it was erased.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sound_bytes(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Option<i64>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT CAST(LENGTH(body) AS BIGINT) * 3 / 4 AS bytes FROM texts
                 WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'sound'
                 ORDER BY at, text_id LIMIT 1"
            ),
            args![tenant, contact],
        )
        .await?;
    row.map(|row| row.get("bytes")).transpose()
}
