//! The program from outside: the real binary, real databases, real signals.

mod calls;
mod directory;
mod disk;
mod export;
mod kill;
mod ldap;
mod people;
mod search;
mod shell;
mod two_nodes;

use std::path::Path;

/// The program that was built with these tests.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_straks"))
}
