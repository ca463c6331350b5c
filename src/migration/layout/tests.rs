use std::fs;

use time::macros::datetime;

use super::*;
use crate::plan::{Lock, LockMode, Statement, Timeouts};

/// A folder with these files below a temporary one.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn read(layout: Layout, dir: &Path) -> Vec<MigrationFile> {
    layout.read(dir, &ReadOptions::default()).unwrap()
}

fn ids(files: &[MigrationFile]) -> Vec<&str> {
    files.iter().map(|f| f.id.as_str()).collect()
}

/// Layout, files with their texts, ids.
type Sample = (Layout, Vec<(&'static str, &'static str)>, Vec<&'static str>);

/// A folder of each layout with two migrations, in an order that sorting as text would not give where numbers count.
fn samples() -> Vec<Sample> {
    let up = "create table t();\n";
    vec![
        (Layout::Dbharden, vec![("20260101000000_a/up.sql", up), ("20260101000000_a/down.sql", "")], vec!["20260101000000_a"]),
        (
            Layout::Prisma,
            vec![("migration_lock.toml", ""), ("2_b/migration.sql", up), ("1_a/migration.sql", up), ("README.md", "")],
            vec!["1_a", "2_b"],
        ),
        (Layout::Sqlx, vec![("10_b.sql", up), ("0009_a.sql", up)], vec!["9", "10"]),
        (
            Layout::Flyway,
            vec![("V1.10__b.sql", up), ("V1_9__a.sql", up), ("R__z.sql", up), ("U1.9__a.sql", ""), ("more/V2__c.sql", up)],
            vec!["1.9", "1.10", "2", "R__z"],
        ),
        (Layout::Dbmate, vec![("2026_a.sql", "-- migrate:up\n\n-- migrate:down\n")], vec!["2026"]),
        (Layout::Goose, vec![("00010_b.sql", "-- +goose Up\n"), ("00009_a.sql", "-- +goose Up\n")], vec!["9", "10"]),
        (
            Layout::GolangMigrate,
            vec![("go.mod", ""), ("10_b.up.sql", up), ("9_a.up.sql", up), ("9_a.down.sql", "")],
            vec!["9", "10"],
        ),
        (
            Layout::Supabase,
            vec![("config.toml", "project_id = \"x\"\n"), ("migrations/20260101000000_a.sql", up)],
            vec!["20260101000000"],
        ),
        (
            Layout::Sqitch,
            vec![
                (
                    "sqitch.plan",
                    "%syntax-version=1.0.0\n%project=shop\n\na 2026-01-01T00:00:00Z A <a@b.c> # x\n@v1 2026-01-01T00:00:00Z A <a@b.c>\n\
                     b [a] 2026-01-01T00:00:00Z A <a@b.c>\na [a@v1] 2026-01-02T00:00:00Z A <a@b.c> # again",
                ),
                ("deploy/a@v1.sql", up),
                ("deploy/a.sql", up),
                ("deploy/b.sql", up),
            ],
            vec!["shop:a", "shop:b", "shop:a#2"],
        ),
    ]
}

#[test]
fn each_is_recognised_and_read_in_the_tools_order() {
    for (layout, files, expected) in samples() {
        let dir = folder(&files);
        assert_eq!(Layout::detect(dir.path()).unwrap(), layout);
        assert_eq!(ids(&read(layout, dir.path())), expected, "{layout}");
    }
}

#[test]
fn the_folder_above_will_do() {
    let dir = folder(&[("prisma/migrations/1_a/migration.sql", "select 1"), ("prisma/schema.prisma", "")]);
    for above in ["", "prisma", "prisma/migrations"] {
        assert_eq!(Layout::detect(&dir.path().join(above)).unwrap(), Layout::Prisma);
        assert_eq!(ids(&read(Layout::Prisma, &dir.path().join(above))), ["1_a"]);
    }
}

#[test]
fn what_is_ambiguous_or_unknown_is_said() {
    let dir = folder(&[("1_a.up.sql", ""), ("1_a.down.sql", "")]);
    let error = Layout::detect(dir.path()).unwrap_err().to_string();
    assert!(error.contains("sqlx or golang-migrate") && error.contains("--layout"), "{error}");
    let dir = folder(&[("schema.rb", ""), ("x/y", "")]);
    let error = Layout::detect(dir.path()).unwrap_err().to_string();
    assert!(error.contains("1 file (schema.rb), 1 folder (x)") && error.contains("--layout"), "{error}");
}

#[test]
fn a_number_that_is_there_twice_is_refused() {
    for (layout, names) in [(Layout::Sqlx, ["1_a.sql", "01_b.sql"]), (Layout::Flyway, ["V1__a.sql", "V01.0__b.sql"])] {
        let dir = folder(&[(names[0], ""), (names[1], "")]);
        let error = layout.read(dir.path(), &ReadOptions::default()).unwrap_err();
        assert!(error.what().contains("two migrations have the number 1"), "{error}");
    }
}

#[test]
fn marks_switch_the_transaction_off() {
    for (layout, name, text) in [
        (Layout::Sqlx, "1_a.sql", "-- no-transaction\nselect 1;"),
        (Layout::Dbmate, "1_a.sql", "-- migrate:up transaction:false\nselect 1;\n-- migrate:down\ndrop table t;"),
        (Layout::Goose, "1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;\n-- +goose Down\ndrop table t;"),
        (Layout::Flyway, "V1__a.sql", "-- flyway:executeInTransaction=false\nselect 1;"),
    ] {
        let dir = folder(&[(name, text)]);
        let file = read(layout, dir.path()).remove(0);
        assert!(!file.transaction, "{layout}");
        assert!(file.sql.contains("select 1") && !file.sql.contains("drop"), "{layout}: {}", file.sql);
        let line = 1 + file.sql[..file.sql.find("select").unwrap()].matches('\n').count();
        assert_eq!(line, 1 + text[..text.find("select").unwrap()].matches('\n').count(), "{layout}: lines are kept");
    }
    let dir = folder(&[("V1__a.sql", "select 1;"), ("V1__a.sql.conf", "executeInTransaction = false\n")]);
    assert!(!read(Layout::Flyway, dir.path())[0].transaction);
}

#[test]
fn placeholders_are_filled_in_or_named() {
    let dir = folder(&[("V1__a.sql", "\ncreate table ${schema}.t(); -- ${flyway:filename}")]);
    let error = Layout::Flyway.read(dir.path(), &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("V1__a.sql:2: ") && error.contains("--placeholder schema=VALUE"), "{error}");
    let options = ReadOptions { placeholders: [("schema".to_owned(), "app".to_owned())].into() };
    let sql = &Layout::Flyway.read(dir.path(), &options).unwrap()[0].sql;
    assert_eq!(sql, "\ncreate table app.t(); -- V1__a.sql");
}

fn statement(sql: &str, in_transaction: bool) -> Statement {
    let timeouts = if in_transaction { Timeouts::brief(300) } else { Timeouts::PATIENT };
    let lock = Some(Lock { mode: LockMode::AccessExclusive, relation: "a".to_owned() });
    Statement { sql: sql.to_owned(), lock, timeouts, in_transaction, hazards: Vec::new() }
}

#[test]
fn what_is_written_is_read_again() {
    let up = [
        statement("create table a()", true),
        statement("create table b()", true),
        statement("create index concurrently i on a (x)", false),
        statement("create table c()", true),
    ];
    let down = [statement("drop table c", true)];
    let at = datetime!(2026-11-24 10:20:00 UTC);
    for (layout, files, before) in samples() {
        let dir = folder(&files);
        let there = read(layout, dir.path()).len();
        let header = "adopts drift\nmigrate:down ' \u{2028}";
        let written = layout.write(dir.path(), "Adopt: drift!", at, &up, &down, header).unwrap();
        assert!(written.iter().all(|p| p.is_file()), "{layout}");
        let all = read(layout, dir.path());
        assert_eq!(Layout::detect(dir.path()).unwrap(), layout);
        let new: Vec<&MigrationFile> = all.iter().filter(|f| !before.contains(&f.id.as_str())).collect();
        assert_eq!(all.len(), there + new.len(), "{layout}");
        if layout != Layout::Dbharden {
            assert_eq!(new.len(), 3, "{layout}");
            let alone = new[1].sql.clone();
            let one = crate::migration::script::read(&alone, Path::new("x"), 1).unwrap().len();
            assert!(one == 1 || layout.runs_one_by_one(), "{layout}: {alone}");
            if matches!(layout, Layout::Sqlx | Layout::Dbmate | Layout::Goose | Layout::Flyway) {
                assert_eq!(new.iter().map(|f| f.transaction).collect::<Vec<_>>(), [true, false, true], "{layout}");
            }
            assert!(new[0].sql.contains("SET LOCAL lock_timeout = '300ms';") || layout == Layout::Dbharden, "{}", new[0].sql);
        }
        assert!(new.iter().all(|f| f.name.contains("adopt_drift") && !f.sql.contains("drop table c")), "{layout}");
        let said = layout.mark_applied(&written, None).unwrap();
        assert_eq!(said.is_empty(), layout == Layout::Dbharden, "{layout}: {said}");
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written() {
    let dir = folder(&[("V1__a.sql", "select 1;")]);
    fs::create_dir(dir.path().join("V3__x_2.sql")).unwrap();
    let up = [statement("select 1", true), statement("vacuum", false)];
    let at = datetime!(2026-11-24 10:20:00 UTC);
    let error = Layout::Flyway.write(dir.path(), "x", at, &up, &[], "").unwrap_err();
    assert!(error.to_string().contains("V3__x_2.sql is there already"), "{error}");
    let mut names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["V1__a.sql", "V3__x_2.sql"]);
}
