//! `straks search eval`: how well the search finds what people ask for.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base::MunicipalityKey;
use clap::{Args, Subcommand};
use search::Index;

use crate::{content, print, serve};

#[derive(Subcommand)]
pub enum SearchCommand {
    /// Ask the same of PostgreSQL's Danish full-text search and SQLite FTS5, and print all side by
    /// side.
    #[command(
        after_help = "Example: straks search peers queries.tsv --postgres postgres://localhost/test"
    )]
    Peers(crate::search_peers::PeersArgs),
    /// Ask the queries of a file (query, slugs, type between tabs) and print how well they are
    /// answered: nDCG@10, recall@10, MRR, success@1, abstention, latency; per type.
    #[command(after_help = "Example: straks search eval queries.tsv")]
    Eval(EvalArgs),
    /// Split the compounds of a file (word = its parts, or the word itself when it is none) and print
    /// the shares that are split exactly, partly, wrongly and not at all.
    #[command(after_help = "Example: straks search splits crates/search/tests/splits.txt")]
    Splits {
        /// The compounds, one in a line.
        #[arg(value_name = "FILE.txt")]
        file: PathBuf,
        /// A folder of content; without it that of the demo.
        #[arg(long, value_name = "DIR")]
        content: Option<PathBuf>,
    },
}

#[derive(Args)]
pub struct EvalArgs {
    /// The queries.
    #[arg(value_name = "FILE.tsv", required_unless_present = "derived")]
    file: Option<PathBuf>,
    /// Ask queries made of the pages' own names instead: as written, with ae, oe and aa, with
    /// typos, compounds apart and together, two subjects at once.
    #[arg(long, conflicts_with = "file")]
    derived: bool,
    /// Ask the queries of the file as they stand and mistyped: each of their words with a letter left
    /// out, doubled, swapped or beside.
    #[arg(long, requires = "file")]
    slips: bool,
    /// Only one half of the queries: the one the weights are tuned on, or the other.
    #[arg(long, value_name = "tune|held-out")]
    half: Option<search::eval::Half>,
    /// A folder of content; without it that of the demo.
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Ask as a citizen of this municipality; without it only common pages answer.
    #[arg(long)]
    municipality: Option<MunicipalityKey>,
    /// The report as JSON on standard output, every query with what it found.
    #[arg(long)]
    json: bool,
}

pub async fn run(command: SearchCommand) -> anyhow::Result<()> {
    match command {
        SearchCommand::Peers(peers) => crate::search_peers::run(peers).await,
        SearchCommand::Eval(args) => eval(args),
        SearchCommand::Splits { file, content } => {
            let lexicon = serve::lexicon(&files(content.as_deref())?)?;
            Ok(print(&search::splits::evaluate(&lexicon, &read(&file)?)?.to_string())?)
        }
    }
}

fn files(content: Option<&Path>) -> anyhow::Result<Vec<(String, String)>> {
    Ok(match content {
        Some(folder) => content::files_of(folder)?,
        None => content::embedded(),
    })
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn eval(args: EvalArgs) -> anyhow::Result<()> {
    let files = files(args.content.as_deref())?;
    let lexicon = serve::lexicon(&files)?;
    let collection = content::collection(files)?;
    let documents = app::search::documents(&app::articles::Knowledge::of(&collection));
    let mut queries = match &args.file {
        Some(file) => search::eval::parse(&read(file)?)?,
        None => search::derived::queries(&documents, &lexicon),
    };
    queries
        .retain(|query| args.half.is_none_or(|half| half == search::eval::Half::of(&query.text)));
    if args.slips {
        queries = search::derived::slips(&queries);
    }
    let index = Index::in_memory(lexicon)?;
    {
        let mut writer = index.writer();
        writer.replace_all(&documents)?;
        writer.commit(1)?;
    }
    let report = search::eval::evaluate(&index, &queries, args.municipality.as_ref())?;
    if args.json {
        print(&serde_json::to_string(&report)?)?;
    } else {
        print(&report.to_string())?;
    }
    Ok(())
}
