//! `nullable-tenant-column`: a tenant column that may be NULL.

use super::figures::count;
use super::tenants;
use crate::check::{Finding, Input, Severity};
use crate::config::Stage;
use crate::plan::change::tenant::Parent;
use crate::plan::{Change, RequireTenant, TenantColumn};
use crate::query::{Access, Analyzed, Role};
use crate::snapshot::{Column, Relation};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    if !tenants::is_decided(input) {
        return Vec::new();
    }
    let tables = input.snapshot.catalog.tables();
    let keyed = tables.iter().filter_map(|t| Some((t, tenants::key_of(input, t)?)));
    keyed.filter(|(_, c)| !c.not_null).map(|(t, c)| finding(input, t, c)).collect()
}

fn finding(input: &Input, table: &Relation, column: &Column) -> Finding {
    let null_share = input.snapshot.catalog.column_statistics(table, &column.name).map(|s| s.null_frac);
    let parents = parents(input, table, column);
    let omitted = omitted(input, table, column);
    let (cure, fix) = match (&parents[..], null_share) {
        ([parent, others @ ..], _) => {
            let fill = TenantColumn {
                table: table.name.clone(),
                column: column.name.clone(),
                type_name: None,
                parent: parent.clone(),
                others: others.to_vec(),
                root: None,
                depth: 1,
            };
            (format!("; {} says it for every row", parent.table), Some(Change::TenantColumn(fill)))
        }
        // whoever works today is to go on until FORCE, by when the tenant is set and the column's default takes it from there
        ([], Some(0.0)) if omitted > 0 && input.config.tenancy.stage < Stage::Force => {
            let calls = count(omitted, "call");
            (format!("; the workload inserts rows without it ({calls}), so it becomes required with the stage \"force\""), None)
        }
        ([], Some(0.0)) => {
            let require = RequireTenant { table: table.name.clone(), column: column.name.clone() };
            ("; no row is known without one".to_owned(), Some(Change::RequireTenant(require)))
        }
        ([], Some(_)) => ("; nothing in the database says whose its rows without a tenant are".to_owned(), None),
        ([], None) => ("; whether rows have none is not known".to_owned(), None),
    };
    let derivable = !parents.is_empty();
    let message =
        format!("{}: the tenant column {} may be NULL, and a row without a tenant is nobody's{cure}", table.name, column.name);
    let mut finding = input.finding_on(table, std::slice::from_ref(&column.name), message);
    finding.fix = fix;
    let filled = null_share == Some(0.0);
    finding
        .with_severity(if filled { Severity::Info } else { Severity::Warning })
        .with("null_share", null_share)
        .with("rows", input.snapshot.catalog.rows(table))
        .with("derivable", derivable)
        .with("inserts_without", omitted)
}

/// Calls of INSERTs of the workload that do not name the column.
fn omitted(input: &Input, table: &Relation, column: &Column) -> i64 {
    let omits = |a: &&Access| {
        a.relation == table.oid && a.role == Role::Insert && !a.assigned.iter().any(|set| set.column == column.name)
    };
    let calls = |a: &&Analyzed| a.analysis.accesses.iter().any(|x| omits(&x));
    input.workload.iter().filter(calls).map(|a| a.statement.calls).sum()
}

/// Parents that every row has and that say its tenant: those whose column is required already first.
fn parents(input: &Input, table: &Relation, column: &Column) -> Vec<Parent> {
    let catalog = &input.snapshot.catalog;
    let of_type = tenants::type_of(input, column);
    let mut found: Vec<(bool, Parent)> = tenants::sure_keys(table)
        .filter(|(k, _)| !k.columns.contains(&column.name))
        .filter_map(|(key, reference)| {
            let there = catalog.relations.get(&reference.table)?;
            let theirs = tenants::key_of(input, there).filter(|c| c.not_null && tenants::type_of(input, c) == of_type)?;
            Some((key.validated, tenants::parent(key, reference, &there.name, &theirs.name)))
        })
        .collect();
    found.sort_by_key(|(validated, _)| !validated);
    found.into_iter().map(|(_, parent)| parent).collect()
}
