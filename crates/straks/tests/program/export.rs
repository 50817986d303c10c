//! The knowledge base as files: what comes out is sound, and served from an empty data folder it
//! comes out the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use straks_load::node::{Folder, Node, Start, free_address};

use crate::program;
use crate::shell::{Said, configuration, says, says_with, serve};

async fn export(config: &Path, to: &Path) {
    let Said { well, err, .. } =
        says_with(config, &["content", "export", &to.display().to_string()]).await;
    assert!(well && err.contains("files in"), "{err}");
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
    let config = configuration(folder.path(), "demo", "demo", &listen, None, "");
    export(&config, &first).await;
    let before = texts(&first);
    assert!(before.len() > 190, "only {} files", before.len());

    let Said { well, err, .. } = says(&["content", "check", &first.display().to_string()]).await;
    assert!(well, "{err}");

    let anew = configuration(folder.path(), "anew", "anew", &listen, Some(&first), "");
    serve(&anew, &listen).await.kill().await.expect("it ran until now");
    export(&anew, &second).await;
    let after = texts(&second);
    let names = |texts: &BTreeMap<PathBuf, String>| texts.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before));
    for (path, text) in &before {
        assert_eq!(&after[path], text, "{}", path.display());
    }

    // What is there is never written over.
    let first = first.display().to_string();
    let Said { well, err, .. } = says_with(&config, &["content", "export", &first]).await;
    assert!(!well && err.contains("is not empty"), "{err}");
}
