//! A first, simple inference of the tenant: a table, or a column that needs none.
//!
//! Each candidate is scored by how many tables belong to it, weighed by how much its name sounds like a tenant:
//! `name x (sqrt(direct) + sqrt(reached) + 3 if there is a membership table)`, where *direct* counts tables with a foreign key to
//! it or a column named after it, and *reached* those that lead to these over NOT NULL foreign keys.

use std::collections::{BTreeMap, BTreeSet};

use super::Candidate;
use super::names::{TENANT_NAMES, fold, is_id_of, singular, tenant_weight};
use crate::snapshot::{Oid, Relation};

/// Fewer tables than this that belong to a candidate are no sign of tenants.
const MIN_DIRECT: usize = 3;

/// A second candidate is shown beside the first when its score is at least this share of it.
const RIVAL: f64 = 0.65;

/// Candidates for the tenant, the likeliest first; those behind it are rivals between which only a person can choose.
pub(super) fn candidates(tables: &[&Relation]) -> Vec<Candidate> {
    let rooted = tables.iter().map(|t| (t.name.name.raw(), Some(*t), tenant_weight(t.name.name.raw())));
    let there: BTreeSet<String> = tables.iter().map(|t| singular(&fold(t.name.name.raw()))).collect();
    let rootless = TENANT_NAMES.iter().filter(|(name, _)| !there.contains(*name));
    let rootless = rootless.map(|(name, weight)| (*name, referred_as(tables, name), *weight));
    let mut found: Vec<Candidate> = rooted
        .chain(rootless)
        .filter(|(.., weight)| *weight > 0.0)
        .map(|(name, root, weight)| candidate(tables, name, root, weight))
        .filter(|c| c.direct >= MIN_DIRECT)
        .collect();
    // the first of equals stays first
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let Some(best) = found.first().cloned() else { return found };
    found.retain(|c| *c == best || c.name != best.name && c.score >= RIVAL * best.score && c.keys != best.keys);
    // a level below the tenant that more tables name: an event of an organiser, a project of a workspace
    let below = tables.iter().filter(|t| best.root.is_some() && t.foreign_keys().any(|(_, r)| Some(r.table) == best.root));
    for table in below {
        if found.iter().any(|c| c.root == Some(table.oid)) {
            continue;
        }
        let level = candidate(tables, table.name.name.raw(), Some(table), 1.0);
        if level.direct > best.direct && level.direct >= MIN_DIRECT {
            found.push(level);
        }
    }
    found
}

/// The one table to which foreign keys of columns named after this lead: `organizer_id` to `shop_organizer`, whose program puts its own
/// name before those of its tables.
fn referred_as<'r>(tables: &[&'r Relation], name: &str) -> Option<&'r Relation> {
    let keys =
        tables.iter().flat_map(|t| t.foreign_keys()).filter(|(k, _)| k.columns.len() == 1 && is_id_of(k.columns[0].raw(), name));
    let targets: BTreeSet<Oid> = keys.map(|(_, r)| r.table).collect();
    let root = tables.iter().find(|t| targets.len() == 1 && targets.contains(&t.oid))?;
    singular(&fold(root.name.name.raw())).ends_with(name).then_some(*root)
}

fn candidate(tables: &[&Relation], name: &str, root: Option<&Relation>, weight: f64) -> Candidate {
    let direct = direct(tables, name, root);
    let count = direct.len();
    let reached = reached(tables, direct);
    let membership = weight >= 1.0 && root.is_some_and(|r| has_membership(tables, r.oid));
    let score = weight * ((count as f64).sqrt() + (reached as f64).sqrt() + if membership { 3.0 } else { 0.0 });
    Candidate {
        name: root.map_or_else(|| name.to_owned(), |r| r.name.to_string()),
        root: root.map(|r| r.oid),
        keys: key_names(tables, name, root),
        weight,
        direct: count,
        reached,
        membership,
        score,
    }
}

/// Names of columns that hold the tenant: those named after it in every spelling, else the most frequent foreign key to it.
pub(super) fn key_names(tables: &[&Relation], name: &str, root: Option<&Relation>) -> Vec<String> {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    let mut referring: BTreeMap<&str, usize> = BTreeMap::new();
    for table in tables {
        for column in table.columns.iter().filter(|c| is_id_of(c.name.raw(), name)) {
            *named.entry(column.name.raw()).or_default() += 1;
        }
        for (key, reference) in table.foreign_keys() {
            if Some(reference.table) == root.map(|r| r.oid) && key.columns.len() == 1 {
                *referring.entry(key.columns[0].raw()).or_default() += 1;
            }
        }
    }
    if named.is_empty() {
        return referring.into_iter().rev().max_by_key(|(_, n)| *n).map(|(name, _)| name.to_owned()).into_iter().collect();
    }
    let mut names: Vec<&str> = named.keys().copied().collect();
    names.sort_by_key(|n| std::cmp::Reverse(named[n]));
    names.into_iter().map(str::to_owned).collect()
}

/// Tables that point at it with a foreign key of one column, or have a column named after it.
fn direct(tables: &[&Relation], name: &str, root: Option<&Relation>) -> BTreeSet<Oid> {
    let root = root.map(|r| r.oid);
    let points = |t: &Relation| t.foreign_keys().any(|(k, r)| Some(r.table) == root && k.columns.len() == 1);
    let named = |t: &Relation| t.columns.iter().any(|c| is_id_of(c.name.raw(), name));
    tables.iter().filter(|t| Some(t.oid) != root && (points(t) || named(t))).map(|t| t.oid).collect()
}

/// How many tables lead to these over NOT NULL foreign keys, these included.
fn reached(tables: &[&Relation], mut found: BTreeSet<Oid>) -> usize {
    loop {
        let before = found.len();
        for table in tables {
            let sure = |c: &crate::ident::Ident| table.column(c.raw()).is_some_and(|c| c.not_null);
            if table.foreign_keys().any(|(k, r)| found.contains(&r.table) && k.columns.iter().all(sure)) {
                found.insert(table.oid);
            }
        }
        if found.len() == before {
            return before;
        }
    }
}

/// A table that points at both this one and a table of users and has little else.
fn has_membership(tables: &[&Relation], root: Oid) -> bool {
    let users: BTreeSet<Oid> =
        tables.iter().filter(|t| t.oid != root && singular(&fold(t.name.name.raw())) == "user").map(|t| t.oid).collect();
    tables.iter().any(|t| {
        let parents: BTreeSet<Oid> = t.foreign_keys().map(|(_, r)| r.table).collect();
        parents.contains(&root) && !parents.is_disjoint(&users) && t.columns.len() <= 8
    })
}
