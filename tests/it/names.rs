//! Names nobody would choose, from the catalog through every output into applied migrations and back.

use std::process::Stdio;

use dbharden::ident::{Ident, literal};
use tempfile::tempdir;

use crate::support::{connect, dbharden, dump, folders, number, plan, psql_file, run, start};

const NAMES: &[&str] = &[
    "Upper Case", "quo\"te", "it's", "select", "back\\slash", "$gate$", "$1", "*/ --", "100%", "😀 smile", "x\ndrop table y; --",
    "tab\tname", "a.b", "\\! touch hacked", ":var :'var'", "esc\u{1b}[31mred",
    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg", "éééééééééééééééééééééééééééééé.", " USING btree (",
];

fn schema() -> String {
    NAMES.iter().map(|name| build(name)).collect()
}

/// A schema of that name with tables, columns, indexes and constraints of that name.
fn build(name: &str) -> String {
    let short: String = name.chars().take(12).collect();
    let i = Ident::new(name);
    let own = |suffix: &str| Ident::new(format!("{short}{suffix}"));
    let (child, one, two, three) = (own(" child"), own(" 1"), own(" 2"), own(" 3"));
    let (few, more, a, b) = (own(" few"), own(" more"), own(" a"), own(" b"));
    let (key, text) = (own(" key"), literal(name));
    format!(
        "create schema {i}; create table {i}.{i} ({i} int constraint {key} primary key, t text);
         create table {i}.{child} (id int, {i} int, t text, constraint {i} foreign key ({i}) references {i}.{i});
         create unique index {few} on {i}.{child} (t) where t <> {text}; create unique index {more} on {i}.{child} (t) where t <> {text};
         create table {i}.parted (id int, {i} int, constraint {i} foreign key ({i}) references {i}.{i}) partition by range (id);
         create table {i}.{one} partition of {i}.parted for values from (0) to (10);
         create table {i}.{two} partition of {i}.parted for values from (10) to (20) partition by list (id);
         create table {i}.{three} partition of {i}.{two} for values in (10);
         create index {a} on {i}.parted (id); create index {b} on {i}.parted (id, {i});",
    )
}

async fn there_and_back(settings: &[(&str, &str)]) {
    let sandbox = start(settings).await;
    let connection = &mut connect(&sandbox).await;
    run(connection, "create table y (id int)").await;
    run(connection, &schema()).await;
    let directory = tempdir().unwrap();
    let (json, code) = plan(directory.path(), &sandbox.url("postgres"), &[]);
    assert_eq!(code, 0);
    let before = dump(&sandbox);
    let migrations = folders(directory.path());
    // two keys without an index, one redundant index of a table and one of a partitioned table, under each name
    assert_eq!(migrations.len(), 4 * NAMES.len(), "{:?}", json["migrations"]);
    let indexes = "select count(*) from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace >= 16384 or relname = 'y'";
    let there = number(connection, indexes).await;
    for round in ["first", "second"] {
        for migration in &migrations {
            psql_file(&sandbox, "postgres", &migration.join("up.sql")).unwrap_or_else(|e| panic!("{round} run: {e}"));
        }
        // built: one for the child, four for the partitioned tree; dropped: one, and four
        assert_eq!(number(connection, indexes).await, there, "{round}");
        assert_eq!(number(connection, "select count(*) from pg_index where not indisvalid").await, 0);
        assert_eq!(number(connection, "select count(*) from y").await, 0);
    }
    let tables = |dump: &str| dump.split("\n\n").filter(|s| !s.contains("INDEX") && !s.starts_with("--")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(tables(&dump(&sandbox)), tables(&before), "nothing but indexes has changed");
    let (again, _) = plan(directory.path(), &sandbox.url("postgres"), &[]);
    for check in ["unindexed-foreign-key", "redundant-index"] {
        assert!(!again["findings"].as_array().unwrap().iter().any(|f| f["check"] == check), "{again}");
    }
    assert!(again["migrations"].as_array().unwrap().iter().all(|m| m["status"] == "applied"), "{again}");
    for migration in migrations.iter().rev() {
        psql_file(&sandbox, "postgres", &migration.join("down.sql")).unwrap();
        psql_file(&sandbox, "postgres", &migration.join("down.sql")).unwrap_or_else(|e| panic!("second undo: {e}"));
    }
    assert_eq!(sorted(&dump(&sandbox)), sorted(&before));
    assert!(!directory.path().join("hacked").exists());

    for format in ["table", "json", "markdown"] {
        let output = dbharden(directory.path(), &["plan", "--dry-run", "--all", "--format", format, &sandbox.url("postgres")]);
        let text = String::from_utf8({ output }.stderr(Stdio::null()).output().unwrap().stdout).unwrap();
        assert!(text.contains("unindexed-foreign-key"), "{format}: {text}");
        let raw: Vec<&str> = text.lines().filter(|l| l.chars().any(char::is_control)).collect();
        assert!(raw.is_empty(), "{format}: {raw:?}");
        assert!(!text.lines().any(|l| l.trim_start().starts_with("drop table y")), "{format}");
    }
    for migration in folders(directory.path()) {
        for file in ["up.sql", "down.sql"] {
            let text = std::fs::read_to_string(migration.join(file)).unwrap();
            let head: Vec<&str> = text.lines().take_while(|l| !l.is_empty()).collect();
            assert!(head.iter().all(|l| l.starts_with("--") && !l.chars().any(char::is_control)), "{text}");
        }
    }
}

/// Objects of a dump without regard to their order.
fn sorted(dump: &str) -> Vec<String> {
    let mut parts: Vec<String> = dump.split("\n\n\n").map(str::to_owned).collect();
    parts.sort();
    parts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_survive_plan_apply_and_undo() {
    there_and_back(&[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn also_where_a_backslash_in_a_string_escapes() {
    there_and_back(&[("standard_conforming_strings", "off"), ("escape_string_warning", "off"), ("quote_all_identifiers", "on")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn also_under_a_role_with_settings_of_its_own() {
    let sandbox = start(&[]).await;
    run(&mut connect(&sandbox).await, &format!("{}; alter role postgres set client_encoding = latin1; alter role postgres set search_path = nowhere;
        alter role postgres set statement_timeout = 1; alter role postgres set lock_timeout = 1", build("é'\\"))).await;
    let directory = tempdir().unwrap();
    plan(directory.path(), &sandbox.url("postgres"), &[]);
    let migrations = folders(directory.path());
    assert_eq!(migrations.len(), 4);
    for migration in migrations {
        psql_file(&sandbox, "postgres", &migration.join("up.sql")).unwrap();
        psql_file(&sandbox, "postgres", &migration.join("down.sql")).unwrap();
    }
}
