//! `straks backup` and `straks restore`: one portable archive from and into either database.

use std::path::PathBuf;

use anyhow::Context as _;
use base::Clock;
use clap::Args;
use store::Database;

use crate::{check, say};

#[derive(Args)]
pub struct FileArgs {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE", env = "STRAKS_CONFIG")]
    config: PathBuf,
    /// The archive.
    #[arg(value_name = "ARCHIVE")]
    archive: PathBuf,
}

pub async fn backup(args: &FileArgs) -> anyhow::Result<()> {
    let config = check::load(&args.config)?;
    let database = Database::open(&config.database).await?;
    // Written beside and moved into place: a half archive never has the name of a whole one.
    let part = args.archive.with_extension("part");
    let file = std::fs::File::create(&part)
        .with_context(|| format!("cannot write {}", part.display()))?;
    let report = store::backup::backup(&database, file, Clock::system().now()).await?;
    std::fs::rename(&part, &args.archive)?;
    say(&format!("{} rows are in {}", report.rows(), args.archive.display()));
    Ok(())
}

pub async fn restore(args: &FileArgs) -> anyhow::Result<()> {
    let config = check::load(&args.config)?;
    let file = std::fs::File::open(&args.archive)
        .with_context(|| format!("cannot read {}", args.archive.display()))?;
    let database = Database::open(&config.database).await?;
    let now = Clock::system().now();
    store::migrate::migrate(&database, now, None).await?;
    let report = store::backup::restore(&database, file, now).await?;
    say(&format!("{} rows were restored", report.rows()));
    Ok(())
}
