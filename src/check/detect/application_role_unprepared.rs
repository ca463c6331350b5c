//! `application-role-unprepared`: row-level security is wanted, and the role that it is to bind is missing or may not do its work.

use std::collections::BTreeSet;

use serde_json::Value;

use super::view_bypasses_rls::texts;
use super::{access, rollout};
use crate::check::{Finding, Input, Row};
use crate::config::Stage;
use crate::ident::{Ident, QualifiedName, ident_list};
use crate::plan::Change;
use crate::snapshot::DefaultGrant;
use crate::tenancy::{self, Place};

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
    let (left, done) = (rollout::views_left(input), rollout::is_prepared(input));
    let open: Vec<&str> = left.iter().filter(|v| v.is_open).map(|v| v.view.as_str()).collect();
    if done && open.is_empty() {
        let waits = |what: String| {
            let finding = input.finding("database", &[], format!("row-level security cannot be enforced: {what}"));
            finding.with("to_decide", what)
        };
        return rollout::to_enforce(input).filter(|_| settings.stage >= Stage::Audit).map(waits).into_iter().collect();
    }
    let Some(prepare) = rollout::prepare(input) else { return Vec::new() };
    let missing = ident_list(prepare.roles().filter(|r| !catalog.roles.iter().any(|o| o.name == **r)));
    let what = if done {
        format!(
            "{} sees rows of every tenant through {}, and a person must say what becomes of that",
            prepare.app,
            open.join(", ")
        )
    } else if missing.is_empty() {
        format!("{} may not use every table it needs", prepare.app)
    } else {
        format!("these roles are missing: {missing}")
    };
    let finding = input.finding(format!("role {}", prepare.app), &[], format!("row-level security is not prepared: {what}"));
    let views: Vec<String> = left.iter().map(|v| format!("{}: {}", v.view, v.why)).collect();
    let finding = finding
        .with("role", prepare.app.to_string())
        .with("missing_roles", missing)
        .with("views_left", views)
        .with("open_views", open)
        .with("open_defaults", open_defaults(input, &prepare.app))
        .with("functions", functions(input));
    vec![if done { finding } else { finding.with_fix(Change::PrepareTenants(prepare)) }]
}

/// Default privileges of others that the application has too: of PUBLIC and of roles that it is a member of.
fn open_defaults(input: &Input, app: &Ident) -> Vec<String> {
    let of = access::memberships(input, app);
    let given = |d: &&DefaultGrant| d.grantee.as_ref().is_none_or(|r| r != app && of.contains(r));
    let shown = |d: &DefaultGrant| {
        let role = d.grantee.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string);
        let place = d.schema.as_ref().map_or(String::new(), |s| format!(" in the schema {s}"));
        format!("{role} gets {} on every new table of {}{place}", d.privileges.join(", "), d.owner)
    };
    input.snapshot.catalog.default_grants.iter().filter(given).map(shown).collect()
}

/// Functions with their owner's rights that the application may call and whose text names tables of tenants: policies will not hold
/// in them where they do not bind the owner.
fn functions(input: &Input) -> Vec<String> {
    let apps = rollout::roles(input);
    let of: BTreeSet<&Ident> = apps.iter().flat_map(|app| access::memberships(input, app)).collect();
    let of_tenants = |name: &String| {
        let table = input.snapshot.catalog.relations.values().find(|t| t.name.to_string() == *name);
        table.and_then(|t| input.tenancy.place(rollout::top(input, t).oid)).is_some_and(|p| *p != Place::Shared)
    };
    let shown = |row: &Row| {
        let may_call = texts(row, "callers").iter().any(|c| c == "PUBLIC" || of.contains(&Ident::new(c.as_str())));
        let tables: Vec<String> = texts(row, "tables").into_iter().filter(of_tenants).collect();
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let name = QualifiedName::new(text("schema"), text("name"));
        (may_call && !tables.is_empty()).then(|| {
            let owner = Ident::new(text("owner"));
            format!("{name}({}) runs as {owner} and uses {}", text("arguments"), tables.join(", "))
        })
    };
    input.rows.iter().filter_map(shown).collect()
}
