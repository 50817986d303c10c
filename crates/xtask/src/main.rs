//! What `./dev` needs Rust for.

use std::path::Path;

use anyhow::{Context, bail};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("texts") => texts(),
        other => bail!("xtask knows `texts`, not {:?}", other.unwrap_or_default()),
    }
}

/// Writes the texts of the screens as TypeScript, for the build in `web`.
fn texts() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let catalogue = catalogue::Catalogue::read(&root.join("i18n"))?;
    let folder = root.join("web/src/generated");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    // The citizen's pages have a module of their own: shared with the staff application it would
    // become one chunk with every text in it.
    let citizen = catalogue::typescript(&catalogue.of_file("citizen"), "citizen");
    for (name, text) in
        [("texts.ts", catalogue::typescript(&catalogue, "texts")), ("citizen.ts", citizen)]
    {
        let file = folder.join(name);
        // An unchanged file keeps its time, so that a watching build stays calm.
        if std::fs::read_to_string(&file).is_ok_and(|old| old == text) {
            continue;
        }
        std::fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}
