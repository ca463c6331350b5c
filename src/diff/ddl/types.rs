//! Enums, domains, composite types and ranges.

use super::Context;
use super::function;
use super::parts::{definition, literals, set};
use super::type_users::{TypeUsers, locking};
use crate::diff::draft::Draft;
use crate::ident::{Ident, literal};
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::kinds::{Composite, Domain, DomainConstraint, Enum, Range, Type};
use crate::snapshot::objects::{Body, Column, Kind, NotNull, Object};

pub(super) fn create(object: &Object, body: &Type, context: &Context<'_>) -> Vec<Draft> {
    let name = object.id.sql();
    match body {
        Type::Enum(e) => vec![Draft::new(format!("CREATE TYPE {name} AS ENUM ({})", literals(&e.labels)))],
        Type::Domain(d) => create_domain(&name, d),
        Type::Composite(c) => create_composite(&name, c),
        Type::Range(r) => create_range(object, r, context),
    }
}

/// `None`: the type must be made anew; `super::type_replace::replace` does that and keeps what uses it.
pub(super) fn alter(object: &Object, old: &Type, new: &Type, context: &Context<'_>) -> Option<Vec<Draft>> {
    match (old, new) {
        (Type::Enum(old), Type::Enum(new)) => alter_enum(&object.id.sql(), old, new),
        (Type::Domain(old), Type::Domain(new)) => alter_domain(object, old, new, context),
        (Type::Composite(old), Type::Composite(new)) => alter_composite(object, old, new, context),
        _ => None,
    }
}

/// Labels are added one by one, each where it belongs, if all others keep their order.
fn alter_enum(name: &str, old: &Enum, new: &Enum) -> Option<Vec<Draft>> {
    let kept: Vec<&String> = new.labels.iter().filter(|l| old.labels.contains(l)).collect();
    if kept.len() != old.labels.len() || kept.iter().zip(&old.labels).any(|(a, b)| *a != b) {
        return None;
    }
    let mut drafts = Vec::new();
    for (at, label) in new.labels.iter().enumerate().filter(|(_, l)| !old.labels.contains(l)) {
        let last = new.labels[at..].iter().all(|l| !old.labels.contains(l));
        let place = match (at.checked_sub(1).map(|before| &new.labels[before]), old.labels.first()) {
            _ if last => String::new(),
            (Some(before), _) => format!(" AFTER {}", literal(before)),
            (None, Some(first)) => format!(" BEFORE {}", literal(first)),
            (None, None) => String::new(),
        };
        // a new label can be used by nothing before the transaction that adds it has ended
        drafts.push(Draft::new(format!("ALTER TYPE {name} ADD VALUE IF NOT EXISTS {}{place}", literal(label))).alone());
    }
    Some(drafts)
}

fn create_domain(name: &str, domain: &Domain) -> Vec<Draft> {
    let mut sql = format!("CREATE DOMAIN {name} AS {}", domain.base_type);
    if let Some(collation) = &domain.collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(default) = &domain.default {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(not_null) = &domain.not_null {
        sql.push_str(&format!(" {}", not_null_sql(not_null)));
    }
    for c in domain.constraints.iter().filter(|c| c.valid) {
        sql.push_str(&format!("\n    CONSTRAINT {} {}", c.name, c.definition));
    }
    let mut drafts = vec![Draft::new(sql)];
    for c in domain.constraints.iter().filter(|c| !c.valid) {
        drafts.push(Draft::new(format!("ALTER DOMAIN {name} ADD CONSTRAINT {} {} NOT VALID", c.name, c.definition)));
    }
    drafts.extend(domain.constraints.iter().filter(|c| c.comment.is_some()).map(|c| comment(name, &c.name, &c.comment)));
    if let Some(NotNull { comment: Some(text), name: given, .. }) = &domain.not_null {
        drafts.extend(not_null_name(name, given).map(|c| comment(name, &c, &Some(text.clone()))));
    }
    drafts
}

fn not_null_sql(not_null: &NotNull) -> String {
    not_null.name.as_ref().map_or("NOT NULL".to_owned(), |name| format!("CONSTRAINT {name} NOT NULL"))
}

/// What the NOT NULL of a domain is called. `domain` is SQL, qualified.
fn not_null_name(domain: &str, given: &Option<Ident>) -> Option<Ident> {
    let own = || domain.rsplit_once('.').map(|(_, name)| name.trim_matches('"').replace("\"\"", "\""));
    given.clone().or_else(|| own().map(|name| Ident::new(crate::ident::constraint_name(&name, "", "not_null"))))
}

fn comment(domain: &str, constraint: &Ident, text: &Option<String>) -> Draft {
    let text = text.as_ref().map_or("NULL".to_owned(), |t| literal(t));
    Draft::new(format!("COMMENT ON CONSTRAINT {constraint} ON DOMAIN {domain} IS {text}"))
}

fn alter_domain(object: &Object, old: &Domain, new: &Domain, context: &Context<'_>) -> Option<Vec<Draft>> {
    if old.base_type != new.base_type || old.collation != new.collation {
        return None;
    }
    let name = object.id.sql();
    let users = TypeUsers::of(&object.id, context.from);
    let fresh = context.is_new(&object.id);
    // every table with a column of the domain is read under this lock
    let reads = |draft: Draft| locking(draft, LockMode::Share, &users).hazard(Hazard::ScansTable).hazard(Hazard::DependsOnData);
    let constraint = |all: &'_ [DomainConstraint], name: &Ident| all.iter().find(|c| c.name == *name).cloned();
    let same = |a: &DomainConstraint, b: &DomainConstraint| a.definition == b.definition && (a.valid == b.valid || b.valid);
    let mut drafts = Vec::new();
    for c in &old.constraints {
        if !constraint(&new.constraints, &c.name).is_some_and(|n| same(c, &n)) {
            drafts.push(Draft::new(format!("ALTER DOMAIN {name} DROP CONSTRAINT {}", c.name)));
        }
    }
    if old.default != new.default {
        let change = new.default.as_ref().map_or("DROP DEFAULT".to_owned(), |d| format!("SET DEFAULT {d}"));
        drafts.push(Draft::new(format!("ALTER DOMAIN {name} {change}")));
    }
    let named = |n: &Option<NotNull>| n.as_ref().map(|n| n.name.clone());
    if named(&old.not_null) != named(&new.not_null) {
        if old.not_null.is_some() {
            drafts.push(Draft::new(format!("ALTER DOMAIN {name} DROP NOT NULL")));
        }
        if let Some(not_null) = &new.not_null {
            let change =
                if not_null.name.is_some() { format!("ADD {}", not_null_sql(not_null)) } else { "SET NOT NULL".to_owned() };
            drafts.push(reads(Draft::new(format!("ALTER DOMAIN {name} {change}"))));
        }
    }
    for c in &new.constraints {
        let before = constraint(&old.constraints, &c.name).filter(|o| same(o, c));
        if before.is_none() {
            // of a new domain there is nothing to look at
            let unchecked = if fresh && c.valid { "" } else { " NOT VALID" };
            drafts.push(Draft::new(format!("ALTER DOMAIN {name} ADD CONSTRAINT {} {}{unchecked}", c.name, c.definition)));
        }
        if c.valid && !fresh && !before.as_ref().is_some_and(|b| b.valid) {
            drafts.push(reads(Draft::new(format!("ALTER DOMAIN {name} VALIDATE CONSTRAINT {}", c.name))));
        }
        if before.and_then(|b| b.comment) != c.comment {
            drafts.push(comment(&name, &c.name, &c.comment));
        }
    }
    let said = |n: &Option<NotNull>| n.as_ref().and_then(|n| n.comment.clone());
    if let Some(not_null) = &new.not_null
        && (said(&old.not_null) != not_null.comment || named(&old.not_null) != named(&new.not_null) && not_null.comment.is_some())
    {
        drafts.extend(not_null_name(&name, &not_null.name).map(|c| comment(&name, &c, &not_null.comment)));
    }
    Some(drafts)
}

fn create_composite(name: &str, composite: &Composite) -> Vec<Draft> {
    let attributes: Vec<String> = composite.attributes.iter().map(attribute).collect();
    let list = if attributes.is_empty() { String::new() } else { format!("\n    {}\n", attributes.join(",\n    ")) };
    let mut drafts = vec![Draft::new(format!("CREATE TYPE {name} AS ({list})"))];
    drafts.extend(composite.attributes.iter().filter(|a| a.comment.is_some()).map(|a| attribute_comment(name, a)));
    drafts
}

fn attribute(column: &Column) -> String {
    let collation = column.collation.as_ref().map_or(String::new(), |c| format!(" COLLATE {c}"));
    format!("{} {}{collation}", column.name, column.type_name)
}

fn attribute_comment(name: &str, attribute: &Column) -> Draft {
    let text = attribute.comment.as_ref().map_or("NULL".to_owned(), |t| literal(t));
    Draft::new(format!("COMMENT ON COLUMN {name}.{} IS {text}", attribute.name))
}

/// Attributes go, change and come at the end; where that gives another order, or a table's column holds what would change, `None`.
fn alter_composite(object: &Object, old: &Composite, new: &Composite, context: &Context<'_>) -> Option<Vec<Draft>> {
    let name = object.id.sql();
    let find = |all: &'_ [Column], name: &Ident| all.iter().find(|a| a.name == *name).cloned();
    let kept: Vec<&Column> = old.attributes.iter().filter(|a| find(&new.attributes, &a.name).is_some()).collect();
    let in_order = kept.len() <= new.attributes.len() && kept.iter().zip(&new.attributes).all(|(a, b)| a.name == b.name);
    let changed = |a: &Column, b: &Column| a.type_name != b.type_name || a.collation != b.collation;
    let users = TypeUsers::of(&object.id, context.from);
    let any_changed = kept.iter().any(|a| find(&new.attributes, &a.name).is_some_and(|b| changed(a, &b)));
    if !in_order || any_changed && !users.columns.is_empty() {
        return None;
    }
    let typed =
        |draft: Draft| users.typed_tables.iter().fold(draft, |draft, table| draft.locking(LockMode::AccessExclusive, table));
    let change = |what: String| typed(Draft::new(format!("ALTER TYPE {name} {what} CASCADE")));
    let mut drafts = Vec::new();
    for gone in old.attributes.iter().filter(|a| find(&new.attributes, &a.name).is_none()) {
        drafts.push(change(format!("DROP ATTRIBUTE {}", gone.name)).losing_data());
    }
    for attribute_ in &new.attributes {
        let before = find(&old.attributes, &attribute_.name);
        match &before {
            None => drafts.push(change(format!("ADD ATTRIBUTE {}", attribute(attribute_)))),
            Some(before) if changed(before, attribute_) => {
                let collation = attribute_.collation.as_ref().map_or(String::new(), |c| format!(" COLLATE {c}"));
                let draft = change(format!("ALTER ATTRIBUTE {} TYPE {}{collation}", attribute_.name, attribute_.type_name));
                let typed = !users.typed_tables.is_empty();
                drafts.push(if typed { draft.hazard(Hazard::RewritesTable).hazard(Hazard::DependsOnData) } else { draft });
            }
            Some(_) => {}
        }
        if before.and_then(|b| b.comment) != attribute_.comment {
            drafts.push(attribute_comment(&name, attribute_));
        }
    }
    Some(drafts)
}

fn create_range(object: &Object, range: &Range, context: &Context<'_>) -> Vec<Draft> {
    let name = object.id.sql();
    let options = definition([
        Some(format!("SUBTYPE = {}", range.subtype)),
        set("SUBTYPE_OPCLASS", range.subtype_opclass.as_ref()),
        set("COLLATION", range.collation.as_ref()),
        set("CANONICAL", range.canonical.as_ref()),
        set("SUBTYPE_DIFF", range.subtype_diff.as_ref()),
        set("MULTIRANGE_TYPE_NAME", range.multirange.as_ref().map(ToString::to_string).as_ref()),
    ]);
    let mut drafts = Vec::new();
    if let Some(canonical) = &range.canonical {
        // the function takes the range and the range names the function
        drafts.push(Draft::new(format!("CREATE TYPE {name}")));
        let is_it = |o: &&Object| o.id.kind == Kind::Function && o.id.name_sql() == *canonical && o.id.part == name;
        if let Some(Object { id, body: Body::Function(f), .. }) = context.to.all.values().find(is_it)
            && context.from.get(id).is_none()
        {
            drafts.extend(context.to.get(id).map(|o| function::statements(o, f)).unwrap_or_default());
        }
    }
    drafts.push(Draft::new(format!("CREATE TYPE {name} AS RANGE{options}")));
    drafts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(old: &[&str], new: &[&str]) -> Option<Vec<String>> {
        let labels = |all: &[&str]| Enum { labels: all.iter().map(|l| (*l).to_owned()).collect() };
        let drafts = alter_enum("app.e", &labels(old), &labels(new))?;
        let short = |d: Draft| d.sql.replace("ALTER TYPE app.e ADD VALUE IF NOT EXISTS ", "");
        Some(drafts.into_iter().map(short).collect())
    }

    #[test]
    fn labels_are_added_where_they_belong() {
        let expect = |labels: &[&str]| Some(labels.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>());
        assert_eq!(added(&["a", "b"], &["a", "b", "c", "d"]), expect(&["'c'", "'d'"]));
        assert_eq!(added(&["a", "b"], &["x", "y", "a", "b"]), expect(&["'x' BEFORE 'a'", "'y' AFTER 'x'"]));
        assert_eq!(added(&["a", "b"], &["a", "it's", "b"]), expect(&["'it''s' AFTER 'a'"]));
        assert_eq!(added(&[], &["a", "b"]), expect(&["'a'", "'b'"]));
        assert_eq!(added(&["a", "b"], &["b", "a"]), None);
        assert_eq!(added(&["a", "b"], &["a", "c"]), None);
    }
}
