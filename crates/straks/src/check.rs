//! `straks check`: every fault of a configuration at once.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::config::{self, Config};
use crate::{ConfigFile, say};

/// What is said of [`Config::hides_who_asks`].
pub const UNKNOWN_PROXY: &str = "trusted_proxies is empty though public_address is https: name the \
    proxy's address, or everybody seems to come from it and a stranger's wrong passwords lock \
    everybody out";

/// Reads a configuration file and the `STRAKS_*` variables.
///
/// # Errors
/// All faults together, one a line.
pub fn load(path: &Path) -> anyhow::Result<Config> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))?;
    let variables = std::env::vars().filter(|(name, _)| name != "STRAKS_CONFIG");
    config::read(&text, variables).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        anyhow::anyhow!("{} fault(s) in {}:\n{}", faults.len(), path.display(), lines.join("\n"))
    })
}

pub fn run(file: &ConfigFile) -> anyhow::Result<()> {
    let config = load(&file.config)?;
    // One that is not there yet is made at the first start.
    if config.data.exists() && !config.data.is_dir() {
        bail!(
            "the configuration is well formed, but:\n  data: {} is no folder",
            config.data.display()
        );
    }
    say(&format!("{} has no faults", file.config.display()));
    if config.hides_who_asks() {
        say(&format!("  {UNKNOWN_PROXY}"));
    }
    Ok(())
}
