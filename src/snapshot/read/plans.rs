//! Today's plans of the statements that take most time: EXPLAIN without ANALYZE, one statement at a time, nothing executed.
//!
//! Each is planned generically (for unknown parameters), in a read-only transaction that is rolled back at once, so that the
//! locks EXPLAIN takes are gone before the next one. Statements that may run a function of another role are left out.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::connect::{Bind, Kind, Limits, QueryError, Session};
use crate::error::Result;
use crate::query;
use crate::snapshot::read::Untrusted;
use crate::snapshot::{Catalog, Plan, Server, Statement, Subject, Unseen, Workload};

/// Longest time that planning one statement may take: it keeps the locks of all its tables, and an ALTER TABLE waits for that.
const LONGEST: Duration = Duration::from_millis(150);

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
    if top == 0 || workload.statements.is_empty() {
        return Ok(plans);
    }
    let untrusted = Untrusted::read(session).await?;
    for statement in workload.statements.iter().take(top) {
        let Some(parameters) = query::parameters(&statement.text) else { continue };
        if let Some(because) = untrusted.why_not(&statement.text) {
            refused += 1;
            because.clone_into(&mut why);
            continue;
        }
        let path = search_path(statement, catalog, server);
        match explain(session, &statement.text, parameters, &path).await? {
            Ok(json) => plans.extend(plan(&json).map(|p| (statement.fingerprint.clone(), p))),
            Err(e) => {
                refused += 1;
                why = e.to_string();
            }
        }
    }
    if refused > 0 {
        unseen.push(Unseen {
            subject: Subject::Plans,
            object: None,
            because: format!(
                "{refused} of the {} longest statements could not be planned ({why})",
                workload.statements.len().min(top)
            ),
            cure: Some("plans are evidence only: advice does not depend on them".to_owned()),
        });
    }
    Ok(plans)
}

/// The `search_path` the statement ran under: its role's setting, else the database's.
pub fn search_path(statement: &Statement, catalog: &Catalog, server: &Server) -> String {
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

/// Plans one statement for unknown parameters. Its text has been parsed as a single statement that touches rows, and the transaction
/// is read-only and rolled back: nothing of it runs but functions of constants, and those of other roles are not in it.
async fn explain(
    session: &mut Session,
    text: &str,
    parameters: usize,
    search_path: &str,
) -> Result<std::result::Result<Value, QueryError>> {
    let major = session.major();
    let mut tx = session.transaction_within(Kind::Now, &Limits { statement: LONGEST, ..Limits::default() }).await?;
    let read = async {
        let set = "select pg_catalog.set_config('search_path', $1, true) as path";
        let _: Vec<Value> = tx.fetch_json(set, &[Bind::Text(search_path.to_owned())]).await?;
        if parameters == 0 {
            return tx.fetch_text(&format!("EXPLAIN (FORMAT JSON) {text}")).await;
        }
        if major >= 16 {
            return tx.fetch_text(&format!("EXPLAIN (GENERIC_PLAN, FORMAT JSON) {text}")).await;
        }
        tx.execute("SET LOCAL plan_cache_mode = force_generic_plan").await?;
        // a name that no run before us can have left behind
        let name = format!("dbharden_{}", std::process::id());
        tx.execute(&format!("PREPARE {name} AS {text}")).await?;
        // a prepared statement outlives the transaction: it must go also when EXPLAIN fails, in this very session
        tx.savepoint().await?;
        let nulls = vec!["NULL"; parameters].join(", ");
        let rows = tx.fetch_text(&format!("EXPLAIN (FORMAT JSON) EXECUTE {name}({nulls})")).await;
        tx.rollback_to().await?;
        tx.execute(&format!("DEALLOCATE {name}")).await?;
        rows
    }
    .await;
    tx.rollback().await?;
    Ok(read.map(|lines| serde_json::from_str(&lines.join("\n")).unwrap_or(Value::Null)))
}
