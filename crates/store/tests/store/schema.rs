//! Both databases have the same tables; a schema of any age becomes today's with its data.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use base::{Rng, UnixMillis};
use sqlx::{AssertSqlSafe, Row as _};
use store::{Database, migrate};
use testkit::TestDatabase;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Text,
    /// SQLite has no truth values of its own.
    Number,
    Uuid,
}

#[derive(Debug, PartialEq, Eq)]
struct Column {
    form: Form,
    nullable: bool,
    /// Stored as BOOLEAN; never told apart from a number when compared.
    truth: Truth,
}

/// Equal to every other, so that `BOOLEAN` and `INTEGER` compare as the same.
#[derive(Debug, Clone, Copy)]
struct Truth(bool);

impl PartialEq for Truth {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for Truth {}

#[derive(Debug, PartialEq, Eq, Default)]
struct Table {
    columns: BTreeMap<String, Column>,
    key: Vec<String>,
    /// Name -> unique, of some rows only, columns.
    indexes: BTreeMap<String, (bool, bool, Vec<String>)>,
}

type Catalogue = BTreeMap<String, Table>;

#[test]
fn both_folders_hold_the_same_migrations() {
    let names = |folder: &str| -> BTreeSet<String> {
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let sqlite = names("sqlite");
    assert_eq!(sqlite, names("postgres"));
    assert_eq!(i64::try_from(sqlite.len()).unwrap(), migrate::newest(), "a file is not listed");
}

#[tokio::test]
async fn both_databases_have_the_same_catalogue_at_every_age() {
    let sqlite = TestDatabase::empty_sqlite().await;
    let postgres = TestDatabase::empty_postgres().await;
    for version in 1..=migrate::newest() {
        migrate::migrate(&sqlite, UnixMillis(1), Some(version)).await.unwrap();
        migrate::migrate(&postgres, UnixMillis(1), Some(version)).await.unwrap();
        let (ours, theirs) = (catalogue(&sqlite).await, catalogue(&postgres).await);
        assert_eq!(
            ours.keys().collect::<Vec<_>>(),
            theirs.keys().collect::<Vec<_>>(),
            "tables at version {version}"
        );
        for (name, table) in &ours {
            assert_eq!(table, &theirs[name], "{name} at version {version}");
        }
    }
}

#[tokio::test]
async fn postgresql_is_used_as_distributed_databases_allow() {
    let database = TestDatabase::postgres().await;
    for (name, table) in catalogue(&database).await {
        if name == "schema_versions" {
            continue;
        }
        assert_eq!(table.key.first().map(String::as_str), Some("tenant_id"), "key of {name}");
        for (index, (_, _, columns)) in &table.indexes {
            assert_eq!(columns.first().map(String::as_str), Some("tenant_id"), "{index}");
        }
    }
    let Database::Postgres(pool) = &*database else { panic!("not PostgreSQL") };
    for (what, query) in [
        (
            "triggers",
            "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
             WHERE c.relnamespace = 'public'::regnamespace",
        ),
        ("procedures", "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"),
        (
            "enums and domains",
            "SELECT count(*) FROM pg_type
             WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')",
        ),
        ("sequences", "SELECT count(*) FROM pg_sequences WHERE schemaname = 'public'"),
        (
            "arrays",
            "SELECT count(*) FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type = 'ARRAY'",
        ),
        ("views", "SELECT count(*) FROM information_schema.views WHERE table_schema = 'public'"),
    ] {
        let count: i64 = sqlx::query_scalar(query).fetch_one(pool).await.unwrap();
        assert_eq!(count, 0, "the migrations make {what}");
    }
}

#[tokio::test]
async fn a_schema_of_any_age_becomes_todays_with_its_data() {
    for version in 0..migrate::newest() {
        for database in [TestDatabase::empty_sqlite().await, TestDatabase::empty_postgres().await] {
            migrate::migrate(&database, UnixMillis(1), Some(version)).await.unwrap();
            let before = catalogue(&database).await;
            let rng = Rng::seeded(u64::try_from(version).unwrap());
            for (name, table) in &before {
                for number in 0..3 {
                    fill(&database, name, table, &rng, number).await;
                }
            }
            let rows_before = contents(&database, &before, &before).await;

            let reached = migrate::migrate(&database, UnixMillis(2), None).await.unwrap();

            assert_eq!(reached, migrate::newest());
            let after = catalogue(&database).await;
            let rows_after = contents(&database, &before, &after).await;
            for (name, rows) in rows_after {
                assert_eq!(rows, rows_before[&name], "{name}, from version {version}");
            }
        }
    }
}

#[tokio::test]
async fn a_database_of_a_later_program_is_refused() {
    testkit::on_both(async |database| {
        database
            .execute(
                "INSERT INTO schema_versions (version, at) VALUES ($1, 1)",
                store::args![migrate::newest() + 1],
            )
            .await
            .unwrap();
        let refused = migrate::migrate(database, UnixMillis(1), None).await;
        assert!(matches!(refused, Err(store::StoreError::TooNew { .. })), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn many_nodes_may_migrate_at_once() {
    let first = TestDatabase::empty_postgres().await;
    let mut nodes = Vec::new();
    for _ in 0..4 {
        let node = Database::open(first.address()).await.unwrap();
        nodes.push(tokio::spawn(async move {
            migrate::migrate(&node, UnixMillis(1), None).await.unwrap()
        }));
    }
    for node in nodes {
        assert_eq!(node.await.unwrap(), migrate::newest());
    }
}

async fn fill(database: &Database, name: &str, table: &Table, rng: &Rng, number: i64) {
    if name == "schema_versions" {
        return;
    }
    let columns: Vec<&str> = table.columns.keys().map(String::as_str).collect();
    let values: Vec<String> = table
        .columns
        .values()
        .map(|column| match column.form {
            Form::Text => format!("'{{\"n\": {number}}}'"),
            Form::Number if column.truth.0 => "true".to_owned(),
            Form::Number => (number + 7).to_string(),
            Form::Uuid if database.is_sqlite() => {
                format!("x'{}'", rng.uuid().simple())
            }
            Form::Uuid => format!("'{}'", rng.uuid()),
        })
        .collect();
    run(
        database,
        format!("INSERT INTO {name} ({}) VALUES ({})", columns.join(", "), values.join(", ")),
    )
    .await;
}

/// What stands in the columns that both catalogues have, as text, per table.
async fn contents(
    database: &Database,
    before: &Catalogue,
    after: &Catalogue,
) -> BTreeMap<String, Vec<String>> {
    let mut contents = BTreeMap::new();
    for (name, table) in before {
        let Some(later) = after.get(name) else { continue };
        if name == "schema_versions" {
            continue;
        }
        let columns: Vec<String> = table
            .columns
            .iter()
            .filter(|(column, _)| later.columns.contains_key(*column))
            .map(|(column, kind)| match kind.form {
                Form::Uuid if database.is_sqlite() => format!("hex({column})"),
                _ => format!("CAST({column} AS TEXT)"),
            })
            .collect();
        let text = format!("SELECT {} AS line FROM {name}", columns.join(" || '|' || "));
        let mut rows: Vec<String> = match database {
            Database::Sqlite { writer, .. } => {
                let rows = sqlx::query(AssertSqlSafe(text)).fetch_all(writer).await.unwrap();
                rows.iter().map(|row| row.get("line")).collect()
            }
            Database::Postgres(pool) => {
                let rows = sqlx::query(AssertSqlSafe(text)).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| row.get("line")).collect()
            }
        };
        rows.sort();
        contents.insert(name.clone(), rows);
    }
    contents
}

async fn run(database: &Database, text: String) {
    let shown = text.clone();
    let outcome = match database {
        Database::Sqlite { writer, .. } => {
            sqlx::query(AssertSqlSafe(text)).execute(writer).await.map(|_| ())
        }
        Database::Postgres(pool) => {
            sqlx::query(AssertSqlSafe(text)).execute(pool).await.map(|_| ())
        }
    };
    outcome.unwrap_or_else(|error| panic!("{error}: {shown}"));
}

async fn catalogue(database: &Database) -> Catalogue {
    match database {
        Database::Sqlite { writer, .. } => catalogue_of_sqlite(writer).await,
        Database::Postgres(pool) => catalogue_of_postgres(pool).await,
    }
}

async fn catalogue_of_sqlite(pool: &sqlx::SqlitePool) -> Catalogue {
    let mut catalogue = Catalogue::new();
    let columns = sqlx::query(
        "SELECT m.name AS tbl, c.name AS col, c.type AS typ, c.\"notnull\" AS required, c.pk AS pk
         FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY c.pk",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for row in &columns {
        let table = catalogue.entry(row.get("tbl")).or_default();
        let name: String = row.get("col");
        let form = match row.get::<String, _>("typ").as_str() {
            "TEXT" => Form::Text,
            "INTEGER" | "BIGINT" => Form::Number,
            "BLOB" => Form::Uuid,
            other => panic!("{name} has the type {other}"),
        };
        let in_key = row.get::<i64, _>("pk") > 0;
        if in_key {
            table.key.push(name.clone());
        }
        let nullable = row.get::<i64, _>("required") == 0 && !in_key;
        table.columns.insert(name, Column { form, nullable, truth: Truth(false) });
    }
    let indexes = sqlx::query(
        "SELECT m.name AS tbl, i.name AS idx, i.\"unique\" AS uniq, i.partial AS part, c.name AS col
         FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
         WHERE m.type = 'table' AND i.origin = 'c' ORDER BY i.name, c.seqno",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for row in &indexes {
        let table = catalogue.entry(row.get("tbl")).or_default();
        let index = table.indexes.entry(row.get("idx")).or_default();
        index.0 = row.get::<i64, _>("uniq") == 1;
        index.1 = row.get::<i64, _>("part") == 1;
        index.2.push(row.get("col"));
    }
    catalogue
}

async fn catalogue_of_postgres(pool: &sqlx::PgPool) -> Catalogue {
    let mut catalogue = Catalogue::new();
    let columns = sqlx::query(
        "SELECT table_name::text AS tbl, column_name::text AS col, data_type::text AS typ,
           is_nullable = 'YES' AS nullable
         FROM information_schema.columns WHERE table_schema = 'public'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for row in &columns {
        let table = catalogue.entry(row.get("tbl")).or_default();
        let name: String = row.get("col");
        let (form, truth) = match row.get::<String, _>("typ").as_str() {
            "text" => (Form::Text, false),
            "bigint" => (Form::Number, false),
            "boolean" => (Form::Number, true),
            // Both are BLOB to SQLite.
            "uuid" | "bytea" => (Form::Uuid, false),
            other => panic!("{name} has the type {other}"),
        };
        let nullable = row.get("nullable");
        table.columns.insert(name, Column { form, nullable, truth: Truth(truth) });
    }
    let indexes = sqlx::query(
        "SELECT t.relname::text AS tbl, i.relname::text AS idx, x.indisunique AS uniq,
           x.indisprimary AS pk, x.indpred IS NOT NULL AS part, a.attname::text AS col
         FROM pg_index x
         JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
         CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, place)
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
         WHERE t.relnamespace = 'public'::regnamespace ORDER BY i.relname, k.place",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for row in &indexes {
        let table = catalogue.entry(row.get("tbl")).or_default();
        if row.get("pk") {
            table.key.push(row.get("col"));
            continue;
        }
        let index = table.indexes.entry(row.get("idx")).or_default();
        index.0 = row.get("uniq");
        index.1 = row.get("part");
        index.2.push(row.get("col"));
    }
    catalogue
}
