//! Schemas that other people wrote, fetched when the test runs: only with `DBHARDEN_REALWORLD=1`, because it needs the network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use dbharden::check::{self, Finding, Registry, Report, Severity};
use dbharden::config::Config;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use dbharden::snapshot::Snapshot;
use dbharden::tenancy::Tenancy;

use crate::support::{close_public, dbharden, psql, psql_command, snapshot};

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/realworld").join(file)
}

/// A server with this schema; `None` when real schemas are not asked for.
async fn loaded(name: &str) -> Option<Sandbox> {
    std::env::var_os("DBHARDEN_REALWORLD")?;
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    sandbox.create_database(name).await.unwrap();
    close_public(&sandbox, name).await;
    let loaded = Command::new(here(&format!("load-{name}.sh"))).arg(sandbox.url(name)).output().unwrap();
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    psql_command(&sandbox, name, &["analyze"]).unwrap();
    Some(sandbox)
}

/// What the checks say of a schema that a script of tests/realworld loads; `None` when real schemas are not asked for.
async fn judged(name: &str) -> Option<(Sandbox, Snapshot, Report)> {
    let sandbox = loaded(name).await?;
    let registry = Registry::load(&[]).unwrap();
    let snapshot = snapshot(&sandbox, name, &registry).await;
    let report = check::run(&snapshot, &registry, &Config::default()).unwrap();
    for finding in &report.findings {
        println!("{name}: {} {} {}", finding.severity, finding.check, finding.message);
    }
    Some((sandbox, snapshot, report))
}

fn of_groups<'r>(report: &'r Report, groups: &[&str]) -> Vec<&'r Finding> {
    report.findings.iter().filter(|f| groups.contains(&f.group.as_str())).collect()
}

/// Foreign keys that are not scoped by the tenant, as the catalog alone says, by SQL that shares nothing with the check: `table.key` with
/// the columns.
async fn unscoped_keys(sandbox: &Sandbox, database: &str) -> BTreeMap<String, String> {
    let script = here("unscoped-keys.sql");
    let output = psql(sandbox, database).args(["-At", "-v", "key=tenant_id", "-f"]).arg(script).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('|').collect()).collect();
    assert!(rows.len() > 70, "{text}");
    rows.iter().filter(|r| r[3] == "f").map(|r| (format!("{}.{}", r[0], r[1]), r[2].to_owned())).collect()
}

/// Well-known linters call 75 of its policies open: each is permissive and true, under a restrictive one for the tenant. Its two
/// tables without row-level security are its owner's alone. Each foreign key that leaves the tenant out is told, and no other.
#[tokio::test]
async fn logto_has_a_floor_under_every_open_policy_and_keys_that_leave_the_tenant_out() {
    let Some((sandbox, snapshot, report)) = judged("logto").await else { return };
    let policies: usize = snapshot.catalog.tables().iter().map(|t| t.policies.len()).sum();
    assert!(policies >= 150, "{policies}");
    let tenants = Tenancy::of(&snapshot, &Config::default()).unwrap();
    assert_eq!((&tenants.keys[..], tenants.is_certain()), (&["tenant_id".to_owned()][..], true));
    assert!(of_groups(&report, &["rls", "security"]).is_empty(), "{:#?}", report.findings);

    let told = |check: &'static str| report.findings.iter().filter(move |f| f.check == check);
    let keys = told("foreign-key-not-tenant-scoped").chain(told("superseded-foreign-key"));
    let keys: BTreeSet<String> = keys.map(|f| f.object.clone()).collect();
    let expected: BTreeSet<String> = unscoped_keys(&sandbox, "logto").await.into_keys().collect();
    assert_eq!(keys.symmetric_difference(&expected).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!((keys.len(), told("superseded-foreign-key").count()), (68, 1), "of version 1.43.0");

    // figures of all tenants' days are kept without a foreign key, on purpose: information
    let known = ["foreign-key-not-tenant-scoped", "superseded-foreign-key"];
    let rest: Vec<&Finding> =
        of_groups(&report, &["tenancy"]).into_iter().filter(|f| !known.contains(&f.check.as_str())).collect();
    let info = rest.iter().all(|f| f.check == "tenant-column-without-foreign-key" && f.severity == Severity::Info);
    assert!(info && rest.len() == 4, "{rest:#?}");
}

#[tokio::test]
async fn a_job_queue_has_no_tenants() {
    let Some((_sandbox, snapshot, report)) = judged("pg-boss").await else { return };
    assert!(snapshot.catalog.schemas.iter().any(|s| s == "pgboss"));
    assert!(of_groups(&report, &["rls", "tenancy"]).is_empty(), "{:#?}", report.findings);
}

/// Its policies hold. Its foreign keys do not: each that leaves the tenant out leaks, by INSERT and by UPDATE, but for the one beside
/// which another holds the tenant; and nothing else does.
#[tokio::test]
async fn logto_leaks_through_exactly_its_foreign_keys_that_leave_the_tenant_out() {
    let Some(sandbox) = loaded("logto").await else { return };
    let directory = tempfile::tempdir().unwrap();
    let output = dbharden(directory.path(), &["isolation", &sandbox.url("logto"), "--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &json["not_proven"]), (Some(2), &serde_json::json!([])));
    let leaks: Vec<&serde_json::Value> = json["attacks"].as_array().unwrap().iter().filter(|a| a["verdict"] == "leak").collect();
    let text = |a: &serde_json::Value, key: &str| a[key].as_str().unwrap().to_owned();
    // a key that crosses passes deletions on as well
    let (passing, pointing): (Vec<_>, Vec<_>) = leaks.into_iter().partition(|a| text(a, "attack").contains(" passes on that "));
    let pointing: BTreeSet<(String, String, String)> = pointing
        .into_iter()
        .map(|a| {
            let attack = text(a, "attack");
            let (columns, _) = attack.split_once(" pointing at ").unwrap_or_else(|| panic!("{a:#}"));
            (text(a, "object"), columns.to_owned(), text(a, "command"))
        })
        .collect();
    let mut expected = BTreeSet::new();
    for (key, columns) in unscoped_keys(&sandbox, "logto").await {
        let table = key.rsplit_once('.').unwrap().0.to_owned();
        if key != "public.organization_user_relations.organization_user_relations_user_id_fkey" {
            expected.extend(["INSERT", "UPDATE"].map(|c| (table.clone(), format!("({columns})"), c.to_owned())));
        }
    }
    assert_eq!(pointing.symmetric_difference(&expected).collect::<Vec<_>>(), Vec::<&(String, String, String)>::new());
    let tables: BTreeSet<&String> = expected.iter().map(|(table, _, _)| table).collect();
    let strange: Vec<_> = passing.iter().filter(|a| !tables.iter().any(|t| a.to_string().contains(t.as_str()))).collect();
    assert!(strange.is_empty(), "{strange:#?}");
    assert_eq!(json["summary"]["controls"], json["summary"]["controls_green"]);
    println!("logto: {}", json["summary"]);
}
