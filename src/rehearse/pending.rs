//! Which files the database does not have yet.

use std::collections::BTreeSet;
use std::path::Path;

use super::outcome::{Migrations, Skipped};
use crate::error::{Error, Result};
use crate::ident::{Ident, one_line};
use crate::migration::layout::{Layout, MigrationFile, ReadOptions};
use crate::migration::ledger::{self, Noted};
use crate::migration::read_all;
use crate::snapshot::Snapshot;

/// The files that were named, and whose they are.
pub struct Named {
    /// For people.
    pub name: String,
    /// The tool, where it is a folder.
    pub layout: Option<Layout>,
    /// The files in order.
    pub files: Vec<MigrationFile>,
    /// Of our own layout: folders by whether the snapshot has what they make.
    done: BTreeSet<String>,
    /// Of our own layout: folders of which nothing says it.
    unknown: Vec<String>,
}

impl Named {
    /// Reads a folder, a `.sql` file or standard input.
    ///
    /// # Errors
    /// Nothing is there, it cannot be read, or its layout is not clear.
    pub fn read(named: &str, layout: Option<Layout>, options: &ReadOptions, snapshot: &Snapshot) -> Result<Self> {
        use crate::drift::source::Source;
        let path = Path::new(named);
        if named != "-" && !path.exists() {
            return Err(Error::new(format!("there is no {}", one_line(named)))
                .because("--migrations is neither a folder nor a file")
                .fix("name the folder of your migrations, a .sql file, or `-` for standard input"));
        }
        let source = Source::read(named, layout, options)?;
        let name = source.name();
        let mut read = Self { name, layout: source.layout(), files: Vec::new(), done: BTreeSet::new(), unknown: Vec::new() };
        match source {
            Source::Folder { path, files, .. } => {
                read.files = files;
                if read.layout == Some(Layout::Dbharden) {
                    read.ours(&path, snapshot)?;
                }
            }
            Source::Script(file) => read.files = vec![file],
            Source::Snapshot(..) | Source::Url(_) => {
                return Err(Error::new(format!("{} holds no migrations", one_line(named)))
                    .fix("name the folder of your migrations, a .sql file, or `-` for standard input"));
            }
        }
        Ok(read)
    }

    /// Our own folders say in `plan.toml` what they make.
    fn ours(&mut self, path: &Path, snapshot: &Snapshot) -> Result<()> {
        let folders = read_all(path)?;
        for file in &self.files {
            match folders.iter().find(|f| f.name == file.id) {
                Some(folder) if folder.plan.change.is_done(snapshot) => {
                    self.done.insert(file.id.clone());
                }
                Some(_) => {}
                None => self.unknown.push(file.name.clone()),
            }
        }
        Ok(())
    }
}

/// The files to be rehearsed, and how they stand.
pub struct Pending {
    /// In order.
    pub files: Vec<MigrationFile>,
    /// For the report.
    pub about: Migrations,
    /// The role that owns the ledger: it deploys.
    pub owner: Option<Ident>,
    /// Remarks.
    pub notes: Vec<String>,
    /// What is not clear.
    pub skipped: Vec<Skipped>,
    /// No ledger said it: all files count as pending.
    pub all: bool,
}

/// Tells what is pending: by `--after`, by the ledger in the snapshot, by what our own files make; else all of it.
///
/// # Errors
/// No file is called as `after` says, or the ledger is there and nobody could read it.
pub fn pending(named: Named, after: Option<&str>, snapshot: &Snapshot) -> Result<Pending> {
    let about = Migrations {
        source: named.name,
        layout: named.layout.map(|l| l.to_string()),
        files: named.files.len(),
        ..Migrations::default()
    };
    let mut found = Pending { files: Vec::new(), about, owner: None, notes: Vec::new(), skipped: Vec::new(), all: false };
    let noted = named.layout.and_then(|layout| snapshot.ledgers.get(&layout));
    if let Some(Noted::Read(ledger)) = noted {
        found.owner = Some(ledger.owner.clone());
    }
    let mut files = named.files;
    match (after, noted, named.layout) {
        (Some(after), _, _) => {
            let at = files.iter().position(|f| f.id == after || f.name == after).ok_or_else(|| {
                let last = files.last().map_or_else(String::new, |f| format!("; the last one is {}", one_line(&f.name)));
                Error::new(format!("no migration is called {}", one_line(after)))
                    .because(format!("{} has {} files{last}", found.about.source, files.len()))
                    .fix("--after takes the name of the last migration that is applied")
            })?;
            found.files = files.split_off(at + 1);
        }
        (None, Some(Noted::Read(ledger)), _) => {
            let standing = ledger::at(&files, ledger);
            let skip = |id: &String, because: &str, cure: &str| Skipped {
                what: id.clone(),
                because: because.to_owned(),
                cure: Some(cure.to_owned()),
                acknowledged: false,
            };
            let failed = "it was begun and not finished: how far it got is not known";
            found.skipped.extend(ledger.failed.iter().map(|id| {
                skip(id, failed, "finish it or mark it as rolled back with its own tool, then take the snapshot again")
            }));
            if !standing.missing.is_empty() {
                found.notes.push(format!("{} applied migrations have no file here", standing.missing.len()));
            }
            // files of ours may have been run without it
            found.files = standing.pending.into_iter().filter(|f| !named.done.contains(&f.id)).collect();
        }
        (None, Some(Noted::Unread(why)), _) => return Err(unknown(why)),
        (None, None, Some(Layout::Dbharden)) => {
            for name in &named.unknown {
                found.notes.push(format!("{name} has no plan.toml that says what it makes: it counts as pending"));
            }
            found.files = files.into_iter().filter(|f| !named.done.contains(&f.id)).collect();
        }
        (None, None, Some(layout)) => {
            let there = snapshot.catalog.by_name().into_iter().find(|r| ledger::is_ledger(layout, r));
            if let Some(table) = there {
                return Err(unknown(&format!("{} is there, and this snapshot does not hold its rows", table.name)));
            }
            if !files.is_empty() {
                found.notes.push(format!("the database has no ledger of {layout}: all {} files count as pending", files.len()));
            }
            (found.files, found.all) = (files, true);
        }
        (None, None, None) => found.files = files,
    }
    found.about.pending = found.files.iter().map(|f| f.name.clone()).collect();
    Ok(found)
}

fn unknown(why: &str) -> Error {
    Error::new("which migrations are applied is not known")
        .because(why)
        .fix("take the snapshot again with a role that may read it, or name the last one that is applied: --after NAME")
}
