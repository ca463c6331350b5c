//! The findings for code scanning: SARIF 2.1.0.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::text;
use crate::error::{Context, Result};
use crate::ident::one_line;
use crate::lint::rules::{Rule, Rules};
use crate::lint::{Finding, Outcome};
use crate::report::drift::uri;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// The outcome as SARIF.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn sarif(outcome: &Outcome, rules: &Rules) -> Result<String> {
    let ignored = outcome.ignored.iter().map(|i| (&i.finding, Some(i.reason.as_str())));
    let all: Vec<(&Finding, Option<&str>)> = outcome.findings.iter().map(|f| (f, None)).chain(ignored).collect();
    let named: BTreeSet<&str> = all.iter().map(|(f, _)| f.check.as_str()).collect();
    let named: Vec<&Rule> = named.iter().filter_map(|n| rules.find(n)).collect();
    let results: Vec<Value> = all.iter().map(|(f, reason)| result(f, *reason, &named)).collect();
    let skipped: Vec<Value> = outcome
        .skipped
        .iter()
        .map(|s| {
            json!({
                "level": if s.acknowledged { "note" } else { "warning" },
                "message": { "text": one_line(&format!("not read: {}", s.because)) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": uri(&s.file) }, "region": { "startLine": s.line },
                }}],
            })
        })
        .collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "dbharden",
                "version": outcome.dbharden,
                "informationUri": HOME,
                "rules": named.iter().map(|r| rule(r)).collect::<Vec<_>>(),
            }},
            "automationDetails": { "id": "dbharden-lint/" },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": skipped }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&whole).map(|json| json + "\n").context("cannot write the findings as SARIF")
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.about.id,
        "name": rule.about.name,
        "shortDescription": { "text": rule.about.summary },
        "helpUri": format!("{HOME}/blob/main/docs/checks/{}.md", rule.about.name),
        "help": { "text": rule.whole_page(), "markdown": rule.whole_page() },
        "defaultConfiguration": { "level": text::level(rule.about.severity) },
        "properties": { "tags": ["migration", "database"] },
    })
}

fn result(f: &Finding, ignored: Option<&str>, rules: &[&Rule]) -> Value {
    let mut lines: Vec<String> = text::sentences(f).iter().map(|l| one_line(l)).collect();
    if f.rewrite.is_some() {
        lines.push("instead:".to_owned());
        lines.extend(text::rewrite(f).map(one_line));
    }
    let mut result = json!({
        "ruleId": f.id,
        "level": text::level(f.severity),
        "message": { "text": lines.join("\n") },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&f.file) },
            "region": {
                "startLine": f.line, "startColumn": f.column,
                "endLine": f.end_line.max(f.line), "endColumn": f.end_column,
            },
        }, "logicalLocations": [{ "fullyQualifiedName": one_line(&f.object) }] }],
        "partialFingerprints": { "dbharden/v1": f.fingerprint },
    });
    if let Some(index) = rules.iter().position(|r| r.about.id == f.id) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(reason) = ignored {
        result["suppressions"] = json!([{ "kind": "inSource", "status": "accepted", "justification": reason }]);
    }
    result
}
