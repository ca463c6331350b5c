//! `policy-subquery-many-rows`: a sub-query for one value that may return several: 21000 for whoever has two memberships.

use super::policies::in_force;
use crate::check::{Finding, Input};
use crate::query::search_path;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let path = search_path(&input.snapshot.server.search_path);
    let mut findings = Vec::new();
    for policy in in_force(input) {
        for single in policy.conditions().flat_map(|(_, c)| c.singles()) {
            let (schema, name) = &single.table;
            let schema = (!schema.is_empty()).then_some(schema.as_str());
            let Some(table) = input.snapshot.catalog.find(schema, name, &path) else { continue };
            let is_fixed = |column: &crate::ident::Ident| single.fixed.iter().any(|f| f == column.raw());
            let one = table.indexes.iter().any(|i| {
                i.unique && i.valid && i.predicate.is_none() && i.keys.iter().all(|k| k.column.as_ref().is_some_and(is_fixed))
            });
            if one {
                continue;
            }
            let message = format!(
                "{} takes one value from {} by ({}), which no unique index makes one row: with two rows every statement fails with 21000",
                policy.subject(),
                table.name,
                single.fixed.join(", ")
            );
            findings.push(policy.finding(input, message).with("query", single.text).with("asks", table.name.to_string()));
            break;
        }
    }
    findings
}
