//! One SQL text for both databases: an enum over two native pools, and the few words the rest of
//! this crate speaks to it with.
//!
//! Placeholders are `$1`, `$2` … on both. Every statement is written `sql!("…")`, so that a test
//! can find them all and prepare each on both databases.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use base::{Id, UnixMillis};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow, Postgres};
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Decode, Executor as _, PgPool, Row as _, SqlitePool, Transaction, Type};
use uuid::Uuid;

use crate::StoreError;

/// Marks a text as a statement. `tests/statements.rs` prepares every one on both databases, and
/// those that must differ, `sql!(sqlite "…")` and `sql!(postgres "…")`, on their own.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {
        $text
    };
    (sqlite $text:literal) => {
        $text
    };
    (postgres $text:literal) => {
        $text
    };
}

/// Which database, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file; its folder must exist.
    Sqlite(PathBuf),
    /// A `postgres://` address.
    Postgres(String),
}

impl FromStr for Address {
    type Err = StoreError;

    /// Reads `sqlite:PATH` or `postgres://…`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(PathBuf::from(path.trim_start_matches("//"))));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(StoreError::Address)
    }
}

/// The open database. Cloning shares the connections.
#[derive(Debug, Clone)]
pub enum Database {
    /// One writer, several readers: SQLite lets only one transaction write.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction that writes. Dropping it without [`Tx::commit`] undoes it.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A value to bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Uuid(Option<Uuid>),
    Bool(bool),
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($type:ty, $arm:ident, $value:ident => $made:expr;)*) => { $(
        impl From<$type> for Value {
            fn from($value: $type) -> Self { Self::$arm($made) }
        }
    )* };
}
value_from! {
    i64, Int, v => Some(v);
    Option<i64>, Int, v => v;
    UnixMillis, Int, v => Some(v.0);
    Option<UnixMillis>, Int, v => v.map(|v| v.0);
    &str, Text, v => Some(v.to_owned());
    String, Text, v => Some(v);
    &String, Text, v => Some(v.clone());
    Option<String>, Text, v => v;
    Option<&str>, Text, v => v.map(str::to_owned);
    Uuid, Uuid, v => Some(v);
    Option<Uuid>, Uuid, v => v;
    bool, Bool, v => v;
    Vec<u8>, Bytes, v => v;
    &base::TenantKey, Text, v => Some(v.to_string());
    &base::MunicipalityKey, Text, v => Some(v.to_string());
    Option<&base::MunicipalityKey>, Text, v => v.map(ToString::to_string);
    &base::DepartmentKey, Text, v => Some(v.to_string());
    Option<&base::DepartmentKey>, Text, v => v.map(ToString::to_string);
    &base::UnitKey, Text, v => Some(v.to_string());
    &base::TopicKey, Text, v => Some(v.to_string());
    Option<&base::TopicKey>, Text, v => v.map(ToString::to_string);
}
impl<K> From<Id<K>> for Value {
    fn from(id: Id<K>) -> Self {
        Self::Uuid(Some(id.uuid()))
    }
}
impl<K> From<Option<Id<K>>> for Value {
    fn from(id: Option<Id<K>>) -> Self {
        Self::Uuid(id.map(|id| id.uuid()))
    }
}

/// The values of a statement, in order.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::database::Value::from($value)),*] };
}

/// A row of a result.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column.
    ///
    /// # Errors
    /// [`StoreError::Database`] when there is no such column or it holds another type.
    pub fn get<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: for<'r> Decode<'r, Sqlite>
            + Type<Sqlite>
            + for<'r> Decode<'r, Postgres>
            + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => Ok(row.try_get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// The value of the column at a place, counted from 0.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub(crate) fn nth<T>(&self, place: usize) -> Result<T, StoreError>
    where
        T: for<'r> Decode<'r, Sqlite>
            + Type<Sqlite>
            + for<'r> Decode<'r, Postgres>
            + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => Ok(row.try_get(place)?),
            Self::Postgres(row) => Ok(row.try_get(place)?),
        }
    }

    /// An instant.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn at(&self, column: &'static str) -> Result<UnixMillis, StoreError> {
        Ok(UnixMillis(self.get::<i64>(column)?))
    }

    /// An id.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn id<K>(&self, column: &'static str) -> Result<Id<K>, StoreError> {
        Ok(Id::from_uuid(self.get::<Uuid>(column)?))
    }

    /// An id that may be missing.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn maybe_id<K>(&self, column: &'static str) -> Result<Option<Id<K>>, StoreError> {
        Ok(self.get::<Option<Uuid>>(column)?.map(Id::from_uuid))
    }

    /// A text that was written by [`ToString`] and is read by [`FromStr`].
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the text is not of that form.
    pub fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, StoreError> {
        self.get::<String>(column)?.parse().map_err(|_| StoreError::Damaged(column))
    }

    /// A text that may be missing, read by [`FromStr`].
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the text is not of that form.
    pub fn maybe_parsed<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        self.get::<Option<String>>(column)?
            .map(|text| text.parse().map_err(|_| StoreError::Damaged(column)))
            .transpose()
    }

    /// JSON.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the text is not JSON of that type.
    pub fn json<T: serde::de::DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<T, StoreError> {
        serde_json::from_str(&self.get::<String>(column)?).map_err(|_| StoreError::Damaged(column))
    }
}

macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Int(v) => query.bind(v),
                Value::Text(v) => query.bind(v),
                Value::Uuid(v) => query.bind(v),
                Value::Bool(v) => query.bind(v),
                Value::Bytes(v) => query.bind(v),
            };
        }
        query
    }};
}

impl Database {
    /// Opens the database; makes the SQLite file when it is not there. Migrates nothing.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it cannot be reached.
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        match address {
            Address::Sqlite(path) => Self::open_sqlite(path).await,
            Address::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)?;
                let pool = PgPoolOptions::new()
                    .max_connections(16)
                    .acquire_timeout(Duration::from_secs(5))
                    .connect_with(options)
                    .await?;
                Ok(Self::Postgres(pool))
            }
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("journal_size_limit", "67108864");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once.
    ///
    /// # Errors
    /// [`StoreError::Database`] when no connection is free in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that only reads and sees the database as it is now until it ends,
    /// whatever others write meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`] when no connection is free in time.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let mut tx = match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        };
        // Both databases fix what is seen at the first read.
        tx.rows(sql!("SELECT COUNT(*) AS versions FROM schema_versions"), vec![]).await?;
        Ok(tx)
    }

    /// The rows of a statement that only reads.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it fails.
    pub async fn rows(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite { readers, .. } => {
                let rows = bound!(sqlx::query(sql), values).fetch_all(readers).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(pool) => {
                let rows = bound!(sqlx::query(sql), values).fetch_all(pool).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// The first row of a statement that only reads.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it fails.
    pub async fn row(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// One writing statement in a transaction of its own; how many rows it touched.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it fails; nothing has changed then.
    pub async fn execute(&self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let touched = tx.execute(sql, values).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Runs a script of several statements (migrations).
    ///
    /// # Errors
    /// [`StoreError::Database`] when a statement fails.
    pub(crate) async fn script(tx: &mut Tx, script: &'static str) -> Result<(), StoreError> {
        match tx {
            Tx::Sqlite(tx) => {
                (&mut **tx).execute(sqlx::raw_sql(script)).await?;
            }
            Tx::Postgres(tx) => {
                (&mut **tx).execute(sqlx::raw_sql(script)).await?;
            }
        }
        Ok(())
    }

    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Where rows are read from: the database, or a transaction, which sees its own writes.
pub trait Read: Send {
    /// The rows of a statement.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it fails.
    fn rows(
        self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send;

    /// The first row of a statement.
    ///
    /// # Errors
    /// As [`Read::rows`].
    fn row(
        self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Option<Row>, StoreError>> + Send
    where
        Self: Sized,
    {
        async move { Ok(self.rows(sql, values).await?.into_iter().next()) }
    }
}

impl Read for &Database {
    async fn rows(self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Database::rows(self, sql, values).await
    }
}

impl Read for &mut Tx {
    async fn rows(self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Tx::rows(self, sql, values).await
    }
}

impl Tx {
    /// The rows of a statement.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it fails; the transaction is then of no use.
    pub async fn rows(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(tx) => {
                let rows = bound!(sqlx::query(sql), values).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(tx) => {
                let rows = bound!(sqlx::query(sql), values).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// The first row of a statement.
    ///
    /// # Errors
    /// As [`Tx::rows`].
    pub async fn row(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs a statement; how many rows it touched.
    ///
    /// # Errors
    /// As [`Tx::rows`].
    pub async fn execute(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(tx) => {
                Ok(bound!(sqlx::query(sql), values).execute(&mut **tx).await?.rows_affected())
            }
            Self::Postgres(tx) => {
                Ok(bound!(sqlx::query(sql), values).execute(&mut **tx).await?.rows_affected())
            }
        }
    }

    /// As [`Tx::rows`], for a statement that was put together from the names of tables and columns
    /// in the catalogue (backup and restore), never from anything that came from outside.
    pub(crate) async fn built_rows(
        &mut self,
        sql: String,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(tx) => {
                let rows = bound!(sqlx::query(sql), values).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(tx) => {
                let rows = bound!(sqlx::query(sql), values).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Makes it durable.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it could not be made durable: nothing of it has happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}
