//! The store on both databases.

mod audit;
mod backup;
mod contacts;
mod jobs;
mod making;
mod retention;
mod schema;
mod statements;
mod streams;
mod verify;
