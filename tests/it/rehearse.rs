//! `dbharden rehearse` as CI runs it: a saved snapshot, a folder of migrations, an exit code.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::{TempDir, tempdir};
use tokio::sync::OnceCell;

use crate::support::{dbharden, psql_file, run, start};

/// A saved snapshot of the shop, and its workload.
static SHOP: OnceCell<TempDir> = OnceCell::const_new();

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rehearse").join(file)
}

async fn shop() -> &'static Path {
    let make = || async {
        let directory = tempdir().unwrap();
        let sandbox = start(&[]).await;
        psql_file(&sandbox, "postgres", &here("shop.sql")).unwrap();
        let file = directory.path().join("prod.snapshot");
        let output = dbharden(directory.path(), &["snapshot", &sandbox.url("postgres"), "-o", file.to_str().unwrap()]).output();
        let output = output.unwrap();
        assert!(output.status.code() != Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        directory
    };
    SHOP.get_or_init(make).await.path()
}

/// What a folder with this one migration (golang-migrate's names) comes to: exit code, output, error output.
async fn rehearsed(sql: &str, more: &[&str]) -> (i32, String, String) {
    let shop = shop().await;
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("next.sql"), sql).unwrap();
    let snapshot = shop.join("prod.snapshot");
    let workload = here("workload.sql");
    let mut arguments = vec!["rehearse", "--snapshot", snapshot.to_str().unwrap(), "--migrations", "next.sql"];
    arguments.extend(["--workload", workload.to_str().unwrap()]);
    arguments.extend(more);
    let output = dbharden(directory.path(), &arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

async fn json(sql: &str) -> (i32, Value) {
    let (code, out, err) = rehearsed(sql, &["--format", "json"]).await;
    let json = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}"));
    (code, json)
}

fn regressions(json: &Value) -> Vec<(&str, &str, Vec<&str>)> {
    let all = json["regressions"].as_array().unwrap().iter();
    let causes = |r: &'_ Value| -> Vec<String> {
        r["causes"].as_array().unwrap().iter().map(|c| c["what"].as_str().unwrap().to_owned()).collect()
    };
    let _ = causes;
    all.map(|r| {
        let causes = r["causes"].as_array().unwrap().iter().map(|c| c["what"].as_str().unwrap()).collect();
        (r["change"].as_str().unwrap(), r["text"].as_str().unwrap(), causes)
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_index_that_statements_need() {
    let (code, json) = json("drop index event_account; create index event_kind on event (kind, at);").await;
    assert_eq!(code, 2, "{json:#}");
    let found = regressions(&json);
    let cause = vec!["index public.event_account is gone"];
    assert_eq!(found.len(), 2, "{json:#}");
    assert_eq!(found[0], ("dearer", "select * from event where account_id = $1", cause.clone()), "{json:#}");
    assert_eq!((found[1].0, &found[1].2), ("dearer", &cause), "{json:#}");
    assert!(json["regressions"][0]["plan_before"][0].as_str().unwrap().contains("Bitmap Heap Scan"), "{json:#}");
    assert!(json["regressions"][0]["plan_after"].to_string().contains("Seq Scan on event"), "{json:#}");
    assert_eq!(json["summary"]["cheaper"], 1, "{json:#}");
}
