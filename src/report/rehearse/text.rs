//! Sentences that all forms share.

use super::files;
use crate::ident::one_line;
use crate::rehearse::Outcome;
use crate::rehearse::outcome::{Cause, Change, Regression, Skipped};
use crate::report::figures::{count, duration};
use crate::report::table::{plural, short_version};
use crate::twin::sessions::NOT_KNOWN;

/// What a rehearsal does not show.
pub(super) const UNPROVEN: &str = "Not proven: what depends on rows, and how long a lock is waited for; the pending files ran in an empty copy, their data statements did nothing; durations are estimates from sizes";

/// `PostgreSQL 15.18 · database app · 12 tables · 40 statements`
pub(super) fn headline(outcome: &Outcome) -> String {
    let server = &outcome.server;
    let statements = server.statements.map_or_else(|| "no workload to see".to_owned(), |n| plural(n, "statement"));
    let database = format!("database {}", server.database);
    [format!("PostgreSQL {}", short_version(server)), database, plural(server.tables, "table"), statements].join(" · ")
}

/// `2 pending of 14 migrations in prisma/migrations (prisma), run as app`
pub(super) fn rehearsed(outcome: &Outcome) -> String {
    let m = &outcome.migrations;
    let layout = m.layout.as_ref().map(|l| format!(" ({l})")).unwrap_or_default();
    let role = m.role.as_ref().map(|r| format!(", run as {r}")).unwrap_or_default();
    match m.pending.len() {
        0 => format!("nothing is pending of {} in {}{layout}", plural(m.files, "migration"), m.source),
        n => format!("{n} pending of {} in {}{layout}{role}", plural(m.files, "migration"), m.source),
    }
}

/// `1 statement fails, 2 get dearer`
pub(super) fn verdict(outcome: &Outcome) -> String {
    let summary = &outcome.summary;
    if outcome.migrations.pending.is_empty() {
        return "nothing is pending".to_owned();
    }
    let mut parts: Vec<String> = files::verdict(&outcome.rehearsed).into_iter().collect();
    let before = parts.len();
    let kinds = [
        (summary.fail, "fails", "fail"),
        (summary.fail_typed, "may fail", "may fail"),
        (summary.dearer, "gets dearer", "get dearer"),
    ];
    for (n, one, many) in kinds.into_iter().filter(|k| k.0 > 0) {
        let subject = if parts.len() == before { plural(n, "statement") } else { n.to_string() };
        parts.push(format!("{subject} {}", if n == 1 { one } else { many }));
    }
    match (parts.is_empty(), summary.planned) {
        (false, _) => parts.join(", "),
        (true, 0) => "no statement could be planned".to_owned(),
        (true, _) => "no statement gets dearer".to_owned(),
    }
}

/// What became of the others.
pub(super) fn others(outcome: &Outcome) -> Option<String> {
    let s = &outcome.summary;
    let same = s.planned.checked_sub(s.fail + s.fail_typed + s.dearer + s.cheaper)?;
    let mut parts = Vec::new();
    if s.cheaper > 0 {
        parts.push(format!("{} {} cheaper", plural(s.cheaper, "statement"), if s.cheaper == 1 { "gets" } else { "get" }));
    }
    if same > 0 {
        let stay = if same == 1 { "stays as it is" } else { "stay as they are" };
        let n = if parts.is_empty() { plural(same, "statement") } else { same.to_string() };
        parts.push(format!("{n} {stay}"));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `12.4 x`, `fails`
pub(super) fn degree(regression: &Regression) -> String {
    match (regression.change, regression.times()) {
        (Change::Dearer, Some(times)) if times >= 1_000.0 => format!("{} x", count(times)),
        (Change::Dearer, Some(times)) => format!("{times:.1} x"),
        (Change::FailsTyped, _) => "may fail".to_owned(),
        _ => "fails".to_owned(),
    }
}

/// The statement on one line, no longer than this.
pub(super) fn statement(text: &str, longest: usize) -> String {
    let line = one_line(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    if line.chars().count() <= longest {
        return line;
    }
    line.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

/// `cost 8.4 -> 104 · calls 1.2 k, mean 0.42 ms`
pub(super) fn figures(regression: &Regression) -> String {
    let cost = match regression.cost_after {
        Some(after) => format!("cost {} -> {}", count(regression.cost_before), count(after)),
        None => format!("cost {} before", count(regression.cost_before)),
    };
    let mut calls = format!("calls {}", count(regression.calls as f64));
    if regression.total_ms > 0.0 {
        calls.push_str(&format!(", mean {}, total {}", duration(regression.mean_ms), duration(regression.total_ms)));
    }
    let sender = match regression.role.as_deref() {
        None => String::new(),
        Some(NOT_KNOWN) => " · sender not known".to_owned(),
        Some(role) => format!(" · as {role}"),
    };
    format!("{cost} · {calls}{sender}")
}

/// What the server says, where it refuses the statement.
pub(super) fn refusal(regression: &Regression) -> Option<String> {
    let error = regression.error.as_ref()?;
    Some(match regression.change {
        Change::FailsTyped => format!("refused where the client declares the types of the parameters as before: {error}"),
        _ => error.clone(),
    })
}

/// `index app.x is gone (20240103_drop)`: what one file has changed in one line.
pub(super) fn causes(regression: &Regression) -> Vec<String> {
    let same = |a: &Cause, b: &Cause| a.migration == b.migration;
    let mut sorted: Vec<&Cause> = regression.causes.iter().collect();
    sorted.sort_by(|a, b| (&a.migration, &a.what).cmp(&(&b.migration, &b.what)));
    let of = |causes: &[&Cause]| {
        let what: Vec<&str> = causes.iter().map(|c| c.what.as_str()).collect();
        let file = causes[0].migration.as_ref().map(|m| format!(" ({m})")).unwrap_or_default();
        format!("{}{file}", what.join("; "))
    };
    match sorted.is_empty() {
        true => vec!["no change of its tables explains it".to_owned()],
        false => sorted.chunk_by(|a, b| same(a, b)).map(of).collect(),
    }
}

/// Things that were skipped for the same reason, together.
pub(super) fn by_reason(skipped: &[Skipped]) -> Vec<(&Skipped, Vec<String>)> {
    let mut groups: Vec<(&Skipped, Vec<String>)> = Vec::new();
    for s in skipped {
        let what = statement(&s.what, 200);
        match groups.iter_mut().find(|(g, _)| (&g.because, &g.cure, g.acknowledged) == (&s.because, &s.cure, s.acknowledged)) {
            Some((_, all)) => all.push(what),
            None => groups.push((s, vec![what])),
        }
    }
    groups
}
