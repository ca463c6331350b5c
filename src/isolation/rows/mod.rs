//! Rows of two tenants in every table: parents before children, values that types, checks, keys and partitions accept.

mod fill;
mod insert;
mod parents;
mod shapes;
pub(super) mod values;

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, QualifiedName, literal};
use crate::snapshot::{Oid, Relation};
pub(super) use fill::fill;
pub(super) use values::Tenant;

/// A row that was made.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Its columns as text.
    pub values: BTreeMap<Ident, Option<String>>,
    /// The table it lies in, SQL-quoted: a partition, where the table has some.
    pub leaf: String,
    /// A condition that finds it there.
    pub found_by: String,
}

impl Row {
    /// A value.
    pub(super) fn get(&self, column: &Ident) -> Option<&str> {
        self.values.get(column).and_then(Option::as_deref)
    }

    /// Notes where it lies, for [`MOVED`](Row::moved) to compare.
    pub(super) fn remember(&self) -> String {
        let found = format!("SELECT ctid::text FROM ONLY {} WHERE {} LIMIT 1", self.leaf, self.found_by);
        format!("SELECT pg_catalog.set_config('dbharden.was', ({found}), true);\n")
    }

    /// A condition that holds once somebody changed or deleted it.
    pub(super) fn moved(&self) -> String {
        let was = "pg_catalog.current_setting('dbharden.was')::pg_catalog.tid";
        format!("NOT EXISTS (SELECT FROM ONLY {} WHERE ctid = {was})", self.leaf)
    }

    /// Deletes it.
    pub(super) fn delete(&self) -> String {
        format!("DELETE FROM ONLY {} WHERE {}", self.leaf, self.found_by)
    }

    /// Deletes it and nothing else: no trigger fires, no foreign key refuses or cascades.
    pub(super) fn vanish(&self) -> String {
        format!("{};\n{};\n{};\n", fill::BARE, self.delete(), fill::AS_USUAL)
    }
}

/// All that was made.
#[derive(Default)]
pub(super) struct Rows {
    rows: BTreeMap<(Oid, Tenant), Row>,
    /// A row for either tenant that was accepted once and is not there: columns with their SQL, for attacks to insert.
    pub drafts: BTreeMap<(Oid, Tenant), Vec<(Ident, String)>>,
    /// What such a row came to, as text; empty for a draft that collides.
    pub draft_rows: BTreeMap<(Oid, Tenant), Row>,
    /// Drafts that are the row which is there: nothing in them is free.
    pub colliding: BTreeSet<(Oid, Tenant)>,
    /// Further rows of tenant B: parents that a check of a child asked for.
    more_of_b: Vec<(Oid, Row)>,
    /// The statements, in order.
    pub setup: String,
    /// Tables that could not be filled, and why.
    pub failed: BTreeMap<QualifiedName, String>,
    /// What is assumed.
    pub notes: Vec<String>,
}

impl Rows {
    /// The row of a tenant.
    pub(super) fn of(&self, table: Oid, tenant: Tenant) -> Option<&Row> {
        self.rows.get(&(table, tenant))
    }

    /// Every row of tenant B.
    pub(super) fn of_b(&self) -> impl Iterator<Item = (Oid, &Row)> {
        let first = self.rows.iter().filter(|((_, t), _)| *t == Tenant::B).map(|((oid, _), row)| (*oid, row));
        first.chain(self.more_of_b.iter().map(|(oid, row)| (*oid, row)))
    }
}

/// A condition that finds a row by its tenant, else by its primary key; `None` where neither tells it.
pub(super) fn finds(table: &Relation, row: &Row, key: Option<&Ident>) -> Option<String> {
    let one = |column: &Ident| Some(format!("{column} = {}", typed(table, column, row.get(column)?)?));
    if let Some(key) = key {
        return one(key);
    }
    by_key(table, row)
}

/// A condition that finds a row by its primary key.
pub(super) fn by_key(table: &Relation, row: &Row) -> Option<String> {
    let keys: Option<Vec<String>> = table
        .primary_key()?
        .keys
        .iter()
        .map(|k| {
            let column = k.column.as_ref()?;
            Some(format!("{column} = {}", typed(table, column, row.get(column)?)?))
        })
        .collect();
    Some(keys?.join(" AND "))
}

/// A value as a literal of its column's type.
pub(super) fn typed(table: &Relation, column: &Ident, value: &str) -> Option<String> {
    Some(format!("{}::{}", literal(value), table.column(column.raw())?.type_name))
}
