//! `straks journal verify`: rebuilds all projections from the journal and reports any difference.

use std::path::PathBuf;

use anyhow::bail;
use clap::Subcommand;
use store::{Address, Database};

use crate::{check, demo, print, say};

#[derive(Subcommand)]
pub enum JournalCommand {
    /// Rebuild all projections from the journal and report any difference.
    #[command(
        after_help = "Examples:\n  straks journal verify --config /etc/straks.toml\n  straks journal verify --data demo-data --json"
    )]
    Verify {
        /// The configuration file (TOML).
        #[arg(
            long,
            value_name = "FILE",
            conflicts_with = "data",
            required_unless_present = "data"
        )]
        config: Option<PathBuf>,
        /// The folder of a demo.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// The report as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: JournalCommand) -> anyhow::Result<()> {
    let JournalCommand::Verify { config, data, json } = command;
    let (address, tenant) = match (config, data) {
        (Some(path), _) => {
            let config = check::load(&path)?;
            (config.database, config.tenant)
        }
        (None, Some(data)) => (Address::Sqlite(data.join("straks.db")), demo::tenant()?),
        (None, None) => bail!("give --config FILE or --data DIR"),
    };
    let database = Database::open(&address).await?;
    let report = store::verify::verify(&database, &tenant).await?;
    if json {
        print(&serde_json::to_string(&report)?)?;
    }
    for difference in &report.differences {
        say(&format!("{}: {}", difference.place, difference.what));
    }
    if !report.differences.is_empty() {
        bail!("{} difference(s)", report.differences.len());
    }
    say(&format!(
        "{} contacts and {} events: the projections are what the journal makes of them",
        report.contacts, report.events
    ));
    Ok(())
}
