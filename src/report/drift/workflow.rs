//! Workflow commands of GitHub Actions.

use crate::ident::one_line;

/// What stands after `::`.
pub(in crate::report) fn data(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|l| one_line(l).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// The value of a property.
pub(in crate::report) fn property(text: &str) -> String {
    one_line(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
