//! Indexes that back no constraint.

use super::{Context, options};
use crate::diff::draft::Draft;
use crate::ident::Ident;
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::{Id, Index, Kind, Object};

/// `CREATE INDEX`, CONCURRENTLY on a table in use, under this name.
fn build(object: &Object, i: &Index, name: &Ident, context: &Context<'_>) -> Draft {
    let unique = if i.unique { "UNIQUE " } else { "" };
    let new = context.is_new(&Id::new(i.table_kind, &i.table.schema, &i.table.name));
    let concurrently = !new && !i.partitioned;
    // what is not valid has parts that are not attached: so is the whole of a table in use, until its parts are
    let only = if i.partitioned && (!new || !i.valid) { "ONLY " } else { "" };
    let space = i.tablespace.as_ref().map(|t| format!(" TABLESPACE {t}")).unwrap_or_default();
    let (tail, condition) = i.tail.rfind(" WHERE (").map_or((i.tail.as_str(), ""), |at| i.tail.split_at(at));
    let _ = object;
    let sql = format!(
        "CREATE {unique}INDEX {}{name} ON {only}{} {tail}{}{space}{condition}",
        if concurrently { "CONCURRENTLY " } else { "" },
        i.table,
        options::with(&i.options),
    );
    let draft = Draft::new(sql);
    match (new, concurrently) {
        (true, _) => draft,
        (false, true) => {
            let draft = draft.locking(LockMode::ShareUpdateExclusive, &i.table).patient().alone().hazard(Hazard::IndexBuild);
            if i.unique { draft.hazard(Hazard::DependsOnData) } else { draft }
        }
        (false, false) => draft.locking(LockMode::Share, &i.table),
    }
}

/// An index of a new partitioned table that some partitions lack: made when these are attached, else they would get it.
fn is_incomplete(object: &Object, i: &Index, context: &Context<'_>) -> bool {
    let _ = object;
    i.partitioned && !i.valid && context.is_new(&Id::new(i.table_kind, &i.table.schema, &i.table.name))
}

pub(super) fn create(object: &Object, i: &Index, context: &Context<'_>) -> Vec<Draft> {
    if is_incomplete(object, i, context) {
        return Vec::new();
    }
    let mut drafts = vec![build(object, i, &object.id.name, context)];
    drafts.extend(statistics(object, &[], i));
    drafts
}

/// Built anew under another name, exchanged by two renames, the old one dropped: queries always have one of them.
pub(super) fn replace(old: &Object, new: &Object, a: &Index, b: &Index, context: &Context<'_>) -> Vec<Draft> {
    let schema = &new.id.schema;
    let fresh = context.free_name(&new.id, new.id.name.raw(), "new");
    let aside = context.free_name(&new.id, new.id.name.raw(), "old");
    let name = &new.id.name;
    let rename = |from: &Ident, to: &Ident| {
        Draft::new(format!("ALTER INDEX {schema}.{from} RENAME TO {to}")).locking(LockMode::ShareUpdateExclusive, &b.table)
    };
    let mut drafts = vec![build(new, b, &fresh, context)];
    drafts.push(rename(name, &aside));
    drafts.push(rename(&fresh, name));
    drafts.push(drop_as(old, a, &aside));
    drafts.extend(statistics(new, &[], b));
    drafts
}

fn statistics(object: &Object, old: &[(i16, i32)], new: &Index) -> Vec<Draft> {
    let say = |column: i16, target: i32| {
        Draft::new(format!("ALTER INDEX {} ALTER COLUMN {column} SET STATISTICS {target}", object.id.sql()))
            .locking(LockMode::ShareUpdateExclusive, &new.table)
    };
    let changed = new.statistics.iter().filter(|s| !old.contains(s)).map(|(c, t)| say(*c, *t));
    let gone = old.iter().filter(|(c, _)| !new.statistics.iter().any(|(n, _)| n == c)).map(|(c, _)| say(*c, -1));
    changed.chain(gone).collect()
}

/// In place, or `None`.
pub(super) fn alter(object: &Object, a: &Index, b: &Index) -> Option<Vec<Draft>> {
    if (&a.table, a.unique, &a.tail, a.partitioned) != (&b.table, b.unique, &b.tail, b.partitioned)
        || a.parent.is_some() && a.parent != b.parent
    {
        return None;
    }
    let name = object.id.sql();
    let mut drafts = Vec::new();
    if !a.valid && b.valid && !a.partitioned {
        drafts.push(
            Draft::new(format!("REINDEX INDEX CONCURRENTLY {name}"))
                .locking(LockMode::ShareUpdateExclusive, &b.table)
                .patient()
                .alone()
                .hazard(Hazard::IndexBuild),
        );
    }
    for change in options::changes(&a.options, &b.options) {
        drafts.push(Draft::new(format!("ALTER INDEX {name} {change}")).locking(LockMode::ShareUpdateExclusive, &b.table));
    }
    if a.tablespace != b.tablespace {
        let to = b.tablespace.as_ref().map_or("pg_default".to_owned(), ToString::to_string);
        drafts.push(Draft::new(format!("ALTER INDEX {name} SET TABLESPACE {to}")).locking(LockMode::AccessExclusive, &b.table));
    }
    drafts.extend(statistics(object, &a.statistics, b));
    Some(drafts)
}

/// Attached to the partitioned table's index.
pub(super) fn late(old: Option<&Index>, object: &Object, new: &Index, context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if old.is_none() && is_incomplete(object, new, context) {
        drafts.push(build(object, new, &object.id.name, context));
        drafts.extend(statistics(object, &[], new));
    }
    drafts.extend(attach(old, object, new));
    drafts
}

fn attach(old: Option<&Index>, object: &Object, new: &Index) -> Vec<Draft> {
    match &new.parent {
        Some(parent) if old.and_then(|o| o.parent.as_ref()) != Some(parent) => {
            vec![Draft::new(format!("ALTER INDEX {parent} ATTACH PARTITION {}", object.id.sql()))]
        }
        _ => Vec::new(),
    }
}

fn drop_as(object: &Object, i: &Index, name: &Ident) -> Draft {
    let schema = &object.id.schema;
    if i.partitioned || i.table_kind == Kind::ForeignTable {
        return Draft::new(format!("DROP INDEX {schema}.{name}"))
            .locking(LockMode::AccessExclusive, &i.table)
            .hazard(Hazard::IndexDropped);
    }
    Draft::new(format!("DROP INDEX CONCURRENTLY {schema}.{name}"))
        .locking(LockMode::ShareUpdateExclusive, &i.table)
        .patient()
        .alone()
        .hazard(Hazard::IndexDropped)
}

pub(super) fn drop(object: &Object, i: &Index) -> Vec<Draft> {
    // one that is attached goes with the whole
    if i.parent.is_some() { Vec::new() } else { vec![drop_as(object, i, &object.id.name)] }
}
