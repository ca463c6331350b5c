//! The ends of columns. For a range that reaches past a histogram the planner asks a b-tree for the column's true end. So each tree
//! gets its two outermost entries: the server makes them, in an index like the twin's on a scratch table with two rows.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row};

use super::btree::BLOCK;
use super::{Note, send};
use crate::error::{Context, Result};
use crate::ident::{QualifiedName, one_line};
use crate::snapshot::planner::{Extremes, PlannerFigures};
use crate::snapshot::{Index, Relation, Snapshot};

/// Leaf pages by index. Their entries point into block 0 of the table, which must be marked as visible to all.
pub(super) async fn leaves(
    connection: &mut PgConnection,
    snapshot: &Snapshot,
    figures: &PlannerFigures,
    notes: &mut Vec<Note>,
) -> Result<BTreeMap<QualifiedName, Vec<u8>>> {
    let mut all = BTreeMap::new();
    let relations: BTreeMap<&QualifiedName, &Relation> = snapshot.catalog.relations.values().map(|r| (&r.name, r)).collect();
    for ends in figures.extremes.chunk_by(|a, b| a.table == b.table) {
        let Some(table) = relations.get(&ends[0].table) else { continue };
        match of_table(connection, table, ends).await {
            Ok(found) => all.extend(found),
            Err(e) => {
                let because = format!("the ends of its columns are not in the twin: {}", one_line(&e.to_string()));
                notes.push(Note::new(table.name.to_string(), because));
            }
        }
    }
    Ok(all)
}

async fn of_table(connection: &mut PgConnection, table: &Relation, ends: &[Extremes]) -> Result<Vec<(QualifiedName, Vec<u8>)>> {
    let cannot = || format!("cannot make the ends of {}", table.name);
    send(connection, "DROP TABLE IF EXISTS pg_temp.scratch").await?;
    send(connection, &format!("CREATE TEMP TABLE scratch AS SELECT * FROM ONLY {} WITH NO DATA", table.name)).await?;
    let row = |value: &dyn Fn(&Extremes) -> String| {
        ends.iter().map(|e| (e.column.raw().to_owned(), json!(value(e)))).collect::<serde_json::Map<_, _>>()
    };
    let rows = [row(&|e| e.least.clone()), row(&|e| e.greatest.clone())];
    sqlx::query("INSERT INTO pg_temp.scratch SELECT * FROM pg_catalog.json_populate_recordset(NULL::pg_temp.scratch, $1::json)")
        .bind(serde_json::to_string(&rows).context(cannot())?)
        .execute(&mut *connection)
        .await
        .context(cannot())?;
    let mut found = Vec::new();
    for index in &table.indexes {
        let leads = index.plain_prefix().next().is_some_and(|c| ends.iter().any(|e| e.column == *c));
        let Some(tail) = tail(table, index).filter(|_| leads && index.method == "btree" && index.is_complete()) else { continue };
        send(connection, &format!("CREATE INDEX scratch_index ON pg_temp.scratch {tail}")).await?;
        let sql = format!(
            "SELECT pg_catalog.pg_read_binary_file(pg_catalog.pg_relation_filepath('pg_temp.scratch_index'), {BLOCK}, {BLOCK})"
        );
        let page: Vec<u8> =
            sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut *connection).await.and_then(|r| r.try_get(0)).context(cannot())?;
        if page.len() == BLOCK {
            found.push((QualifiedName::new(table.name.schema.clone(), index.name.clone()), page));
        }
        send(connection, "DROP INDEX pg_temp.scratch_index").await?;
    }
    send(connection, "DROP TABLE pg_temp.scratch").await?;
    Ok(found)
}

/// `USING btree (...)` of an index's definition.
fn tail<'i>(table: &Relation, index: &'i Index) -> Option<&'i str> {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let on = |only: &str| format!("CREATE {unique}INDEX {} ON {only}{} ", index.name, table.name);
    index.definition.strip_prefix(&on("")).or_else(|| index.definition.strip_prefix(&on("ONLY ")))
}
