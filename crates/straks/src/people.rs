//! `straks admin create`: the first administrator of a consortium. There are no default passwords.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use app::people::NewPerson;
use base::{Clock, Language, MunicipalityKey};
use clap::Subcommand;

use crate::{check, say, serve};

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make an administrator. The password is read from standard input.
    #[command(
        after_help = "Example: straks admin create --config /etc/straks.toml --login anna@nord.example --name 'Anna Holm' --municipality frederikssund < password.txt"
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
    },
}

pub async fn run(command: AdminCommand) -> anyhow::Result<()> {
    let AdminCommand::Create { config, login, name, municipality } = command;
    let config = check::load(&config)?;
    let input = std::io::stdin();
    if input.is_terminal() {
        say("Password (12 characters or more; it is shown while you write):");
    }
    let mut password = String::new();
    input.lock().read_line(&mut password).context("no password on standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    let app = serve::open(&config, Clock::system()).await?;
    let created = app
        .create_administrator(NewPerson {
            login: login.clone(),
            name,
            home: municipality.clone(),
            password: password.to_owned(),
            languages: vec![Language::Da],
            capacity: None,
        })
        .await;
    match created {
        Ok(_) => {
            say(&format!("{login} can sign in now"));
            Ok(())
        }
        Err(base::Problem::Invalid { field, code, limit }) => match limit {
            Some(limit) => bail!("{field}: {code} ({limit})"),
            None => bail!("{field}: {code}"),
        },
        Err(base::Problem::NotFound) => bail!(
            "{municipality} is no member: members come in with the content folder when `straks serve` starts"
        ),
        Err(problem) => bail!("{problem}"),
    }
}
