//! Callers who dial again, known by the pseudonym of their number.

use base::{DepartmentKey, MunicipalityKey, TenantKey, UnixMillis};
use rules::calls::CallId;
use rules::contacts::{CloseReason, Contact, ContactId, Phase};

use crate::database::Database;
use crate::{StoreError, args, sql};

/// The contact that a caller left waiting since `since` at the same line, before anybody had spoken
/// with them; `None` when it has been taken up again once already.
///
/// # Errors
/// [`StoreError`] when the database fails or a state is damaged.
pub async fn hung_up_waiting(
    database: &Database,
    tenant: &TenantKey,
    pseudonym: &str,
    (municipality, department): (Option<&MunicipalityKey>, Option<&DepartmentKey>),
    since: UnixMillis,
) -> Result<Option<ContactId>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT c.state FROM contacts c
                 JOIN contact_marks k ON k.tenant_id = c.tenant_id AND k.contact_id = c.contact_id
                 WHERE c.tenant_id = $1 AND k.pseudonym = $2
                   AND COALESCE(c.municipality, '') = $3 AND COALESCE(c.department, '') = $4
                   AND c.closed_at >= $5 AND c.channel = 'call'
                   AND c.place_at IS NOT NULL AND c.owner IS NULL
                   AND NOT EXISTS (SELECT 1 FROM calls s
                        JOIN call_legs l ON l.tenant_id = s.tenant_id AND l.call_id = s.call_id
                        WHERE s.tenant_id = c.tenant_id AND s.contact_id = c.contact_id
                        AND l.role = 'agent' AND l.answered_at IS NOT NULL)
                   AND (SELECT COUNT(*) FROM calls a WHERE a.tenant_id = c.tenant_id
                        AND a.contact_id = c.contact_id) = 1
                 ORDER BY c.closed_at DESC"
            ),
            args![
                tenant,
                pseudonym,
                municipality.map_or("", MunicipalityKey::as_str),
                department.map_or("", DepartmentKey::as_str),
                since
            ],
        )
        .await?;
    for row in &rows {
        let contact: Contact = row.json("state")?;
        if matches!(contact.phase, Phase::Closed { reason: CloseReason::Abandoned, .. }) {
            return Ok(Some(contact.id));
        }
    }
    Ok(None)
}

/// The call that goes on, and its contact, of the same number to the same line that began after `since`:
/// its caller has dialled again.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn dialled_again(
    database: &Database,
    tenant: &TenantKey,
    call: CallId,
    since: UnixMillis,
) -> Result<Option<(CallId, ContactId)>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT n.call_id, n.contact_id FROM calls o
                 JOIN contact_marks m ON m.tenant_id = o.tenant_id AND m.contact_id = o.contact_id
                 JOIN contact_marks k ON k.tenant_id = m.tenant_id AND k.pseudonym = m.pseudonym
                   AND k.contact_id <> m.contact_id
                 JOIN calls n ON n.tenant_id = k.tenant_id AND n.contact_id = k.contact_id
                   AND n.dialled = o.dialled
                 WHERE o.tenant_id = $1 AND o.call_id = $2 AND n.direction = 'in'
                   AND n.ended_at IS NULL AND n.arrived_at > $3
                 ORDER BY n.arrived_at LIMIT 1"
            ),
            args![tenant, call, since],
        )
        .await?;
    row.map(|row| Ok((row.id("call_id")?, row.id("contact_id")?))).transpose()
}

/// Accounts for a call with another contact.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn move_to(
    database: &Database,
    tenant: &TenantKey,
    call: CallId,
    contact: ContactId,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!("UPDATE calls SET contact_id = $3 WHERE tenant_id = $1 AND call_id = $2"),
            args![tenant, call, contact],
        )
        .await?;
    Ok(())
}

/// Other contacts of the number of a contact that are not closed, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails or a state is damaged.
pub async fn open_of_same_number(
    database: &Database,
    tenant: &TenantKey,
    contact: ContactId,
) -> Result<Vec<Contact>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT c.state FROM contact_marks m
                 JOIN contact_marks k ON k.tenant_id = m.tenant_id AND k.pseudonym = m.pseudonym
                 JOIN contacts c ON c.tenant_id = k.tenant_id AND c.contact_id = k.contact_id
                 WHERE m.tenant_id = $1 AND m.contact_id = $2 AND c.contact_id <> $2
                   AND c.phase <> 'closed' AND c.channel = 'call'
                 ORDER BY c.arrived_at, c.contact_id"
            ),
            args![tenant, contact],
        )
        .await?
        .iter()
        .map(|row| row.json("state"))
        .collect()
}
