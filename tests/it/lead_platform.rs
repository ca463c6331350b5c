//! System 1: the lead platform, loaded, run, planned, cured.

use dbharden::check::{self, Finding, Registry};
use dbharden::config::Config;
use dbharden::connect::{Session, Target};
use dbharden::demo::{self, System};
use dbharden::plan;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use dbharden::snapshot::Snapshot;
use dbharden::snapshot::read::{ReadOptions, read};

use serde::Deserialize;

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

async fn take(sandbox: &Sandbox, registry: &Registry) -> Snapshot {
    let target = Target::resolve(Some(&sandbox.url("lead_platform")), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    let sql_checks = registry.all().iter().filter_map(|c| c.sql_check()).collect();
    let options = ReadOptions { sql_checks, ..ReadOptions::default() };
    let snapshot = read(&mut session, &options, &|_| {}).await.unwrap();
    session.close().await;
    snapshot
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
    let mut config = Config::default();
    config.connections.pools = Some(expected.settings.pools);
    config.connections.connection_limit = Some(expected.settings.connection_limit);
    let snapshot = take(&sandbox, &registry).await;
    let report = check::run(&snapshot, &registry, &config).unwrap();
    expected.judge(&report.findings, SCALE);

    let plan = plan::plan(&report.findings, &snapshot, &config.migration);
    demo::apply(&options, &plan.steps).await.unwrap();
    let after = demo::measure(&options, &system).await.unwrap();
    assert!(after.total_ms() < 0.5 * before.total_ms(), "{} ms before, {} ms after", before.total_ms(), after.total_ms());
    let report = check::run(&take(&sandbox, &registry).await, &registry, &config).unwrap();
    let left: Vec<&String> = report.findings.iter().filter(|f| f.group == "index").map(|f| &f.message).collect();
    assert!(left.is_empty(), "{left:#?}");
    sandbox.stop().await.unwrap();
}
