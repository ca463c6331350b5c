//! What the checks of tenants share: parents of a table, and whether something may be generated.

use crate::check::Input;
use crate::ident::{Ident, QualifiedName};
use crate::plan::change::tenant::{Parent, RootKey};
use crate::snapshot::{Column, Constraint, Reference, Relation};
use crate::tenancy::{self, Place};

/// Whether a change may be proposed: somebody says that tenants are to be kept apart, or it is plain who they are. Else it would be a guess.
pub(super) fn is_decided(input: &Input) -> bool {
    let one = input.tenancy.configured || input.tenancy.candidates.len() == 1;
    one && (input.tenancy.is_certain() || tenancy::intent(&input.snapshot.catalog, input.config).is_some())
}

/// The column that holds the tenant of a table, where there is one.
pub(super) fn key_of<'r>(input: &Input, table: &'r Relation) -> Option<&'r Column> {
    match input.tenancy.place(table.oid)? {
        Place::Keyed(key) => table.column(key.raw()),
        _ => None,
    }
}

/// A type as SQL names it, whatever the search path.
pub(super) fn type_of(input: &Input, column: &Column) -> String {
    match input.snapshot.catalog.types.get(&column.type_oid) {
        Some(t) if t.name.schema.raw() != "pg_catalog" => t.name.to_string(),
        _ => column.type_name.clone(),
    }
}

/// Foreign keys by which each row has a parent there and then.
pub(super) fn sure_keys(table: &Relation) -> impl Iterator<Item = (&Constraint, &Reference)> {
    table.foreign_keys().filter(|(k, r)| {
        let required = |c: &Ident| table.column(c.raw()).is_some_and(|c| c.not_null);
        !k.inherited && !k.deferrable && r.table != table.oid && k.columns.iter().all(required)
    })
}

/// Why nothing is written over a deferrable foreign key: what a trigger must know when a row comes may come later in its transaction.
pub(super) const DEFERRABLE: &str = "is deferrable, so a row may come before its parent, which says whose it is";

/// What has a foreign key checked at once.
pub(super) fn not_deferrable(table: &Relation, key: &Constraint) -> String {
    format!("ALTER TABLE {} ALTER CONSTRAINT {} NOT DEFERRABLE;", table.name, key.name)
}

/// What a foreign key leads to, where the tenant stands in this column.
pub(super) fn parent(key: &Constraint, reference: &Reference, table: &QualifiedName, column: &Ident) -> Parent {
    Parent {
        table: table.clone(),
        column: column.clone(),
        constraint: key.name.clone(),
        via: key.columns.clone(),
        keys: reference.columns.clone(),
    }
}

/// Tables with the same tenant that a table refers to directly besides by `but`: their rows must agree.
pub(super) fn others(input: &Input, table: &Relation, but: &Ident, of_type: &str) -> Vec<Parent> {
    let catalog = &input.snapshot.catalog;
    let other = |(key, reference): (&Constraint, &Reference)| {
        let there = catalog.relations.get(&reference.table)?;
        let column = key_of(input, there).filter(|c| c.not_null && type_of(input, c) == of_type)?;
        let named = key.columns.contains(&column.name);
        (key.name != *but && !key.inherited && !named).then(|| parent(key, reference, &there.name, &column.name))
    };
    table.foreign_keys().filter_map(other).collect()
}

/// The key of the root that the tenant of the last table on the way refers to, with what its foreign keys do.
pub(super) fn root_key(input: &Input, way: &[(&Relation, &Constraint)], last: &Relation, key: &Ident) -> Option<RootKey> {
    let root = input.tenancy.root?;
    let (_, reference) = last.foreign_keys().find(|(k, r)| r.table == root && k.columns == [key.clone()] && k.validated)?;
    let table = input.snapshot.catalog.relations.get(&root)?;
    let [column] = &reference.columns[..] else { return None };
    let on_way = || way.iter().filter_map(|(_, k)| k.references.as_ref());
    Some(RootKey {
        table: table.name.clone(),
        column: column.clone(),
        delete_cascades: reference.on_delete == 'c' && on_way().all(|r| r.on_delete == 'c'),
        update_cascades: reference.on_update == 'c',
    })
}
