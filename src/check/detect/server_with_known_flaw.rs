//! `server-with-known-flaw`: a minor version in which row-level security, privileges or hidden rows can be got around.

use crate::check::{Finding, Input, Severity};

/// What CVE-2024-4317 lets happen.
const STATISTICS_SHOWN: &str = "pg_stats_ext shows values of other people's tables";

/// A flaw: its number, the first minor version without it by major version, what it lets happen.
struct Flaw {
    cve: &'static str,
    fixed: &'static [(u32, u32)],
    what: &'static str,
}

/// Those about row-level security, views and hidden rows. Source: <https://www.postgresql.org/support/security/>; for 15 the release
/// notes in Debian's changelog of the package say the same.
const FLAWS: &[Flaw] = &[
    Flaw {
        cve: "CVE-2025-8713",
        fixed: &[(13, 22), (14, 19), (15, 14), (16, 10), (17, 6)],
        what: "sampled values of rows that a view or a policy hides are shown by the planner's statistics",
    },
    Flaw {
        cve: "CVE-2024-10976",
        fixed: &[(13, 17), (14, 14), (15, 9), (16, 5), (17, 1)],
        what: "a plan with a sub-query keeps the policies of the role that ran it before",
    },
    Flaw {
        cve: "CVE-2024-10978",
        fixed: &[(13, 17), (14, 14), (15, 9), (16, 5), (17, 1)],
        what: "a transaction that set the session's user and is rolled back leaves another role in force than before",
    },
    Flaw { cve: "CVE-2024-4317", fixed: &[(14, 12), (15, 7), (16, 3)], what: STATISTICS_SHOWN },
    Flaw { cve: "CVE-2023-39418", fixed: &[(15, 4)], what: "MERGE enforces the policies for INSERT where it updates rows" },
    Flaw {
        cve: "CVE-2023-2455",
        fixed: &[(13, 11), (14, 8), (15, 3)],
        what: "a plan with an inlined function keeps the policies of the role that ran it before",
    },
    Flaw {
        cve: "CVE-2023-2454",
        fixed: &[(13, 11), (14, 8), (15, 3)],
        what: "who may create a schema gets around the search_path that a function sets, and takes its owner's rights",
    },
];

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let server = &input.snapshot.server;
    let (major, minor) = (server.major(), server.version_num % 10_000);
    let protects = input.snapshot.catalog.relations.values().any(|r| r.row_security);
    let mut open: Vec<(String, String, u32)> = FLAWS
        .iter()
        .filter_map(|f| {
            let (_, fixed) = f.fixed.iter().find(|(m, _)| *m == major)?;
            (minor < *fixed).then(|| (f.cve.to_owned(), f.what.to_owned(), *fixed))
        })
        .collect();
    open.extend(input.strings("more").iter().filter_map(|line| own(line, major, minor)));
    let mut findings: Vec<Finding> = old_view(input, &open).into_iter().collect();
    let Some(last) = open.iter().map(|(.., fixed)| *fixed).max() else { return findings };
    let list: Vec<String> = open.iter().map(|(cve, what, _)| format!("{cve}: {what}")).collect();
    let names: Vec<&str> = open.iter().map(|(cve, ..)| cve.as_str()).collect();
    let message = format!(
        "PostgreSQL {major}.{minor} is older than {major}.{last}, which mends {}; a vendor may have mended it under the old number",
        names.join(", ")
    );
    let severity = if protects { Severity::Error } else { Severity::Warning };
    let found = input.finding("database", &[], message).with_severity(severity).with("flaws", list);
    findings.push(found.with("fixed_in", format!("{major}.{last}")));
    findings
}

/// The new version alone does not mend the view of a cluster that was made before it.
fn old_view(input: &Input, open: &[(String, String, u32)]) -> Option<Finding> {
    let view = input.rows.first()?.get("view")?.as_str()?;
    if open.iter().any(|(cve, ..)| cve == "CVE-2024-4317") {
        return None; // the version says it
    }
    let message = format!(
        "{view} is as it was before CVE-2024-4317, though the server's version has the fix: a superuser runs \
         fix-CVE-2024-4317.sql of the server's share directory in each database"
    );
    Some(input.finding(view, &[], message).with("flaws", vec![format!("CVE-2024-4317: {STATISTICS_SHOWN}")]))
}

/// A line of the option: `CVE-2030-1: 16.99 17.99`.
fn own(line: &str, major: u32, minor: u32) -> Option<(String, String, u32)> {
    let (cve, versions) = line.split_once(':')?;
    let fixed = versions
        .split_whitespace()
        .filter_map(|v| v.split_once('.'))
        .find_map(|(m, n)| (m.parse() == Ok(major)).then(|| n.parse::<u32>().ok()).flatten())?;
    (minor < fixed).then(|| (cve.trim().to_owned(), "listed in dbharden.toml".to_owned(), fixed))
}
