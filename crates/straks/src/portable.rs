//! `straks backup` and `straks restore`: one portable archive from and into either database.

use std::path::PathBuf;

use anyhow::Context as _;
use base::{Clock, Rng};
use clap::Args;
use store::Database;
use store::backup::Manifest;

use crate::{check, say};

#[derive(Args)]
pub struct FileArgs {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE", env = "STRAKS_CONFIG")]
    config: PathBuf,
    /// The archive.
    #[arg(value_name = "ARCHIVE")]
    archive: PathBuf,
    /// The list of erasures, kept apart from backups: written beside a backup, applied again by a
    /// restore, so that what was erased since stays erased.
    #[arg(long, value_name = "FILE")]
    erasures: Option<PathBuf>,
}

pub async fn backup(args: &FileArgs) -> anyhow::Result<()> {
    let config = check::load(&args.config)?;
    let database = Database::open(&config.database).await?;
    // Written beside and moved into place: a half archive never has the name of a whole one.
    let part = args.archive.with_extension("part");
    let file =
        std::fs::File::create(&part).with_context(|| format!("cannot write {}", part.display()))?;
    let manifest = store::backup::backup(&database, file, Clock::system().now()).await?;
    std::fs::rename(&part, &args.archive)?;
    if let Some(path) = &args.erasures {
        let list = store::retention::erasures(&database).await?;
        std::fs::write(path, serde_json::to_string(&list)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    say(&format!("{} rows are in {}", rows(&manifest), args.archive.display()));
    Ok(())
}

pub async fn restore(args: &FileArgs) -> anyhow::Result<()> {
    let config = check::load(&args.config)?;
    let file = std::fs::File::open(&args.archive)
        .with_context(|| format!("cannot read {}", args.archive.display()))?;
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("cannot make the folder {}", config.data.display()))?;
    let database = Database::open(&config.database).await?;
    let now = Clock::system().now();
    store::migrate::migrate(&database, now, None).await?;
    let erased = match &args.erasures {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)
            .with_context(|| format!("{} is no list of erasures", path.display()))?,
        None => vec![],
    };
    let manifest = store::backup::restore(&database, file, &erased, &Rng::system(), now).await?;
    say(&format!("{} rows were restored", rows(&manifest)));
    Ok(())
}

fn rows(manifest: &Manifest) -> u64 {
    manifest.tables.iter().map(|table| table.rows).sum()
}
