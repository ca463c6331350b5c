//! Functions that run with their owner's rights or are trusted too far: `definer-function-bypasses-rls`, `function-search-path`,
//! `definer-trigger-copies-rows`, `leakproof-function`.

use serde_json::Value;

use super::access::{bound, list, names};
use super::view_bypasses_rls::{relation, texts};
use crate::check::{Finding, Input, Row, Severity};
use crate::ident::{Ident, QualifiedName, ident_list};
use crate::plan::Hazard;
use crate::plan::change::{Alter, Change, Done};
use crate::query;

fn text<'r>(row: &'r Row, key: &str) -> &'r str {
    row.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn is(row: &Row, key: &str) -> bool {
    row.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn name(row: &Row) -> QualifiedName {
    QualifiedName::new(text(row, "schema"), text(row, "name"))
}

/// A finding about a function, with what the row says.
fn finding(input: &Input, row: &Row, message: String) -> Finding {
    let mut finding = input.finding(signature(row), &[], message);
    finding.evidence = row.clone();
    finding
}

fn signature(row: &Row) -> String {
    format!("{}({})", name(row), text(row, "arguments"))
}

/// `ALTER FUNCTION ... what`, and its undo.
fn alter(row: &Row, title: String, up: &str, down: &str) -> Change {
    let kind = if text(row, "kind") == "p" { "PROCEDURE" } else { "FUNCTION" };
    Change::Alter(Alter {
        object: name(row),
        title,
        up: vec![format!("ALTER {kind} {} {up}", signature(row))],
        down: vec![format!("ALTER {kind} {} {down}", signature(row))],
        lock: None,
        hazards: vec![Hazard::ChangesAccess],
        done: Done::Unseen,
    })
}

/// A SECURITY DEFINER function that others may call and that reads tables whose row-level security does not bind its owner.
pub(super) fn bypasses(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let callers: Vec<String> = texts(row, "callers")
            .into_iter()
            .filter(|c| c == "PUBLIC" || !super::access::is_free(input, &Ident::new(c.as_str())))
            .collect();
        if callers.is_empty() {
            continue;
        }
        let shown = callers.iter().map(|c| if c == "PUBLIC" { c.clone() } else { Ident::new(c.as_str()).to_string() });
        let asks = is(row, "asks_session");
        let message = format!(
            "{}(): {} may call it, it runs as {}, whom row-level security does not bind, and uses {}{}",
            name(row),
            shown.collect::<Vec<_>>().join(", "),
            Ident::new(text(row, "owner")),
            texts(row, "tables").join(", "),
            if asks { "; it asks the session who calls" } else { "" }
        );
        let severity = if asks { Severity::Info } else { Severity::Warning };
        findings.push(finding(input, row, message).with_severity(severity));
    }
    findings
}

/// A SECURITY DEFINER function that finds its tables by the caller's search_path.
pub(super) fn search_path(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let message = format!(
            "{}(): it runs as {} and looks for names along the caller's search_path: who may create a table or operator anywhere on it, takes it over",
            name(row),
            Ident::new(text(row, "owner"))
        );
        // what the names mean today, without the caller's temporary tables
        let mut path: Vec<Ident> = query::search_path(&input.snapshot.server.search_path).into_iter().map(Ident::new).collect();
        let own = Ident::new(text(row, "schema"));
        if !path.contains(&own) {
            path.push(own);
        }
        path.retain(|s| s.raw() != "pg_catalog" && s.raw() != "pg_temp");
        let set = format!("SET search_path = pg_catalog, {}, pg_temp", ident_list(&path));
        let title = format!("function {} finds names along a fixed search_path", name(row));
        findings.push(finding(input, row, message).with_fix(alter(row, title, &set, "RESET search_path")));
    }
    findings
}

/// A trigger that copies rows of a protected table into one that others read.
pub(super) fn copies(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let Some(target) = relation(input, row, "target") else { continue };
        let roles = bound(input, target, &["SELECT"]);
        if roles.is_empty() {
            continue;
        }
        let from = text(row, "from_table");
        let message = format!(
            "{}: a trigger of {from} writes rows here with its owner's rights; it has no row-level security, and {} may read them",
            target.name,
            list(&roles)
        );
        let finding = input.finding_on(target, &[], message);
        findings.push(finding.with("from", from).with("function", text(row, "function")).with("grantees", names(&roles)));
    }
    findings
}

/// A function of a user's that the planner runs before a policy's condition.
pub(super) fn leakproof(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let message = format!(
            "{}() is LEAKPROOF: it is run on rows before the policies and views decide whether the caller may see them",
            name(row)
        );
        let title = format!("function {} is not leakproof", name(row));
        findings.push(finding(input, row, message).with_fix(alter(row, title, "NOT LEAKPROOF", "LEAKPROOF")));
    }
    findings
}
