//! `foreign-table-without-rls`: tenants' rows of another server, which no policy can narrow.

use super::access::{ROWS, bound, list, names};
use crate::check::{Finding, Input};
use crate::snapshot::RelationKind;
use crate::tenancy;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    if tenancy::intent(&input.snapshot.catalog, input.config).is_none() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let foreign = input.snapshot.catalog.by_name().into_iter().filter(|r| r.kind == RelationKind::ForeignTable);
    for table in foreign {
        let Some(key) = input.tenancy.keys.iter().find_map(|k| table.column(k)) else { continue };
        let roles = bound(input, table, ROWS);
        if roles.is_empty() {
            continue;
        }
        let message = format!(
            "{}: rows of tenants ({}) on another server, where no policy of this one holds; {} may use all of them",
            table.name,
            key.name,
            list(&roles)
        );
        findings.push(input.finding_on(table, std::slice::from_ref(&key.name), message).with("grantees", names(&roles)));
    }
    findings
}
