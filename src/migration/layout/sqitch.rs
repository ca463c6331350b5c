//! Sqitch: `sqitch.plan` names the changes in order, `deploy/<change>.sql` makes one, `revert/<change>.sql` takes it back. psql runs the
//! scripts, which bring their own BEGIN and COMMIT.
//!
//! The plan's grammar: sqitchers/sqitch, lib/sqitch.pod, "Grammar", and App::Sqitch::Plan.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::MigrationFile;
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::migration::script;

/// The file that names the changes.
pub(super) const PLAN: &str = "sqitch.plan";

/// A plan, as far as it matters here.
struct Plan {
    project: String,
    changes: Vec<Change>,
}

struct Change {
    name: String,
    /// Which of those with this name, from 1: a change may be reworked.
    nth: usize,
    /// The first tag after it: the script of a change that was reworked later is named by it.
    tag: Option<String>,
}

/// The scripts that deploy, in the order of the plan. The ledger stores project and change; the second of a name is `name#2`.
pub(super) fn read(dir: &Path) -> Result<Vec<MigrationFile>> {
    let plan = plan(dir)?;
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for change in &plan.changes {
        last.insert(&change.name, change.nth);
    }
    let mut files = Vec::new();
    for change in &plan.changes {
        let reworked = last.get(change.name.as_str()).is_some_and(|n| *n > change.nth);
        let file = match (&change.tag, reworked) {
            (Some(tag), true) => format!("{}@{tag}.sql", change.name),
            _ => format!("{}.sql", change.name),
        };
        let path = dir.join("deploy").join(file);
        let sql = script::text(&path)?;
        let id = id(&plan.project, &change.name, change.nth);
        files.push(MigrationFile {
            id,
            name: change.name.clone(),
            path,
            sql,
            first_line: 1,
            transaction: false,
            repeatable: false,
        });
    }
    Ok(files)
}

fn id(project: &str, change: &str, nth: usize) -> String {
    let nth = if nth > 1 { format!("#{nth}") } else { String::new() };
    format!("{project}:{change}{nth}")
}

fn plan(dir: &Path) -> Result<Plan> {
    let path = dir.join(PLAN);
    let text = script::text(&path)?;
    let mut plan = Plan { project: String::new(), changes: Vec::new() };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        if let Some(pragma) = line.strip_prefix('%') {
            if let Some((_, value)) = pragma.split_once('=').filter(|(key, _)| key.trim() == "project") {
                plan.project = value.trim().to_owned();
            }
        } else if let Some(tag) = line.strip_prefix('@') {
            let tag = tag.split_whitespace().next().unwrap_or_default();
            let open = plan.changes.iter_mut().filter(|c| c.tag.is_none());
            open.for_each(|c| c.tag = Some(tag.to_owned()));
        } else if let Some(name) = line.split_whitespace().next().filter(|w| !w.starts_with('#')) {
            let nth = seen.entry(name.to_owned()).or_default();
            *nth += 1;
            plan.changes.push(Change { name: name.to_owned(), nth: *nth, tag: None });
        }
    }
    if plan.project.is_empty() {
        return Err(Error::new(format!("{} names no project", path.display()))
            .because("Sqitch wants a line `%project=<name>` in it")
            .fix("add the line"));
    }
    Ok(plan)
}

/// Names for so many changes that no change has.
pub(super) fn names(dir: &Path, wanted: &str, count: usize) -> Result<Vec<String>> {
    let taken: Vec<String> =
        if dir.join(PLAN).is_file() { plan(dir)?.changes.into_iter().map(|c| c.name).collect() } else { Vec::new() };
    let set = |n: usize| -> Vec<String> {
        let base = if n == 1 { wanted.to_owned() } else { format!("{wanted}_again_{n}") };
        if count == 1 { vec![base] } else { (1..=count).map(|i| format!("{base}_{i}")).collect() }
    };
    let free = (1..).map(set).find(|names| names.iter().all(|n| !taken.contains(n) && !script_of(dir, "deploy", n).exists()));
    Ok(free.unwrap_or_default())
}

fn script_of(dir: &Path, folder: &str, change: &str) -> PathBuf {
    dir.join(folder).join(format!("{change}.sql"))
}

/// The plan with these changes at its end, each in need of the one before it. A directory without a plan gets one.
pub(super) fn planned(dir: &Path, changes: &[String], at: OffsetDateTime, note: &str) -> Result<String> {
    let path = dir.join(PLAN);
    let mut text = if path.is_file() {
        script::text(&path)?
    } else {
        let above = dir.canonicalize().ok().and_then(|d| d.file_name().map(|n| n.to_string_lossy().into_owned()));
        let project = super::write::slug(&above.unwrap_or_default());
        format!("%syntax-version=1.0.0\n%project={project}\n\n")
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let stamp = at.replace_nanosecond(0).ok().and_then(|t| t.to_offset(time::UtcOffset::UTC).format(&Rfc3339).ok());
    let stamp = stamp.ok_or_else(|| Error::new("the time of the snapshot is out of any calendar's range"))?;
    let planner = planner(dir);
    let note = one_line(note);
    let mut before: Option<&String> = None;
    for change in changes {
        let needs = before.map_or_else(String::new, |b| format!(" [{b}]"));
        text.push_str(&format!("{change}{needs} {stamp} {planner} # {note}\n"));
        before = Some(change);
    }
    Ok(text)
}

/// Who plans, as the grammar wants it: a name, and an address in angle brackets.
fn planner(dir: &Path) -> String {
    let person = crate::review::person(dir);
    let (name, address) = person.split_once(" <").unwrap_or((&person, ""));
    let plain =
        |text: &str| text.chars().filter(|c| !"<>[]#".contains(*c) && !c.is_control()).collect::<String>().trim().to_owned();
    let (name, address) = (plain(name), plain(address).replace(char::is_whitespace, ""));
    let name = if name.is_empty() { "dbharden".to_owned() } else { name };
    format!("{name} <{}>", if address.is_empty() { "nobody@localhost" } else { &address })
}
