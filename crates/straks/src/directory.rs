//! `straks directory import`, `ldap`, `export` and `check`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use ::intake::ldap::Reader;
use anyhow::{Context as _, bail};
use app::directory::{FindingView, FromLdap, KindPlan, LdapSource, Mode, NotRead, Synchronised};
use base::{Clock, Language, MunicipalityKey, Problem};
use clap::{Args, Subcommand};

use crate::config::Ldap;
use crate::intake::opened;
use crate::{ConfigFile, check, print, say, serve, telephone};

/// So many entries of one kind that are passed over are named.
const MOST_NAMED: usize = 5;

#[derive(Subcommand)]
pub enum DirectoryCommand {
    /// Bring people, units, lines and responsibilities in from a table (CSV). What was changed by
    /// hand stays.
    #[command(
        after_help = "Examples:\n  straks directory import --config /etc/straks.toml staff.csv --municipality horsens --dry-run\n  straks directory import --config /etc/straks.toml staff.csv --municipality horsens"
    )]
    Import(ImportArgs),
    /// Read a municipality's directory server (LDAP) now. The node does so at its interval.
    #[command(
        after_help = "Examples:\n  straks directory ldap --config /etc/straks.toml --municipality horsens --dry-run\n  straks directory ldap --config /etc/straks.toml --municipality horsens"
    )]
    Ldap(LdapArgs),
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
    how: HowArgs,
    #[arg(value_name = "FILE")]
    table: PathBuf,
}

#[derive(Args)]
pub struct LdapArgs {
    #[command(flatten)]
    how: HowArgs,
}

/// What bringing in from anywhere takes.
#[derive(Args)]
struct HowArgs {
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
}

impl HowArgs {
    const fn mode(&self) -> Mode {
        match self.dry_run {
            true => Mode::Preview,
            false => Mode::Apply { even_if_many: self.even_if_many },
        }
    }
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
        DirectoryCommand::Ldap(args) => ldap(&args.how).await,
        DirectoryCommand::Export(args) => {
            let app = opened(&args.file).await?;
            let scope = app.system("directory-export");
            let table = app.export_directory(&scope, &args.municipality).await;
            let table = table.map_err(|problem| said_of(&args.municipality, &problem))?;
            print(table.trim_end())?;
            Ok(())
        }
        DirectoryCommand::Check(args) => check_all(&args).await,
    }
}

async fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let (how, file) = (&args.how, args.table.display());
    let table =
        std::fs::read_to_string(&args.table).with_context(|| format!("cannot read {file}"))?;
    let app = opened(&how.file).await?;
    let scope = app.system("directory-import");
    let done = app.import_directory(&scope, &how.municipality, &table, how.mode()).await;
    let done = done.map_err(|problem| said_of(&how.municipality, &problem))?;
    if how.json {
        print(&serde_json::to_string(&done)?)?;
    }
    told(how, &file.to_string(), &done)
}

async fn ldap(how: &HowArgs) -> anyhow::Result<()> {
    let config = check::load(how.file.path())?;
    let server = config.ldap.iter().find(|server| server.municipality == how.municipality);
    let server = server.with_context(|| {
        format!("{} has no section [[ldap]] of {}", how.file.path().display(), how.municipality)
    })?;
    let source = ldap_source(server)?;
    let app = serve::open(&config, Clock::system()).await?;
    let scope = app.system("directory-ldap");
    let read = app.synchronise_ldap(&scope, &source, how.mode()).await;
    let read = read.map_err(|why| match why {
        NotRead::Problem(problem) => said_of(&how.municipality, &problem),
        NotRead::Read(error) => error.into(),
    })?;
    if how.json {
        print(&serde_json::to_string(&read)?)?;
    }
    passed_over(&read);
    told(how, &server.settings.url, &read.done)
}

/// A directory server as the program reads it.
///
/// # Errors
/// When the file of its authorities cannot be read.
pub fn ldap_source(server: &Ldap) -> anyhow::Result<LdapSource> {
    let tls = server.trust.as_deref().map(telephone::client).transpose()?;
    Ok(LdapSource {
        municipality: server.municipality.clone(),
        every_s: server.every_s,
        reader: Reader::new(server.settings.clone(), tls.map(Arc::new)),
    })
}

/// Says what of a server's entries is not taken, one line for each reason.
fn passed_over(read: &FromLdap) {
    say(&format!("{} entries read", read.entries));
    let mut by_reason: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in &read.passed_over {
        by_reason.entry((one.field, one.code)).or_default().push(&one.dn);
    }
    for ((field, code), names) in by_reason {
        let words = said(&Problem::invalid(field, code));
        let some = &names[..names.len().min(MOST_NAMED)];
        say(&format!("passed over ({field}): {} of {some:?}: {words}", names.len()));
    }
}

/// Says what was done or would be; `of` is where it came from.
fn told(how: &HowArgs, of: &str, done: &Synchronised) -> anyhow::Result<()> {
    for fault in &done.faults {
        let words = said(&Problem::invalid("csv", fault.code));
        let line = if fault.line == 0 { String::new() } else { format!(":{}", fault.line) };
        say(&format!("{of}{line}: {words} {:?}", fault.value));
    }
    if !done.faults.is_empty() {
        bail!("{} fault(s); nothing was changed", done.faults.len());
    }
    let verb = if done.done { "" } else { "would be " };
    for KindPlan { kind, counts: [added, changed, removed], same, .. } in &done.kinds {
        let what = format!("{added} {verb}added, {changed} changed, {removed} removed");
        say(&format!("{kind}: {what}; {same} as before"));
    }
    if done.held_back && !done.done {
        let why =
            "so much would vanish that nothing was changed; --even-if-many says that it is right";
        if !how.dry_run {
            bail!(why);
        }
        say(why);
    }
    Ok(())
}

async fn check_all(args: &CheckArgs) -> anyhow::Result<()> {
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

/// A problem with a municipality's directory.
fn said_of(municipality: &MunicipalityKey, problem: &Problem) -> anyhow::Error {
    match problem {
        Problem::NotFound => anyhow::anyhow!("there is no municipality {municipality}"),
        problem => said(problem),
    }
}

/// A problem in the words that people on the screens read.
fn said(problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", web::problem::detail(problem, Language::En))
}
