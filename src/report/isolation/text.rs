//! Sentences that all forms share.

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

/// Attacks of a verdict.
pub(super) fn of(outcome: &Outcome, verdict: Verdict) -> Vec<&Attack> {
    outcome.attacks.iter().filter(|a| a.verdict == verdict).collect()
}

/// What the verdicts mean.
pub(super) const LEGEND: &str = "leak: the tenant reached another one · held: it reached nothing, and its own rows it reaches · inherent: any \
database of this shape lets it through · not proven: it could not be tried, or a positive control is red";
