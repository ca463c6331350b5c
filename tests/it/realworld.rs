//! Schemas that other people wrote, fetched when the test runs: only with `DBHARDEN_REALWORLD=1`, because it needs the network.

use std::path::Path;
use std::process::Command;

use dbharden::check::{self, Registry};
use dbharden::config::Config;
use dbharden::sandbox::{Sandbox, SandboxOptions};

use crate::support::{psql_command, snapshot};

/// Well-known linters call 75 of its policies open: each is permissive and true, under a restrictive one for the tenant.
#[tokio::test]
async fn logto_has_a_floor_under_every_open_policy() {
    if std::env::var_os("DBHARDEN_REALWORLD").is_none() {
        return;
    }
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    sandbox.create_database("logto").await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/realworld/load-logto.sh");
    let loaded = Command::new(script).arg(sandbox.url("logto")).output().unwrap();
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    psql_command(&sandbox, "logto", &["analyze"]).unwrap();
    let registry = Registry::load(&[]).unwrap();
    let snapshot = snapshot(&sandbox, "logto", &registry).await;
    let policies: usize = snapshot.catalog.tables().iter().map(|t| t.policies.len()).sum();
    assert!(policies >= 150, "{policies}");
    let report = check::run(&snapshot, &registry, &Config::default()).unwrap();
    for finding in &report.findings {
        println!("{} {} {}", finding.severity, finding.check, finding.message);
    }
    for skipped in &report.skipped {
        println!("skipped {skipped:?}");
    }
    let open: Vec<_> = report.findings.iter().filter(|f| f.check == "policy-always-true").collect();
    assert!(open.is_empty(), "{open:#?}");
}
