//! `straks admin create` and `straks people`: who may sign in, and with which roles. There are no
//! default passwords; a password is read from standard input, never from the command line.

use std::collections::BTreeSet;
use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context as _, anyhow};
use app::App;
use app::people::{NewPerson, PersonView, RoleView};
use base::scope::{Departments, Scope};
use base::{Clock, DepartmentKey, Language, MunicipalityKey, Problem};
use clap::{Args, Subcommand};
use rules::people::{Role, RoleGrant};

use crate::{ConfigFile, check, print, say, serve};

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make an administrator. The password is read from standard input.
    #[command(
        after_help = "Example: straks admin create --config /etc/straks.toml --login anna@nord.example --name 'Anna Holm' --municipality frederikssund < password.txt"
    )]
    Create(NewArgs),
}

#[derive(Subcommand)]
pub enum PeopleCommand {
    /// Who works for a municipality, and with which roles.
    #[command(
        after_help = "Example: straks people list --config /etc/straks.toml --by anna@nord.example --municipality frederikssund"
    )]
    List(ListArgs),
    /// Add somebody, without roles. The first password is read from standard input.
    #[command(
        after_help = "Example: straks people add --config /etc/straks.toml --by anna@nord.example --login bo@nord.example --name 'Bo Dam' --municipality frederikssund < password.txt"
    )]
    Add {
        /// The administrator in whose name it is done.
        #[arg(long, value_name = "LOGIN")]
        by: String,
        #[command(flatten)]
        new: NewArgs,
    },
    /// Give a role, instead of the one of the same name.
    #[command(
        after_help = "Example: straks people grant --config /etc/straks.toml --by anna@nord.example bo@nord.example agent --municipality frederikssund --department borgerservice"
    )]
    Grant {
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        role: RoleArgs,
        /// Only in this department; may be given several times.
        #[arg(long, value_name = "KEY")]
        department: Vec<DepartmentKey>,
    },
    /// Take a role away; what it opened closes at once.
    #[command(
        after_help = "Example: straks people revoke --config /etc/straks.toml --by anna@nord.example bo@nord.example agent --municipality frederikssund"
    )]
    Revoke {
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        role: RoleArgs,
    },
    /// Give a new password, read from standard input; the person is signed out everywhere.
    #[command(
        after_help = "Example: straks people password --config /etc/straks.toml --by anna@nord.example bo@nord.example < password.txt"
    )]
    Password(Whose),
    /// Remove somebody from work: roles and sign-ins end at once, the name stays in the log.
    #[command(
        after_help = "Example: straks people remove --config /etc/straks.toml --by anna@nord.example bo@nord.example"
    )]
    Remove(Whose),
}

/// Somebody new.
#[derive(Args)]
pub struct NewArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// What the person signs in with, usually an e-mail address.
    #[arg(long)]
    login: String,
    /// The person's whole name.
    #[arg(long)]
    name: String,
    /// The municipality that employs the person.
    #[arg(long)]
    municipality: MunicipalityKey,
}

#[derive(Args)]
pub struct ListArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// The administrator who asks.
    #[arg(long, value_name = "LOGIN")]
    by: String,
    #[arg(long)]
    municipality: MunicipalityKey,
    /// For programs.
    #[arg(long)]
    json: bool,
}

/// Whom it is about, and who does it.
#[derive(Args)]
pub struct Whose {
    #[command(flatten)]
    file: ConfigFile,
    /// The administrator in whose name it is done.
    #[arg(long, value_name = "LOGIN")]
    by: String,
    /// What the person signs in with.
    #[arg(value_name = "LOGIN")]
    login: String,
}

#[derive(Args)]
pub struct RoleArgs {
    /// agent, department-coordinator, editor, reviewer, duty-planner, leader, security-officer,
    /// municipality-administrator, consortium-administrator or wallboard.
    #[arg(value_name = "ROLE", value_parser = role_of)]
    role: Role,
    #[arg(long)]
    municipality: MunicipalityKey,
}

fn role_of(code: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::code).join(", ");
    Role::of_code(code).ok_or_else(|| format!("no such role; there are {}", known()))
}

/// # Errors
/// When the password or the municipality will not do, or the database is away.
pub async fn create_administrator(command: AdminCommand) -> anyhow::Result<()> {
    let AdminCommand::Create(args) = command;
    let app = opened(&args.file).await?;
    let (login, new) = somebody(args)?;
    app.create_administrator(new).await.map_err(|problem| said(&login, &problem))?;
    say(&format!("{login} can sign in now"));
    Ok(())
}

/// # Errors
/// When the administrator may not, somebody is not known, or the database is away.
pub async fn run(command: PeopleCommand) -> anyhow::Result<()> {
    match command {
        PeopleCommand::List(args) => {
            let app = opened(&args.file).await?;
            let by = administrator(&app, &args.by).await?;
            let people = app.people(&by, &args.municipality).await;
            let people = people.map_err(|problem| said(args.municipality.as_str(), &problem))?;
            if args.json {
                return Ok(print(&serde_json::to_string(&people)?)?);
            }
            for person in &people {
                print(&line_of(person))?;
            }
        }
        PeopleCommand::Add { by, new } => {
            let app = opened(&new.file).await?;
            let by = administrator(&app, &by).await?;
            let (login, new) = somebody(new)?;
            app.add_person(&by, new).await.map_err(|problem| said(&login, &problem))?;
            say(&format!("{login} can sign in now; roles are given with `straks people grant`"));
        }
        PeopleCommand::Grant { whose, role: RoleArgs { role, municipality }, department } => {
            let some: BTreeSet<DepartmentKey> = department.into_iter().collect();
            let departments =
                if some.is_empty() { Departments::All } else { Departments::Only(some) };
            let grant = RoleGrant { role, municipality, departments };
            let change =
                async |app: &App, by: &Scope, person| app.grant_role(by, person, grant).await;
            change_of(&whose, change).await?;
            say(&format!("{} is {} now", whose.login, role.code()));
        }
        PeopleCommand::Revoke { whose, role: RoleArgs { role, municipality } } => {
            let change = async |app: &App, by: &Scope, person| {
                app.revoke_role(by, person, role, &municipality).await
            };
            change_of(&whose, change).await?;
            say(&format!("{} is no longer {}", whose.login, role.code()));
        }
        PeopleCommand::Password(whose) => {
            let new = password()?;
            let change =
                async |app: &App, by: &Scope, person| app.set_password(by, person, &new).await;
            change_of(&whose, change).await?;
            say(&format!("{} signs in with the new password from now on", whose.login));
        }
        PeopleCommand::Remove(whose) => {
            let change = async |app: &App, by: &Scope, person| app.deactivate(by, person).await;
            change_of(&whose, change).await?;
            say(&format!("{} can no longer sign in", whose.login));
        }
    }
    Ok(())
}

async fn change_of(
    whose: &Whose,
    change: impl AsyncFnOnce(&App, &Scope, store::people::PersonId) -> Result<(), Problem>,
) -> anyhow::Result<()> {
    let app = opened(&whose.file).await?;
    let by = administrator(&app, &whose.by).await?;
    let person = app.person_of_login(&whose.login).await;
    let person = person.map_err(|problem| nobody(&whose.login, &problem))?;
    let changed = change(&app, &by, person).await;
    changed.map_err(|problem| said(&whose.login, &problem))
}

async fn administrator(app: &App, login: &str) -> anyhow::Result<Scope> {
    app.scope_of_login(login).await.map_err(|problem| nobody(login, &problem))
}

fn nobody(login: &str, problem: &Problem) -> anyhow::Error {
    match problem {
        Problem::NotFound => anyhow!("nobody signs in as {login}"),
        problem => said(login, problem),
    }
}

fn said(of: &str, problem: &Problem) -> anyhow::Error {
    match problem {
        // Out of the administrator's reach, or no member.
        Problem::NotFound => anyhow!(
            "{of}: not found there. Members come in with the content folder when `straks serve` starts; an administrator reaches the own municipality's people alone"
        ),
        problem => anyhow!("{of}: {}", web::problem::detail(problem, Language::En)),
    }
}

fn somebody(args: NewArgs) -> anyhow::Result<(String, NewPerson)> {
    let new = NewPerson {
        login: args.login.clone(),
        name: args.name,
        home: args.municipality,
        password: password()?,
        languages: vec![Language::Da],
        capacity: None,
    };
    Ok((args.login, new))
}

fn password() -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        say("Password (12 characters or more; it is shown while you write):");
    }
    let mut password = String::new();
    input.lock().read_line(&mut password).context("no password on standard input")?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

fn line_of(person: &PersonView) -> String {
    let role = |view: &RoleView| match &view.department {
        Some(department) => format!("{} ({}/{department})", view.role.code(), view.municipality),
        None => format!("{} ({})", view.role.code(), view.municipality),
    };
    let roles = match person.active {
        true => person.roles.iter().map(role).collect::<Vec<_>>().join(", "),
        false => "removed".to_owned(),
    };
    format!("{}  {}  {roles}", person.login.as_deref().unwrap_or("-"), person.name)
}

async fn opened(file: &ConfigFile) -> anyhow::Result<App> {
    serve::open(&check::load(file.path())?, Clock::system()).await
}
