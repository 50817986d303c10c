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
    let status = Command::new(&program)
        .args(words)
        .env(testkit::POSTGRES_VARIABLE, cluster.address())
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => ExitCode::from(status.code().and_then(|c| u8::try_from(c).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("{} does not start: {error}", program.display());
            ExitCode::from(127)
        }
    }
}
