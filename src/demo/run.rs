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
}

/// What a run of the workload cost, by the name of the block.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Each statement's figures.
    pub statements: BTreeMap<String, StatementTimes>,
}

/// A statement before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Name of the block.
    pub name: String,
    /// The index it lacked.
    pub wants: Option<String>,
    /// Before.
    pub before: StatementTimes,
    /// After.
    pub after: StatementTimes,
}

impl Comparison {
    /// How many times faster it is.
    pub fn factor(&self) -> f64 {
        self.before.mean_ms / self.after.mean_ms.max(1e-6)
    }
}

impl Measured {
    /// All time, milliseconds.
    pub fn total_ms(&self) -> f64 {
        self.statements.values().map(|s| s.total_ms).sum()
    }

    /// Statements in both runs, those that took most time before first.
    pub fn compare(&self, after: &Measured, system: &System) -> Vec<Comparison> {
        let mut list: Vec<Comparison> = system
            .blocks
            .iter()
            .filter_map(|block| {
                let (before, after) = (self.statements.get(&block.name)?, after.statements.get(&block.name)?);
                Some(Comparison { name: block.name.clone(), wants: block.wants.clone(), before: *before, after: *after })
            })
            .collect();
        list.sort_by(|a, b| b.before.total_ms.total_cmp(&a.before.total_ms).then_with(|| a.name.cmp(&b.name)));
        list
    }
}

/// Creates schema and rows in an empty database; `scale` is the system's own unit (leads). The caller is a superuser.
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
    execute(&mut connection, "SELECT pg_stat_statements_reset()").await.context("cannot reset pg_stat_statements")?;
    run_workload(&mut connection, &system.blocks).await?;
    let sql = "SELECT query, calls, total_exec_time FROM pg_stat_statements
               WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let rows: Vec<(String, i64, f64)> =
        sqlx::query_as(sql).persistent(false).fetch_all(&mut connection).await.context("cannot read pg_stat_statements")?;
    connection.close().await.context("cannot close the connection to the sandbox")?;
    let mut by_fingerprint: BTreeMap<String, StatementTimes> = BTreeMap::new();
    for (text, calls, total_ms) in rows {
        if let Ok(Some((fingerprint, _))) = query::identify(&text) {
            let times = by_fingerprint.entry(fingerprint).or_default();
            times.calls += calls;
            times.total_ms += total_ms;
            times.mean_ms = times.total_ms / times.calls.max(1) as f64;
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
async fn execute(connection: &mut PgConnection, sql: &str) -> std::result::Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(|_| ())
}
