//! What differs between two catalogs, object by object and facet by facet.
//!
//! Two objects are compared as their saved forms, field by field: what is read is compared, without a list that somebody could
//! forget to extend.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ident::Ident;
use crate::snapshot::objects::{Acl, Body, Column, Id, Kind, Object, Objects, acl};

/// One object that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The object.
    pub id: Id,
    /// How it differs.
    pub what: What,
}

/// How an object differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Only the first side has it.
    OnlyFrom,
    /// Only the second side has it.
    OnlyTo,
    /// Both have it, with these facets unlike.
    Changed(Vec<Facet>),
}

/// One property of an object, on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// What: `not_null`, `definition`, `owner`.
    pub name: String,
    /// On the first side; `None` = nothing.
    pub from: Option<String>,
    /// On the second side.
    pub to: Option<String>,
}

/// What is compared besides the objects themselves.
pub struct Scope<'a> {
    /// Whether the order of columns counts.
    pub column_order: bool,
    /// Whose owner is compared.
    pub owner: &'a dyn Fn(&Id) -> bool,
    /// Whose privileges are compared.
    pub grants: &'a dyn Fn(&Id) -> bool,
    /// Which version of an extension is installed counts.
    pub extension_versions: bool,
    /// Names of NOT NULL constraints count: both servers keep them (18 and later).
    pub not_null_names: bool,
}

impl Scope<'_> {
    /// Everything but the order of columns.
    pub const WHOLE: Scope<'static> =
        Scope { column_order: false, owner: &|_| true, grants: &|_| true, extension_versions: true, not_null_names: true };
}

/// All differences, in the order of kinds and names; columns follow their relation.
pub fn compare(from: &Objects, to: &Objects, scope: &Scope<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut others = to.all.iter().peekable();
    for (id, old) in &from.all {
        while let Some((_, new)) = others.next_if(|(other, _)| *other < id) {
            found.push(Difference { id: new.id.clone(), what: What::OnlyTo });
        }
        match others.next_if(|(other, _)| *other == id) {
            Some((_, new)) => one((old, from.major), (new, to.major), scope, &mut found),
            None => found.push(Difference { id: id.clone(), what: What::OnlyFrom }),
        }
    }
    found.extend(others.map(|(id, _)| Difference { id: id.clone(), what: What::OnlyTo }));
    found
}

/// Compares one object; columns that differ are differences of their own.
fn one(from: (&Object, u32), to: (&Object, u32), scope: &Scope<'_>, found: &mut Vec<Difference>) {
    let ((old, _), (new, _)) = (from, to);
    let mut facets = Vec::new();
    let mut columns = Vec::new();
    if old.body != new.body {
        if let (Some(a), Some(b)) = (columns_of(&old.body), columns_of(&new.body)) {
            let mut order = Vec::new();
            compare_columns(&old.id, a, b, scope, &mut columns, &mut order);
            if scope.column_order {
                facets.extend(order);
            }
        }
        facets.extend(body_facets(&old.body, &new.body, scope));
    }
    facets.extend(outer_facets(from, to, scope));
    if !facets.is_empty() {
        found.push(Difference { id: old.id.clone(), what: What::Changed(facets) });
    }
    found.append(&mut columns);
}

/// Columns of a relation: they are compared one by one.
pub(super) fn columns_of(body: &Body) -> Option<&[Column]> {
    match body {
        Body::Table(t) => Some(&t.columns),
        Body::View(v) => Some(&v.columns),
        _ => None,
    }
}

/// Facets of two bodies of the same kind, their columns left out.
fn body_facets(old: &Body, new: &Body, scope: &Scope<'_>) -> Vec<Facet> {
    let skip = |name: &str| {
        name == "is" || name == "columns" && columns_of(old).is_some() || name == "version" && !scope.extension_versions
    };
    let (Ok(a), Ok(b)) = (serde_json::to_value(old), serde_json::to_value(new)) else { return Vec::new() };
    value_facets(&a, &b, &skip)
}

fn value_facets(a: &Value, b: &Value, skip: &dyn Fn(&str) -> bool) -> Vec<Facet> {
    let (Value::Object(a), Value::Object(b)) = (a, b) else { return Vec::new() };
    let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
    names.sort();
    names.dedup();
    let absent = Value::Null;
    names
        .into_iter()
        .filter(|n| !skip(n))
        .filter_map(|name| {
            let (x, y) = (a.get(name).unwrap_or(&absent), b.get(name).unwrap_or(&absent));
            (x != y).then(|| Facet { name: name.clone(), from: text(x), to: text(y) })
        })
        .collect()
}

/// A value for people; nothing, no, and an empty list are nothing.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Bool(true) => Some("yes".to_owned()),
        Value::String(text) => Some(text.clone()),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.iter().map(|i| text(i).unwrap_or_default()).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) if fields.len() == 2 && fields.contains_key("schema") && fields.contains_key("name") => {
            let part = |key: &str| Ident::new(fields[key].as_str().unwrap_or_default());
            Some(format!("{}.{}", part("schema"), part("name")))
        }
        Value::Object(fields) if fields.is_empty() => Some("yes".to_owned()),
        Value::Object(fields) => {
            let one = |(name, value): (&String, &Value)| text(value).map(|v| format!("{name} {v}"));
            Some(fields.iter().filter_map(one).collect::<Vec<_>>().join(", "))
        }
        other => Some(other.to_string()),
    }
}

fn compare_columns(
    relation: &Id,
    old: &[Column],
    new: &[Column],
    scope: &Scope<'_>,
    found: &mut Vec<Difference>,
    order: &mut Vec<Facet>,
) {
    let id = |c: &Column| Id::on(Kind::Column, &relation.qualified(), &c.name);
    for a in old {
        let Some(b) = new.iter().find(|b| b.name == a.name) else {
            found.push(Difference { id: id(a), what: What::OnlyFrom });
            continue;
        };
        if a == b {
            continue;
        }
        let facets = column_facets(a, b, scope, (scope.grants)(relation));
        if !facets.is_empty() {
            found.push(Difference { id: id(a), what: What::Changed(facets) });
        }
    }
    let added = new.iter().filter(|b| !old.iter().any(|a| a.name == b.name));
    found.extend(added.map(|b| Difference { id: id(b), what: What::OnlyTo }));
    let names = |all: &[Column], other: &[Column]| {
        let common = all.iter().filter(|c| other.iter().any(|o| o.name == c.name));
        common.map(|c| c.name.to_string()).collect::<Vec<_>>().join(", ")
    };
    let (a, b) = (names(old, new), names(new, old));
    if a != b {
        order.push(Facet { name: "column order".to_owned(), from: Some(a), to: Some(b) });
    }
}

/// What differs between two columns of one name.
pub(super) fn column_facets(a: &Column, b: &Column, scope: &Scope<'_>, grants: bool) -> Vec<Facet> {
    let plain = |c: &Column| {
        let mut c = c.clone();
        c.acl = None;
        // a server that keeps no NOT NULL constraints cannot say how they are called
        if let Some(n) = c.not_null.as_mut() {
            if !scope.not_null_names {
                *n = Default::default();
            }
            // where it comes from follows from the parents
            n.inherited = false;
        }
        c
    };
    let (Ok(x), Ok(y)) = (serde_json::to_value(plain(a)), serde_json::to_value(plain(b))) else { return Vec::new() };
    let mut facets = value_facets(&x, &y, &|_| false);
    if grants && a.acl != b.acl {
        let said = |acl: &Option<Acl>| acl.as_ref().and_then(acl_text);
        facets.extend(difference("grants", said(&a.acl), said(&b.acl)));
    }
    facets
}

fn outer_facets((old, old_major): (&Object, u32), (new, new_major): (&Object, u32), scope: &Scope<'_>) -> Vec<Facet> {
    let mut facets = Vec::new();
    facets.extend(difference("comment", old.comment.clone(), new.comment.clone()));
    let labels = |o: &Object| {
        let all: Vec<String> = o.labels.iter().map(|(provider, label)| format!("{provider}: {label}")).collect();
        (!all.is_empty()).then(|| all.join(", "))
    };
    facets.extend(difference("labels", labels(old), labels(new)));
    if old.owner != new.owner && (scope.owner)(&old.id) {
        let name = |o: &Object| o.owner.as_ref().map(Ident::to_string);
        facets.extend(difference("owner", name(old), name(new)));
    }
    let same = old.acl == new.acl && (old.owner == new.owner || old.acl.is_none());
    if !same && (scope.grants)(&old.id) {
        let (a, b) = (effective(old, old_major), effective(new, new_major));
        let (a, b) = if old.owner == new.owner { (a, b) } else { (without_owner(old, &a), without_owner(new, &b)) };
        facets.extend(difference("grants", acl_text(&a), acl_text(&b)));
    }
    facets
}

/// Privileges that an object really has.
pub(super) fn effective(object: &Object, major: u32) -> Acl {
    match (&object.acl, &object.owner) {
        (Some(acl), _) => acl.clone(),
        (None, Some(owner)) => Acl::default_of(object.id.kind, owner, major),
        (None, None) => Acl::default(),
    }
}

/// An owner's own privileges move with the ownership.
fn without_owner(object: &Object, acl: &Acl) -> Acl {
    Acl(acl.0.iter().filter(|(role, _)| role.is_none() || **role != object.owner).map(|(r, l)| (r.clone(), l.clone())).collect())
}

fn difference(name: &str, from: Option<String>, to: Option<String>) -> Option<Facet> {
    (from != to).then(|| Facet { name: name.to_owned(), from, to })
}

/// `app: SELECT, UPDATE (grant option); PUBLIC: EXECUTE`.
pub(super) fn acl_text(of: &Acl) -> Option<String> {
    let roles: Vec<String> = of
        .held()
        .into_iter()
        .map(|(role, letters)| {
            let one = |(letter, grantable): (&char, &bool)| {
                format!("{}{}", acl::privilege(*letter), if *grantable { " (grant option)" } else { "" })
            };
            let role = role.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string);
            format!("{role}: {}", letters.iter().map(one).collect::<Vec<_>>().join(", "))
        })
        .collect();
    (!roles.is_empty()).then(|| roles.join("; "))
}

/// Differences by object, columns under their relation.
pub fn by_object(differences: &[Difference]) -> BTreeMap<String, Vec<&Difference>> {
    let mut all: BTreeMap<String, Vec<&Difference>> = BTreeMap::new();
    for d in differences {
        let object = if d.id.kind.is_part() { d.id.name_sql() } else { d.id.path() };
        all.entry(object).or_default().push(d);
    }
    all
}
