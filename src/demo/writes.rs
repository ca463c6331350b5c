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
    /// Executions in a round.
    pub executions: usize,
    /// The statements of that kind.
    pub statements: Vec<Write>,
}

/// A writing statement with and without the new indexes.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// Name of the block.
    pub name: String,
    /// Whether its table has a new index.
    pub touched: bool,
    /// Time of its executions in a round without the new indexes, median of the rounds, milliseconds.
    pub without_ms: f64,
    /// The same with them.
    pub with_ms: f64,
}

impl WriteCost {
    /// How many times longer all of them take.
    pub fn factor(&self) -> f64 {
        ratio(self.statements.iter())
    }

    /// The same for those alone whose table has a new index; `None` where there are none.
    pub fn touched_factor(&self) -> Option<f64> {
        let touched = || self.statements.iter().filter(|w| w.touched);
        touched().next().map(|_| ratio(touched()))
    }

    /// The statement that suffers most.
    pub fn worst(&self) -> Option<&Write> {
        self.statements.iter().max_by(|a, b| a.factor().total_cmp(&b.factor()))
    }
}

impl Write {
    /// How many times longer it takes.
    pub fn factor(&self) -> f64 {
        ratio(std::iter::once(self))
    }
}

fn ratio<'w>(writes: impl Iterator<Item = &'w Write>) -> f64 {
    let (with, without) = writes.fold((0.0, 0.0), |(with, without), w| (with + w.with_ms, without + w.without_ms));
    with / f64::max(without, 1e-6)
}

/// Times the system's INSERTs and UPDATEs with and without `indexes`, which are there, on `tables`.
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
    let all: Vec<&Block> = writes.iter().map(|w| w.block).collect();
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
    let cost = |wanted: StatementKind, kind| {
        let of_kind = || writes.iter().filter(|w| w.kind == wanted);
        let time = |w: &Writing| Write {
            name: w.block.name.clone(),
            touched: w.touched,
            without_ms: median(&without, &w.block.name),
            with_ms: median(&with, &w.block.name),
        };
        let executions = passes * of_kind().map(|w| w.block.calls).sum::<usize>();
        WriteCost { kind, executions, statements: of_kind().map(time).collect() }
    };
    let costs = [cost(StatementKind::Insert, "INSERT"), cost(StatementKind::Update, "UPDATE")];
    Ok(costs.into_iter().filter(|c| !c.statements.is_empty()).collect())
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

/// A block that writes.
pub(super) struct Writing<'s> {
    pub(super) block: &'s Block,
    pub(super) kind: StatementKind,
    touched: bool,
}

/// Blocks that insert or update. One that lacked an index is left out: it became faster.
pub(super) fn writes<'s>(system: &'s System, catalog: &Catalog, tables: &[Oid]) -> Vec<Writing<'s>> {
    let resolver = Resolver::new(catalog, vec!["public".to_owned()]);
    let writing = |block: &'s Block| {
        let analysis = query::analyze(&block.sql, &resolver).ok()?;
        let target = analysis.accesses.iter().find(|a| matches!(a.role, Role::Insert | Role::Update))?;
        Some(Writing { block, kind: analysis.kind, touched: tables.contains(&target.relation) })
    };
    system.blocks.iter().filter(|b| b.wants.is_none()).filter_map(writing).collect()
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

    #[test]
    fn those_on_other_tables_count_in_the_whole_only() {
        let write = |touched, with_ms| Write { name: String::new(), touched, without_ms: 1.0, with_ms };
        let cost = WriteCost { kind: "INSERT", executions: 2, statements: vec![write(true, 1.5), write(false, 1.0)] };
        assert_eq!((cost.factor(), cost.touched_factor()), (1.25, Some(1.5)));
        assert_eq!(cost.worst().map(Write::factor), Some(1.5));
    }
}
