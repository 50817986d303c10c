//! The store on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails where its ground gives way")]

mod audit;
mod backup;
mod contacts;
mod jobs;
mod making;
mod retention;
mod schema;
mod sites;
mod statements;
mod streams;
mod verify;
