//! What was made before: in the file, in files before it, in a folder whose history is known.

use dbharden::lint::PgVersion;
use serde_json::Value;
use tempfile::tempdir;

use super::{found, lint_text};
use crate::support::dbharden;

#[test]
fn what_the_file_itself_makes_is_nobodys() {
    assert!(
        found("create table t (id bigint primary key, a int); create index on t (a); alter table t alter a type bigint")
            .is_empty()
    );
    assert!(found("create table t as select 1 as a; alter table t add check (a > 0); drop table t").is_empty());
    // it may have been there before
    assert!(found("create table if not exists t (a int); create index on t (a)").is_empty());
    assert!(!found("create table t (a int); create index on s.t (a)").is_empty());
    assert!(found("set search_path = s; create table t (a int); create index on s.t (a)").is_empty());
    assert!(found("create table \"T\" (a int); alter table \"T\" rename to u; create index on u (a)").is_empty());
}

#[test]
fn files_before_tell_what_tables_look_like() {
    let rules = |before: &str, sql: &str| {
        let sql = format!("set lock_timeout = 1; {sql}");
        let all = lint_text(&sql, before, &[], PgVersion::NEWEST, None);
        all.into_iter().map(|f| f.check).collect::<Vec<_>>()
    };
    let table = "create table t (id bigint primary key, name varchar(20), n numeric(10,2), at timestamp(3));";
    for free in [
        "name type varchar(40)",
        "name type text",
        "n type numeric(12,2)",
        "at type timestamp(6)",
        "name type text using name::text",
    ] {
        assert!(rules(table, &format!("alter table t alter {free}")).is_empty(), "{free}");
    }
    for dear in ["name type varchar(10)", "n type numeric(12,3)", "at type timestamptz", "name type text using upper(name)"] {
        assert_eq!(rules(table, &format!("alter table t alter {dear}")), ["type-change-rewrites-table"], "{dear}");
    }
    let checked = format!("{table} alter table t add constraint c check (name is not null and n > 0) not valid;");
    assert_eq!(rules(&checked, "alter table t alter name set not null"), ["not-null-scanned-under-lock"]);
    let validated = format!("{checked} alter table t validate constraint c;");
    assert!(rules(&validated, "alter table t alter name set not null").is_empty());
    assert!(rules(table, "alter table t alter id set not null").is_empty());
}

#[test]
fn the_version_matters() {
    let on = |sql: &str, version: &str| {
        let all = lint_text(&format!("set lock_timeout = 1; {sql}"), "", &[], version.parse().unwrap(), None);
        all.into_iter().map(|f| f.check).collect::<Vec<_>>()
    };
    let constant = "alter table t add column a int default 1";
    assert_eq!(on(constant, "10"), ["volatile-default-rewrites-table"]);
    assert!(on(constant, "11").is_empty());
    assert!(on("alter table t detach partition p", "13").is_empty());
    assert_eq!(on("alter table t detach partition p", "14"), ["partition-detached-under-lock"]);
    assert_eq!(on("alter table t add column a int generated always as (b + 1) virtual", "18"), [""; 0]);
    let rewrite = |version: &str| {
        let all = lint_text("alter table t alter a set not null", "", &[], version.parse().unwrap(), None);
        all.into_iter().find(|f| f.check == "not-null-scanned-under-lock").unwrap().rewrite.unwrap()
    };
    assert!(rewrite("17").contains("CHECK (a IS NOT NULL) NOT VALID") && rewrite("18").contains("NOT NULL a NOT VALID"));
}

#[test]
fn blocks_are_looked_into() {
    let sql = "set lock_timeout = 1; do $$ begin if not exists (select 1) then create index i on t (a); end if;\n  execute 'drop table u'; end $$";
    let all = lint_text(sql, "", &[], PgVersion::NEWEST, None);
    let seen: Vec<(String, usize)> = all.into_iter().map(|f| (f.check, f.line)).collect();
    assert_eq!(seen, [("index-built-under-lock".to_owned(), 1), ("table-dropped".to_owned(), 2)]);
    assert_eq!(found("do $$ begin create index concurrently i on t (a); end $$"), ["concurrently-in-transaction"]);
    assert_eq!(found("do $$ begin execute 'drop table ' || x; end $$"), ["block-not-readable"]);
}

/// A folder of files, linted with these arguments: `rule file` of each finding.
fn folder(files: &[(&str, &str)], arguments: &[&str]) -> (Vec<String>, Value) {
    let place = tempdir().unwrap();
    for (name, text) in files {
        std::fs::create_dir_all(place.path().join("m")).unwrap();
        std::fs::write(place.path().join("m").join(name), text).unwrap();
    }
    let mut all = vec!["lint", "m", "--format", "json"];
    all.extend(arguments);
    let output = dbharden(place.path(), &all).output().unwrap();
    let json: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e} {}", String::from_utf8_lossy(&output.stderr)));
    let seen = json["findings"].as_array().unwrap().iter();
    (seen.map(|f| format!("{} {}", f["check"].as_str().unwrap(), f["file"].as_str().unwrap())).collect(), json)
}

#[test]
fn names_of_types_stay_quoted() {
    let sql = "alter table t alter a type \"Role\ndrop\"[] using a::text::\"Role\ndrop\"[]";
    let all = lint_text(sql, "create type \"R\" as enum ('a'); create table t (a \"R\")", &[], PgVersion::NEWEST, None);
    let found = all.iter().find(|f| f.check == "type-change-rewrites-table").unwrap();
    assert!(found.message.contains("from \"R\" to \"Role\ndrop\"[]"), "{}", found.message);
    assert!(found.rewrite.as_ref().unwrap().starts_with("ALTER TABLE t ADD COLUMN a_new \"Role\ndrop\"[];"));
}

#[test]
fn a_schema_takes_its_tables_along() {
    assert_eq!(found("alter schema a rename to b"), ["table-renamed"]);
}

#[test]
fn two_files_with_one_number() {
    let (seen, _) = folder(&[("V1__a.sql", "select 1"), ("V1__b.sql", "select 2"), ("V2__c.sql", "select 3")], &[]);
    assert_eq!(seen, ["number-used-twice m/V1__b.sql"]);
}

#[test]
fn what_is_pending_is_new_to_the_next() {
    let files = [
        ("1_a.sql", "-- +goose Up\ncreate table t (id bigint primary key);\n"),
        ("2_b.sql", "-- +goose Up\nset local lock_timeout = 1;\ncreate table u (a int);\ncreate index on t (id);\n"),
        ("3_c.sql", "-- +goose Up\nset local lock_timeout = 1;\ncreate index on u (a);\n"),
    ];
    // nothing says what is applied: what an earlier file made may be in use
    let (seen, _) = folder(&files, &[]);
    assert_eq!(seen, ["index-built-under-lock m/2_b.sql", "index-built-under-lock m/3_c.sql"]);
    let (seen, _) = folder(&files, &["--pending"]);
    assert!(seen.is_empty(), "{seen:?}");
    let (seen, json) = folder(&files, &["--after", "1"]);
    assert_eq!(seen, ["index-built-under-lock m/2_b.sql"]);
    assert!(json["notes"][0].as_str().unwrap().contains("1 file is applied and not linted"));
}
