//! `policy-trusts-open-table`: a policy asks a table that the very role it binds may write freely.

use std::collections::BTreeSet;

use super::access::{WRITES, bound, list, names};
use super::policies::in_force;
use crate::check::{Finding, Input};
use crate::query::search_path;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let path = search_path(&input.snapshot.server.search_path);
    let mut findings = Vec::new();
    for policy in in_force(input) {
        let tables = policy.all(|c| c.tables());
        let mut told = BTreeSet::new();
        for (schema, name) in tables {
            let schema = (!schema.is_empty()).then_some(schema);
            let Some(asked) = catalog.find(schema.as_deref(), &name, &path) else { continue };
            let writers: Vec<_> =
                bound(input, asked, WRITES).into_iter().filter(|w| w.is_none_or(|r| policy.reaches(input, r))).collect();
            if asked.row_security
                || !asked.is_table()
                || asked.oid == policy.table.oid
                || writers.is_empty()
                || !told.insert(asked.oid)
            {
                continue;
            }
            let message = format!(
                "{} asks {}, which has no row-level security and which {} may change: whoever writes a row there lets himself in",
                policy.subject(),
                asked.name,
                list(&writers)
            );
            findings.push(policy.finding(input, message).with("asks", asked.name.to_string()).with("writers", names(&writers)));
        }
    }
    findings
}
