//! `superseded-foreign-key`: a foreign key beside another one that holds the tenant too.

use super::foreign_key_not_tenant_scoped::{is_scoped, scoped_twin};
use super::tenants;
use crate::check::{Finding, Input};
use crate::plan::{Change, DropForeignKey};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let mut findings = Vec::new();
    if !tenants::is_decided(input) {
        return findings;
    }
    for table in catalog.tables() {
        let Some(column) = tenants::key_of(input, table).filter(|c| c.not_null) else { continue };
        for (key, reference) in table.foreign_keys().filter(|(k, _)| !k.inherited) {
            let Some(parent) = catalog.relations.get(&reference.table) else { continue };
            let Some(theirs) = tenants::key_of(input, parent) else { continue };
            if is_scoped(key, reference, &column.name, &theirs.name) {
                continue;
            }
            let twin = scoped_twin(table, key, reference, &column.name, &theirs.name);
            // one that does something else when the parent goes is still needed
            let Some((twin, _)) = twin.filter(|(t, r)| t.validated && r.on_delete == reference.on_delete) else { continue };
            let message = format!(
                "{}: foreign key {} is not needed beside {}, which holds the tenant too",
                table.name, key.name, twin.name
            );
            let (table_name, constraint, kept) = (table.name.clone(), key.name.clone(), twin.name.clone());
            findings.push(
                input
                    .finding(format!("{}.{}", table.name, key.name), &key.columns, message)
                    .with("table", table.name.to_string())
                    .with("kept", twin.name.to_string())
                    .with_fix(Change::DropForeignKey(DropForeignKey { table: table_name, constraint, kept })),
            );
        }
    }
    findings
}
