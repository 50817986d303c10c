//! Who may do what: roles, and duty on top of them (product, "Roles and rights" and rule 7).
//!
//! [`scope`] is the only maker of a person's [`base::Scope`]; [`may`] is the one function that says
//! whether a contact may be seen and worked on; [`may_in`] says it for everything else.

mod authorise;
mod scope;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use base::scope::Departments;
use base::{DepartmentKey, MunicipalityKey, TenantKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use authorise::{ContactGround, ContactView, may, may_edit_text, may_in};
pub use scope::{citizen_scope, scope};

use crate::contacts::PersonId;

/// What a person is in a municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// *Medarbejder*
    Agent,
    /// *Afdelingskoordinator*
    DepartmentCoordinator,
    /// *Redaktør*
    Editor,
    /// Approves what editors wrote.
    Reviewer,
    /// *Vagtplanlægger*
    DutyPlanner,
    /// *Leder*
    Leader,
    SecurityOfficer,
    MunicipalityAdministrator,
    ConsortiumAdministrator,
    /// A screen on a wall.
    Wallboard,
}

impl Role {
    pub const ALL: [Self; 10] = [
        Self::Agent,
        Self::DepartmentCoordinator,
        Self::Editor,
        Self::Reviewer,
        Self::DutyPlanner,
        Self::Leader,
        Self::SecurityOfficer,
        Self::MunicipalityAdministrator,
        Self::ConsortiumAdministrator,
        Self::Wallboard,
    ];

    /// The name in the database, on the wire and in the language catalogue (`role-<code>`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::DepartmentCoordinator => "department-coordinator",
            Self::Editor => "editor",
            Self::Reviewer => "reviewer",
            Self::DutyPlanner => "duty-planner",
            Self::Leader => "leader",
            Self::SecurityOfficer => "security-officer",
            Self::MunicipalityAdministrator => "municipality-administrator",
            Self::ConsortiumAdministrator => "consortium-administrator",
            Self::Wallboard => "wallboard",
        }
    }

    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// One role of a person, in one municipality, for all or some of its departments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGrant {
    pub role: Role,
    pub municipality: MunicipalityKey,
    #[serde(serialize_with = "write_departments", deserialize_with = "read_departments")]
    pub departments: Departments,
}

/// All departments are written as null, some as their list.
fn write_departments<S: Serializer>(
    departments: &Departments,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match departments {
        Departments::All => serializer.serialize_none(),
        Departments::Only(set) => serializer.serialize_some(set),
    }
}

fn read_departments<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Departments, D::Error> {
    Ok(Option::<BTreeSet<DepartmentKey>>::deserialize(deserializer)?
        .map_or(Departments::All, Departments::Only))
}

/// What somebody does for a knowledge area's common texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AreaPart {
    /// Writes them.
    Editor,
    /// Approves them.
    Reviewer,
}

impl AreaPart {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Reviewer => "reviewer",
        }
    }

    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Editor, Self::Reviewer].into_iter().find(|part| part.code() == code)
    }

    /// The role without which the part gives nothing.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Editor => Role::Editor,
            Self::Reviewer => Role::Reviewer,
        }
    }
}

/// A knowledge area whose common texts were given to a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AreaGrant {
    /// For instance `id-og-papirer`.
    pub area: String,
    pub part: AreaPart,
}

/// Somebody who works for a member of the consortium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub tenant: TenantKey,
    pub id: PersonId,
    /// The municipality that employs the person.
    pub home: MunicipalityKey,
    /// A removed person has no rights at all.
    pub active: bool,
    pub roles: Vec<RoleGrant>,
    /// Common texts given to the person, beyond the own municipality's.
    #[serde(default)]
    pub areas: Vec<AreaGrant>,
}

impl Member {
    /// The grant of a role at home, if there is one.
    #[must_use]
    pub fn at_home(&self, role: Role) -> Option<&RoleGrant> {
        self.roles.iter().find(|g| g.role == role && g.municipality == self.home)
    }
}
