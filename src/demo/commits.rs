//! What new indexes cost as an application sees it: each INSERT and UPDATE committed durably, timed at the client.
//!
//! The server's own time, which `writes` measures, leaves out the commit and the way to the server. Here both count, with `fsync` on.
//! First with the new indexes; then they are dropped for good, so this comes last.

use std::time::{Duration, Instant};

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::run::execute;
use super::workload::Prepared;
use super::writes::writes;
use super::{Block, System};
use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::query::StatementKind;
use crate::snapshot::Catalog;

/// Rounds with and rounds without the indexes; one more before them is not counted.
const ROUNDS: usize = 7;

/// How many times longer committed INSERTs and UPDATEs take with `indexes`, which are there and are dropped.
///
/// # Errors
/// When a statement of the workload fails.
pub async fn commit_costs(
    options: &PgConnectOptions,
    system: &System,
    catalog: &Catalog,
    indexes: &[QualifiedName],
) -> Result<Vec<(&'static str, f64)>> {
    let failed = "cannot time the commits";
    let mut connection = PgConnection::connect_with(options).await.context("cannot reach the sandbox")?;
    for sql in ["ALTER SYSTEM SET fsync = on", "ALTER SYSTEM SET synchronous_commit = on", "SELECT pg_reload_conf()"] {
        execute(&mut connection, sql).await.context(failed)?;
    }
    tokio::time::sleep(Duration::from_millis(500)).await; // the server takes note of its new settings
    let all = writes(system, catalog, &[]);
    let of_kind = |kind| -> Vec<&Block> { all.iter().filter(|w| w.kind == kind).map(|w| w.block).collect() };
    let kinds = [("INSERT", of_kind(StatementKind::Insert)), ("UPDATE", of_kind(StatementKind::Update))];
    let mut with = Vec::new();
    for (_, blocks) in &kinds {
        with.push(median_round(&mut connection, blocks).await?);
    }
    for index in indexes {
        execute(&mut connection, &format!("DROP INDEX {index}")).await.context(failed)?;
    }
    let mut costs = Vec::new();
    for ((kind, blocks), with) in kinds.iter().zip(with).filter(|((_, blocks), _)| !blocks.is_empty()) {
        let without = median_round(&mut connection, blocks).await?;
        costs.push((*kind, with.as_secs_f64() / without.as_secs_f64().max(1e-9)));
    }
    connection.close().await.context("cannot close the connection to the sandbox")?;
    Ok(costs)
}

/// The median time of a round: all executions of these blocks, each its own transaction. Parameters are new in every round, so that
/// inserted keys are.
async fn median_round(connection: &mut PgConnection, blocks: &[&Block]) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..=ROUNDS {
        let prepared = Prepared::new(connection, blocks).await?;
        let started = Instant::now();
        prepared.run(connection).await?;
        times.push(started.elapsed());
    }
    times.remove(0); // it planned the statements anew
    times.sort();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}
