//! The folder of one check as it stands in the repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dbharden::check::Check;
use dbharden::config::Config;
use dbharden::snapshot::{Workload, workload_file};

/// What every page says, in this order.
const HEADINGS: [&str; 5] = ["What it finds.", "Why it matters.", "What dbharden writes.", "When to leave it.", "Related."];

/// `checks/<group>/<name>`.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    pub fn of(check: &Check) -> Self {
        Self { path: Path::new(env!("CARGO_MANIFEST_DIR")).join("checks").join(&check.group).join(&check.about.name) }
    }

    /// A file of the examples.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join("examples").join(name)
    }

    fn text(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.file(name)).ok()
    }

    /// `examples/<example>.config.toml` where the fault is in the settings, else `examples/config.toml`, or the defaults.
    pub fn config(&self, example: &str) -> Result<Config, String> {
        let text = self.text(&format!("{example}.config.toml")).or_else(|| self.text("config.toml"));
        text.map_or_else(|| Ok(Config::default()), |t| Config::parse(&t).map_err(|e| e.to_string()))
    }

    /// The objects that `bad.sql` says must be found.
    pub fn finds(&self) -> BTreeSet<String> {
        let text = self.text("bad.sql").unwrap_or_default();
        text.lines().filter_map(|l| l.strip_prefix("-- finds: ")).map(|o| o.trim().to_owned()).collect()
    }

    /// Whether an example says in its first line that a statement of it fails.
    pub fn may_fail(&self, example: &str) -> bool {
        self.text(&format!("{example}.sql")).is_some_and(|t| t.starts_with("-- fails:"))
    }

    /// `examples/<example>.workload.sql`.
    pub fn workload(&self, example: &str) -> Result<Option<Workload>, String> {
        self.text(&format!("{example}.workload.sql")).map(|t| workload_file::parse(&t).map_err(|e| e.to_string())).transpose()
    }

    /// What the folder lacks, a sentence each.
    pub fn missing(&self, check: &Check) -> Vec<String> {
        let mut missing = Vec::new();
        let mut lacks = |what: String| missing.push(format!("{}/{}: {what}", check.group, check.about.name));
        for file in ["bad.sql", "good.sql"].iter().filter(|f| !self.file(f).is_file()) {
            lacks(format!("no examples/{file}"));
        }
        let page = &check.page;
        if !page.starts_with(&format!("# {} · {}\n", check.about.id, check.about.name)) {
            lacks("README.md does not begin with its id and name".to_owned());
        }
        let mut rest = page.as_str();
        for heading in HEADINGS {
            match rest.split_once(&format!("\n**{heading}**")) {
                Some((_, after)) => rest = after,
                None => lacks(format!("README.md has no **{heading}** in its place")),
            }
        }
        if check.about.summary.trim().is_empty() || check.about.summary.ends_with('.') {
            lacks("the summary is a line without a full stop".to_owned());
        }
        missing
    }
}
