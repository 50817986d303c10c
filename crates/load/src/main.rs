//! `straks-load evening`: plays an evening on the hotline against a real demo and says what was
//! lost (nothing), what was doubled (nothing) and how long messages took. `straks-load calls` does the
//! same by telephone. `straks-load search` and `straks-load directory` measure what is looked for in
//! memory.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use straks_load::calls;
use straks_load::evening::{self, Plan};
use straks_load::node::{self, Folder, Node, Start};
use straks_load::site::Site;

#[derive(Parser)]
#[command(name = "straks-load", version, about = "Load for a Straks on this machine")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play an evening on the hotline; ends with 1 when anything was lost.
    #[command(
        after_help = "Example: straks-load evening --chats 500 --straks target/release/straks"
    )]
    Evening(EveningArgs),
    /// Call the demo's departments; ends with 1 when a call failed, was left over or overtaken.
    #[command(after_help = "Example: straks-load calls --rate 20 --concurrent 100 --seconds 120 \
                            --straks target/release/straks")]
    Calls(CallsArgs),
    /// Measure the search on the demo's articles, multiplied; run it alone and from a release build.
    #[command(after_help = "Example: straks-load search --documents 100000")]
    Search(SearchArgs),
    /// Measure the directory's finder; run it alone and from a release build.
    #[command(after_help = "Example: straks-load directory --people 50000")]
    Directory(DirectoryArgs),
}

#[derive(Args)]
struct CallsArgs {
    /// New calls a second.
    #[arg(long, default_value_t = 20.0)]
    rate: f64,
    /// Calls at a time at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=150))]
    concurrent: u16,
    /// For so long new calls are made.
    #[arg(long, default_value_t = 120)]
    seconds: u64,
    /// The program whose demo is started in a folder of its own.
    #[arg(long, value_name = "BIN", default_value = "straks")]
    straks: PathBuf,
}

#[derive(Args)]
struct DirectoryArgs {
    /// How many people of one municipality.
    #[arg(long, default_value_t = 50_000)]
    people: usize,
}

#[derive(Args)]
struct SearchArgs {
    /// How many documents.
    #[arg(long, default_value_t = 100_000)]
    documents: usize,
    /// The folder of content whose words are used.
    #[arg(long, value_name = "DIR", default_value = "content")]
    content: PathBuf,
    /// What is asked: query, slugs and type between tabs.
    #[arg(long, value_name = "FILE.tsv", default_value = "crates/search/tests/queries-dev.tsv")]
    queries: PathBuf,
}

#[derive(Args)]
struct EveningArgs {
    /// How many citizens ask.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=5000))]
    chats: u16,
    /// How many of them come in a second.
    #[arg(long, default_value_t = 8.0)]
    rate: f64,
    /// The program whose demo is started in a folder of its own, and whose journal is verified.
    #[arg(long, value_name = "BIN", default_value = "straks", conflicts_with = "address")]
    straks: PathBuf,
    /// A demo of this machine that runs already, on a Wednesday evening.
    #[arg(long, value_name = "http://…")]
    address: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let ran = match Cli::parse().command {
        Command::Evening(args) => run(&args).await,
        Command::Calls(args) => call(&args).await,
        Command::Search(args) => measure_search(&args),
        Command::Directory(args) => measure_directory(args.people),
    };
    match ran {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // When standard error is gone there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "straks-load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn call(args: &CallsArgs) -> anyhow::Result<bool> {
    let plan = calls::Plan {
        rate: args.rate,
        concurrent: args.concurrent.into(),
        lasts: Duration::from_secs(args.seconds),
    };
    calls::fits(&plan)?;
    let report = calls::play(&args.straks, &plan).await?;
    print(&report.to_string())?;
    Ok(report.is_good())
}

fn measure_search(args: &SearchArgs) -> anyhow::Result<bool> {
    let report = straks_load::search::measure(&straks_load::search::Plan {
        content: &args.content,
        queries: &args.queries,
        documents: args.documents,
    })?;
    print(&report.to_string())?;
    Ok(report.lost == 0)
}

fn measure_directory(people: usize) -> anyhow::Result<bool> {
    print(&straks_load::directory::measure(people)?.to_string())?;
    Ok(true)
}

async fn run(args: &EveningArgs) -> anyhow::Result<bool> {
    if !(0.1..=1000.0).contains(&args.rate) {
        anyhow::bail!("--rate is between 0.1 and 1000");
    }
    let chats = usize::from(args.chats);
    let coming = Duration::from_secs_f64(f64::from(args.chats) / args.rate);
    let usual = Plan::default();
    let plan = Plan { chats, rate: args.rate, limit: usual.limit + coming, ..usual };
    if let Some(address) = &args.address {
        let report = evening::play(&Site::new(address)?, &plan).await?;
        print(&report.to_string())?;
        return Ok(report.is_good());
    }
    let folder = Folder::new()?;
    let node = Node::start(&Start::new(&args.straks, folder.path())).await?;
    let report = evening::play(&node.site, &plan).await?;
    node.kill().await?;
    print(&report.to_string())?;
    let verified = node::verify(&args.straks, folder.path()).await;
    match &verified {
        Ok(said) => print(&format!("journal: {said}\n"))?,
        Err(error) => print(&format!("fault: {error:#}\n"))?,
    }
    Ok(report.is_good() && verified.is_ok())
}

fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
