//! The one place that says yes or no.

use base::scope::Ground;
use base::{Actor, DepartmentKey, MunicipalityKey, Problem, Right, Scope, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::contacts::{Aim, Contact, Grant, PersonId, Phase};
use crate::queues::FRONT_OFFICE;

/// A wrap-up may be corrected for this long by the one who made it; so long it stays in reach.
const CORRECTION_S: i64 = 600;

/// Why somebody reaches a contact: goes into the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContactGround {
    /// A role in one's own municipality.
    Role,
    /// On duty for the contact's municipality.
    Duty,
    /// Duty is over, the own live contact may be finished (product rule 7).
    Grant,
    /// A hand-over lies with one's department.
    Inbox,
    /// The citizen's own contact, by the visitor mark.
    Mark,
}

impl From<Ground> for ContactGround {
    fn from(ground: Ground) -> Self {
        match ground {
            Ground::Role => Self::Role,
            Ground::Duty => Self::Duty,
        }
    }
}

/// What must be known of a contact to say who may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactView {
    pub municipality: Option<MunicipalityKey>,
    pub department: Option<DepartmentKey>,
    pub aim: Aim,
    pub owner: Option<PersonId>,
    pub offered_to: Option<PersonId>,
    pub grant: Option<Grant>,
    /// When it was closed, and by whose wrap-up.
    pub closed_at: Option<UnixMillis>,
    pub wrapped_by: Option<PersonId>,
    /// The departments that have or had a hand-over of it.
    pub hand_overs: Vec<(MunicipalityKey, DepartmentKey)>,
    /// The hash of the visitor mark that opened it.
    pub mark: Option<String>,
}

impl ContactView {
    #[must_use]
    pub fn of(contact: &Contact, mark: Option<String>) -> Self {
        Self {
            municipality: contact.municipality.clone(),
            department: contact.department.clone(),
            aim: contact.aim.clone(),
            owner: contact.owner(),
            offered_to: match contact.phase {
                Phase::Offered { to, .. } => Some(to),
                _ => None,
            },
            grant: contact.grant.clone(),
            closed_at: match contact.phase {
                Phase::Closed { at, .. } => Some(at),
                _ => None,
            },
            wrapped_by: contact.wrap.as_ref().map(|wrap| wrap.by),
            hand_overs: contact
                .hand_overs
                .values()
                .map(|h| (h.municipality.clone(), h.department.clone()))
                .collect(),
            mark,
        }
    }
}

/// Whether this contact may be seen and worked on at `at`, and why. Rights other than
/// [`Right::WorkContacts`] and [`Right::WorkInbox`] open no contact.
///
/// Who owned a contact earlier has no lasting right to it.
///
/// # Errors
/// [`Problem::NotFound`], so that what is out of reach looks like what does not exist.
pub fn may(
    scope: &Scope,
    right: Right,
    contact: &ContactView,
    at: UnixMillis,
) -> Result<ContactGround, Problem> {
    if !scope.holds_at(at) {
        return Err(Problem::NotFound);
    }
    match &scope.actor {
        Actor::Citizen { mark } => {
            let own = right == Right::WorkContacts && contact.mark.as_ref() == Some(mark);
            if own { Ok(ContactGround::Mark) } else { Err(Problem::NotFound) }
        }
        Actor::Person(person) => match right {
            Right::WorkContacts => work(scope, *person, contact, at),
            Right::WorkInbox => contact
                .hand_overs
                .iter()
                .any(|(m, d)| scope.allows(Right::WorkInbox, m, Some(d)).is_some())
                .then_some(ContactGround::Inbox),
            _ => None,
        }
        .ok_or(Problem::NotFound),
        Actor::System(_) => Err(Problem::NotFound),
    }
}

fn work(
    scope: &Scope,
    person: PersonId,
    contact: &ContactView,
    at: UnixMillis,
) -> Option<ContactGround> {
    let mine = contact.owner == Some(person) || contact.offered_to == Some(person);
    if mine && let Some(ground) = somewhere_in(scope, contact.municipality.as_ref()) {
        return Some(ground.into());
    }
    if contact.owner == Some(person)
        && let Some(grant) = &contact.grant
        && grant.person == person
        && at < grant.until
        // A revoked role ends the grant too: an agent reaches at least the own queue.
        && !scope.municipalities(Right::WorkContacts).is_empty()
    {
        return Some(ContactGround::Grant);
    }
    match covered(scope, contact)? {
        Ground::Role => Some(ContactGround::Role),
        // Duty opens what is going on, not the history of the municipality's citizens.
        Ground::Duty => {
            let correctable = |closed: UnixMillis| {
                contact.wrapped_by == Some(person) && at.seconds_since(closed) <= CORRECTION_S
            };
            contact.closed_at.is_none_or(correctable).then_some(ContactGround::Duty)
        }
    }
}

/// A right to contacts of at least one department: enough for what was given to the person.
fn somewhere_in(scope: &Scope, municipality: Option<&MunicipalityKey>) -> Option<Ground> {
    scope
        .reach
        .iter()
        .filter(|r| r.right == Right::WorkContacts)
        .filter(|r| municipality.is_none_or(|m| *m == r.municipality))
        .map(|r| r.ground)
        .min()
}

/// A right to the contacts of the department where it is: where it entered, or where it was
/// transferred to. Without a department it is the front office's.
fn covered(scope: &Scope, contact: &ContactView) -> Option<Ground> {
    let front_office = DepartmentKey::new(FRONT_OFFICE).ok()?;
    let department = contact.department.as_ref().unwrap_or(&front_office);
    let Some(municipality) = &contact.municipality else {
        // Nobody knows yet whose citizen it is: whoever is on duty, or a front office.
        return scope
            .reach
            .iter()
            .filter(|r| r.right == Right::WorkContacts && r.departments.covers(Some(department)))
            .map(|r| r.ground)
            .min();
    };
    let entered = scope.allows(Right::WorkContacts, municipality, Some(department));
    let aimed = match &contact.aim {
        Aim::Department { municipality: m, department: d } if m == municipality => {
            scope.allows(Right::WorkContacts, m, Some(d))
        }
        _ => None,
    };
    entered.into_iter().chain(aimed).min()
}

/// Whether a right holds in a municipality (or in one of its departments), and why.
///
/// # Errors
/// [`Problem::NotFound`] when nothing of that municipality is in reach; [`Problem::Forbidden`]
/// `not-your-role` when it is but not with this right.
pub fn may_in(
    scope: &Scope,
    right: Right,
    municipality: &MunicipalityKey,
    department: Option<&DepartmentKey>,
    at: UnixMillis,
) -> Result<Ground, Problem> {
    if !scope.holds_at(at) {
        return Err(Problem::NotFound);
    }
    scope.allows(right, municipality, department).ok_or_else(|| {
        if scope.reach.iter().any(|r| r.municipality == *municipality) {
            Problem::forbidden("not-your-role")
        } else {
            Problem::NotFound
        }
    })
}

/// Whether a text may be worked on with `right` ([`Right::EditKnowledge`] or
/// [`Right::ApproveKnowledge`]): a municipality's variant by its own people, a common text (no
/// municipality) by those its knowledge area was given to.
///
/// # Errors
/// [`Problem::NotFound`] for who has no such right anywhere or nothing in that municipality;
/// [`Problem::Forbidden`] `not-your-role` or `not-your-area` otherwise.
pub fn may_edit_text(
    scope: &Scope,
    area: &str,
    municipality: Option<&MunicipalityKey>,
    right: Right,
    at: UnixMillis,
) -> Result<(), Problem> {
    if !scope.holds_at(at) {
        return Err(Problem::NotFound);
    }
    if let Some(municipality) = municipality {
        return may_in(scope, right, municipality, None, at).map(|_| ());
    }
    if scope.has_area(right, area) {
        return Ok(());
    }
    let edits = [Right::EditKnowledge, Right::ApproveKnowledge];
    if scope.reach.iter().any(|reach| edits.contains(&reach.right)) {
        Err(Problem::forbidden("not-your-area"))
    } else {
        Err(Problem::NotFound)
    }
}
