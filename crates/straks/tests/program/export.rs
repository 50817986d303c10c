//! The knowledge base as files: what comes out is sound, and served from an empty data folder it
//! comes out the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use straks_load::node::{Folder, Node, Start, free_address};
use straks_load::site::Site;
use tokio::process::Command;

use crate::program;

/// A configuration on a data folder of its own.
fn configuration(folder: &Path, name: &str, listen: &str, content: Option<&Path>) -> PathBuf {
    let data = folder.join(name);
    std::fs::create_dir_all(&data).expect("a folder");
    let mut text = format!(
        "tenant = \"straks-demo\"\npublic_address = \"http://{listen}\"\ndata = {data:?}\n\
         listen = \"{listen}\"\nmetrics_listen = \"127.0.0.1:0\"\n"
    );
    if let Some(content) = content {
        text.push_str(&format!("content = {content:?}\n"));
    }
    let file = folder.join(format!("{name}.toml"));
    std::fs::write(&file, text).expect("written");
    file
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

/// Runs the program; what it says to a person.
async fn says(words: &[&str]) -> (bool, String) {
    let told = straks().args(words).output().await.expect("it runs");
    (told.status.success(), String::from_utf8_lossy(&told.stderr).into_owned())
}

async fn export(config: &Path, to: &Path) {
    let (config, to) = (config.display().to_string(), to.display().to_string());
    let (well, said) = says(&["content", "export", "--config", &config, &to]).await;
    assert!(well && said.contains("files in"), "{said}");
}

/// Every file with what stands in it. Tables are lines with times and ids of one database.
fn texts(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut texts = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|kind| kind != "jsonl") {
                let text = std::fs::read_to_string(&path).expect("a text");
                texts.insert(path.strip_prefix(folder).expect("inside").to_owned(), text);
            }
        }
    }
    texts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_exported_is_sound_and_comes_out_of_an_empty_folder_the_same() {
    let folder = Folder::new().expect("a folder");
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let demo = Node::start(&Start::new(program(), &folder.path().join("demo"))).await;
    demo.expect("the demo starts").kill().await.expect("it ran until now");
    let listen = free_address().expect("an address");
    let config = configuration(folder.path(), "demo", &listen, None);
    export(&config, &first).await;
    let before = texts(&first);
    assert!(before.len() > 190, "only {} files", before.len());

    let (well, said) = says(&["content", "check", &first.display().to_string()]).await;
    assert!(well, "{said}");

    let anew = configuration(folder.path(), "anew", &listen, Some(&first));
    let mut serve = straks();
    serve.args(["serve", "--config"]).arg(&anew).kill_on_drop(true);
    let mut node = serve.spawn().expect("it starts");
    let site = Site::new(&format!("http://{listen}")).expect("an address of this machine");
    assert!(site.is_ready_within(Duration::from_secs(60)).await, "the files are not served");
    node.kill().await.expect("it ran until now");
    export(&anew, &second).await;
    let after = texts(&second);
    let names = |texts: &BTreeMap<PathBuf, String>| texts.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before));
    for (path, text) in &before {
        assert_eq!(&after[path], text, "{}", path.display());
    }

    // What is there is never written over.
    let (config, first) = (config.display().to_string(), first.display().to_string());
    let (well, said) = says(&["content", "export", "--config", &config, &first]).await;
    assert!(!well && said.contains("is not empty"), "{said}");
}
