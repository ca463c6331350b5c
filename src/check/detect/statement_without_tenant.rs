//! `statement-without-tenant`: statements that touch a table of tenants' rows without its key, where nothing else adds it.

use std::collections::BTreeMap;

use super::figures::count;
use crate::check::{Finding, Input, Severity};
use crate::ident::Ident;
use crate::query::{Analyzed, Role};
use crate::snapshot::{Oid, Relation};
use crate::tenancy;

/// Statements shown.
const SHOWN: usize = 3;

/// What the workload does with one table.
#[derive(Default)]
struct Use<'w> {
    /// Statements with the key.
    scoped: i64,
    /// Calls and texts of those without.
    loose: Vec<(i64, &'w str)>,
}

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let mut uses: BTreeMap<Oid, Use> = BTreeMap::new();
    for analyzed in input.workload {
        for (i, access) in analyzed.analysis.accesses.iter().enumerate() {
            let Some(table) = catalog.relations.get(&access.relation) else { continue };
            // row-level security adds the key by itself
            if table.row_security || access.role == Role::Insert {
                continue;
            }
            let Some(key) = super::policies::key(input, table) else { continue };
            let of = uses.entry(table.oid).or_default();
            if is_scoped(input, analyzed, i, &key) {
                of.scoped += 1;
            } else {
                of.loose.push((analyzed.statement.calls, analyzed.text()));
            }
        }
    }
    let uses = uses.into_iter().filter(|(_, u)| !u.loose.is_empty());
    let findings: Vec<Finding> = uses.filter_map(|(oid, of)| finding(input, catalog.relations.get(&oid)?, of)).collect();
    if tenancy::intent(catalog, input.config).is_some() { findings } else { of_database(input, &findings).into_iter().collect() }
}

/// Nobody means to keep tenants apart in the database: that is one remark, not one a table.
fn of_database(input: &Input, findings: &[Finding]) -> Option<Finding> {
    let mut tables: Vec<&str> = findings.iter().map(|f| f.object.as_str()).collect();
    tables.sort_unstable();
    let first = findings.first()?;
    let calls: i64 = findings.iter().filter_map(|f| f.evidence.get("calls")?.as_i64()).sum();
    let message = format!(
        "{} touch rows of tenants without {} in {}: the application alone keeps them apart",
        count(calls, "call"),
        crate::ident::ident_list(&first.columns),
        count(tables.len() as i64, "table")
    );
    let finding = input.finding("database", &[], message).with_severity(Severity::Info);
    Some(finding.with("calls", calls).with("tables", tables))
}

/// Whether the key is named, here or in a table of the same statement that this one is joined to.
fn is_scoped(input: &Input, analyzed: &Analyzed, access: usize, key: &Ident) -> bool {
    let accesses = &analyzed.analysis.accesses;
    let names = |i: usize, key: &Ident| {
        accesses[i].filters.iter().any(|f| f.disjunct.is_none() && f.target.column() == Some(key))
            || analyzed.analysis.fixed_columns(i).iter().any(|(c, _)| *c == key)
    };
    let (mut seen, mut next) = (vec![access], 0);
    while let Some(&at) = seen.get(next) {
        next += 1;
        let table = input.snapshot.catalog.relations.get(&accesses[at].relation);
        let own = table.and_then(|t| super::policies::key(input, t));
        if own.is_some_and(|k| names(at, &k)) || at == access && names(at, key) {
            return true;
        }
        // the table of tenants, looked up by its own key
        if table.is_some_and(|t| Some(t.oid) == input.tenancy.root && !analyzed.analysis.fixed_columns(at).is_empty()) {
            return true;
        }
        for join in &accesses[at].joins {
            if !seen.contains(&join.other) {
                seen.push(join.other);
            }
        }
    }
    false
}

fn finding(input: &Input, table: &Relation, mut of: Use) -> Option<Finding> {
    let key = super::policies::key(input, table)?;
    of.loose.sort_by_key(|(calls, _)| -calls);
    of.loose.dedup();
    let calls: i64 = of.loose.iter().map(|(calls, _)| calls).sum();
    if calls < input.integer("min_calls") {
        return None;
    }
    let others = match of.scoped {
        0 => "none of its statements has it".to_owned(),
        n => format!("{} with it", count(n, "other statement")),
    };
    let message = format!(
        "{}: {} ({}) without {key}, {others}; no row-level security adds it",
        table.name,
        count(of.loose.len() as i64, "statement"),
        count(calls, "call")
    );
    let texts: Vec<&str> = of.loose.iter().take(SHOWN).map(|(_, text)| *text).collect();
    // where the key is used elsewhere, its absence is more likely an oversight
    let severity = if of.scoped > 0 { Severity::Warning } else { Severity::Info };
    Some(
        input
            .finding_on(table, &[key], message)
            .with_severity(severity)
            .with("calls", calls)
            .with("statements_with_key", of.scoped)
            .with("statements", texts),
    )
}
