//! Extended statistics, written into `pg_statistic_ext_data`.
//!
//! Two kinds are numbers alone, whose bytes we write (`src/backend/statistics/mvdistinct.c`, `dependencies.c`). Most common
//! combinations hold values in their types' own bytes: the server makes the list itself, by ANALYZE of a scratch table with those
//! rows, and the frequencies are then put right (`mcv.c`).

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row};

use super::{Note, send};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::snapshot::planner::{ExtendedStatistics, PlannerFigures};

/// `STATS_NDISTINCT_MAGIC`
const NDISTINCT: u32 = 0xA352_BFA4;
/// `STATS_DEPS_MAGIC`
const DEPENDENCIES: u32 = 0xB454_9A2C;
/// The only type of either.
const BASIC: u32 = 1;

/// Writes them all; one that this server does not take is left out by name.
pub(super) async fn write(connection: &mut PgConnection, figures: &PlannerFigures, notes: &mut Vec<Note>) -> Result<()> {
    if figures.extended.is_empty() {
        return Ok(());
    }
    for kind in ["pg_ndistinct", "pg_dependencies", "pg_mcv_list"] {
        send(connection, &format!("CREATE CAST (bytea AS {kind}) WITHOUT FUNCTION")).await?;
    }
    for statistics in &figures.extended {
        if let Err(e) = one(connection, statistics).await {
            let because = format!("its extended statistics are not in the twin: {}", one_line(&e.to_string()));
            notes.push(Note::new(statistics.name.to_string(), because));
        }
    }
    Ok(())
}

async fn one(connection: &mut PgConnection, statistics: &ExtendedStatistics) -> Result<()> {
    let cannot = || format!("cannot write the statistics {}", statistics.name);
    let numbers = numbers(connection, statistics).await?;
    let wrong = || Error::new(cannot()).because("a text of theirs is not understood");
    let translated = |n: i16| if n < 0 { Some(n) } else { numbers.get(&n).copied() };
    let ndistinct = match &statistics.ndistinct {
        Some(text) => Some(ndistinct(text, &translated).ok_or_else(wrong)?),
        None => None,
    };
    let dependencies = match &statistics.dependencies {
        Some(text) => Some(dependencies(text, &translated).ok_or_else(wrong)?),
        None => None,
    };
    let scratch = statistics.most_common.is_some() || !statistics.expressions.is_empty();
    let most_common = if scratch { scratch_list(connection, statistics).await? } else { None };
    let version: i32 = sqlx::query_scalar("SELECT pg_catalog.current_setting('server_version_num')::int4")
        .fetch_one(&mut *connection)
        .await
        .context(cannot())?;
    let (mut columns, mut values) = (
        "stxoid, stxdndistinct, stxddependencies, stxdmcv".to_owned(),
        "s.oid, $3::bytea::pg_ndistinct, $4::bytea::pg_dependencies, $5::bytea::pg_mcv_list".to_owned(),
    );
    if version >= 150_000 {
        columns.push_str(", stxdinherit");
        values.push_str(if statistics.inherited { ", true" } else { ", false" });
    }
    if version >= 140_000 && !statistics.expressions.is_empty() {
        columns.push_str(", stxdexpr");
        values.push_str(", (SELECT pg_catalog.array_agg(t ORDER BY t.staattnum) FROM pg_catalog.pg_statistic t WHERE t.starelid = 'pg_temp.scratch'::regclass)");
    }
    let same = if version >= 150_000 { format!(" AND d.stxdinherit = {}", statistics.inherited) } else { String::new() };
    let object = "pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace WHERE n.nspname = $1 AND s.stxname = $2";
    let delete = format!("DELETE FROM pg_catalog.pg_statistic_ext_data d WHERE d.stxoid IN (SELECT s.oid FROM {object}){same}");
    let insert = format!("INSERT INTO pg_catalog.pg_statistic_ext_data ({columns}) SELECT {values} FROM {object}");
    let (schema, name) = (statistics.name.schema.raw(), statistics.name.name.raw());
    sqlx::query(AssertSqlSafe(delete)).bind(schema).bind(name).execute(&mut *connection).await.context(cannot())?;
    let written = sqlx::query(AssertSqlSafe(insert)).bind(schema).bind(name).bind(ndistinct).bind(dependencies).bind(most_common);
    let written = written.execute(&mut *connection).await.context(cannot())?;
    if scratch {
        send(connection, "DROP TABLE pg_temp.scratch").await?;
    }
    if written.rows_affected() == 0 { Err(Error::new(cannot()).because("the object is not in the twin")) } else { Ok(()) }
}

/// Numbers of the columns in the twin by their numbers on the original, which has columns that were dropped.
async fn numbers(connection: &mut PgConnection, statistics: &ExtendedStatistics) -> Result<BTreeMap<i16, i16>> {
    let rows = sqlx::query("SELECT a.attname::text, a.attnum FROM pg_catalog.pg_attribute a WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0")
        .bind(statistics.table.to_string())
        .fetch_all(&mut *connection)
        .await
        .context("cannot ask the twin")?;
    let here: BTreeMap<String, i16> = rows.iter().filter_map(|r| Some((r.try_get(0).ok()?, r.try_get(1).ok()?))).collect();
    Ok(statistics.columns.iter().filter_map(|c| Some((c.number, *here.get(c.name.raw())?))).collect())
}

/// `{"1, 2": 100}` as the server keeps it.
fn ndistinct(text: &str, number: &dyn Fn(i16) -> Option<i16>) -> Option<Vec<u8>> {
    let items: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let mut bytes = head(NDISTINCT, items.len());
    for (key, value) in items {
        let columns: Vec<i16> = key.split(',').map(|n| number(n.trim().parse().ok()?)).collect::<Option<_>>()?;
        bytes.extend(value.as_f64()?.to_ne_bytes());
        bytes.extend(i32::try_from(columns.len()).ok()?.to_ne_bytes());
        columns.iter().for_each(|c| bytes.extend(c.to_ne_bytes()));
    }
    Some(bytes)
}

/// `{"1, 2 => 3": 0.95}` as the server keeps it.
fn dependencies(text: &str, number: &dyn Fn(i16) -> Option<i16>) -> Option<Vec<u8>> {
    let items: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let mut bytes = head(DEPENDENCIES, items.len());
    for (key, value) in items {
        let key = key.replace("=>", ",");
        let columns: Vec<i16> = key.split(',').map(|n| number(n.trim().parse().ok()?)).collect::<Option<_>>()?;
        bytes.extend(value.as_f64()?.to_ne_bytes());
        bytes.extend(i16::try_from(columns.len()).ok()?.to_ne_bytes());
        columns.iter().for_each(|c| bytes.extend(c.to_ne_bytes()));
    }
    Some(bytes)
}

fn head(magic: u32, items: usize) -> Vec<u8> {
    [magic, BASIC, items as u32].iter().flat_map(|n| n.to_ne_bytes()).collect()
}

/// Makes `pg_temp.scratch`, whose columns are those of the statistics and then their expressions, with the statistics of the
/// latter; and the list of most common combinations with the original's frequencies.
async fn scratch_list(connection: &mut PgConnection, statistics: &ExtendedStatistics) -> Result<Option<Vec<u8>>> {
    let cannot = || format!("cannot make the most common combinations of {}", statistics.name);
    let expressions: Option<Vec<String>> = if statistics.expressions.is_empty() {
        None
    } else {
        let sql = "SELECT pg_catalog.pg_get_statisticsobjdef_expressions(s.oid) FROM pg_catalog.pg_statistic_ext s \
                   JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace WHERE n.nspname = $1 AND s.stxname = $2";
        let found = sqlx::query_scalar(sql).bind(statistics.name.schema.raw()).bind(statistics.name.name.raw());
        found.fetch_optional(&mut *connection).await.context(cannot())?.flatten()
    };
    let columns = statistics.columns.iter().map(|c| c.name.to_string());
    let all: Vec<String> = columns.chain(expressions.iter().flatten().map(|e| format!("({e})"))).collect();
    let names: Vec<String> = (1..=all.len()).map(|n| format!("c{n}")).collect();
    let list: Vec<String> = all.iter().zip(&names).map(|(sql, name)| format!("{sql} AS {name}")).collect();
    send(connection, "DROP TABLE IF EXISTS pg_temp.scratch").await?;
    let table = &statistics.table;
    send(connection, &format!("CREATE TEMP TABLE scratch AS SELECT {}, 0 AS place FROM {table} WITH NO DATA", list.join(", ")))
        .await?;
    let mut made = None;
    if let Some(combinations) = statistics.most_common.as_ref().filter(|c| !c.is_empty() && names.len() > 1) {
        let rows: Vec<serde_json::Value> = combinations
            .iter()
            .enumerate()
            .map(|(place, c)| {
                let values = names.iter().zip(&c.values).map(|(n, v)| (n.clone(), json!(v)));
                values.chain([("place".to_owned(), json!(place))]).collect::<serde_json::Map<_, _>>().into()
            })
            .collect();
        sqlx::query(
            "INSERT INTO pg_temp.scratch SELECT * FROM pg_catalog.json_populate_recordset(NULL::pg_temp.scratch, $1::json)",
        )
        .bind(serde_json::to_string(&rows).context(cannot())?)
        .execute(&mut *connection)
        .await
        .context(cannot())?;
        let on = names.join(", ");
        send(connection, &format!("CREATE STATISTICS pg_temp.scratch_list (mcv) ON {on} FROM pg_temp.scratch")).await?;
        send(connection, "ALTER STATISTICS pg_temp.scratch_list SET STATISTICS 10000; ANALYZE pg_temp.scratch").await?;
        let texts: Vec<String> =
            names.iter().map(|n| format!("CASE WHEN s.{n} IS NOT NULL THEN pg_catalog.format('%s', s.{n}) END")).collect();
        let sql = format!(
            "SELECT d.stxdmcv::bytea, (SELECT pg_catalog.array_agg(s.place ORDER BY m.index) \
                FROM pg_catalog.pg_mcv_list_items(d.stxdmcv) m JOIN pg_temp.scratch s ON m.values = ARRAY[{}]) \
             FROM pg_catalog.pg_statistic_ext_data d JOIN pg_catalog.pg_statistic_ext e ON e.oid = d.stxoid \
             WHERE e.stxrelid = 'pg_temp.scratch'::regclass AND d.stxdmcv IS NOT NULL",
            texts.join(", ")
        );
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut *connection).await.context(cannot())?;
        let mut bytes: Vec<u8> = row.try_get(0).context(cannot())?;
        let places: Vec<i32> = row.try_get(1).context(cannot())?;
        let frequencies: Vec<(f64, f64)> = places
            .iter()
            .filter_map(|p| combinations.get(usize::try_from(*p).ok()?))
            .map(|c| (c.frequency, c.base_frequency))
            .collect();
        if frequencies.len() != combinations.len() || !put_frequencies(&mut bytes, names.len(), &frequencies) {
            return Err(Error::new(cannot()).because("the server made another list of them"));
        }
        made = Some(bytes);
    }
    expression_statistics(connection, statistics, &names).await?;
    Ok(made)
}

/// Writes frequencies into a serialized list: its items stand at the end, each of NULL flags, two frequencies and indexes.
fn put_frequencies(bytes: &mut [u8], dimensions: usize, frequencies: &[(f64, f64)]) -> bool {
    let size = dimensions * 3 + 16;
    let Some(start) = bytes.len().checked_sub(size * frequencies.len()) else { return false };
    for (i, (frequency, base)) in frequencies.iter().enumerate() {
        let at = start + i * size + dimensions;
        bytes[at..at + 8].copy_from_slice(&frequency.to_ne_bytes());
        bytes[at + 8..at + 16].copy_from_slice(&base.to_ne_bytes());
    }
    true
}

/// Puts the statistics of the expressions where those of the scratch table's columns are.
async fn expression_statistics(connection: &mut PgConnection, statistics: &ExtendedStatistics, names: &[String]) -> Result<()> {
    if statistics.expressions.is_empty() {
        return Ok(());
    }
    let cannot = || format!("cannot write the statistics of the expressions of {}", statistics.name);
    send(connection, "DELETE FROM pg_catalog.pg_statistic WHERE starelid = 'pg_temp.scratch'::regclass").await?;
    let schema: String = sqlx::query_scalar("SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = 'pg_temp.scratch'::regclass")
        .fetch_one(&mut *connection)
        .await
        .context(cannot())?;
    let rows: Vec<serde_json::Value> = statistics
        .expressions
        .iter()
        .zip(&names[statistics.columns.len().min(names.len())..])
        .map(|(e, name)| {
            json!({"schema": schema, "name": "scratch", "column": name, "inherited": false, "null_frac": e.null_frac,
                   "avg_width": e.avg_width, "n_distinct": e.n_distinct, "slots": e.slots})
        })
        .collect();
    sqlx::query(include_str!("sql/statistics.sql"))
        .bind(serde_json::to_string(&rows).context(cannot())?)
        .execute(&mut *connection)
        .await
        .context(cannot())?;
    Ok(())
}
