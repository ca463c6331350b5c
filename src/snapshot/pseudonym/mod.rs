//! Takes user data out of a snapshot and leaves what plans and checks depend on.
//!
//! Most common values and histogram bounds are user data. Each is replaced by a pseudonym of its type: the same value by the same
//! one in every column, order, frequencies, sign and magnitude kept, so that the planner estimates alike. Numbers stay within
//! their decade, dates within their month, times within their hour; texts become numbered codes of their own length. Values of
//! types that cannot be replaced so are dropped, which the notes name.
//!
//! Kept, because it is schema and anybody who may connect can read it: names of objects, columns and roles, enum labels, defaults,
//! partition keys, literals in checks, policies, predicates and views (also where such a literal is a most common value: the
//! planner must find it). Of connections only the kind of application and our own database stay. Statements hold `$n` in
//! place of constants and no comments; what does not parse is left out. No check may put a replaced value or the name of an
//! application into a finding: findings are the same before and after.

mod decimal;
mod family;
mod figures;
mod literals;
mod order;
mod times;
mod wrapped;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::statistics::{MOST_COMMON_VALUES, Slot};
use super::{Catalog, Oid, Relation, Snapshot};
use crate::query;
use family::{Families, Family};

/// How values of a column are made of replaceable parts.
#[derive(Debug, Clone, PartialEq)]
enum Shape {
    /// Not user data: booleans, enum labels, single characters.
    Kept,
    /// Nothing that we can replace.
    Dropped,
    /// One value.
    Plain(Family),
    /// `{a,b}`
    Array(Box<Shape>),
    /// `[a,b)`
    Range(Family),
}

/// `stakind` of most common elements.
const MOST_COMMON_ELEMENTS: i16 = 4;
/// `stakind` of the lengths of ranges.
const RANGE_LENGTHS: i16 = 6;

/// Replaces user data, and says in sentences what had to be dropped.
pub(super) fn pseudonymise(snapshot: &mut Snapshot) -> Vec<String> {
    if snapshot.pseudonymised {
        return Vec::new();
    }
    let literals = literals::of(&snapshot.catalog);
    let mut families = Families::default();
    for_each_slot(&mut snapshot.catalog, |_, shape, slot| collect(&mut families, shape, slot));
    figures::collect_all(snapshot, &mut families);
    let pseudonyms = families.pseudonyms();
    let mut dropped: BTreeSet<String> = BTreeSet::new();
    for_each_slot(&mut snapshot.catalog, |column, shape, slot| {
        if !replace(&pseudonyms, &literals, shape, slot) {
            dropped.insert(column.to_owned());
        }
    });
    figures::replace_all(snapshot, &pseudonyms, &literals, &mut dropped);
    connections(snapshot);
    workload(snapshot);
    snapshot.pseudonymised = true;
    dropped
        .into_iter()
        .map(|c| format!("the values in the statistics of {c} were dropped: their type has no pseudonyms"))
        .collect()
}

/// Calls `f` with each slot that holds values, the name of its column and the shape of its values.
fn for_each_slot(catalog: &mut Catalog, mut f: impl FnMut(&str, &Shape, &mut Slot)) {
    let mut relations = std::mem::take(&mut catalog.relations);
    for relation in relations.values_mut() {
        let shapes: HashMap<_, _> = relation.columns.iter().map(|c| (c.name.clone(), c.type_oid)).collect();
        for statistics in &mut relation.statistics {
            let name = format!("{}.{}", relation.name, statistics.column);
            let type_oid = shapes.get(&statistics.column).copied();
            for slot in statistics.slots.iter_mut().filter(|s| s.values.is_some()) {
                let shape = type_oid.map_or(Shape::Dropped, |oid| slot_shape(catalog, oid, slot));
                f(&name, &shape, slot);
            }
        }
    }
    catalog.relations = relations;
}

fn slot_shape(catalog: &Catalog, type_oid: Oid, slot: &Slot) -> Shape {
    let collation = slot.collation.clone().unwrap_or_default();
    match (slot.kind, shape(catalog, type_oid, &collation)) {
        (RANGE_LENGTHS, _) => Shape::Plain(Family::Decimal),
        (MOST_COMMON_ELEMENTS, Shape::Array(element)) => *element,
        (MOST_COMMON_ELEMENTS, Shape::Plain(Family::Lexeme)) => Shape::Plain(Family::Lexeme),
        (MOST_COMMON_ELEMENTS, _) => Shape::Dropped,
        (_, Shape::Plain(Family::Lexeme)) => Shape::Dropped, // whole tsvectors
        (_, shape) => shape,
    }
}

fn shape(catalog: &Catalog, type_oid: Oid, collation: &str) -> Shape {
    let Some(base) = catalog.base_type(type_oid) else { return Shape::Dropped };
    if base.kind == 'e' || base.kind == 'p' {
        return Shape::Kept;
    }
    if let (Some(element), 'A') = (base.element, base.category) {
        return match shape(catalog, element, collation) {
            Shape::Dropped => Shape::Dropped,
            element => Shape::Array(Box::new(element)),
        };
    }
    let of_system = base.name.schema.raw() == "pg_catalog";
    match (base.name.name.raw(), of_system) {
        ("bool" | "char", true) => Shape::Kept,
        ("int2" | "int4" | "int8" | "oid", true) => Shape::Plain(Family::Integer),
        ("numeric" | "float4" | "float8", true) => Shape::Plain(Family::Decimal),
        ("date", true) => Shape::Plain(Family::Date),
        ("timestamp" | "timestamptz", true) => Shape::Plain(Family::Timestamp),
        ("time", true) => Shape::Plain(Family::Time),
        ("text" | "varchar" | "bpchar" | "name", true) | ("citext", false) => Shape::Plain(Family::Text(collation.to_owned())),
        ("tsvector", true) => Shape::Plain(Family::Lexeme),
        ("uuid", true) => Shape::Plain(Family::Uuid),
        ("bytea", true) => Shape::Plain(Family::Bytes),
        ("inet" | "cidr", true) => Shape::Plain(Family::Inet),
        ("macaddr", true) => Shape::Plain(Family::Mac),
        ("int4range" | "int8range", true) => Shape::Range(Family::Integer),
        ("numrange", true) => Shape::Range(Family::Decimal),
        ("daterange", true) => Shape::Range(Family::Date),
        ("tsrange" | "tstzrange", true) => Shape::Range(Family::Timestamp),
        _ => Shape::Dropped,
    }
}

/// Notes the values of a slot. Those of histograms and of most common elements stand in order.
fn collect(families: &mut Families, shape: &Shape, slot: &Slot) {
    let values: Vec<&str> = slot.values.iter().flatten().flatten().map(String::as_str).collect();
    match shape {
        Shape::Plain(family) if slot.kind != MOST_COMMON_VALUES => families.add_chain(family, &values),
        shape => {
            for value in values {
                rewrite(shape, value, &mut |family, part| {
                    families.add(family, part);
                    None
                });
            }
        }
    }
}

/// Puts pseudonyms into a slot; false when its values had to be dropped.
fn replace(pseudonyms: &family::Pseudonyms, literals: &BTreeSet<String>, shape: &Shape, slot: &mut Slot) -> bool {
    let keep_literals = slot.kind == MOST_COMMON_VALUES && matches!(shape, Shape::Plain(Family::Text(_)));
    let replaced: Option<Vec<Option<String>>> = slot
        .values
        .iter()
        .flatten()
        .map(|value| match value {
            None => Some(None),
            Some(v) if keep_literals && literals.contains(v) => Some(Some(v.clone())),
            Some(v) => rewrite(shape, v, &mut |family, part| pseudonyms.get(family, part)).map(Some),
        })
        .collect();
    let complete = replaced.is_some();
    slot.values = replaced;
    complete
}

/// A value with each replaceable part handed to `f`, which says what stands in its place (`None`: the part itself).
/// `None` when the value cannot be taken apart.
fn rewrite(shape: &Shape, value: &str, f: &mut dyn FnMut(&Family, &str) -> Option<String>) -> Option<String> {
    match shape {
        Shape::Kept => Some(value.to_owned()),
        Shape::Dropped => None,
        Shape::Plain(family) => Some(f(family, value).unwrap_or_else(|| value.to_owned())),
        Shape::Array(element) => wrapped::array(value, &mut |part| rewrite(element, part, f)),
        Shape::Range(family) => wrapped::range(value, &mut |part| Some(f(family, part).unwrap_or_else(|| part.to_owned()))),
    }
}

/// Clients by which kind they are known; what an application calls itself may name its users.
const KNOWN_APPLICATIONS: &[&str] = &[
    "dbeaver",
    "dbharden",
    "metabase",
    "pg_basebackup",
    "pg_dump",
    "pg_restore",
    "pgadmin",
    "pgbackrest",
    "pgbench",
    "pgbouncer",
    "postgres_fdw",
    "postgresql jdbc driver",
    "prisma",
    "psql",
    "supavisor",
    "tableau",
    "walreceiver",
];

fn connections(snapshot: &mut Snapshot) {
    let own = snapshot.server.database.clone();
    let mut applications: BTreeMap<String, String> = BTreeMap::new();
    let mut databases: BTreeMap<String, String> = BTreeMap::new();
    for group in &mut snapshot.connections {
        let lower = group.application.to_lowercase();
        let known = KNOWN_APPLICATIONS.iter().find(|k| lower.starts_with(**k));
        if let Some(known) = known {
            group.application = (*known).to_owned();
        } else if !group.application.is_empty() {
            let next = format!("application {}", applications.len() + 1);
            group.application = applications.entry(group.application.clone()).or_insert(next).clone();
        }
        if let Some(database) = group.database.as_mut().filter(|d| **d != own) {
            let next = format!("other database {}", databases.len() + 1);
            *database = databases.entry(database.clone()).or_insert(next).clone();
        }
    }
    snapshot.connections.sort();
}

/// Every text once more through the parser: constants out, comments out, and what does not parse is left out.
fn workload(snapshot: &mut Snapshot) {
    let before = snapshot.workload.statements.len();
    snapshot.workload.statements.retain_mut(|statement| match query::identify(&statement.text) {
        Ok(Some((_, text))) => {
            statement.text = text;
            true
        }
        _ => false,
    });
    snapshot.workload.truncated += (before - snapshot.workload.statements.len()) as i64;
}

/// The relation's parts that hold texts of the schema.
fn expressions(relation: &Relation) -> impl Iterator<Item = &str> {
    let defaults = relation.columns.iter().filter_map(|c| c.default.as_deref());
    let checks = relation.constraints.iter().filter_map(|c| c.expression.as_deref());
    let indexes = relation.indexes.iter().map(|i| i.definition.as_str());
    let policies = relation.policies.iter().flat_map(|p| [p.using.as_deref(), p.check.as_deref()]).flatten();
    defaults.chain(checks).chain(indexes).chain(policies)
}

#[cfg(test)]
mod tests;
