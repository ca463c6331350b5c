//! Who the rules are: `checks/migrations/<name>/check.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::Dir;
use serde::Deserialize;

use super::super::draft::WorkKind;
use crate::check::{BUILT_IN, MIGRATIONS, Severity};
use crate::error::{Context, Result};
use crate::plan::LockMode;

/// `check.toml` of a rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Frozen id: `DBL101`.
    pub id: String,
    /// Name of the fault, as the folder.
    pub name: String,
    /// First version that has it.
    pub since: String,
    /// Severity of its findings where no figures of the table are at hand.
    pub severity: Severity,
    /// One line.
    pub summary: String,
    /// Whether it is on when nobody says so.
    #[serde(default = "on")]
    pub default: bool,
    /// Rules of squawk that it answers for.
    #[serde(default)]
    pub squawk: Vec<String>,
    /// Hints of eugene.
    #[serde(default)]
    pub eugene: Vec<String>,
    /// Checks of strong_migrations.
    #[serde(default)]
    pub strong_migrations: Vec<String>,
    /// Other rules that its bad example fires.
    #[serde(default)]
    pub also: Vec<String>,
    /// `--pg-version` of its examples, where it matters.
    #[serde(default)]
    pub pg_version: Option<String>,
    /// Locks that its bad example takes on what was there before: proven on a real server.
    #[serde(default)]
    pub locks: Vec<LockClaim>,
}

/// A lock that the bad example of a rule takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockClaim {
    /// The relation, SQL-quoted.
    pub relation: String,
    /// The mode.
    pub mode: LockMode,
    /// What is done meanwhile.
    pub work: WorkKind,
    /// First major version where it is so.
    #[serde(default)]
    pub from: Option<u32>,
}

fn on() -> bool {
    true
}

/// A rule and its page.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What `check.toml` says.
    pub about: About,
    /// Its page.
    pub page: &'static str,
    /// What it finds something in; empty for rules that look at folders.
    pub bad: &'static str,
    /// What it has nothing to say about.
    pub good: &'static str,
    /// The files, by their place in it, of a folder in which it finds something; empty for rules that look at files.
    pub bad_folder: Vec<(String, &'static str)>,
    /// The same of a folder about which it has nothing to say.
    pub good_folder: Vec<(String, &'static str)>,
}

impl Rule {
    /// Its page with the examples.
    pub fn whole_page(&self) -> String {
        let mut page = self.page.trim().to_owned();
        if !self.bad.is_empty() {
            let (bad, good) = (self.bad.trim_end(), self.good.trim_end());
            page.push_str(&format!("\n\nBad:\n\n```sql\n{bad}\n```\n\nGood:\n\n```sql\n{good}\n```"));
        }
        for (title, files) in [("Bad", &self.bad_folder), ("Good", &self.good_folder)] {
            let named = |(path, text): &(String, &str)| format!("-- {path}\n{}", text.trim_end());
            if !files.is_empty() {
                let shown: Vec<String> = files.iter().map(named).collect();
                page.push_str(&format!("\n\n{title}:\n\n```sql\n{}\n```", shown.join("\n\n")));
            }
        }
        page
    }
}

/// All rules.
#[derive(Debug, Clone)]
pub struct Rules {
    by_name: BTreeMap<String, Rule>,
}

impl Rules {
    /// Reads them; they are part of the binary.
    ///
    /// # Errors
    /// A `check.toml` does not parse: a bug.
    pub fn load() -> Result<Self> {
        let mut by_name = BTreeMap::new();
        for folder in BUILT_IN.get_dir(MIGRATIONS).into_iter().flat_map(|d| d.dirs()) {
            let text = |file: &str| folder.get_file(folder.path().join(file)).and_then(|f| f.contents_utf8()).unwrap_or_default();
            let about: About =
                toml::from_str(text("check.toml")).context(format!("{}/check.toml does not parse", folder.path().display()))?;
            let (page, bad, good) = (text("README.md"), text("examples/bad.sql"), text("examples/good.sql"));
            let files = |example: &str| {
                let top = folder.path().join("examples").join(example);
                let mut files = Vec::new();
                folder.get_dir(&top).into_iter().for_each(|dir| below(dir, &top, &mut files));
                files
            };
            let rule = Rule { about, page, bad, good, bad_folder: files("bad"), good_folder: files("good") };
            by_name.insert(rule.about.name.clone(), rule);
        }
        Ok(Self { by_name })
    }

    /// All of them, by id.
    pub fn all(&self) -> Vec<&Rule> {
        let mut all: Vec<&Rule> = self.by_name.values().collect();
        all.sort_by(|a, b| a.about.id.cmp(&b.about.id));
        all
    }

    /// The rule of this name or id.
    pub fn find(&self, name_or_id: &str) -> Option<&Rule> {
        self.by_name.get(name_or_id).or_else(|| self.by_name.values().find(|r| r.about.id.eq_ignore_ascii_case(name_or_id)))
    }

    /// The rules that answer for one of squawk's.
    pub fn of_squawk<'r>(&'r self, rule: &'r str) -> impl Iterator<Item = &'r Rule> {
        let rule = if rule == "prefer-timestamptz" { "prefer-timestamp-tz" } else { rule };
        self.by_name.values().filter(move |r| r.about.squawk.iter().any(|s| s == rule))
    }
}

/// The files of a folder and of those in it, by their place below `top`, in order.
fn below(dir: &Dir<'static>, top: &Path, files: &mut Vec<(String, &'static str)>) {
    for file in dir.files() {
        let place = file.path().strip_prefix(top).unwrap_or(file.path());
        files.push((place.display().to_string(), file.contents_utf8().unwrap_or_default()));
    }
    dir.dirs().for_each(|inner| below(inner, top, files));
    files.sort();
}

/// Whether a rule has this name or id.
pub fn exists(name_or_id: &str) -> bool {
    Rules::load().is_ok_and(|rules| rules.find(name_or_id).is_some())
}
