//! Statistics of columns and of indexed expressions, written into `pg_statistic`.

use serde::Serialize;
use sqlx::postgres::PgConnection;

use super::{Note, send};
use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::snapshot::Snapshot;
use crate::snapshot::planner::PlannerFigures;
use crate::snapshot::statistics::{ColumnStatistics, Slot};

/// Rows in one statement.
const BATCH: usize = 500;

/// A row of `pg_statistic`, names in place of OIDs.
#[derive(Serialize)]
struct Given<'a> {
    schema: &'a str,
    name: &'a str,
    /// The column's name, of a table.
    column: Option<&'a str>,
    /// The key's number, of an index.
    number: Option<i16>,
    inherited: bool,
    null_frac: f64,
    avg_width: i32,
    n_distinct: f64,
    slots: &'a [Slot],
}

impl<'a> Given<'a> {
    fn new(name: &'a QualifiedName, statistics: &'a ColumnStatistics, number: Option<i16>) -> Self {
        Self {
            schema: name.schema.raw(),
            name: name.name.raw(),
            column: number.is_none().then_some(statistics.column.raw()),
            number,
            inherited: statistics.inherited,
            null_frac: statistics.null_frac,
            avg_width: statistics.avg_width,
            n_distinct: statistics.n_distinct,
            slots: &statistics.slots,
        }
    }
}

/// Writes them. A row that this server does not take (a type that is missing here) is left out by name.
pub(super) async fn write(
    connection: &mut PgConnection,
    snapshot: &Snapshot,
    figures: &PlannerFigures,
    notes: &mut Vec<Note>,
) -> Result<()> {
    send(connection, include_str!("sql/functions.sql")).await?;
    let columns = snapshot.catalog.relations.values().flat_map(|r| r.statistics.iter().map(|s| (&r.name, s)));
    let columns = columns.map(|(table, s)| Given::new(table, s, None));
    let keys = figures.relations.iter().flat_map(|r| r.keys.iter().map(|k| Given::new(&r.name, &k.statistics, Some(k.number))));
    let all: Vec<Given> = columns.chain(keys).collect();
    let mut pieces: Vec<&[Given]> = all.chunks(BATCH).rev().collect();
    while let Some(piece) = pieces.pop() {
        let json = serde_json::to_string(piece).context("cannot describe the statistics")?;
        let written = sqlx::query(include_str!("sql/statistics.sql")).bind(json).execute(&mut *connection).await;
        match (written, piece) {
            (Ok(_), _) | (_, []) => {}
            (Err(_), [one]) => {
                let what = format!("{}.{}.{}", one.schema, one.name, one.column.unwrap_or("(expression)"));
                notes.push(Note::new(what, "its statistics do not fit this server: assumed"));
            }
            (Err(_), _) => {
                let (front, back) = piece.split_at(piece.len() / 2);
                pieces.extend([back, front]);
            }
        }
    }
    Ok(())
}
