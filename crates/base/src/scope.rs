//! Who asks, and how far that reaches, at this minute.
//!
//! A [`Scope`] is computed by `rules::people::scope` from roles **and duty** (product rules 7) and
//! by nothing else. Every use case and every store call takes one. It is valid until the next edge
//! of duty or sign-in (`until`); after that it must be derived anew, and who cannot do so gets
//! nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{DepartmentKey, Id, MunicipalityKey, TenantKey, UnixMillis, kind};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    Person(Id<kind::Person>),
    /// A citizen's browser, by the hash of its visitor mark. Reaches its own contacts only.
    Citizen { mark: String },
    /// The program itself (timers, retention); named for the audit log.
    System(&'static str),
}

/// What may be done. Each use case asks for one of these in one municipality and department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// See the queue and take contacts from it; read and answer them.
    WorkContacts,
    /// See and answer hand-overs of the department.
    WorkInbox,
    /// Read who does what and how they are reached.
    ReadDirectory,
    /// Change own departments' entries and hours.
    EditDirectory,
    /// Read the staff's view of the knowledge base.
    ReadKnowledge,
    /// Change local variants and synonyms.
    EditKnowledge,
    /// Approve what editors of the municipality wrote.
    ApproveKnowledge,
    /// Listen to calls of the own municipality, speak to their agents, join them.
    SuperviseCalls,
    /// See the duty list.
    ReadDuty,
    /// Change the duty list.
    PlanDuty,
    /// See figures.
    ReadFigures,
    /// Read the audit log; run erasure; change retention.
    GuardPrivacy,
    /// Make people and give roles.
    ManagePeople,
    /// Decide what the members share: knowledge areas, who edits them, whom they are open to.
    ManageConsortium,
}

/// Which departments of a municipality a right covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Departments {
    All,
    Only(BTreeSet<DepartmentKey>),
}

impl Departments {
    #[must_use]
    pub fn covers(&self, department: Option<&DepartmentKey>) -> bool {
        match (self, department) {
            (Self::All, _) => true,
            (Self::Only(set), Some(department)) => set.contains(department),
            (Self::Only(_), None) => false,
        }
    }
}

/// Why somebody reaches something: goes into the audit log and answers "and why?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// A role in one's own municipality.
    Role,
    /// The municipality of the person is on duty for this one.
    Duty,
}

/// One right in one municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    pub municipality: MunicipalityKey,
    pub departments: Departments,
    pub right: Right,
    pub ground: Ground,
}

/// One right in one knowledge area: it covers the area's common texts, whoever owns them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AreaReach {
    /// For instance `id-og-papirer`.
    pub area: String,
    /// [`Right::EditKnowledge`] or [`Right::ApproveKnowledge`].
    pub right: Right,
}

/// Who asks, how far that reaches, and until when that is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub tenant: TenantKey,
    pub actor: Actor,
    pub reach: Vec<Reach>,
    /// The knowledge areas whose common texts were given to the person.
    pub areas: Vec<AreaReach>,
    /// The instant it was computed for.
    pub at: UnixMillis,
    /// The next instant at which it may be different: exclusive end of its validity.
    pub until: UnixMillis,
}

impl Scope {
    /// Whether the right covers the department (or, with `None`, the whole municipality), and why.
    #[must_use]
    pub fn allows(
        &self,
        right: Right,
        municipality: &MunicipalityKey,
        department: Option<&DepartmentKey>,
    ) -> Option<Ground> {
        self.reach
            .iter()
            .filter(|r| {
                r.right == right
                    && r.municipality == *municipality
                    && r.departments.covers(department)
            })
            .map(|r| r.ground)
            .min()
    }

    /// The municipalities in which the right holds for at least one department.
    #[must_use]
    pub fn municipalities(&self, right: Right) -> BTreeSet<&MunicipalityKey> {
        self.reach.iter().filter(|r| r.right == right).map(|r| &r.municipality).collect()
    }

    /// Whether the common texts of a knowledge area were given to the person with this right.
    #[must_use]
    pub fn has_area(&self, right: Right, area: &str) -> bool {
        self.areas.iter().any(|given| given.right == right && given.area == area)
    }

    /// The signed-in person, if it is one.
    #[must_use]
    pub fn person(&self) -> Option<Id<kind::Person>> {
        match self.actor {
            Actor::Person(id) => Some(id),
            _ => None,
        }
    }

    #[must_use]
    pub fn holds_at(&self, now: UnixMillis) -> bool {
        now < self.until
    }
}
