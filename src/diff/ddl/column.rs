//! Columns of tables.

mod not_null;

use not_null::not_null_change;
pub(super) use not_null::{comment_on_new, of_partition};

use super::{Context, casts, options, sequence};
use crate::diff::draft::Draft;
use crate::ident::constraint_name;
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::{Body, Column, Identity, Kind, Object};

/// A column as CREATE TABLE and ADD COLUMN have it.
pub(super) fn definition(c: &Column, with_default: bool, foreign: bool) -> String {
    let mut sql = format!("{} {}", c.name, c.type_name);
    if foreign {
        sql.push_str(&options::server(&c.server_options));
    }
    if let Some(collation) = &c.collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    sql.push_str(&value(c, with_default));
    sql.push_str(&not_null(c));
    sql
}

/// A column of a typed table, where there is anything to say.
pub(super) fn with_options(c: &Column, with_default: bool) -> Option<String> {
    let said = format!("{}{}", value(c, with_default), not_null(c));
    (!said.is_empty()).then(|| format!("{} WITH OPTIONS{said}", c.name))
}

fn value(c: &Column, with_default: bool) -> String {
    match (&c.identity, c.generated, &c.default) {
        (Some(identity), ..) => format!(" {}", generated(c, identity)),
        (None, Some(kind), Some(expression)) => {
            format!(" GENERATED ALWAYS AS ({expression}){}", if kind == 'v' { "" } else { " STORED" })
        }
        (None, None, Some(expression)) if with_default => format!(" DEFAULT {expression}"),
        _ => String::new(),
    }
}

fn not_null(c: &Column) -> String {
    match &c.not_null {
        // an identity column is NOT NULL in any case
        Some(n) if c.identity.is_some() && n.name.is_none() => String::new(),
        Some(n) if n.not_valid || n.inherited => String::new(),
        Some(n) => {
            let name = n.name.as_ref().map(|n| format!(" CONSTRAINT {n}")).unwrap_or_default();
            format!("{name} NOT NULL{}", if n.no_inherit { " NO INHERIT" } else { "" })
        }
        None => String::new(),
    }
}

/// `GENERATED ALWAYS AS IDENTITY (...)`.
fn generated(c: &Column, identity: &Identity) -> String {
    let way = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let mut said = sequence::options(&identity.options, Some(&c.type_name));
    said.insert(0, format!("SEQUENCE NAME {}", identity.sequence));
    format!("GENERATED {way} AS IDENTITY ({})", said.join(" "))
}

/// Like [`generated`], but short where the sequence is called as Postgres would call it.
fn short_identity(object: &Object, c: &Column, sql: String) -> String {
    let Some(identity) = &c.identity else { return sql };
    let named = format!("SEQUENCE NAME {}", identity.sequence);
    let given = constraint_name(object.id.name.raw(), c.name.raw(), "seq");
    if identity.sequence.schema != object.id.schema || identity.sequence.name.raw() != given {
        return sql;
    }
    sql.replacen(&format!("{named} "), "", 1).replacen(&format!(" ({named})"), "", 1)
}

/// `serial` and its like for the type of a column.
pub(super) fn serial(type_name: &str) -> Option<&'static str> {
    match type_name {
        "smallint" => Some("smallserial"),
        "integer" => Some("serial"),
        "bigint" => Some("bigserial"),
        _ => None,
    }
}

/// The text of a CREATE TABLE or ADD COLUMN with identities and serials written as a person would.
pub(in crate::diff) fn shorten(object: &Object, sql: String, context: &Context<'_>) -> String {
    let Body::Table(table) = &object.body else { return sql };
    let is_serial = |c: &Column| context.serials.values().any(|(t, name)| *t == object.id && *name == c.name);
    table.columns.iter().fold(sql, |sql, c| match (serial(&c.type_name), &c.default) {
        (Some(word), Some(default)) if is_serial(c) => {
            let long = format!("{} {} DEFAULT {default} NOT NULL", c.name, c.type_name);
            sql.replacen(&long, &format!("{} {word}", c.name), 1)
        }
        _ => short_identity(object, c, sql),
    })
}

/// What CREATE TABLE cannot say of a column on every version: storage, compression, statistics, options.
pub(super) fn details(object: &Object, new: &Column, old: Option<&Column>) -> Vec<Draft> {
    let name = object.id.name_sql();
    let (alter, only) = match object.id.kind {
        Kind::ForeignTable => ("ALTER FOREIGN TABLE", ""),
        Kind::View => ("ALTER VIEW", ""),
        Kind::MaterializedView => ("ALTER MATERIALIZED VIEW", ""),
        _ => ("ALTER TABLE", "ONLY "),
    };
    let plain = Column::default();
    let old = old.unwrap_or(&plain);
    let mut drafts = Vec::new();
    let mut say = |mode: LockMode, what: String| {
        drafts.push(Draft::new(format!("{alter} {only}{name} ALTER COLUMN {} {what}", new.name)).locking(mode, &name));
    };
    if old.storage != new.storage {
        let to = match new.storage {
            Some('p') => "PLAIN",
            Some('e') => "EXTERNAL",
            Some('m') => "MAIN",
            Some(_) => "EXTENDED",
            None => super::default_storage(&new.type_name),
        };
        say(LockMode::AccessExclusive, format!("SET STORAGE {to}"));
    }
    if old.compression != new.compression {
        let to = match new.compression {
            Some('p') => "pglz",
            Some('l') => "lz4",
            _ => "default",
        };
        say(LockMode::AccessExclusive, format!("SET COMPRESSION {to}"));
    }
    if old.statistics != new.statistics {
        say(LockMode::ShareUpdateExclusive, format!("SET STATISTICS {}", new.statistics.unwrap_or(-1)));
    }
    for change in options::changes(&old.options, &new.options) {
        say(LockMode::ShareUpdateExclusive, change);
    }
    if let Some(n) = new.not_null.as_ref().filter(|n| n.not_valid && !old.not_null.as_ref().is_some_and(|o| o.not_valid)) {
        let named = n.name.as_ref().map(|n| format!("CONSTRAINT {n} ")).unwrap_or_default();
        let sql = format!("ALTER TABLE {name} ADD {named}NOT NULL {} NOT VALID", new.name);
        drafts.push(Draft::new(sql).locking(LockMode::AccessExclusive, &name));
    }
    drafts
}

/// What a child says of a column that it only inherits, other than its parent.
pub(super) fn of_child(object: &Object, c: &Column, context: &Context<'_>) -> Vec<Draft> {
    let Some(parent) = context.parent_column(object, &c.name) else { return Vec::new() };
    let mut inherited = parent.clone();
    // these do not pass from parent to child
    (inherited.statistics, inherited.options) = (None, Vec::new());
    if inherited.not_null.is_some() && c.not_null.is_some() {
        inherited.not_null.clone_from(&c.not_null);
    }
    let mut drafts = Vec::new();
    drafts.extend(default(object, &inherited, c));
    drafts.extend(not_null_change(object, &inherited, c, context));
    drafts
}

/// A column that is declared here and in a parent takes the parent's default unless it has one of its own.
pub(super) fn without_parents_default(object: &Object, c: &Column, context: &Context<'_>) -> Option<Draft> {
    let parent = context.parent_column(object, &c.name).filter(|p| p.default.is_some() && c.default.is_none())?;
    default(object, parent, c)
}

/// `ADD COLUMN`.
pub(super) fn add(object: &Object, c: &Column, context: &Context<'_>) -> Vec<Draft> {
    let name = object.id.name_sql();
    let foreign = object.id.kind == Kind::ForeignTable;
    let alter = if foreign { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    let deferred = context.deferred_defaults.contains(&(object.id.clone(), c.name.clone()));
    let sql = shorten(object, format!("{alter} {name} ADD COLUMN {}", definition(c, !deferred, foreign)), context);
    let mut draft = Draft::new(sql).locking(LockMode::AccessExclusive, &name);
    if c.generated == Some('s') || c.identity.is_some() || c.default.as_deref().is_some_and(is_volatile) {
        draft = draft.hazard(Hazard::RewritesTable);
    }
    if c.not_null.is_some() && c.default.is_none() && c.identity.is_none() {
        draft = draft.hazard(Hazard::DependsOnData);
    }
    let mut drafts = vec![draft];
    drafts.extend(details(object, c, None));
    drafts.extend(comment_on_new(object, c, context));
    drafts
}

/// Whether a default may give each row another value, so that ADD COLUMN writes all of them. A constant and what is stable does not.
fn is_volatile(expression: &str) -> bool {
    let harmless = ["now()", "current_timestamp", "localtimestamp", "current_date", "transaction_timestamp()"];
    let lower = expression.to_lowercase();
    lower.contains('(') && !harmless.iter().any(|h| lower == *h) && !lower.starts_with('\'')
}

/// From the one column to the other.
pub(super) fn alter(object: &Object, old: &Column, new: &Column, context: &Context<'_>) -> Vec<Draft> {
    let name = object.id.name_sql();
    let alter = if object.id.kind == Kind::ForeignTable { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    let exclusive = |sql: String| {
        Draft::new(format!("{alter} {name} ALTER COLUMN {} {sql}", new.name)).locking(LockMode::AccessExclusive, &name)
    };
    let mut drafts = Vec::new();
    if let Some(made_anew) = regenerate(object, old, new, context) {
        return made_anew;
    }
    let detached = context.detached_defaults.contains(&(object.id.clone(), new.name.clone()));
    let mut old = old.clone();
    if detached {
        old.default = None;
    }
    // what only comes from the parent follows the parent
    let follows = !new.local && new.inherited && context.parent_column(object, &new.name).is_some();
    let moved = context.is_moved_type(&old.type_name, &new.type_name) && old.collation == new.collation;
    if (old.type_name != new.type_name || old.collation != new.collation) && !follows && !moved {
        drafts.extend(retype(object, &mut old, new, context, &exclusive));
    }
    match (old.generated, &old.identity, &new.identity) {
        (None, Some(_), None) => drafts.push(exclusive("DROP IDENTITY".to_owned())),
        (None, None, Some(identity)) => {
            if old.default.take().is_some() {
                drafts.push(exclusive("DROP DEFAULT".to_owned()));
            }
            drafts.extend(not_null_change(object, &old, new, context));
            let sql = short_identity(object, new, format!("ADD {}", generated(new, identity)));
            drafts.push(exclusive(sql).hazard(Hazard::DependsOnData));
            drafts.push(sequence::catch_up(&identity.sequence.to_string(), &name, &new.name));
        }
        (None, Some(a), Some(b)) if a != b => {
            drafts.extend(sequence::move_inside(&a.options, &b.options, &a.sequence.to_string()));
            drafts.extend(identity_change(a, b, &exclusive));
        }
        _ => {}
    }
    if old.generated.is_some() && new.generated.is_none() {
        drafts.push(exclusive("DROP EXPRESSION".to_owned()));
        old.default = None;
    }
    if old.generated.is_some() && new.generated.is_some() && old.default != new.default {
        let expression = new.default.clone().unwrap_or_default();
        let draft = exclusive(format!("SET EXPRESSION AS ({expression})"));
        drafts.push(if new.generated == Some('s') { draft.hazard(Hazard::RewritesTable) } else { draft });
        old.default.clone_from(&new.default);
    }
    if new.generated.is_none() {
        drafts.extend(default(object, &old, new));
    }
    drafts.extend(details(object, new, Some(&old)));
    if let Some(change) = options::server_changes(&old.server_options, &new.server_options) {
        drafts.push(exclusive(change));
    }
    drafts
}

/// NOT NULL from the one column to the other: apart from the rest, for it may have to read the table.
pub(super) fn alter_not_null(object: &Object, old: &Column, new: &Column, context: &Context<'_>) -> Vec<Draft> {
    // made anew, or made NOT NULL before it became an identity
    let there = new.generated.is_some() && regenerate(object, old, new, context).is_some()
        || old.identity.is_none() && new.identity.is_some();
    let mut drafts = if there { Vec::new() } else { not_null_change(object, old, new, context) };
    if old.not_null.is_none() && !there {
        drafts.extend(comment_on_new(object, new, context));
    }
    drafts
}

/// Whether a column that becomes another generated one must be dropped and added again.
pub(in crate::diff) fn is_regenerated(old: &Column, new: &Column, context: &Context<'_>) -> bool {
    new.generated.is_some_and(|kind| {
        let same = old.generated == Some(kind) && old.type_name == new.type_name;
        !(same && (old.default == new.default || context.to.major >= 17))
    })
}

/// A generated column whose expression cannot be changed in place is dropped and added: its values are computed anyway. A column of
/// stored values that becomes a generated one loses them.
fn regenerate(object: &Object, old: &Column, new: &Column, context: &Context<'_>) -> Option<Vec<Draft>> {
    new.generated?;
    let forced = context.detached_defaults.contains(&(object.id.clone(), new.name.clone()));
    if !forced && !is_regenerated(old, new, context) {
        return None;
    }
    let name = object.id.name_sql();
    let drop = Draft::new(format!("ALTER TABLE {name} DROP COLUMN {}", new.name))
        .locking(LockMode::AccessExclusive, &name)
        .hazard(Hazard::Recreated);
    let mut drafts = vec![if old.generated.is_some() { drop } else { drop.losing_data() }];
    if forced {
        drafts.clear(); // it went with what it was computed by
    }
    drafts.extend(add(object, new, context));
    Some(drafts)
}

/// `ALTER COLUMN TYPE`, the default out of its way.
fn retype(
    object: &Object,
    old: &mut Column,
    new: &Column,
    context: &Context<'_>,
    exclusive: &dyn Fn(String) -> Draft,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if old.default.is_some() && old.generated.is_none() {
        drafts.push(exclusive("DROP DEFAULT".to_owned()));
        old.default = None;
    }
    let collation = new.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
    let way = casts::way(&context.stored_type(&old.type_name, context.from), &context.stored_type(&new.type_name, context.to));
    // a domain's checks decide
    let domain = context.stored_type(&new.type_name, context.to) != new.type_name;
    let way = if domain && way != casts::Way::Lossy { casts::Way::Explicit } else { way };
    let using = match way {
        casts::Way::Widens { rewrites: _ } | casts::Way::Checked => String::new(),
        casts::Way::Explicit | casts::Way::Lossy if casts::has_cast(&old.type_name, &new.type_name) => {
            format!(" USING {}::{}", new.name, new.type_name)
        }
        casts::Way::Explicit | casts::Way::Lossy => format!(" USING {}::text::{}", new.name, new.type_name),
    };
    let draft = exclusive(format!("TYPE {}{collation}{using}", new.type_name));
    drafts.push(match way {
        casts::Way::Widens { rewrites: false } => draft,
        casts::Way::Widens { rewrites: true } => draft.hazard(Hazard::RewritesTable),
        casts::Way::Checked | casts::Way::Explicit => draft.hazard(Hazard::RewritesTable).hazard(Hazard::DependsOnData),
        casts::Way::Lossy if object.id.kind == Kind::ForeignTable => draft,
        casts::Way::Lossy => draft.hazard(Hazard::RewritesTable).losing_data(),
    });
    // the storage of the old type does not stay
    old.storage = None;
    drafts
}

fn default(object: &Object, old: &Column, new: &Column) -> Option<Draft> {
    if old.default == new.default || new.identity.is_some() {
        return None;
    }
    let (alter, name) = match object.id.kind {
        Kind::View => ("ALTER VIEW", object.id.name_sql()),
        Kind::ForeignTable => ("ALTER FOREIGN TABLE", object.id.name_sql()),
        _ => ("ALTER TABLE", format!("ONLY {}", object.id.name_sql())),
    };
    let what = new.default.as_ref().map_or("DROP DEFAULT".to_owned(), |d| format!("SET DEFAULT {d}"));
    Some(
        Draft::new(format!("{alter} {name} ALTER COLUMN {} {what}", new.name))
            .locking(LockMode::AccessExclusive, object.id.name_sql()),
    )
}

/// The default of a view's column, or one that had to wait.
pub(in crate::diff) fn set_default(object: &Object, c: &Column, old: Option<&Column>) -> Option<Draft> {
    default(object, old.unwrap_or(&Column::default()), c)
}

fn identity_change(a: &Identity, b: &Identity, exclusive: &dyn Fn(String) -> Draft) -> Vec<Draft> {
    let mut set = Vec::new();
    if a.always != b.always {
        set.push(format!("SET GENERATED {}", if b.always { "ALWAYS" } else { "BY DEFAULT" }));
    }
    set.extend(sequence::identity_changes(&a.options, &b.options).into_iter().map(|o| format!("SET {o}")));
    let mut drafts = Vec::new();
    if !set.is_empty() {
        drafts.push(exclusive(set.join(" ")));
    }
    if a.sequence != b.sequence {
        if a.sequence.schema == b.sequence.schema {
            drafts.push(Draft::new(format!("ALTER SEQUENCE {} RENAME TO {}", a.sequence, b.sequence.name)));
        }
    } else if a.options.data_type != b.options.data_type {
        drafts.push(Draft::new(format!("ALTER SEQUENCE {} AS {}", b.sequence, b.options.data_type)));
    }
    drafts
}
