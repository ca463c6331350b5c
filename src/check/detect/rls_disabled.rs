//! `rls-disabled`: a table of tenants' rows, or one that an API shows, without row-level security.

use std::collections::BTreeSet;

use crate::check::{Finding, Input, Severity};
use crate::ident::{Ident, ident_list};
use crate::plan::Change;
use crate::plan::change::rls::names;
use crate::snapshot::Relation;
use crate::tenancy::{self, Place};

use super::rollout;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    // where nobody means to use it, no-row-level-security says so once
    let Some(why) = tenancy::intent(catalog, input.config) else { return Vec::new() };
    let tables = catalog.tables().into_iter().filter_map(|t| of_table(input, t, &why));
    let partitions = catalog.by_name().into_iter().filter_map(|t| of_partition(input, t));
    tables.chain(partitions).collect()
}

/// A partition that came after the policies of its table: nobody may name it, but a grant would open it.
fn of_partition(input: &Input, partition: &Relation) -> Option<Finding> {
    let parent = input.snapshot.catalog.relations.get(&partition.partition_of?)?;
    let is_ours = |t: &Relation| t.policies.iter().any(|p| [names::FLOOR, names::AUDIT].contains(&p.name.raw()));
    if !partition.is_table() || partition.row_security || !is_ours(parent) || is_ours(partition) {
        return None;
    }
    let message = format!("{}: no row-level security; it came after the policies of its table {}", partition.name, parent.name);
    let mut finding = input.finding_on(partition, &[], message).with("parent", parent.name.to_string());
    finding.fix = rollout::policies(input, partition).map(Change::TenantPolicies);
    Some(finding)
}

fn of_table(input: &Input, table: &Relation, why: &str) -> Option<Finding> {
    // with policies it is policy-without-rls
    if table.row_security || !table.policies.is_empty() {
        return None;
    }
    let api: Vec<&Ident> = reached_by_api(input, table);
    let place = input.tenancy.place(table.oid);
    if place == Some(&Place::Internal) {
        return None; // internal-table-reachable says it
    }
    let writable = table.grants.iter().any(|g| {
        g.grantee.as_ref().is_none_or(|r| api.contains(&r))
            && g.privileges.iter().any(|p| ["INSERT", "UPDATE", "DELETE"].contains(&p.as_str()))
    });
    let belongs = match place {
        Some(Place::Root) => Some("it holds the tenants".to_owned()),
        Some(Place::Keyed(_) | Place::Reached(_)) => {
            input.tenancy.way(&input.snapshot.catalog, table).map(|way| format!("rows of tenants ({way})"))
        }
        _ => None,
    };
    let shared = place == Some(&Place::Shared);
    // the application gets it when its policies are there
    let policies = rollout::policies(input, table);
    // everybody may read a look-up table
    let message = if !api.is_empty() && (writable || !shared) {
        let what = if writable { "read and change" } else { "read" };
        format!(
            "{}: no row-level security, and {} may {what} every row through the API",
            table.name,
            ident_list(api.iter().copied())
        )
    } else if let Some(belongs) = belongs.as_ref().filter(|_| is_reachable(input, table) || policies.is_some()) {
        format!("{}: no row-level security on {belongs}, although {why}", table.name)
    } else {
        return None;
    };
    let severity = if !api.is_empty() && (belongs.is_some() || writable) { Severity::Error } else { Severity::Warning };
    let grantees: Vec<String> =
        table.grants.iter().map(|g| g.grantee.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string)).collect();
    let mut finding = input.finding_on(table, &[], message);
    finding.fix = policies.map(Change::TenantPolicies);
    Some(
        finding
            .with_severity(severity)
            .with("to_decide", rollout::to_decide(input))
            .with("expected_because", why)
            .with("belongs", belongs)
            .with("api_roles", api.iter().map(|r| r.to_string()).collect::<Vec<_>>())
            .with("grantees", grantees)
            .with("rows", input.snapshot.catalog.rows(table)),
    )
}

/// API roles that may touch the table, by a grant of their own or to PUBLIC.
fn reached_by_api<'i>(input: &'i Input, table: &Relation) -> Vec<&'i Ident> {
    let roles = tenancy::api_roles(&input.snapshot.catalog);
    let may = |role: &Ident| {
        let to_role = |grantee: &Option<Ident>| grantee.as_ref().is_none_or(|g| g == role);
        let rows = ["SELECT", "INSERT", "UPDATE", "DELETE"];
        table.grants.iter().any(|g| to_role(&g.grantee) && g.privileges.iter().any(|p| rows.contains(&p.as_str())))
    };
    roles.into_iter().map(|r| &r.name).filter(|r| may(r)).collect()
}

/// Whether a role that row-level security would bind may touch the table at all. Where no table has grants, the application is the
/// owner and reaches every one of them.
fn is_reachable(input: &Input, table: &Relation) -> bool {
    let catalog = &input.snapshot.catalog;
    let free: BTreeSet<&Ident> = catalog.roles.iter().filter(|r| r.superuser || r.bypass_rls).map(|r| &r.name).collect();
    let bound = |t: &Relation| t.grants.iter().any(|g| g.grantee.as_ref().is_none_or(|r| *r != t.owner && !free.contains(r)));
    bound(table) || !catalog.relations.values().any(bound)
}
