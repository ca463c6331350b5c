//! Runs every enabled check over a snapshot. What could not be looked at is *skipped, because*; it never counts as clean.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Check, Confidence, Finding, Input, Registry, Row};
use crate::advise::search::{Advice, Summary};
use crate::config::{Config, Waiver};
use crate::error::Result;
use crate::ident::{Ident, one_line};
use crate::original::Today;
use crate::query;
use crate::snapshot::{Snapshot, Subject, workload::Source};
use crate::tenancy::{self, Tenancy};

/// What the checks say about a snapshot.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found, in listing order.
    pub findings: Vec<Finding>,
    /// Found and waived in the config, with the reason.
    pub waived: Vec<(Finding, String)>,
    /// What could not be looked at.
    pub skipped: Vec<Skipped>,
    /// Remarks about the whole: a staging database, an expired waiver.
    pub notes: Vec<String>,
    /// Statements that could not be analysed: text and reason, for `-v`.
    pub unreadable: Vec<(String, String)>,
    /// What the planner twin's search for indexes came to, where there was one.
    pub advice: Option<Summary>,
    /// Whose rows are whose, where there are tenants.
    pub tenancy: Option<tenancy::Summary>,
}

/// Something that was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// The check; `None` when an object was skipped for all of them.
    pub check: Option<String>,
    /// The object; `None` when all were skipped.
    pub object: Option<String>,
    /// Why.
    pub because: String,
    /// What would let it be seen.
    pub cure: Option<String>,
    /// A `[[skip]]` in the config says that this is known.
    pub acknowledged: bool,
}

/// Runs the checks that `config` enables.
///
/// # Errors
/// When `[tenancy]` names what the snapshot does not have.
pub fn run(snapshot: &Snapshot, registry: &Registry, config: &Config) -> Result<Report> {
    run_with(snapshot, registry, config, None, None)
}

/// [`run`], with index advice that plans have proven, or with the database's plans of today.
///
/// # Errors
/// As [`run`].
pub fn run_with(
    snapshot: &Snapshot,
    registry: &Registry,
    config: &Config,
    advice: Option<&Advice>,
    today: Option<&Today>,
) -> Result<Report> {
    let (workload, unreadable) = query::analyze_all(snapshot);
    let tenancy = Tenancy::of(snapshot, config)?;
    let tenants = tenancy.summary(&snapshot.catalog);
    let mut report = Report { unreadable, advice: advice.map(Advice::summary), tenancy: tenants, ..Report::default() };
    for check in registry.all().iter().filter(|c| config.enables(&c.about.name)) {
        match prepare(check, snapshot) {
            Ok((rows, partly)) => {
                report.skipped.extend(partly);
                let skipped = RefCell::default();
                let input =
                    Input { snapshot, config, workload: &workload, tenancy: &tenancy, check, rows, advice, today, skipped };
                report.findings.extend(detect(&input));
                report.skipped.extend(input.skipped.into_inner());
            }
            Err(skipped) => report.skipped.push(skipped),
        }
    }
    for unseen in snapshot.unseen.iter().filter(|u| u.subject == Subject::Relation) {
        report.skipped.push(Skipped {
            check: None,
            object: unseen.object.clone(),
            because: unseen.because.clone(),
            cure: unseen.cure.clone(),
            acknowledged: false,
        });
    }
    // a tool's book, ours too, is not the user's to improve
    let books: Vec<String> = crate::migration::ledger::ledger_schemas().iter().map(|s| format!("{s}.")).collect();
    report.findings.retain(|f| !books.iter().any(|book| f.object.starts_with(book)));
    note_staging(snapshot, &mut report);
    waive(&mut report, config, snapshot.taken_at);
    acknowledge(&mut report, config, snapshot.taken_at);
    report.findings.sort_by(Finding::listing_order);
    let mut seen = BTreeSet::new(); // the same finding with other figures need not stand next to the first
    report.findings.retain(|f| seen.insert(f.fingerprint.clone()));
    report.skipped.sort();
    report.skipped.dedup();
    Ok(report)
}

fn detect(input: &Input) -> Vec<Finding> {
    match input.check.detect {
        Some(detect) => detect(input),
        None => input.rows.iter().map(|row| from_row(input, row)).collect(),
    }
}

/// A finding straight from a row of `find.sql`: `object` (or `schema`, `table`, `name`) and `columns` say what it is about, the
/// whole row is the evidence, and the message is the check's with the row's values put in.
pub fn from_row(input: &Input, row: &Row) -> Finding {
    let text = |key: &str| row.get(key).and_then(Value::as_str);
    let part = |key: &str| text(key).map(|t| Ident::new(t).to_string());
    let table = match (part("schema"), part("table")) {
        (Some(schema), Some(table)) => Some(format!("{schema}.{table}")),
        _ => None,
    };
    let object = match (text("object"), &table, part("name")) {
        (Some(object), _, _) => object.to_owned(),
        (None, Some(table), Some(name)) => format!("{table}.{name}"),
        (None, Some(table), None) => table.clone(),
        (None, None, _) => "database".to_owned(),
    };
    let columns: Vec<Ident> =
        row.get("columns").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(Ident::new).collect();
    let mut finding = input.finding(object, &columns, message(&input.check.about.message, row));
    finding.evidence = row.clone();
    if let Some(table) = table {
        finding = finding.with("table", table);
    }
    finding
}

/// Puts the row's values into `{column}` of the check's message; names appear as SQL shows them. A value is never looked into for
/// further columns: a table may be called `{name}`.
fn message(template: &str, row: &Row) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').and_then(|(key, tail)| Some((key, row.get(key)?, tail))) {
            Some((key, value, tail)) => {
                out.push_str(&one_line(&shown(key, value)));
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

fn shown(key: &str, value: &Value) -> String {
    let name = |text: &str| Ident::new(text).to_string();
    match value {
        Value::String(s) if ["schema", "table", "name"].contains(&key) => name(s),
        Value::String(s) => s.clone(),
        Value::Array(items) => items.iter().map(|i| i.as_str().map_or(i.to_string(), name)).collect::<Vec<_>>().join(", "),
        Value::Null => "unknown".to_owned(),
        other => other.to_string(),
    }
}

/// The rows of a check's query and what it could see only partly, or why it cannot run at all.
fn prepare<'s>(check: &Check, snapshot: &'s Snapshot) -> std::result::Result<(&'s [Row], Vec<Skipped>), Skipped> {
    let skipped = |because: String, cure: Option<String>| Skipped {
        check: Some(check.about.name.clone()),
        object: None,
        because,
        cure,
        acknowledged: false,
    };
    if snapshot.server.major() < check.about.min_pg {
        return Err(skipped(format!("it needs PostgreSQL {} or later", check.about.min_pg), None));
    }
    let mut partly = Vec::new();
    for need in &check.about.needs {
        let seen = snapshot.unseen.iter().find(|u| u.subject == *need);
        if let Some(u) = seen {
            let entry = skipped(u.because.clone(), u.cure.clone());
            if is_absent(snapshot, *need) {
                return Err(entry);
            }
            partly.push(entry);
        }
    }
    let Some(hash) = check.sql_hash() else { return Ok((&[], partly)) };
    match snapshot.sql_checks.get(&check.about.name) {
        Some(rows) if rows.sql_hash == hash => Ok((&rows.rows, partly)),
        Some(_) => Err(skipped(
            "the snapshot holds rows of another version of its query".to_owned(),
            Some("take a new snapshot".to_owned()),
        )),
        None => {
            let why =
                snapshot.unseen.iter().find(|u| u.subject == Subject::SqlCheck && u.object.as_deref() == Some(&check.about.name));
            let because = why.map_or("it is newer than the snapshot".to_owned(), |u| u.because.clone());
            Err(skipped(because, Some("take a new snapshot".to_owned())))
        }
    }
}

/// Whether nothing at all of a subject was seen (else it was seen partly).
fn is_absent(snapshot: &Snapshot, subject: Subject) -> bool {
    match subject {
        Subject::Workload => snapshot.workload.source == Source::None,
        Subject::Sequences => snapshot.catalog.sequences.iter().all(|s| !s.position_seen),
        // without column statistics the planner's defaults are assumed, and the findings say so
        Subject::Statistics | Subject::Plans | Subject::Relation => false,
        Subject::Activity | Subject::Connections | Subject::SqlCheck => true,
    }
}

/// A database that looks like staging says little about workload: say so first, and mark what depends on it.
fn note_staging(snapshot: &Snapshot, report: &mut Report) {
    if snapshot.workload.source == Source::File {
        return;
    }
    let calls: i64 = snapshot.workload.statements.iter().map(|s| s.calls).sum();
    let young = snapshot.workload.since.is_some_and(|s| snapshot.taken_at - s < 86_400);
    if snapshot.workload.source == Source::None || !young && calls >= 10_000 {
        return;
    }
    report.notes.push(format!(
        "this looks like a staging database: {calls} calls counted{}; findings from the workload are of low confidence (on production: dbharden snapshot, then plan --stats)",
        if young { " in less than a day" } else { "" }
    ));
    for finding in &mut report.findings {
        if finding.evidence.contains_key("calls") {
            finding.confidence = Confidence::Low;
        }
    }
}

/// Moves findings that a waiver in force covers, and notes waivers that have run out or cover nothing.
fn waive(report: &mut Report, config: &Config, now: i64) {
    let mut used: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, waiver) in config.ignore.iter().enumerate() {
        if waiver.expired(now) {
            report.notes.push(format!(
                "the waiver for {} on {} ran out on {}",
                waiver.check,
                waiver.object,
                waiver.until.as_deref().unwrap_or("")
            ));
        } else {
            used.insert(i, 0);
        }
    }
    let covering =
        |f: &Finding| config.ignore.iter().enumerate().find(|(i, w): &(usize, &Waiver)| used.contains_key(i) && w.covers(f));
    let (mut kept, mut hits) = (Vec::new(), Vec::new());
    for finding in std::mem::take(&mut report.findings) {
        match covering(&finding) {
            Some((i, waiver)) => {
                hits.push(i);
                report.waived.push((finding, waiver.reason.clone()));
            }
            None => kept.push(finding),
        }
    }
    report.findings = kept;
    for i in hits {
        used.entry(i).and_modify(|n| *n += 1);
    }
    for (i, _) in used.into_iter().filter(|(_, n)| *n == 0) {
        report
            .notes
            .push(format!("the waiver for {} on {} covers nothing: remove it", config.ignore[i].check, config.ignore[i].object));
    }
}

/// Marks what `[[skip]]` entries in force acknowledge.
fn acknowledge(report: &mut Report, config: &Config, now: i64) {
    for skip in config.skip.iter().filter(|s| !s.expired(now)) {
        for skipped in report.skipped.iter_mut().filter(|s| s.check.as_deref() == Some(&skip.check)) {
            skipped.acknowledged = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_no_template() {
        let row = serde_json::json!({ "table": "{n}", "n": 3, "none": null, "columns": ["a", "B"] });
        let text = message("{table} {columns} {n} {none} {absent} {", row.as_object().unwrap());
        assert_eq!(text, "\"{n}\" a, \"B\" 3 unknown {absent} {");
    }
}
