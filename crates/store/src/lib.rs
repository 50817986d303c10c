//! The database: SQLite alone, PostgreSQL for several nodes; one SQL text for both.
//!
//! Read first: [`streams`] (how everything live is read), [`contacts`] (a contact's journal and its
//! projections in one transaction), [`database`] (the words spoken to both databases).
//!
//! Every function takes the tenant of a [`base::Scope`] or the scope itself. Those that need none
//! stand in [`whole`].

pub mod areas;
pub mod audit;
pub mod backup;
pub mod bulk;
pub mod calls;
pub mod chat;
pub mod contacts;
pub mod database;
pub mod directory;
pub mod duties;
mod error;
pub mod guides;
pub mod hand_overs;
pub mod improvement;
pub mod jobs;
pub mod kle;
pub mod knowledge;
pub mod links;
pub mod logins;
pub mod migrate;
pub mod people;
pub mod presences;
pub mod prompts;
pub mod recordings;
pub mod retention;
pub mod room;
pub mod scim;
pub mod searching;
pub mod settings;
pub mod sites;
pub mod streams;
pub mod trail;
pub mod verify;
pub mod whole;
pub mod workshop;

pub use database::{Address, Database, Tx};
pub use error::StoreError;
