//! What new indexes cost those who write: the workload's INSERTs and UPDATEs with and without them, in turn.
//!
//! Each round is a transaction that is rolled back; the one without the indexes begins by dropping them. So both sides see the same
//! rows, the same caches and the same machine, and nothing is left behind.

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::run::{counted, execute, reset};
use super::workload::Prepared;
use super::{Block, Measured, System};
use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::query::{self, Resolver, Role, StatementKind};
use crate::snapshot::{Catalog, Oid};

/// Rounds on each side.
const ROUNDS: usize = 9;
/// Executions of writing statements in a round, at least.
const EXECUTIONS: usize = 500;

/// What the new indexes cost one kind of statement.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteCost {
    /// `INSERT` or `UPDATE`.
    pub kind: &'static str,
    /// Statements of that kind on tables with new indexes.
    pub statements: usize,
    /// Their executions in a round.
    pub executions: usize,
    /// Time of a round without the new indexes, each statement's median taken, milliseconds.
    pub without_ms: f64,
    /// The same with them.
    pub with_ms: f64,
}

impl WriteCost {
    /// How many times slower writing is.
    pub fn factor(&self) -> f64 {
        self.with_ms / self.without_ms.max(1e-6)
    }
}

/// Times the statements of the system that write into `tables`, with and without `indexes`, which are there.
///
/// # Errors
/// When a statement of the workload fails.
pub async fn write_costs(
    options: &PgConnectOptions,
    system: &System,
    catalog: &Catalog,
    tables: &[Oid],
    indexes: &[QualifiedName],
) -> Result<Vec<WriteCost>> {
    let writes = writes(system, catalog, tables);
    if writes.is_empty() || indexes.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = PgConnection::connect_with(options).await.context("cannot reach the sandbox")?;
    let all: Vec<&Block> = writes.iter().map(|(_, block)| *block).collect();
    let prepared = Prepared::new(&mut connection, &all).await?;
    let passes = EXECUTIONS.div_ceil(prepared.executions().max(1));
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for first in [true, false] {
            // who comes first changes from round to round
            let drop: &[QualifiedName] = if first == (round % 2 == 0) { indexes } else { &[] };
            let measured = one_round(&mut connection, system, &prepared, passes, drop).await?;
            if drop.is_empty() { with.push(measured) } else { without.push(measured) }
        }
    }
    connection.close().await.context("cannot close the connection to the sandbox")?;
    let cost = |wanted: StatementKind, name| {
        let of_kind: Vec<&Block> = writes.iter().filter(|(kind, _)| *kind == wanted).map(|(_, b)| *b).collect();
        let sum = |rounds: &[Measured]| of_kind.iter().map(|b| median(rounds, &b.name)).sum();
        let executions = passes * of_kind.iter().map(|b| b.calls).sum::<usize>();
        WriteCost { kind: name, statements: of_kind.len(), executions, without_ms: sum(&without), with_ms: sum(&with) }
    };
    let costs = [cost(StatementKind::Insert, "INSERT"), cost(StatementKind::Update, "UPDATE")];
    Ok(costs.into_iter().filter(|c| c.statements > 0).collect())
}

/// Runs the writes in a transaction that is rolled back, after dropping these indexes.
async fn one_round(
    connection: &mut PgConnection,
    system: &System,
    prepared: &Prepared<'_>,
    passes: usize,
    drop: &[QualifiedName],
) -> Result<Measured> {
    let failed = "cannot time the writes";
    execute(connection, "BEGIN").await.context(failed)?;
    for index in drop {
        execute(connection, &format!("DROP INDEX {index}")).await.context(failed)?;
    }
    // the pass that comes first plans the statements anew and is not counted
    for pass in 0..=passes {
        if pass == 1 {
            reset(connection).await?;
        }
        // rows inserted by one pass must not stand in the way of the next
        execute(connection, "SAVEPOINT pass").await.context(failed)?;
        prepared.run(connection).await?;
        execute(connection, "ROLLBACK TO SAVEPOINT pass; RELEASE SAVEPOINT pass").await.context(failed)?;
    }
    let measured = counted(connection, system).await?;
    execute(connection, "ROLLBACK").await.context(failed)?;
    Ok(measured)
}

/// Blocks that insert into or update one of these tables. One that lacked an index is left out: it became faster.
fn writes<'s>(system: &'s System, catalog: &Catalog, tables: &[Oid]) -> Vec<(StatementKind, &'s Block)> {
    let resolver = Resolver::new(catalog, vec!["public".to_owned()]);
    let writes_there = |block: &&Block| {
        let analysis = query::analyze(&block.sql, &resolver).ok()?;
        let target = analysis.accesses.iter().find(|a| matches!(a.role, Role::Insert | Role::Update))?;
        (block.wants.is_none() && tables.contains(&target.relation)).then_some(analysis.kind)
    };
    system.blocks.iter().filter_map(|b| writes_there(&b).map(|kind| (kind, b))).collect()
}

/// The median over the rounds of a statement's time.
fn median(rounds: &[Measured], name: &str) -> f64 {
    let mut times: Vec<f64> = rounds.iter().filter_map(|m| m.statements.get(name)).map(|s| s.total_ms).collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::demo::StatementTimes;

    #[test]
    fn one_slow_round_changes_nothing() {
        let round = |ms| Measured {
            statements: BTreeMap::from([("a".to_owned(), StatementTimes { calls: 1, total_ms: ms, ..Default::default() })]),
        };
        assert_eq!(median(&[round(2.0), round(90.0), round(1.0)], "a"), 2.0);
    }
}
