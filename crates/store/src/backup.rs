//! One portable archive of everything, made while the program runs, restored into either database.
//!
//! A `.tar.gz` with `manifest.json` first (format, schema, rows and SHA-256 of each table) and then
//! one file of JSON lines per table. It is read in one snapshot, twice: once for the manifest, once
//! for the archive, so that nothing personal lies in a temporary file. Which tables and columns
//! there are is asked of the database itself: a new table cannot be forgotten.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};

use base::{Rng, UnixMillis};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::audit::hex;
use crate::database::{Database, Row, Tx, Value};
use crate::retention::{self, Erasure};
use crate::{StoreError, migrate, sql};

/// The first thing in the manifest.
const FORMAT: &str = "straks-backup-1";
const MANIFEST: &str = "manifest.json";
/// Rows that are read and written at once.
const PIECE: usize = 100;
/// A manifest is no larger than this, or it is none.
const MANIFEST_BYTES: u64 = 1 << 20;

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// The schema of the tables.
    pub schema: i64,
    pub created_at: UnixMillis,
    pub tables: Vec<TableSum>,
}

/// One table of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSum {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: u64,
    pub bytes: u64,
    pub sha256: String,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Number,
    Truth,
    Uuid,
}

#[derive(Debug)]
struct Column {
    name: String,
    form: Form,
}

#[derive(Debug)]
struct Table {
    name: String,
    columns: Vec<Column>,
    /// The primary key's columns, in its order.
    key: Vec<usize>,
}

/// Writes an archive of the database as it is now; others go on writing meanwhile.
///
/// # Errors
/// [`StoreError::Database`] when it cannot be read, [`StoreError::Io`] when it cannot be written:
/// what was written until then is no backup.
pub async fn backup<W: Write>(
    database: &Database,
    writer: W,
    now: UnixMillis,
) -> Result<Manifest, StoreError> {
    let mut tx = database.snapshot().await?;
    let tables = tables(&mut tx).await?;
    let mut manifest = Manifest {
        format: FORMAT.to_owned(),
        schema: schema(&mut tx).await?,
        created_at: now,
        tables: Vec::new(),
    };
    for table in &tables {
        let mut sum = Sum::default();
        copy(&mut tx, table, &mut sum).await?;
        manifest.tables.push(TableSum {
            name: table.name.clone(),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            rows: sum.rows,
            bytes: sum.bytes,
            sha256: hex(&sum.hasher.finalize()),
        });
    }
    let mut archive = GzEncoder::new(writer, Compression::default());
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| StoreError::Archive(error.to_string()))?;
    begin_file(&mut archive, MANIFEST, length(&text), now)?;
    archive.write_all(&text)?;
    end_file(&mut archive, length(&text))?;
    for (table, sum) in tables.iter().zip(&manifest.tables) {
        begin_file(&mut archive, &file_name(&table.name), sum.bytes, now)?;
        copy(&mut tx, table, &mut archive).await?;
        end_file(&mut archive, sum.bytes)?;
    }
    // Two empty blocks end a tar file.
    archive.write_all(&[0; 1024])?;
    archive.finish()?.flush()?;
    tx.commit().await?;
    Ok(manifest)
}

/// Counts and digests what is written to it.
#[derive(Default)]
struct Sum {
    hasher: Sha256,
    rows: u64,
    bytes: u64,
}

impl Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.hasher.update(bytes);
        self.bytes += length(bytes);
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        self.rows += u64::try_from(lines).unwrap_or(u64::MAX);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn length<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}

fn file_name(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

fn begin_file(
    archive: &mut impl Write,
    name: &str,
    bytes: u64,
    now: UnixMillis,
) -> Result<(), StoreError> {
    let mut header = tar::Header::new_gnu();
    header.set_path(name)?;
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(now.0 / 1000).unwrap_or(0));
    header.set_cksum();
    archive.write_all(header.as_bytes())?;
    Ok(())
}

/// A tar file consists of blocks of 512 bytes.
fn end_file(archive: &mut impl Write, bytes: u64) -> Result<(), StoreError> {
    let rest = usize::try_from(bytes % 512).unwrap_or(0);
    if rest > 0 {
        archive.write_all(&vec![0; 512 - rest])?;
    }
    Ok(())
}

/// The rows of some tables as lines of JSON, by table: what of the consortium is given out in open
/// forms. In one snapshot.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row cannot be read.
pub async fn lines_of(
    database: &Database,
    tenant: &base::TenantKey,
    wanted: &[&str],
) -> Result<Vec<(String, String)>, StoreError> {
    let mut tx = database.begin().await?;
    let mut files = Vec::new();
    for table in tables(&mut tx).await?.iter().filter(|t| wanted.contains(&t.name.as_str())) {
        let mut bytes = Vec::new();
        copy(&mut tx, table, &mut bytes).await?;
        let text = String::from_utf8(bytes).map_err(|_| StoreError::Damaged("table"))?;
        let mut own = String::new();
        for line in text.lines() {
            let row: Json = serde_json::from_str(line).map_err(|_| StoreError::Damaged("table"))?;
            if row.get("tenant_id").and_then(Json::as_str) == Some(tenant.as_str()) {
                own.push_str(line);
                own.push('\n');
            }
        }
        files.push((table.name.clone(), own));
    }
    Ok(files)
}

/// Files as one packed archive.
///
/// # Errors
/// [`StoreError`] when it cannot be written.
pub fn packed(files: &[(String, String)], at: UnixMillis) -> Result<Vec<u8>, StoreError> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(u64::try_from(at.0 / 1000).unwrap_or(0));
        header.set_cksum();
        archive.append_data(&mut header, path, text.as_bytes())?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// Writes every row of a table as a line, by primary key.
async fn copy(tx: &mut Tx, table: &Table, to: &mut impl Write) -> Result<(), StoreError> {
    let columns = table.names().join(", ");
    let key: Vec<&str> = table.key.iter().map(|at| table.columns[*at].name.as_str()).collect();
    let key_names = key.join(", ");
    let places: Vec<String> = (1..=key.len()).map(|at| format!("${at}")).collect();
    let mut last: Vec<Value> = Vec::new();
    loop {
        let after = if last.is_empty() {
            String::new()
        } else {
            format!("WHERE ({key_names}) > ({})", places.join(", "))
        };
        let select =
            format!("SELECT {columns} FROM {} {after} ORDER BY {key_names} LIMIT 500", table.name);
        let rows = tx.built_rows(select, last.clone()).await?;
        for row in &rows {
            let values = table.values(row)?;
            let line: Map<String, Json> = table
                .columns
                .iter()
                .zip(&values)
                .map(|(column, value)| (column.name.clone(), json(value)))
                .collect();
            serde_json::to_writer(&mut *to, &line).map_err(std::io::Error::from)?;
            to.write_all(b"\n")?;
            last = table.key.iter().map(|at| values[*at].clone()).collect();
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

impl Table {
    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// The values of a row that was asked for all columns in their order.
    fn values(&self, row: &Row) -> Result<Vec<Value>, StoreError> {
        self.columns
            .iter()
            .enumerate()
            .map(|(place, column)| {
                Ok(match column.form {
                    Form::Text => Value::Text(row.nth(place)?),
                    Form::Number => Value::Int(row.nth(place)?),
                    Form::Uuid => Value::Uuid(row.nth(place)?),
                    Form::Truth => Value::Bool(row.nth(place)?),
                })
            })
            .collect()
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Int(value) => Json::from(*value),
        Value::Text(value) => Json::from(value.clone()),
        Value::Uuid(value) => Json::from(value.map(|uuid| uuid.to_string())),
        // As SQLite has it, so that the archive of the same rows is the same.
        Value::Bool(value) => Json::from(i64::from(*value)),
        // No column of an archive has such a form.
        Value::Bytes(_) => Json::Null,
    }
}

fn value(form: Form, json: &Json) -> Option<Value> {
    Some(match (form, json) {
        (Form::Text, Json::Null) => Value::Text(None),
        (Form::Number, Json::Null) => Value::Int(None),
        (Form::Uuid, Json::Null) => Value::Uuid(None),
        (Form::Text, json) => Value::Text(Some(json.as_str()?.to_owned())),
        (Form::Number, json) => Value::Int(Some(json.as_i64()?)),
        (Form::Uuid, json) => Value::Uuid(Some(Uuid::parse_str(json.as_str()?).ok()?)),
        (Form::Truth, json) => Value::Bool(json.as_i64()? != 0),
    })
}

async fn schema(tx: &mut Tx) -> Result<i64, StoreError> {
    let row = tx
        .row(sql!("SELECT COALESCE(MAX(version), 0) AS version FROM schema_versions"), vec![])
        .await?;
    row.map_or(Ok(0), |row| row.get("version"))
}

/// All tables but the one of the schema's versions, by name.
async fn tables(tx: &mut Tx) -> Result<Vec<Table>, StoreError> {
    let rows = if tx.is_sqlite() {
        tx.rows(
            sql!(sqlite
                "SELECT m.name AS tab, c.name AS col, c.type AS typ, c.pk AS place
                 FROM sqlite_master m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT IN ('schema_versions', 'text_meanings')
                   AND m.name NOT LIKE 'sqlite_%'
                 ORDER BY m.name, c.name"
            ),
            vec![],
        )
        .await?
    } else {
        tx.rows(
            sql!(postgres
                "SELECT c.table_name::text AS tab, c.column_name::text AS col,
                   c.data_type::text AS typ, COALESCE(k.place, 0) AS place
                 FROM information_schema.columns c
                 LEFT JOIN (
                   SELECT t.relname, a.attname, k.place
                   FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
                   CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, place)
                   JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
                   WHERE x.indisprimary AND t.relnamespace = current_schema()::regnamespace
                 ) k ON k.relname = c.table_name AND k.attname = c.column_name
                 WHERE c.table_schema = current_schema() AND c.table_name NOT IN ('schema_versions', 'text_meanings')
                 ORDER BY c.table_name COLLATE \"C\", c.column_name COLLATE \"C\""
            ),
            vec![],
        )
        .await?
    };
    let mut tables: Vec<(Table, Vec<(i64, usize)>)> = Vec::new();
    for row in &rows {
        let (name, place): (String, i64) = (row.get("tab")?, row.get("place")?);
        if tables.last().is_none_or(|(table, _)| table.name != name) {
            tables.push((Table { name, columns: Vec::new(), key: Vec::new() }, Vec::new()));
        }
        let Some((table, key)) = tables.last_mut() else { continue };
        let form = match row.get::<String>("typ")?.as_str() {
            "TEXT" | "text" => Form::Text,
            "INTEGER" | "bigint" => Form::Number,
            "BLOB" | "uuid" => Form::Uuid,
            "boolean" => Form::Truth,
            _ => return Err(StoreError::Damaged("schema")),
        };
        if place > 0 {
            key.push((place, table.columns.len()));
        }
        table.columns.push(Column { name: row.get("col")?, form });
    }
    Ok(tables
        .into_iter()
        .map(|(mut table, mut key)| {
            key.sort_unstable();
            table.key = key.into_iter().map(|(_, at)| at).collect();
            table
        })
        .collect())
}

/// Reads an archive into an empty database of either kind and brings it to today's schema. Checks
/// every checksum first. Then the erasures that the archive lists, and those in `missed` that it
/// does not know of, are done again.
///
/// # Errors
/// [`StoreError::Archive`] when it is damaged or none, [`StoreError::NotEmpty`] when something is
/// there already, [`StoreError::TooNew`] when it is a later program's: nothing was written then.
pub async fn restore<R: Read + Seek>(
    database: &Database,
    mut reader: R,
    missed: &[Erasure],
    rng: &Rng,
    now: UnixMillis,
) -> Result<Manifest, StoreError> {
    let begin = reader.stream_position()?;
    let manifest = check(&mut reader)?;
    if manifest.schema > migrate::newest() {
        return Err(StoreError::TooNew { found: manifest.schema, known: migrate::newest() });
    }
    let mut tx = database.begin().await?;
    empty_tables(&mut tx).await?;
    tx.commit().await?;
    let reached = migrate::migrate(database, now, Some(manifest.schema)).await?;
    reader.seek(SeekFrom::Start(begin))?;
    let mut tx = database.begin().await?;
    let tables = empty_tables(&mut tx).await?;
    if reached != manifest.schema {
        return Err(damaged(format!(
            "it has schema {} and the database has {reached} already: restore into a new one",
            manifest.schema
        )));
    }
    fill(&mut tx, &mut reader, &manifest, &tables).await?;
    tx.commit().await?;
    migrate::migrate(database, now, None).await?;
    let mut erasures = retention::erasures(database).await?;
    erasures.extend_from_slice(missed);
    retention::erase_again(database, rng, &erasures).await?;
    Ok(manifest)
}

/// The tables, if nothing stands in any.
async fn empty_tables(tx: &mut Tx) -> Result<Vec<Table>, StoreError> {
    let tables = tables(tx).await?;
    for table in &tables {
        let select = format!("SELECT 1 AS found FROM {} LIMIT 1", table.name);
        if !tx.built_rows(select, vec![]).await?.is_empty() {
            return Err(StoreError::NotEmpty);
        }
    }
    Ok(tables)
}

fn damaged(what: impl Into<String>) -> StoreError {
    StoreError::Archive(what.into())
}

/// Reads the whole archive and compares it with its manifest.
fn check(reader: &mut impl Read) -> Result<Manifest, StoreError> {
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(reader)));
    let mut files = archive.entries().map_err(unreadable)?;
    let manifest = manifest(files.next())?;
    for expected in &manifest.tables {
        let mut file = files
            .next()
            .ok_or_else(|| damaged(format!("the table {} is missing", expected.name)))?
            .map_err(unreadable)?;
        if file.path().map_err(unreadable)?.to_str() != Some(&file_name(&expected.name)) {
            return Err(damaged(format!("the table {} is not in its place", expected.name)));
        }
        let mut sum = Sum::default();
        std::io::copy(&mut file, &mut sum).map_err(unreadable)?;
        let digest = hex(&sum.hasher.finalize());
        if (sum.rows, sum.bytes) != (expected.rows, expected.bytes) || digest != expected.sha256 {
            return Err(damaged(format!("the table {} is damaged", expected.name)));
        }
    }
    if files.next().is_some() {
        return Err(damaged("it holds more than its manifest says"));
    }

    // To the very end, where the checksum of the compression stands.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(unreadable)?;
    Ok(manifest)
}

fn unreadable(error: std::io::Error) -> StoreError {
    damaged(error.to_string())
}

fn manifest<R: Read>(
    file: Option<std::io::Result<tar::Entry<'_, R>>>,
) -> Result<Manifest, StoreError> {
    let file = file.ok_or_else(|| damaged("it is empty"))?.map_err(unreadable)?;
    if file.path().map_err(unreadable)?.to_str() != Some(MANIFEST) {
        return Err(damaged("it has no manifest"));
    }
    let manifest: Manifest = serde_json::from_reader(file.take(MANIFEST_BYTES))
        .map_err(|error| damaged(format!("its manifest: {error}")))?;
    if manifest.format != FORMAT {
        return Err(damaged(format!("its format is {}", manifest.format)));
    }
    Ok(manifest)
}

/// Writes the rows of an archive that was checked.
async fn fill(
    tx: &mut Tx,
    reader: &mut impl Read,
    manifest: &Manifest,
    tables: &[Table],
) -> Result<(), StoreError> {
    for table in tables {
        if !manifest.tables.iter().any(|sum| sum.name == table.name) {
            return Err(damaged(format!("the table {} is missing", table.name)));
        }
    }
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(reader)));
    let mut files = archive.entries().map_err(unreadable)?;
    files.next();
    for (sum, file) in manifest.tables.iter().zip(files) {
        let known =
            tables.iter().find(|table| table.name == sum.name && table.names() == sum.columns);
        let table = known.ok_or_else(|| {
            damaged(format!("the table {} is not as this schema has it", sum.name))
        })?;
        let mut piece = Vec::new();
        for line in BufReader::new(file.map_err(unreadable)?).lines() {
            piece.push(parsed(table, &line.map_err(unreadable)?)?);
            if piece.len() == PIECE {
                insert(tx, table, std::mem::take(&mut piece)).await?;
            }
        }
        insert(tx, table, piece).await?;
    }
    Ok(())
}

fn parsed(table: &Table, line: &str) -> Result<Vec<Value>, StoreError> {
    let wrong = || damaged(format!("a row of the table {} is damaged", table.name));
    let fields: Map<String, Json> = serde_json::from_str(line).map_err(|_| wrong())?;
    table
        .columns
        .iter()
        .map(|column| {
            fields.get(&column.name).and_then(|json| value(column.form, json)).ok_or_else(wrong)
        })
        .collect()
}

async fn insert(tx: &mut Tx, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = table.columns.len();
    let places: Vec<String> = (0..rows.len())
        .map(|row| {
            let places: Vec<String> =
                (1..=width).map(|column| format!("${}", row * width + column)).collect();
            format!("({})", places.join(", "))
        })
        .collect();
    let statement = format!(
        "INSERT INTO {} ({}) VALUES {}",
        table.name,
        table.names().join(", "),
        places.join(", ")
    );
    tx.built_rows(statement, rows.into_iter().flatten().collect()).await?;
    Ok(())
}
