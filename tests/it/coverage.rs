//! The drift check knows every column of `pg_catalog`: `coverage.toml` against servers, and against what 13 to 18 have. And the
//! drifts of `tests/drifts/` are what they say they are.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, PgConnection};
use toml::{Table, Value};

use crate::support::{connect, run, start};

const COVERAGE: &str = include_str!("../../src/snapshot/objects/coverage.toml");
/// What scripts/catalog-columns.sh wrote: `table.column`, then the major versions that have it.
const COLUMNS: &str = include_str!("../support/catalog-columns.txt");
const DRIFTS: &str = include_str!("../drifts/drifts.toml");
/// The database that drifts change: `base.sql` and what each version since 14 adds.
const BASES: [(u32, &str); 6] = [
    (13, include_str!("../drifts/base.sql")),
    (14, include_str!("../drifts/base_14.sql")),
    (15, include_str!("../drifts/base_15.sql")),
    (16, include_str!("../drifts/base_16.sql")),
    (17, include_str!("../drifts/base_17.sql")),
    (18, include_str!("../drifts/base_18.sql")),
];
const SERVER_15: &str = include_str!("../drifts/server_15.sql");
const HOW: &str = "docs/design/catalog.md tells how to add it";

/// Columns of `pg_catalog`'s tables, on the server itself.
const SERVER: &str = "select c.relname || '.' || a.attname
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r'";

fn coverage() -> Table {
    COVERAGE.parse().unwrap()
}

/// The columns of 13 to 18 with their versions.
fn listed() -> BTreeMap<&'static str, BTreeSet<u32>> {
    let lines = COLUMNS.lines().filter(|l| !l.starts_with('#') && !l.is_empty());
    lines
        .map(|l| l.split_once(' ').unwrap())
        .map(|(name, on)| (name, on.split(' ').map(|v| v.parse().unwrap()).collect()))
        .collect()
}

/// What is said of `table.column`, there or for the whole table.
fn entry<'c>(coverage: &'c Table, name: &str) -> Option<&'c Value> {
    let (table, column) = name.split_once('.').unwrap();
    let table = coverage.get(table)?;
    table.get(column).or_else(|| table.get("*"))
}

/// What is wrong with an entry, if anything.
fn fault(entry: &Value) -> Option<String> {
    if entry.as_str() == Some("modelled") {
        return None;
    }
    let Some((state, reason)) = entry.as_table().filter(|t| t.len() == 1).and_then(|t| t.iter().next()) else {
        return Some(format!("neither \"modelled\" nor {{ derived = \"...\" }} nor {{ ignored = \"...\" }}: {entry}"));
    };
    match (state.as_str(), reason.as_str().map(str::trim)) {
        ("derived" | "ignored", Some("")) => Some(format!("{state} without saying why")),
        ("derived" | "ignored", Some(_)) => None,
        _ => Some(format!("neither modelled, derived nor ignored: {entry}")),
    }
}

/// One sentence for each of these columns that `coverage.toml` says nothing of.
fn unaccounted<'n>(names: impl Iterator<Item = (&'n str, String)>) -> Vec<String> {
    let coverage = coverage();
    let missing = names.filter(|(name, _)| entry(&coverage, name).is_none());
    missing
        .map(|(name, on)| format!("{name} of PostgreSQL {on} is in no line of coverage.toml: would a change of it be drift?"))
        .collect()
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{}\n{HOW}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_column_of_this_server_is_accounted_for() {
    let sandbox = start(&[]).await;
    let columns: Vec<String> = sqlx::query_scalar(SERVER).fetch_all(&mut connect(&sandbox).await).await.unwrap();
    let major = sandbox.major();
    none(&unaccounted(columns.iter().map(|c| (c.as_str(), major.to_string()))));

    // the list speaks for the servers that are not installed here: it must be right where it can be looked at
    let of_list: BTreeSet<&str> = listed().into_iter().filter(|(_, on)| on.contains(&major)).map(|(name, _)| name).collect();
    let of_server: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
    let differ: Vec<_> = of_list.symmetric_difference(&of_server).collect();
    assert!(
        differ.is_empty(),
        "tests/support/catalog-columns.txt and PostgreSQL {major} differ in {differ:?}: run scripts/catalog-columns.sh"
    );
}

#[test]
fn every_column_of_13_to_18_is_accounted_for() {
    let versions = |on: &BTreeSet<u32>| on.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    none(&unaccounted(listed().iter().map(|(name, on)| (*name, versions(on)))));
}

#[test]
fn every_entry_is_of_a_known_column_and_says_why() {
    let known = listed();
    let mut faults = Vec::new();
    for (table, columns) in &coverage() {
        let columns = columns.as_table().unwrap_or_else(|| panic!("{table} of coverage.toml is no table"));
        let whole = columns.contains_key("*");
        if whole && columns.len() > 1 {
            faults.push(format!("{table} has \"*\" and columns beside it: which of them counts?"));
        }
        for (column, entry) in columns {
            let name = format!("{table}.{column}");
            let exists =
                if whole { known.keys().any(|k| k.split('.').next() == Some(table)) } else { known.contains_key(&*name) };
            if !exists {
                faults.push(format!("coverage.toml names {name}, which no version from 13 to 18 has"));
            }
            faults.extend(fault(entry).map(|f| format!("{name} of coverage.toml is {f}")));
        }
    }
    none(&faults);
}

/// One of `drifts.toml`.
struct Drift<'t> {
    of: &'t Table,
}

impl<'t> Drift<'t> {
    fn text(&self, key: &str) -> &'t str {
        self.of[key].as_str().unwrap()
    }

    fn name(&self) -> &'t str {
        self.text("name")
    }

    /// The columns that it changes: the one it is about, then those that change with it.
    fn columns(&self) -> Vec<&'t str> {
        let also = self.of.get("also").and_then(Value::as_array).into_iter().flatten();
        std::iter::once(self.text("column")).chain(also.map(|c| c.as_str().unwrap())).collect()
    }

    fn is_for(&self, major: u32) -> bool {
        let bound = |key, otherwise| self.of.get(key).and_then(Value::as_integer).unwrap_or(otherwise);
        (bound("since", 0)..=bound("until", i64::MAX)).contains(&i64::from(major))
    }

    /// The values that `column` holds: as they are, or with where they stand.
    fn values(&self, column: &str) -> String {
        let (table, column) = column.split_once('.').unwrap();
        let moved = self.of.get("moved").and_then(Value::as_bool) == Some(true);
        let at = match (moved, table) {
            (false, _) => "''",
            (true, "pg_attribute") => "attrelid::text || attname",
            (true, _) => "indexrelid::text",
        };
        format!(
            "select coalesce(md5(string_agg(v, '|' order by v collate \"C\")), '')
             from (select {at} || coalesce({column}::text, '~') as v from pg_catalog.{table}) as x"
        )
    }
}

fn drifts(file: &Table) -> Vec<Drift<'_>> {
    file["drift"].as_array().unwrap().iter().map(|d| Drift { of: d.as_table().unwrap() }).collect()
}

#[test]
fn every_modelled_column_has_a_drift() {
    let (coverage, known, file) = (coverage(), listed(), DRIFTS.parse::<Table>().unwrap());
    let changed: BTreeSet<&str> = drifts(&file).iter().flat_map(Drift::columns).collect();
    let cannot: BTreeSet<&str> = file["unchangeable"].as_table().unwrap().keys().map(String::as_str).collect();
    let mut faults: Vec<String> = Vec::new();
    for name in changed.iter().chain(&cannot).filter(|n| !known.contains_key(**n)) {
        faults.push(format!("drifts.toml names {name}, which no version from 13 to 18 has"));
    }
    faults.extend(changed.intersection(&cannot).map(|n| format!("drifts.toml changes {n} and says that it cannot be changed")));
    for name in known.keys().filter(|n| entry(&coverage, n).and_then(Value::as_str) == Some("modelled")) {
        if !changed.contains(name) && !cannot.contains(name) {
            faults.push(format!("{name} is modelled, but no drift of tests/drifts/drifts.toml changes it"));
        }
    }
    none(&faults);
}

/// What these queries give, one value each.
async fn ask(connection: &mut PgConnection, queries: &[String]) -> Vec<String> {
    let mut answers = Vec::new();
    for sql in queries {
        answers.push(sqlx::query_scalar(AssertSqlSafe(sql.clone())).fetch_one(&mut *connection).await.unwrap());
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_drift_changes_its_columns() {
    let sandbox = start(&[]).await;
    let (connection, major, known) = (&mut connect(&sandbox).await, sandbox.major(), listed());
    for (_, sql) in BASES.iter().filter(|(since, _)| *since <= major) {
        run(connection, sql).await;
    }
    if major >= 15 {
        for statement in SERVER_15.split_inclusive(';') {
            run(connection, statement).await;
        }
    }
    let file: Table = DRIFTS.parse().unwrap();
    let mut faults = Vec::new();
    for drift in drifts(&file).iter().filter(|d| d.is_for(major)) {
        let columns: Vec<&str> = drift.columns().into_iter().filter(|c| known[c].contains(&major)).collect();
        let values: Vec<String> = columns.iter().map(|c| drift.values(c)).collect();
        run(connection, "begin").await;
        run(connection, drift.of.get("before").and_then(Value::as_str).unwrap_or_default()).await;
        let before = ask(connection, &values).await;
        let done = sqlx::raw_sql(AssertSqlSafe(drift.text("sql").to_owned())).execute(&mut *connection).await;
        match done {
            Err(e) => faults.push(format!("{}: {e}", drift.name())),
            Ok(_) => {
                let after = ask(connection, &values).await;
                let same = columns.iter().zip(before.iter().zip(&after)).filter(|(_, (b, a))| b == a);
                faults.extend(same.map(|(c, _)| format!("{} does not change {c} on PostgreSQL {major}", drift.name())));
            }
        }
        run(connection, "rollback").await;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
