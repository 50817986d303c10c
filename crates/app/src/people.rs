//! People who work for the members, their roles, and what each is told about oneself.
//!
//! Nobody gives more than an administrator of the municipality may (A8), nobody changes their own
//! roles, and a removed person or role loses everything at once: the bell of `agent/<person>` rings,
//! open sockets derive their scope anew and the dispatcher takes back what the person has.

mod roles;

use base::scope::{Departments, Ground};
use base::{Id, Language, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis, kind};
use identity::passwords;
use rules::duty::DutyKind;
use rules::people::{Member, Role, RoleGrant, may_in};
use rules::text::FreeText;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::people::{Person, PersonId};
use store::streams::{self, StreamKey};
use utoipa::ToSchema;

use self::roles::roles_of;
use crate::audit::Act;
use crate::desk::MunicipalityTag;
use crate::queues::PresenceView;
use crate::{App, found};

pub use roles::RoleView;

/// Longest login, in characters.
pub const LOGIN_LIMIT: usize = 120;
/// Longest name, in characters.
const NAME_LIMIT: usize = 80;
/// Chats at once, when nothing else is said.
const CAPACITY: u8 = 3;
/// The most chats at once.
const MOST_CHATS: u8 = 8;

/// What colleagues and the router need of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCard {
    pub name: String,
    pub home: MunicipalityKey,
    pub member: Member,
    /// How many chats at once.
    pub capacity: u8,
    pub languages: BTreeSet<Language>,
}

impl PersonCard {
    /// What a citizen sees of the name.
    #[must_use]
    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }

    fn of(person: Person) -> Self {
        Self {
            name: person.name,
            home: person.member.home.clone(),
            capacity: u8::try_from(person.capacity).unwrap_or(CAPACITY),
            languages: person.languages.into_iter().collect(),
            member: person.member,
        }
    }
}

/// What a signed-in person is told about oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    pub person: MyCard,
    pub roles: Vec<RoleView>,
    /// The rights held anywhere, in kebab case.
    #[schema(value_type = Vec<String>)]
    pub rights: BTreeSet<Right>,
    /// The municipalities in reach now, by role or duty.
    pub municipalities: Vec<MunicipalityTag>,
    /// All members by name and colour, in reach or not: names on lists come from here.
    pub members: Vec<MunicipalityTag>,
    pub duty: MyDuty,
    pub presence: PresenceView,
    #[schema(value_type = i64)]
    pub now: UnixMillis,
    /// When all this may be different: ask again then.
    #[schema(value_type = i64)]
    pub until: UnixMillis,
    #[schema(value_type = Vec<String>)]
    pub languages: BTreeSet<Language>,
    pub demo: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MyCard {
    #[schema(value_type = String)]
    pub id: PersonId,
    pub name: String,
    pub initials: String,
    #[schema(value_type = String)]
    pub home: MunicipalityKey,
}

/// The hotline duty one is on, if it is going on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct MyDuty {
    pub on: bool,
    #[schema(value_type = Option<i64>)]
    pub until: Option<UnixMillis>,
    #[schema(value_type = Option<String>)]
    pub serving: Option<MunicipalityKey>,
    /// The municipalities one answers for.
    #[serde(rename = "for")]
    #[schema(value_type = Vec<String>)]
    pub answers_for: Vec<MunicipalityKey>,
}

/// Somebody in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonView {
    #[schema(value_type = String)]
    pub id: PersonId,
    pub name: String,
    #[schema(value_type = String)]
    pub home: MunicipalityKey,
    pub active: bool,
    pub roles: Vec<RoleView>,
    /// What they sign in with; only administrators are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
}

/// Somebody new.
#[derive(Clone)]
pub struct NewPerson {
    pub login: String,
    pub name: String,
    pub home: MunicipalityKey,
    /// The first password; the person changes it.
    pub password: String,
    pub languages: Vec<Language>,
    /// Chats at once; `None`: three.
    pub capacity: Option<u8>,
}

/// A person's name beside an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Named {
    #[schema(value_type = String)]
    pub id: Id<kind::Person>,
    pub name: String,
}

impl App {
    /// What a signed-in person is told about oneself.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] for anybody else.
    pub async fn me(&self, scope: &Scope) -> Outcome<Me> {
        let id = scope.person().ok_or(Problem::SignedOut)?;
        let card = self.person_card(id).await?.ok_or(Problem::SignedOut)?;
        let now = self.now();
        let directory = self.directory().await?;
        let reach: BTreeSet<&MunicipalityKey> =
            scope.reach.iter().map(|reach| &reach.municipality).collect();
        let duties = self.duties_around(now).await?;
        let mine = duties.iter().find(|duty| {
            duty.kind == DutyKind::Hotline && duty.covers(now) && duty.includes(id, &card.home)
        });
        let answers_for: BTreeSet<&MunicipalityKey> = scope
            .reach
            .iter()
            .filter(|reach| reach.ground == Ground::Duty)
            .map(|reach| &reach.municipality)
            .collect();
        // Who is on the list without being an agent answers for nobody.
        let duty = match mine {
            Some(duty) if !answers_for.is_empty() => MyDuty {
                on: true,
                until: Some(duty.ends()),
                serving: Some(duty.serving.clone()),
                answers_for: answers_for.into_iter().cloned().collect(),
            },
            _ => MyDuty::default(),
        };
        Ok(Me {
            person: MyCard {
                id,
                initials: initials(&card.name),
                name: card.name.clone(),
                home: card.home.clone(),
            },
            roles: roles_of(&card.member),
            rights: scope.reach.iter().map(|reach| reach.right).collect(),
            municipalities: reach
                .into_iter()
                .filter_map(|key| directory.place(key))
                .map(|place| place.tag())
                .collect(),
            members: directory.places().map(|place| place.tag()).collect(),
            duty,
            presence: self.presence_of(id).await?,
            now,
            until: scope.until,
            languages: card.languages.clone(),
            demo: self.settings.demo,
        })
    }

    /// What colleagues and the router need of a person; `None` for nobody known. Removed people
    /// keep their names.
    pub(crate) async fn person_card(&self, id: PersonId) -> Outcome<Option<Arc<PersonCard>>> {
        if let Some(card) = self.0.memory.card(id) {
            return Ok(Some(card));
        }
        let person = store::people::by_id(&self.database, &self.tenant, id).await?;
        Ok(person.map(|person| {
            let card = Arc::new(PersonCard::of(person));
            self.0.memory.keep_card(card.clone());
            card
        }))
    }

    /// The people of a municipality, by name; for its planners and administrators.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for anybody else.
    pub async fn people(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<Vec<PersonView>> {
        let at = self.now();
        let (ground, purpose) = match may_in(scope, Right::ManagePeople, municipality, None, at) {
            Ok(ground) => (ground, "administration"),
            // A planner of one department is a planner too.
            Err(problem) => {
                let plans = scope.reach.iter().find(|reach| {
                    reach.right == Right::PlanDuty && reach.municipality == *municipality
                });
                (plans.filter(|_| scope.holds_at(at)).ok_or(problem)?.ground, "duty-planning")
            }
        };
        let people = store::people::all(&self.database, &self.tenant).await?;
        let mut tx = self.database.begin().await?;
        let act = Act {
            ground: Some(ground),
            municipality: Some(municipality),
            action: "people-read",
            subject: String::new(),
            purpose,
        };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        Ok(people
            .into_iter()
            .filter(|person| person.member.home == *municipality)
            .map(|person| {
                let login = (purpose == "administration").then(|| person.login.clone());
                PersonView { login, ..view_of(person) }
            })
            .collect())
    }

    /// Adds somebody who works for a municipality, without roles.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for anybody but its administrator; [`Problem::Invalid`] for a bad
    /// login, name or password; [`Problem::Conflict`] `login-taken`.
    pub async fn add_person(&self, scope: &Scope, new: NewPerson) -> Outcome<PersonView> {
        let at = self.now();
        let ground = may_in(scope, Right::ManagePeople, &new.home, None, at)?;
        let hash = self.hash_password(&new.password, passwords::Cost::Full).await?;
        let mut tx = self.database.begin().await?;
        let person = self.write_person(&mut tx, scope, Some(ground), new, &hash, at).await?;
        tx.commit().await?;
        Ok(view_of(person))
    }

    /// Makes the first administrator, of the consortium and of one municipality. For the program's
    /// own command line, never for a request.
    ///
    /// # Errors
    /// As [`App::add_person`].
    pub async fn create_administrator(&self, new: NewPerson) -> Outcome<PersonId> {
        let at = self.now();
        self.known_line(&new.home, None).await?;
        let scope = self.system("admin-create");
        let hash = self.hash_password(&new.password, passwords::Cost::Full).await?;
        let home = new.home.clone();
        let mut tx = self.database.begin().await?;
        let person = self.write_person(&mut tx, &scope, None, new, &hash, at).await?;
        for role in [Role::ConsortiumAdministrator, Role::MunicipalityAdministrator] {
            let municipality = home.clone();
            let grant = RoleGrant { role, municipality, departments: Departments::All };
            self.write_grant(&mut tx, &scope, None, person.member.id, &grant, at).await?;
        }
        tx.commit().await?;
        Ok(person.member.id)
    }

    /// Checks a new person and writes it.
    pub(crate) async fn write_person(
        &self,
        tx: &mut store::Tx,
        scope: &Scope,
        ground: Option<Ground>,
        new: NewPerson,
        hash: &str,
        at: UnixMillis,
    ) -> Outcome<Person> {
        let login = login_of(&new.login)?;
        let name = FreeText::accept_in("name", &new.name, NAME_LIMIT)?;
        if name.as_str().contains('\n') {
            return Err(Problem::invalid("name", "name-form"));
        }
        let capacity = new.capacity.unwrap_or(CAPACITY);
        if !(1..=MOST_CHATS).contains(&capacity) {
            let limit = Some(i64::from(MOST_CHATS));
            return Err(Problem::Invalid { field: "capacity", code: "capacity-range", limit });
        }
        let languages = if new.languages.is_empty() { vec![Language::Da] } else { new.languages };
        let person = Person {
            member: Member {
                tenant: self.tenant.clone(),
                id: self.rng.id(at),
                home: new.home,
                active: true,
                roles: vec![],
                areas: vec![],
            },
            login,
            name: name.into_string(),
            languages,
            capacity: i64::from(capacity),
        };
        store::people::add(tx, &person, hash).await.map_err(|error| {
            if error.is_taken() { Problem::conflict("login-taken") } else { error.into() }
        })?;
        let act = Act {
            ground,
            municipality: Some(&person.member.home),
            action: "person-added",
            subject: format!("person/{}", person.member.id),
            purpose: "administration",
        };
        self.note(tx, scope, act, at).await?;
        // The directory may name them by their login already.
        let stream = StreamKey::directory(&person.member.home);
        let event = [("person", "{}".to_owned())];
        streams::append(tx, &self.tenant, &stream, at, &event).await?;
        Ok(person)
    }

    /// Changes one's own password; every other browser is signed out.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] `wrong-login` when the present password is another;
    /// [`Problem::Invalid`] for a bad new one.
    pub async fn change_password(&self, scope: &Scope, present: &str, new: &str) -> Outcome<()> {
        let id = scope.person().ok_or(Problem::SignedOut)?;
        let at = self.now();
        let person = store::people::by_id(&self.database, &self.tenant, id)
            .await?
            .ok_or(Problem::SignedOut)?;
        self.count_guess(&person.login).await?;
        self.check_password(&person.login, present).await?;
        self.write_password(scope, Ground::Role, &person.member.home, id, new, at).await
    }

    /// Who signs in with a name. For the program's own command line: a request never learns whether
    /// there is such a person.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when nobody does, or no longer.
    pub async fn person_of_login(&self, login: &str) -> Outcome<PersonId> {
        Ok(self.member_of_login(login).await?.id)
    }

    /// The reach of somebody by login, for an operator who acts in that person's name.
    ///
    /// # Errors
    /// As [`App::person_of_login`].
    pub async fn scope_of_login(&self, login: &str) -> Outcome<Scope> {
        let member = self.member_of_login(login).await?;
        let hotline = self.hotline_members().await?;
        // Roles only: nobody acts so for a municipality of which one is on duty.
        Ok(rules::people::scope(&member, &[], &hotline, self.now()))
    }

    async fn member_of_login(&self, login: &str) -> Outcome<Member> {
        let login = login_of(login)?;
        let people = store::people::all(&self.database, &self.tenant).await?;
        let person = people.into_iter().find(|person| person.login == login);
        Ok(found(person.filter(|person| person.member.active))?.member)
    }
}

/// One spelling of a login: without blanks around it, in lower case.
pub(crate) fn login_of(login: &str) -> Outcome<String> {
    let login = login.trim().to_lowercase();
    if login.is_empty() {
        return Err(Problem::invalid("login", "empty"));
    }
    if login.chars().count() > LOGIN_LIMIT {
        let limit = i64::try_from(LOGIN_LIMIT).ok();
        return Err(Problem::Invalid { field: "login", code: "too-long", limit });
    }
    if login.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Problem::invalid("login", "login-form"));
    }
    Ok(login)
}

fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = letters.next();
    first.into_iter().chain(letters.next_back()).flat_map(char::to_uppercase).collect()
}

fn view_of(person: Person) -> PersonView {
    PersonView {
        id: person.member.id,
        roles: roles_of(&person.member),
        active: person.member.active,
        name: person.name,
        home: person.member.home,
        login: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_first_and_last() {
        assert_eq!(initials("Mette Lindholm"), "ML");
        assert_eq!(initials("Øjvind von der Æsel"), "ØÆ");
        assert_eq!(initials("Sara"), "S");
    }

    #[test]
    fn a_login_has_one_spelling() {
        assert_eq!(login_of(" Mette@Furesoe.Example ").expect("fits"), "mette@furesoe.example");
        for bad in ["", "a b", "a\tb", &"x".repeat(121)] {
            assert!(login_of(bad).is_err(), "{bad:?}");
        }
    }
}
