//! Statistics of the expressions of hypothetical indexes. `CREATE INDEX` followed by ANALYZE would have them, and plans hang on them:
//! without, the planner takes any expression for one that 200 different values has. A few rows with the values that the columns'
//! statistics know are analysed by the server itself; how many different values there are follows from the columns.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::keys;
use super::new_index::Made;
use super::{Twin, send};
use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::snapshot::statistics::{HISTOGRAM, MOST_COMMON_VALUES};
use crate::snapshot::{ColumnStatistics, Oid, Relation, Snapshot};

/// Rows, where a column has no histogram.
const ROWS: f64 = 1_000.0;
/// Most rows.
const MOST_ROWS: f64 = 10_000.0;
/// The expression tells values apart as well as its columns do.
const ALIKE: f64 = 0.98;

/// Correlation from which on rows lie in the order of a column.
const IN_ORDER: f64 = 0.9;

/// Columns of `pg_statistic` behind those that say what a row is of.
const REST: &str = "stakind1, stakind2, stakind3, stakind4, stakind5, staop1, staop2, staop3, staop4, staop5, \
    stacoll1, stacoll2, stacoll3, stacoll4, stacoll5, stanumbers1, stanumbers2, stanumbers3, stanumbers4, stanumbers5, \
    stavalues1, stavalues2, stavalues3, stavalues4, stavalues5";

/// Gives the expressions of these indexes their statistics. What cannot be computed here keeps none.
///
/// # Errors
/// The twin is gone.
pub(super) async fn estimate(twin: &Twin, snapshot: &Snapshot, made: &[Made]) -> Result<()> {
    let mut wanted: BTreeMap<(QualifiedName, &str), Vec<(Oid, usize)>> = BTreeMap::new();
    for index in made {
        for (n, key) in index.keys.iter().enumerate() {
            if let (None, Some(expression)) = (&key.column, &key.expression) {
                let table = QualifiedName::new(index.table_schema.as_str(), index.table.as_str());
                wanted.entry((table, expression)).or_default().push((index.oid, n + 1));
            }
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    // functions of the original's schema are not run as superuser
    let mut planner = twin.connect_as(&twin.planner).await?;
    let mut admin = twin.connect().await?;
    for ((name, expression), of) in wanted {
        let Some(table) = snapshot.catalog.relations.values().find(|r| r.name == name) else { continue };
        let columns: BTreeSet<String> = crate::query::columns_of(expression).unwrap_or_default().into_iter().collect();
        let known: Option<Vec<&ColumnStatistics>> = columns.iter().map(|c| keys::statistics(table, c)).collect();
        let Some(known) = known.filter(|k| !k.is_empty()) else { continue };
        let Some(rows) = rows(&known) else { continue };
        // an expression that fails on some value has no statistics here; nothing is left behind
        if let Ok((from, distinct)) = compute(&mut planner, table, expression, &known, &rows).await {
            for (oid, number) in &of {
                let copy = format!(
                    "INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct, {REST}) \
                     SELECT {oid}, {number}, false, stanullfrac, stawidth, {distinct}, {REST} FROM pg_catalog.pg_statistic \
                     WHERE starelid = {from} AND staattnum = 1"
                );
                send(&mut admin, &copy).await?;
            }
        }
        send(&mut planner, "DROP TABLE IF EXISTS pg_temp.dbharden_expression").await?;
    }
    planner.close().await.context("cannot leave the twin")?;
    admin.close().await.context("cannot leave the twin")
}

/// Has the server analyse an index of the expression on such rows; returns its OID and `stadistinct` of the whole table.
async fn compute(
    connection: &mut PgConnection,
    table: &Relation,
    expression: &str,
    known: &[&ColumnStatistics],
    rows: &[Vec<Option<String>>],
) -> Result<(i64, f64)> {
    let columns: Vec<String> = known.iter().map(|s| s.column.to_string()).collect();
    let list = columns.join(", ");
    send(connection, &format!("CREATE TEMP TABLE dbharden_expression AS SELECT {list} FROM ONLY {} LIMIT 0", table.name)).await?;
    // through the type's own input function, whatever it is: a JSON text in a column of JSON is no JSON string
    let texts: Vec<String> = (1..=columns.len()).map(|n| format!("${n}::text[]")).collect();
    let names: Vec<String> = (1..=columns.len()).map(|n| format!("v{n}")).collect();
    let fill = format!(
        "INSERT INTO pg_temp.dbharden_expression SELECT {} FROM pg_catalog.unnest({}) AS u ({})",
        columns.iter().zip(&names).map(|(c, v)| format!("{v}::{}", type_of(table, c))).collect::<Vec<_>>().join(", "),
        texts.join(", "),
        names.join(", ")
    );
    let filling = rows.iter().fold(sqlx::query(AssertSqlSafe(fill)), |q, column| q.bind(column));
    filling.execute(&mut *connection).await.context("cannot ask the twin")?;
    let index = format!("CREATE INDEX dbharden_expression_key ON pg_temp.dbharden_expression (({expression}))");
    send(connection, &format!("{index}; ANALYZE pg_temp.dbharden_expression")).await?;
    let count = format!(
        "SELECT pg_catalog.count(DISTINCT ({expression}))::float8, pg_catalog.count(DISTINCT ROW({list}))::float8, \
         'pg_temp.dbharden_expression_key'::regclass::oid::int8 FROM pg_temp.dbharden_expression"
    );
    let counted = sqlx::raw_sql(AssertSqlSafe(count)).fetch_one(&mut *connection).await.context("cannot ask the twin")?;
    let number = |at: usize| counted.try_get_unchecked::<f64, _>(at).unwrap_or(0.0);
    let distinct = distinct(known, table.rows.unwrap_or(0.0), number(0) / number(1).max(1.0));
    let index: i64 = counted.try_get_unchecked(2).context("cannot ask the twin")?;
    Ok((index, distinct))
}

/// `stadistinct` of an expression that has this share of its columns' different values.
fn distinct(known: &[&ColumnStatistics], rows: f64, share: f64) -> f64 {
    if let ([one], true) = (known, share >= ALIKE) {
        return one.n_distinct;
    }
    let product: f64 = known.iter().map(|s| s.distinct(rows)).product();
    (product.min(rows.max(1.0)) * share).max(1.0)
}

/// The values of each column, row by row: common ones as often as they are, those between once each.
fn rows(known: &[&ColumnStatistics]) -> Option<Vec<Vec<Option<String>>>> {
    let columns: Vec<Vec<Option<String>>> = known.iter().map(|s| values(s)).collect::<Option<_>>()?;
    let count = columns.iter().map(Vec::len).max()?;
    // columns are taken to have nothing to do with each other
    let value =
        |at: usize, values: &[Option<String>], n: usize| values.get((n * (2 * at + 1) + at) % values.len()).cloned().flatten();
    Some(columns.iter().enumerate().map(|(at, values)| (0..count).map(|n| value(at, values, n)).collect()).collect())
}

/// The type of a column as SQL.
fn type_of<'t>(table: &'t Relation, column: &str) -> &'t str {
    table.columns.iter().find(|c| c.name.to_string() == column).map_or("text", |c| c.type_name.as_str())
}

fn values(statistics: &ColumnStatistics) -> Option<Vec<Option<String>>> {
    let slot = |kind: i16| statistics.slots.iter().find(|s| s.kind == kind);
    let common = slot(MOST_COMMON_VALUES);
    let frequencies: &[f64] = common.and_then(|s| s.numbers.as_deref()).unwrap_or_default();
    let between = slot(HISTOGRAM).and_then(|s| s.values.as_deref()).unwrap_or_default();
    let rest = (1.0 - frequencies.iter().sum::<f64>() - statistics.null_frac).max(0.0);
    let rows = if between.is_empty() || rest < 0.001 { ROWS } else { (between.len() as f64 / rest).min(MOST_ROWS) };
    let mut all: Vec<Option<String>> = Vec::new();
    let times = |share: f64| (share * rows).round() as usize;
    for (value, frequency) in common.and_then(|s| s.values.as_deref()).unwrap_or_default().iter().zip(frequencies) {
        all.extend(std::iter::repeat_n(value.clone(), times(*frequency).max(1)));
    }
    all.extend(between.iter().cloned());
    if all.is_empty() {
        return None;
    }
    all.extend(std::iter::repeat_n(None, times(statistics.null_frac)));
    // rows that lie in the order of the column lie in that of the expression; else in none
    let in_order = statistics.correlation().is_some_and(|c| c.abs() > IN_ORDER);
    Some(if in_order { all } else { scattered(&all) })
}

/// The same in an order that has nothing to do with the values.
fn scattered(all: &[Option<String>]) -> Vec<Option<String>> {
    let step = (1..).map(|n| all.len() * 5 / 8 + n).find(|step| gcd(*step, all.len()) == 1).unwrap_or(1);
    (0..all.len()).map(|n| all[n * step % all.len()].clone()).collect()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
