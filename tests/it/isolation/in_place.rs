//! In a staging database: nothing stays.

use super::{filled, of, prove, tenancy};
use crate::support::{connect, dbharden, dump, number};
use sqlx::ConnectOptions;

#[tokio::test]
async fn nothing_stays_in_a_staging_database() {
    let sandbox = filled(&["base.sql", "hardened.sql"]).await;
    let before = dump(&sandbox);
    let (code, json) = prove(&sandbox, &["--in-place", "--role", "app"]);
    assert!(of(&json, "leak").is_empty(), "{}", super::lines(&of(&json, "leak")));
    assert_eq!((code, json["place"].as_str()), (0, Some("in place")));
    assert_eq!(dump(&sandbox), before);
}

/// As an owner whom FORCE binds and who has no tenant set, the server looks at no row and calls the key valid.
#[tokio::test]
async fn a_key_that_was_validated_under_force_is_doubted() {
    let sandbox = filled(&["base.sql", "under_force.sql"]).await;
    let valid = "select count(*) from pg_constraint where conrelid = 'child'::regclass and contype = 'f' and convalidated";
    assert_eq!(number(&mut connect(&sandbox).await, valid).await, 3);
    let config = tenancy("tenant_id");
    let (code, json) = prove(&sandbox, &["--in-place", "--role", "app", "--config", config.path().to_str().unwrap()]);
    let leaks = of(&json, "leak");
    let there = leaks.iter().filter(|a| a["attack"].as_str().unwrap().contains("points at nothing")).count();
    assert_eq!((code, there), (2, 1), "{}", super::lines(&leaks));
}

#[tokio::test]
async fn a_database_that_somebody_uses_is_refused() {
    let sandbox = filled(&["base.sql", "hardened.sql"]).await;
    let options = sandbox.connect_options("postgres").application_name("shop");
    let _somebody = options.connect().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let url = sandbox.url("postgres");
    let output = dbharden(directory.path(), &["isolation", &url, "--in-place", "--role", "app"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("nobody uses"), "{said}");
}
