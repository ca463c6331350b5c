//! The undo, the second run, and what `plan.toml` says of locks.

use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;

use super::{Ran, here, script, shop};
use crate::support::dbharden;

/// Rehearses folders of golang-migrate: files by name.
async fn golang(files: &[(&str, &str)]) -> (i32, Value) {
    let snapshot = shop().await;
    let directory = tempdir().unwrap();
    let folder = directory.path().join("db/migrations");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, sql) in files {
        std::fs::write(folder.join(name), sql).unwrap();
    }
    let workload = here("workload.sql");
    let arguments = ["rehearse", "--migrations", "db/migrations", "--layout", "golang-migrate", "--format", "json"];
    let source = ["--snapshot", snapshot.to_str().unwrap(), "--workload", workload.to_str().unwrap()];
    Ran::from(dbharden(directory.path(), &[&arguments[..], &source].concat()).output().unwrap()).json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_undo_brings_back_the_identical_catalog_or_not() {
    let (code, json) = golang(&[
        ("1_note.up.sql", "alter table team add column note text; create table audit (id bigint primary key);"),
        ("1_note.down.sql", "drop table audit; alter table team drop column note;"),
        ("2_kind.up.sql", "alter table event add column source text; create index event_source on event (source);"),
        ("2_kind.down.sql", "drop index event_source;"),
        ("3_drop.up.sql", "alter table member add column x int;"),
        ("3_drop.down.sql", "alter table member drop column y;"),
        ("4_none.up.sql", "create table none ();"),
    ])
    .await;
    assert_eq!(code, 2, "{json:#}");
    let files = json["rehearsed"].as_array().unwrap();
    let undo: Vec<&str> = files.iter().map(|f| f["undo"]["result"].as_str().unwrap()).collect();
    assert_eq!(undo, ["identical", "differs", "fails", "missing"], "{json:#}");
    let differences = &files[1]["undo"]["differences"];
    assert!(differences.as_array().unwrap().len() == 1 && differences[0].as_str().unwrap().contains("source"), "{differences:#}");
    assert!(
        files[2]["undo"]["error"].as_str().unwrap().contains("column \"y\" of relation \"member\" does not exist"),
        "{json:#}"
    );
    assert!(files.iter().all(|f| f["again"]["result"] == "refused" && f["transaction"] == true), "{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_run() {
    let run = async |sql: &str| {
        let (code, json) = script(sql, &here("workload.sql"), &["--format", "json"]).await.json();
        (code, json["rehearsed"][0]["again"].clone())
    };
    let (code, again) = run("alter table team add column if not exists note text;").await;
    assert_eq!((code, &again["result"]), (0, &"harmless".into()), "{again:#}");
    let (code, again) = run("alter table team add column note text;").await;
    assert_eq!((code, &again["result"]), (0, &"refused".into()), "{again:#}");
    let (code, again) = run("create index on event (at);").await;
    assert_eq!((code, &again["result"]), (2, &"harmful".into()), "{again:#}");
    assert!(again["differences"][0].as_str().unwrap().contains("event_at_idx1 is new"), "{again:#}");
    // rows twice, then an error: what was done before it stays
    let (code, again) =
        run("insert into team values (1, 'one') on conflict do nothing; insert into member values (1, 'a'); create table x ();")
            .await;
    assert_eq!((code, &again["result"]), (2, &"harmful".into()), "{again:#}");
    assert_eq!(again["differences"][0], "table public.member has 2 rows, it had 1", "{again:#}");
    assert!(again["error"].as_str().unwrap().contains("already exists"), "{again:#}");
}

/// What `plan` writes: no disagreement, the undo is exact, a second run does nothing. An edited claim is found.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_migrations() {
    let snapshot = shop().await;
    let directory = tempdir().unwrap();
    let workload = here("workload.sql");
    let source = ["--snapshot", snapshot.to_str().unwrap(), "--workload", workload.to_str().unwrap()];
    dbharden(directory.path(), &[&["plan", "--all"][..], &source].concat()).output().unwrap();
    let rehearse = |more: &[&str]| {
        let arguments = [&["rehearse", "--migrations", "generated-migrations"][..], &source, more].concat();
        Ran::from(dbharden(directory.path(), &arguments).output().unwrap())
    };
    let (code, json) = rehearse(&["--format", "json"]).json();
    assert_eq!(code, 0, "{json:#}");
    let files = json["rehearsed"].as_array().unwrap();
    assert!(!files.is_empty(), "{json:#}");
    for file in files {
        assert_eq!((&file["undo"]["result"], &file["again"]["result"]), (&"identical".into(), &"harmless".into()), "{file:#}");
        assert!(file["statements"].as_array().unwrap().iter().any(|s| s["alone"] == true && s["locks"] != Value::Array(vec![])));
    }

    let folder = directory.path().join("generated-migrations").join(files[0]["migration"].as_str().unwrap());
    let (plan, up) = (text(&folder, "plan.toml"), text(&folder, "up.sql"));
    for _ in 0..2 {
        assert_eq!(rehearse(&["--write"]).code, 0);
        let (before, after) = (text(&folder, "plan.toml"), text(&folder, "up.sql"));
        assert!(before.starts_with(plan.trim_end()) && before.contains("\n[rehearsed]\nserver = \"1"), "{before}");
        assert!(before.contains("undo = \"identical\"\nagain = \"harmless\""), "{before}");
        assert!(after.contains("-- dbharden:rehearsed on PostgreSQL 1") && after.len() > up.len(), "{after}");
        assert!(after.ends_with(&up[up.find("\nSET ").unwrap()..]), "{after}");
    }
    // no edit: the same plan proposes nothing new and finds all of it pending
    let again = dbharden(directory.path(), &[&["plan", "--all", "--format", "json"][..], &source].concat()).output().unwrap();
    let json: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert!(!json["migrations"].to_string().contains("\"edited\":true"), "{json:#}");
    let folders = dbharden::migration::read_all(&directory.path().join("generated-migrations")).unwrap();
    assert!(folders.iter().all(|f| !f.edited && f.plan.rehearsed.is_some()));

    let before = text(&folder, "plan.toml");
    std::fs::write(folder.join("plan.toml"), before.replace("SHARE_UPDATE_EXCLUSIVE", "SHARE")).unwrap();
    let (code, json) = rehearse(&["--format", "json"]).json();
    assert_eq!(code, 2, "{json:#}");
    let said = json["rehearsed"][0]["statements"].to_string();
    assert!(
        said.contains("plan.toml says SHARE on public.") && said.contains("seen: SHARE UPDATE EXCLUSIVE on public."),
        "{said}"
    );
}

fn text(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}
