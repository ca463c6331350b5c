//! The commands `snapshot`, `doctor` and `sandbox`, and `plan --stats`, as a person types them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use dbharden::sandbox::Sandbox;

use super::{admin, everything};

fn dbharden(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbharden"));
    command.current_dir(directory).env_remove("DATABASE_URL").env("COLUMNS", "80").stdin(Stdio::null());
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn url(sandbox: &Sandbox, role: &str) -> String {
    sandbox.url("postgres").replace("//postgres@", &format!("//{role}@"))
}

#[tokio::test]
async fn a_snapshot_serves_plan_and_stats() {
    let sandbox = everything().await;
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    let taken = dbharden(here).args(["snapshot", &url(&sandbox, "postgres"), "-o", "prod.snapshot"]).output().unwrap();
    let said = text(&taken);
    assert!(said.contains("prod.snapshot: ") && said.contains("next: dbharden plan --snapshot prod.snapshot"), "{said}");
    assert!(said.contains("app.tenant.doc were dropped"), "{said}");
    assert!(matches!(taken.status.code(), Some(0 | 3)));
    let offline = dbharden(here).args(["check", "--snapshot", "prod.snapshot", "--format", "json"]).output().unwrap();
    assert_eq!(offline.status.code(), Some(2), "{}", text(&offline));
    std::fs::write(
        here.join("w.sql"),
        "-- calls: 5 mean_ms: 3\nselect * from app.member where boss_id = 1;\n-- calls: x\nselect 1",
    )
    .unwrap();
    let wrong = dbharden(here).args(["check", "--snapshot", "prod.snapshot", "--workload", "w.sql"]).output().unwrap();
    assert!(wrong.status.code() == Some(1) && text(&wrong).contains("line 3"), "{}", text(&wrong));
    let staging = dbharden(here).args(["check", &url(&sandbox, "postgres"), "--stats", "prod.snapshot"]).output().unwrap();
    assert_eq!(staging.status.code(), Some(2), "{}", text(&staging));
    let replica = url(&sandbox, "postgres");
    let primary = dbharden(here).args(["check", &replica, "--replica", &replica]).output().unwrap();
    assert!(primary.status.code() == Some(1) && text(&primary).contains("is not a replica"), "{}", text(&primary));
    let twice = dbharden(here).args(["snapshot", &replica, "-o", "rates", "--for", "1s"]).output().unwrap();
    assert!(here.join("rates").exists(), "{}", text(&twice));
}

#[tokio::test]
async fn doctor_says_what_is_missing_and_how_to_get_it() {
    let sandbox = everything().await;
    admin(&sandbox, "create role \"My role\" login; create role boss login superuser").await;
    let poor = dbharden(Path::new("/")).args(["doctor", &url(&sandbox, "My%20role")]).output().unwrap();
    let said = text(&poor);
    assert_eq!(poor.status.code(), Some(3), "{said}");
    for part in [
        "level 0",
        "GRANT pg_monitor TO \"My role\";",
        "as a superuser:",
        "pg_stat_statements 1.",
        "local server",
        "none: every command",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.lines().filter(|l| !l.starts_with("  ")).all(|l| l.chars().count() <= 80), "{said}");
    let rich = dbharden(Path::new("/")).args(["doctor", &url(&sandbox, "boss")]).output().unwrap();
    assert_eq!(rich.status.code(), Some(0), "{}", text(&rich));
    assert!(text(&rich).contains("Everything is there."));
    let json = dbharden(Path::new("/")).args(["doctor", "--format", "json", &url(&sandbox, "boss")]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["complete"], true);
}

#[tokio::test]
async fn a_sandbox_lives_until_it_is_told_to_end() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("schema.sql"), "create table t (a int);\ncreate index concurrently i on t (a);\n")
        .unwrap();
    let mut child =
        dbharden(directory.path()).args(["sandbox", "schema.sql"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let found = Command::new("psql")
        .args(["-XAtc", "select count(*) from pg_indexes where indexname = 'i'", url.trim()])
        .output()
        .unwrap();
    assert_eq!(text(&found), "1\n");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!Command::new("psql").args(["-XAtc", "select 1", url.trim()]).output().unwrap().status.success());

    std::fs::write(directory.path().join("wrong.sql"), "create table t (a int);\ncreate tabel u;\n").unwrap();
    let wrong = dbharden(directory.path()).args(["sandbox", "wrong.sql"]).output().unwrap();
    assert!(wrong.status.code() == Some(1) && text(&wrong).contains("wrong.sql:2"), "{}", text(&wrong));
}
