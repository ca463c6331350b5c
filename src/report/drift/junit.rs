//! The drift as a test report: one test case for each difference, all failed; one that passed where nothing differs.

use super::text;
use super::xml::escape;
use crate::drift::Outcome;
use crate::drift::outcome::Finding;

/// The outcome as JUnit's XML.
pub fn junit(outcome: &Outcome) -> String {
    let passed = usize::from(outcome.findings.is_empty());
    let (failures, skipped) = (outcome.findings.len(), outcome.skipped.len());
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"", passed + failures + skipped);
    let name = format!("drift of database {}", escape(&outcome.server.database));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!("<testsuites name=\"dbharden\" {counts}>\n  <testsuite name=\"{name}\" {counts}>\n"));
    if passed > 0 {
        out.push_str(&format!("    <testcase classname=\"drift\" name=\"{}\"/>\n", escape(&text::verdict(outcome))));
    }
    for finding in &outcome.findings {
        let case =
            format!("<testcase classname=\"drift.{}\" name=\"{}\">", escape(&finding.kind.to_string()), escape(&finding.object));
        let failure = format!("<failure type=\"{}\" message=\"{}\">", finding.id, escape(&finding.message));
        out.push_str(&format!("    {case}\n      {failure}{}</failure>\n    </testcase>\n", lines(finding, outcome)));
    }
    for s in &outcome.skipped {
        let cure = s.cure.as_deref().map(|c| format!("; to compare it: {}", c.replace(";\n", "; "))).unwrap_or_default();
        let case = format!("<testcase classname=\"drift.skipped\" name=\"{}\">", escape(&s.object));
        let message = escape(&format!("{}{cure}", s.because));
        out.push_str(&format!("    {case}\n      <skipped message=\"{message}\"/>\n    </testcase>\n"));
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// What the test's page shows.
fn lines(finding: &Finding, outcome: &Outcome) -> String {
    let change = match text::sign(finding.evidence.change) {
        "+" => "only in the database",
        "-" => "only in the files",
        _ => "not the same: database -> files",
    };
    let mut lines = vec![format!("{} {}: {change}", finding.kind, finding.object)];
    lines.push(format!("compared with {}", outcome.desired.source.trim_end_matches('/')));
    lines.extend(text::origin(finding));
    lines.extend(finding.evidence.facets.iter().filter(|f| !text::is_long(f)).map(text::facet));
    lines.extend(text::turned(&finding.evidence.diff));
    lines.iter().map(|l| escape(l)).collect::<Vec<_>>().join("\n")
}
