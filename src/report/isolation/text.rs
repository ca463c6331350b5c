//! Sentences that all forms share.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::macros::format_description;

use crate::isolation::Outcome;
use crate::isolation::outcome::{Attack, Verdict};
use crate::report::plural;

/// Columns of the matrix.
pub(super) const COMMANDS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "EXECUTE", "RIGHTS"];

/// The one sentence.
pub(super) fn verdict(outcome: &Outcome) -> String {
    let s = &outcome.summary;
    match (s.leak, outcome.lacks()) {
        (0, false) => format!("no leak: {} tried, {} held, {} inherent", plural(s.attacks, "attack"), s.held, s.inherent),
        (0, true) => format!("not proven: no leak in {}, but something could not be tried", plural(s.attacks, "attack")),
        (n, _) => format!("{} in {}", plural(n, "leak"), plural(s.attacks, "attack")),
    }
}

/// Who attacked, and how it told its tenant.
pub(super) fn about(outcome: &Outcome) -> Vec<String> {
    let mut lines = vec![format!(
        "database {} on PostgreSQL {}, proven {}",
        outcome.server.database,
        outcome.server.version,
        if outcome.place == "copy" {
            "in a copy of the schema with generated rows"
        } else {
            "in place, in a transaction that was rolled back"
        }
    )];
    if !outcome.roles.is_empty() {
        lines.push(format!("as {} ({})", outcome.roles.join(", "), outcome.role_from));
    }
    for teller in &outcome.tenant {
        let how = teller.setting.as_deref().map_or_else(|| "the role itself".to_owned(), |s| format!("setting {s}"));
        lines.push(format!("the tenant is told by {how} ({})", teller.seen_in));
    }
    let s = &outcome.summary;
    lines.push(format!("positive controls: {} of {} green", s.controls_green, s.controls));
    lines
}

/// What was proven, as whom, when and on what, in a word and a value each.
pub(super) fn facts(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let server = &outcome.server;
    let place = if outcome.place == "copy" {
        "a copy of the schema with generated rows; no row of the database was read"
    } else {
        "the database itself, in a transaction that was rolled back"
    };
    let mut facts = vec![
        ("Database", format!("{} on PostgreSQL {}, {}", server.database, server.version, plural(server.tables, "table"))),
        ("Read", moment(server.taken_at)),
        ("Schema", format!("SHA-256 {}: objects with their owners, privileges and policies", outcome.schema_hash)),
        ("Proven in", place.to_owned()),
        ("As", format!("{} ({})", outcome.roles.join(", "), outcome.role_from)),
    ];
    for teller in &outcome.tenant {
        let how = teller.setting.as_deref().map_or_else(|| "the role itself".to_owned(), |s| format!("setting {s}"));
        facts.push(("Tenant told by", format!("{how} ({})", teller.seen_in)));
    }
    if !outcome.keys.is_empty() {
        facts.push(("Tenant's column", outcome.keys.join(", ")));
    }
    facts.push(("By", format!("dbharden {}", outcome.dbharden)));
    facts
}

/// `2026-11-25 16:02 UTC`.
fn moment(seconds: i64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    OffsetDateTime::from_unix_timestamp(seconds).ok().and_then(|t| t.format(&format).ok()).unwrap_or_default()
}

/// What an attack is called without the names in it.
pub(super) fn kind(attack: &str) -> &str {
    let named = [
        (" pointing at a row of ", "a foreign key that points at a row of the other tenant"),
        (" passes on that ", "a foreign key that passes a change on to the other tenant"),
        (" taken again", "a unique value of the other tenant taken again"),
        ("by an error of ", "by an error of a leakproof function"),
        (" set to ", "with a setting that may be a switch"),
    ];
    let known = named.iter().find(|(part, _)| attack.contains(part)).map(|(_, kind)| *kind);
    known.unwrap_or_else(|| attack.split([',', ':']).next().unwrap_or(attack))
}

/// Objects of the matrix, those with the worst verdict first.
pub(super) fn worst_first<'m, 'o>(
    matrix: &'m BTreeMap<&'o str, BTreeMap<&'static str, Verdict>>,
) -> Vec<(&'m &'o str, &'m BTreeMap<&'static str, Verdict>)> {
    let worst = |cells: &BTreeMap<&str, Verdict>| cells.values().min().copied().unwrap_or(Verdict::Held);
    let mut objects: Vec<_> = matrix.iter().collect();
    objects.sort_by_key(|(name, cells)| (worst(cells), **name));
    objects
}

/// What residuals are.
pub(super) const RESIDUALS: &str = "What PostgreSQL lets through whatever policies say. Separate roles or a signed token for each tenant, \
connections that are reset between tenants, and no SQL from outside keep it from mattering.";

/// Attacks of a verdict.
pub(super) fn of(outcome: &Outcome, verdict: Verdict) -> Vec<&Attack> {
    outcome.attacks.iter().filter(|a| a.verdict == verdict).collect()
}

/// What the verdicts mean.
pub(super) const LEGEND: &str = "leak: the tenant reached another one · held: it reached nothing, and its own rows it reaches · inherent: any \
database of this shape lets it through · not proven: it could not be tried, or a positive control is red";
