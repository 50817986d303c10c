//! `straks search peers`: our search beside PostgreSQL's Danish full-text search and SQLite FTS5, on
//! the same texts and queries. All of them get titles, other names, summaries and texts, weighed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use search::eval::{EvalQuery, Report};
use search::{Document, Index};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection, Row as _, SqliteConnection};

use crate::{content, print, serve};

/// Hits that count.
const DEPTH: i64 = 10;
/// How often each query is asked; its time is the median.
const TIMES: usize = 5;

#[derive(Args)]
pub struct PeersArgs {
    /// The queries.
    #[arg(value_name = "FILE.tsv")]
    file: PathBuf,
    /// A database to compare with; only temporary tables are made. `./dev bench` starts one.
    #[arg(long, value_name = "postgres://…", env = "STRAKS_TEST_POSTGRES")]
    postgres: Option<String>,
    /// A folder of content; without it that of the demo.
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
}

/// What an engine answered to one query: topics, best first, and microseconds.
type Answered = (Vec<String>, u64);

pub async fn run(args: PeersArgs) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let queries = search::eval::parse(&text)?;
    let files = match &args.content {
        Some(folder) => content::files_of(folder)?,
        None => content::embedded(),
    };
    let lexicon = serve::lexicon(&files)?;
    let collection = content::collection(files)?;
    let mut documents = app::search::documents(&app::articles::Knowledge::of(&collection));
    documents.retain(|document| document.municipality.is_none());

    let index = Index::in_memory(lexicon)?;
    {
        let mut writer = index.writer();
        writer.replace_all(&documents)?;
        writer.commit(1)?;
    }
    let mut engines: Vec<(&str, Report)> =
        vec![("Straks", search::eval::evaluate(&index, &queries, None)?)];
    if let Some(address) = &args.postgres {
        let mut options: PgConnectOptions = address.parse().context("--postgres")?;
        if options.get_database().is_none() {
            options = options.database("postgres");
        }
        let mut connection = PgConnection::connect_with(&options).await.context("PostgreSQL")?;
        fill_postgres(&mut connection, &documents).await?;
        for (name, statement) in
            [("PostgreSQL, OR", POSTGRES_OR), ("PostgreSQL, AND", POSTGRES_AND)]
        {
            let mut answers = Vec::new();
            for query in &queries {
                answers.push(ask_postgres(&mut connection, statement, &query.text).await?);
            }
            engines.push((name, search::eval::judge(&queries, answers)));
        }
    }
    for (name, tokenizer) in [("SQLite FTS5, words", WORDS), ("SQLite FTS5, trigrams", TRIGRAMS)] {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
        fill_sqlite(&mut connection, tokenizer, &documents).await?;
        let mut answers = Vec::new();
        for query in &queries {
            answers.push(ask_sqlite(&mut connection, &query.text, tokenizer == TRIGRAMS).await?);
        }
        engines.push((name, search::eval::judge(&queries, answers)));
    }
    print(&table(&queries, &engines))?;
    Ok(())
}

const POSTGRES_AND: &str = "SELECT topic FROM peers, plainto_tsquery('danish', $1) AS asked
    WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC, topic LIMIT $2";
const POSTGRES_OR: &str = "SELECT topic FROM peers,
      CAST(replace(CAST(plainto_tsquery('danish', $1) AS text), '&', '|') AS tsquery) AS asked
    WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC, topic LIMIT $2";

async fn fill_postgres(to: &mut PgConnection, documents: &[Document]) -> anyhow::Result<()> {
    sqlx::query("CREATE TEMPORARY TABLE peers (topic text, words tsvector)")
        .execute(&mut *to)
        .await?;
    for document in documents {
        sqlx::query(
            "INSERT INTO peers VALUES ($1, setweight(to_tsvector('danish', $2), 'A') ||
               setweight(to_tsvector('danish', $3), 'B') ||
               setweight(to_tsvector('danish', $4), 'C') ||
               setweight(to_tsvector('danish', $5), 'D'))",
        )
        .bind(document.topic.as_str())
        .bind(format!("{}\n{}", document.title, document.title_en))
        .bind(names(document))
        .bind(format!("{}\n{}", document.summary, document.summary_en))
        .bind(&document.body)
        .execute(&mut *to)
        .await?;
    }
    sqlx::query("CREATE INDEX ON peers USING gin (words)").execute(&mut *to).await?;
    sqlx::query("ANALYZE peers").execute(&mut *to).await?;
    Ok(())
}

fn names(document: &Document) -> String {
    let all = document.aliases.iter().chain(&document.aliases_en);
    all.map(String::as_str).collect::<Vec<_>>().join("\n")
}

async fn ask_postgres(
    of: &mut PgConnection,
    statement: &'static str,
    query: &str,
) -> anyhow::Result<Answered> {
    let mut topics = Vec::new();
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        let rows = sqlx::query(statement).bind(query).bind(DEPTH).fetch_all(&mut *of).await?;
        times.push(begun.elapsed().as_micros());
        topics = rows.iter().map(|row| row.try_get("topic")).collect::<Result<_, _>>()?;
    }
    Ok((topics, median(times)))
}

const WORDS: &str = "CREATE VIRTUAL TABLE peers USING fts5(topic UNINDEXED, title, names, summary,
    body, tokenize = 'unicode61 remove_diacritics 2')";
const TRIGRAMS: &str =
    "CREATE VIRTUAL TABLE peers USING fts5(topic UNINDEXED, title, names, summary,
    body, tokenize = 'trigram')";

async fn fill_sqlite(
    to: &mut SqliteConnection,
    table: &'static str,
    documents: &[Document],
) -> anyhow::Result<()> {
    sqlx::query(table).execute(&mut *to).await?;
    for document in documents {
        sqlx::query("INSERT INTO peers VALUES ($1, $2, $3, $4, $5)")
            .bind(document.topic.as_str())
            .bind(format!("{}\n{}", document.title, document.title_en))
            .bind(names(document))
            .bind(format!("{}\n{}", document.summary, document.summary_en))
            .bind(&document.body)
            .execute(&mut *to)
            .await?;
    }
    Ok(())
}

/// Any of the words; with trigrams any three letters of them, which forgives typing errors.
fn expression(query: &str, trigrams: bool) -> String {
    let plain: Vec<String> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let mut pieces: BTreeSet<String> = BTreeSet::new();
    for word in plain {
        let letters: Vec<char> = word.chars().collect();
        match trigrams {
            true => pieces.extend(letters.windows(3).map(|three| three.iter().collect::<String>())),
            false => drop(pieces.insert(word)),
        }
    }
    let quoted: Vec<String> = pieces.iter().map(|piece| format!("\"{piece}\"")).collect();
    quoted.join(" OR ")
}

async fn ask_sqlite(
    of: &mut SqliteConnection,
    query: &str,
    trigrams: bool,
) -> anyhow::Result<Answered> {
    let expression = expression(query, trigrams);
    if expression.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let mut topics = Vec::new();
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        let rows = sqlx::query(
            "SELECT topic FROM peers WHERE peers MATCH $1
             ORDER BY bm25(peers, 0, 5, 4, 2, 1), topic LIMIT $2",
        )
        .bind(&expression)
        .bind(DEPTH)
        .fetch_all(&mut *of)
        .await?;
        times.push(begun.elapsed().as_micros());
        topics = rows.iter().map(|row| row.try_get("topic")).collect::<Result<_, _>>()?;
    }
    Ok((topics, median(times)))
}

fn median(mut times: Vec<u128>) -> u64 {
    times.sort_unstable();
    u64::try_from(times[times.len() / 2]).unwrap_or(u64::MAX)
}

fn table(queries: &[EvalQuery], engines: &[(&str, Report)]) -> String {
    let mut out = format!("nDCG@10 on {} queries\n\n| type |", queries.len());
    let rule = "---|".repeat(engines.len() + 1);
    for (name, _) in engines {
        let _ = write!(out, " {name} |");
    }
    let _ = writeln!(out, "\n|{rule}");
    let kinds: BTreeSet<&String> = engines.iter().flat_map(|(_, r)| r.by_type.keys()).collect();
    for kind in kinds.into_iter().filter(|kind| *kind != "none") {
        let _ = write!(out, "| {kind} |");
        for (_, report) in engines {
            let of_kind = report.by_type.get(kind).map_or(0.0, |scores| scores.ndcg_10);
            let _ = write!(out, " {of_kind:.2} |");
        }
        out.push('\n');
    }
    let lines: [(&str, fn(&Report) -> String); 6] = [
        ("**all**", |report| format!("**{:.3}**", report.overall.ndcg_10)),
        ("answers, where nothing fits", |r| format!("{:.0} %", (1.0 - r.none.abstained) * 100.0)),
        ("nothing, where something fits", |r| format!("{:.0} %", r.overall.abstained * 100.0)),
        ("µs, p50", |report| report.latency.p50_us.to_string()),
        ("µs, p95", |report| report.latency.p95_us.to_string()),
        ("µs, p99", |report| report.latency.p99_us.to_string()),
    ];
    for (name, value) in lines {
        let _ = write!(out, "| {name} |");
        for (_, report) in engines {
            let _ = write!(out, " {} |", value(report));
        }
        out.push('\n');
    }
    out
}
