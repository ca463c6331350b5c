//! Indexes that the migrations make: as large as they would be on the original.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;

use super::copy::Copy;
use super::trace::{Pair, Trace};
use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::snapshot::planner::{KeyStatistics, PlannerFigures, RelationFigures};
use crate::snapshot::{Catalog, Index, Oid, Relation};
use crate::twin::index_size::SizeModel;
use crate::twin::keys;
use crate::twin::new_index;

/// Figures of all indexes that the original does not have. `catalog`: as it is after the migrations, with the original's statistics.
/// Predicates are weighed in the twin of the original.
pub async fn new_indexes(
    (connection, copy): (&mut PgConnection, &Copy),
    twin: &mut PgConnection,
    catalog: &Catalog,
    trace: &Trace<'_>,
    figures: &PlannerFigures,
    notes: &mut Vec<String>,
) -> Result<Vec<RelationFigures>> {
    let mut new: BTreeMap<Oid, (&Relation, &Index, Option<&Pair>)> = BTreeMap::new();
    for relation in catalog.relations.values() {
        let pair = trace.pairs.get(&relation.oid);
        let old = |i: &Index| pair.is_some_and(|p| !p.successor && p.index_before(i).is_some());
        new.extend(relation.indexes.iter().filter(|i| !old(i)).map(|i| (i.oid, (relation, i, pair))));
    }
    let oids: Vec<Oid> = new.keys().copied().collect();
    let mut found = Vec::new();
    for made in new_index::described(connection, &oids).await? {
        let (Some((table, index, pair)), Some(path)) = (new.get(&made.oid), &made.path) else { continue };
        let Some(pair) = pair else { continue }; // of a new table: empty
        let name = QualifiedName::new(table.name.schema.clone(), index.name.clone());
        let heap = figures.relations.iter().find(|r| r.name == pair.original.name).map_or(table.pages, |r| r.blocks);
        let mut rows = keys::rows_now(table.rows.unwrap_or(0.0), table.pages, heap);
        if let Some(predicate) = &made.predicate {
            match new_index::rows_where(twin, &pair.original.name, predicate).await {
                Some(some) => rows = some,
                None => notes.push(format!("index {name}: how many rows its predicate keeps is not known, assumed all")),
            }
        }
        let sized = made.size(table, rows, heap, &copy.path(path), SizeModel::Real);
        let (blocks, _) = sized.context("cannot read an index of the copy")?;
        let keys = keys(index, pair, figures);
        let table = Some(table.name.clone());
        found.push(RelationFigures { oid: index.oid, name, table, pages: blocks, rows, all_visible: 0, blocks, keys });
    }
    Ok(found)
}

/// Statistics of key expressions that an index of the original had too.
fn keys(index: &Index, pair: &Pair<'_>, figures: &PlannerFigures) -> Vec<KeyStatistics> {
    if !pair.retyped().is_empty() {
        return Vec::new();
    }
    let known = |expression: &String| {
        pair.start.indexes.iter().find_map(|before| {
            let place = before.keys.iter().position(|k| k.expression.as_ref() == Some(expression))?;
            let name = QualifiedName::new(pair.original.name.schema.clone(), before.name.clone());
            let figures = figures.relations.iter().find(|r| r.name == name)?;
            figures.keys.iter().find(|k| usize::from(k.number.unsigned_abs()) == place + 1)
        })
    };
    let of = |(place, key): (usize, &crate::snapshot::IndexKey)| {
        let number = i16::try_from(place + 1).ok()?;
        Some(KeyStatistics { number, ..known(key.expression.as_ref()?)?.clone() })
    };
    index.keys.iter().enumerate().filter_map(of).collect()
}
