//! Roles, files that are not applied, missing or edited, shadow databases, snapshots, deploys, locks, versions.

use std::process::Stdio;
use std::time::{Duration, Instant};

use dbharden::sandbox::{Sandbox, SandboxOptions, installations};
use serde_json::json;
use tempfile::{TempDir, tempdir};

use super::platforms::{INIT, LEDGER, POSTS, applied};
use super::{assert_silent, command, connect_as, drift, found, write};
use crate::support::{connect, dbharden, run, start};

/// A server, a database `shop` that a Prisma folder made, and the folder.
async fn shop() -> (Sandbox, TempDir, String) {
    let sandbox = start(&[]).await;
    let admin = &mut connect(&sandbox).await;
    run(admin, "create role deployer login").await;
    run(admin, "create database shop owner deployer").await;
    let own = &mut connect_as(&sandbox, "shop", "deployer").await;
    let dir = tempdir().unwrap();
    write(dir.path(), "prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
    run(own, LEDGER).await;
    for (name, sql) in [("20240101000000_init", INIT), ("20240102000000_posts", POSTS)] {
        write(dir.path(), &format!("prisma/migrations/{name}/migration.sql"), sql);
        run(own, sql).await;
        run(own, &applied(name, sql)).await;
    }
    let url = sandbox.url("shop");
    (sandbox, dir, url)
}

const FOLDER: [&str; 2] = ["--desired", "prisma/migrations"];

#[tokio::test(flavor = "multi_thread")]
async fn the_role_that_runs_the_files() {
    let (sandbox, dir, url) = shop().await;
    run(&mut connect(&sandbox).await, "create role other").await;
    assert_eq!(assert_silent(dir.path(), &url, &FOLDER)["desired"]["role"], "deployer");
    let (report, code) = drift(dir.path(), &url, &["--desired", "prisma/migrations", "--as", "other", "--grants"]);
    assert_eq!((&report["desired"]["role"], code), (&json!("other"), 2), "{report:#}");
    let facet = &report["findings"][0]["evidence"]["facets"][0];
    assert_eq!(
        (&facet["name"], &facet["from"], &facet["to"]),
        (&json!("owner"), &json!("deployer"), &json!("other")),
        "{report:#}"
    );
    // without a ledger it is the database's owner
    write(dir.path(), "schema.sql", &format!("{INIT}{POSTS}"));
    assert_eq!(assert_silent(dir.path(), &url, &["--desired", "schema.sql"])["desired"]["role"], "deployer");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_the_ledger() {
    let (_sandbox, dir, url) = shop().await;
    write(
        dir.path(),
        "prisma/migrations/20240103000000_title/migration.sql",
        "ALTER TABLE \"Post\" ADD COLUMN \"title\" TEXT;\n",
    );
    let report = assert_silent(dir.path(), &url, &FOLDER);
    assert_eq!(report["desired"]["pending"], json!(["20240103000000_title"]));
    let (report, code) = drift(dir.path(), &url, &["--desired", "prisma/migrations", "--all-files"]);
    assert_eq!((found(&report), code), (vec!["public.\"Post\".title".to_owned()], 2));
    assert_eq!(report["findings"][0]["evidence"]["since"], "20240103000000_title");

    // edited after it was applied: said, and the new text counts
    write(dir.path(), "prisma/migrations/20240101000000_init/migration.sql", &INIT.replace("VARCHAR(200)", "VARCHAR(300)"));
    let (report, code) = drift(dir.path(), &url, &FOLDER);
    assert_eq!((found(&report), code), (vec!["public.\"User\".email".to_owned()], 2));
    assert!(report["notes"][0].as_str().unwrap().contains("20240101000000_init was changed after it was applied"), "{report:#}");
    write(dir.path(), "prisma/migrations/20240101000000_init/migration.sql", INIT);

    // applied, and no such file
    std::fs::remove_dir_all(dir.path().join("prisma/migrations/20240102000000_posts")).unwrap();
    let (report, code) = drift(dir.path(), &url, &FOLDER);
    assert_eq!((code, &report["desired"]["missing"]), (2, &json!(["20240102000000_posts"])), "{report:#}");
    assert!(found(&report).contains(&"public.\"Post\"".to_owned()), "{report:#}");
    assert_eq!(report["skipped"][0]["object"], "20240102000000_posts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_database_that_the_user_lends() {
    let (sandbox, dir, url) = shop().await;
    run(&mut connect(&sandbox).await, "create database lent owner deployer").await;
    let lent = sandbox.url("lent");
    let arguments = ["--desired", "prisma/migrations", "--shadow-url", &lent];
    for _ in 0..2 {
        // it is empty again afterwards
        assert_silent(dir.path(), &url, &[&arguments[..], &["--no-cache"]].concat());
    }
    run(&mut connect_as(&sandbox, "lent", "deployer").await, "create table public.precious (id int)").await;
    let (said, code) = drift(dir.path(), &url, &[&arguments[..], &["--no-cache"]].concat());
    let said = said.as_str().unwrap();
    assert!(code == 1 && said.contains("the shadow database is not empty") && said.contains("public.precious"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_that_the_sandbox_lacks() {
    let sandbox = start(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(connection, "create table place (id int primary key, name text)").await;
    let dir = tempdir().unwrap();
    let sql = "create extension no_such_extension; create table place (id int primary key, name text);
        create table shape (id int, area no_such_type);";
    write(dir.path(), "schema.sql", sql);
    let (report, code) = drift(dir.path(), &sandbox.url("postgres"), &["--desired", "schema.sql"]);
    assert_eq!((found(&report), code), (vec![], 3), "{report:#}");
    let skipped = report["skipped"].to_string();
    assert!(skipped.contains("extension no_such_extension") && skipped.contains("no_such_type"), "{skipped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_in_progress_is_waited_for() {
    let (sandbox, dir, url) = shop().await;
    let deploy = &mut connect_as(&sandbox, "shop", "deployer").await;
    run(deploy, "select pg_advisory_lock(72707369)").await;
    let mut waiting = command(dir.path(), &url, &FOLDER).stdout(Stdio::piped()).spawn().unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(waiting.try_wait().unwrap().is_none(), "it did not wait");
    // what the deploy does before it is done is seen
    let sql = "ALTER TABLE \"Post\" ADD COLUMN \"title\" TEXT;\n";
    write(dir.path(), "prisma/migrations/20240103000000_title/migration.sql", sql);
    run(deploy, "ALTER TABLE \"User\" ADD COLUMN \"late\" TEXT; select pg_advisory_unlock(72707369)").await;
    let output = waiting.wait_with_output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((found(&report), output.status.code()), (vec!["public.\"User\".late".to_owned()], Some(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_as_the_desired_state() {
    let (sandbox, dir, url) = shop().await;
    let saved = dbharden(dir.path(), &["snapshot", &url, "-o", "then.snapshot"]).output().unwrap();
    // no pg_stat_statements in this database: said, and no matter here
    assert!(matches!(saved.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&saved.stderr));
    assert_silent(dir.path(), &url, &["--desired", "then.snapshot"]);
    run(&mut connect_as(&sandbox, "shop", "deployer").await, "alter table \"User\" alter email type varchar(20)").await;
    let (report, code) = drift(dir.path(), &url, &["--desired", "then.snapshot"]);
    assert_eq!((found(&report), code), (vec!["public.\"User\".email".to_owned()], 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_others_hold_locked_is_named() {
    let (sandbox, dir, url) = shop().await;
    let other = &mut connect_as(&sandbox, "shop", "deployer").await;
    run(other, "begin; lock table \"User\" in access exclusive mode").await;
    let started = Instant::now();
    let (report, code) = drift(dir.path(), &url, &FOLDER);
    assert_eq!((found(&report), code), (vec![], 3), "{report:#}");
    let named = json!("public.\"User\"");
    assert!(report["skipped"].as_array().unwrap().iter().any(|s| s["object"] == named), "{report:#}");
    assert!(started.elapsed() < Duration::from_secs(30));
}

/// The same schema on two servers: the oldest and the newest version.
#[tokio::test(flavor = "multi_thread")]
async fn two_versions_of_the_server() {
    let majors: Vec<u32> = installations().iter().map(|i| i.major).collect();
    if !majors.contains(&13) || !majors.contains(&18) {
        eprintln!("skipped: PostgreSQL 13 and 18 are not both installed (DBHARDEN_PG_BIN names them)");
        return;
    }
    let of = |major| SandboxOptions { major: Some(major), ..SandboxOptions::default() };
    let (old, new) = (Sandbox::start(&of(13)).await.unwrap(), Sandbox::start(&of(18)).await.unwrap());
    let dir = tempdir().unwrap();
    let sql = format!("{INIT}{POSTS}{}", include_str!("versions.sql"));
    for sandbox in [&old, &new] {
        run(&mut connect(sandbox).await, &sql).await;
    }
    let (old_url, new_url) = (old.url("postgres"), new.url("postgres"));
    assert_silent(dir.path(), &old_url, &["--desired", &new_url]);
    assert_silent(dir.path(), &new_url, &["--desired", &old_url]);
    write(dir.path(), "schema.sql", &sql);
    for (url, pg) in [(&old_url, "18"), (&new_url, "13")] {
        assert_silent(dir.path(), url, &["--desired", "schema.sql", "--pg", pg]);
    }
    run(&mut connect(&new).await, "alter table \"User\" alter email drop not null").await;
    let (report, code) = drift(dir.path(), &old_url, &["--desired", &new_url]);
    assert_eq!((found(&report), code), (vec!["public.\"User\".email".to_owned()], 2));
}
