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
    let file = folder.join("texts.ts");
    let text = catalogue::typescript(&catalogue);
    // An unchanged file keeps its time, so that a watching build stays calm.
    if std::fs::read_to_string(&file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(&file, text).with_context(|| format!("writing {}", file.display()))
}
