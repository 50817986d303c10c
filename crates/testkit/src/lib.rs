//! Throwaway databases for tests: SQLite in a file, PostgreSQL in a cluster of its own.
//!
//! ```no_run
//! #[tokio::test]
//! async fn what_was_written_is_read() {
//!     testkit::on_both(async |database| {
//!         let mut tx = database.begin().await.unwrap();
//!         // …
//!         tx.commit().await.unwrap();
//!     })
//!     .await;
//! }
//! ```
//!
//! The cluster is started once per test process, or is the one that `STRAKS_TEST_POSTGRES` names
//! (`cargo run -p testkit -- COMMAND` runs a command with one). It disappears with the process,
//! however that ends.

mod cluster;
mod databases;
pub mod model;

pub use cluster::Cluster;
pub use databases::{TestDatabase, on_both};

/// The variable that names a running PostgreSQL cluster, `postgres://SUPERUSER@HOST`.
pub const POSTGRES_VARIABLE: &str = "STRAKS_TEST_POSTGRES";
