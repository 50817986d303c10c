//! `cargo run -p testkit -- COMMAND…` runs a command with a throwaway PostgreSQL whose address
//! stands in `STRAKS_TEST_POSTGRES`, and ends as the command does.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("say which command to run: cargo run -p testkit -- cargo test");
        return ExitCode::from(2);
    };
    let cluster = testkit::Cluster::start();
    let mut command = Command::new(&program);
    command.args(words).env(testkit::POSTGRES_VARIABLE, cluster.address());
    // `cargo run` tells this program what its package is. A build that is started here must not hear
    // it: `ring` would be compiled anew, and all that stands on it.
    for (name, _) in std::env::vars_os() {
        let of_package =
            |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if name.to_str().is_some_and(of_package) {
            command.env_remove(name);
        }
    }
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => ExitCode::from(status.code().and_then(|c| u8::try_from(c).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("{} does not start: {error}", program.display());
            ExitCode::from(127)
        }
    }
}
