//! What `doctor` shows a person: 80 columns, no colour.

use super::{Facts, Seen};
use crate::connect::Level;
use crate::ident::one_line;

/// Columns a line may take; statements to copy are never broken.
const WIDTH: usize = 80;
/// Where the second column begins.
const INDENT: usize = 14;

/// The whole screen.
pub(super) fn text(facts: &Facts) -> String {
    let mut out = String::new();
    let major = facts.version_num / 10_000;
    row(&mut out, "database", &facts.target);
    let kind = if facts.standby { "a standby" } else { "a primary" };
    let tls = if facts.encrypted { "encrypted" } else { "not encrypted" };
    row(&mut out, "server", &format!("PostgreSQL {major}.{}, {kind}; the connection is {tls}", facts.version_num % 10_000));
    row(&mut out, "role", &format!("{}: {}", facts.rights.role, level(facts)));
    match &facts.pooler {
        None => row(&mut out, "pooler", "none: every command works"),
        Some(p) if p.session_mode => {
            row(&mut out, "pooler", &format!("yes, in session mode ({}): every command works", p.evidence))
        }
        Some(p) => row(
            &mut out,
            "pooler",
            &format!(
                "yes ({}). plan, check, snapshot and drift work; apply needs a session of its own: connect to {}",
                p.evidence, p.direct
            ),
        ),
    }
    out.push_str("\nwhat this role gives\n");
    for subject in &facts.subjects {
        let mark = match subject.seen {
            Seen::Yes => "yes",
            Seen::Partly => "partly",
            Seen::No => "no",
        };
        row(&mut out, subject.name, &format!("{mark:<7} {}", subject.says));
    }
    out.push_str("\nwhat this server and this machine have\n");
    for e in &facts.extensions {
        let state = match (&e.version, &e.schema) {
            (Some(version), Some(schema)) => format!("{} {version} in the schema {schema}", e.name),
            _ => format!("{} could be created{}", e.name, if e.name == "hypopg" { "; dbharden does not need it" } else { "" }),
        };
        row(&mut out, "extension", &state);
    }
    for (version, directory) in &facts.installations {
        row(&mut out, "local server", &format!("PostgreSQL {version} in {directory}"));
    }
    match (facts.installations.is_empty(), facts.same_major) {
        (true, _) => row(
            &mut out,
            "local server",
            &format!("none: drift, demo and rehearsals need one. Install PostgreSQL {major} or set DBHARDEN_PG_BIN"),
        ),
        (false, false) => {
            row(&mut out, "", &format!("none of them is a {major}: plans in the sandbox may differ from the original's"))
        }
        (false, true) => {}
    }
    row(&mut out, "index advice", &facts.advice);
    for advice in &facts.rights.grants_for_more {
        let head = format!("\nto get {}\nas {}:\n", advice.gives, advice.run_as);
        for line in head.split_inclusive('\n') {
            wrap(&mut out, line.trim_end_matches('\n'), 0);
            out.push('\n');
        }
        for line in advice.sql.lines() {
            out.push_str("  ");
            out.push_str(&one_line(line));
            out.push('\n');
        }
    }
    out.push_str(if facts.complete {
        "\nEverything is there.\n"
    } else {
        "\nSome of it is missing: what it would say is skipped, never called clean.\n"
    });
    out
}

fn level(facts: &Facts) -> &'static str {
    let rights = &facts.rights;
    match rights.level {
        _ if rights.superuser => "a superuser, which sees everything; dbharden needs far less",
        Level::L0 => "level 0, definitions of objects only",
        Level::L1 => "level 1, no column statistics",
        Level::L2 => "level 2, everything but rows (recommended)",
        Level::L3 => "level 3, statistics of the tables it may read",
    }
}

fn row(out: &mut String, label: &str, text: &str) {
    out.push_str(&format!("{label:<INDENT$}"));
    wrap(out, &one_line(text), INDENT);
    out.push('\n');
}

/// Breaks at blanks; lines after the first begin at `indent`.
fn wrap(out: &mut String, text: &str, indent: usize) {
    let mut used = indent;
    for (i, word) in text.split(' ').enumerate() {
        let width = word.chars().count();
        if i > 0 && used + 1 + width > WIDTH {
            out.push_str(&format!("\n{:indent$}", ""));
            used = indent;
        } else if i > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_blanks() {
        let mut out = String::new();
        row(&mut out, "label", &"word ".repeat(40));
        assert!(out.lines().count() > 2 && out.lines().all(|l| l.chars().count() <= WIDTH), "{out}");
        assert!(out.lines().skip(1).all(|l| l.starts_with(&" ".repeat(INDENT))));
    }
}
