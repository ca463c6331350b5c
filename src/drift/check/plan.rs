//! The files to be run, and how they stand against the tool's ledger.

use crate::drift::outcome::{Desired, Skipped};
use crate::migration::layout::{Layout, MigrationFile};
use crate::migration::ledger::{self, Ledger};

/// Files to be run, and how they stand.
pub(super) struct Plan {
    pub(super) files: Vec<MigrationFile>,
    pending: Vec<String>,
    missing: Vec<String>,
    edited: Vec<String>,
    failed: Vec<String>,
    ledger: bool,
    folder: bool,
}

impl Plan {
    pub(super) fn of(files: Vec<MigrationFile>, layout: Option<Layout>, ledger: Option<&Ledger>, all: bool) -> Self {
        let names = |all: &[MigrationFile]| all.iter().map(|f| f.name.clone()).collect();
        let folder = layout.is_some();
        let (Some(ledger), Some(layout)) = (ledger, layout) else {
            return Self { files, pending: vec![], missing: vec![], edited: vec![], failed: vec![], ledger: false, folder };
        };
        let standing = ledger::at(&files, ledger);
        let edited = ledger::edited(&standing.applied, ledger, layout).into_iter().map(|f| f.name.clone()).collect();
        Self {
            pending: if all { Vec::new() } else { names(&standing.pending) },
            missing: standing.missing,
            edited,
            failed: ledger.failed.clone(),
            files: if all { files } else { standing.applied },
            ledger: true,
            folder,
        }
    }

    pub(super) fn describe(&self, about: &mut Desired, notes: &mut Vec<String>, skipped: &mut Vec<Skipped>) {
        about.files = self.files.len();
        about.pending.clone_from(&self.pending);
        about.missing.clone_from(&self.missing);
        if self.ledger {
            about.last_applied = self.files.last().map(|f| f.name.clone());
        } else if self.folder {
            notes.push(format!("the database has no ledger of this tool: all {} files count as applied", self.files.len()));
        }
        for name in &self.edited {
            notes.push(format!("{name} was changed after it was applied: a new database gets something else than this one got"));
        }
        for id in &self.missing {
            skipped.push(Skipped {
                object: id.clone(),
                because: "it is applied, and the folder has no such file: what it made shows as unexpected".to_owned(),
                cure: Some("restore the file from version control".to_owned()),
                acknowledged: false,
            });
        }
        for id in &self.failed {
            skipped.push(Skipped {
                object: id.clone(),
                because: "it was begun and not finished: how far it got is not known".to_owned(),
                cure: Some("finish it or mark it as rolled back with its own tool, then run again".to_owned()),
                acknowledged: false,
            });
        }
    }
}
