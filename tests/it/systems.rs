//! What the tests of `tests/systems` share: loading a system, and judging findings by its `expected.toml`.

use std::collections::BTreeSet;

use dbharden::check::{self, Finding, Registry};
use dbharden::config::Config;
use dbharden::demo::{self, System};
use dbharden::plan;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use dbharden::snapshot::Snapshot;
use serde::Deserialize;

use crate::support::{close_public, snapshot};

/// `expected.toml`.
#[derive(Deserialize)]
pub struct Expected {
    pub settings: Settings,
    pub expect: Vec<Entry>,
    #[serde(default)]
    pub also: Vec<Entry>,
}

#[derive(Deserialize)]
pub struct Settings {
    pub pools: Option<i64>,
    pub connection_limit: Option<i64>,
}

/// One finding that is wanted, or known to be true as well.
#[derive(Deserialize, Debug)]
pub struct Entry {
    /// The check that finds it, which there must be.
    #[serde(default)]
    check: String,
    /// In its place: a check that may not be there yet. As soon as it is, the entry counts.
    #[serde(default)]
    needs: String,
    #[serde(default)]
    pub object: String,
    /// Several objects in place of one: each has its finding.
    #[serde(default)]
    on: Vec<String>,
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    or: Vec<Vec<String>>,
    #[serde(default)]
    pub ours: bool,
    #[serde(default)]
    pub min_scale: u32,
    /// Only in this variant (`plain`: in none); else in all.
    #[serde(default)]
    variant: Option<String>,
}

impl Expected {
    /// That of a system.
    pub fn of(system: &str) -> Self {
        let file = format!("tests/systems/{system}/expected.toml");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
        toml::from_str(&text).unwrap_or_else(|e| panic!("{file}: {e}"))
    }

    /// The product's own settings.
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        config.connections.pools = self.settings.pools;
        config.connections.connection_limit = self.settings.connection_limit;
        config
    }

    /// Everything expected at this scale is found, and nothing else but what is known to be true as well.
    pub fn judge(&self, findings: &[Finding], scale: u32) {
        assert_eq!(self.judge_variant(findings, scale, "plain"), Vec::<String>::new());
    }

    /// The same in a variant. Returns what waits for a check that is not there: `check object`.
    pub fn judge_variant(&self, findings: &[Finding], scale: u32, variant: &str) -> Vec<String> {
        let registry = Registry::load(&[]).unwrap();
        let there: BTreeSet<&str> = registry.all().iter().map(|c| c.about.name.as_str()).collect();
        let unknown: Vec<&Entry> =
            self.expect.iter().chain(&self.also).filter(|e| e.needs.is_empty() && !there.contains(e.check())).collect();
        assert!(unknown.is_empty(), "no such check, nor marked with needs: {unknown:#?}");

        let listed: Vec<String> =
            findings.iter().map(|f| format!("{} {} {:?}: {}", f.check, f.object, f.columns, f.message)).collect();
        let of_variant = |e: &&Entry| e.variant.as_deref().is_none_or(|v| v == variant);
        let (wanted, waiting): (Vec<&Entry>, Vec<&Entry>) =
            self.expect.iter().filter(|e| e.min_scale <= scale).filter(of_variant).partition(|e| there.contains(e.check()));
        let found = |e: &Entry, object: &str| findings.iter().any(|f| e.means(f, object));
        let missed: Vec<(&Entry, &str)> =
            wanted.iter().flat_map(|e| e.objects().map(move |o| (*e, o))).filter(|(e, o)| !found(e, o)).collect();
        let missed: Vec<String> = missed.iter().map(|(e, o)| format!("{} {o} {:?}", e.check(), e.columns)).collect();
        assert!(missed.is_empty(), "missed: {missed:#?}\nfound: {listed:#?}");
        let known =
            |f: &Finding| self.expect.iter().chain(&self.also).filter(of_variant).any(|e| e.objects().any(|o| e.means(f, o)));
        let extra: Vec<&String> = findings.iter().zip(&listed).filter(|(f, _)| !known(f)).map(|(_, text)| text).collect();
        assert!(extra.is_empty(), "not expected: {extra:#?}");
        waiting.iter().flat_map(|e| e.objects().map(|o| format!("{} {o}", e.check()))).collect()
    }
}

impl Entry {
    /// The check's name.
    pub fn check(&self) -> &str {
        if self.needs.is_empty() { &self.check } else { &self.needs }
    }

    fn objects(&self) -> impl Iterator<Item = &str> {
        let one = Some(&self.object).filter(|o| !o.is_empty());
        one.into_iter().chain(&self.on).map(String::as_str)
    }

    /// Whether a finding is what this entry means on an object: an index that begins with the columns serves.
    fn means(&self, finding: &Finding, object: &str) -> bool {
        let columns: Vec<&str> = finding.columns.iter().map(|c| c.raw()).collect();
        self.check() == finding.check && (object == finding.object || object == finding.table()) && self.is_served_by(&columns)
    }

    /// Whether an index on these columns does what is wanted.
    pub fn is_served_by(&self, columns: &[&str]) -> bool {
        let begins = |wanted: &Vec<String>| columns.len() >= wanted.len() && wanted.iter().zip(columns).all(|(a, b)| a == b);
        begins(&self.columns) || self.or.iter().any(begins)
    }
}

/// A system, loaded and used, in a server of its own.
pub struct Loaded {
    pub sandbox: Sandbox,
    pub system: System,
    pub registry: Registry,
}

impl Loaded {
    /// Loads it and runs its workload once. `plain` is no variant.
    pub async fn new(name: &str, variant: &str, scale: u32) -> Self {
        let sandbox = Sandbox::start(&SandboxOptions { max_connections: 100, ..SandboxOptions::default() }).await.unwrap();
        sandbox.create_database(name).await.unwrap();
        close_public(&sandbox, name).await;
        let system = System::find(name).unwrap();
        let system = if variant == "plain" { system } else { system.in_variant(variant).unwrap() };
        let loaded = Self { sandbox, system, registry: Registry::load(&[]).unwrap() };
        demo::load(&loaded.options(), &loaded.system, scale).await.unwrap();
        demo::measure(&loaded.options(), &loaded.system).await.unwrap();
        loaded
    }

    pub fn options(&self) -> sqlx::postgres::PgConnectOptions {
        self.sandbox.connect_options(&self.system.name)
    }

    pub async fn snapshot(&self) -> Snapshot {
        snapshot(&self.sandbox, &self.system.name, &self.registry).await
    }

    /// What the checks say of it now.
    pub async fn findings(&self, config: &Config) -> (Snapshot, Vec<Finding>) {
        let snapshot = self.snapshot().await;
        let findings = check::run(&snapshot, &self.registry, config).unwrap().findings;
        (snapshot, findings)
    }

    /// Cures what is wrong with indexes. What changes tables is tried with `dbharden apply` by other tests.
    pub async fn apply_indexes(&self, findings: &[Finding], snapshot: &Snapshot, config: &Config) {
        let of_indexes: Vec<Finding> = findings.iter().filter(|f| f.group == "index").cloned().collect();
        let plan = plan::plan(&of_indexes, snapshot, &config.migration);
        demo::apply(&self.options(), &plan.steps).await.unwrap();
    }

    /// Runs the application's own statements, all of which must succeed.
    pub fn run_app(&self) -> Result<(), String> {
        let file = format!("tests/systems/{}/app.sql", self.system.name);
        crate::support::psql_file(&self.sandbox, &self.system.name, std::path::Path::new(&file))
    }
}
