//! The demo consortium: real content, people for every role, a duty list around the demo's clock.
//!
//! Nothing here works outside demo mode. Passwords are derived from the logins and printed on
//! purpose, so their hashes are cheap (`identity::passwords::Cost::Demo`) and the demo starts fast.

use std::collections::BTreeSet;

use base::scope::Departments;
use base::{DepartmentKey, Language, MunicipalityKey, Outcome, Problem, Rng, UnixMillis};
use identity::passwords::{self, Cost};
use jiff::ToSpan as _;
use jiff::civil::{Time, Weekday};
use rules::content::Collection;
use rules::duty::{Duty, DutyKind};
use rules::hours::{Edge, ServiceHours, Zone};
use rules::people::{AreaGrant, AreaPart, Role, RoleGrant};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::duties::Versioned;
use store::people::PersonId;

use crate::App;
use crate::people::NewPerson;

/// The demo's clock, kept over a restart: milliseconds ahead of the system's.
pub const CLOCK_SHIFT: &str = "demo-clock-shift";

/// Weeks of duty before and after the demo's date.
const WEEKS_BACK: i64 = 2;
const WEEKS_AHEAD: i64 = 8;

/// A sign-in of the demo, as `straks demo --accounts --json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    pub login: String,
    pub password: String,
    pub name: &'static str,
    pub municipality: &'static str,
    pub roles: Vec<&'static str>,
    #[serde(skip)]
    departments: &'static [&'static str],
    #[serde(skip)]
    english: bool,
}

/// Somebody of the demo: login before the `@`, name, roles, departments (none: all), English.
type Cast = (&'static str, &'static str, &'static [Role], &'static [&'static str], bool);

const AGENT: &[Role] = &[Role::Agent];
const EDITOR: &[Role] = &[Role::Editor];
const REVIEWER: &[Role] = &[Role::Reviewer];
const COORDINATOR: &[Role] = &[Role::Agent, Role::DepartmentCoordinator];
const FRONT: &[&str] = &["borgerservice"];
const PENSION: &[&str] = &["pension-og-ydelser"];
const JOB: &[&str] = &["jobcenter"];
const ALL: &[&str] = &[];

/// Who works where.
const CAST: &[(&str, &[Cast])] = &[
    (
        "furesoe",
        &[
            ("mette", "Mette Lindholm", AGENT, FRONT, true),
            ("jonas", "Jonas Bach", AGENT, FRONT, true),
            ("sara", "Sara Nygaard", AGENT, FRONT, false),
            ("amina", "Amina Yusuf", AGENT, FRONT, true),
            ("karen", "Karen Holst", COORDINATOR, PENSION, false),
            ("niels", "Niels Frandsen", &[Role::Editor, Role::Reviewer], ALL, false),
            ("rikke", "Rikke Bloch", EDITOR, ALL, false),
            ("flemming", "Flemming Astrup", REVIEWER, ALL, false),
            ("birgit", "Birgit Steen", &[Role::DutyPlanner], ALL, false),
            ("henrik", "Henrik Juul", &[Role::Leader, Role::Agent], ALL, true),
            ("ulla", "Ulla Toft", &[Role::SecurityOfficer], ALL, false),
            (
                "admin",
                "Anders Krogh",
                &[Role::MunicipalityAdministrator, Role::ConsortiumAdministrator],
                ALL,
                true,
            ),
        ],
    ),
    (
        "frederikssund",
        &[
            ("lone", "Lone Bisgaard", AGENT, FRONT, false),
            ("peter", "Peter Friis", AGENT, FRONT, true),
            ("maja", "Maja Storm", AGENT, FRONT, false),
            ("hanne", "Hanne Brandt", COORDINATOR, PENSION, false),
            ("torben", "Torben Lauge", AGENT, PENSION, false),
            ("signe", "Signe Overgaard", COORDINATOR, JOB, false),
            ("inge", "Inge Dalsgaard", &[Role::Editor, Role::Reviewer], ALL, false),
            ("lasse", "Lasse Kragh", EDITOR, ALL, false),
            ("karin", "Karin Mose", REVIEWER, ALL, false),
            ("poul", "Poul Rask", &[Role::DutyPlanner], ALL, false),
            ("dorte", "Dorte Vang", &[Role::Leader], ALL, false),
            ("rasmus", "Rasmus Kold", &[Role::SecurityOfficer], ALL, false),
            ("admin", "Trine Balle", &[Role::MunicipalityAdministrator], ALL, false),
        ],
    ),
    (
        "fredensborg",
        &[
            ("camilla", "Camilla Dam", AGENT, FRONT, true),
            ("ali", "Ali Demir", AGENT, FRONT, true),
            ("bodil", "Bodil Krag", AGENT, FRONT, false),
            ("kirsten", "Kirsten Lund", COORDINATOR, PENSION, false),
            ("mogens", "Mogens Thorup", &[Role::Editor, Role::Reviewer], ALL, false),
            ("lis", "Lis Harder", &[Role::DutyPlanner], ALL, false),
            ("claus", "Claus Ravn", &[Role::Leader], ALL, false),
            ("susanne", "Susanne Myhre", &[Role::SecurityOfficer], ALL, false),
            ("admin", "Jesper Winding", &[Role::MunicipalityAdministrator], ALL, false),
        ],
    ),
    (
        "holbaek",
        &[
            ("line", "Line Aagaard", AGENT, FRONT, true),
            ("morten", "Morten Skov", AGENT, FRONT, false),
            ("fatima", "Fatima Hassan", AGENT, FRONT, true),
            ("jette", "Jette Ibsen", COORDINATOR, PENSION, false),
            ("ole", "Ole Bundgaard", &[Role::Editor, Role::Reviewer], ALL, false),
            ("gitte", "Gitte Elkjær", &[Role::DutyPlanner], ALL, false),
            ("steen", "Steen Hjort", &[Role::Leader], ALL, false),
            ("vibeke", "Vibeke Riis", &[Role::SecurityOfficer], ALL, false),
            ("admin", "Thomas Borg", &[Role::MunicipalityAdministrator], ALL, false),
        ],
    ),
    (
        "soroe",
        &[
            ("emil", "Emil Kjeldsen", AGENT, FRONT, true),
            ("nadia", "Nadia Petersen", AGENT, FRONT, true),
            ("jens", "Jens Voss", AGENT, FRONT, false),
            ("grethe", "Grethe Munk", COORDINATOR, PENSION, false),
            ("kaj", "Kaj Winther", &[Role::Editor, Role::Reviewer], ALL, false),
            ("tove", "Tove Abel", &[Role::DutyPlanner], ALL, false),
            ("bent", "Bent Hauge", &[Role::Leader], ALL, false),
            ("anne", "Anne Lyng", &[Role::SecurityOfficer], ALL, false),
            ("admin", "Mads Fog", &[Role::MunicipalityAdministrator], ALL, false),
        ],
    ),
    (
        "horsens",
        &[
            ("helle", "Helle Kirk", COORDINATOR, FRONT, false),
            ("jakob", "Jakob Winther", AGENT, JOB, false),
            ("lise", "Lise Markussen", COORDINATOR, JOB, true),
            ("birthe", "Birthe Holm", AGENT, PENSION, false),
            ("ditte", "Ditte Rønn", COORDINATOR, PENSION, true),
            ("kurt", "Kurt Sommer", AGENT, PENSION, false),
            ("admin", "Søren Bank", &[Role::MunicipalityAdministrator], ALL, false),
        ],
    ),
];

/// Editors and reviewers of all areas in turn: each has the next one's as a reviewer.
const KEEPERS: &[&str] = &[
    "niels@furesoe.example",
    "inge@frederikssund.example",
    "mogens@fredensborg.example",
    "ole@holbaek.example",
    "kaj@soroe.example",
];
/// Areas with two who only write and two who only approve.
const SHARED_AREAS: &[&str] = &["id-og-papirer", "pension-og-aeldre"];
const SHARED_BY: &[(&str, AreaPart)] = &[
    ("rikke@furesoe.example", AreaPart::Editor),
    ("lasse@frederikssund.example", AreaPart::Editor),
    ("flemming@furesoe.example", AreaPart::Reviewer),
    ("karin@frederikssund.example", AreaPart::Reviewer),
];
/// Where a second person approves.
const APPROVING: &str = "frederikssund";

/// Who serves on which day: municipality and logins.
type Rota = &'static [(Weekday, &'static str, &'static [&'static str])];

/// Who has which evening, and with whom.
const EVENINGS: Rota = &[
    (Weekday::Monday, "fredensborg", &["camilla", "ali", "bodil"]),
    (Weekday::Tuesday, "holbaek", &["line", "morten", "fatima"]),
    (Weekday::Wednesday, "furesoe", &["mette", "jonas", "sara"]),
    (Weekday::Thursday, "soroe", &["emil", "nadia", "jens"]),
    (Weekday::Friday, "frederikssund", &["lone", "peter", "maja"]),
];

/// Who has telephone duty in [`TELEPHONE_OF`], in its opening time.
const TELEPHONES: Rota = &[
    (Weekday::Monday, "horsens", &["lise"]),
    (Weekday::Tuesday, "horsens", &["jakob"]),
    (Weekday::Wednesday, "horsens", &["jakob"]),
    (Weekday::Thursday, "horsens", &["lise"]),
    (Weekday::Friday, "horsens", &["jakob"]),
];
const TELEPHONE_OF: (&str, &str) = ("horsens", "jobcenter");

/// Every sign-in of the demo. The same everywhere and always: a demo has no secrets.
#[must_use]
pub fn accounts() -> Vec<Account> {
    CAST.iter()
        .flat_map(|(municipality, people)| {
            people.iter().map(move |cast| account(municipality, cast))
        })
        .collect()
}

fn account(municipality: &'static str, cast: &Cast) -> Account {
    let (user, name, roles, departments, english) = cast;
    let login = format!("{user}@{municipality}.example");
    Account {
        password: password_of(&login),
        login,
        name,
        municipality,
        roles: roles.iter().map(|role| role.code()).collect(),
        departments,
        english: *english,
    }
}

/// A password that can be typed: three groups of four from the digest of the login.
fn password_of(login: &str) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let digest = Sha256::new().chain_update("straks demo").chain_update(login).finalize();
    let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
    let groups: Vec<String> =
        digest.chunks(4).take(3).map(|group| group.iter().map(letter).collect()).collect();
    groups.join("-")
}

/// What seeding did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Seeded {
    pub texts: usize,
    pub people: usize,
    pub duties: usize,
}

impl App {
    /// Fills the demo consortium; what is there already stays. Starting again costs little.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] outside demo mode; [`Problem::Unavailable`] when the database is away.
    pub async fn seed(&self, collection: &Collection) -> Outcome<Seeded> {
        if !self.settings.demo {
            return Err(Problem::forbidden("demo-only"));
        }
        let imported = self.import(collection).await?;
        let people = self.seed_people(collection).await?;
        self.seed_areas(collection).await?;
        let duties = self.seed_duties(collection).await?;
        self.seed_directory().await?;
        Ok(Seeded { texts: imported.written, people, duties })
    }

    async fn seed_people(&self, collection: &Collection) -> Outcome<usize> {
        let known: BTreeSet<String> = store::people::all(&self.database, &self.tenant)
            .await?
            .into_iter()
            .map(|person| person.login)
            .collect();
        let missing: Vec<Account> = accounts()
            .into_iter()
            .filter(|account| !known.contains(&account.login))
            .filter(|account| {
                collection.members.iter().any(|m| m.key.as_str() == account.municipality)
            })
            .collect();
        if missing.is_empty() {
            return Ok(0);
        }
        let rng = self.rng.clone();
        let hashed = tokio::task::spawn_blocking(move || hash_all(missing, &rng)).await;
        let hashed = hashed.ok().flatten().ok_or(Problem::Unavailable { code: "no-memory" })?;
        let at = self.now();
        // Roles have been there since long before: a duty of last week was theirs too.
        let since = at.plus_seconds(-WEEKS_BACK * 7 * 24 * 3600);
        let scope = self.system("demo");
        let mut tx = self.database.begin().await?;
        for (account, hash) in &hashed {
            let home = key(account.municipality)?;
            let mut languages = vec![Language::Da];
            languages.extend(account.english.then_some(Language::En));
            let new = NewPerson {
                login: account.login.clone(),
                name: account.name.to_owned(),
                home: home.clone(),
                password: String::new(),
                languages,
                capacity: Some(3),
            };
            let person = self.write_person(&mut tx, &scope, None, new, hash, at).await?;
            for role in account.roles.iter().filter_map(|code| Role::of_code(code)) {
                let grant = RoleGrant {
                    role,
                    municipality: home.clone(),
                    departments: covered(role, account.departments),
                };
                self.write_grant(&mut tx, &scope, None, person.member.id, &grant, since).await?;
            }
        }
        tx.commit().await?;
        Ok(hashed.len())
    }

    /// Gives every knowledge area to an editor and a reviewer, unless somebody has given areas
    /// already, and lets one municipality ask for approval.
    async fn seed_areas(&self, collection: &Collection) -> Outcome<()> {
        let people = store::people::all(&self.database, &self.tenant).await?;
        if people.iter().any(|person| !person.member.areas.is_empty()) {
            return Ok(());
        }
        let given = |login: &str, area: &str, part: AreaPart| {
            let person = people.iter().find(|person| person.login == login)?;
            Some((person.member.id, AreaGrant { area: area.to_owned(), part }))
        };
        let mut grants = Vec::new();
        for (place, area) in collection.areas.iter().enumerate() {
            let of = |turn: usize| KEEPERS[(place + turn) % KEEPERS.len()];
            grants.extend(given(of(0), &area.key, AreaPart::Editor));
            grants.extend(given(of(1), &area.key, AreaPart::Reviewer));
            if SHARED_AREAS.contains(&area.key.as_str()) {
                for (login, part) in SHARED_BY {
                    grants.extend(given(login, &area.key, *part));
                }
            }
        }
        let mut tx = self.database.begin().await?;
        for (person, grant) in &grants {
            store::people::give_area(&mut tx, &self.tenant, *person, grant).await?;
        }
        self.write_approval(&mut tx, &key(APPROVING)?, true).await?;
        Ok(tx.commit().await?)
    }

    /// Duties of the weeks around the demo's date that are not there yet: the hotline's evenings and
    /// one department's telephone.
    async fn seed_duties(&self, collection: &Collection) -> Outcome<usize> {
        let mut rotas: Vec<(DutyKind, ServiceHours, Rota)> = Vec::new();
        if let Some(hotline) = &collection.consortium.hotline {
            let hours = ServiceHours::parse(&hotline.hours)
                .map_err(|_| Problem::invalid("hours", "hours-form"))?;
            rotas.push((DutyKind::Hotline, hours, EVENINGS));
        }
        let (municipality, department) = TELEPHONE_OF;
        let department = DepartmentKey::new(department).map_err(|_| Problem::NotFound)?;
        if let Some(line) = self.directory().await?.line(&key(municipality)?, &department) {
            rotas.push((DutyKind::Telephone { department }, line.hours.clone(), TELEPHONES));
        }
        let people = store::people::all(&self.database, &self.tenant).await?;
        let person = |user: &str, municipality: &str| -> Option<PersonId> {
            let login = format!("{user}@{municipality}.example");
            people.iter().find(|person| person.login == login).map(|person| person.member.id)
        };
        let zone = Zone::default();
        let now = self.now();
        let today = zone.date(now);
        let first = today.saturating_sub((WEEKS_BACK * 7).days());
        let last = today.saturating_add((WEEKS_AHEAD * 7).days());
        let mut tx = self.database.begin().await?;
        let known = store::duties::held(
            &mut tx,
            &self.tenant,
            zone.instant(first, 0, Edge::Opens),
            zone.instant(last.saturating_add(1.day()), 0, Edge::Opens),
        )
        .await?;
        // The list was made before it began, so that it can be told for every evening in it.
        let made_at = zone.instant(first, 0, Edge::Opens).min(now);
        let mut added = 0;
        for (kind, hours, rota) in rotas {
            for date in first.series(1.day()).take_while(|date| *date <= last) {
                let on = rota.iter().find(|(day, ..)| *day == date.weekday());
                let (Some(span), Some((_, serving, users))) = (hours.plan_of(date).first(), on)
                else {
                    continue;
                };
                if known.iter().any(|known| known.duty.date == date && known.duty.kind == kind) {
                    continue;
                }
                let duty = Duty {
                    id: self.rng.id(now),
                    serving: key(serving)?,
                    people: users.iter().filter_map(|user| person(user, serving)).collect(),
                    date,
                    from: time_of(span.from),
                    to: time_of(span.to),
                    zone,
                    kind: kind.clone(),
                    cancelled: false,
                };
                let new = Versioned { duty, version: 1 };
                store::duties::put(&mut tx, &self.tenant, &new, made_at).await?;
                added += 1;
            }
        }
        tx.commit().await?;
        self.ring([&store::duties::stream()]);
        Ok(added)
    }

    /// Moves the demo's clock forward as if the time had passed and everyone connected had stayed:
    /// leases and sign-ins move along, timers, duty and hours follow.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] outside demo mode; [`Problem::Invalid`] backwards or by more than a
    /// year.
    pub async fn advance(&self, milliseconds: i64) -> Outcome<UnixMillis> {
        const YEAR_MS: i64 = 366 * 24 * 3600 * 1000;
        if !self.settings.demo {
            return Err(Problem::forbidden("demo-only"));
        }
        if !(0..=YEAR_MS).contains(&milliseconds) {
            return Err(Problem::invalid("advance", "advance-range"));
        }
        let now = self.now();
        let mut tx = self.database.begin().await?;
        store::settings::move_leases(&mut tx, &self.tenant, now, milliseconds).await?;
        let shift = (self.clock.shift() + milliseconds).to_string();
        store::settings::set(&mut tx, &self.tenant, CLOCK_SHIFT, &shift).await?;
        tx.commit().await?;
        self.clock.advance(milliseconds);
        let mut streams = vec![store::duties::stream()];
        for municipality in self.municipality_keys().await? {
            streams.push(store::streams::StreamKey::queue(&municipality));
        }
        self.ring(&streams);
        Ok(self.now())
    }
}

fn hash_all(accounts: Vec<Account>, rng: &Rng) -> Option<Vec<(Account, String)>> {
    accounts
        .into_iter()
        .map(|account| {
            let hash = passwords::hash(&account.password, Cost::Demo, rng).ok()?;
            Some((account, hash))
        })
        .collect()
}

/// Agents and coordinators belong to departments; the other roles cover the municipality.
fn covered(role: Role, departments: &[&str]) -> Departments {
    let own: BTreeSet<DepartmentKey> =
        departments.iter().filter_map(|key| DepartmentKey::new(*key).ok()).collect();
    match role {
        Role::Agent | Role::DepartmentCoordinator if !own.is_empty() => Departments::Only(own),
        _ => Departments::All,
    }
}

fn key(municipality: &str) -> Outcome<MunicipalityKey> {
    MunicipalityKey::new(municipality).map_err(|_| Problem::NotFound)
}

/// Minutes after midnight as a time; the end of the day is midnight.
fn time_of(minutes: u16) -> Time {
    let minutes = i16::try_from(minutes % (24 * 60)).unwrap_or(0);
    Time::midnight().saturating_add(i64::from(minutes).minutes())
}

#[cfg(test)]
mod tests {
    use rules::hours::Span;

    use super::*;

    #[test]
    fn every_login_is_there_once_and_every_evening_has_its_people() {
        let accounts = accounts();
        let logins: BTreeSet<&str> = accounts.iter().map(|a| a.login.as_str()).collect();
        assert_eq!(logins.len(), accounts.len());
        assert!(accounts.iter().all(|a| a.password.len() >= passwords::SHORTEST));
        for (_, municipality, users) in EVENINGS.iter().chain(TELEPHONES) {
            for user in *users {
                assert!(logins.contains(format!("{user}@{municipality}.example").as_str()));
            }
        }
    }

    #[test]
    fn every_role_of_the_demo_can_be_tried() {
        let accounts = accounts();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Wallboard) {
            assert!(accounts.iter().any(|a| a.roles.contains(&role.code())), "{role:?}");
        }
    }

    #[test]
    fn an_evening_ends_when_the_clock_says() {
        let span = Span { from: 15 * 60, to: 22 * 60 };
        assert_eq!(time_of(span.from).hour(), 15);
        assert_eq!(time_of(24 * 60), Time::midnight());
    }
}
