//! Flyway: `V1.2__name.sql` by version, then `R__name.sql` by description, subfolders too; `U` undoes, `B` is a baseline.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use super::{MigrationFile, ReadOptions, files, placeholder};
use crate::error::{Error, Result};
use crate::migration::script;

/// A file's name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// `V`, `R`, `U` or `B`.
    pub(super) prefix: char,
    /// `1.2`; empty for `R`.
    pub(super) version: String,
    /// `add users`
    pub(super) description: String,
}

/// Takes `V1_2__add_users.sql` apart.
pub(super) fn name(file: &str) -> Option<Name> {
    let stem = file.strip_suffix(".sql")?;
    let prefix = stem.chars().next().filter(|c| "VRUB".contains(*c))?;
    let (version, description) = stem[1..].split_once("__")?;
    let version = version.replace('_', ".");
    let fits = match prefix {
        'R' => version.is_empty(),
        _ => !version.is_empty() && version.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit())),
    };
    fits.then(|| Name { prefix, version, description: description.replace('_', " ") })
}

/// Versions are numbers between dots: 1.10 comes after 1.9.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let parts = |v: &str| -> Vec<String> { version_id(v).split('.').map(str::to_owned).collect() };
    let longer = |p: &str, q: &str| p.len().cmp(&q.len()).then_with(|| p.cmp(q));
    let (a, b) = (parts(a), parts(b));
    let first = a.iter().zip(&b).map(|(p, q)| longer(p, q)).find(|o| o.is_ne());
    first.unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Whether a version, of numbers between dots, is this one or comes before it.
pub(crate) fn not_after(version: &str, other: &str) -> bool {
    compare(version, other).is_le()
}

/// The version without what makes no difference: `001.0` is `1`.
pub(crate) fn version_id(version: &str) -> String {
    let mut parts: Vec<&str> =
        version.split('.').map(|p| Some(p.trim_start_matches('0')).filter(|p| !p.is_empty()).unwrap_or("0")).collect();
    while parts.len() > 1 && parts.last() == Some(&"0") {
        parts.pop();
    }
    parts.join(".")
}

/// All migrations below a folder with their names.
pub(super) fn list(dir: &Path) -> Result<Vec<(Name, PathBuf)>> {
    let mut found = Vec::new();
    for (file, path) in files::entries(dir)? {
        if path.is_dir() {
            found.extend(list(&path)?);
        } else if let Some(name) = name(&file) {
            found.push((name, path));
        }
    }
    Ok(found)
}

/// The migrations that `migrate` runs on an empty database.
pub(super) fn read(dir: &Path, options: &ReadOptions) -> Result<Vec<MigrationFile>> {
    let all = list(dir)?;
    let mut chosen: Vec<&(Name, PathBuf)> = all.iter().filter(|(n, _)| matches!(n.prefix, 'V' | 'R')).collect();
    // a baseline stands for the versions up to its own; where those are still there, they tell more
    let baseline = all.iter().filter(|(n, _)| n.prefix == 'B').max_by(|a, b| compare(&a.0.version, &b.0.version));
    if let Some(baseline) = baseline {
        let covered = |n: &Name| n.prefix == 'V' && compare(&n.version, &baseline.0.version).is_le();
        if !chosen.iter().any(|(n, _)| covered(n)) {
            chosen.push(baseline);
        }
    }
    chosen.sort_by(|(a, _), (b, _)| {
        let repeatable = |n: &Name| n.prefix == 'R';
        repeatable(a).cmp(&repeatable(b)).then_with(|| match repeatable(a) {
            true => a.description.cmp(&b.description),
            false => compare(&a.version, &b.version),
        })
    });
    chosen.into_iter().map(|(name, path)| migration(name, path, options)).collect()
}

fn migration(name: &Name, path: &Path, options: &ReadOptions) -> Result<MigrationFile> {
    let text = script::text(path)?;
    let config = PathBuf::from(format!("{}.conf", path.display()));
    let config = if config.is_file() { script::text(&config)? } else { String::new() };
    let setting = |wanted: &str, value: &str| {
        let in_config = config.lines().any(|l| says(l, wanted, value));
        in_config || text.lines().any(|l| comment(l).is_some_and(|c| says(c, wanted, value)))
    };
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let own = |name: &str| match name {
        "flyway:defaultSchema" => Some("public".to_owned()),
        "flyway:table" => Some("flyway_schema_history".to_owned()),
        "flyway:filename" => Some(file.clone()),
        _ => None,
    };
    let sql = if setting("placeholderReplacement", "false") {
        text.clone()
    } else {
        placeholder::fill(&text, path, 1, &options.placeholders, &own)?
    };
    if sql.matches('\n').count() != text.matches('\n').count() {
        return Err(Error::new(format!("a placeholder of {} has a value of several lines", path.display()))
            .fix("give it a value without line breaks"));
    }
    let id = if name.prefix == 'R' { repeatable_id(&name.description) } else { version_id(&name.version) };
    Ok(MigrationFile {
        id,
        name: file.trim_end_matches(".sql").to_owned(),
        path: path.to_owned(),
        sql,
        first_line: 1,
        transaction: !setting("executeInTransaction", "false"),
        repeatable: name.prefix == 'R',
    })
}

/// A repeatable migration has no version: the ledger knows it by its description.
pub(super) fn repeatable_id(description: &str) -> String {
    format!("R__{description}")
}

/// `-- flyway:executeInTransaction=false`
fn comment(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("--")?.trim_start().strip_prefix("flyway:")
}

fn says(line: &str, wanted: &str, value: &str) -> bool {
    line.split_once('=').is_some_and(|(k, v)| k.trim() == wanted && v.trim().eq_ignore_ascii_case(value))
}
