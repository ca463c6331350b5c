//! The checks: one folder each, read from those built in and from a user's own directories.
//!
//! `<group>/<name>/check.toml` says who the check is, `find.sql` (or a Rust detector of the same name) finds, `README.md` is its
//! page, `examples/` its test.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::{Severity, detect};
use crate::error::{Context, Error, Result};
use crate::hash;
use crate::snapshot::Subject;

/// The group of the rules for migration files, which [`crate::lint`] has.
pub(crate) const MIGRATIONS: &str = "migrations";

/// The folder `checks/`.
pub(crate) static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/checks");

/// One check.
#[derive(Debug, Clone)]
pub struct Check {
    /// What `check.toml` says.
    pub about: About,
    /// The folder above it: `index`, `rls`, ...
    pub group: String,
    /// `find.sql`, where there is one.
    pub sql: Option<String>,
    /// The detector in Rust, where there is one; it also gets the rows of `find.sql`.
    pub detect: Option<detect::Detector>,
    /// Its page.
    pub page: String,
}

/// `check.toml`: everything a list, a config file or a docs page needs; no logic.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Frozen id: `DBH101`.
    pub id: String,
    /// Name of the fault, as the folder.
    pub name: String,
    /// First version that has it.
    pub since: String,
    /// Severity of its findings, unless a finding says otherwise.
    pub severity: Severity,
    /// One line.
    pub summary: String,
    /// Message with `{column}` of the row in braces; Rust detectors may write their own.
    #[serde(default)]
    pub message: String,
    /// `find.sql` or `rust`.
    pub detector: String,
    /// A change that the planner knows, where it cures the fault.
    #[serde(default)]
    pub fix: Option<String>,
    /// Least major version of the server.
    pub min_pg: u32,
    /// What the snapshot must hold; unmet, the check is skipped, never clean.
    #[serde(default)]
    pub needs: Vec<Subject>,
    /// Other checks that its bad example may fire within its own group.
    #[serde(default)]
    pub also: Vec<String>,
    /// Options with defaults.
    #[serde(default)]
    pub options: BTreeMap<String, OptionSpec>,
}

/// One option of a check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionSpec {
    /// `integer`, `number`, `string`, `bool` or `strings`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Used when the config says nothing.
    pub default: toml::Value,
    /// One line.
    pub help: String,
}

/// All checks, sorted by id.
#[derive(Debug, Clone)]
pub struct Registry {
    checks: Vec<Check>,
}

impl Registry {
    /// The built-in checks and those below `directories` (each holds `<group>/<name>/check.toml`). A folder whose `check.toml` is a
    /// built-in one's is that one's source, not another check.
    ///
    /// # Errors
    /// A `check.toml` that does not parse, lacks `find.sql`, or takes an id or a name that is taken.
    pub fn load(directories: &[&Path]) -> Result<Self> {
        let mut checks = Vec::new();
        let mut built_in = BTreeSet::new();
        for group in BUILT_IN.dirs() {
            for folder in group.dirs() {
                let text =
                    |file: &str| folder.get_file(folder.path().join(file)).and_then(|f| f.contents_utf8()).map(str::to_owned);
                if group.path() == Path::new(MIGRATIONS) {
                    built_in.extend(text("check.toml"));
                    continue;
                }
                checks.push(Check::from_texts(&name_of(group.path()), &name_of(folder.path()), text)?);
                built_in.extend(text("check.toml"));
            }
        }
        for directory in directories {
            for group in folders(directory)? {
                for folder in folders(&group)? {
                    let text = |file: &str| std::fs::read_to_string(folder.join(file)).ok();
                    if text("check.toml").is_some_and(|toml| built_in.contains(&toml)) {
                        continue;
                    }
                    if folder.join("check.toml").exists() {
                        let check = Check::from_texts(&name_of(&group), &name_of(&folder), text)
                            .map_err(|e| Error::new(format!("cannot use the check in {}", folder.display())).because(e))?;
                        if check.sql.is_none() {
                            return Err(Error::new(format!("cannot use the check in {}", folder.display()))
                                .because("detectors in Rust are part of dbharden")
                                .fix("put a query into find.sql and write detector = \"find.sql\""));
                        }
                        checks.push(Check { detect: None, ..check });
                    }
                }
            }
        }
        checks.sort_by(|a, b| a.about.id.cmp(&b.about.id));
        for pair in checks.windows(2) {
            if pair[0].about.id == pair[1].about.id {
                return Err(Error::new(format!("two checks have the id {}", pair[0].about.id))
                    .because(format!("{} and {}", pair[0].about.name, pair[1].about.name))
                    .fix("give your own checks ids that do not begin with DBH"));
            }
        }
        let mut names: Vec<&str> = checks.iter().map(|c| c.about.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|p| p[0] == p[1]) {
            return Err(Error::new(format!("two checks are named {}", pair[0])).fix("rename your own"));
        }
        Ok(Self { checks })
    }

    /// No checks: for a reader that wants the catalog and no findings.
    pub fn none() -> Self {
        Self { checks: Vec::new() }
    }

    /// All of them, by id.
    pub fn all(&self) -> &[Check] {
        &self.checks
    }

    /// The check of this name or id.
    pub fn find(&self, name_or_id: &str) -> Option<&Check> {
        self.checks.iter().find(|c| c.about.name == name_or_id || c.about.id.eq_ignore_ascii_case(name_or_id))
    }
}

impl Check {
    fn from_texts(group: &str, folder: &str, text: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let toml = text("check.toml").ok_or_else(|| Error::new(format!("{group}/{folder} has no check.toml")))?;
        let about: About = toml::from_str(&toml).context(format!("{group}/{folder}/check.toml does not parse"))?;
        if about.name != folder {
            return Err(Error::new(format!("{group}/{folder}/check.toml names the check {:?}", about.name))
                .fix("a check has the name of its folder"));
        }
        let sql = text("find.sql");
        let detect = detect::find(&about.name);
        let found = match about.detector.as_str() {
            "find.sql" => sql.is_some(),
            "rust" => detect.is_some(),
            _ => false,
        };
        if !found {
            return Err(Error::new(format!("{group}/{folder} has no detector {:?}", about.detector))
                .fix("put the query into find.sql and write detector = \"find.sql\""));
        }
        Ok(Self { about, group: group.to_owned(), sql, detect, page: text("README.md").unwrap_or_default() })
    }

    /// Hash of `find.sql`: rows in a snapshot count only when they come from the same text.
    pub fn sql_hash(&self) -> Option<String> {
        self.sql.as_ref().map(|sql| hash::hash(&[sql])[..16].to_owned())
    }

    /// What the snapshot has to run for this check.
    pub fn sql_check(&self) -> Option<crate::snapshot::read::SqlCheck> {
        let (sql, hash) = (self.sql.clone()?, self.sql_hash()?);
        Some(crate::snapshot::read::SqlCheck { name: self.about.name.clone(), sql, hash, min_pg: self.about.min_pg })
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn folders(directory: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries = std::fs::read_dir(directory).context(format!("cannot read the checks in {}", directory.display()))?;
    let mut found: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.path())).filter(|p| p.is_dir()).collect();
    found.sort();
    Ok(found)
}
