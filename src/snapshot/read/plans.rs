//! Today's plans of the statements that take most time: EXPLAIN without ANALYZE, one statement at a time, nothing executed.
//!
//! Each is planned generically (for unknown parameters), in a read-only transaction that is rolled back at once, so that the
//! locks EXPLAIN takes are gone before the next one.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::connect::Session;
use crate::error::Result;
use crate::query;
use crate::snapshot::{Catalog, Plan, Server, Statement, Subject, Unseen, Workload};

/// Plans of the first `top` statements that can be planned, by fingerprint.
pub(super) async fn read(
    session: &mut Session,
    workload: &Workload,
    catalog: &Catalog,
    server: &Server,
    top: usize,
    unseen: &mut Vec<Unseen>,
) -> Result<BTreeMap<String, Plan>> {
    let mut plans = BTreeMap::new();
    let mut refused = 0;
    let mut why = String::new();
    for statement in workload.statements.iter().take(top) {
        let Some(parameters) = query::parameters(&statement.text) else { continue };
        let path = search_path(statement, catalog, server);
        match session.explain_generic(&statement.text, parameters, &path).await? {
            Ok(json) => plans.extend(plan(&json).map(|p| (statement.fingerprint.clone(), p))),
            Err(e) => {
                refused += 1;
                why = e.why().unwrap_or(e.what()).to_owned();
            }
        }
    }
    if refused > 0 {
        unseen.push(Unseen {
            subject: Subject::Plans,
            object: None,
            because: format!("{refused} of the {} longest statements could not be planned ({why})", workload.statements.len().min(top)),
            cure: Some("plans are evidence only: advice does not depend on them".to_owned()),
        });
    }
    Ok(plans)
}

/// The `search_path` the statement ran under: its role's setting, else the database's.
fn search_path(statement: &Statement, catalog: &Catalog, server: &Server) -> String {
    let role = statement.roles.first().and_then(|name| catalog.roles.iter().find(|r| r.name == *name));
    let own = role.and_then(|r| r.settings.iter().rev().find_map(|s| s.strip_prefix("search_path=")));
    own.unwrap_or(&server.search_path).to_owned()
}

/// Cost and shape from `EXPLAIN (FORMAT JSON)`.
fn plan(json: &Value) -> Option<Plan> {
    let root = json.get(0)?.get("Plan")?;
    let mut summary = Vec::new();
    describe(root, 0, &mut summary);
    Some(Plan { total_cost: root.get("Total Cost")?.as_f64()?, summary })
}

fn describe(node: &Value, depth: usize, lines: &mut Vec<String>) {
    let text = |key: &str| node.get(key).and_then(Value::as_str);
    let mut line = format!("{}{}", "  ".repeat(depth), text("Node Type").unwrap_or("?"));
    if let Some(index) = text("Index Name") {
        line.push_str(&format!(" using {index}"));
    }
    if let Some(relation) = text("Relation Name") {
        line.push_str(&format!(" on {relation}"));
    }
    if let Some(rows) = node.get("Plan Rows").and_then(Value::as_f64) {
        line.push_str(&format!(" (rows {rows:.0})"));
    }
    lines.push(line);
    for child in node.get("Plans").and_then(Value::as_array).into_iter().flatten() {
        describe(child, depth + 1, lines);
    }
}
