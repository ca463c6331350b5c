//! `no-row-level-security`: tenants' rows in a database where nothing but the application keeps them apart.

use crate::check::{Finding, Input, Severity};
use crate::ident::Ident;
use crate::snapshot::Relation;
use crate::tenancy;

use super::rollout;

/// Tables named in the message; the evidence has them all.
const SHOWN: usize = 5;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    // where somebody means to use it, rls-disabled speaks of each table
    if tenancy::intent(&input.snapshot.catalog, input.config).is_some() {
        return Vec::new();
    }
    of_database(input).into_iter().collect()
}

fn of_database(input: &Input) -> Option<Finding> {
    let tables: Vec<&Relation> = input.tenancy.tenant_tables(&input.snapshot.catalog);
    if tables.is_empty() {
        return None;
    }
    let names: Vec<String> = tables.iter().map(|t| t.name.to_string()).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    let key = input.tenancy.keys.first().map(|k| Ident::new(k.as_str()).to_string()).unwrap_or_default();
    let message = format!(
        "no table has row-level security; the application alone keeps the rows of tenants ({key}) apart in {} tables: {}{more}",
        names.len(),
        names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "),
    );
    let root = input.tenancy.root.and_then(|r| input.snapshot.catalog.relations.get(&r));
    Some(
        input
            .finding("database", &[], message)
            .with_severity(Severity::Info)
            .with("tenant_tables", names)
            .with("tenant_column", key)
            .with("root", root.map(|r| r.name.to_string()))
            .with("to_decide", rollout::to_decide(input)),
    )
}
