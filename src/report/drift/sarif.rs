//! The drift for code scanning: SARIF 2.1.0.

use serde_json::{Value, json};

use super::text;
use crate::drift::Outcome;
use crate::drift::outcome::{Finding, Skipped};
use crate::error::{Context, Result};
use crate::ident::one_line;
use crate::snapshot::objects::Kind;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// Id, name, and what it says, in the order of their numbers.
const RULES: [(&str, &str, &str); 3] = [
    ("DBH901", "missing-in-database", "The files make an object that the database does not have"),
    ("DBH902", "unexpected-in-database", "The database has an object that the files do not make"),
    ("DBH903", "changed-in-database", "An object is not the same in the database as the files make it"),
];

/// The outcome as SARIF.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn sarif(outcome: &Outcome) -> Result<String> {
    let ignored = outcome.ignored.iter().map(|i| (&i.finding, Some(i.reason.as_str())));
    let results: Vec<Value> =
        outcome.findings.iter().map(|f| (f, None)).chain(ignored).map(|(f, r)| result(f, r, outcome)).collect();
    let skipped: Vec<Value> = outcome.skipped.iter().map(notification).collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "dbharden",
                "version": outcome.dbharden,
                "informationUri": HOME,
                "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
            }},
            "automationDetails": { "id": format!("dbharden-drift/{}", one_line(&outcome.server.database)) },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": skipped }],
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&whole).map(|json| json + "\n").context("cannot write the drift as SARIF")
}

fn rule((id, name, says): &(&str, &str, &str)) -> Value {
    json!({
        "id": id,
        "name": name,
        "shortDescription": { "text": says },
        "helpUri": format!("{HOME}/blob/main/docs/guide/from-db-push.md"),
        "defaultConfiguration": { "level": "error" },
        "properties": { "tags": ["drift", "database"] },
    })
}

fn result(finding: &Finding, ignored: Option<&str>, outcome: &Outcome) -> Value {
    let index = RULES.iter().position(|(id, _, _)| *id == finding.id);
    let (facets, diff) = text::details(finding);
    let lines: Vec<String> =
        [one_line(&finding.message)].into_iter().chain(text::origin(finding)).chain(facets).chain(diff).collect();
    let mut location = json!({ "logicalLocations": [{
        "name": one_line(&finding.object),
        "fullyQualifiedName": one_line(&finding.object),
        "kind": kind(finding.kind),
    }]});
    // code scanning shows nothing that has no place in the repository
    let folder = || text::in_repository(&outcome.desired).map(str::to_owned);
    if let Some(file) = text::file_of(finding, &outcome.desired).or_else(folder) {
        location["physicalLocation"] = json!({ "artifactLocation": { "uri": uri(&file) }, "region": { "startLine": 1 } });
    }
    let mut result = json!({
        "ruleId": finding.id,
        "level": "error",
        "message": { "text": lines.join("\n") },
        "locations": [location],
        "partialFingerprints": { "dbharden/v1": finding.fingerprint },
        "properties": { "change": finding.evidence.change, "kind": finding.kind },
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    if let Some(reason) = ignored {
        result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": reason }]);
    }
    result
}

fn notification(skipped: &Skipped) -> Value {
    let cure = skipped.cure.as_deref().map(|c| format!("; to compare it: {}", c.replace(";\n", "; "))).unwrap_or_default();
    json!({
        "level": if skipped.acknowledged { "note" } else { "warning" },
        "message": { "text": one_line(&format!("{} not compared: {}{cure}", skipped.object, skipped.because)) },
    })
}

/// SARIF's own words where it has some.
fn kind(kind: Kind) -> String {
    match kind {
        Kind::Schema => "namespace".to_owned(),
        Kind::Type => "type".to_owned(),
        Kind::Function | Kind::Procedure | Kind::Aggregate => "function".to_owned(),
        Kind::Column => "member".to_owned(),
        other => other.to_string(),
    }
}

/// A path as a URI reference.
pub(in crate::report) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
