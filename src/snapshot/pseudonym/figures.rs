//! User data in what the planner twin is made of: statistics of expressions, most common combinations, ends of columns.

use std::collections::BTreeSet;

use super::family::{Families, Pseudonyms};
use super::{Family, Shape, collect, replace, rewrite, shape, slot_shape};
use crate::ident::{Ident, QualifiedName};
use crate::snapshot::planner::{ExtendedStatistics, PlannerFigures};
use crate::snapshot::statistics::Slot;
use crate::snapshot::{Catalog, Oid, Snapshot};

/// Notes all values.
pub(super) fn collect_all(snapshot: &mut Snapshot, families: &mut Families) {
    let Some(mut figures) = snapshot.planner.take() else { return };
    let catalog = &snapshot.catalog;
    for_each_slot(&mut figures, catalog, &mut |_, shape, slot| collect(families, shape, slot));
    let mut note = |shape: &Shape, value: &str| {
        rewrite(shape, value, &mut |family, part| {
            families.add(family, part);
            None
        });
    };
    for extended in &figures.extended {
        let shapes = shapes(catalog, extended);
        for combination in extended.most_common.iter().flatten() {
            for (value, shape) in combination.values.iter().zip(&shapes) {
                value.iter().for_each(|v| note(shape, v));
            }
        }
    }
    for ends in &figures.extremes {
        let shape = column_shape(catalog, &ends.table, &ends.column);
        note(&shape, &ends.least);
        note(&shape, &ends.greatest);
    }
    snapshot.planner = Some(figures);
}

/// Puts pseudonyms in their place; names what had to be dropped.
pub(super) fn replace_all(
    snapshot: &mut Snapshot,
    pseudonyms: &Pseudonyms,
    literals: &BTreeSet<String>,
    dropped: &mut BTreeSet<String>,
) {
    let Some(mut figures) = snapshot.planner.take() else { return };
    let catalog = &snapshot.catalog;
    for_each_slot(&mut figures, catalog, &mut |name, shape, slot| {
        if !replace(pseudonyms, literals, shape, slot) {
            dropped.insert(name.to_owned());
        }
    });
    let new = |shape: &Shape, value: &str| match shape {
        Shape::Plain(Family::Text(_)) if literals.contains(value) => Some(value.to_owned()),
        _ => rewrite(shape, value, &mut |family, part| pseudonyms.get(family, part)),
    };
    for extended in &mut figures.extended {
        let shapes = shapes(catalog, extended);
        let values = extended.most_common.iter_mut().flatten().flat_map(|c| c.values.iter_mut().zip(&shapes));
        let mut complete = true;
        for (value, shape) in values {
            if let Some(v) = value {
                let pseudonym = new(shape, v);
                complete &= pseudonym.is_some();
                *value = pseudonym;
            }
        }
        if !complete {
            extended.most_common = None;
            dropped.insert(extended.name.to_string());
        }
    }
    figures.extremes.retain_mut(|ends| {
        let shape = column_shape(catalog, &ends.table, &ends.column);
        match (new(&shape, &ends.least), new(&shape, &ends.greatest)) {
            (Some(least), Some(greatest)) => {
                (ends.least, ends.greatest) = (least, greatest);
                true
            }
            _ => {
                dropped.insert(format!("{}.{}", ends.table, ends.column));
                false
            }
        }
    });
    snapshot.planner = Some(figures);
}

/// Calls `f` with each slot of an expression that holds values, the name of what it belongs to and the shape of its values.
fn for_each_slot(figures: &mut PlannerFigures, catalog: &Catalog, f: &mut dyn FnMut(&str, &Shape, &mut Slot)) {
    for index in &mut figures.relations {
        let name = index.name.to_string();
        for key in &mut index.keys {
            for slot in key.statistics.slots.iter_mut().filter(|s| s.values.is_some()) {
                let shape = key.type_oid.map_or(Shape::Dropped, |oid| slot_shape(catalog, oid, slot));
                f(&name, &shape, slot);
            }
        }
    }
    for extended in &mut figures.extended {
        let name = extended.name.to_string();
        for statistics in &mut extended.expressions {
            for slot in statistics.slots.iter_mut().filter(|s| s.values.is_some()) {
                let shape = slot_type(catalog, slot).map_or(Shape::Dropped, |oid| slot_shape(catalog, oid, slot));
                f(&name, &shape, slot);
            }
        }
    }
}

/// A value's shape for each column, then for each expression.
fn shapes(catalog: &Catalog, extended: &ExtendedStatistics) -> Vec<Shape> {
    let columns = extended.columns.iter().map(|c| column_shape(catalog, &extended.table, &c.name));
    let expressions = extended.expressions.iter().map(|e| {
        let slot = e.slots.iter().find(|s| s.values.is_some());
        let oid = slot.and_then(|s| slot_type(catalog, s));
        oid.map_or(Shape::Dropped, |oid| shape(catalog, oid, &slot.and_then(|s| s.collation.clone()).unwrap_or_default()))
    });
    columns.chain(expressions).collect()
}

fn column_shape(catalog: &Catalog, table: &QualifiedName, column: &Ident) -> Shape {
    let Some(relation) = catalog.relations.values().find(|r| r.name == *table) else { return Shape::Dropped };
    let Some(found) = relation.columns.iter().find(|c| c.name == *column) else { return Shape::Dropped };
    let statistics = relation.statistics.iter().filter(|s| s.column == *column);
    let collation = statistics.flat_map(|s| &s.slots).find_map(|s| s.collation.clone()).unwrap_or_default();
    shape(catalog, found.type_oid, &collation)
}

/// The type a slot's operator compares: `=(text,text)`. Expressions of extended statistics do not tell their type otherwise.
fn slot_type(catalog: &Catalog, slot: &Slot) -> Option<Oid> {
    let operator = slot.operator.as_deref()?;
    let name = operator.rsplit_once('(')?.1.split(',').next()?;
    let of_system = match name {
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "double precision" => "float8",
        "real" => "float4",
        "character" => "bpchar",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "time without time zone" => "time",
        "boolean" => "bool",
        other => other,
    };
    catalog.types.values().find(|t| t.name.schema.raw() == "pg_catalog" && t.name.name.raw() == of_system).map(|t| t.oid)
}
