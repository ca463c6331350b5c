//! A first, simple inference of the table of tenants.
//!
//! Each table is scored by how many tables belong to it, weighed by how much its name sounds like a tenant:
//! `name x (sqrt(direct) + sqrt(reached) + 3 if there is a membership table)`, where *direct* counts tables with a foreign key to
//! it or a column named after it, and *reached* those that lead to it over NOT NULL foreign keys.

use std::collections::{BTreeMap, BTreeSet};

use crate::snapshot::{Catalog, Oid, Relation};

/// Names of tenants, the likeliest first, with their weight.
const TENANT_NAMES: &[(&str, f64)] = &[
    ("tenant", 3.0),
    ("organization", 2.5),
    ("organisation", 2.5),
    ("org", 2.5),
    ("workspace", 2.5),
    ("team", 2.0),
    ("account", 2.0),
    ("company", 1.2),
    ("customer", 1.5),
    ("user", 1.5),
    ("project", 1.0),
    ("store", 1.0),
    ("shop", 1.0),
    ("client", 1.0),
    ("site", 0.8),
];

/// Fewer tables than this that belong to a root are no sign of tenants.
const MIN_DIRECT: usize = 3;

/// The likeliest table of tenants.
pub(super) fn root(catalog: &Catalog) -> Option<Oid> {
    let mut best: Option<(f64, &Relation)> = None;
    for table in catalog.tables() {
        let weight = name_weight(table.name.name.raw());
        let direct = direct(catalog, table);
        if weight == 0.0 || direct.len() < MIN_DIRECT {
            continue;
        }
        let reached = reached(catalog, table.oid).len();
        let membership = if weight >= 1.0 && has_membership(catalog, table.oid) { 3.0 } else { 0.0 };
        let score = weight * ((direct.len() as f64).sqrt() + (reached as f64).sqrt() + membership);
        if best.is_none_or(|(b, _)| score > b) {
            best = Some((score, table));
        }
    }
    best.map(|(_, table)| table.oid)
}

/// Names of columns that hold the tenant: the foreign keys to the root, the most frequent first, and the root's name with "id".
pub(super) fn key_names(catalog: &Catalog, root: Option<Oid>) -> Vec<String> {
    let Some(root) = root.and_then(|r| catalog.relations.get(&r)) else { return Vec::new() };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for table in catalog.tables() {
        for (key, reference) in table.foreign_keys() {
            if reference.table == root.oid && key.columns.len() == 1 {
                *counts.entry(key.columns[0].raw()).or_default() += 1;
            }
        }
        for column in table.columns.iter().filter(|c| is_id_of(c.name.raw(), root.name.name.raw())) {
            *counts.entry(column.name.raw()).or_default() += 1;
        }
    }
    let named_after = |name: &&str| is_id_of(name, root.name.name.raw());
    let mut names: Vec<&str> = counts.keys().copied().filter(named_after).collect();
    if names.is_empty() {
        names = counts.iter().max_by_key(|(_, n)| **n).map(|(name, _)| *name).into_iter().collect();
    }
    names.sort_by_key(|n| std::cmp::Reverse(counts[n]));
    names.into_iter().map(str::to_owned).collect()
}

fn name_weight(name: &str) -> f64 {
    let plain = singular(&fold(name));
    let exact = TENANT_NAMES.iter().find(|(n, _)| plain == *n).map(|(_, w)| *w);
    let suffix = TENANT_NAMES.iter().find(|(n, _)| plain.ends_with(n) && n.len() > 3).map(|(_, w)| w / 2.0);
    exact.or(suffix).unwrap_or(0.0)
}

/// Tables that point at it with a foreign key of one column, or have a column named after it.
fn direct(catalog: &Catalog, root: &Relation) -> BTreeSet<Oid> {
    let points = |t: &Relation| t.foreign_keys().any(|(k, r)| r.table == root.oid && k.columns.len() == 1);
    let named = |t: &Relation| t.columns.iter().any(|c| is_id_of(c.name.raw(), root.name.name.raw()));
    catalog.tables().into_iter().filter(|t| t.oid != root.oid && (points(t) || named(t))).map(|t| t.oid).collect()
}

/// Tables that lead to it over NOT NULL foreign keys.
fn reached(catalog: &Catalog, root: Oid) -> BTreeSet<Oid> {
    let mut found = BTreeSet::from([root]);
    loop {
        let before = found.len();
        for table in catalog.tables() {
            let leads = table.foreign_keys().any(|(k, r)| {
                found.contains(&r.table) && k.columns.iter().all(|c| table.column(c.raw()).is_some_and(|c| c.not_null))
            });
            if leads {
                found.insert(table.oid);
            }
        }
        if found.len() == before {
            found.remove(&root);
            return found;
        }
    }
}

/// A table that points at both this one and a table of users and has little else.
fn has_membership(catalog: &Catalog, root: Oid) -> bool {
    catalog.tables().iter().any(|t| {
        let parents: BTreeSet<Oid> = t.foreign_keys().map(|(_, r)| r.table).collect();
        let users =
            |oid: &Oid| *oid != root && catalog.relations.get(oid).is_some_and(|r| singular(&fold(r.name.name.raw())) == "user");
        parents.contains(&root) && parents.iter().any(users) && t.columns.len() <= 8
    })
}

/// `userId`, `user_id`, `tenantid` for a table `User`, `users`, `tenant`.
fn is_id_of(column: &str, table: &str) -> bool {
    let (column, table) = (fold(column), fold(table));
    column.strip_suffix("id").is_some_and(|stem| stem == table || stem == singular(&table))
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_like_tenants() {
        assert!(name_weight("tenants") > name_weight("User"));
        assert!(name_weight("companies") > 0.0);
        assert_eq!(name_weight("EmailEvent"), 0.0);
    }

    #[test]
    fn ids_in_every_spelling() {
        for column in ["userId", "user_id", "userid", "USER_ID"] {
            assert!(is_id_of(column, "users") && is_id_of(column, "User"), "{column}");
        }
        assert!(!is_id_of("superuser_id", "user") && !is_id_of("id", "user"));
    }
}
