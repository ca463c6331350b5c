//! Constraints of tables.

use super::{Context, options};
use crate::diff::common;
use crate::diff::draft::Draft;
use crate::ident::{Ident, constraint_name, literal};
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::{Body, Constraint, Id, Kind, Object};

pub(super) fn create(object: &Object, c: &Constraint, context: &Context<'_>) -> Vec<Draft> {
    if comes_with_whole(object) {
        return Vec::new();
    }
    let table = object.id.name_sql();
    let name = object.id.part_name();
    let new = context.is_new(&Id::new(c.table_kind, &object.id.schema, &object.id.name));
    let mut drafts = match c.contype {
        'p' | 'u' if !new && c.table_kind == Kind::Table => key(object, c, context),
        'c' | 'f' => unchecked(object, c, new, context),
        _ => {
            let only = if c.parent.is_some() || c.index_invalid { "ONLY " } else { "" };
            let sql = format!("ALTER TABLE {only}{table} ADD CONSTRAINT {name} {}", with_options(c));
            let draft = Draft::new(sql);
            vec![if new {
                draft
            } else {
                draft.locking(LockMode::AccessExclusive, &table).hazard(Hazard::ScansTable).hazard(Hazard::DependsOnData)
            }]
        }
    };
    drafts.extend(index_comment(object, None, c.index_comment.as_deref()));
    drafts
}

/// The definition with the storage parameters and tablespace of the index, which `pg_get_constraintdef()` leaves out.
fn with_options(c: &Constraint) -> String {
    let (head, tail) = split(&c.definition);
    let space = c.tablespace.as_ref().map(|t| format!(" USING INDEX TABLESPACE {t}")).unwrap_or_default();
    let with = options::with(&c.options);
    if with.is_empty() && space.is_empty() { c.definition.clone() } else { format!("{head}{with}{space}{tail}") }
}

/// `UNIQUE (a) INCLUDE (b)` and ` DEFERRABLE INITIALLY DEFERRED`: what follows the index in a key's definition.
fn split(definition: &str) -> (&str, &str) {
    let tails = [" WHERE (", " DEFERRABLE", " NOT ENFORCED"];
    let end = tails.iter().filter_map(|t| definition.rfind(t)).min().unwrap_or(definition.len());
    definition.split_at(end)
}

/// Checks and foreign keys: added without looking at rows, which are looked at afterwards under a lock that stops nobody.
fn unchecked(object: &Object, c: &Constraint, new: bool, context: &Context<'_>) -> Vec<Draft> {
    let table = object.id.name_sql();
    let name = object.id.part_name();
    let foreign = c.table_kind == Kind::ForeignTable;
    let alter = if foreign { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    let mode = if c.contype == 'f' { LockMode::ShareRowExclusive } else { LockMode::AccessExclusive };
    let add = |end: &str| Draft::new(format!("{alter} {table} ADD CONSTRAINT {name} {}{end}", c.definition));
    if !c.valid {
        let draft = add(" NOT VALID");
        return vec![if new { draft } else { draft.locking(mode, &table) }];
    }
    if new || foreign {
        let referenced = c.references.as_ref().filter(|r| !context.is_new(&Id::new(Kind::Table, &r.schema, &r.name)));
        let draft = add("");
        return vec![match referenced {
            Some(other) => draft.locking(LockMode::ShareRowExclusive, other),
            None => draft,
        }];
    }
    // a NOT VALID foreign key of a partitioned table needs 18
    let partitioned = context.is_partitioned(&object.id.qualified());
    let not_enforced = c.definition.contains(" NOT ENFORCED");
    if not_enforced || c.contype == 'f' && partitioned && context.to.major < 18 {
        return vec![add("").locking(mode, &table).hazard(Hazard::ScansTable).hazard(Hazard::DependsOnData)];
    }
    vec![add(" NOT VALID").locking(mode, &table), validate(object)]
}

fn validate(object: &Object) -> Draft {
    let table = object.id.name_sql();
    Draft::new(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {}", object.id.part_name()))
        .locking(LockMode::ShareUpdateExclusive, &table)
        .patient()
        .hazard(Hazard::DependsOnData)
}

/// A primary key or unique constraint on a table in use: its index is built beside the writes and then adopted.
fn key(object: &Object, c: &Constraint, context: &Context<'_>) -> Vec<Draft> {
    let table = object.id.name_sql();
    let name = object.id.part_name();
    let (head, tail) = split(&c.definition);
    let word = if c.contype == 'p' { "PRIMARY KEY" } else { "UNIQUE" };
    let partitioned = context.is_partitioned(&object.id.qualified());
    if partitioned || head.contains("WITHOUT OVERLAPS") {
        // partitions have an index of their own, built beside the writes and attached
        let only = if partitioned || c.index_invalid { "ONLY " } else { "" };
        return vec![
            Draft::new(format!("ALTER TABLE {only}{table} ADD CONSTRAINT {name} {}", with_options(c)))
                .locking(LockMode::AccessExclusive, &table)
                .hazard(Hazard::ScansTable)
                .hazard(Hazard::DependsOnData),
        ];
    }
    vec![
        build(object, c, &name),
        Draft::new(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {word} USING INDEX {name}{tail}"))
            .locking(LockMode::AccessExclusive, &table),
    ]
}

/// The index of a key, built beside the writes under this name.
fn build(object: &Object, c: &Constraint, name: &Ident) -> Draft {
    let table = object.id.name_sql();
    let head = split(&c.definition).0;
    let rest = head.strip_prefix("PRIMARY KEY ").or_else(|| head.strip_prefix("UNIQUE ")).unwrap_or(head);
    // `UNIQUE NULLS NOT DISTINCT (a)`: in an index it stands behind the columns
    let (rest, distinct) = match rest.strip_prefix("NULLS NOT DISTINCT ") {
        Some(rest) => (rest, " NULLS NOT DISTINCT"),
        None => (rest, ""),
    };
    let space = c.tablespace.as_ref().map(|t| format!(" TABLESPACE {t}")).unwrap_or_default();
    let with = options::with(&c.options);
    Draft::new(format!("CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} USING btree {rest}{distinct}{with}{space}"))
        .locking(LockMode::ShareUpdateExclusive, &table)
        .patient()
        .alone()
        .hazard(Hazard::IndexBuild)
        .hazard(Hazard::DependsOnData)
}

/// A key with other columns: the new index is built while the old one still serves, then one statement takes it over.
pub(super) fn exchange(old: &Object, new: &Object, a: &Constraint, b: &Constraint, context: &Context<'_>) -> Option<Vec<Draft>> {
    let key =
        |c: &Constraint| matches!(c.contype, 'p' | 'u') && c.table_kind == Kind::Table && c.parent.is_none() && !c.index_invalid;
    let table = Id::new(Kind::Table, &new.id.schema, &new.id.name);
    let there = context.from.get(&table)?.columns();
    let known =
        b.columns.iter().all(|column| there.iter().any(|c| c.name == *column && (b.contype == 'u' || c.not_null.is_some())));
    let pointed_at = || context.from.all.values().any(|o| o.needs.iter().any(|n| n.id == old.id));
    let plain =
        !context.is_new(&table) && !context.is_partitioned(&new.id.qualified()) && !b.definition.contains("WITHOUT OVERLAPS");
    if !key(a) || !key(b) || !known || !plain || pointed_at() {
        return None;
    }
    let name = new.id.part_name();
    let fresh = context.free_name(&new.id, name.raw(), "new");
    let word = if b.contype == 'p' { "PRIMARY KEY" } else { "UNIQUE" };
    let tail = split(&b.definition).1;
    let relation = new.id.name_sql();
    let take = format!("ALTER TABLE {relation} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {word} USING INDEX {fresh}{tail}");
    let mut drafts = vec![build(new, b, &fresh), Draft::new(take).locking(LockMode::AccessExclusive, &relation)];
    drafts.extend(index_comment(new, None, b.index_comment.as_deref()));
    Some(drafts)
}

fn index_comment(object: &Object, old: Option<&str>, new: Option<&str>) -> Option<Draft> {
    if old == new {
        return None;
    }
    let text = new.map_or("NULL".to_owned(), literal);
    Some(Draft::new(format!("COMMENT ON INDEX {}.{} IS {text}", object.id.schema, object.id.part_name())))
}

pub(super) fn alter(object: &Object, a: &Constraint, b: &Constraint) -> Option<Vec<Draft>> {
    let table = object.id.name_sql();
    let name = object.id.part_name();
    let index = format!("{}.{name}", object.id.schema);
    let mut drafts = Vec::new();
    if a.definition != b.definition {
        if a.contype != 'f'
            || split(&a.definition).0 != split(&b.definition).0
            || b.definition.contains("NOT ENFORCED") != a.definition.contains("NOT ENFORCED")
        {
            return None;
        }
        let tail = split(&b.definition).1;
        let how = if tail.is_empty() { " NOT DEFERRABLE" } else { tail };
        let sql = format!("ALTER TABLE {table} ALTER CONSTRAINT {name}{how}");
        drafts.push(Draft::new(sql).locking(LockMode::ShareRowExclusive, &table));
    }
    // switched off by a superuser: made anew it is on again, and nobody writes it switched off
    if a.contype != b.contype || a.valid && !b.valid || a.triggers.is_some() && b.triggers.is_none() {
        return None;
    }
    if b.contype == 'x' && b.parent.is_some() && a.parent != b.parent {
        return None;
    }
    if !a.valid && b.valid {
        drafts.push(validate(object));
    }
    for change in options::changes(&a.options, &b.options) {
        drafts.push(Draft::new(format!("ALTER INDEX {index} {change}")).locking(LockMode::ShareUpdateExclusive, &table));
    }
    if a.tablespace != b.tablespace {
        let to = b.tablespace.as_ref().map_or("pg_default".to_owned(), ToString::to_string);
        drafts.push(Draft::new(format!("ALTER INDEX {index} SET TABLESPACE {to}")).locking(LockMode::AccessExclusive, &table));
    }
    drafts.extend(index_comment(object, a.index_comment.as_deref(), b.index_comment.as_deref()));
    Some(drafts)
}

/// Whether a constraint of a partition is there when the partition is attached, or when the whole gets its own: PostgreSQL attaches no
/// index of an exclusion constraint that was made apart. Source: `CompareIndexInfo()` in `src/backend/catalog/index.c`.
pub(in crate::diff) fn comes_with_whole(object: &Object) -> bool {
    matches!(&object.body, Body::Constraint(c) if c.contype == 'x' && c.parent.is_some())
}

/// The name and comments of what came with the whole.
fn named(object: &Object, c: &Constraint, context: &Context<'_>) -> Vec<Draft> {
    let (table, name) = (object.id.name_sql(), object.id.part_name());
    let columns: Vec<&str> = c.columns.iter().map(Ident::raw).collect();
    let given = constraint_name(object.id.name.raw(), &columns.join("_"), "excl");
    let mut drafts = Vec::new();
    if name.raw().trim_end_matches(|c: char| c.is_ascii_digit()) != given {
        let sql = format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {name}", Ident::new(given));
        drafts.push(Draft::new(sql).locking(LockMode::AccessExclusive, &table));
    }
    drafts.extend(index_comment(object, None, c.index_comment.as_deref()));
    drafts.extend(common::created(object, context));
    drafts
}

/// `ALTER INDEX ... ATTACH PARTITION` of a key's index on a partition.
pub(super) fn late(old: Option<&Constraint>, object: &Object, new: &Constraint, context: &Context<'_>) -> Vec<Draft> {
    if comes_with_whole(object) {
        return if old.is_none() { named(object, new, context) } else { Vec::new() };
    }
    match &new.parent {
        Some(parent) if old.and_then(|o| o.parent.as_ref()) != Some(parent) => {
            vec![Draft::new(format!("ALTER INDEX {parent} ATTACH PARTITION {}.{}", object.id.schema, object.id.part_name()))]
        }
        _ => Vec::new(),
    }
}

pub(super) fn drop(object: &Object, c: &Constraint) -> Vec<Draft> {
    // that of a partition goes with the whole's
    if c.parent.is_some() {
        return Vec::new();
    }
    let table = object.id.name_sql();
    let alter = if c.table_kind == Kind::ForeignTable { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    vec![
        Draft::new(format!("{alter} {table} DROP CONSTRAINT {}", object.id.part_name()))
            .locking(LockMode::AccessExclusive, &table),
    ]
}

/// The key's index as it would be called were it one of its own.
pub(in crate::diff) fn is_key(object: &Object) -> bool {
    matches!(&object.body, Body::Constraint(c) if matches!(c.contype, 'p' | 'u' | 'x'))
}
