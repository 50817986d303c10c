//! Compiles the language catalogue, and looks again when the front end has been built.

use std::path::Path;

fn main() {
    // Asked when it runs, not when it is compiled: another checkout may share the build results.
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo names the folder");
    let root = Path::new(&here).join("../..");
    println!("cargo::rerun-if-changed={}", root.join("i18n").display());
    // rust-embed bakes in what is there at compile time: an absent folder must be noticed later.
    let dist = root.join("web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    if !dist.join("manifest.json").exists() {
        println!("cargo::warning=web/dist is missing: pages work but are unstyled (run ./dev up)");
    }
    let out = std::env::var("OUT_DIR").expect("cargo names the folder");
    match catalogue::Catalogue::read(&root.join("i18n")) {
        Ok(catalogue) => {
            let text = catalogue::rust(&catalogue);
            std::fs::write(Path::new(&out).join("texts.rs"), text).expect("the folder is ours");
        }
        Err(faults) => {
            for fault in faults.0 {
                println!("cargo::error={fault}");
            }
        }
    }
}
