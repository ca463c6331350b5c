//! One finding with all that is known of it.

use serde_json::Value;

use super::figures::{duration, figure};
use super::paper::Paper;
use crate::check::{Confidence, Finding};
use crate::ident::ident_list;

/// Writes the whole reasoning of a finding: message, figures, names, statements with their plans.
pub fn reasoning(finding: &Finding, paper: &mut Paper) {
    paper.heading(&format!("{} {} on {}", finding.id, finding.check, finding.object));
    paper.line(0, &finding.message);
    paper.gap();
    let mut facts = vec![
        vec!["severity".to_owned(), finding.severity.to_string()],
        vec!["fingerprint".to_owned(), finding.fingerprint.clone()],
    ];
    if finding.confidence == Confidence::Low {
        facts.push(vec!["confidence".to_owned(), "low: the figures are too few or too young".to_owned()]);
    }
    if !finding.columns.is_empty() {
        facts.push(vec!["columns".to_owned(), ident_list(&finding.columns)]);
    }
    if let Some(ms) = finding.saves_ms_per_day {
        facts.push(vec!["saves".to_owned(), format!("{} of database time a day", duration(ms))]);
    }
    paper.columns(&facts);
    paper.heading("Evidence");
    for (key, value) in &finding.evidence {
        evidence(key, value, 2, paper);
    }
    if finding.evidence.is_empty() {
        paper.line(2, "none beyond the message");
    }
}

fn evidence(key: &str, value: &Value, indent: usize, paper: &mut Paper) {
    let words = key.replace('_', " ");
    match value {
        Value::Null => paper.line(indent, &format!("{words}: unknown")),
        Value::Array(items) if items.iter().all(|i| !i.is_object() && !i.is_array()) && !key.starts_with("plan") => {
            let items: Vec<String> = items.iter().map(text).collect();
            paper.line(indent, &format!("{words}: {}", items.join(", ")));
        }
        Value::Array(items) => {
            paper.line(indent, &format!("{words}:"));
            for (i, item) in items.iter().enumerate() {
                match item {
                    Value::Object(fields) => {
                        if i > 0 {
                            paper.gap();
                        }
                        fields.iter().for_each(|(key, value)| evidence(key, value, indent + 2, paper));
                    }
                    // a plan's lines carry their own indentation
                    other => {
                        let line = text(other);
                        let own = line.len() - line.trim_start().len();
                        paper.line(indent + 2 + own.min(20), line.trim_start());
                    }
                }
            }
        }
        Value::Object(fields) => {
            paper.line(indent, &format!("{words}:"));
            fields.iter().for_each(|(key, value)| evidence(key, value, indent + 2, paper));
        }
        other => paper.line(indent, &figure(key, other).unwrap_or_else(|| format!("{words}: {}", text(other)))),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
