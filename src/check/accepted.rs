//! `dbharden.accepted.toml`: findings that were there when a team began to look. Only new ones fail `check`.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::Finding;
use crate::error::{Context, Error, Result};
use crate::ident::one_line;

/// Name of the file, beside the configuration.
pub const FILE_NAME: &str = "dbharden.accepted.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fingerprints: BTreeSet<String>,
}

/// Fingerprints that were accepted; `None` when there is no file.
///
/// # Errors
/// A file that cannot be read or does not parse: it must not pass for an empty one.
pub fn load(path: &Path) -> Result<Option<BTreeSet<String>>> {
    if !path.exists() {
        return Ok(None);
    }
    let what = || format!("cannot read {}", path.display());
    let text = std::fs::read_to_string(path).context(what())?;
    let file: File = toml::from_str(&text).map_err(|e| {
        Error::new(what())
            .because(e.message())
            .fix("restore it from version control, or write it afresh: `dbharden check --accept`")
    })?;
    Ok(Some(file.fingerprints))
}

/// Writes the file whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn save<'f>(path: &Path, findings: impl IntoIterator<Item = &'f Finding>) -> Result<()> {
    let what = || format!("cannot write {}", path.display());
    let directory = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let staging = tempfile::Builder::new().prefix(".dbharden-").tempfile_in(directory).context(what())?;
    std::fs::write(staging.path(), render(findings)).context(what())?;
    #[cfg(unix)]
    std::fs::set_permissions(staging.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644)).context(what())?;
    staging.persist(path).context(what())?;
    Ok(())
}

/// The file's text: by check and object, each with what was found, for those who review it.
fn render<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> String {
    let mut sorted: Vec<&Finding> = findings.into_iter().collect();
    let key = |f: &Finding| (f.check.clone(), f.object.clone(), f.columns.clone(), f.fingerprint.clone());
    sorted.sort_by_key(|f| key(f));
    sorted.dedup_by_key(|f| f.fingerprint.clone());
    let mut out = String::from(
        "# Findings that were accepted as they are: `dbharden check` fails only on others.\n\
         # Written by `dbharden check --accept`. A cured finding disappears at the next --accept.\n\
         # For one that is right as it is, with a reason and a last day, write [[ignore]] into dbharden.toml instead.\n\n\
         fingerprints = [\n",
    );
    let mut check = "";
    for finding in sorted {
        if finding.check != check {
            check = &finding.check;
            out.push_str(&format!("\n    # {} {}\n", finding.id, one_line(check)));
        }
        out.push_str(&format!("    # {}\n    #   {}\n", one_line(&finding.object), one_line(&finding.message)));
        out.push_str(&format!("    \"{}\",\n", finding.fingerprint));
    }
    out.push_str("]\n");
    out
}
