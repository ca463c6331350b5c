//! `unique-not-tenant-scoped`: a value that one tenant uses is taken for all others.

use super::tenants;
use crate::check::{Finding, Input, Severity};
use crate::ident::{Ident, ident_list};
use crate::plan::{Change, CreateIndex};
use crate::snapshot::{Column, Index, Relation};
use crate::tenancy::{self, Place};

/// Values that people choose within their tenant. A log-in e-mail, a token, another system's id are unique for everybody.
const CHOSEN: &[&str] =
    &["slug", "name", "title", "code", "label", "sku", "reference", "number", "handle", "path", "position", "key", "shortname"];

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !tenants::is_decided(input) {
        return findings;
    }
    for table in input.snapshot.catalog.tables() {
        let Some(column) = tenants::key_of(input, table) else { continue };
        let global = |i: &&Index| i.unique && !i.primary && i.valid && i.parent.is_none() && i.predicate.is_none();
        for index in table.indexes.iter().filter(global) {
            findings.extend(finding(input, table, column, index));
        }
    }
    findings
}

fn finding(input: &Input, table: &Relation, column: &Column, index: &Index) -> Option<Finding> {
    let columns: Vec<Ident> = index.keys.iter().map(|k| k.column.clone()).collect::<Option<_>>()?;
    if columns.contains(&column.name) || says_the_tenant(input, table, &columns) {
        return None;
    }
    let scoped: Vec<Ident> = std::iter::once(&column.name).chain(&columns).cloned().collect();
    let prepared = table.indexes.iter().find(|i| {
        i.unique
            && i.is_complete()
            && i.keys.len() == scoped.len()
            && scoped.iter().all(|c| i.keys.iter().any(|k| k.column.as_ref() == Some(c)))
    });
    let chosen = columns.iter().any(|c| CHOSEN.iter().any(|name| crate::tenancy::is_word_of(c.raw(), name)));
    let said = match (prepared, chosen) {
        (Some(there), _) => format!(
            "; {} does it for each tenant, so it can go once no statement says ON CONFLICT ({})",
            there.name,
            ident_list(&columns)
        ),
        (None, true) => String::new(),
        (None, false) => "; a person must say whether it is meant for all of them, as a log-in is".to_owned(),
    };
    let message = format!(
        "{}: {} lets a value of ({}) be used by one tenant only, and tells the others that it is taken{said}",
        table.name,
        index.name,
        ident_list(&columns)
    );
    let about = if prepared.is_some() { &scoped } else { &columns };
    let finding = input
        .finding(format!("{}.{}", table.name, index.name), about, message)
        .with("table", table.name.to_string())
        .with("tenant_column", column.name.to_string())
        .with("rows", input.snapshot.catalog.rows(table));
    let cured = prepared.is_none() && chosen && column.not_null;
    Some(if cured {
        finding.with_fix(Change::CreateIndex(CreateIndex::unique(&table.name, &scoped)))
    } else {
        finding.with_severity(Severity::Info)
    })
}

/// Whether the columns hold a foreign key to a tenant's row, the key of one without a foreign key, or the row's own key: such a value is
/// one tenant's already.
fn says_the_tenant(input: &Input, table: &Relation, columns: &[Ident]) -> bool {
    let of_a_tenant = |oid| matches!(input.tenancy.place(oid), Some(Place::Root | Place::Keyed(_) | Place::Reached(_)));
    // `user_id`, where users have a key of one column and of that type: tenants do not share its values
    let keyed_alike = |owner: &&Relation, column: &Column| match owner.primary_key().map(|p| &p.keys[..]) {
        Some([only]) => only.column.as_ref().and_then(|c| owner.column(c.raw())).is_some_and(|c| c.type_oid == column.type_oid),
        _ => false,
    };
    let tables = input.snapshot.catalog.tables();
    let named = columns.iter().filter_map(|c| table.column(c.raw())).any(|column| {
        let after = |owner: &&Relation| owner.oid != table.oid && tenancy::is_id_of(column.name.raw(), owner.name.name.raw());
        tables.iter().copied().filter(after).any(|owner| of_a_tenant(owner.oid) && keyed_alike(&owner, column))
    });
    let refers = table.foreign_keys().any(|(k, r)| of_a_tenant(r.table) && k.columns.iter().all(|c| columns.contains(c)));
    let own = table.primary_key().is_some_and(|p| p.keys.iter().all(|k| k.column.as_ref().is_some_and(|c| columns.contains(c))));
    refers || named || own
}
