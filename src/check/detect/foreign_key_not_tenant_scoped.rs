//! `foreign-key-not-tenant-scoped`: a foreign key that lets a row refer to another tenant's row.

use super::tenants;
use crate::check::{Finding, Input};
use crate::ident::{Ident, ident_list};
use crate::plan::{Change, CompositeKey};
use crate::snapshot::{Column, Constraint, Reference, Relation};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !tenants::is_decided(input) {
        return findings;
    }
    for table in input.snapshot.catalog.tables() {
        let Some(column) = tenants::key_of(input, table) else { continue };
        for (key, reference) in table.foreign_keys().filter(|(k, _)| !k.inherited) {
            findings.extend(finding(input, table, column, key, reference));
        }
    }
    findings
}

fn finding(input: &Input, table: &Relation, column: &Column, key: &Constraint, reference: &Reference) -> Option<Finding> {
    let parent = input.snapshot.catalog.relations.get(&reference.table)?;
    let theirs = tenants::key_of(input, parent)?;
    if is_scoped(key, reference, &column.name, &theirs.name)
        || scoped_twin(table, key, reference, &column.name, &theirs.name).is_some()
    {
        return None;
    }
    let same_type = tenants::type_of(input, column) == tenants::type_of(input, theirs);
    let change = CompositeKey {
        table: table.name.clone(),
        column: column.name.clone(),
        parent: tenants::parent(key, reference, &parent.name, &theirs.name),
        on_delete: reference.on_delete,
    };
    let obstacle = change.obstacle(&input.snapshot.catalog);
    let remark = match (same_type, column.not_null && theirs.not_null) {
        (false, _) => "; the two tenant columns are of different types, which must be cured first".to_owned(),
        (true, false) => {
            "; a tenant column that may be NULL must be required first, for a key with a NULL in it is not checked".to_owned()
        }
        // a twin that is checked at the end of the transaction is not the same key
        (true, true) if key.deferrable => format!(
            "; no migration is written, for it is deferrable, and a person must say when its twin is to be checked; if the application \
             always writes parents first: {}",
            tenants::not_deferrable(table, key)
        ),
        (true, true) => obstacle.as_ref().map_or(String::new(), |why| format!("; no migration is written, for {why}")),
    };
    let message = format!(
        "{}: foreign key {} ({}) lets a row refer to another tenant's row of {}{remark}",
        table.name,
        key.name,
        ident_list(&key.columns),
        parent.name
    );
    let finding = input
        .finding(format!("{}.{}", table.name, key.name), &key.columns, message)
        .with("table", table.name.to_string())
        .with("parent", parent.name.to_string())
        .with("tenant_column", column.name.to_string())
        .with("rows", input.snapshot.catalog.rows(table));
    if !same_type || key.deferrable || obstacle.is_some() {
        return Some(finding);
    }
    Some(finding.with_fix(Change::CompositeKey(change)))
}

/// Whether a foreign key compares the tenants.
pub(super) fn is_scoped(key: &Constraint, reference: &Reference, own: &Ident, theirs: &Ident) -> bool {
    key.columns.iter().zip(&reference.columns).any(|(c, r)| c == own && r == theirs)
}

/// A foreign key of the same columns and the tenant.
pub(super) fn scoped_twin<'r>(
    table: &'r Relation,
    key: &Constraint,
    reference: &Reference,
    own: &Ident,
    theirs: &Ident,
) -> Option<(&'r Constraint, &'r Reference)> {
    table.foreign_keys().find(|(k, r)| {
        let holds = |pair: (&Ident, &Ident)| k.columns.iter().zip(&r.columns).any(|other| other == pair);
        r.table == reference.table
            && k.columns.len() == key.columns.len() + 1
            && is_scoped(k, r, own, theirs)
            && key.columns.iter().zip(&reference.columns).all(holds)
    })
}
