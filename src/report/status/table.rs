//! The status on a terminal: what is not as it should be, what is pending, what was applied last.

use crate::apply::status::{Line, State, Status};
use crate::check::Severity;
use crate::report::figures::duration;
use crate::report::screen::{Ink, Look, Screen};
use crate::report::table::plural;

/// Applied ones that are listed without `--verbose`.
const APPLIED: usize = 5;

/// The status as text for a terminal.
pub fn table(status: &Status, look: &Look) -> String {
    let mut screen = Screen::new(look);
    let s = &status.summary;
    let head = format!("dbharden {} · PostgreSQL {} · database {}", status.dbharden, status.server, status.database);
    screen.line(0, Ink::Heading, &head);
    let mut counts = vec![format!("{} applied", s.applied), format!("{} pending", s.pending)];
    counts.extend((s.unapproved > 0).then(|| format!("{} of them not approved", s.unapproved)));
    counts.extend((s.half_way > 0).then(|| format!("{} half-way", s.half_way)));
    counts.extend((s.rejected > 0).then(|| format!("{} rejected", s.rejected)));
    screen.line(0, Ink::Plain, &format!("{} · approved is what {} says", counts.join(", "), status.review));
    if !status.faults.is_empty() {
        screen.heading("Not as it should be");
        for fault in &status.faults {
            screen.line(2, Ink::Severity(Severity::Error), &format!("{}  {}: {}", fault.kind, fault.migration, fault.because));
            screen.line(4, Ink::Dim, &format!("to do: {}", fault.fix));
        }
    }
    let of = |wanted: &[State]| status.migrations.iter().filter(|m| wanted.contains(&m.state)).collect::<Vec<&Line>>();
    for (title, states) in [
        ("Half-way", &[State::HalfWay, State::HalfUndone][..]),
        ("Pending", &[State::Pending][..]),
        ("Rejected", &[State::Rejected][..]),
    ] {
        let lines = of(states);
        if !lines.is_empty() {
            screen.heading(title);
            lines.iter().for_each(|line| one(line, &mut screen));
        }
    }
    let applied = of(&[State::Applied]);
    if !applied.is_empty() {
        screen.heading("Applied");
        let shown = if look.verbose { applied.len() } else { APPLIED };
        if let Some(earlier) = applied.len().checked_sub(shown).filter(|n| *n > 0) {
            screen.line(2, Ink::Dim, &format!("{} before (-v lists all)", plural(earlier, "migration")));
        }
        applied.iter().skip(applied.len().saturating_sub(shown)).for_each(|line| one(line, &mut screen));
    }
    next(status, &mut screen);
    screen.finish()
}

fn one(line: &Line, screen: &mut Screen) {
    screen.line(2, Ink::Plain, &line.name);
    if let Some(title) = &line.title {
        screen.line(4, Ink::Dim, title);
    }
    if let Some(run) = &line.run {
        let took = run.seconds.map(|s| format!(", took {}", duration(s * 1e3))).unwrap_or_default();
        let reviewed = run.approval.as_ref().map_or_else(|| ", NOT REVIEWED".to_owned(), |by| format!(", approved by {by}"));
        screen.line(4, Ink::Dim, &format!("since {} by {} as {}{took}{reviewed}", run.started_at, run.person, run.role));
        if let Some(error) = &run.error {
            screen.text(4, error);
        }
    }
    match (&line.approval, &line.not_approved, line.state) {
        (Some(by), _, State::Pending | State::HalfWay) => screen.line(4, Ink::Dim, &format!("approved by {by}")),
        (None, Some(why), State::Pending | State::HalfWay | State::Rejected) => {
            screen.line(4, Ink::Severity(Severity::Warning), &format!("not approved: {why}"));
        }
        _ => {}
    }
}

fn next(status: &Status, screen: &mut Screen) {
    let s = &status.summary;
    let (why, command) = match () {
        () if s.faults > 0 || s.is_clean() => return,
        () if s.unapproved > 0 => ("next: review them", "dbharden review"),
        () => ("next: run them", "dbharden apply"),
    };
    screen.gap();
    screen.line(0, Ink::Plain, why);
    screen.command(2, &command.split(' ').map(str::to_owned).collect::<Vec<_>>());
}
