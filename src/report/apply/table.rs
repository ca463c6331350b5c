//! A run on a terminal: each migration with what became of it, where it stopped and how to go on.

use crate::apply::ledger::Direction;
use crate::apply::{Applied, Outcome, Status};
use crate::check::Severity;
use crate::report::figures::duration;
use crate::report::screen::{Ink, Look, Screen};
use crate::report::table::plural;

/// The outcome as text for a terminal.
pub fn table(outcome: &Outcome, look: &Look) -> String {
    let mut screen = Screen::new(look);
    let head = format!("dbharden {} · PostgreSQL {} · database {}", outcome.dbharden, outcome.server, outcome.database);
    screen.line(0, Ink::Heading, &head);
    for note in &outcome.notes {
        screen.line(0, Ink::Severity(Severity::Error), &format!("! {note}"));
    }
    if outcome.migrations.is_empty() {
        screen.line(0, Ink::Plain, "nothing is pending");
        return screen.finish();
    }
    screen.gap();
    for migration in &outcome.migrations {
        one(migration, outcome, look, &mut screen);
    }
    if let Some(stopped) = &outcome.stopped {
        screen.heading(&format!("Stopped in {} at statement {}", stopped.migration, stopped.statement));
        screen.text(2, &stopped.because);
        screen.gap();
        screen.line(0, Ink::Plain, "what is done stays done; to go on from there");
        screen.command(2, &stopped.resume.split(' ').map(str::to_owned).collect::<Vec<_>>());
    } else if !outcome.dry_run {
        screen.gap();
        screen.line(0, Ink::Plain, "next: make sure that it did what it was for");
        screen.command(2, &["dbharden".to_owned(), "verify".to_owned()]);
    }
    screen.finish()
}

fn one(migration: &Applied, outcome: &Outcome, look: &Look, screen: &mut Screen) {
    let (ink, word) = match (migration.status, migration.direction) {
        (Status::Planned, Direction::Up) => (Ink::Plain, "would apply"),
        (Status::Planned, Direction::Down) => (Ink::Plain, "would undo "),
        (Status::Done, Direction::Up) => (Ink::Added, "applied"),
        (Status::Done, Direction::Down) => (Ink::Added, "undone "),
        (Status::Stopped, _) => (Ink::Severity(Severity::Error), "stopped"),
        (Status::NotReached, _) => (Ink::Dim, "not run"),
    };
    let mut about = vec![plural(migration.statements, "statement")];
    if migration.status == Status::Done {
        about.push(duration(migration.seconds * 1e3));
    }
    if migration.resumed {
        about.push("begun by an earlier run".to_owned());
    }
    let tries: u32 = migration.steps.iter().map(|s| s.tries.saturating_sub(1)).sum();
    if tries > 0 && migration.status != Status::Planned && migration.steps.iter().all(|s| s.kind != "backfill") {
        about.push(format!("{} for a lock", if tries == 1 { "1 more try".to_owned() } else { format!("{tries} more tries") }));
    }
    screen.line(0, ink, &format!("{word}  {}  {}", migration.name, about.join(" · ")));
    if let Some(title) = &migration.title {
        screen.line(4, Ink::Dim, title);
    }
    if outcome.dry_run || look.verbose {
        let approval = migration.approval.as_deref().unwrap_or("NOBODY");
        screen.line(4, Ink::Dim, &format!("approved by {approval}"));
        for step in &migration.steps {
            let took = if outcome.dry_run { String::new() } else { format!(" · {}", duration(step.seconds * 1e3)) };
            screen.line(4, Ink::Plain, &format!("{:>3}  {:<11}  {}{took}", step.position, step.kind, step.statement));
        }
    }
}
