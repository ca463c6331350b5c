//! A plan as migrations of another tool: each step is written once, and known again by a mark in its files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::layout::{Layout, ReadOptions};
use super::ledger::Noted;
use super::render::cured_by;
use super::{Folder, Outcome, header, render};
use crate::check::Finding;
use crate::error::{Context, Result};
use crate::hash;
use crate::migration::script;
use crate::plan::{Plan, Step};
use crate::snapshot::Snapshot;

/// How the line begins by which a step is known again: its key and a hash of its statements follow.
const MARK: &str = "-- dbharden plan, step ";

/// Where a step stands already.
struct Written {
    /// Files, relative to the folder.
    names: Vec<String>,
    /// Hash of its statements when it was written.
    statements: String,
    /// The tool notes that it has run all of them.
    applied: bool,
}

/// As [`super::write_wanted`], into the folder of another tool. A step that stands there and waits is left alone. One that the
/// tool has run, as its ledger in the snapshot says, and that is wanted once more is written once more.
///
/// # Errors
/// The folder cannot be read or written. No migration is there in part.
pub fn write_for(
    layout: Layout,
    plan: &Plan,
    findings: &mut [Finding],
    snapshot: &Snapshot,
    directory: &Path,
    dry_run: bool,
    wanted: &dyn Fn(usize) -> bool,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut there = written(layout, directory, snapshot)?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (position, step) in plan.steps.iter().enumerate() {
        let rendered = render(step, findings, snapshot, position)?;
        let statements = hash_of(step);
        let before = there.remove(&rendered.plan.key).filter(|w| !w.applied);
        let (pending, unfit): (Vec<_>, Vec<_>) = before.into_iter().partition(|w| w.statements == statements);
        let folder = |w: Written| Folder {
            name: w.names.join(", "),
            path: directory.join(&w.names[0]),
            plan: rendered.plan.clone(),
            edited: false,
        };
        outcome.obsolete.extend(unfit.into_iter().map(folder));
        let name = match pending.into_iter().next() {
            Some(pending) => {
                let folder = folder(pending);
                let name = folder.name.clone();
                outcome.pending.push(folder);
                name
            }
            None if !wanted(position) => continue,
            None => {
                let name = if dry_run {
                    step.change.slug()
                } else {
                    let at = OffsetDateTime::from_unix_timestamp(snapshot.taken_at).context("the snapshot has no usable time")?;
                    let text = head(layout, step, findings, &statements);
                    let files = layout.write(directory, &step.change.slug(), at, &step.up, &step.down, &text)?;
                    let root = layout.root(directory)?;
                    let ups = files.iter().filter(|f| !takes_back(f));
                    ups.map(|f| relative(f, &root)).collect::<Vec<_>>().join(", ")
                };
                outcome.written.push(super::Rendered { name: name.clone(), ..rendered });
                name
            }
        };
        for cured in &step.cures {
            names.entry(cured.clone()).or_insert_with(|| name.clone());
        }
    }
    for finding in findings {
        finding.migration = names.get(&finding.fingerprint).cloned();
    }
    Ok(outcome)
}

/// What a DBA must know, and the mark.
fn head(layout: Layout, step: &Step, findings: &[Finding], statements: &str) -> String {
    let undo = match layout {
        Layout::Prisma | Layout::Supabase => "the tool has none; by hand:",
        Layout::Flyway | Layout::Sqlx => "the file beside it where the folder has such; by hand:",
        _ => "the tool's own way down",
    };
    let mut text = header::up(step, &cured_by(step, findings), undo);
    if undo.ends_with(':') {
        for line in step.down.iter().flat_map(|s| format!("{};", s.sql).lines().map(str::to_owned).collect::<Vec<_>>()) {
            text.push_str(&format!("--   {line}\n"));
        }
    }
    text.push_str(&format!("{MARK}{} {statements}\n", step.change.key()));
    text
}

/// Short hash of what a step runs: other statements make another migration.
fn hash_of(step: &Step) -> String {
    hash::hash(&step.up.iter().map(|s| s.sql.as_str()).collect::<Vec<_>>())[..16].to_owned()
}

/// The steps that the folder has, by key. The newest of a key counts.
fn written(layout: Layout, directory: &Path, snapshot: &Snapshot) -> Result<BTreeMap<String, Written>> {
    let mut there: BTreeMap<String, Written> = BTreeMap::new();
    if !directory.is_dir() || std::fs::read_dir(directory).is_ok_and(|mut d| d.next().is_none()) {
        return Ok(there);
    }
    let root = layout.root(directory)?;
    let ledger = match snapshot.ledgers.get(&layout) {
        Some(Noted::Read(ledger)) => Some(ledger),
        _ => None,
    };
    // placeholders are of no importance to marks
    let files = match layout.read_as_they_are(&root, &ReadOptions::default()) {
        Err(_) if layout == Layout::Sqitch && !root.join("sqitch.plan").exists() => return Ok(there),
        files => files?,
    };
    for file in files {
        let Some((key, statements)) = mark(&script::text(&file.path)?) else { continue };
        let applied = ledger.is_some_and(|l| l.has(&file));
        let name = relative(&file.path, &root);
        match there.get_mut(&key).filter(|w| w.statements == statements && w.applied == applied) {
            Some(before) => before.names.push(name),
            None => {
                there.insert(key, Written { names: vec![name], statements, applied });
            }
        }
    }
    Ok(there)
}

fn mark(text: &str) -> Option<(String, String)> {
    let line = text.lines().find_map(|l| l.strip_prefix(MARK))?;
    let (key, statements) = line.trim().split_once(' ')?;
    Some((key.to_owned(), statements.to_owned()))
}

/// Whether a file undoes what another does, or is none of SQL.
fn takes_back(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().is_some_and(|p| p.ends_with("revert"));
    folder || name.ends_with(".down.sql") || !name.ends_with(".sql") || name.starts_with('U') && name.contains("__")
}

/// A file as people call it: below the folder, and a folder that holds nothing else in its place.
fn relative(path: &Path, root: &Path) -> String {
    let below: PathBuf = path.strip_prefix(root).unwrap_or(path).into();
    let below = below.to_string_lossy();
    below.strip_suffix("/migration.sql").unwrap_or(&below).to_owned()
}
