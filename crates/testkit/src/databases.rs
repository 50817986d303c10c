//! A fresh database for each test, gone when the test has ended.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::OnceLock;

use base::{Rng, UnixMillis};
use futures_util::FutureExt as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use store::{Address, Database};

use crate::POSTGRES_VARIABLE;
use crate::cluster::{Cluster, address_of};

/// When the schema of a test's database was made.
const MIGRATED_AT: UnixMillis = UnixMillis(0);

/// An open database that is removed when it is dropped.
pub struct TestDatabase {
    database: Database,
    address: Address,
    remains: Remains,
}

/// What has to be removed.
enum Remains {
    Folder(PathBuf),
    Database { server: String, name: String },
}

impl TestDatabase {
    /// A new file with today's schema.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn sqlite() -> Self {
        let opened = Self::empty_sqlite().await;
        store::migrate::migrate(&opened, MIGRATED_AT, None).await.expect("a new file migrates");
        opened
    }

    /// A new file without any schema.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn empty_sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("straks-{}", name()));
        fs::create_dir(&folder).expect("the temporary folder can be written");
        let address = Address::Sqlite(folder.join("straks.db"));
        let database = Database::open(&address).await.expect("a new file opens");
        Self { database, address, remains: Remains::Folder(folder) }
    }

    /// A new PostgreSQL database with today's schema, copied from a template.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or refuses; the message says what to do.
    pub async fn postgres() -> Self {
        let server = server();
        let template = template(&server).await;
        Self::create_postgres(server, Some(&template)).await
    }

    /// A new PostgreSQL database without any schema.
    ///
    /// # Panics
    /// As [`TestDatabase::postgres`].
    pub async fn empty_postgres() -> Self {
        Self::create_postgres(server(), None).await
    }

    async fn create_postgres(server: String, template: Option<&str>) -> Self {
        let name = format!("test_{}", name());
        let template = template.unwrap_or("template1");
        let mut connection = connect(&server).await;
        connection
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}")))
            .await
            .expect("a database can be made");
        let url = address_of(&server, &name);
        let address = Address::Postgres(url);
        let database = Database::open(&address).await.expect("a new database opens");
        Self { database, address, remains: Remains::Database { server, name } }
    }

    /// Where it is, so that a second node can open it too.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The address as a configuration writes it: `sqlite:PATH` or `postgres://…`.
    #[must_use]
    pub fn written_address(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        }
    }

    /// Takes a PostgreSQL database away, or gives it back: everybody is thrown out, and nobody gets
    /// in.
    ///
    /// # Panics
    /// For a file, or when the server refuses.
    pub async fn set_away(&self, away: bool) {
        let Remains::Database { server, name } = &self.remains else {
            panic!("only a server's database goes away");
        };
        let mut connection = connect(server).await;
        for statement in [
            format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {}", !away),
            format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        ] {
            connection.execute(AssertSqlSafe(statement)).await.expect("the server obeys");
        }
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl Drop for TestDatabase {
    /// Closes and removes on a thread of its own: a runtime may be at work on this one.
    fn drop(&mut self) {
        let database = self.database.clone();
        let remains = match &self.remains {
            Remains::Folder(folder) => {
                // Open handles keep what they need; the names are gone at once.
                drop(fs::remove_dir_all(folder));
                return;
            }
            Remains::Database { server, name } => (server.clone(), name.clone()),
        };
        drop(database);
        let (server, name) = remains;
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async {
                    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    let mut connection = connect(&server).await;
                    drop(connection.execute(AssertSqlSafe(statement)).await);
                });
            }
        });
        drop(removal.join());
    }
}

/// Runs a test on SQLite and then on PostgreSQL, each with a fresh database of today's schema. A
/// failure says on which.
///
/// # Panics
/// When the test does.
pub async fn on_both(test: impl AsyncFn(&TestDatabase)) {
    let database = TestDatabase::sqlite().await;
    on_one("SQLite", &database, &test).await;
    drop(database);
    let database = TestDatabase::postgres().await;
    on_one("PostgreSQL", &database, &test).await;
}

async fn on_one(name: &str, database: &TestDatabase, test: &impl AsyncFn(&TestDatabase)) {
    let outcome = AssertUnwindSafe(test(database)).catch_unwind().await;
    if let Err(panic) = outcome {
        eprintln!("the test failed on {name}");
        resume_unwind(panic);
    }
}

/// The cluster's address: the one that the test command names, or one of this process.
fn server() -> String {
    static SERVER: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    let (address, _) = SERVER.get_or_init(|| {
        if let Ok(address) = std::env::var(POSTGRES_VARIABLE) {
            return (address, None);
        }
        let cluster = Cluster::start();
        (cluster.address(), Some(cluster))
    });
    address.clone()
}

/// The database with today's schema that others are copied from. Its name carries the digest of
/// the migrations, so that a cluster of yesterday does no harm.
async fn template(server: &str) -> String {
    static DONE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    DONE.get_or_init(|| async {
        let name = format!("template_{:016x}", digest_of_migrations());
        let mut connection = connect(server).await;
        // Several test processes may want it at once; the number is only a name.
        connection.execute("SELECT pg_advisory_lock(7246)").await.expect("a lock is given");
        let known: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)",
        )
        .bind(&name)
        .fetch_one(&mut connection)
        .await
        .expect("the catalogue answers");
        if !known {
            make_template(server, &name, &mut connection).await;
        }
        drop(connection.close().await);
        name
    })
    .await
    .clone()
}

async fn make_template(server: &str, name: &str, connection: &mut PgConnection) {
    for statement in [
        // One that was begun and not finished is no template yet.
        format!("DROP DATABASE IF EXISTS {name}"),
        format!("CREATE DATABASE {name}"),
    ] {
        connection.execute(AssertSqlSafe(statement)).await.expect("a template can be made");
    }
    let database = Database::open(&Address::Postgres(address_of(server, name)))
        .await
        .expect("the template opens");
    store::migrate::migrate(&database, MIGRATED_AT, None).await.expect("the template migrates");
    database.close().await;
    let statement = format!("ALTER DATABASE {name} IS_TEMPLATE true");
    connection.execute(AssertSqlSafe(statement)).await.expect("a template can be marked");
}

async fn connect(server: &str) -> PgConnection {
    PgConnectOptions::from_str(&address_of(server, "postgres"))
        .expect("the cluster's address is one")
        .connect()
        .await
        .expect("the cluster answers")
}

fn digest_of_migrations() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations/postgres");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the migrations are there")
        .map(|entry| entry.expect("and can be listed").path())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(&file).expect("a migration can be read").hash(&mut hasher);
    }
    hasher.finish()
}

/// A name that no other test has.
fn name() -> String {
    Rng::system().bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect()
}
