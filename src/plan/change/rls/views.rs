//! Views that read with the rights of their caller, whom policies bind, and run no function of the caller's before their own condition.

use crate::config::MigrationSettings;
use crate::plan::statement::{Hazard, LockMode, Statement};
use crate::snapshot::Relation;

/// The options, each with the first major version that has it.
const OPTIONS: [(&str, u32); 2] = [("security_invoker", 15), ("security_barrier", 13)];

/// A storage parameter of a view: its text, and whether it means true.
pub fn option<'r>(view: &'r Relation, name: &str) -> Option<(&'r str, bool)> {
    let value = view.options.iter().find_map(|o| o.strip_prefix(name)?.strip_prefix('='))?;
    Some((value, ["true", "on", "yes", "1"].contains(&value.to_ascii_lowercase().as_str())))
}

fn lacking(view: &Relation, major: u32) -> impl Iterator<Item = &'static str> {
    let is_on = move |name: &str| option(view, name).is_some_and(|(_, on)| on);
    OPTIONS.into_iter().filter(move |(name, since)| major >= *since && !is_on(name)).map(|(name, _)| name)
}

/// Whether the view has every option that the server knows.
pub(super) fn reads_as_caller(view: &Relation, major: u32) -> bool {
    lacking(view, major).next().is_none()
}

/// Sets the options that it lacks, and back to what each was.
pub(super) fn as_caller(view: &Relation, major: u32, settings: &MigrationSettings) -> (Vec<Statement>, Vec<Statement>) {
    let lacking: Vec<&str> = lacking(view, major).collect();
    let alter = |what: String| {
        let sql = format!("ALTER VIEW {} {what}", view.name);
        let statement = Statement::brief(sql, LockMode::AccessExclusive, &view.name, settings.lock_timeout_ms);
        Statement { hazards: vec![Hazard::BlocksEverything, Hazard::ChangesAccess], ..statement }
    };
    if lacking.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let set: Vec<String> = lacking.iter().map(|name| format!("{name} = true")).collect();
    let (mut reset, mut before) = (Vec::new(), Vec::new());
    for name in lacking {
        match option(view, name) {
            Some((value, _)) => before.push(format!("{name} = {value}")),
            None => reset.push(name),
        }
    }
    let back = [("RESET", reset.join(", ")), ("SET", before.join(", "))];
    let back = back.into_iter().filter(|(_, list)| !list.is_empty()).map(|(verb, list)| alter(format!("{verb} ({list})")));
    (vec![alter(format!("SET ({})", set.join(", ")))], back.collect())
}
