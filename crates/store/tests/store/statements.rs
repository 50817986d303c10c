//! Every statement of the crate is understood by the databases it is meant for.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};
use store::Database;
use testkit::TestDatabase;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Both,
    Sqlite,
    Postgres,
}

#[derive(Debug)]
struct Statement {
    place: String,
    audience: For,
    text: String,
}

#[tokio::test]
async fn every_statement_is_understood_by_both_databases() {
    let statements = statements();
    assert!(statements.len() > 20, "the scan found only {} statements", statements.len());
    let sqlite = TestDatabase::sqlite().await;
    let postgres = TestDatabase::postgres().await;
    let mut faults = Vec::new();
    for statement in &statements {
        if statement.audience != For::Postgres {
            faults.extend(fault(&sqlite, statement, "SQLite").await);
        }
        if statement.audience != For::Sqlite {
            faults.extend(fault(&postgres, statement, "PostgreSQL").await);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_scan_finds_statements_in_all_their_forms() {
    let source = r##"
        let a = sql!("SELECT 1");
        let b = sql!(
            "SELECT \"x\"
             FROM y"
        );
        let c = sql!(postgres "SELECT 2");
        let d = sql!(sqlite
            "SELECT 3");
        let e = sql!(r#"SELECT "4""#);
    "##;
    let found: Vec<_> = scan("x.rs", source).into_iter().map(|s| (s.audience, s.text)).collect();
    assert_eq!(
        found,
        [
            (For::Both, "SELECT 1".to_owned()),
            (For::Both, "SELECT \"x\"\n             FROM y".to_owned()),
            (For::Postgres, "SELECT 2".to_owned()),
            (For::Sqlite, "SELECT 3".to_owned()),
            (For::Both, "SELECT \"4\"".to_owned()),
        ]
    );
}

async fn fault(database: &Database, statement: &Statement, name: &str) -> Option<String> {
    let text = AssertSqlSafe(statement.text.clone()).into_sql_str();
    let outcome = match database {
        Database::Sqlite { writer, .. } => writer.prepare(text).await.map(|_| ()),
        Database::Postgres(pool) => pool.prepare(text).await.map(|_| ()),
    };
    let error = outcome.err()?;
    Some(format!("{}: {name} refuses it: {error}\n{}", statement.place, statement.text))
}

fn statements() -> Vec<Statement> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in sources(&folder) {
        let source = fs::read_to_string(&file).unwrap();
        found.extend(scan(&file.strip_prefix(&folder).unwrap().display().to_string(), &source));
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn scan(file: &str, source: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    for (begin, _) in source.match_indices("sql!(") {
        let line_begin = source[..begin].rfind('\n').map_or(0, |at| at + 1);
        if source[line_begin..begin].trim_start().starts_with("//") {
            continue;
        }
        let line = source[..begin].matches('\n').count() + 1;
        let mut rest = source[begin + "sql!(".len()..].trim_start();
        let mut audience = For::Both;
        for (word, meant) in [("sqlite", For::Sqlite), ("postgres", For::Postgres)] {
            if let Some(after) = rest.strip_prefix(word) {
                audience = meant;
                rest = after.trim_start();
            }
        }
        let place = format!("{file}:{line}");
        let text = literal(rest).unwrap_or_else(|| panic!("{place}: no statement in sql!(…)"));
        found.push(Statement { place, audience, text });
    }
    found
}

/// The value of the string literal at the beginning.
fn literal(source: &str) -> Option<String> {
    if let Some(raw) = source.strip_prefix("r#\"") {
        return Some(raw[..raw.find("\"#")?].to_owned());
    }
    let mut text = String::new();
    let mut characters = source.strip_prefix('"')?.chars().peekable();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '\\' => match characters.next()? {
                '\n' => while characters.next_if(|c| c.is_whitespace()).is_some() {},
                'n' => text.push('\n'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}
