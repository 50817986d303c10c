//! Errands left with departments, as their inbox lists them.

use base::{DepartmentKey, Id, MunicipalityKey, TenantKey, UnixMillis, kind};
use rules::contacts::ContactId;

use crate::database::{Database, Row};
use crate::{StoreError, args, sql};

/// A line of an inbox; the errand itself stands in its contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: Id<kind::HandOver>,
    pub contact: ContactId,
    pub municipality: MunicipalityKey,
    pub department: DepartmentKey,
    /// `new`, `taken`, `answered`, `done`.
    pub phase: String,
    pub deadline: UnixMillis,
    pub made_at: UnixMillis,
    pub taken_by: Option<Id<kind::Person>>,
}

/// The errands of a municipality that are not done, nearest deadline first, at most 500.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Vec<Line>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT hand_over_id, contact_id, municipality, department, phase, deadline,
                   made_at, taken_by FROM hand_overs
                 WHERE tenant_id = $1 AND municipality = $2 AND phase IN ('new', 'taken')
                 ORDER BY deadline, hand_over_id LIMIT 500"
            ),
            args![tenant, municipality],
        )
        .await?
        .iter()
        .map(line)
        .collect()
}

/// The errands of a municipality that were answered, newest first, at most 200.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn finished(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Vec<Line>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT hand_over_id, contact_id, municipality, department, phase, deadline,
                   made_at, taken_by FROM hand_overs
                 WHERE tenant_id = $1 AND municipality = $2 AND phase IN ('answered', 'done')
                 ORDER BY made_at DESC, hand_over_id LIMIT 200"
            ),
            args![tenant, municipality],
        )
        .await?
        .iter()
        .map(line)
        .collect()
}

/// One errand by its id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(
    database: &Database,
    tenant: &TenantKey,
    id: Id<kind::HandOver>,
) -> Result<Option<Line>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT hand_over_id, contact_id, municipality, department, phase, deadline,
                   made_at, taken_by FROM hand_overs
                 WHERE tenant_id = $1 AND hand_over_id = $2"
            ),
            args![tenant, id],
        )
        .await?;
    row.as_ref().map(line).transpose()
}

fn line(row: &Row) -> Result<Line, StoreError> {
    Ok(Line {
        id: row.id("hand_over_id")?,
        contact: row.id("contact_id")?,
        municipality: row.parsed("municipality")?,
        department: row.parsed("department")?,
        phase: row.get("phase")?,
        deadline: row.at("deadline")?,
        made_at: row.at("made_at")?,
        taken_by: row.maybe_id("taken_by")?,
    })
}
