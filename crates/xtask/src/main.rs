//! What ./dev needs Rust for.

mod texts;

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match std::env::args().nth(1).as_deref() {
        Some("texts") => texts::write(&root),
        Some(other) => anyhow::bail!("there is no task {other:?}; there is: texts"),
        None => anyhow::bail!("which task? There is: texts"),
    }
}
