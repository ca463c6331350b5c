//! `create-on-schema` and `default-privileges-open`: who may make things in a schema, and who gets what is made there.

use serde_json::Value;

use super::access::is_free;
use super::view_bypasses_rls::texts;
use crate::check::{Finding, Input, Severity};
use crate::ident::{Ident, QualifiedName};
use crate::plan::Hazard;
use crate::plan::change::{Alter, Change, Done};
use crate::tenancy;

/// A role as SQL: NULL in the row is PUBLIC.
fn grantee(row: &crate::check::Row) -> (Option<Ident>, String) {
    let role = row.get("grantee").and_then(Value::as_str).map(Ident::new);
    let shown = role.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string);
    (role, shown)
}

fn alter(object: QualifiedName, title: String, up: String, down: String) -> Change {
    let hazards = vec![Hazard::ChangesAccess];
    Change::Alter(Alter { object, title, up: vec![up], down: vec![down], lock: None, hazards, done: Done::Unseen })
}

/// CREATE on a schema for PUBLIC, or for a role that owns nothing there.
pub(super) fn create(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let Some(schema) = row.get("schema").and_then(Value::as_str).map(Ident::new) else { continue };
        let (role, shown) = grantee(row);
        let owns = |r: &Ident| input.snapshot.catalog.relations.values().any(|t| t.owner == *r && t.name.schema == schema);
        if role.as_ref().is_some_and(|r| is_free(input, r) || owns(r)) {
            continue;
        }
        let message = format!(
            "{shown} may create objects in the schema {schema}: a table, function or operator there is found by whoever has it on his search_path"
        );
        let sql = |verb: &str, to: &str| format!("{verb} CREATE ON SCHEMA {schema} {to} {shown}");
        let title = format!("{shown} may not create in the schema {schema}");
        findings.push(
            input
                .finding(format!("schema {schema}"), &role.iter().cloned().collect::<Vec<_>>(), message)
                .with("grantee", shown.clone())
                .with_fix(alter(
                    QualifiedName::new(schema.raw(), shown.as_str()),
                    title,
                    sql("REVOKE", "FROM"),
                    sql("GRANT", "TO"),
                )),
        );
    }
    findings
}

/// Default privileges on tables for PUBLIC, an API's roles, or, where row-level security is meant, any bound role.
pub(super) fn defaults(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let api: Vec<&Ident> = tenancy::api_roles(catalog).into_iter().map(|r| &r.name).collect();
    let meant = tenancy::intent(catalog, input.config).is_some();
    let mut findings = Vec::new();
    for row in input.rows {
        let Some(owner) = row.get("owner").and_then(Value::as_str).map(Ident::new) else { continue };
        let (role, shown) = grantee(row);
        let stranger = role.as_ref().is_none_or(|r| api.contains(&r));
        if role.as_ref().is_some_and(|r| is_free(input, r)) || !stranger && !meant {
            continue;
        }
        let schema = row.get("schema").and_then(Value::as_str).map(Ident::new);
        let place = schema.as_ref().map_or(String::new(), |s| format!(" in the schema {s}"));
        let privileges = texts(row, "privileges").join(", ");
        let message = format!(
            "every table that {owner} makes{place} is given to {shown} ({privileges}): it is open until somebody enables row-level security"
        );
        let finding = input
            .finding(format!("role {owner}"), &role.iter().chain(&schema).cloned().collect::<Vec<_>>(), message)
            .with_severity(if stranger { Severity::Warning } else { Severity::Info })
            .with("grantee", shown.clone())
            .with("privileges", privileges.clone());
        let within = schema.as_ref().map_or(String::new(), |s| format!(" IN SCHEMA {s}"));
        let sql = |verb: &str, to: &str| {
            format!("ALTER DEFAULT PRIVILEGES FOR ROLE {owner}{within} {verb} {privileges} ON TABLES {to} {shown}")
        };
        let title = format!("new tables of {owner} are not given to {shown}");
        let object = QualifiedName::new(schema.as_ref().map_or("pg_catalog", Ident::raw), owner.raw());
        findings.push(if stranger {
            finding.with_fix(alter(object, title, sql("REVOKE", "FROM"), sql("GRANT", "TO")))
        } else {
            finding
        });
    }
    findings
}
