//! Roles given and taken.

use base::scope::{Departments, Ground};
use base::{DepartmentKey, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use identity::passwords;
use rules::people::{Member, Role, RoleGrant, may_in};
use serde::Serialize;
use store::people::PersonId;
use store::streams::{self, StreamKey};
use utoipa::ToSchema;

use crate::audit::Act;
use crate::{App, found};

/// A role, for one department or (`None`) for all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct RoleView {
    #[schema(value_type = String)]
    pub role: Role,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
}

impl App {
    pub(crate) async fn write_grant(
        &self,
        tx: &mut store::Tx,
        scope: &Scope,
        ground: Option<Ground>,
        person: PersonId,
        grant: &RoleGrant,
        at: UnixMillis,
    ) -> Outcome<()> {
        store::people::grant(tx, &self.tenant, person, grant, at).await?;
        let act = Act {
            ground,
            municipality: Some(&grant.municipality),
            action: "role-granted",
            subject: format!("person/{person}"),
            purpose: grant.role.code(),
        };
        self.note(tx, scope, act, at).await
    }

    /// Gives a person of one's own municipality a role in it, instead of the one of the same name.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] `above-own-rights` or `own-roles`;
    /// [`Problem::Invalid`] for an unknown department.
    pub async fn grant_role(
        &self,
        scope: &Scope,
        person: PersonId,
        grant: RoleGrant,
    ) -> Outcome<()> {
        let at = self.now();
        let ground = self.may_change_roles(scope, person, &grant.municipality, at).await?;
        self.not_above_own_rights(scope, &grant).await?;
        if let Departments::Only(some) = &grant.departments {
            if some.is_empty() {
                return Err(Problem::invalid("departments", "empty"));
            }
            for department in some {
                self.known_line(&grant.municipality, Some(department))
                    .await
                    .map_err(|_| Problem::invalid("departments", "department-unknown"))?;
            }
        }
        self.change_person(person, at, async |tx| {
            store::people::revoke(tx, &self.tenant, person, grant.role, &grant.municipality, at)
                .await?;
            self.write_grant(tx, scope, Some(ground), person, &grant, at).await
        })
        .await
    }

    /// Takes a role away; it closes everything it opened at once.
    ///
    /// # Errors
    /// As [`App::grant_role`]; [`Problem::NotFound`] when the person has not the role.
    pub async fn revoke_role(
        &self,
        scope: &Scope,
        person: PersonId,
        role: Role,
        municipality: &MunicipalityKey,
    ) -> Outcome<()> {
        let at = self.now();
        let ground = self.may_change_roles(scope, person, municipality, at).await?;
        self.change_person(person, at, async |tx| {
            let ended =
                store::people::revoke(tx, &self.tenant, person, role, municipality, at).await?;
            if ended == 0 {
                return Err(Problem::NotFound);
            }
            let act = Act {
                ground: Some(ground),
                municipality: Some(municipality),
                action: "role-revoked",
                subject: format!("person/{person}"),
                purpose: role.code(),
            };
            self.note(tx, scope, act, at).await
        })
        .await
    }

    /// Removes a person from work: roles, sign-ins and reach end at once. The name stays in old
    /// conversations and in the log.
    ///
    /// # Errors
    /// As [`App::grant_role`].
    pub async fn deactivate(&self, scope: &Scope, person: PersonId) -> Outcome<()> {
        let at = self.now();
        let card = found(self.person_card(person).await?)?;
        let ground = self.may_change_roles(scope, person, &card.home, at).await?;
        self.change_person(person, at, async |tx| {
            store::people::deactivate(tx, &self.tenant, person, at).await?;
            store::logins::revoke_all(tx, &self.tenant, person, at).await?;
            let act = Act {
                ground: Some(ground),
                municipality: Some(&card.home),
                action: "person-removed",
                subject: format!("person/{person}"),
                purpose: "administration",
            };
            self.note(tx, scope, act, at).await
        })
        .await
    }

    /// Gives somebody else of one's own municipality a new password; they are signed out everywhere.
    ///
    /// # Errors
    /// As [`App::deactivate`], with `own-password`; [`Problem::Invalid`] for a bad password.
    pub async fn set_password(&self, scope: &Scope, person: PersonId, new: &str) -> Outcome<()> {
        let at = self.now();
        if scope.person() == Some(person) {
            return Err(Problem::forbidden("own-password"));
        }
        let card = found(self.person_card(person).await?)?;
        let ground = self.may_change_roles(scope, person, &card.home, at).await?;
        self.write_password(scope, ground, &card.home, person, new, at).await
    }

    /// Writes a new password and signs every browser out.
    pub(super) async fn write_password(
        &self,
        scope: &Scope,
        ground: Ground,
        home: &MunicipalityKey,
        person: PersonId,
        new: &str,
        at: UnixMillis,
    ) -> Outcome<()> {
        let hash = self.hash_password(new, passwords::Cost::Full).await?;
        self.change_person(person, at, async |tx| {
            store::people::set_password(tx, &self.tenant, person, &hash).await?;
            store::logins::revoke_all(tx, &self.tenant, person, at).await?;
            let act = Act {
                ground: Some(ground),
                municipality: Some(home),
                action: "password-changed",
                subject: format!("person/{person}"),
                purpose: if scope.person() == Some(person) { "sign-in" } else { "administration" },
            };
            self.note(tx, scope, act, at).await
        })
        .await
    }

    /// Writes a change of a person, forgets what was remembered, and rings.
    async fn change_person(
        &self,
        person: PersonId,
        at: UnixMillis,
        change: impl AsyncFnOnce(&mut store::Tx) -> Outcome<()>,
    ) -> Outcome<()> {
        let stream = StreamKey::agent(person);
        let mut tx = self.database.begin().await?;
        let event = [("reach", "{}".to_owned())];
        streams::append(&mut tx, &self.tenant, &stream, at, &event).await?;
        change(&mut tx).await?;
        tx.commit().await?;
        self.0.memory.forget_card(person);
        self.ring([&stream]);
        Ok(())
    }

    /// An administrator changes roles in the own municipality, of other people who belong to it.
    async fn may_change_roles(
        &self,
        scope: &Scope,
        person: PersonId,
        municipality: &MunicipalityKey,
        at: UnixMillis,
    ) -> Outcome<Ground> {
        let ground = may_in(scope, Right::ManagePeople, municipality, None, at)?;
        let card = found(self.person_card(person).await?)?;
        if card.home != *municipality {
            return Err(Problem::NotFound);
        }
        if scope.person() == Some(person) {
            return Err(Problem::forbidden("own-roles"));
        }
        Ok(ground)
    }

    /// The consortium's administration is given only by one who has it (A8).
    async fn not_above_own_rights(&self, scope: &Scope, grant: &RoleGrant) -> Outcome<()> {
        if grant.role != Role::ConsortiumAdministrator {
            return Ok(());
        }
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let own = self.person_card(me).await?;
        let has = own.is_some_and(|card| {
            card.member.roles.iter().any(|own| own.role == Role::ConsortiumAdministrator)
        });
        if has { Ok(()) } else { Err(Problem::forbidden("above-own-rights")) }
    }
}

pub(super) fn roles_of(member: &Member) -> Vec<RoleView> {
    let mut roles = Vec::new();
    for grant in &member.roles {
        let view = |department: Option<&DepartmentKey>| RoleView {
            role: grant.role,
            municipality: grant.municipality.clone(),
            department: department.cloned(),
        };
        match &grant.departments {
            Departments::All => roles.push(view(None)),
            Departments::Only(some) => roles.extend(some.iter().map(|key| view(Some(key)))),
        }
    }
    roles
}
