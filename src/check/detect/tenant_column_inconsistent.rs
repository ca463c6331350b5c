//! `tenant-column-inconsistent`: the tenant is stored in another type or under another name than elsewhere.

use std::collections::BTreeMap;

use crate::check::{Finding, Input, Severity};
use crate::snapshot::{Column, Relation};
use crate::tenancy::Place;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let keyed: Vec<(&Relation, &Column)> = catalog
        .tables()
        .into_iter()
        .filter_map(|t| match input.tenancy.place(t.oid) {
            Some(Place::Keyed(key)) => Some((t, t.column(key.raw())?)),
            _ => None,
        })
        .collect();
    let base = |c: &Column| catalog.base_type(c.type_oid).map_or(c.type_name.clone(), |t| t.name.to_string());
    let of_root = || {
        let root = catalog.relations.get(&input.tenancy.root?)?;
        let key = root.primary_key().filter(|k| k.keys.len() == 1)?.keys[0].column.as_ref()?;
        root.column(key.raw()).map(base)
    };
    let Some(wanted) = of_root().or_else(|| most(keyed.iter().map(|(_, c)| base(c)))) else { return Vec::new() };
    let Some(spelling) = most(keyed.iter().map(|(_, c)| c.name.to_string())) else { return Vec::new() };
    let finding = |(table, column): &(&Relation, &Column)| {
        let (own, name) = (base(column), column.name.to_string());
        let columns = std::slice::from_ref(&column.name);
        let with = |f: Finding| {
            f.with("type", column.type_name.clone()).with("usual_type", wanted.clone()).with("usual_name", spelling.clone())
        };
        if own != wanted {
            let message = format!(
                "{}.{name} is {}, the tenant is {wanted} elsewhere: no foreign key can bind it, and comparing needs a cast that no index serves",
                table.name, column.type_name
            );
            Some(with(input.finding_on(table, columns, message)))
        } else if name != spelling {
            let message = format!("{}.{name} holds the tenant, which is called {spelling} elsewhere", table.name);
            Some(with(input.finding_on(table, columns, message)).with_severity(Severity::Info))
        } else {
            None
        }
    };
    keyed.iter().filter_map(finding).collect()
}

/// The most frequent value; of equally frequent ones the first by name.
fn most(values: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    values.for_each(|v| *counts.entry(v).or_default() += 1);
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map(|(v, _)| v)
}
