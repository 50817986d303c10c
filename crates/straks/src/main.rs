//! The program `straks`: configuration, wiring, subcommands.
//!
//! Read first: [`serve`] (how the floors are put together and taken down), [`config`] (what an
//! operator sets). Messages go to standard error; standard output is for what a program may read.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

mod check;
mod config;
mod content;
mod demo;
mod demo_site;
mod directory;
mod intake;
mod journal;
mod people;
mod portable;
mod scim;
mod search_eval;
mod search_peers;
mod serve;
mod telephone;

#[derive(Parser)]
#[command(name = "straks", version, about = "A shared contact centre for municipalities")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a consortium.
    #[command(after_help = "Example: straks serve --config /etc/straks.toml")]
    Serve(ConfigFile),
    /// Serve the demo consortium, or move its clock.
    #[command(
        after_help = "Examples:\n  straks demo --clock 2027-06-02T20:15:00+02:00\n  straks demo --data demo-data --advance 1h45m\n  straks demo --accounts --json"
    )]
    Demo(demo::DemoArgs),
    /// Say every fault of a configuration at once, with its line.
    #[command(after_help = "Example: straks check --config /etc/straks.toml")]
    Check(ConfigFile),
    /// Write everything into one portable file, while running.
    #[command(after_help = "Example: straks backup --config /etc/straks.toml straks.tar.gz")]
    Backup(portable::FileArgs),
    /// Read such a file into an empty database of either kind.
    #[command(after_help = "Example: straks restore --config /etc/straks.toml straks.tar.gz")]
    Restore(portable::FileArgs),
    /// The first administrator.
    #[command(subcommand)]
    Admin(people::AdminCommand),
    /// Who may sign in, and with which roles.
    #[command(subcommand)]
    People(people::PeopleCommand),
    /// The journal of contacts.
    #[command(subcommand)]
    Journal(journal::JournalCommand),
    /// The knowledge base as files.
    #[command(subcommand)]
    Content(content::ContentCommand),
    /// Who does what in the municipalities, and how they are reached.
    #[command(subcommand)]
    Directory(directory::DirectoryCommand),
    /// Visit a municipality's own site now and read what has changed.
    #[command(after_help = "Example: straks crawl --config /etc/straks.toml furesoe")]
    Crawl(intake::CrawlArgs),
    /// What municipalities' own directories sign in with (SCIM).
    #[command(subcommand)]
    Scim(scim::ScimCommand),
    /// The search.
    #[command(subcommand)]
    Search(search_eval::SearchCommand),
    /// Whose work this program holds besides its own, and under which licences.
    Notices,
}

/// Where the configuration is.
#[derive(Args, Clone)]
pub struct ConfigFile {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE", env = "STRAKS_CONFIG")]
    config: PathBuf,
}

impl ConfigFile {
    fn path(&self) -> &std::path::Path {
        &self.config
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve(file) => serve::run(&file).await,
            Command::Demo(args) => demo::run(args).await,
            Command::Check(file) => check::run(&file),
            Command::Backup(args) => portable::backup(&args).await,
            Command::Restore(args) => portable::restore(&args).await,
            Command::Admin(command) => people::create_administrator(command).await,
            Command::People(command) => people::run(command).await,
            Command::Journal(command) => journal::run(command).await,
            Command::Content(command) => content::run(&command).await,
            Command::Directory(command) => directory::run(command).await,
            Command::Crawl(args) => intake::crawl(&args).await,
            Command::Scim(command) => scim::run(command).await,
            Command::Search(command) => search_eval::run(command).await,
            Command::Notices => print(search::WORDS_NOTICE).map_err(Into::into),
        }
    });
    // What still runs in the background has been asked to stop; it is not waited for for ever.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    say(&format!("straks: {error:#}"));
    ExitCode::FAILURE
}

/// A message for a person, on standard error.
pub fn say(message: &str) {
    // When even standard error is gone there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// A line for a program, on standard output.
///
/// # Errors
/// When standard output is closed.
pub fn print(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
