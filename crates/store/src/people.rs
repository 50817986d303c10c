//! People who work for the members, and their roles. A revoked role keeps its row with its end, so
//! that "who could see this on Wednesday?" has an answer.

use std::collections::{BTreeMap, BTreeSet};

use base::scope::Departments;
use base::{DepartmentKey, Id, Language, MunicipalityKey, TenantKey, UnixMillis, kind};
use rules::people::{AreaGrant, AreaPart, Member, Role, RoleGrant};

use crate::database::{Database, Row, Tx};
use crate::{StoreError, args, sql};

pub type PersonId = Id<kind::Person>;

/// A person with today's roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub member: Member,
    /// What the person signs in as.
    pub login: String,
    pub name: String,
    pub languages: Vec<Language>,
    /// How many chats at once.
    pub capacity: i64,
}

/// The column `department` of a role that covers all departments.
const ALL: &str = "";

/// Adds a person without roles.
///
/// # Errors
/// [`StoreError::is_taken`] when the login is another's; [`StoreError::Database`] otherwise.
pub async fn add(tx: &mut Tx, person: &Person, password: &str) -> Result<(), StoreError> {
    let languages =
        serde_json::to_string(&person.languages).map_err(|_| StoreError::Damaged("languages"))?;
    tx.execute(
        sql!(
            "INSERT INTO people (tenant_id, person_id, login, name, home, password, languages,
               capacity, active)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            &person.member.tenant,
            person.member.id,
            &person.login,
            &person.name,
            &person.member.home,
            password,
            languages,
            person.capacity,
            person.member.active
        ],
    )
    .await?;
    Ok(())
}

/// Who signs in as what, of those who work for a municipality.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn logins(
    database: &Database,
    tenant: &TenantKey,
    home: &MunicipalityKey,
) -> Result<BTreeMap<String, PersonId>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT login, person_id FROM people
                 WHERE tenant_id = $1 AND home = $2 AND active = $3"
            ),
            args![tenant, home, true],
        )
        .await?
        .iter()
        .map(|row| Ok((row.get("login")?, row.id("person_id")?)))
        .collect()
}

/// Gives a role from `at` on.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn grant(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    grant: &RoleGrant,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let departments: Vec<&str> = match &grant.departments {
        Departments::All => vec![ALL],
        Departments::Only(some) => some.iter().map(DepartmentKey::as_str).collect(),
    };
    for department in departments {
        tx.execute(
            sql!(
                "INSERT INTO role_grants (tenant_id, person_id, role, municipality, department,
                   granted_at, revoked_at)
                 VALUES ($1, $2, $3, $4, $5, $6, NULL)
                 ON CONFLICT (tenant_id, person_id, role, municipality, department, granted_at)
                 DO UPDATE SET revoked_at = NULL"
            ),
            args![tenant, person, grant.role.code(), &grant.municipality, department, at],
        )
        .await?;
    }
    Ok(())
}

/// Ends a role in a municipality, for all departments; how many rows ended.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn revoke(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    role: Role,
    municipality: &MunicipalityKey,
    at: UnixMillis,
) -> Result<u64, StoreError> {
    tx.execute(
        sql!(
            "UPDATE role_grants SET revoked_at = $5
             WHERE tenant_id = $1 AND person_id = $2 AND role = $3 AND municipality = $4
               AND revoked_at IS NULL"
        ),
        args![tenant, person, role.code(), municipality, at],
    )
    .await
}

/// Removes a person from work: inactive, all roles ended. The row stays, for the names in old
/// conversations and the log.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn deactivate(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    at: UnixMillis,
) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            sql!(
                "UPDATE people SET active = $3
                 WHERE tenant_id = $1 AND person_id = $2 AND active <> $3"
            ),
            args![tenant, person, false],
        )
        .await?;
    tx.execute(
        sql!(
            "UPDATE role_grants SET revoked_at = $3
             WHERE tenant_id = $1 AND person_id = $2 AND revoked_at IS NULL"
        ),
        args![tenant, person, at],
    )
    .await?;
    Ok(touched == 1)
}

/// Writes a new password hash.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn set_password(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    password: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!("UPDATE people SET password = $3 WHERE tenant_id = $1 AND person_id = $2"),
        args![tenant, person, password],
    )
    .await?;
    Ok(())
}

/// What signing in needs: who, the password's hash, whether still at work.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn password_of(
    database: &Database,
    tenant: &TenantKey,
    login: &str,
) -> Result<Option<(PersonId, String, bool)>, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT person_id, password, active FROM people
                 WHERE tenant_id = $1 AND login = $2"
            ),
            args![tenant, login],
        )
        .await?;
    row.map(|row| Ok((row.id("person_id")?, row.get("password")?, row.get("active")?))).transpose()
}

/// A person with today's roles.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn by_id(
    database: &Database,
    tenant: &TenantKey,
    person: PersonId,
) -> Result<Option<Person>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT p.person_id, p.login, p.name, p.home, p.languages, p.capacity, p.active,
                   g.role, g.municipality, g.department
                 FROM people p LEFT JOIN role_grants g ON g.tenant_id = p.tenant_id
                   AND g.person_id = p.person_id AND g.revoked_at IS NULL
                 WHERE p.tenant_id = $1 AND p.person_id = $2
                 ORDER BY g.role, g.municipality, g.department"
            ),
            args![tenant, person],
        )
        .await?;
    let mut person = fold(tenant, &rows)?.into_iter().next();
    if let Some(person) = &mut person {
        let rows = database
            .rows(
                sql!(
                    "SELECT person_id, area, part FROM area_people
                     WHERE tenant_id = $1 AND person_id = $2 ORDER BY area, part"
                ),
                args![tenant, person.member.id],
            )
            .await?;
        give_areas(std::slice::from_mut(person), &rows)?;
    }
    Ok(person)
}

/// Everyone, with today's roles, by name.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(database: &Database, tenant: &TenantKey) -> Result<Vec<Person>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT p.person_id, p.login, p.name, p.home, p.languages, p.capacity, p.active,
                   g.role, g.municipality, g.department
                 FROM people p LEFT JOIN role_grants g ON g.tenant_id = p.tenant_id
                   AND g.person_id = p.person_id AND g.revoked_at IS NULL
                 WHERE p.tenant_id = $1
                 ORDER BY p.name, p.person_id, g.role, g.municipality, g.department"
            ),
            args![tenant],
        )
        .await?;
    let mut people = fold(tenant, &rows)?;
    let rows = database
        .rows(
            sql!(
                "SELECT person_id, area, part FROM area_people
                 WHERE tenant_id = $1 ORDER BY person_id, area, part"
            ),
            args![tenant],
        )
        .await?;
    give_areas(&mut people, &rows)?;
    Ok(people)
}

/// Everyone who had a role at `at`, with the roles of that instant; `active` is true for all.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn at_work(
    database: &Database,
    tenant: &TenantKey,
    at: UnixMillis,
) -> Result<Vec<Person>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT p.person_id, p.login, p.name, p.home, p.languages, p.capacity, p.active,
                   g.role, g.municipality, g.department
                 FROM people p JOIN role_grants g ON g.tenant_id = p.tenant_id
                   AND g.person_id = p.person_id AND g.granted_at <= $2
                   AND (g.revoked_at IS NULL OR g.revoked_at > $2)
                 WHERE p.tenant_id = $1
                 ORDER BY p.name, p.person_id, g.role, g.municipality, g.department"
            ),
            args![tenant, at],
        )
        .await?;
    let mut people = fold(tenant, &rows)?;
    for person in &mut people {
        person.member.active = true;
    }
    Ok(people)
}

/// Everyone whose presence lease holds at `now`, with today's roles.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn present(
    database: &Database,
    tenant: &TenantKey,
    now: UnixMillis,
) -> Result<Vec<Person>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT p.person_id, p.login, p.name, p.home, p.languages, p.capacity, p.active,
                   g.role, g.municipality, g.department
                 FROM presences r
                 JOIN people p ON p.tenant_id = r.tenant_id AND p.person_id = r.person_id
                 LEFT JOIN role_grants g ON g.tenant_id = p.tenant_id
                   AND g.person_id = p.person_id AND g.revoked_at IS NULL
                 WHERE r.tenant_id = $1 AND r.lease_until > $2 AND r.state <> 'offline'
                 ORDER BY p.name, p.person_id, g.role, g.municipality, g.department"
            ),
            args![tenant, now],
        )
        .await?;
    fold(tenant, &rows)
}

/// Adds the knowledge areas that were given to people.
fn give_areas(people: &mut [Person], rows: &[Row]) -> Result<(), StoreError> {
    for row in rows {
        let id: PersonId = row.id("person_id")?;
        let part: String = row.get("part")?;
        let part = AreaPart::of_code(&part).ok_or(StoreError::Damaged("part"))?;
        if let Some(person) = people.iter_mut().find(|person| person.member.id == id) {
            person.member.areas.push(AreaGrant { area: row.get("area")?, part });
        }
    }
    Ok(())
}

/// Gives a knowledge area's common texts to a person.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn give_area(
    tx: &mut Tx,
    tenant: &TenantKey,
    person: PersonId,
    grant: &AreaGrant,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO area_people (tenant_id, area, person_id, part) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, area, person_id, part) DO NOTHING"
        ),
        args![tenant, &grant.area, person, grant.part.code()],
    )
    .await?;
    Ok(())
}

/// Takes an area away from everybody who has it; whoever gives it anew does so in the same
/// transaction.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn take_area(tx: &mut Tx, tenant: &TenantKey, area: &str) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM area_people WHERE tenant_id = $1 AND area = $2"),
        args![tenant, area],
    )
    .await?;
    Ok(())
}

/// Rows that follow each other and tell of one person become one.
fn fold(tenant: &TenantKey, rows: &[Row]) -> Result<Vec<Person>, StoreError> {
    let mut people: Vec<Person> = Vec::new();
    let mut grants: BTreeMap<PersonId, BTreeMap<(Role, MunicipalityKey), Departments>> =
        BTreeMap::new();
    for row in rows {
        let id: PersonId = row.id("person_id")?;
        if people.last().is_none_or(|person| person.member.id != id) {
            people.push(Person {
                member: Member {
                    tenant: tenant.clone(),
                    id,
                    home: row.parsed("home")?,
                    active: row.get("active")?,
                    roles: vec![],
                    areas: vec![],
                },
                login: row.get("login")?,
                name: row.get("name")?,
                languages: row.json("languages")?,
                capacity: row.get("capacity")?,
            });
        }
        let Some(role) = row.get::<Option<String>>("role")? else { continue };
        let role = Role::of_code(&role).ok_or(StoreError::Damaged("role"))?;
        let municipality: MunicipalityKey = row.parsed("municipality")?;
        let department: String = row.get("department")?;
        let covered = grants
            .entry(id)
            .or_default()
            .entry((role, municipality))
            .or_insert_with(|| Departments::Only(BTreeSet::new()));
        match covered {
            _ if department == ALL => *covered = Departments::All,
            Departments::All => {}
            Departments::Only(some) => {
                some.insert(
                    DepartmentKey::new(department)
                        .map_err(|_| StoreError::Damaged("department"))?,
                );
            }
        }
    }
    for person in &mut people {
        person.member.roles = grants
            .remove(&person.member.id)
            .unwrap_or_default()
            .into_iter()
            .map(|((role, municipality), departments)| RoleGrant {
                role,
                municipality,
                departments,
            })
            .collect();
    }
    Ok(people)
}
