//! `straks directory import`, `export` and `check`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use app::directory::{FindingView, KindPlan, Mode, Synchronised};
use base::{Language, MunicipalityKey, Problem};
use clap::{Args, Subcommand};

use crate::intake::opened;
use crate::{ConfigFile, print, say};

#[derive(Subcommand)]
pub enum DirectoryCommand {
    /// Bring people, units, lines and responsibilities in from a table (CSV). What was changed by
    /// hand stays.
    #[command(
        after_help = "Examples:\n  straks directory import --config /etc/straks.toml staff.csv --municipality horsens --dry-run\n  straks directory import --config /etc/straks.toml staff.csv --municipality horsens"
    )]
    Import(ImportArgs),
    /// Write a municipality's directory as a table that can be read again.
    #[command(
        after_help = "Example: straks directory export --config /etc/straks.toml --municipality horsens > staff.csv"
    )]
    Export(ExportArgs),
    /// Find topics without an owner, departments not staffed in their opening time, deputies in a
    /// circle, numbers that stand twice.
    #[command(
        after_help = "Examples:\n  straks directory check --config /etc/straks.toml\n  straks directory check --config /etc/straks.toml --json"
    )]
    Check(CheckArgs),
}

#[derive(Args)]
pub struct ImportArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Whose directory it is.
    #[arg(long, value_name = "KEY")]
    municipality: MunicipalityKey,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Also when so much would vanish that it is held back.
    #[arg(long)]
    even_if_many: bool,
    /// What was done, as JSON on standard output.
    #[arg(long)]
    json: bool,
    #[arg(value_name = "FILE")]
    table: PathBuf,
}

#[derive(Args)]
pub struct ExportArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Whose directory it is.
    #[arg(long, value_name = "KEY")]
    municipality: MunicipalityKey,
}

#[derive(Args)]
pub struct CheckArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// The findings as JSON on standard output.
    #[arg(long)]
    json: bool,
}

pub async fn run(command: DirectoryCommand) -> anyhow::Result<()> {
    match command {
        DirectoryCommand::Import(args) => import(&args).await,
        DirectoryCommand::Export(args) => {
            let app = opened(&args.file).await?;
            let scope = app.system("directory-export");
            let table = app.export_directory(&scope, &args.municipality).await;
            print(table.map_err(|problem| said(&problem))?.trim_end())?;
            Ok(())
        }
        DirectoryCommand::Check(args) => check(&args).await,
    }
}

async fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let table = std::fs::read_to_string(&args.table)
        .with_context(|| format!("cannot read {}", args.table.display()))?;
    let app = opened(&args.file).await?;
    let mode = match args.dry_run {
        true => Mode::Preview,
        false => Mode::Apply { even_if_many: args.even_if_many },
    };
    let scope = app.system("directory-import");
    let done = app.import_directory(&scope, &args.municipality, &table, mode).await;
    let done = done.map_err(|problem| said(&problem))?;
    if args.json {
        print(&serde_json::to_string(&done)?)?;
    }
    told(args, &done)
}

fn told(args: &ImportArgs, done: &Synchronised) -> anyhow::Result<()> {
    for fault in &done.faults {
        let words = said(&Problem::invalid("csv", fault.code));
        say(&format!("{}:{}: {words} {:?}", args.table.display(), fault.line, fault.value));
    }
    if !done.faults.is_empty() {
        bail!("{} fault(s); nothing was changed", done.faults.len());
    }
    let verb = if done.done { "was" } else { "would be" };
    for KindPlan { kind, counts: [added, changed, removed], same, .. } in &done.kinds {
        let what = format!("{added} {verb} added, {changed} changed, {removed} removed");
        say(&format!("{kind}: {what}; {same} as before"));
    }
    if done.held_back && !done.done && !args.dry_run {
        bail!(
            "so much would vanish that nothing was changed; --even-if-many says that it is right"
        );
    }
    Ok(())
}

async fn check(args: &CheckArgs) -> anyhow::Result<()> {
    let app = opened(&args.file).await?;
    let findings = app.check_directories().await.map_err(|problem| said(&problem))?;
    if args.json {
        print(&serde_json::to_string(&findings)?)?;
    } else {
        findings.iter().for_each(|finding| say(&line_of(finding)));
    }
    if !findings.is_empty() {
        bail!("{} finding(s)", findings.len());
    }
    say("no findings");
    Ok(())
}

/// `horsens: number-twice +45 00 16 12 35: Ydelse, Birthe Holm`
fn line_of(finding: &FindingView) -> String {
    let topic = finding.topic.as_ref().map(|topic| topic.topic.to_string());
    let named = finding.units.iter().chain(&finding.people).map(|one| &*one.name);
    let mut line = format!("{}: {}", finding.municipality, finding.finding);
    for word in topic.iter().chain(&finding.number) {
        line = format!("{line} {word}");
    }
    let named: Vec<&str> = named.collect();
    if !named.is_empty() {
        line = format!("{line}: {}", named.join(", "));
    }
    for span in &finding.spans {
        line = format!("{line}; {} to {}", span.from.timestamp(), span.to.timestamp());
    }
    line
}

/// A problem in the words that people on the screens read.
fn said(problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", web::problem::detail(problem, Language::En))
}
