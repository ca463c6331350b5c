//! `no-path-to-tenant`: a table of which nothing says whose rows it holds.

use serde_json::Value;

use super::missing_tenant_column::key;
use super::tenants;
use crate::check::{Finding, Input};
use crate::snapshot::Relation;
use crate::tenancy::Place;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    // of a tenant that is a guess, `plan` asks once; what hangs on the answer is not told table by table
    if !input.tenancy.exists() || !tenants::is_decided(input) {
        return Vec::new();
    }
    let tables = input.snapshot.catalog.tables();
    let unknown = tables.into_iter().filter(|t| input.tenancy.place(t.oid) == Some(&Place::Unknown));
    unknown.map(|table| undecided(input, table)).collect()
}

/// Nothing leads to the tenant: a person must say whose rows these are.
fn undecided(input: &Input, table: &Relation) -> Finding {
    let catalog = &input.snapshot.catalog;
    let parents: Vec<String> = table
        .foreign_keys()
        .filter(|(_, r)| r.table != table.oid)
        .filter_map(|(_, r)| catalog.relations.get(&r.table).map(|p| p.name.to_string()))
        .collect();
    let key = key(input);
    let message = format!(
        "{}: no column {key} and no foreign key that leads to one; say whose rows these are, or list it under [tenancy] shared",
        table.name
    );
    input
        .finding_on(table, &[], message)
        .with("way", Value::Null)
        .with("references", parents)
        .with("tenant_column", key)
        .with("rows", catalog.rows(table))
}
