//! The store on both databases.

mod contacts;
mod jobs;
mod making;
mod schema;
mod statements;
mod streams;
