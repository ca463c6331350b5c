//! System 1: the lead platform, loaded, run, planned, cured.

use dbharden::check::{self, Finding, Registry};
use dbharden::config::Config;
use dbharden::demo::{self, System};
use dbharden::plan;
use dbharden::sandbox::{Sandbox, SandboxOptions};

use serde::Deserialize;

use crate::support::snapshot;

const SCALE: u32 = 50_000;

#[derive(Deserialize)]
struct Expected {
    settings: Settings,
    expect: Vec<Entry>,
    also: Vec<Entry>,
}

#[derive(Deserialize)]
struct Settings {
    pools: i64,
    connection_limit: i64,
}

#[derive(Deserialize, Debug)]
struct Entry {
    check: String,
    object: String,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    min_scale: u32,
}

fn expected() -> Expected {
    toml::from_str(include_str!("../systems/lead_platform/expected.toml")).unwrap()
}

impl Expected {
    /// The product's own settings.
    fn config(&self) -> Config {
        let mut config = Config::default();
        config.connections.pools = Some(self.settings.pools);
        config.connections.connection_limit = Some(self.settings.connection_limit);
        config
    }

    /// Everything expected at this scale is found, and nothing else but what is known to be true as well.
    fn judge(&self, findings: &[Finding], scale: u32) {
        let listed: Vec<String> =
            findings.iter().map(|f| format!("{} {} {:?}: {}", f.check, f.object, f.columns, f.message)).collect();
        let wanted = self.expect.iter().filter(|e| e.min_scale <= scale);
        let missed: Vec<&Entry> = wanted.filter(|e| !findings.iter().any(|f| e.means(f))).collect();
        assert!(missed.is_empty(), "missed: {missed:#?}\nfound: {listed:#?}");
        let known = |f: &Finding| self.expect.iter().chain(&self.also).any(|e| e.means(f));
        let extra: Vec<&String> = findings.iter().zip(&listed).filter(|(f, _)| !known(f)).map(|(_, text)| text).collect();
        assert!(extra.is_empty(), "not expected: {extra:#?}");
    }
}

impl Entry {
    /// Whether a finding is what this entry means: an index that begins with the columns serves.
    fn means(&self, finding: &Finding) -> bool {
        let columns: Vec<&str> = finding.columns.iter().map(|c| c.raw()).collect();
        let begins = columns.len() >= self.columns.len() && self.columns.iter().zip(&columns).all(|(a, b)| a == b);
        self.check == finding.check && (self.object == finding.object || self.object == finding.table()) && begins
    }
}

#[tokio::test]
async fn every_fault_is_found_and_the_indexes_cure() {
    let expected = expected();
    let sandbox = Sandbox::start(&SandboxOptions { max_connections: 100, ..SandboxOptions::default() }).await.unwrap();
    sandbox.create_database("lead_platform").await.unwrap();
    let options = sandbox.connect_options("lead_platform");
    let system = System::find("lead_platform").unwrap();
    demo::load(&options, &system, SCALE).await.unwrap();
    let before = demo::measure(&options, &system).await.unwrap();

    let registry = Registry::load(&[]).unwrap();
    let config = expected.config();
    let before_cure = snapshot(&sandbox, "lead_platform", &registry).await;
    let report = check::run(&before_cure, &registry, &config).unwrap();
    expected.judge(&report.findings, SCALE);

    let plan = plan::plan(&report.findings, &before_cure, &config.migration);
    demo::apply(&options, &plan.steps).await.unwrap();
    let after = demo::measure(&options, &system).await.unwrap();
    assert!(after.total_ms() < 0.5 * before.total_ms(), "{} ms before, {} ms after", before.total_ms(), after.total_ms());
    let report = check::run(&snapshot(&sandbox, "lead_platform", &registry).await, &registry, &config).unwrap();
    let left: Vec<&String> = report.findings.iter().filter(|f| f.group == "index").map(|f| &f.message).collect();
    assert!(left.is_empty(), "{left:#?}");
    sandbox.stop().await.unwrap();
}

/// A million leads and ten million events, as they were read once: what only shows at that size.
#[test]
fn a_million_leads() {
    let expected = expected();
    let registry = Registry::load(&[]).unwrap();
    let snapshot = dbharden::snapshot::load(std::path::Path::new("tests/snapshots/lead_platform.snapshot")).unwrap();
    let mut config = expected.config();
    expected.judge(&check::run(&snapshot, &registry, &config).unwrap().findings, 1_000_000);

    // Lead and VideoUpload are not large yet. A product that plans for ten times as much says so.
    let planned = [("rows".to_owned(), toml::Value::Integer(1_000_000))];
    config.checks.insert("unpartitioned-high-volume-table".to_owned(), planned.into_iter().collect());
    let report = check::run(&snapshot, &registry, &config).unwrap();
    let mut candidates: Vec<&str> = report.findings.iter().filter(|f| f.group == "growth").map(|f| f.object.as_str()).collect();
    candidates.sort_unstable();
    assert_eq!(candidates, ["public.\"EmailEvent\"", "public.\"Lead\"", "public.\"VideoUpload\""]);
}
