//! Statistics of columns that have another type now: their values, read as that type.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row};

use super::after::renamed;
use super::trace::Pair;
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::snapshot::statistics::{CORRELATION, HISTOGRAM, MOST_COMMON_VALUES, Slot};
use crate::snapshot::{Catalog, Column, ColumnStatistics};

/// The statistics of a relation as they would be after the migrations and an ANALYZE.
pub async fn statistics(
    connection: &mut PgConnection,
    pair: &Pair<'_>,
    catalog: &Catalog,
    notes: &mut Vec<String>,
) -> Result<Vec<ColumnStatistics>> {
    let retyped = pair.retyped();
    let mut all = Vec::new();
    for statistics in renamed(pair) {
        let Some((before, now)) = retyped.iter().find(|(_, now)| now.name == statistics.column) else {
            all.push(statistics);
            continue;
        };
        let what = format!("{}.{} is {} now, it was {}", pair.now.name, now.name, now.type_name, before.type_name);
        match convert(connection, &statistics, before, now, catalog).await? {
            Some(converted) => {
                all.push(converted);
                notes.push(format!("{what}: assumed to hold the same values, and analysed after the migration"));
            }
            None => notes.push(format!("{what}: its values cannot be read as that, its statistics are assumed")),
        }
    }
    notes.sort();
    notes.dedup();
    Ok(all)
}

/// `None` where a value cannot be read as the new type.
async fn convert(
    connection: &mut PgConnection,
    statistics: &ColumnStatistics,
    before: &Column,
    now: &Column,
    catalog: &Catalog,
) -> Result<Option<ColumnStatistics>> {
    let category = |c: &Column| catalog.base_type(c.type_oid).map(|t| t.category);
    // the order of rows by number is not that by text
    let same_order = category(before) == category(now);
    let (mut slots, mut bytes, mut values) = (Vec::new(), 0.0, 0usize);
    for slot in &statistics.slots {
        let plain = Slot { operator: None, collation: None, ..slot.clone() };
        match (slot.kind, &slot.values) {
            (CORRELATION, _) if same_order => slots.push(plain),
            (MOST_COMMON_VALUES | HISTOGRAM, Some(texts)) => {
                let Some((read, size)) = read(connection, texts, now, slot.kind == HISTOGRAM).await? else { return Ok(None) };
                bytes += size;
                values += read.len();
                slots.push(Slot { values: Some(read), ..plain });
            }
            _ => {}
        }
    }
    let length = catalog.types.get(&now.type_oid).map_or(-1, |t| t.length);
    let avg_width = match (length > 0, values) {
        (true, _) => i32::from(length),
        (false, 0) => statistics.avg_width,
        (false, n) => (bytes / n as f64).round() as i32,
    };
    Ok(Some(ColumnStatistics { slots, avg_width, ..statistics.clone() }))
}

/// Texts as the new type prints them, in its order where they are bounds; and the bytes of all.
async fn read(
    connection: &mut PgConnection,
    texts: &[Option<String>],
    column: &Column,
    sorted: bool,
) -> Result<Option<(Vec<Option<String>>, f64)>> {
    let order = if sorted { "t.v" } else { "t.n" };
    let sql = format!(
        "SELECT pg_catalog.array_agg(t.v::pg_catalog.text ORDER BY {order}), coalesce(sum(pg_catalog.pg_column_size(t.v)), 0)::float8 \
         FROM (SELECT g.v::{} AS v, g.n FROM pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS g (v, n)) AS t",
        column.type_name
    );
    match sqlx::query(AssertSqlSafe(sql)).bind(texts).fetch_one(connection).await {
        Ok(row) => {
            let values: Option<Vec<Option<String>>> = row.try_get(0).unwrap_or(None);
            Ok(values.map(|v| (v, row.try_get::<f64, _>(1).unwrap_or(0.0))))
        }
        Err(sqlx::Error::Database(_)) => Ok(None),
        Err(e) => Err(Error::new("the copy does not answer").because(one_line(&e.to_string()))),
    }
}
