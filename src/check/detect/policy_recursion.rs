//! `policy-recursion`: policies that ask each other's tables without end: 42P17 for whoever is bound.

use std::collections::{BTreeMap, BTreeSet};

use super::policies::in_force;
use crate::check::{Finding, Input};
use crate::query::search_path;
use crate::snapshot::Oid;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let path = search_path(&input.snapshot.server.search_path);
    let all = in_force(input);
    let mut asks: BTreeMap<Oid, BTreeSet<Oid>> = BTreeMap::new();
    let asked = |policy: &super::policies::InForce| -> Vec<Oid> {
        let tables = policy.all(|c| c.tables());
        let named = |(schema, name): &(String, String)| {
            let schema = (!schema.is_empty()).then_some(schema.as_str());
            catalog.find(schema, name, &path).filter(|t| t.is_table() && t.row_security).map(|t| t.oid)
        };
        tables.iter().filter_map(named).collect()
    };
    for policy in &all {
        asks.entry(policy.table.oid).or_default().extend(asked(policy));
    }
    let mut findings = Vec::new();
    for policy in &all {
        // back to its own table?
        let (mut seen, mut next) = (BTreeSet::new(), asked(policy));
        while let Some(table) = next.pop() {
            if seen.insert(table) {
                next.extend(asks.get(&table).into_iter().flatten());
            }
        }
        if seen.contains(&policy.table.oid) {
            let names: Vec<String> = seen.iter().filter_map(|t| catalog.relations.get(t)).map(|t| t.name.to_string()).collect();
            let message = format!(
                "{} asks {} and so in the end its own table again: every statement of a bound role fails with 42P17, infinite recursion",
                policy.subject(),
                names.join(", ")
            );
            findings.push(policy.finding(input, message).with("asks", names));
        }
    }
    findings
}
