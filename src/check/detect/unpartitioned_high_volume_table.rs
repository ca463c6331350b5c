//! `unpartitioned-high-volume-table`: a table so large, or filling so fast, that it should be cut by time before it is too late.

use serde_json::{Value, json};

use super::figures::{bytes, rounded, thousands};
use crate::check::{Finding, Input};
use crate::config::Partitioning;
use crate::ident::{Ident, ident_list, one_line};
use crate::plan::Change;
use crate::plan::change::partition::{Partition, obstacles as obstacles_of};
use crate::query::{Analyzed, Role, StatementKind, Target};
use crate::snapshot::{Column, Relation, RelationKind};

/// How many rows a table gains in a day.
struct Growth {
    inserted_per_day: f64,
    net_per_day: f64,
    days: f64,
    /// Who counted.
    source: &'static str,
}

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    // tables cut by inheritance, the old way, are cut as well
    let is_parent = |r: &Relation| catalog.relations.values().any(|c| c.inherits.contains(&r.oid));
    let plain = |r: &&Relation| r.kind == RelationKind::Table && r.inherits.is_empty() && !is_parent(r);
    catalog.tables().into_iter().filter(plain).filter_map(|table| finding(input, table)).collect()
}

fn finding(input: &Input, table: &Relation) -> Option<Finding> {
    let snapshot = input.snapshot;
    let (max_rows, max_bytes) = (input.number("rows"), input.number("bytes"));
    // both are estimates; the counters may be fresher, and are there when the table was never analysed
    let live = table.activity.as_ref().map(|a| a.live_rows as f64);
    let rows = table.rows.into_iter().chain(live).reduce(f64::max);
    let size = table.table_bytes.map(|t| (t + table.index_bytes.unwrap_or_default()) as f64);
    let growth = growth(input, table);
    let fast = growth.as_ref().filter(|g| g.net_per_day >= input.number("rows_per_day"));

    let mut reasons = Vec::new();
    if let Some(rows) = rows.filter(|r| *r >= max_rows) {
        reasons.push(format!("{} rows", thousands(rows)));
    }
    if let Some(size) = size.filter(|s| *s >= max_bytes) {
        reasons.push(format!("{} with indexes", bytes(size)));
    }
    if let Some(g) = fast {
        let known = rows.map(|r| format!(", {} now", thousands(r))).unwrap_or_default();
        reasons.push(format!("{} rows more a day, measured over {:.1} days{known}", thousands(g.net_per_day), g.days));
    }
    let decided = decision(input, table);
    if decided.is_some() {
        reasons.push("`[[partitioning]]` names it".to_owned());
    }
    if reasons.is_empty() {
        return None;
    }
    let key = decided.as_ref().map_or_else(|| time_column(table), |(_, c)| table.column(c.column.raw()));
    let advice = match key {
        Some(column) => format!("its rows come in by {}, which can be the partition key", column.name),
        None => "no column says when a row came: add one before it can be cut by time".to_owned(),
    };
    let message = format!("{}: {}, in one piece; {advice}", table.name, reasons.join(", "));
    let columns: Vec<Ident> = key.map(|c| c.name.clone()).into_iter().collect();
    let mut finding = input
        .finding_on(table, &[], message)
        .with("rows", rows)
        .with("bytes", size)
        .with("partition_key", columns.first().map(|c| one_line(&c.to_string())))
        .with("correlation", key.and_then(|c| table.column_statistics(&c.name)?.correlation()).map(rounded))
        .with("interval", interval(growth.as_ref()))
        .with("retention", retention(key, growth.as_ref()))
        .with("obstacles", obstacles(input, table, key));
    if let Some((settings, change)) = decided {
        let mut found = obstacles_of(&change, snapshot);
        if !settings.on_conflict_changed {
            found.undecided.extend(on_conflict(input, table, &change));
        }
        let said = |all: &[String]| all.iter().map(|t| json!(one_line(t))).collect::<Vec<Value>>();
        finding = finding.with("undecided", said(&found.undecided)).with("impossible", said(&found.impossible));
        if found.is_empty() {
            finding = finding.with_fix(Change::Partition(change));
        }
    }
    if let Some(g) = &growth {
        finding = finding
            .with("inserted_per_day", g.inserted_per_day.round())
            .with("net_per_day", g.net_per_day.round())
            .with("days_measured", rounded(g.days))
            .with("measured_by", g.source);
        if let Some(days) = rows.filter(|r| *r < max_rows && g.net_per_day > 0.0).map(|r| (max_rows - r) / g.net_per_day) {
            finding = finding.with("days_to_threshold", days.ceil());
        }
    }
    Some(finding)
}

/// What `[[partitioning]]` says of the table, and the change it asks for.
fn decision<'c>(input: &Input<'c>, table: &Relation) -> Option<(&'c Partitioning, Partition)> {
    let settings = input.config.partitioning.iter().find(|p| p.table == table.name.to_string())?;
    Some((settings, Partition::decided(settings, table, input.snapshot.taken_at)?))
}

/// Statements whose ON CONFLICT means a key that is lost: they fail once the table is partitioned.
fn on_conflict(input: &Input, table: &Relation, change: &Partition) -> Vec<String> {
    let lost = change.lost(table);
    let means = |a: &&Analyzed| {
        let conflicts = a.analysis.accesses.iter().filter(|x| x.relation == table.oid).filter_map(|x| x.on_conflict.as_ref());
        conflicts.into_iter().any(|conflict| {
            let columns: Vec<&Ident> = conflict.columns.iter().filter_map(Target::column).collect();
            lost.iter().any(|(name, key)| {
                conflict.constraint.as_ref() == Some(name)
                    || columns.len() == key.len() && key.iter().all(|k| columns.contains(&k))
            })
        })
    };
    let said = |a: &Analyzed| {
        format!(
            "ON CONFLICT needs a key that is lost: write it with {} too, then say on_conflict_changed = true: {}",
            change.column,
            one_line(a.text())
        )
    };
    input.workload.iter().filter(means).map(said).collect()
}

/// Rows a day, from a count whose beginning is known: the table's counters since their reset, else the workload's INSERTs.
///
/// Counters that were never reset outlive restarts, so the server's start says nothing about their age: taking it would turn the
/// rows of a year into the rows of a day.
fn growth(input: &Input, table: &Relation) -> Option<Growth> {
    let snapshot = input.snapshot;
    let enough = |days: &f64| *days >= input.number("min_days");
    let age = |since: i64| (snapshot.taken_at - since).max(0) as f64 / 86_400.0;
    if let (Some(a), Some(days)) = (&table.activity, snapshot.database.stats_reset.map(age).filter(enough)) {
        let (inserted, deleted) = (a.inserted as f64, a.deleted as f64);
        let source = "pg_stat_user_tables";
        return Some(Growth { inserted_per_day: inserted / days, net_per_day: (inserted - deleted) / days, days, source });
    }
    let days = snapshot.workload.since.map(age).filter(enough)?;
    let (mut inserted, mut deleted) = (0.0, 0.0);
    for analyzed in input.workload {
        let rows = analyzed.statement.rows as f64;
        let touches = |role: Role| analyzed.analysis.accesses.iter().any(|a| a.relation == table.oid && a.role == role);
        match analyzed.analysis.kind {
            StatementKind::Insert if touches(Role::Insert) => inserted += rows,
            StatementKind::Delete if touches(Role::Delete) => deleted += rows,
            _ => {}
        }
    }
    let source = "pg_stat_statements";
    Some(Growth { inserted_per_day: inserted / days, net_per_day: (inserted - deleted) / days, days, source })
}

/// The column that most likely says when a row came. Rows must not move between partitions, so columns that change are no
/// candidates, whatever their order on disk.
fn time_column(table: &Relation) -> Option<&Column> {
    let score = |column: &&Column| {
        let is_time = column.type_name.starts_with("timestamp") || column.type_name == "date";
        let name = column.name.raw().replace('_', "").to_lowercase();
        let changes = ["update", "modif", "delet", "expire", "last", "next", "finish", "end", "due", "until", "change"];
        if !is_time || changes.iter().any(|c| name.contains(c)) {
            return None;
        }
        let default = column.default.as_deref().unwrap_or_default().to_lowercase();
        let by_default =
            default.contains("now()") || default.contains("current_timestamp") || default.contains("clock_timestamp");
        let named =
            ["created", "inserted", "received", "occurred", "recorded", "logged", "timestamp", "eventtime", "eventat", "sentat"];
        let named = named.iter().any(|n| name.contains(n)) || matches!(name.as_str(), "ts" | "time" | "at" | "date" | "day");
        let in_order = table.column_statistics(&column.name).and_then(|s| s.correlation()).is_some_and(|c| c >= 0.9);
        let points = 3 * i32::from(by_default) + 2 * i32::from(named) + 2 * i32::from(in_order) + i32::from(column.not_null);
        (points >= 2).then_some(points)
    };
    let scored = table.columns.iter().filter_map(|c| Some((score(&c)?, std::cmp::Reverse(c.number), c)));
    scored.max_by_key(|(points, number, _)| (*points, *number)).map(|(_, _, column)| column)
}

/// Partitions of some ten million rows: few enough to plan over, small enough to drop, vacuum and index one at a time.
fn interval(growth: Option<&Growth>) -> &'static str {
    match growth.map_or(0.0, |g| g.inserted_per_day) {
        rows if rows >= 5_000_000.0 => "day",
        rows if rows >= 1_000_000.0 => "week",
        _ => "month",
    }
}

fn retention(key: Option<&Column>, growth: Option<&Growth>) -> String {
    let kept = match growth {
        Some(g) if g.inserted_per_day > 0.0 && g.net_per_day < 0.1 * g.inserted_per_day => {
            "rows are deleted about as fast as they come: dropping partitions replaces those deletes and their vacuum"
        }
        Some(g) if g.inserted_per_day > 0.0 && g.net_per_day >= 0.99 * g.inserted_per_day => {
            "nothing is deleted: decide how long rows are kept, then detach and archive whole partitions"
        }
        _ => "decide how long rows are kept, then detach and archive whole partitions",
    };
    match key {
        Some(column) => one_line(&format!("{kept}; until then a BRIN or b-tree index on {} serves batched deletes", column.name)),
        None => kept.to_owned(),
    }
}

/// What stands in the way of a partitioned table: unique keys must hold the partition key, and foreign keys point at those.
fn obstacles(input: &Input, table: &Relation, key: Option<&Column>) -> Vec<Value> {
    let mut found = Vec::new();
    for index in table.indexes.iter().filter(|i| i.unique && (i.constraint.is_some() || i.valid)) {
        let columns: Vec<&Ident> = index.keys.iter().filter_map(|k| k.column.as_ref()).collect();
        if key.is_none_or(|k| !columns.contains(&&k.name)) {
            found.push(json!(one_line(&format!(
                "{} {} ({}) must take in the partition key",
                if index.primary { "primary key" } else { "unique index" },
                index.name,
                ident_list(columns),
            ))));
        }
    }
    for other in input.snapshot.catalog.by_name() {
        for (constraint, _) in other.foreign_keys().filter(|(_, far)| far.table == table.oid) {
            let note = format!("foreign key {}.{} refers to it and must follow its primary key", other.name, constraint.name);
            found.push(json!(one_line(&note)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{findings, snapshot};
    use super::*;
    use crate::snapshot::{Snapshot, TableActivity};

    const CHECK: &str = "unpartitioned-high-volume-table";
    const DDL: &str = r#"
        create table "Lead" (id text primary key);
        create table "EmailEvent" (id text primary key, "leadId" text references "Lead", "updatedAt" timestamp(3) not null,
            "expiresAt" timestamp(3), "createdAt" timestamp(3) not null);
        create table parted (id text, at timestamp(3)) partition by range (at);
        create table parted_1 partition of parted for values from ('2025-01-01') to ('2026-01-01');
    "#;

    fn table<'s>(snapshot: &'s mut Snapshot, name: &str) -> &'s mut Relation {
        snapshot.catalog.relations.values_mut().find(|r| r.name.name.raw() == name).expect("it is in the schema")
    }

    fn activity(inserted: i64, deleted: i64, live_rows: i64) -> Option<TableActivity> {
        Some(TableActivity { inserted, deleted, live_rows, ..TableActivity::default() })
    }

    #[test]
    fn size_in_rows_or_bytes() {
        let gb = 1_073_741_824;
        #[rustfmt::skip]
        let cases = [
            (Some(12e6), None, None, Some("12,000,000 rows")),
            (Some(9e6), None, None, None),
            (None, None, None, None),
            (None, Some(7 * gb), Some(4 * gb), Some("11.0 GB with indexes")),
            (Some(1e3), Some(7 * gb), Some(2 * gb), None),
        ];
        for (rows, table_bytes, index_bytes, expected) in cases {
            let mut snapshot = snapshot(DDL, &[]);
            let event = table(&mut snapshot, "EmailEvent");
            (event.rows, event.table_bytes, event.index_bytes) = (rows, table_bytes, index_bytes);
            let found = findings(&snapshot, CHECK, "");
            assert_eq!(found.len(), usize::from(expected.is_some()), "{rows:?} {table_bytes:?}");
            for f in found {
                assert!(f.message.contains(expected.unwrap_or_default()), "{}", f.message);
                assert_eq!(f.evidence["partition_key"], json!("\"createdAt\""));
                assert_eq!(f.evidence["obstacles"].as_array().map(Vec::len), Some(1), "{:?}", f.evidence["obstacles"]);
            }
        }
    }

    #[test]
    fn growth_needs_a_count_with_a_known_beginning() {
        let day = 86_400;
        #[rustfmt::skip]
        let cases = [
            // inserted, deleted, counters reset days ago, expected
            (2_000_000, 0, Some(10), true),
            (500_000, 0, Some(10), false),
            // a queue: what comes goes
            (9_000_000, 8_900_000, Some(10), false),
            // a bulk load an hour ago
            (2_000_000, 0, Some(0), false),
            // never reset: the counters may be years old
            (2_000_000, 0, None, false),
        ];
        for (inserted, deleted, reset, expected) in cases {
            let mut snapshot = snapshot(DDL, &[]);
            snapshot.database.stats_reset = reset.map(|d| snapshot.taken_at - d * day - 3_600);
            snapshot.workload.since = None;
            let event = table(&mut snapshot, "EmailEvent");
            (event.rows, event.activity) = (Some(1e6), activity(inserted, deleted, 1_000_000));
            let found = findings(&snapshot, CHECK, "");
            assert_eq!(found.len(), usize::from(expected), "{inserted} {deleted} {reset:?}");
        }
    }

    #[test]
    fn inserts_of_the_workload_where_the_counters_have_no_beginning() {
        let insert = r#"insert into "EmailEvent" (id, "leadId", "updatedAt", "createdAt") values ($1, $2, $3, $4)"#;
        let mut snapshot = snapshot(DDL, &[(insert, 3_000_000, 3_000_000, 0.1)]);
        snapshot.database.stats_reset = None;
        let found = findings(&snapshot, CHECK, "");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].evidence["measured_by"], json!("pg_stat_statements"));
        assert!(found[0].message.contains("300,000 rows more a day, measured over 10.0 days"), "{}", found[0].message);
    }

    #[test]
    fn tables_that_are_cut_already() {
        let mut snapshot = snapshot(DDL, &[]);
        table(&mut snapshot, "parted_1").rows = Some(1e9);
        assert!(findings(&snapshot, CHECK, "").is_empty());
    }

    #[test]
    fn a_table_without_a_time_column_says_so() {
        let mut snapshot = snapshot(DDL, &[]);
        table(&mut snapshot, "Lead").rows = Some(2e3);
        let found = findings(&snapshot, CHECK, "[checks.unpartitioned-high-volume-table]\nrows = 1000");
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("no column says when a row came"), "{}", found[0].message);
    }
}
