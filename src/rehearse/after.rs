//! The original as it would be after the migrations: the copy's catalog with the original's figures.

use std::collections::BTreeMap;

use sqlx::Connection;

use super::copy::{Copy, State};
use super::retyped;
use super::sizes;
use super::trace::{Pair, Trace};
use crate::error::{Context, Error, Result};
use crate::ident::QualifiedName;
use crate::snapshot::objects::Objects;
use crate::snapshot::planner::{ExtendedColumn, ExtendedStatistics, Extremes, PlannerFigures, RelationFigures};
use crate::snapshot::{Catalog, ColumnStatistics, Role, Snapshot};
use crate::twin::Twin;

/// Makes the snapshot. What is assumed is put into `notes`.
///
/// # Errors
/// A server is gone.
pub async fn snapshot(
    original: &Snapshot,
    (start, now): (&State, &State),
    trace: &Trace<'_>,
    (copy, before): (&Copy, &Twin),
    notes: &mut Vec<String>,
) -> Result<Snapshot> {
    let lacks = || Error::new("the copy was not read whole");
    let (Some(objects), Some(figures)) = (&original.objects, &original.planner) else { return Err(lacks()) };
    let empty = now.snapshot.planner.as_ref().ok_or_else(lacks)?;
    let mut connection = copy.connect().await?;
    let mut catalog = now.snapshot.catalog.clone();
    catalog.roles = roles(&original.catalog, &start.snapshot.catalog, &now.snapshot.catalog);
    for pair in trace.pairs.values() {
        if pair.successor {
            notes.push(format!("{} is another table now: assumed to hold the rows of the one that is gone", pair.now.name));
        }
        let statistics = retyped::statistics(&mut connection, pair, &now.snapshot.catalog, notes).await?;
        let Some(relation) = catalog.relations.get_mut(&pair.now.oid) else { continue };
        relation.statistics = statistics;
        relation.rows = pair.original.rows;
        relation.pages = pair.original.pages;
        relation.table_bytes = pair.original.table_bytes;
        relation.activity.clone_from(&pair.original.activity);
        for index in &mut relation.indexes {
            // the copy has built whole what is broken on the original
            if let Some(before) = pair.index_before(index).filter(|_| !pair.successor) {
                (index.valid, index.ready, index.pages) = (before.valid, before.ready, before.pages);
            }
        }
    }
    let mut after = figures_of(figures, empty, trace);
    after.extended = extended(figures, start, now, trace);
    after.settings = settings(figures, start, now);
    let mut twin = before.connect().await?;
    after.relations.extend(sizes::new_indexes((&mut connection, copy), &mut twin, &catalog, trace, figures, notes).await?);
    after.relations.sort_by(|a, b| a.name.cmp(&b.name));
    twin.close().await.context("cannot leave the twin")?;
    connection.close().await.context("cannot leave the copy")?;
    Ok(Snapshot {
        catalog,
        objects: Some(merged(objects, start.objects()?, now.objects()?)),
        planner: Some(after),
        ..original.clone()
    })
}

/// The original's objects, with what the migrations have done to them.
fn merged(original: &Objects, start: &Objects, now: &Objects) -> Objects {
    let mut merged = original.clone();
    merged.all.retain(|id, _| now.all.contains_key(id) || !start.all.contains_key(id));
    for (id, object) in &now.all {
        if start.get(id) != Some(object) {
            merged.all.insert(id.clone(), object.clone());
        }
    }
    merged.roles.retain(|r| now.roles.contains(r) || !start.roles.contains(r));
    merged.roles.extend(now.roles.iter().filter(|r| !start.roles.contains(r)).cloned());
    merged.roles.sort();
    merged.roles.dedup();
    merged
}

fn roles(original: &Catalog, start: &Catalog, now: &Catalog) -> Vec<Role> {
    let of = |all: &[Role]| -> BTreeMap<_, Role> { all.iter().map(|r| (r.name.clone(), r.clone())).collect() };
    let (mut merged, start, now) = (of(&original.roles), of(&start.roles), of(&now.roles));
    merged.retain(|name, _| now.contains_key(name) || !start.contains_key(name));
    for (name, role) in &now {
        if start.get(name) != Some(role) {
            merged.insert(name.clone(), role.clone());
        }
    }
    merged.into_values().collect()
}

/// Sizes of what still is there, and those of new tables, which are empty.
fn figures_of(original: &PlannerFigures, empty: &PlannerFigures, trace: &Trace<'_>) -> PlannerFigures {
    let known: BTreeMap<&QualifiedName, &RelationFigures> = original.relations.iter().map(|r| (&r.name, r)).collect();
    let mut relations = Vec::new();
    for pair in trace.pairs.values() {
        if let Some(figures) = known.get(&pair.original.name) {
            relations.push(RelationFigures { oid: pair.now.oid, name: pair.now.name.clone(), ..(*figures).clone() });
        }
        for index in pair.now.indexes.iter().filter(|_| !pair.successor) {
            let Some(before) = pair.index_before(index) else { continue };
            let name = QualifiedName::new(pair.original.name.schema.clone(), before.name.clone());
            if let Some(figures) = known.get(&name) {
                relations.push(RelationFigures {
                    oid: index.oid,
                    name: QualifiedName::new(pair.now.name.schema.clone(), index.name.clone()),
                    table: Some(pair.now.name.clone()),
                    ..(*figures).clone()
                });
            }
        }
    }
    let new = |r: &&RelationFigures| r.table.is_none() && !trace.pairs.contains_key(&r.oid);
    relations.extend(empty.relations.iter().filter(new).cloned());
    let extremes = original.extremes.iter().filter_map(|e| end(e, trace)).collect();
    PlannerFigures { relations, extremes, extended: Vec::new(), ..original.clone() }
}

/// The end of a column under its name of now.
fn end(extremes: &Extremes, trace: &Trace<'_>) -> Option<Extremes> {
    let pair = trace.pairs.values().find(|p| p.original.name == extremes.table)?;
    let column = pair.column(&extremes.column)?;
    let same = pair.start.column(extremes.column.raw())?.type_oid == column.type_oid;
    same.then(|| Extremes { table: pair.now.name.clone(), column: column.name.clone(), ..extremes.clone() })
}

/// Extended statistics of objects that still are there, with all their columns.
fn extended(original: &PlannerFigures, start: &State, now: &State, trace: &Trace<'_>) -> Vec<ExtendedStatistics> {
    let of = |statistics: &ExtendedStatistics| {
        let pair = trace.pairs.values().find(|p| p.original.name == statistics.table)?;
        let oid = start.statistics.iter().find(|(_, name)| **name == statistics.name)?.0;
        // a column that is rewritten has them made anew, under the same name
        let name = now.statistics.get(oid).or_else(|| now.statistics.values().find(|name| **name == statistics.name))?;
        let column = |c: &ExtendedColumn| {
            let name = pair.column(&c.name)?.name.clone();
            Some(ExtendedColumn { number: c.number, name })
        };
        let columns = statistics.columns.iter().map(column).collect::<Option<_>>()?;
        Some(ExtendedStatistics { name: name.clone(), table: pair.now.name.clone(), columns, ..statistics.clone() })
    };
    original.extended.iter().filter_map(of).collect()
}

/// Settings of roles and the database, with those that the migrations have set.
fn settings(original: &PlannerFigures, start: &State, now: &State) -> Vec<crate::snapshot::planner::ScopedSetting> {
    let of = |state: &State| state.snapshot.planner.as_ref().map(|p| p.settings.clone()).unwrap_or_default();
    let (start, now) = (of(start), of(now));
    let mut settings = original.settings.clone();
    for new in now.iter().filter(|s| !start.contains(s)) {
        settings.retain(|s| (&s.role, s.database, &s.name) != (&new.role, new.database, &new.name));
        settings.push(new.clone());
    }
    settings.sort();
    settings
}

/// Statistics under the names that their columns have now.
pub(super) fn renamed(pair: &Pair<'_>) -> impl Iterator<Item = ColumnStatistics> {
    let of = |s: &ColumnStatistics| Some(ColumnStatistics { column: pair.column(&s.column)?.name.clone(), ..s.clone() });
    pair.original.statistics.iter().filter_map(of).collect::<Vec<_>>().into_iter()
}
