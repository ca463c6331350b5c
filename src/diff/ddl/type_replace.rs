//! A type made anew under its name while columns hold values of it: they are converted through text.

use super::Context;
use super::type_users::{TypeUsers, is_of};
use super::types;
use crate::diff::draft::Draft;
use crate::ident::{Ident, QualifiedName, constraint_name, short_name};
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::kinds::{Range, Type};
use crate::snapshot::objects::{Body, Column, Id, Kind, Object};

/// Statements that put the new type in the old one's place: the old one gets a name that is free, the new one is made, every column,
/// domain and composite type that uses it is converted, the old one goes.
///
/// Owner, privileges and comment are to be given to the new types, see [`replaced`]. What else uses the type (views, functions, checks
/// and indexes that name its values) must have been dropped, and is made anew afterwards.
pub(in crate::diff) fn replace(old: &Object, new: &Object, context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut taken = Vec::new();
    exchange(old, new, context, &mut taken, &mut drafts);
    // a default goes down to children, also to those that have another one
    for object in context.to.all.values().filter(|o| context.from.get(&o.id).is_some() && !context.is_new(&o.id)) {
        let Body::Table(_) = &object.body else { continue };
        let inherited = object.columns().iter().filter(|c| c.inherited && is_of(&c.type_name, &new.id.sql()));
        for column in inherited {
            let parent = context.parent_column(object, &column.name);
            if parent.is_some_and(|p| p.default != column.default) {
                drafts.extend(super::column::set_default(object, column, parent));
            }
        }
    }
    drafts
}

/// The types that [`replace`] makes anew: the type itself, domains over it, composite types with it that columns hold.
pub(in crate::diff) fn replaced(old: &Object, context: &Context<'_>) -> Vec<Id> {
    let mut all = vec![old.id.clone()];
    for user in TypeUsers::of(&old.id, context.from).types {
        if changes_in_place(user, context).is_none() {
            all.extend(replaced(user, context).into_iter().filter(|id| context.to.get(id).is_some()));
        }
    }
    all.sort();
    all.dedup();
    all
}

fn exchange(old: &Object, new: &Object, context: &Context<'_>, taken: &mut Vec<Ident>, drafts: &mut Vec<Draft>) {
    let (Body::Type(_), Body::Type(body)) = (&old.body, &new.body) else { return };
    let away = free_name(&old.id.qualified(), context, taken);
    drafts.push(Draft::new(format!("ALTER TYPE {} RENAME TO {away}", old.id.sql())));
    if let Body::Type(Type::Range(range)) = &old.body {
        constructors(old, range, &away, context, taken, drafts);
    }
    let mut body = body.clone();
    if let Type::Domain(domain) = &mut body
        && let Some(not_null) = &mut domain.not_null
    {
        // the old domain's constraint has the name that this one would get
        let given = || Ident::new(constraint_name(new.id.name.raw(), "", "not_null"));
        not_null.name = not_null.name.take().or_else(|| Some(given()));
    }
    drafts.extend(types::create(new, &body, context).into_iter().map(|d| d.hazard(Hazard::Recreated)));
    let users = TypeUsers::of(&old.id, context.from);
    let name = old.id.sql();
    for user in &users.types {
        match (changes_in_place(user, context), context.to.get(&user.id)) {
            (Some(columns), _) => {
                for column in columns.iter().filter(|c| is_of(&c.type_name, &name)) {
                    let (user, attribute) = (user.id.sql(), &column.name);
                    drafts.push(Draft::new(format!("ALTER TYPE {user} ALTER ATTRIBUTE {attribute} TYPE {}", column.type_name)));
                }
            }
            (None, Some(to)) => exchange(user, to, context, taken, drafts),
            (None, None) => {}
        }
    }
    for (table, columns) in users.columns.iter().filter(|(t, _)| context.to.get(&t.id).is_some()) {
        drafts.push(convert(table, columns, context));
    }
    drafts.push(Draft::new(format!("DROP TYPE {}", QualifiedName { schema: old.id.schema.clone(), name: away })));
}

/// What a range brought with it keeps its names when the range is renamed, and the new one needs them: its constructors, its multirange
/// and that one's constructors.
fn constructors(
    old: &Object,
    range: &Range,
    away: &Ident,
    context: &Context<'_>,
    taken: &mut Vec<Ident>,
    drafts: &mut Vec<Draft>,
) {
    let mut rename = |name: &QualifiedName, arguments: &str, to: &Ident| {
        drafts.push(Draft::new(format!("ALTER FUNCTION {name}({arguments}) RENAME TO {to}")));
    };
    let (name, subtype) = (old.id.qualified(), &range.subtype);
    rename(&name, &format!("{subtype}, {subtype}"), away);
    rename(&name, &format!("{subtype}, {subtype}, text"), away);
    if context.from.major < 14 {
        return;
    }
    let multirange = range.multirange_of(&old.id.schema, &old.id.name);
    let multirange_away = free_name(&multirange, context, taken);
    let renamed = QualifiedName { schema: old.id.schema.clone(), name: away.clone() };
    for arguments in [String::new(), renamed.to_string(), format!("{renamed}[]")] {
        rename(&multirange, &arguments, &multirange_away);
    }
    drafts.push(Draft::new(format!("ALTER TYPE {multirange} RENAME TO {multirange_away}")));
}

/// The attributes of a composite type that no column and no typed table holds: they can be given another type where they are.
fn changes_in_place<'a>(user: &'a Object, context: &Context<'_>) -> Option<&'a [Column]> {
    let Body::Type(Type::Composite(composite)) = &user.body else { return None };
    let users = TypeUsers::of(&user.id, context.from);
    (users.columns.is_empty() && users.typed_tables.is_empty() && users.types.is_empty()).then_some(&composite.attributes)
}

/// One statement for all columns of a table: it is written anew once.
fn convert(table: &Object, columns: &[&Column], context: &Context<'_>) -> Draft {
    let foreign = table.id.kind == Kind::ForeignTable;
    let later = |column: &Column| {
        let Some(Body::Table(to)) = context.to.get(&table.id).map(|o| &o.body) else { return None };
        to.columns.iter().find(|c| c.name == column.name && c.type_name == column.type_name)?.default.clone()
    };
    let mut changes = Vec::new();
    for column in columns {
        let Column { name, type_name, .. } = column;
        let default = column.default.as_ref().filter(|_| column.generated.is_none());
        if default.is_some() {
            changes.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
        }
        let text = if type_name.ends_with("[]") { "text[]" } else { "text" };
        let using = if foreign { String::new() } else { format!(" USING {name}::{text}::{type_name}") };
        changes.push(format!("ALTER COLUMN {name} TYPE {type_name}{using}"));
        // the default it is to have: the old one may be a value that is gone
        if let Some(default) =
            default.and_then(|old| later(column).or_else(|| later_missing(column, table, context).then(|| old.clone())))
        {
            changes.push(format!("ALTER COLUMN {name} SET DEFAULT {default}"));
        }
    }
    let sql = format!("ALTER {} {}\n    {}", table.id.kind.sql(), table.id.sql(), changes.join(",\n    "));
    let draft = Draft::new(sql).locking(LockMode::AccessExclusive, table.id.sql()).hazard(Hazard::DependsOnData);
    if foreign { draft } else { draft.hazard(Hazard::RewritesTable) }
}

/// Whether the new catalog has no such column of that type, so that it cannot tell a default.
fn later_missing(column: &Column, table: &Object, context: &Context<'_>) -> bool {
    let Some(Body::Table(to)) = context.to.get(&table.id).map(|o| &o.body) else { return true };
    !to.columns.iter().any(|c| c.name == column.name && c.type_name == column.type_name)
}

fn free_name(old: &QualifiedName, context: &Context<'_>, taken: &mut Vec<Ident>) -> Ident {
    let in_use = |name: &Ident| {
        let same = |o: &Object| o.id.schema == old.schema && o.id.name == *name;
        taken.contains(name) || context.from.all.values().chain(context.to.all.values()).any(same)
    };
    let suffixes = std::iter::once("_old".to_owned()).chain((2_u32..).map(|n| format!("_old{n}")));
    let names = suffixes.map(|suffix| short_name(old.name.raw(), &suffix));
    let free = names.into_iter().find(|name| !in_use(name)).unwrap_or_else(|| old.name.clone());
    taken.push(free.clone());
    free
}
