//! What ties the rows of a list to look-ups of another table: a foreign key in either direction, or a name.
//!
//! Figures that are near each other by chance are common in a large workload. Without a tie there is no finding.

use std::collections::BTreeMap;

use super::lookup::{List, Lookup, unique_keys};
use crate::ident::Ident;
use crate::snapshot::{Catalog, Oid, Relation};

/// How each row of a list leads to one look-up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    /// The tie is a name only: no foreign key says so.
    pub(super) by_name: bool,
    /// The looked-up table's columns, in the key's order.
    pub(super) columns: Vec<Ident>,
    /// The list's columns whose values are looked up.
    pub(super) from: Vec<Ident>,
    /// The list's rows refer to the looked-up one (else the looked-up rows refer to the list's).
    pub(super) to_one: bool,
    /// The foreign key.
    pub(super) key: Option<Ident>,
}

/// The ties between tables, found once for each pair: a workload has thousands of statements on a few tables.
pub(super) struct Ties<'c> {
    catalog: &'c Catalog,
    known: BTreeMap<(Oid, Oid), Vec<Link>>,
}

impl<'c> Ties<'c> {
    /// Knows nothing yet.
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, known: BTreeMap::new() }
    }

    /// The ties between a list and a look-up.
    pub(super) fn between(&mut self, list: &List, lookup: &Lookup) -> Vec<Link> {
        let (parent, child) = (list.relation, lookup.relation);
        // a list that reads the table anyway does not make the application ask for it row by row
        if parent.oid != child.oid && list.analyzed.analysis.accesses.iter().any(|a| a.relation == child.oid) {
            return Vec::new();
        }
        let catalog = self.catalog;
        let ties = self.known.entry((parent.oid, child.oid)).or_insert_with(|| {
            let declared = foreign_keys(parent, child);
            if declared.is_empty() { names(parent, child, catalog) } else { declared }
        });
        let fits = |link: &&Link| {
            let looked_up = link.columns.iter().all(|c| lookup.equal.contains(&c));
            // all rows of the list hold the same value: that is one look-up, not one a row
            let varies = !link.from.iter().all(|c| list.fixed.contains(&c));
            looked_up && varies && picks(link, lookup)
        };
        ties.iter().filter(fits).cloned().collect()
    }
}

/// Whether the tie's columns take part in picking the rows. `WHERE id = $1 AND "userId" = $2` looks up by `id`, whatever else it
/// compares to be on the safe side.
fn picks(link: &Link, lookup: &Lookup) -> bool {
    let covered: Vec<Vec<&Ident>> =
        unique_keys(lookup.relation).filter(|key| key.iter().all(|c| lookup.equal.contains(c))).collect();
    let shortest = covered.iter().map(Vec::len).min();
    covered.is_empty()
        || covered.iter().filter(|k| Some(k.len()) == shortest).any(|key| key.iter().any(|c| link.columns.contains(c)))
}

fn foreign_keys(parent: &Relation, child: &Relation) -> Vec<Link> {
    let to_one = parent.foreign_keys().filter(|(_, far)| far.table == child.oid).map(|(key, far)| Link {
        by_name: false,
        columns: far.columns.clone(),
        from: key.columns.clone(),
        to_one: true,
        key: Some(key.name.clone()),
    });
    let to_many = child.foreign_keys().filter(|(_, far)| far.table == parent.oid).map(|(key, far)| Link {
        by_name: false,
        columns: key.columns.clone(),
        from: far.columns.clone(),
        to_one: false,
        key: Some(key.name.clone()),
    });
    to_one.chain(to_many).collect()
}

/// Ties by name, where no foreign key was declared: `"companyId"` and `"Company".id`, or one key name in both tables.
fn names(parent: &Relation, child: &Relation, catalog: &Catalog) -> Vec<Link> {
    if parent.oid == child.oid {
        return Vec::new();
    }
    let link = |columns: &Ident, from: &Ident, to_one| Link {
        by_name: true,
        columns: vec![columns.clone()],
        from: vec![from.clone()],
        to_one,
        key: None,
    };
    let mut found = Vec::new();
    if let Some(key) = single_key(child) {
        found.extend(referring(parent, child, key, catalog).map(|from| link(key, from, true)));
    }
    if let Some(key) = single_key(parent) {
        found.extend(referring(child, parent, key, catalog).map(|column| link(column, key, false)));
    }
    found
}

/// The column of a primary key of one column.
fn single_key(relation: &Relation) -> Option<&Ident> {
    match relation.primary_key()?.keys.as_slice() {
        [key] => key.column.as_ref(),
        _ => None,
    }
}

/// Columns of a table that by their name refer to `target`'s key and have its type, and of which no foreign key says otherwise.
fn referring<'r>(
    relation: &'r Relation,
    target: &'r Relation,
    key: &'r Ident,
    catalog: &'r Catalog,
) -> impl Iterator<Item = &'r Ident> {
    let type_name = target.column(key.raw()).map(|c| c.type_name.as_str());
    let ties = |column: &str| refers(column, target.name.name.raw(), key.raw());
    let declared =
        |c: &Ident| relation.foreign_keys().any(|(k, far)| k.columns.contains(c) && catalog.relations.contains_key(&far.table));
    relation
        .columns
        .iter()
        .filter(move |c| Some(c.type_name.as_str()) == type_name && ties(c.name.raw()) && !declared(&c.name))
        .map(|c| &c.name)
}

/// `company_id`, `companyId` and `companies_id` refer to `id` of `Company` or `companies`; `company_id` also to itself.
fn refers(column: &str, table: &str, key: &str) -> bool {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let (column, table, key) = (plain(column), plain(table), plain(key));
    if column == key {
        return key.len() > 2 && key.ends_with("id");
    }
    let Some(stem) = column.strip_suffix(&key) else { return false };
    let singulars = [Some(table.as_str()), table.strip_suffix('s'), table.strip_suffix("es")];
    !stem.is_empty()
        && (singulars.iter().flatten().any(|s| *s == stem) || table.strip_suffix("ies").is_some_and(|t| format!("{t}y") == stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_refer() {
        for (column, table, key, expected) in [
            ("companyId", "Company", "id", true),
            ("company_id", "companies", "id", true),
            ("box_id", "boxes", "id", true),
            ("company_id", "company", "company_id", true),
            ("lead_uuid", "leads", "uuid", true),
            ("id", "company", "id", false),
            ("ownerId", "User", "id", false),
            ("status", "Company", "id", false),
            ("accountId", "Count", "id", false),
        ] {
            assert_eq!(refers(column, table, key), expected, "{column} -> {table}.{key}");
        }
    }
}
