//! The steps of a demo: load, measure, apply.

use std::collections::BTreeMap;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection};

use super::{System, run_workload};
use crate::error::{Context, Result};
use crate::plan::Step;
use crate::query;

/// What one statement cost in one run, as the server counted it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StatementTimes {
    /// Executions.
    pub calls: i64,
    /// Mean time, milliseconds.
    pub mean_ms: f64,
    /// All executions, milliseconds.
    pub total_ms: f64,
    /// Rows returned or touched by all executions.
    pub rows: i64,
    /// Pages of 8 kB read by all executions, from cache or not.
    pub pages: i64,
}

impl StatementTimes {
    /// Mean rows a call.
    pub fn rows_per_call(&self) -> f64 {
        self.rows as f64 / self.calls.max(1) as f64
    }

    /// Mean pages a call.
    pub fn pages_per_call(&self) -> f64 {
        self.pages as f64 / self.calls.max(1) as f64
    }
}

/// What a run of the workload cost, by the name of the block.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Each statement's figures.
    pub statements: BTreeMap<String, StatementTimes>,
}

impl Measured {
    /// All time, milliseconds.
    pub fn total_ms(&self) -> f64 {
        self.statements.values().map(|s| s.total_ms).sum()
    }
}

/// Creates schema and rows in an empty database; `scale` is in the system's own unit. The caller is a superuser.
///
/// # Errors
/// When a statement of the system fails.
pub async fn load(options: &PgConnectOptions, system: &System, scale: u32) -> Result<()> {
    let mut connection = PgConnection::connect_with(options).await.context("cannot reach the sandbox")?;
    for (what, sql) in [
        ("extension", "CREATE EXTENSION IF NOT EXISTS pg_stat_statements".to_owned()),
        ("schema", system.schema.to_owned()),
        ("scale", format!("SET dbharden.scale = '{scale}'")),
        ("data", system.data.to_owned()),
        ("variant", system.variant.unwrap_or_default().to_owned()),
        ("statistics", "VACUUM ANALYZE".to_owned()),
    ] {
        execute(&mut connection, &sql).await.context(format!("cannot load the {what} of {}", system.name))?;
    }
    connection.close().await.context("cannot close the connection to the sandbox")
}

/// Runs the workload on fresh counters and reads them back.
///
/// # Errors
/// When a statement of the workload fails.
pub async fn measure(options: &PgConnectOptions, system: &System) -> Result<Measured> {
    let mut connection = PgConnection::connect_with(options).await.context("cannot reach the sandbox")?;
    reset(&mut connection).await?;
    run_workload(&mut connection, &system.blocks, None).await?;
    let measured = counted(&mut connection, system).await?;
    connection.close().await.context("cannot close the connection to the sandbox")?;
    Ok(measured)
}

/// Sets the server's counters to zero.
pub(super) async fn reset(connection: &mut PgConnection) -> Result<()> {
    execute(connection, "SELECT pg_stat_statements_reset()").await.context("cannot reset pg_stat_statements")
}

/// What the server counted for each of the system's statements.
pub(super) async fn counted(connection: &mut PgConnection, system: &System) -> Result<Measured> {
    let sql = "SELECT query, calls, total_exec_time, rows, shared_blks_hit + shared_blks_read FROM pg_stat_statements
               WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let rows: Vec<(String, i64, f64, i64, i64)> =
        sqlx::query_as(sql).persistent(false).fetch_all(connection).await.context("cannot read pg_stat_statements")?;
    let mut by_fingerprint: BTreeMap<String, StatementTimes> = BTreeMap::new();
    for (text, calls, total_ms, rows, pages) in rows {
        if let Ok(Some((fingerprint, _))) = query::identify(&text) {
            let times = by_fingerprint.entry(fingerprint).or_default();
            times.calls += calls;
            times.total_ms += total_ms;
            times.mean_ms = times.total_ms / times.calls.max(1) as f64;
            times.rows += rows;
            times.pages += pages;
        }
    }
    let of_block = |sql: &str| query::identify(sql).ok().flatten().and_then(|(f, _)| by_fingerprint.get(&f).copied());
    let statements = system.blocks.iter().filter_map(|b| Some((b.name.clone(), of_block(&b.sql)?))).collect();
    Ok(Measured { statements })
}

/// Makes the changes of these steps, statement by statement, each with its timeouts.
///
/// # Errors
/// Names the statement that failed; what was done before it stays done.
pub async fn apply(options: &PgConnectOptions, steps: &[Step]) -> Result<()> {
    let mut connection = PgConnection::connect_with(options).await.context("cannot reach the sandbox")?;
    for step in steps {
        for statement in &step.up {
            let timeouts = statement.timeouts;
            let set = format!("SET lock_timeout = {}; SET statement_timeout = {}", timeouts.lock_ms, timeouts.statement_ms);
            execute(&mut connection, &set).await.context("cannot set the timeouts")?;
            execute(&mut connection, &statement.sql).await.context(format!("cannot {}", step.change.title()))?;
        }
    }
    connection.close().await.context("cannot close the connection to the sandbox")
}

/// SQL of our own, several statements allowed.
pub(super) async fn execute(connection: &mut PgConnection, sql: &str) -> std::result::Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(|_| ())
}
