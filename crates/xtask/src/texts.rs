//! The language catalogue as TypeScript, for the citizen's elements and the staff application.

use std::path::Path;

use anyhow::Context as _;

/// Writes `web/src/generated/texts.ts` from `i18n/`, if it is different.
///
/// # Errors
/// Faults of the catalogue, and a folder that cannot be written.
pub fn write(root: &Path) -> anyhow::Result<()> {
    let catalogue = catalogue::Catalogue::read(&root.join("i18n"))?;
    let text = catalogue::typescript(&catalogue);
    let path = root.join("web/src/generated/texts.ts");
    if std::fs::read_to_string(&path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    let folder = path.parent().context("the file stands in a folder")?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(&path, text).with_context(|| path.display().to_string())
}
