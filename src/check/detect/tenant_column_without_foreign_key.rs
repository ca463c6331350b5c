//! `tenant-column-without-foreign-key`: nothing makes the tenant of a row one that exists.

use crate::check::{Finding, Input};
use crate::tenancy::Place;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let Some(root) = input.tenancy.root.and_then(|r| catalog.relations.get(&r)) else { return Vec::new() };
    let mut findings = Vec::new();
    for table in catalog.tables() {
        let Some(Place::Keyed(key)) = input.tenancy.place(table.oid) else { continue };
        // a composite key to another table of tenants binds it as well
        if table.foreign_keys().any(|(k, _)| k.columns.contains(key)) {
            continue;
        }
        let message = format!(
            "{}.{key} has no foreign key: a row may belong to a tenant that {} has not or no longer",
            table.name, root.name
        );
        findings.push(
            input
                .finding_on(table, std::slice::from_ref(key), message)
                .with("root", root.name.to_string())
                .with("rows", catalog.rows(table)),
        );
    }
    findings
}
