//! `application-role-unprepared`: row-level security is wanted, and the role that it is to bind is missing or may not do its work.

use crate::check::{Finding, Input};
use crate::config::Stage;
use crate::ident::ident_list;
use crate::plan::Change;
use crate::tenancy;

use super::rollout;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let settings = &input.config.tenancy;
    let asked = settings.setting.is_some() || !rollout::roles(input).is_empty();
    if !asked || tenancy::intent(catalog, input.config).is_none() || input.tenancy.tenant_tables(catalog).is_empty() {
        return Vec::new();
    }
    if let Some(what) = rollout::to_decide(input) {
        let finding = input.finding("database", &[], format!("row-level security cannot be prepared: {what}"));
        return vec![finding.with("to_decide", what)];
    }
    let Some(prepare) = rollout::prepare(input).filter(|p| !p.is_done(input.snapshot)) else {
        let waits = |what: String| {
            let finding = input.finding("database", &[], format!("row-level security cannot be enforced: {what}"));
            finding.with("to_decide", what)
        };
        return rollout::to_enforce(input).filter(|_| settings.stage >= Stage::Audit).map(waits).into_iter().collect();
    };
    let missing = ident_list(prepare.roles().filter(|r| !catalog.roles.iter().any(|o| o.name == **r)));
    let what = if missing.is_empty() {
        format!("{} may not use every table it needs", prepare.app)
    } else {
        format!("these roles are missing: {missing}")
    };
    let finding = input.finding(format!("role {}", prepare.app), &[], format!("row-level security is not prepared: {what}"));
    vec![finding.with("role", prepare.app.to_string()).with("missing_roles", missing).with_fix(Change::PrepareTenants(prepare))]
}
