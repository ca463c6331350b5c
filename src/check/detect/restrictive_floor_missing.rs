//! `restrictive-floor-missing`: most tables of tenants have a restrictive policy under the others, these have not.

use super::policies::{InForce, in_force};
use super::rollout;
use crate::check::{Finding, Input};
use crate::config::Stage;
use crate::plan::Change;
use crate::snapshot::Relation;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let all = in_force(input);
    let floored = |t: &Relation| {
        let key = super::policies::key(input, t);
        let names =
            |p: &&InForce| key.as_ref().is_some_and(|k| p.conditions().any(|(_, c)| c.columns().iter().any(|n| n == k.raw())));
        all.iter().filter(|p| p.table.oid == t.oid && !p.policy.permissive).any(|p| names(&p))
    };
    let catalog = &input.snapshot.catalog;
    let keyed = catalog.tables().into_iter().filter(|t| super::policies::key(input, t).is_some());
    let protected = keyed.filter(|t| t.row_security && t.policies.iter().any(|p| p.permissive));
    let (with, without): (Vec<&Relation>, Vec<&Relation>) = protected.partition(|t| floored(t));
    let usual = !with.is_empty() && with.len() >= without.len();
    let finding = |table: &&Relation| {
        let wanted = rollout::policies(input, table)
            .filter(|c| input.config.tenancy.stage >= Stage::Enforce && c.is_possible(input.snapshot));
        let why = if usual {
            format!("where {} other tables have a restrictive one for the tenant", with.len())
        } else if wanted.is_some() {
            "and [tenancy] asks for a restrictive one".to_owned()
        } else {
            return None;
        };
        let message = format!("{}: permissive policies alone, {why}: whatever policy is added here adds rows", table.name);
        let names: Vec<String> = table.policies.iter().map(|p| p.name.to_string()).collect();
        let mut finding = input.finding_on(table, &[], message).with("policies", names).with("tables_with_floor", with.len());
        finding.fix = wanted.map(Change::TenantPolicies);
        Some(finding)
    };
    without.iter().filter_map(finding).collect()
}
