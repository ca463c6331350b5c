//! `view-bypasses-rls` and `materialized-view-copies-rows`: views through which a bound role reads rows that no policy lets it see.

use super::access::{ROWS, bound, list, names};
use crate::check::{Finding, Input, Row, Severity};
use crate::plan::change::{Alter, Change, Done};
use crate::plan::{Hazard, LockMode};
use crate::query;
use crate::snapshot::Relation;

/// First major version with `security_invoker`.
const INVOKER: u32 = 15;

/// A view with its owner's rights.
pub(super) fn views(input: &Input) -> Vec<Finding> {
    input.rows.iter().filter_map(|row| view(input, row)).collect()
}

/// A materialized view: a copy that no policy narrows.
pub(super) fn copies(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let Some(view) = relation(input, row, "name") else { continue };
        let roles = bound(input, view, ROWS);
        if roles.is_empty() {
            continue;
        }
        let tables = texts(row, "tables");
        let message = format!(
            "{}: a copy of rows of {}, which has row-level security; {} may read all of it",
            view.name,
            tables.join(", "),
            list(&roles)
        );
        findings.push(input.finding_on(view, &[], message).with("tables", tables).with("grantees", names(&roles)));
    }
    findings
}

fn view(input: &Input, row: &Row) -> Option<Finding> {
    let view = relation(input, row, "name")?;
    let roles = bound(input, view, ROWS);
    if roles.is_empty() {
        return None;
    }
    let (tables, why) = (texts(row, "tables"), texts(row, "why"));
    let definition = input.snapshot.catalog.views.get(&view.oid).map(|v| v.definition.as_str()).unwrap_or_default();
    let asks = definition.contains("current_setting") || definition.contains("auth.");
    let barrier = view.options.iter().any(|o| matches!(o.as_str(), "security_barrier=true" | "security_barrier=on"));
    // a view that keeps tenants apart by itself
    if asks && barrier {
        return None;
    }
    let mut message = format!(
        "{}: {} read {} through it with the rights of its owner {}, whom row-level security does not bind ({})",
        view.name,
        list(&roles),
        tables.join(", "),
        view.owner,
        why.join(", ")
    );
    if asks {
        message = format!(
            "{}: it keeps tenants apart by itself and is no security_barrier: a function in a caller's WHERE may see other rows first",
            view.name
        );
    }
    let finding = input
        .finding_on(view, &[], message)
        .with_severity(if asks { Severity::Warning } else { Severity::Error })
        .with("tables", tables.clone())
        .with("owner", view.owner.to_string())
        .with("grantees", names(&roles))
        .with("security_barrier", barrier);
    // with the caller's rights every caller needs the tables
    let may_read = |table: &Relation| {
        let readers = bound(input, table, &["SELECT"]);
        roles.iter().all(|r| readers.contains(r) || readers.contains(&None))
    };
    let path = query::search_path(&input.snapshot.server.search_path);
    let all_may = tables.iter().all(|t| {
        let named = |r: &&Relation| r.name.to_string() == *t;
        input.snapshot.catalog.relations.values().find(named).is_some_and(may_read)
    });
    let fixable = input.snapshot.server.major() >= INVOKER && all_may && !asks && !path.is_empty();
    Some(if fixable { finding.with_fix(as_invoker(view)) } else { finding })
}

fn as_invoker(view: &Relation) -> Change {
    Change::Alter(Alter {
        object: view.name.clone(),
        title: format!("view {} reads with the rights of its caller", view.name),
        up: vec![format!("ALTER VIEW {} SET (security_invoker = true)", view.name)],
        down: vec![format!("ALTER VIEW {} RESET (security_invoker)", view.name)],
        lock: Some(LockMode::AccessExclusive),
        hazards: vec![Hazard::BlocksEverything, Hazard::ChangesAccess],
        done: Done::Option { option: "security_invoker=true".to_owned() },
    })
}

/// The relation that a row names by `schema` and this key.
pub(super) fn relation<'i>(input: &'i Input, row: &Row, key: &str) -> Option<&'i Relation> {
    let text = |key: &str| row.get(key).and_then(serde_json::Value::as_str);
    input.snapshot.catalog.find(Some(text("schema")?), text(key)?, &[])
}

/// The texts of an array in a row.
pub(super) fn texts(row: &Row, key: &str) -> Vec<String> {
    let items = row.get(key).and_then(serde_json::Value::as_array);
    items.into_iter().flatten().filter_map(serde_json::Value::as_str).map(str::to_owned).collect()
}
