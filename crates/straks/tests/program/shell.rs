//! The program as operators run it: a configuration, and one command after the other.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use straks_load::site::Site;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use crate::program;

/// What a command told.
pub struct Said {
    pub well: bool,
    /// For programs.
    pub out: String,
    /// For people.
    pub err: String,
}

/// Writes a configuration `NAME.toml`; `data` is a folder beside it.
pub fn configuration(
    folder: &Path,
    name: &str,
    data: &str,
    listen: &str,
    content: Option<&Path>,
    more: &str,
) -> PathBuf {
    let data = folder.join(data);
    std::fs::create_dir_all(&data).expect("a folder");
    let mut text = format!(
        "tenant = \"straks-demo\"\npublic_address = \"http://{listen}\"\ndata = {data:?}\n\
         listen = \"{listen}\"\nmetrics_listen = \"127.0.0.1:0\"\n"
    );
    if let Some(content) = content {
        writeln!(text, "content = {content:?}").expect("memory takes it");
    }
    text.push_str(more);
    let file = folder.join(format!("{name}.toml"));
    std::fs::write(&file, text).expect("written");
    file
}

/// The content of the repository.
pub fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")
}

/// The program without the settings of whoever runs the tests.
fn straks() -> Command {
    let mut straks = Command::new(program());
    let names = std::env::vars().map(|(name, _)| name);
    for name in names.filter(|name| name.starts_with("STRAKS_")) {
        straks.env_remove(name);
    }
    straks
}

/// Serves until it is killed; ready when this answers.
pub async fn serve(config: &Path, listen: &str) -> Child {
    let mut serve = straks();
    serve.args(["serve", "--config"]).arg(config).kill_on_drop(true);
    let node = serve.spawn().expect("it starts");
    let site = Site::new(&format!("http://{listen}")).expect("an address of this machine");
    assert!(site.is_ready_within(Duration::from_secs(60)).await, "it does not serve");
    node
}

/// Runs a command to its end.
pub async fn says(words: &[&str]) -> Said {
    says_to(words, "").await
}

/// The same, with something on its standard input.
pub async fn says_to(words: &[&str], input: &str) -> Said {
    let mut command = straks();
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut to = child.stdin.take().expect("an input");
    // Who does not read it has closed it.
    let _ = to.write_all(input.as_bytes()).await;
    drop(to);
    let told = child.wait_with_output().await.expect("it ends");
    Said {
        well: told.status.success(),
        out: String::from_utf8_lossy(&told.stdout).into_owned(),
        err: String::from_utf8_lossy(&told.stderr).into_owned(),
    }
}

/// Runs a command with a configuration.
pub async fn says_with(config: &Path, words: &[&str]) -> Said {
    let config = config.display().to_string();
    let words: Vec<&str> = words.iter().copied().chain(["--config", &config]).collect();
    says(&words).await
}

/// A municipality's directory as a table.
pub async fn table_of(config: &Path, municipality: &str) -> String {
    let told = says_with(config, &["directory", "export", "--municipality", municipality]).await;
    assert!(told.well, "{}", told.err);
    told.out
}
