//! A rejected migration becomes a waiver: its findings are known and right as they are, so that `plan` does not propose it again.

use std::path::Path;

use crate::config::{self, Config};
use crate::error::{Context, Error, Result};
use crate::migration::PlanFile;

/// Adds `[[ignore]]` for the findings of a migration to a config file. Returns how many; 0 where none is known.
///
/// # Errors
/// The file cannot be written, or would not parse any more: then it is as it was.
pub fn waive(file: &Path, plan: &PlanFile, reason: &str) -> Result<usize> {
    let what = || format!("cannot write {}", file.display());
    let before = if file.exists() { std::fs::read_to_string(file).context(what())? } else { String::new() };
    let mut after = before.clone();
    if !after.is_empty() && !after.ends_with('\n') {
        after.push('\n');
    }
    for cured in &plan.findings {
        let text = |s: &str| toml::Value::String(s.to_owned()).to_string();
        after.push_str(&format!(
            "\n[[ignore]]\ncheck = {}\nobject = {}\nreason = {}\n",
            text(&cured.check),
            text(&cured.object),
            text(reason)
        ));
    }
    Config::parse(&after).map_err(|e| {
        Error::new(format!("cannot add the waiver to {}", file.display()))
            .because(e)
            .fix(format!("write `ignore` in {} as [[ignore]] sections", config::FILE_NAME))
    })?;
    if !plan.findings.is_empty() {
        std::fs::write(file, after).context(what())?;
    }
    Ok(plan.findings.len())
}
