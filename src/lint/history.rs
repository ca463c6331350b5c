//! What the folder's files say together: numbers given twice, files that come too late, applied files that were changed.

use std::collections::BTreeMap;

use super::script::{Remark, Standing};
use crate::ident::one_line;
use crate::migration::layout::{Layout, MigrationFile};
use crate::migration::ledger::{Ledger, edited};

/// DBL701
const TWICE: &str = "number-used-twice";
/// DBL702
const LATE: &str = "history-out-of-order";
/// DBL703
const EDITED: &str = "applied-file-edited";

const BECAUSE_EDITED: &str = "databases that have it lack the change, new ones get it; the tool may refuse to go on";

/// Remarks about the files of a folder, by their place in it.
pub fn remarks(
    files: &[MigrationFile],
    standings: &[Standing],
    layout: Layout,
    ledger: Option<&Ledger>,
) -> BTreeMap<usize, Vec<Remark>> {
    let mut found: BTreeMap<usize, Vec<Remark>> = BTreeMap::new();
    let mut add = |at: usize, rule, message, because: &str| {
        found.entry(at).or_default().push(Remark { rule, message, because: because.to_owned() });
    };
    let mut seen: BTreeMap<&str, &MigrationFile> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        if let Some(first) = seen.get(file.id.as_str()) {
            let message = format!(
                "number {} is that of {} as well: give one of them the next free number",
                one_line(&file.id),
                one_line(&first.name)
            );
            add(at, TWICE, message, because_twice(layout));
        } else {
            seen.insert(&file.id, file);
        }
    }
    let last_applied = (0..files.len()).rev().find(|i| standings[*i] == Standing::Applied && !files[*i].repeatable);
    for at in 0..last_applied.unwrap_or(0) {
        if standings[at] == Standing::Pending && !files[at].repeatable {
            let last = last_applied.map_or("", |i| files[i].name.as_str());
            let message =
                format!("it is not applied, and comes before {}, which is: give it a number after that", one_line(last));
            add(at, LATE, message, because_late(layout));
        }
    }
    for file in ledger.map(|l| edited(files, l, layout)).unwrap_or_default() {
        if let Some(at) = files.iter().position(|f| f.path == file.path) {
            let message = "it is applied, and was changed since: restore it, and put the change into a new file".to_owned();
            add(at, EDITED, message, BECAUSE_EDITED);
        }
    }
    found
}

fn because_twice(layout: Layout) -> &'static str {
    match layout {
        Layout::Flyway | Layout::Goose | Layout::GolangMigrate => "the tool refuses such a folder",
        _ => "the tool refuses such a folder, or runs one of the two and takes the other for done",
    }
}

fn because_late(layout: Layout) -> &'static str {
    match layout {
        Layout::GolangMigrate => "the tool knows only the last number: it never runs this file",
        Layout::Flyway => "the tool refuses it, or ignores it, unless outOfOrder is set",
        Layout::Goose => "the tool refuses it, unless --allow-missing is given",
        _ => "this database runs it after files that come after it, a new one before them: they may end up different",
    }
}
