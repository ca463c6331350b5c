//! Running a workload as an ORM does: every statement prepared once, executed with parameters in binary form.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgRow, PgTypeInfo};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Column, Encode, Executor, Postgres, Row, Type, ValueRef};

use super::Block;
use super::run::execute;
use crate::error::{Context, Result};
use crate::ident::Ident;

/// A value as it came out of the parameter query, handed on as it is.
#[derive(Clone)]
struct Raw {
    info: PgTypeInfo,
    bytes: Option<Vec<u8>>,
}

impl Type<Postgres> for Raw {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("unknown") // never asked for: each value brings its own
    }
}

impl Encode<'_, Postgres> for Raw {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError> {
        match &self.bytes {
            Some(bytes) => {
                buffer.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(self.info.clone())
    }
}

/// Runs every block once through, `calls` executions each. Parameters are read when a block's turn comes: they may be rows that
/// blocks before it inserted. `reader` looks for them, else who is connected.
///
/// # Errors
/// Names the block whose statement or parameters failed.
pub async fn run_workload(connection: &mut PgConnection, blocks: &[Block], reader: Option<&Ident>) -> Result<()> {
    for block in blocks {
        if let Some(reader) = reader {
            execute(connection, &format!("SET ROLE {reader}")).await.context(what(block))?;
        }
        let rows = parameters(connection, block).await.context(what(block))?;
        execute(connection, "RESET ROLE").await.context(what(block))?;
        run(connection, block, &rows).await?;
    }
    Ok(())
}

/// Blocks with their parameters, read once: for runs that are timed.
pub(super) struct Prepared<'b>(Vec<(&'b Block, Vec<Vec<Raw>>)>);

impl<'b> Prepared<'b> {
    pub(super) async fn new(connection: &mut PgConnection, blocks: &[&'b Block]) -> Result<Self> {
        let mut prepared = Vec::new();
        for block in blocks {
            prepared.push((*block, parameters(connection, block).await.context(what(block))?));
        }
        Ok(Self(prepared))
    }

    /// Executions of one run.
    pub(super) fn executions(&self) -> usize {
        self.0.iter().filter(|(_, rows)| !rows.is_empty()).map(|(block, _)| block.calls).sum()
    }

    pub(super) async fn run(&self, connection: &mut PgConnection) -> Result<()> {
        for (block, rows) in &self.0 {
            run(connection, block, rows).await?;
        }
        Ok(())
    }
}

fn what(block: &Block) -> String {
    format!("the workload's statement {} failed", block.name)
}

/// Nothing happens where there are no parameters: they pick rows that a database of this size does not have.
async fn run(connection: &mut PgConnection, block: &Block, rows: &[Vec<Raw>]) -> Result<()> {
    if let Some(role) = &block.role {
        execute(connection, &format!("SET ROLE {role}")).await.context(what(block))?;
    }
    for row in rows.iter().cycle().take(block.calls) {
        if let Some((name, value)) = block.setting.as_ref().and_then(|(name, n)| Some((name, row.get(*n)?))) {
            let set = sqlx::query("SELECT set_config($1, $2::text, false)").bind(name.clone()).bind(value.clone());
            connection.execute(set).await.context(what(block))?;
        }
        let mut query: Query<Postgres, PgArguments> = sqlx::query(AssertSqlSafe(block.sql.clone()));
        for value in row {
            query = query.bind(value.clone());
        }
        connection.execute(query).await.context(what(block))?;
    }
    if let Some((name, _)) = &block.setting {
        let unset = sqlx::query("SELECT set_config($1, '', false)").bind(name.clone());
        connection.execute(unset).await.context(what(block))?;
    }
    if block.role.is_some() {
        execute(connection, "RESET ROLE").await.context(what(block))?;
    }
    Ok(())
}

async fn parameters(connection: &mut PgConnection, block: &Block) -> std::result::Result<Vec<Vec<Raw>>, sqlx::Error> {
    let Some(sql) = &block.params else { return Ok(vec![Vec::new()]) };
    // no statement of the application, so it must not count as one
    execute(connection, "SET pg_stat_statements.track = none").await.or_else(is_not_allowed)?;
    let rows = sqlx::query(AssertSqlSafe(sql.clone())).persistent(false).fetch_all(&mut *connection).await?;
    execute(connection, "RESET pg_stat_statements.track").await.or_else(is_not_allowed)?;
    rows.iter().map(raw).collect()
}

/// Only a superuser decides what is counted.
fn is_not_allowed(error: sqlx::Error) -> std::result::Result<(), sqlx::Error> {
    let denied = error.as_database_error().and_then(|e| e.code()).is_some_and(|c| c == "42501");
    if denied { Ok(()) } else { Err(error) }
}

fn raw(row: &PgRow) -> std::result::Result<Vec<Raw>, sqlx::Error> {
    (0..row.len())
        .map(|i| {
            let value = row.try_get_raw(i)?;
            let bytes = if value.is_null() { None } else { Some(value.as_bytes().map_err(sqlx::Error::Decode)?.to_vec()) };
            Ok(Raw { info: row.column(i).type_info().clone(), bytes })
        })
        .collect()
}
