//! The migration that ends the differences: the files adopt what the database has, or the database goes back to what the files say.

use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::check::Sides;
use super::outcome::Migration;
use crate::diff::{self, Options, Step};
use crate::error::{Error, Result};
use crate::ident::{Ident, one_line};
use crate::migration::layout::Layout;
use crate::plan::{Hazard, Lock, Statement, Timeouts};
use crate::snapshot::objects::{Id, Kind, Objects};

/// Which side gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The files: a new one makes what the database has already.
    Adopt,
    /// The database.
    Revert,
}

/// Where and how a migration is written.
pub struct Place {
    /// The folder.
    pub directory: PathBuf,
    /// Whose it is.
    pub layout: Layout,
    /// Its time.
    pub at: OffsetDateTime,
    /// `lock_timeout` of statements that others wait behind, milliseconds.
    pub lock_timeout_ms: u32,
    /// Whether what loses data is written as such.
    pub allow_data_loss: bool,
    /// Only say what would be written.
    pub dry_run: bool,
}

/// Writes it. `wanted` says which objects.
///
/// # Errors
/// The folder cannot be written.
pub fn write(sides: &Sides, way: Way, wanted: &dyn Fn(&Id) -> bool, place: &Place) -> Result<Option<Migration>> {
    let owner = |id: &Id| sides.compares_owner(id);
    let grants = |id: &Id| sides.compares_grants(id);
    let scope = sides.scope(&owner, &grants);
    let (from, to) = match way {
        Way::Adopt => (&sides.desired, &sides.live),
        Way::Revert => (&sides.live, &sides.desired),
    };
    let to = &only(from, to, wanted);
    let from = &only(to, from, &|_| true);
    let steps = diff::migrate(from, to, &Options { scope: &scope, allow_data_loss: place.allow_data_loss });
    let back = diff::migrate(to, from, &Options { scope: &scope, allow_data_loss: false });
    if steps.is_empty() && sides.renames.is_empty() {
        return Ok(None);
    }
    let (name, title) = match way {
        Way::Adopt => ("adopt_drift", "adopt what the database has and the files do not make"),
        Way::Revert => ("revert_drift", "bring the database back to what the files make"),
    };
    let single = place.layout == Layout::Dbharden || place.layout.runs_one_by_one();
    let (there, home): (Vec<&str>, Vec<&str>) = sides
        .renames
        .iter()
        .map(|r| if way == Way::Revert { (r.forward.as_str(), r.back.as_str()) } else { (r.back.as_str(), r.forward.as_str()) })
        .unzip();
    let mut up: Vec<Statement> = there.iter().map(|sql| plain(sql, place.lock_timeout_ms)).collect();
    up.extend(statements(&steps, place.lock_timeout_ms, single));
    let mut down = statements(&back, place.lock_timeout_ms, single);
    down.extend(home.iter().map(|sql| plain(sql, place.lock_timeout_ms)));
    let mut written = Vec::new();
    if !place.dry_run {
        let header = header(title, way, &steps, sides);
        written = place.layout.write(&place.directory, name, place.at, &up, &down, &header)?;
    }
    let mark_applied = match way {
        Way::Adopt if !written.is_empty() => {
            place.layout.mark_applied(&written, sides.ledger.as_ref().map(|l| &l.table)).ok().filter(|s| !s.is_empty())
        }
        _ => None,
    };
    Ok(Some(Migration {
        name: shown(&written, &place.directory, name),
        status: if place.dry_run { "planned" } else { "written" },
        title: title.to_owned(),
        statements: steps.iter().filter(|s| !s.withheld).count() + sides.renames.len(),
        withheld: steps.iter().filter(|s| s.withheld).count(),
        mark_applied,
        adopts: way == Way::Adopt,
    }))
}

/// The catalog `to`, but as `from` is wherever an object is not wanted.
fn only(from: &Objects, to: &Objects, wanted: &dyn Fn(&Id) -> bool) -> Objects {
    let mut merged = to.clone();
    for (id, object) in &from.all {
        if !wanted(id) {
            merged.all.insert(id.clone(), object.clone());
        }
    }
    merged.all.retain(|id, _| from.all.contains_key(id) || wanted(id));
    merged
}

/// Names of what was written: folders of a file each by their own name.
fn shown(written: &[PathBuf], directory: &Path, name: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for file in written.iter().filter(|f| !f.ends_with("down.sql") && f.extension().is_some_and(|e| e == "sql")) {
        let whole = file.file_name().is_some_and(|n| n == "up.sql" || n == "migration.sql");
        let path = if whole { file.parent().unwrap_or(file) } else { file };
        names.push(path.display().to_string());
    }
    if names.is_empty() { directory.join(name).display().to_string() } else { names.join(", ") }
}

fn plain(sql: &str, lock_timeout_ms: u32) -> Statement {
    Statement {
        sql: sql.to_owned(),
        lock: None,
        timeouts: Timeouts::brief(lock_timeout_ms),
        in_transaction: true,
        hazards: Vec::new(),
    }
}

/// Steps as statements. Where the runner sends statement by statement, those that belong together stand in a transaction of their own;
/// elsewhere the file is one.
pub fn statements(steps: &[Step], lock_timeout_ms: u32, one_by_one: bool) -> Vec<Statement> {
    let running: Vec<&Step> = steps.iter().filter(|s| !s.withheld).collect();
    let mut all = Vec::new();
    if running.iter().any(|s| s.draft.sql.contains(" FUNCTION ") || s.draft.sql.contains(" PROCEDURE ")) {
        // bodies may name what comes later
        all.push(plain("SET check_function_bodies = off", lock_timeout_ms));
    }
    for group in running.chunk_by(|a, b| a.group.is_some() && a.group == b.group) {
        if !one_by_one || group.len() == 1 {
            all.extend(group.iter().map(|s| s.draft.statement(lock_timeout_ms)));
            continue;
        }
        let body: String = group.iter().map(|s| format!("{};\n", s.draft.sql)).collect();
        let mut hazards: Vec<Hazard> = group.iter().flat_map(|s| s.draft.hazards.iter().copied()).collect();
        hazards.sort();
        hazards.dedup();
        all.push(Statement {
            sql: format!("BEGIN;\n{body}COMMIT"),
            hazards,
            lock: strongest(group),
            ..plain("", lock_timeout_ms)
        });
    }
    all
}

fn strongest(group: &[&Step]) -> Option<Lock> {
    let locks = group.iter().filter_map(|s| s.draft.lock.as_ref());
    let mode = locks.clone().map(|l| l.mode).max()?;
    let mut relations: Vec<&str> = locks.filter(|l| l.mode == mode).map(|l| l.relation.as_str()).collect();
    relations.sort_unstable();
    relations.dedup();
    Some(Lock { mode, relation: relations.join(", ") })
}

/// What a person must know before saying yes; also what was withheld, ready to be copied.
fn header(title: &str, way: Way, steps: &[Step], sides: &Sides) -> String {
    let mut lines = vec![title.to_owned(), String::new()];
    match way {
        Way::Adopt => lines.push("The live database has this already: mark it as applied there, do not run it.".to_owned()),
        Way::Revert => lines.push(format!("To be run on the live database, {} objects of which differ.", {
            let mut ids: Vec<&Id> = steps.iter().map(|s| &s.id).collect();
            ids.dedup();
            ids.len() + sides.renames.len()
        })),
    }
    lines.push(format!("Compared with {}.", one_line(&sides.about.source)));
    let mut locks: Vec<String> = Vec::new();
    for lock in steps.iter().filter(|s| !s.withheld).filter_map(|s| s.draft.lock.as_ref()) {
        let line = format!("  {} on {}: {}", lock.mode, one_line(&lock.relation), lock.mode.blocks());
        if !locks.contains(&line) {
            locks.push(line);
        }
    }
    if !locks.is_empty() {
        lines.extend([String::new(), "Locks:".to_owned()]);
        lines.extend(locks);
    }
    let mut hazards: Vec<Hazard> = steps.iter().filter(|s| !s.withheld).flat_map(|s| s.draft.hazards.iter().copied()).collect();
    hazards.sort();
    hazards.dedup();
    if !hazards.is_empty() {
        lines.extend([String::new(), "Mind:".to_owned()]);
        lines.extend(hazards.iter().map(|h| format!("  {}", h.sentence())));
    }
    let withheld: Vec<&Step> = steps.iter().filter(|s| s.withheld).collect();
    if !withheld.is_empty() {
        lines.extend([String::new(), "Withheld, because data would be lost (--allow-data-loss writes it):".to_owned()]);
        for step in withheld {
            lines.extend(format!("{};", step.draft.sql).lines().map(|l| format!("  {}", one_line(l))));
        }
    }
    lines.join("\n")
}

/// One object under two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// Its path in the live database.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Its name in the live database.
    pub live: Ident,
    /// Its name in the files.
    pub desired: Ident,
    /// Takes the live database's name to the files'.
    pub forward: String,
    /// The other way round.
    pub back: String,
}

/// `public.a.b=c`: the object of that path in the live database is called `c` in the files.
///
/// # Errors
/// It is not of that form, or the live database has no such object.
pub fn rename(text: &str, live: &Objects) -> Result<Rename> {
    let wrong = |why: &str| {
        Error::new(format!("cannot use --rename {}", one_line(text)))
            .because(why)
            .fix("write the path as the report shows it and the new name: --rename 'public.lead.phone=phone_number'")
    };
    let (path, new) = text.rsplit_once('=').ok_or_else(|| wrong("there is no `=`"))?;
    let desired = Ident::new(new.trim().trim_matches('"'));
    if desired.raw().is_empty() {
        return Err(wrong("the new name is empty"));
    }
    let make = |kind: Kind, name: &Ident, sql: &dyn Fn(&Ident, &Ident) -> String| Rename {
        path: path.to_owned(),
        kind,
        live: name.clone(),
        desired: desired.clone(),
        forward: sql(name, &desired),
        back: sql(&desired, name),
    };
    for object in live.all.values() {
        let id = &object.id;
        if let Some(column) = object.columns().iter().find(|c| format!("{}.{}", id.name_sql(), c.name) == path) {
            let sql = |a: &Ident, b: &Ident| format!("ALTER {} {} RENAME COLUMN {a} TO {b}", id.kind.sql(), id.name_sql());
            return Ok(make(Kind::Column, &column.name, &sql));
        }
        if id.path() != path {
            continue;
        }
        return Ok(match id.kind {
            Kind::Constraint => {
                let sql = |a: &Ident, b: &Ident| format!("ALTER TABLE {} RENAME CONSTRAINT {a} TO {b}", id.name_sql());
                make(id.kind, &id.part_name(), &sql)
            }
            Kind::Trigger | Kind::Policy | Kind::Rule => {
                let sql = |a: &Ident, b: &Ident| format!("ALTER {} {a} ON {} RENAME TO {b}", id.kind.sql(), id.name_sql());
                make(id.kind, &id.part_name(), &sql)
            }
            kind => {
                let sql = |a: &Ident, b: &Ident| {
                    format!("ALTER {} {} RENAME TO {b}", kind.sql(), Id { name: a.clone(), ..id.clone() }.sql())
                };
                make(kind, &id.name, &sql)
            }
        });
    }
    Err(wrong("the live database has no object of that path"))
}
