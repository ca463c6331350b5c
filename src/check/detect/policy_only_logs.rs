//! `policy-only-logs`: a table whose policies log what they would refuse, and let it pass.

use crate::check::{Finding, Input};
use crate::config::Stage;
use crate::plan::Change;
use crate::plan::change::rls::names;
use crate::snapshot::Relation;

use super::rollout;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let logs = |t: &&Relation| t.policies.iter().any(|p| p.permissive && p.name.raw() == names::AUDIT);
    let tables = input.snapshot.catalog.tables().into_iter().filter(logs);
    let finding = |table: &Relation| {
        let message =
            format!("{}: the policy {} lets every row pass and only logs what others would refuse", table.name, names::AUDIT);
        let mut finding = input.finding_on(table, &[], message).with("policy", names::AUDIT);
        if input.config.tenancy.stage >= Stage::Enforce {
            finding.fix = rollout::policies(input, table).map(Change::TenantPolicies);
        }
        finding
    };
    tables.map(finding).collect()
}
