//! What all kinds have alike: owner, privileges, comment, security labels.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::effective;
use super::ddl::Context;
use super::draft::Draft;
use crate::ident::{Ident, literal};
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::acl::{Letters, privilege};
use crate::snapshot::objects::{Acl, Body, Column, Id, Kind, Object};

/// After an object was made: its owner, privileges, comment, labels.
pub(super) fn created(object: &Object, context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if let Some(owner) = object.owner.as_ref().filter(|_| (context.scope.owner)(&object.id)) {
        // it must be its table's owner's before it can be bound to the table; one that is made with a column is
        let loose = matches!(&object.body, Body::Sequence(s) if s.owned_by.is_some() && !s.identity)
            && !context.serials.contains_key(&object.id);
        if loose {
            drafts.push(Draft::new(format!("ALTER SEQUENCE {} OWNER TO {owner}", object.id.sql())));
        } else {
            drafts.extend(owner_to(object, owner));
        }
    }
    drafts.extend(comment(&object.id, None, object.comment.as_deref()));
    drafts.extend(labels(&object.id, &BTreeMap::new(), &object.labels));
    if (context.scope.grants)(&object.id) {
        let given = context.acl_when_created(object);
        drafts.extend(grants(&object.id, None, &given, &effective(object, context.to.major)));
    }
    for column in super::compare::columns_of(&object.body).unwrap_or_default() {
        drafts.extend(column_created(object, column, context));
    }
    drafts
}

/// After a column was made: its comment and privileges.
pub(super) fn column_created(object: &Object, column: &Column, context: &Context<'_>) -> Vec<Draft> {
    let id = Id::on(Kind::Column, &object.id.qualified(), &column.name);
    let mut drafts: Vec<Draft> = comment(&id, None, column.comment.as_deref()).into_iter().collect();
    drafts.extend(labels(&id, &BTreeMap::new(), &column.labels));
    if let Some(acl) = column.acl.as_ref().filter(|_| (context.scope.grants)(&object.id)) {
        drafts.extend(grants(&object.id, Some(&column.name), &Acl::default(), acl));
    }
    drafts
}

/// From one owner, comment, label, privilege to the other.
pub(super) fn altered(old: &Object, new: &Object, context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut held = effective(old, context.from.major);
    if old.owner != new.owner
        && let Some(owner) = new.owner.as_ref().filter(|_| (context.scope.owner)(&new.id))
    {
        let moved = owner_to(new, owner);
        if !moved.is_empty() {
            // what the old owner held is the new one's now
            if let Some(own) = held.0.remove(&old.owner) {
                let into: &mut Letters = held.0.entry(Some(owner.clone())).or_default();
                own.into_iter().for_each(|(letter, grantable)| *into.entry(letter).or_insert(false) |= grantable);
            }
        }
        drafts.extend(moved);
    }
    drafts.extend(comment(&new.id, old.comment.as_deref(), new.comment.as_deref()));
    drafts.extend(labels(&new.id, &old.labels, &new.labels));
    if (context.scope.grants)(&new.id) {
        let wanted = effective(new, context.to.major);
        drafts.extend(grants(&new.id, None, &held, &wanted));
    }
    drafts
}

/// Comments and privileges of a view's columns, when the view has them.
pub(super) fn view_columns(old: &Object, new: &Object, context: &Context<'_>) -> Vec<Draft> {
    if !matches!(new.body, Body::View(_)) {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for column in new.columns() {
        match old.columns().iter().find(|c| c.name == column.name) {
            Some(before) => drafts.extend(column_altered(new, before, column, context)),
            None => drafts.extend(column_created(new, column, context)),
        }
    }
    drafts
}

/// Comment and privileges of a column from the one to the other.
pub(super) fn column_altered(object: &Object, old: &Column, new: &Column, context: &Context<'_>) -> Vec<Draft> {
    let id = Id::on(Kind::Column, &object.id.qualified(), &new.name);
    let mut drafts: Vec<Draft> = comment(&id, old.comment.as_deref(), new.comment.as_deref()).into_iter().collect();
    drafts.extend(labels(&id, &old.labels, &new.labels));
    if (context.scope.grants)(&object.id) {
        let empty = Acl::default();
        let (a, b) = (old.acl.as_ref().unwrap_or(&empty), new.acl.as_ref().unwrap_or(&empty));
        drafts.extend(grants(&object.id, Some(&new.name), a, b));
    }
    drafts
}

/// `ALTER ... OWNER TO`; nothing for what has no owner of its own.
fn owner_to(object: &Object, owner: &Ident) -> Vec<Draft> {
    // it goes with its table
    if matches!(&object.body, Body::Sequence(s) if s.owned_by.is_some()) {
        return Vec::new();
    }
    let kind = object.id.kind;
    if matches!(kind, Kind::Extension | Kind::UserMapping | Kind::DefaultPrivileges | Kind::Cast | Kind::Transform) {
        return Vec::new();
    }
    let draft = Draft::new(format!("ALTER {} {} OWNER TO {owner}", kind.sql(), object.id.sql())).hazard(Hazard::ChangesAccess);
    vec![if kind.is_relation() { draft.locking(LockMode::AccessExclusive, object.id.name_sql()) } else { draft }]
}

/// `COMMENT ON`, where it differs.
pub(super) fn comment(id: &Id, old: Option<&str>, new: Option<&str>) -> Option<Draft> {
    if old == new {
        return None;
    }
    let text = new.map_or("NULL".to_owned(), literal);
    Some(Draft::new(format!("COMMENT ON {} {} IS {text}", id.kind.sql(), id.sql())))
}

/// `SECURITY LABEL`, where it differs.
fn labels(id: &Id, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<Draft> {
    let providers: BTreeSet<&String> = old.keys().chain(new.keys()).filter(|p| old.get(*p) != new.get(*p)).collect();
    let one = |provider: &String| {
        let text = new.get(provider).map_or("NULL".to_owned(), |label| literal(label));
        let provider = Ident::new(&**provider);
        Draft::new(format!("SECURITY LABEL FOR {provider} ON {} {} IS {text}", id.kind.sql(), id.sql()))
    };
    providers.into_iter().map(one).collect()
}

/// GRANTs and REVOKEs from the one to the other.
pub(super) fn grants(id: &Id, column: Option<&Ident>, old: &Acl, new: &Acl) -> Vec<Draft> {
    let Some(what) = grant_kind(id.kind) else { return Vec::new() };
    let object = if id.kind == Kind::Aggregate { Id { kind: Kind::Function, ..id.clone() }.sql() } else { id.sql() };
    let empty = Letters::new();
    let roles: BTreeSet<&Option<Ident>> = old.0.keys().chain(new.0.keys()).collect();
    let mut drafts = Vec::new();
    let mut say = |letters: Vec<char>, verb: &str, end: &str, role: &Option<Ident>| {
        if letters.is_empty() {
            return;
        }
        let names = privileges(&letters, column);
        let role = role.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string);
        let (way, option) = if verb.starts_with("GRANT") { ("TO", end) } else { ("FROM", "") };
        drafts.push(Draft::new(format!("{verb} {names} ON {what} {object} {way} {role}{option}")).hazard(Hazard::ChangesAccess));
    };
    for role in roles {
        let (a, b) = (old.0.get(role).unwrap_or(&empty), new.0.get(role).unwrap_or(&empty));
        let pick = |keep: &dyn Fn(char) -> bool, of: &Letters| of.keys().copied().filter(|l| keep(*l)).collect::<Vec<char>>();
        say(pick(&|l| !b.contains_key(&l), a), "REVOKE", "", role);
        say(pick(&|l| a.get(&l) == Some(&true) && b.get(&l) == Some(&false), a), "REVOKE GRANT OPTION FOR", "", role);
        say(pick(&|l| b.get(&l) == Some(&false) && !a.contains_key(&l), b), "GRANT", "", role);
        say(pick(&|l| b.get(&l) == Some(&true) && a.get(&l) != Some(&true), b), "GRANT", " WITH GRANT OPTION", role);
    }
    // a role that passes on what it got must have it first
    drafts
}

/// `SELECT, UPDATE` or `SELECT (a), UPDATE (a)`.
fn privileges(letters: &[char], column: Option<&Ident>) -> String {
    let one = |letter: &char| match column {
        Some(column) => format!("{} ({column})", privilege(*letter)),
        None => privilege(*letter).to_owned(),
    };
    letters.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What GRANT calls a kind; `None` where there is nothing to grant.
fn grant_kind(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => "TABLE",
        Kind::Sequence => "SEQUENCE",
        Kind::Function | Kind::Aggregate => "FUNCTION",
        Kind::Procedure => "PROCEDURE",
        Kind::Schema => "SCHEMA",
        Kind::Type => "TYPE",
        Kind::Language => "LANGUAGE",
        Kind::ForeignDataWrapper => "FOREIGN DATA WRAPPER",
        Kind::Server => "FOREIGN SERVER",
        _ => return None,
    })
}
