//! What `./dev` needs Rust for.

mod music;
mod prompts;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("texts") => texts(&root()?),
        Some("prompts") => prompts::write(&root()?),
        other => bail!("xtask knows `texts` and `prompts`, not {:?}", other.unwrap_or_default()),
    }
}

/// The folder of the repository. Asked when it runs, not when it is compiled: another checkout may
/// share the build results.
fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::var("CARGO_MANIFEST_DIR").context("run it with cargo")?;
    Ok(Path::new(&here).join("../.."))
}

/// Writes the texts of the screens as TypeScript, for the build in `web`.
fn texts(root: &Path) -> anyhow::Result<()> {
    let catalogue = catalogue::Catalogue::read(&root.join("i18n"))?;
    let folder = root.join("web/src/generated");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    // A module is one chunk of the bundle with every text of it that anything uses. So the citizen's
    // pages have one of their own, and what staff load later (other pages, the workshop) others.
    let module = |name: &str, files: &[&str], speaks_as| {
        catalogue::typescript(&catalogue.of_files(files), name, speaks_as)
    };
    for (name, text) in [
        ("texts.ts", module("texts", &["staff", "problems", "notices"], None)),
        ("pages.ts", module("pages", &["pages"], Some("texts"))),
        ("calls.ts", module("calls", &["calls"], Some("texts"))),
        ("workshop.ts", module("workshop", &["workshop"], Some("texts"))),
        ("directory.ts", module("directory", &["directory"], Some("texts"))),
        ("citizen.ts", module("citizen", &["citizen"], None)),
    ] {
        let file = folder.join(name);
        // An unchanged file keeps its time, so that a watching build stays calm.
        if std::fs::read_to_string(&file).is_ok_and(|old| old == text) {
            continue;
        }
        std::fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}
