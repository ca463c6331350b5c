//! Schemas that other people wrote, fetched when the test runs: only with `DBHARDEN_REALWORLD=1`, because it needs the network.

use std::path::Path;
use std::process::Command;

use dbharden::check::{self, Finding, Registry, Report, Severity};
use dbharden::config::Config;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use dbharden::snapshot::Snapshot;

use crate::support::{dbharden, psql_command, snapshot};

/// What the checks say of a schema that a script of tests/realworld loads; `None` when real schemas are not asked for.
async fn judged(name: &str) -> Option<(Snapshot, Report)> {
    std::env::var_os("DBHARDEN_REALWORLD")?;
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    sandbox.create_database(name).await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/realworld/load-{name}.sh"));
    let loaded = Command::new(script).arg(sandbox.url(name)).output().unwrap();
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    psql_command(&sandbox, name, &["analyze"]).unwrap();
    let registry = Registry::load(&[]).unwrap();
    let snapshot = snapshot(&sandbox, name, &registry).await;
    let report = check::run(&snapshot, &registry, &Config::default()).unwrap();
    for finding in &report.findings {
        println!("{name}: {} {} {}", finding.severity, finding.check, finding.message);
    }
    Some((snapshot, report))
}

fn of_groups<'r>(report: &'r Report, groups: &[&str]) -> Vec<&'r Finding> {
    report.findings.iter().filter(|f| groups.contains(&f.group.as_str())).collect()
}

/// Well-known linters call 75 of its policies open: each is permissive and true, under a restrictive one for the tenant. Its two
/// tables without row-level security are its owner's alone.
#[tokio::test]
async fn logto_has_a_floor_under_every_open_policy() {
    let Some((snapshot, report)) = judged("logto").await else { return };
    let policies: usize = snapshot.catalog.tables().iter().map(|t| t.policies.len()).sum();
    assert!(policies >= 150, "{policies}");
    assert!(of_groups(&report, &["rls"]).is_empty(), "{:#?}", report.findings);
    // figures of all tenants' days are kept without a foreign key, on purpose: information
    let of_tenants = of_groups(&report, &["tenancy"]);
    let told = of_tenants.iter().all(|f| f.check == "tenant-column-without-foreign-key" && f.severity == Severity::Info);
    assert!(told && of_tenants.len() == 4, "{of_tenants:#?}");
}

#[tokio::test]
async fn a_job_queue_has_no_tenants() {
    let Some((snapshot, report)) = judged("pg-boss").await else { return };
    assert!(snapshot.catalog.schemas.iter().any(|s| s == "pgboss"));
    assert!(of_groups(&report, &["rls", "tenancy"]).is_empty(), "{:#?}", report.findings);
}

/// Its policies hold. Its foreign keys do not: most of them leave the tenant out.
#[tokio::test]
async fn logto_leaks_through_its_foreign_keys_alone() {
    let Some(_) = std::env::var_os("DBHARDEN_REALWORLD") else { return };
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    sandbox.create_database("logto").await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/realworld/load-logto.sh");
    assert!(Command::new(script).arg(sandbox.url("logto")).status().unwrap().success());
    let directory = tempfile::tempdir().unwrap();
    let output = dbharden(directory.path(), &["isolation", &sandbox.url("logto"), "--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let leaks: Vec<&serde_json::Value> = json["attacks"].as_array().unwrap().iter().filter(|a| a["verdict"] == "leak").collect();
    let by = |what: &str| leaks.iter().filter(|a| a["attack"].as_str().unwrap().contains(what)).collect::<Vec<_>>();
    // a key that crosses passes deletions on as well
    let (keys, passing) = (by("pointing at"), by(" passes on that "));
    assert_eq!(keys.len() + passing.len(), leaks.len(), "{leaks:#?}");
    println!("logto: {} of them, {}", keys.len(), json["summary"]);
    assert!(keys.iter().filter(|a| a["command"] == "INSERT").count() >= 60, "{}", json["not_proven"]);
    assert_eq!(json["summary"]["controls"], json["summary"]["controls_green"]);
}
