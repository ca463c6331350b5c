//! The proof on a terminal: the matrix, then each leak with its script.

use super::text::{self, COMMANDS};
use crate::check::Severity;
use crate::isolation::Outcome;
use crate::isolation::outcome::{Attack, Verdict};
use crate::report::plural;
use crate::report::screen::{Ink, Look, Screen};

/// Rows of the matrix without `--verbose`: those that held are counted.
const OBJECTS: usize = 60;
/// Leaks that are listed without `--verbose`.
const LEAKS: usize = 30;
/// Others that are listed without `--verbose`.
const OTHERS: usize = 10;

/// The outcome as text for a terminal.
pub fn table(outcome: &Outcome, look: &Look) -> String {
    let mut screen = Screen::new(look);
    screen.line(0, Ink::Heading, &format!("dbharden {} · {}", outcome.dbharden, text::verdict(outcome)));
    text::about(outcome).iter().for_each(|line| screen.line(0, Ink::Plain, line));
    if look.verbose {
        outcome.notes.iter().for_each(|note| screen.line(2, Ink::Dim, note));
    }
    matrix(outcome, look, &mut screen);
    list(outcome, Verdict::Leak, "Leaks", LEAKS, look, &mut screen);
    if !outcome.not_proven.is_empty() {
        screen.heading("Not proven");
        let shown = if look.verbose { usize::MAX } else { OTHERS };
        for lacking in outcome.not_proven.iter().take(shown) {
            screen.line(2, Ink::Severity(Severity::Warning), &format!("{}: {}", lacking.what, lacking.because));
            if let (Some(cure), false) = (&lacking.cure, lacking.acknowledged) {
                screen.line(4, Ink::Dim, &format!("to do: {cure}"));
            }
        }
        more(outcome.not_proven.len(), shown, &mut screen);
    }
    list(outcome, Verdict::NotProven, "Attacks that prove nothing", OTHERS, look, &mut screen);
    list(outcome, Verdict::Inherent, "Inherent", OTHERS, look, &mut screen);
    screen.gap();
    screen.line(0, Ink::Dim, text::LEGEND);
    screen.finish()
}

fn ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Leak => Ink::Severity(Severity::Error),
        Verdict::NotProven => Ink::Severity(Severity::Warning),
        Verdict::Inherent => Ink::Severity(Severity::Info),
        Verdict::Held => Ink::Added,
    }
}

fn matrix(outcome: &Outcome, look: &Look, screen: &mut Screen) {
    let matrix = outcome.matrix();
    if matrix.is_empty() {
        return;
    }
    screen.gap();
    let objects = text::worst_first(&matrix);
    let used: Vec<&&str> = COMMANDS.iter().filter(|c| matrix.values().any(|cells| cells.contains_key(**c))).collect();
    let cell = |ink, text: &str| vec![(ink, text.to_owned())];
    // names come last: they take the room that is left
    let mut rows = vec![used.iter().map(|c| cell(Ink::Dim, c)).chain([cell(Ink::Dim, "")]).collect::<Vec<_>>()];
    let shown = if look.verbose { objects.len() } else { OBJECTS };
    for (name, cells) in objects.iter().take(shown) {
        let verdicts = used.iter().map(|c| match cells.get(**c) {
            Some(v) => cell(ink(*v), v.as_str()),
            None => cell(Ink::Dim, "-"),
        });
        rows.push(verdicts.chain([cell(Ink::Plain, name)]).collect());
    }
    screen.rows(0, &rows);
    more(objects.len(), shown, screen);
}

fn list(outcome: &Outcome, verdict: Verdict, title: &str, most: usize, look: &Look, screen: &mut Screen) {
    let all = text::of(outcome, verdict);
    if all.is_empty() {
        return;
    }
    screen.heading(&format!("{title}: {}", all.len()));
    let shown = if look.verbose { usize::MAX } else { most };
    for attack in all.iter().take(shown) {
        one(attack, look, screen);
    }
    more(all.len(), shown, screen);
}

fn one(attack: &Attack, look: &Look, screen: &mut Screen) {
    let line = format!("{} · {} · {}", attack.object, attack.command, attack.attack);
    screen.line(2, ink(attack.verdict), &line);
    if let Some(because) = &attack.because {
        screen.line(4, Ink::Dim, because);
    }
    if let Some(cure) = &attack.cure {
        let finding = attack.finding.as_ref().map(|f| format!("{f}: ")).unwrap_or_default();
        screen.line(4, Ink::Plain, &format!("to do: {finding}{cure}"));
    }
    if attack.verdict == Verdict::Leak && look.verbose {
        screen.text(4, &attack.sql);
    }
}

fn more(all: usize, shown: usize, screen: &mut Screen) {
    if all > shown {
        screen.line(
            2,
            Ink::Dim,
            &format!("and {} more (-v lists all, --format json with their SQL)", plural(all - shown, "line")),
        );
    }
}
