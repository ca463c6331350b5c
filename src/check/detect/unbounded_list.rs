//! `unbounded-list`: a list of which a call returns thousands of rows, because nothing caps it.
//!
//! The text alone does not tell: `LIMIT $n` is in it whether the client sends 20 or 99999. So the figures decide, and a statement
//! that has a LIMIT is never said to have none.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::figures::{bytes, count, rounded, statement, thousands};
use crate::check::{Finding, Input};
use crate::ident::{Ident, ident_list, one_line};
use crate::query::{Access, Analyzed, Bound, FilterOp, Operand, Role, StatementKind};
use crate::snapshot::{Oid, Relation, Statement};

/// Longest over mean time from which a LIMIT $n is taken to vary: some calls send far more than others.
const UNEVEN: f64 = 20.0;
/// ... and the longest call is one that a person notices, milliseconds.
const NOTICED_MS: f64 = 100.0;

/// A statement that returns too many rows a call.
struct Long<'a> {
    analyzed: &'a Analyzed<'a>,
    relation: &'a Relation,
    access: &'a Access,
    /// Columns compared by `=` or IN, sorted: with the table they tell one list from another.
    columns: Vec<Ident>,
}

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let (min_rows, cap) = (input.number("min_rows"), input.integer("cap").max(1));
    let min_calls = input.integer("min_calls").max(1);
    let mut groups: BTreeMap<(Oid, Vec<Ident>), Vec<Long>> = BTreeMap::new();
    let frequent = input.workload.iter().filter(|a| a.statement.calls >= min_calls);
    for long in frequent.filter(|a| is_too_long(a, min_rows, cap)).filter_map(|a| long_list(input, a)) {
        groups.entry((long.relation.oid, long.columns.clone())).or_default().push(long);
    }
    groups.into_values().filter_map(|group| finding(input, group, cap)).collect()
}

/// Whether calls return more rows than they should, and no constant keeps them from it.
fn is_too_long(analyzed: &Analyzed, min_rows: f64, cap: i64) -> bool {
    let (s, analysis) = (analyzed.statement, &analyzed.analysis);
    // what functions read is not sent to a client; one row is no list
    if analysis.kind != StatementKind::Select || s.nested || analysis.top_level.aggregates_only {
        return false;
    }
    // a data-modifying CTE returns what it wrote
    if analysis.accesses.iter().any(|a| a.role != Role::Read) {
        return false;
    }
    match analysis.limit {
        Bound::Constant(n) if n <= cap => false,
        Bound::None | Bound::Constant(_) => s.rows_per_call() >= min_rows,
        Bound::Parameter(_) | Bound::Expression => s.rows_per_call() >= min_rows || varies(s, cap),
    }
}

/// The mean is above the cap, so some calls are, and the longest call took many times the mean: few clients ask for very much.
fn varies(s: &Statement, cap: i64) -> bool {
    let longest = s.max_ms.unwrap_or_default();
    s.rows_per_call() > cap as f64 && longest >= NOTICED_MS && longest >= s.mean_ms() * UNEVEN
}

/// The list's table: the first of the outermost query that is not picked by a unique key.
fn long_list<'a>(input: &Input<'a>, analyzed: &'a Analyzed<'a>) -> Option<Long<'a>> {
    let accesses = &analyzed.analysis.accesses;
    let outermost = accesses.iter().filter(|a| !a.correlated).map(|a| a.depth).min()?;
    let listed = accesses.iter().enumerate().filter(|(_, a)| a.depth == outermost && !a.correlated);
    let relation_of = |a: &Access| input.snapshot.catalog.relations.get(&a.relation);
    let (_, access) = listed.into_iter().find(|(i, a)| !relation_of(a).is_none_or(|r| is_unique(analyzed, *i, r)))?;
    let relation = relation_of(access)?;
    let compared = access.filters.iter().filter(|f| matches!(f.operator, FilterOp::Equal | FilterOp::In) && f.disjunct.is_none());
    let mut columns: Vec<Ident> = compared.filter_map(|f| f.target.column().cloned()).collect();
    columns.sort();
    columns.dedup();
    Some(Long { analyzed, relation, access, columns })
}

/// Whether values that the statement brings along pick one row of this relation at most.
fn is_unique(analyzed: &Analyzed, access: usize, relation: &Relation) -> bool {
    let fixed = analyzed.analysis.fixed_columns(access);
    let is_fixed = |c: &Ident| fixed.iter().any(|(f, value)| *f == c && !matches!(value, Operand::List(_)));
    let mut unique = relation.indexes.iter().filter(|i| i.unique && i.is_complete());
    unique.any(|i| !i.keys.is_empty() && i.keys.iter().all(|k| k.column.as_ref().is_some_and(is_fixed)))
}

fn finding(input: &Input, mut group: Vec<Long>, cap: i64) -> Option<Finding> {
    group.sort_by(|a, b| {
        let (a, b) = (a.analyzed.statement, b.analyzed.statement);
        b.rows_per_call().total_cmp(&a.rows_per_call()).then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    let first = group.first()?;
    let (s, relation) = (first.analyzed.statement, first.relation);
    let by = if first.columns.is_empty() { String::new() } else { format!(" by ({})", ident_list(&first.columns)) };
    let why = match first.analyzed.analysis.limit {
        Bound::None => "it has no LIMIT".to_owned(),
        Bound::Constant(n) => format!("its LIMIT is {}", thousands(n as f64)),
        Bound::Parameter(n) => format!("its LIMIT is ${n}, and the client sends too much: nothing caps it"),
        Bound::Expression => "its LIMIT is an expression that caps nothing".to_owned(),
    };
    let longest = s.max_ms.map_or(String::new(), |ms| format!(", longest {ms:.0} ms"));
    let message = format!(
        "{}: a list{by} returns {} a call on average ({} of {:.1} ms{longest}); {why}",
        relation.name,
        count(s.rows_per_call().round() as i64, "row"),
        count(s.calls, "call"),
        s.mean_ms(),
    );
    let width = row_width(relation);
    let statements: Vec<Value> = group.iter().map(evidence_of).collect();
    let saved: f64 =
        group.iter().map(|l| l.analyzed.statement).map(|s| s.total_ms * (1.0 - cap as f64 / s.rows_per_call())).sum();
    Some(
        input
            .finding_on(relation, &first.columns, message)
            .with("calls", group.iter().map(|l| l.analyzed.statement.calls).sum::<i64>())
            .with("rows_per_call", rounded(s.rows_per_call()))
            .with("limit", limit(first.analyzed.analysis.limit))
            .with("mean_ms", rounded(s.mean_ms()))
            .with("max_ms", s.max_ms.map(rounded))
            .with("total_ms", rounded(group.iter().map(|l| l.analyzed.statement.total_ms).sum()))
            .with("row_bytes", width)
            .with("per_call", width.map(|w| bytes(w as f64 * s.rows_per_call())))
            .with("statements", statements)
            .with("advice", advice(first, cap))
            .with_saving(input.workload_days().map(|days| saved / days)),
    )
}

fn limit(bound: Bound) -> String {
    match bound {
        Bound::None => "none".to_owned(),
        Bound::Constant(n) => n.to_string(),
        Bound::Parameter(n) => format!("${n}"),
        Bound::Expression => "expression".to_owned(),
    }
}

fn evidence_of(long: &Long) -> Value {
    let s = long.analyzed.statement;
    let mut value = statement(s);
    if let Some(map) = value.as_object_mut() {
        map.insert("limit".to_owned(), json!(limit(long.analyzed.analysis.limit)));
        map.insert("max_ms".to_owned(), json!(s.max_ms.map(rounded)));
        map.insert("max_to_mean".to_owned(), json!(s.max_ms.filter(|_| s.mean_ms() > 0.0).map(|m| rounded(m / s.mean_ms()))));
    }
    value
}

/// Mean bytes of a row by the statistics of its columns; `None` where some were never analysed.
fn row_width(relation: &Relation) -> Option<i64> {
    let widths = relation.columns.iter().map(|c| relation.column_statistics(&c.name).map(|s| i64::from(s.avg_width)));
    widths.sum::<Option<i64>>().filter(|w| *w > 0)
}

/// A cap, and pages by the last key seen, written with the columns that the list is sorted by.
fn advice(long: &Long, cap: i64) -> String {
    let primary: Vec<&Ident> =
        long.relation.primary_key().map(|i| i.keys.iter().filter_map(|k| k.column.as_ref()).collect()).unwrap_or_default();
    let sorted: Vec<(&Ident, bool)> =
        long.access.order_by.iter().filter_map(|k| Some((k.target.column()?, k.descending))).collect();
    let descending = sorted.first().is_some_and(|(_, d)| *d);
    let one_way = sorted.iter().all(|(_, d)| *d == descending) && sorted.len() == long.access.order_by.len();
    let mut keys: Vec<&Ident> = sorted.iter().map(|(c, _)| *c).collect();
    keys.extend(primary.iter().filter(|c| !sorted.iter().any(|(s, _)| s == *c)));
    let cap_it = match long.analyzed.analysis.limit {
        Bound::None => format!("add LIMIT {cap}"),
        _ => format!("cap the LIMIT at {cap} in the application, whatever the client asks for (Math.min)"),
    };
    let text = if keys.is_empty() || !one_way || primary.is_empty() {
        format!("{cap_it} and page by a unique sort key (keyset)")
    } else {
        let direction = if descending { " DESC" } else { "" };
        let order: Vec<String> = keys.iter().map(|k| format!("{k}{direction}")).collect();
        let values: Vec<String> = (1..=keys.len()).map(|n| format!("${n}")).collect();
        let row = |parts: &[String]| if parts.len() == 1 { parts[0].clone() } else { format!("({})", parts.join(", ")) };
        let left: Vec<String> = keys.iter().map(|k| k.to_string()).collect();
        format!(
            "{cap_it} and page by the last row seen: WHERE {} {} {} ORDER BY {} LIMIT {cap}",
            row(&left),
            if descending { "<" } else { ">" },
            row(&values),
            order.join(", "),
        )
    };
    one_line(&format!("{text}; an export reads through a cursor or COPY, in a job"))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{findings, snapshot};

    const DDL: &str = r#"
        create table "User" (id text primary key);
        create table "Lead" (id text primary key, "userId" text references "User", status text, "createdAt" timestamp(3));
        create table log (n integer);
    "#;

    #[test]
    fn lists_and_what_is_none() {
        #[rustfmt::skip]
        let cases: &[(&str, i64, i64, &[&str])] = &[
            // rows a call and the LIMIT decide
            (r#"select * from "Lead" where "userId" = $1"#, 30, 90_000, &["no LIMIT", "3,000 rows a call"]),
            (r#"select * from "Lead" where 1=1 offset $1"#, 3, 90_000, &["no LIMIT"]),
            (r#"select * from "Lead" where "userId" = $1"#, 1_000, 90_000, &[]),
            (r#"select * from "Lead" where "userId" = $1 order by id limit $2"#, 30, 90_000, &["LIMIT is $2"]),
            (r#"select * from "Lead" order by id limit $1 offset $2"#, 900, 90_000, &[]),
            (r#"select * from (select * from "Lead" limit $1) x"#, 30, 90_000, &["\"Lead\""]),
            (r#"select status, "createdAt", count(*) from "Lead" group by 1, 2"#, 30, 90_000, &["no LIMIT"]),
            (r#"select l.* from "User" u join "Lead" l on l."userId" = u.id where u.id = $1"#, 30, 90_000, &["\"Lead\"", "no LIMIT"]),
            // one call is a person who looked
            (r#"select * from "Lead""#, 1, 90_000, &[]),
            // no lists
            (r#"select count(*) from "Lead""#, 300, 300, &[]),
            (r#"select generate_series($1::int, $2::int)"#, 30, 90_000, &[]),
            (r#"insert into log select 1 from "Lead""#, 30, 90_000, &[]),
            (r#"insert into "Lead" (id) values ($1), ($2) returning id"#, 30, 90_000, &[]),
            (r#"delete from "Lead" where status = $1 returning *"#, 30, 90_000, &[]),
            (r#"with x as (delete from log returning *) insert into log select n from x"#, 30, 90_000, &[]),
            (r#"select unnest($1::int[]) from "Lead" where id = $2"#, 30, 90_000, &[]),
        ];
        for (sql, calls, rows, expected) in cases {
            let found = findings(&snapshot(DDL, &[(sql, *calls, *rows, 5.0)]), "unbounded-list", "");
            let messages: Vec<&str> = found.iter().map(|f| f.message.as_str()).collect();
            assert_eq!(found.len(), usize::from(!expected.is_empty()), "{sql}: {messages:?}");
            for part in *expected {
                assert!(messages[0].contains(part), "{sql}: {}", messages[0]);
            }
        }
    }

    #[test]
    fn a_limit_that_few_clients_abuse_shows_in_the_longest_call() {
        let sql = r#"select * from "Lead" where "userId" = $1 order by "createdAt" desc limit $2"#;
        for (rows, max_ms, fires) in [(180_000, 900.0, true), (180_000, 9.0, false), (50_000, 900.0, false)] {
            let mut snapshot = snapshot(DDL, &[(sql, 1_000, rows, 2.0)]);
            snapshot.workload.statements[0].max_ms = Some(max_ms);
            let found = findings(&snapshot, "unbounded-list", "");
            assert_eq!(found.len(), usize::from(fires), "{rows} rows, {max_ms} ms");
            for f in found {
                assert!(f.message.contains("LIMIT is $2") && !f.message.contains("no LIMIT"), "{}", f.message);
                let advice = f.evidence["advice"].as_str().unwrap_or_default();
                assert!(
                    advice.contains(r#"WHERE ("createdAt", id) < ($1, $2) ORDER BY "createdAt" DESC, id DESC LIMIT 100"#),
                    "{advice}"
                );
            }
        }
    }

    #[test]
    fn one_finding_for_a_table_and_its_filter() {
        let found = findings(
            &snapshot(
                DDL,
                &[
                    (r#"select * from "Lead" where "userId" = $1"#, 30, 90_000, 5.0),
                    (r#"select id from "Lead" where "userId" = $1 limit $2"#, 30, 60_000, 5.0),
                    (r#"select * from "Lead""#, 30, 90_000, 5.0),
                ],
            ),
            "unbounded-list",
            "",
        );
        assert_eq!(found.len(), 2);
        let fingerprints: std::collections::BTreeSet<_> = found.iter().map(|f| &f.fingerprint).collect();
        assert_eq!(fingerprints.len(), 2);
    }

    #[test]
    fn options_move_the_thresholds() {
        let snapshot = snapshot(DDL, &[(r#"select * from "Lead""#, 30, 6_000, 5.0)]);
        assert!(findings(&snapshot, "unbounded-list", "").is_empty());
        assert_eq!(findings(&snapshot, "unbounded-list", "[checks.unbounded-list]\nmin_rows = 200").len(), 1);
    }
}
