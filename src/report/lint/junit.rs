//! The findings as a test report: a test case for each, failed unless it is a note; one that passed where nothing is found.

use super::text;
use crate::check::Severity;
use crate::lint::{Finding, Outcome};
use crate::report::drift::xml::escape;

/// The outcome as JUnit's XML.
pub fn junit(outcome: &Outcome) -> String {
    let passes = |f: &&Finding| f.severity == Severity::Info;
    let failures = outcome.findings.iter().filter(|f| !passes(f)).count();
    let (found, skipped) = (outcome.findings.len(), outcome.skipped.len());
    let passed = usize::from(found == 0);
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"", passed + found + skipped);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!("<testsuites name=\"dbharden\" {counts}>\n  <testsuite name=\"migrations\" {counts}>\n"));
    if passed > 0 {
        out.push_str(&format!("    <testcase classname=\"lint\" name=\"{}\"/>\n", escape(&text::verdict(outcome))));
    }
    for f in &outcome.findings {
        let name = escape(&format!("{}:{}", f.file, f.line));
        let lines: Vec<String> =
            text::sentences(f).into_iter().chain(text::rewrite(f).map(str::to_owned)).map(|l| escape(&l)).collect();
        let body = lines.join("\n");
        out.push_str(&format!("    <testcase classname=\"lint.{}\" name=\"{name}\" file=\"{}\">\n", f.check, escape(&f.file)));
        if passes(&f) {
            out.push_str(&format!("      <system-out>{body}</system-out>\n"));
        } else {
            out.push_str(&format!("      <failure type=\"{}\" message=\"{}\">{body}</failure>\n", f.id, escape(&f.message)));
        }
        out.push_str("    </testcase>\n");
    }
    for s in &outcome.skipped {
        let name = escape(&format!("{}:{}", s.file, s.line));
        let message = escape(&s.because);
        out.push_str(&format!(
            "    <testcase classname=\"lint.not-read\" name=\"{name}\">\n      <skipped message=\"{message}\"/>\n    </testcase>\n"
        ));
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}
