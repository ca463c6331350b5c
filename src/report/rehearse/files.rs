//! What each file does, statement by statement: locks, work, what is not proven, the undo, a second run. Sentences that all forms share.

use crate::ident::one_line;
use crate::plan::LockMode;
use crate::rehearse::rehearsal::{Again, Held, Kind, Rehearsal, Step, Undo, Work};
use crate::report::figures::{bytes, duration};

/// `ACCESS EXCLUSIVE on public.lead: blocks reads and writes`; what ordinary statements take is left out.
pub fn locks(step: &Step) -> Vec<String> {
    step.locks.iter().filter(|l| l.mode >= LockMode::ShareUpdateExclusive).map(lock).collect()
}

fn lock(held: &Held) -> String {
    let relation = match &held.index_of {
        Some(table) => format!("index {} of {}", one_line(&held.relation), one_line(table)),
        None => one_line(&held.relation),
    };
    format!("{} on {relation}: {}", held.mode, held.mode.blocks())
}

/// `writes public.lead anew (1.2 GB, about 14 s)`
pub fn work(work: &Work) -> String {
    let table = one_line(&work.table);
    let what = match (work.kind, &work.index) {
        (Kind::Rewrites, _) => format!("writes {table} anew, with its indexes"),
        (Kind::BuildsIndex, Some(index)) => format!("builds index {} on {table}", one_line(index)),
        (Kind::BuildsIndex, None) => format!("builds an index on {table}"),
        (Kind::ReadsEveryRow, _) => format!("reads every row of {table}"),
        (Kind::Empties, _) => format!("throws away the rows of {table}"),
    };
    match (work.bytes, work.seconds) {
        (Some(size), Some(seconds)) if work.kind != Kind::Empties => {
            let read = if work.kind == Kind::BuildsIndex { "reads " } else { "" };
            format!("{what} ({read}{}, about {})", bytes(size), duration(seconds * 1e3))
        }
        (None, _) => format!("{what} (size not known)"),
        _ => what,
    }
}

/// `not proven, depends on rows: duplicates in lead (a gate in the file checks it)`
pub fn unproven(step: &Step) -> Vec<String> {
    let one = |u: &crate::rehearse::rehearsal::Unproven| {
        let gate = if u.gate { " (a gate in the file names it)" } else { "" };
        format!("not proven, depends on rows: {}{gate}", one_line(&u.what))
    };
    step.unproven.iter().map(one).collect()
}

/// All that is said of a statement; empty where nobody notices it.
pub(super) fn of(step: &Step) -> Vec<String> {
    let mut lines: Vec<String> = step.disagrees.iter().map(|d| one_line(d)).collect();
    lines.extend(locks(step));
    lines.extend(step.work.iter().map(work));
    lines.extend(unproven(step));
    lines
}

/// What became of the undo, and the differences.
pub(super) fn undo(file: &Rehearsal) -> (String, Vec<String>) {
    match &file.undo {
        Undo::Missing => ("undo: there is none".to_owned(), Vec::new()),
        Undo::Identical => ("undo: brings back the identical catalog".to_owned(), Vec::new()),
        Undo::Differs { differences } => ("undo: does not bring the catalog back".to_owned(), differences.clone()),
        Undo::Fails { error } => ("undo: fails".to_owned(), vec![error.clone()]),
        Undo::NotTried { because } => (format!("undo: not tried, {because}"), Vec::new()),
    }
}

/// What a second run does, and the differences.
pub(super) fn again(file: &Rehearsal) -> (String, Vec<String>) {
    match &file.again {
        Again::Harmless => ("second run: changes nothing".to_owned(), Vec::new()),
        Again::Refused { .. } => ("second run: refused, and nothing has changed".to_owned(), Vec::new()),
        Again::Harmful { differences, error } => {
            let mut lines = differences.clone();
            lines.extend(error.iter().map(|e| format!("then: {e}")));
            let what = if file.transaction {
                "second run: changes more (its tool does not run it twice)"
            } else {
                "second run: does harm"
            };
            (what.to_owned(), lines)
        }
        Again::NotTried { because } => (format!("second run: not tried, {because}"), Vec::new()),
    }
}

/// What a person must look at, with the line of the file.
pub(super) fn bad(file: &Rehearsal) -> Vec<(usize, String, Vec<String>)> {
    let disagrees = |s: &Step| Some((s.line, "lock".to_owned(), vec![s.disagrees.clone()?]));
    let mut found: Vec<_> = file.statements.iter().filter_map(disagrees).collect();
    let mut add = |(what, lines): (String, Vec<String>)| found.push((1, what, lines));
    if file.undo.is_bad() {
        add(undo(file));
    }
    if file.is_harmed_by_a_second_run() {
        add(again(file));
    }
    found
}

/// `1 undo does not bring the catalog back, 2 files do harm when run again`: nothing where all is well.
pub(super) fn verdict(files: &[Rehearsal]) -> Option<String> {
    let undo = files.iter().filter(|f| f.undo.is_bad()).count();
    let again = files.iter().filter(|f| f.is_harmed_by_a_second_run()).count();
    let locks = files.iter().flat_map(|f| &f.statements).filter(|s| s.disagrees.is_some()).count();
    let parts: Vec<String> = [
        (undo, "undo does not do what it should", "undos do not do what they should"),
        (again, "file does harm when run again", "files do harm when run again"),
        (locks, "lock is not as plan.toml says", "locks are not as plan.toml says"),
    ]
    .into_iter()
    .filter(|p| p.0 > 0)
    .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
