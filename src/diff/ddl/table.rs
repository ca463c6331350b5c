//! Tables: ordinary, partitioned, foreign. Columns are in `column.rs`.

use std::borrow::Cow;

use super::{Context, column, options};
use crate::diff::common;
use crate::diff::draft::Draft;
use crate::ident::{Ident, QualifiedName};
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::{Body, Column, Constraint, Kind, Object, Table};

/// `CREATE TABLE` with these constraints inside; `without_defaults` are columns whose default comes later, with what it needs.
pub(super) fn create(object: &Object, table: &Table, inside: &[&Object], context: &Context<'_>) -> Vec<Draft> {
    let name = object.id.name_sql();
    let foreign = object.id.kind == Kind::ForeignTable;
    let deferred = |c: &Column| context.deferred_defaults.contains(&(object.id.clone(), c.name.clone()));
    // a partition is made as a table of its own and attached afterwards: that locks nobody out of the whole
    let declared: Vec<&Column> = table.columns.iter().filter(|c| c.local || table.partition_of.is_some()).collect();
    let mut lines: Vec<String> = declared
        .iter()
        .filter_map(|c| match &table.of_type {
            Some(_) => column::with_options(c, !deferred(c)),
            None => Some(column::definition(&column::of_partition(object, table, c, context), !deferred(c), foreign)),
        })
        .collect();
    for check in context.inherited_checks(table) {
        lines.push(format!("CONSTRAINT {} {}", check.0, check.1));
    }
    for constraint in inside {
        if let Body::Constraint(c) = &constraint.body {
            lines.push(format!("CONSTRAINT {} {}", constraint.id.part_name(), c.definition));
        }
    }
    let kind = match (foreign, table.unlogged) {
        (true, _) => "FOREIGN TABLE",
        (false, true) => "UNLOGGED TABLE",
        (false, false) => "TABLE",
    };
    let mut sql = format!("CREATE {kind} {name}");
    if let Some(of) = &table.of_type {
        sql.push_str(&format!(" OF {of}"));
    }
    match (lines.is_empty(), &table.of_type) {
        (true, Some(_)) => {}
        (true, None) => sql.push_str(" ()"),
        (false, _) => sql.push_str(&format!(" (\n    {}\n)", lines.join(",\n    "))),
    }
    if !table.inherits.is_empty() {
        let parents: Vec<String> = table.inherits.iter().map(QualifiedName::to_string).collect();
        sql.push_str(&format!(" INHERITS ({})", parents.join(", ")));
    }
    if let Some(key) = &table.partition_key {
        sql.push_str(&format!(" PARTITION BY {key}"));
    }
    if let Some(server) = &table.server {
        sql.push_str(&format!(" SERVER {server}"));
        sql.push_str(&options::server(&table.server_options));
    }
    // a partitioned table keeps what was said for its partitions, and else nothing
    if let Some(method) = table.access_method.as_ref().filter(|m| m.raw() != "heap" || table.partition_key.is_some()) {
        sql.push_str(&format!(" USING {method}"));
    }
    sql.push_str(&options::with(&table.options));
    if let Some(space) = &table.tablespace {
        sql.push_str(&format!(" TABLESPACE {space}"));
    }
    let mut drafts = vec![Draft::new(sql)];
    for c in &table.columns {
        drafts.extend(column::details(object, c, None));
        if !c.local && table.partition_of.is_none() {
            drafts.extend(column::of_child(object, c, context));
        }
        if c.local && c.inherited {
            drafts.extend(column::without_parents_default(object, c, context));
        }
        drafts.extend(column::comment_on_new(object, c, context));
    }
    drafts.extend(row_security(&name, &Table::default(), table));
    drafts
}

fn row_security(name: &str, old: &Table, new: &Table) -> Vec<Draft> {
    let switch = |sql: &str| {
        Draft::new(format!("ALTER TABLE {name} {sql} ROW LEVEL SECURITY"))
            .locking(LockMode::AccessExclusive, name)
            .hazard(Hazard::ChangesAccess)
    };
    let mut drafts = Vec::new();
    if old.row_security != new.row_security {
        drafts.push(switch(if new.row_security { "ENABLE" } else { "DISABLE" }));
    }
    if old.force_row_security != new.force_row_security {
        drafts.push(switch(if new.force_row_security { "FORCE" } else { "NO FORCE" }));
    }
    drafts
}

/// What can only be said when indexes and partitions are there.
pub(super) fn late(old: Option<&Table>, object: &Object, new: &Table) -> Vec<Draft> {
    let name = object.id.name_sql();
    let only = if object.id.kind == Kind::ForeignTable { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    let default = Table { replica_identity: 'd', ..Table::default() };
    let old = old.unwrap_or(&default);
    let mut drafts = Vec::new();
    if (&old.partition_of, &old.bound) != (&new.partition_of, &new.bound)
        && let (Some(parent), Some(bound)) = (&new.partition_of, &new.bound)
    {
        drafts.push(
            Draft::new(format!("ALTER TABLE {parent} ATTACH PARTITION {name} {bound}"))
                .locking(LockMode::ShareUpdateExclusive, parent)
                .hazard(Hazard::ScansTable),
        );
    }
    let wanted = (new.replica_identity, &new.replica_index);
    if object.id.kind == Kind::Table && (old.replica_identity, &old.replica_index) != wanted {
        let how = match wanted {
            ('n', _) => "NOTHING".to_owned(),
            ('f', _) => "FULL".to_owned(),
            ('i', Some(index)) => format!("USING INDEX {index}"),
            _ => "DEFAULT".to_owned(),
        };
        drafts.push(Draft::new(format!("{only} {name} REPLICA IDENTITY {how}")).locking(LockMode::AccessExclusive, &name));
    }
    if old.cluster_on != new.cluster_on {
        drafts.push(cluster_on("ALTER TABLE", &name, new.cluster_on.as_ref()));
    }
    drafts
}

/// `CLUSTER ON`, which marks an index and moves nothing.
pub(super) fn cluster_on(alter: &str, name: &str, index: Option<&Ident>) -> Draft {
    let how = index.map_or("SET WITHOUT CLUSTER".to_owned(), |index| format!("CLUSTER ON {index}"));
    Draft::new(format!("{alter} {name} {how}")).locking(LockMode::ShareUpdateExclusive, name)
}

/// Statements that change a table in place; `None` where only a new one would do.
pub(super) fn alter(_old: &Object, new: &Object, a: &Table, b: &Table, context: &Context<'_>) -> Option<Vec<Draft>> {
    let foreign = new.id.kind == Kind::ForeignTable;
    if a.partition_key != b.partition_key || a.server != b.server || a.access_method != b.access_method && context.to.major < 15 {
        return None;
    }
    let name = new.id.name_sql();
    let alter = if foreign { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    let exclusive = |sql: String| Draft::new(format!("{alter} {name} {sql}")).locking(LockMode::AccessExclusive, &name);
    let mut drafts = Vec::new();
    if a.detach_pending
        && b.partition_of.is_none()
        && let Some(parent) = &a.partition_of
    {
        drafts = vec![
            Draft::new(format!("ALTER TABLE {parent} DETACH PARTITION {name} FINALIZE"))
                .locking(LockMode::AccessExclusive, &name),
        ];
    }
    for parent in a.inherits.iter().filter(|p| !b.inherits.contains(p)) {
        drafts.push(exclusive(format!("NO INHERIT {parent}")));
    }
    if a.of_type != b.of_type && a.of_type.is_some() {
        drafts.push(exclusive("NOT OF".to_owned()));
    }
    let all = columns(new, a, b, context);
    let slow = all.iter().position(|d| d.patient).map_or(all.len(), |at| at.saturating_sub(1));
    let (quick, slow) = all.split_at(slow);
    drafts.extend_from_slice(quick);
    for parent in b.inherits.iter().filter(|p| !a.inherits.contains(p)) {
        drafts.push(exclusive(format!("INHERIT {parent}")));
    }
    if a.of_type != b.of_type
        && let Some(of) = &b.of_type
    {
        drafts.push(exclusive(format!("OF {of}")));
    }
    if a.unlogged != b.unlogged {
        let to = if b.unlogged { "SET UNLOGGED" } else { "SET LOGGED" };
        drafts.push(exclusive(to.to_owned()).hazard(Hazard::RewritesTable));
    }
    if a.access_method != b.access_method {
        let to = b.access_method.as_ref().map_or("DEFAULT".to_owned(), ToString::to_string);
        let draft = exclusive(format!("SET ACCESS METHOD {to}"));
        drafts.push(if b.partition_key.is_some() { draft } else { draft.hazard(Hazard::RewritesTable) });
    }
    if a.tablespace != b.tablespace {
        let to = b.tablespace.clone().unwrap_or_else(|| Ident::new("pg_default"));
        drafts.push(exclusive(format!("SET TABLESPACE {to}")).hazard(Hazard::RewritesTable));
    }
    for change in options::changes(&a.options, &b.options) {
        drafts.push(Draft::new(format!("{alter} {name} {change}")).locking(LockMode::ShareUpdateExclusive, &name));
    }
    if let Some(change) = options::server_changes(&a.server_options, &b.server_options) {
        drafts.push(exclusive(change));
    }
    drafts.extend(row_security(&name, a, b));
    // what reads the table comes last, and holds up nothing else
    drafts.extend_from_slice(slow);
    Some(drafts)
}

/// Columns that are new or changed. Those that go are dropped last of all: see [`dropped_columns`].
fn columns(new: &Object, a: &Table, b: &Table, context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut not_nulls = Vec::new();
    let attached = a.partition_of != b.partition_of;
    for column in &b.columns {
        match a.columns.iter().find(|c| c.name == column.name) {
            None if !column.local && b.partition_of.is_some() => {
                // the parent's own statement adds it here too
                drafts.extend(column::details(new, column, None));
                drafts.extend(column::of_child(new, column, context));
                drafts.extend(column::comment_on_new(new, column, context));
            }
            None if !column.local => {}
            None => {
                drafts.extend(column::add(new, column, context));
                drafts.extend(common::column_created(new, column, context));
            }
            Some(before) if before != column || context.detached_defaults.contains(&(new.id.clone(), column.name.clone())) => {
                drafts.extend(column::alter(new, before, column, context));
                let own = if attached { column::of_partition(new, b, column, context) } else { Cow::Borrowed(column) };
                not_nulls.extend(column::alter_not_null(new, before, &own, context));
                drafts.extend(common::column_altered(new, before, column, context));
            }
            Some(_) => {}
        }
    }
    drafts.extend(not_nulls);
    drafts
}

/// `DROP COLUMN` of those that the new form lacks.
pub(in crate::diff) fn dropped_columns(old: &Object, new: &Object) -> Vec<(Ident, Draft)> {
    let (Body::Table(a), Body::Table(b)) = (&old.body, &new.body) else { return Vec::new() };
    let gone = a.columns.iter().filter(|c| c.local && !b.columns.iter().any(|n| n.name == c.name));
    let name = new.id.name_sql();
    let alter = if new.id.kind == Kind::ForeignTable { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    gone.map(|c| {
        let draft = Draft::new(format!("{alter} {name} DROP COLUMN {}", c.name))
            .locking(LockMode::AccessExclusive, &name)
            .hazard(Hazard::BreaksApplication);
        // what is generated from other columns can be generated again
        let stored = new.id.kind == Kind::Table && c.generated.is_none();
        (c.name.clone(), if stored { draft.losing_data() } else { draft })
    })
    .collect()
}

/// `DROP TABLE`.
pub(super) fn drop(object: &Object, table: &Table) -> Vec<Draft> {
    let name = object.id.name_sql();
    let draft = Draft::new(format!("DROP {} {name}", object.id.kind.sql()))
        .locking(LockMode::AccessExclusive, &name)
        .hazard(Hazard::BreaksApplication);
    let holds_rows = object.id.kind == Kind::Table && table.partition_key.is_none() && !table.columns.is_empty();
    vec![if holds_rows { draft.losing_data() } else { draft }]
}

/// Whether a constraint can stand inside `CREATE TABLE`.
pub(in crate::diff) fn fits_inside(table: &Table, constraint: &Constraint) -> bool {
    table.of_type.is_none()
        && table.partition_of.is_none()
        && constraint.contype != 'f'
        && constraint.valid
        && !constraint.inherited
        && constraint.options.is_empty()
        && constraint.tablespace.is_none()
        && constraint.parent.is_none()
        && constraint.index_comment.is_none()
        && !constraint.index_invalid
}
