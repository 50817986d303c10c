//! The database: SQLite alone, PostgreSQL for several nodes; one SQL text for both.
//!
//! Read first: [`streams`] (how everything live is read), [`contacts`] (a contact's journal and its
//! projections in one transaction), [`database`] (the words spoken to both databases).
//!
//! Every function takes the tenant of a [`base::Scope`] or the scope itself. Those that need none
//! stand in [`whole`].

pub mod chat;
pub mod contacts;
pub mod database;
mod error;
pub mod jobs;
pub mod hand_overs;
pub mod migrate;
pub mod presences;
pub mod streams;

pub use database::{Address, Database, Tx};
pub use error::StoreError;
