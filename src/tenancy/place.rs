//! Each table's place: keyed by a column, reached over foreign keys, shared by all, or for a person to say.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use wildmatch::WildMatch;

use super::names::{is_bookkeeping, is_id_of, is_look_up, is_of_an_actor, is_of_people};
use super::{Hop, Place};
use crate::ident::Ident;
use crate::snapshot::{Oid, Relation};

/// Places every table. `shared` and `internal` hold globs on SQL-quoted names.
pub(super) fn place(
    tables: &[&Relation],
    root: Option<Oid>,
    keys: &[String],
    shared: &[String],
    internal: &[String],
) -> BTreeMap<Oid, Place> {
    let globs = |names: &[String]| names.iter().map(|s| WildMatch::new(s)).collect::<Vec<_>>();
    let (shared, internal) = (globs(shared), globs(internal));
    let mut places: BTreeMap<Oid, Place> = BTreeMap::new();
    for table in tables {
        let place = if Some(table.oid) == root {
            Place::Root
        } else if internal.iter().any(|s| s.matches(&table.name.to_string())) {
            Place::Internal
        } else if shared.iter().any(|s| s.matches(&table.name.to_string())) || is_bookkeeping(table) {
            Place::Shared
        } else if let Some(column) = key_of(table, root, keys) {
            Place::Keyed(column)
        } else {
            Place::Unknown
        };
        places.insert(table.oid, place);
    }
    // a way on which every row has a parent is better than a shorter one on which some have none
    find_ways(tables, &mut places, true);
    find_ways(tables, &mut places, false);
    find_shared(tables, &mut places);
    places
}

/// The column that holds the tenant: one of the names, or the one foreign key of one column to the root.
fn key_of(table: &Relation, root: Option<Oid>, names: &[String]) -> Option<Ident> {
    if let Some(column) = names.iter().find_map(|n| table.column(n)) {
        return Some(column.name.clone());
    }
    let not_null = |c: &&Ident| table.column(c.raw()).is_some_and(|c| c.not_null);
    let to_root: BTreeSet<&Ident> = table
        .foreign_keys()
        .filter(|(k, r)| Some(r.table) == root && k.columns.len() == 1)
        .map(|(k, _)| &k.columns[0])
        .filter(|c| not_null(c) || !is_of_an_actor(c.raw()))
        .collect();
    // of several (sender and recipient, owner and reviewer) only a person knows which one owns the row, unless just one is certain
    let owners: Vec<&Ident> =
        if to_root.len() > 1 { to_root.into_iter().filter(not_null).collect() } else { to_root.into_iter().collect() };
    match owners[..] {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Shortest ways over foreign keys to a table with a key, breadth first, in order of names.
fn find_ways(tables: &[&Relation], places: &mut BTreeMap<Oid, Place>, only_not_null: bool) {
    let mut children: BTreeMap<Oid, Vec<(Oid, Hop)>> = BTreeMap::new();
    for table in tables {
        for (key, reference) in table.foreign_keys().filter(|(k, r)| !k.inherited && r.table != table.oid) {
            let not_null = key.columns.iter().all(|c| table.column(c.raw()).is_some_and(|c| c.not_null));
            if not_null || !only_not_null {
                let hop = Hop { constraint: key.name.clone(), columns: key.columns.clone(), table: reference.table, not_null };
                children.entry(reference.table).or_default().push((table.oid, hop));
            }
        }
    }
    let starts = |p: &Place| matches!(p, Place::Keyed(_)) || !only_not_null && matches!(p, Place::Reached(_));
    let mut queue: VecDeque<Oid> = tables.iter().map(|t| t.oid).filter(|oid| places.get(oid).is_some_and(starts)).collect();
    while let Some(parent) = queue.pop_front() {
        for (child, hop) in children.get(&parent).into_iter().flatten() {
            if places.get(child) == Some(&Place::Unknown) {
                let mut way = vec![hop.clone()];
                if let Some(Place::Reached(rest)) = places.get(&parent) {
                    way.extend(rest.iter().cloned());
                }
                places.insert(*child, Place::Reached(way));
                queue.push_back(*child);
            }
        }
    }
}

/// A table that leads to no tenant but that others point at is a look-up table: one row serves many tenants. Tables of people are
/// not: theirs is a many-to-many that a person must decide, and so is whatever hangs on them; nor are those that have grown large, or that
/// name a tenant's row without a foreign key.
fn find_shared(tables: &[&Relation], places: &mut BTreeMap<Oid, Place>) {
    let referenced: BTreeSet<Oid> =
        tables.iter().flat_map(|t| t.foreign_keys().map(|(_, r)| r.table).filter(|oid| *oid != t.oid)).collect();
    let unknown: Vec<&Relation> = tables.iter().filter(|t| places.get(&t.oid) == Some(&Place::Unknown)).copied().collect();
    let serves_all = |t: &&&Relation| {
        let serves = is_look_up(t) || is_hardly_written(t) || referenced.contains(&t.oid) && !has_grown(t);
        serves && !is_of_people(t) && !names_a_tenants_row(t, tables, places)
    };
    let mut found: BTreeSet<Oid> = unknown.iter().filter(serves_all).map(|t| t.oid).collect();
    let undecided = |oid: Oid, found: &BTreeSet<Oid>| places.get(&oid) == Some(&Place::Unknown) && !found.contains(&oid);
    loop {
        let hangs_on = |t: &&&Relation| found.contains(&t.oid) && t.foreign_keys().any(|(_, r)| undecided(r.table, &found));
        let out: Vec<Oid> = unknown.iter().filter(hangs_on).map(|t| t.oid).collect();
        if out.is_empty() {
            break;
        }
        found.retain(|oid| !out.contains(oid));
    }
    places.extend(found.into_iter().map(|oid| (oid, Place::Shared)));
}

/// Too many rows for a list that somebody keeps by hand.
fn has_grown(table: &Relation) -> bool {
    table.rows.is_some_and(|r| r >= 1_000.0)
}

/// `blockId` without a foreign key, where the table of blocks holds a tenant: its rows are hardly for everybody.
fn names_a_tenants_row(table: &Relation, tables: &[&Relation], places: &BTreeMap<Oid, Place>) -> bool {
    let of_tenants = |t: &&&Relation| matches!(places.get(&t.oid), Some(Place::Root | Place::Keyed(_) | Place::Reached(_)));
    let mut owners = tables.iter().filter(of_tenants);
    owners.any(|o| o.oid != table.oid && table.columns.iter().any(|c| is_id_of(c.name.raw(), o.name.name.raw())))
}

/// Small, filled, and read far more than changed: countries, settings of the product. An empty table says nothing.
fn is_hardly_written(table: &Relation) -> bool {
    table.rows.is_some_and(|r| (1.0..1_000.0).contains(&r))
        && table.activity.as_ref().is_some_and(|a| a.updated + a.deleted <= (a.seq_scan + a.idx_scan.unwrap_or(0)) / 100)
}
