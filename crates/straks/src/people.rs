//! `straks admin create`: the first administrator of a consortium. There are no default passwords.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use base::{Clock, MunicipalityKey, Rng};
use clap::Subcommand;
use store::Database;

use crate::{check, say};

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make an administrator. The password is read from standard input.
    #[command(
        after_help = "Example: straks admin create --config /etc/straks.toml --login anna@nord.example --name 'Anna Holm' --municipality nord < password.txt"
    )]
    Create {
        /// The configuration file (TOML).
        #[arg(long, value_name = "FILE", env = "STRAKS_CONFIG")]
        config: PathBuf,
        /// What the person signs in with, usually an e-mail address.
        #[arg(long)]
        login: String,
        /// The person's whole name.
        #[arg(long)]
        name: String,
        /// The municipality that employs the person.
        #[arg(long)]
        municipality: MunicipalityKey,
        /// Administrator of the whole consortium instead of the municipality.
        #[arg(long)]
        consortium: bool,
    },
}

pub async fn run(command: AdminCommand) -> anyhow::Result<()> {
    let AdminCommand::Create { config, login, name, municipality, consortium } = command;
    let config = check::load(&config)?;
    let input = std::io::stdin();
    if input.is_terminal() {
        say("Password (12 characters or more; it is shown while you write):");
    }
    let mut password = String::new();
    input.lock().read_line(&mut password).context("no password on standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    let database = Database::open(&config.database).await?;
    let clock = Clock::system();
    store::migrate::migrate(&database, clock.now(), None).await?;
    let created = app::people::create_first_administrator(
        &database,
        &config.tenant,
        &Rng::system(),
        clock.now(),
        app::people::FirstAdministrator {
            login: login.clone(),
            name,
            municipality,
            consortium,
            password: password.to_owned(),
        },
    )
    .await;
    match created {
        Ok(()) => {
            say(&format!("{login} can sign in now"));
            Ok(())
        }
        Err(base::Problem::Invalid { field, code, limit }) => match limit {
            Some(limit) => bail!("{field}: {code} ({limit})"),
            None => bail!("{field}: {code}"),
        },
        Err(problem) => bail!("{problem}"),
    }
}
