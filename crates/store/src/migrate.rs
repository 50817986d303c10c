//! Migrations: forward only, one file each in two folders of equal names.

use base::UnixMillis;

use crate::database::{Database, Tx};
use crate::{StoreError, args, sql};

struct Migration {
    version: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($version:literal $file:literal),* $(,)?) => {
        const MIGRATIONS: &[Migration] = &[$(Migration {
            version: $version,
            sqlite: include_str!(concat!("../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../migrations/postgres/", $file)),
        }),*];
    };
}
migrations! {
    1 "0001_foundation.sql",
    2 "0002_audit_seal.sql",
    3 "0003_workshop.sql",
    4 "0004_areas.sql",
    5 "0005_guides.sql",
    6 "0006_searching.sql",
    7 "0007_imports.sql",
    8 "0008_improvement.sql",
    9 "0009_meanings.sql",
    10 "0010_directory.sql",
    11 "0011_scim.sql",
    12 "0012_calls.sql",
    13 "0013_recordings.sql",
    14 "0014_site_rounds.sql",
}

/// The newest schema that this program knows.
#[must_use]
pub fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.version)
}

/// Brings the database to `upto` (or to today's schema), each migration in a transaction of its
/// own. Several nodes may start at once: the first one migrates, the others wait.
///
/// # Errors
/// [`StoreError::TooNew`] when a later program has migrated it already;
/// [`StoreError::Database`] when a statement fails (its migration is then undone whole).
pub async fn migrate(
    database: &Database,
    now: UnixMillis,
    upto: Option<i64>,
) -> Result<i64, StoreError> {
    loop {
        let mut tx = database.begin().await?;
        if !tx.is_sqlite() {
            // Held until the end of the transaction; the number is only a name.
            tx.rows(sql!(postgres "SELECT pg_advisory_xact_lock(7245)"), vec![]).await?;
        }
        tx.execute(
            sql!("CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY, at BIGINT NOT NULL)"),
            vec![],
        )
        .await?;
        let row = tx
            .row(sql!("SELECT COALESCE(MAX(version), 0) AS version FROM schema_versions"), vec![])
            .await?;
        let found: i64 = match row {
            Some(row) => row.get("version")?,
            None => 0,
        };
        if found > newest() {
            return Err(StoreError::TooNew { found, known: newest() });
        }
        let next = MIGRATIONS
            .iter()
            .find(|m| m.version > found && upto.is_none_or(|upto| m.version <= upto));
        let Some(next) = next else {
            tx.commit().await?;
            return Ok(found);
        };
        run(&mut tx, next, now).await?;
        tx.commit().await?;
        tracing::info!(version = next.version, "migrated the database");
    }
}

async fn run(tx: &mut Tx, migration: &Migration, now: UnixMillis) -> Result<(), StoreError> {
    let script = if tx.is_sqlite() { migration.sqlite } else { migration.postgres };
    Database::script(tx, script).await?;
    tx.execute(
        sql!("INSERT INTO schema_versions (version, at) VALUES ($1, $2)"),
        args![migration.version, now],
    )
    .await?;
    Ok(())
}
