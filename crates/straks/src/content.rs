//! The knowledge base as files: built into the program for the demo, checked in a folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use base::Clock;
use clap::Subcommand;
use rules::content::{Collection, Severity};
use rules::hours::Zone;

use crate::{intake, print, say};

#[derive(Subcommand)]
pub enum ContentCommand {
    /// Find broken links, unknown departments, guides that end nowhere, overdue reviews, variants
    /// of a changed master.
    #[command(
        after_help = "Examples:\n  straks content check\n  straks content check --today 2027-06-02 content"
    )]
    Check {
        /// The folder of the knowledge base.
        #[arg(default_value = "content", value_name = "DIR")]
        folder: PathBuf,
        /// Judge reviews as of this day instead of today (YYYY-MM-DD).
        #[arg(long, value_name = "DATE")]
        today: Option<jiff::civil::Date>,
        /// The findings as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Bring texts in: Markdown, HTML and tables become drafts to be reviewed.
    #[command(
        after_help = "Examples:\n  straks content import --config /etc/straks.toml --kind markdown --by anna@nord.example --municipality furesoe --area bolig texts/\n  straks content import --config /etc/straks.toml --kind kle --by anna@nord.example --municipality furesoe emneplan.xml"
    )]
    Import(intake::ImportArgs),
    /// Write the whole knowledge base as open files.
    #[command(after_help = "Example: straks content export --config /etc/straks.toml knowledge/")]
    Export(intake::ExportArgs),
}

pub async fn run(command: &ContentCommand) -> anyhow::Result<()> {
    match command {
        ContentCommand::Check { folder, today, json } => judge(folder, *today, *json),
        ContentCommand::Import(args) => intake::import(args).await,
        ContentCommand::Export(args) => intake::export(args).await,
    }
}

fn judge(folder: &Path, today: Option<jiff::civil::Date>, json: bool) -> anyhow::Result<()> {
    let collection = collection(files_of(folder)?)?;
    let today = today.unwrap_or_else(|| Zone::default().date(Clock::system().now()));
    let findings = collection.check(today);
    if json {
        print(&serde_json::to_string(&findings)?)?;
    } else {
        for finding in &findings {
            say(&finding.to_string());
        }
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if errors > 0 {
        bail!("{errors} error(s) and {} warning(s)", findings.len() - errors);
    }
    say(&format!(
        "{} topics and {} local variants: no errors, {} warning(s)",
        collection.topics().len(),
        collection.variants.len(),
        findings.len()
    ));
    Ok(())
}

/// Every text file of a folder with its path inside it, in a fixed order.
///
/// # Errors
/// When the folder or a file of it cannot be read.
pub fn files_of(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next)
            .with_context(|| format!("cannot read the folder {}", next.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let inside = path.strip_prefix(folder).unwrap_or(&path);
            files.push((inside.to_string_lossy().replace('\\', "/"), text));
        }
    }
    files.sort();
    Ok(files)
}

/// The demo's knowledge base, built into the program.
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../content"]
struct Embedded;

/// The texts of the demo's knowledge base, by path.
#[must_use]
pub fn embedded() -> Vec<(String, String)> {
    Embedded::iter()
        .filter_map(|path| {
            let file = Embedded::get(&path)?;
            let text = String::from_utf8(file.data.into_owned()).ok()?;
            Some((path.into_owned(), text))
        })
        .collect()
}

/// The texts, read.
///
/// # Errors
/// Every fault of every file, one a line.
pub fn collection(files: Vec<(String, String)>) -> anyhow::Result<Collection> {
    Collection::from_files(files).map_err(|faults| {
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{} fault(s) in the content:\n{}", faults.len(), said.join("\n"))
    })
}
