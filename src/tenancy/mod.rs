//! Whose rows are whose: the table of tenants, the column that holds the tenant in each table, and the way to it where none does.

mod infer;

use std::collections::{BTreeMap, VecDeque};

use crate::config::Config;
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::snapshot::{Catalog, Oid, Relation, Snapshot};

/// What is known of tenants in a database.
#[derive(Debug, Clone, Default)]
pub struct Tenancy {
    /// The table of tenants; `None` when keys are configured without one or nothing was found.
    pub root: Option<Oid>,
    /// Whether the config says so (else it is inferred).
    pub configured: bool,
    /// Each table's place.
    pub tables: BTreeMap<Oid, Place>,
}

/// How a table's rows belong to tenants.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// The table of tenants itself.
    Root,
    /// A column holds the tenant.
    Keyed(Ident),
    /// No column, but foreign keys lead to a table that has one.
    Reached(Vec<Hop>),
    /// Rows for everybody: look-up tables, and those the config names.
    Shared,
    /// No column and no way: a person must say.
    Unknown,
}

/// One foreign key on the way to the tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// Columns of the table before.
    pub columns: Vec<Ident>,
    /// The table it leads to.
    pub table: Oid,
    /// All of its columns are NOT NULL: every row has a parent.
    pub not_null: bool,
}

impl Tenancy {
    /// From `[tenancy]` of the config, else inferred.
    ///
    /// # Errors
    /// When the config names a table that is not there.
    pub fn of(snapshot: &Snapshot, config: &Config) -> Result<Self> {
        let catalog = &snapshot.catalog;
        let settings = &config.tenancy;
        let configured = settings.root.is_some() || !settings.keys.is_empty();
        let root = match &settings.root {
            Some(name) => Some(named(catalog, name)?.oid),
            None if settings.keys.is_empty() => infer::root(catalog),
            None => None,
        };
        if root.is_none() && settings.keys.is_empty() {
            return Ok(Self { configured, ..Self::default() });
        }
        let keys = if settings.keys.is_empty() { infer::key_names(catalog, root) } else { settings.keys.clone() };
        let shared: Vec<wildmatch::WildMatch> = settings.shared.iter().map(|s| wildmatch::WildMatch::new(s)).collect();
        let mut tables: BTreeMap<Oid, Place> = BTreeMap::new();
        for table in catalog.tables() {
            let place = if Some(table.oid) == root {
                Place::Root
            } else if shared.iter().any(|s| s.matches(&table.name.to_string())) {
                Place::Shared
            } else if let Some(column) = key_of(table, root, &keys) {
                Place::Keyed(column)
            } else {
                Place::Unknown
            };
            tables.insert(table.oid, place);
        }
        let mut tenancy = Self { root, configured, tables };
        tenancy.find_paths(catalog);
        tenancy.find_shared(catalog);
        Ok(tenancy)
    }

    /// Whether tenants were found at all.
    pub fn exists(&self) -> bool {
        self.tables.values().any(|p| matches!(p, Place::Keyed(_)))
    }

    /// Tables whose rows belong to tenants: those with a key and those that lead to one.
    pub fn tenant_tables<'c>(&self, catalog: &'c Catalog) -> Vec<&'c Relation> {
        let belongs = |r: &&Relation| matches!(self.tables.get(&r.oid), Some(Place::Keyed(_) | Place::Reached(_)));
        catalog.tables().into_iter().filter(belongs).collect()
    }

    /// Shortest way over foreign keys to a table with a key, breadth first; NOT NULL keys are preferred.
    fn find_paths(&mut self, catalog: &Catalog) {
        let mut queue: VecDeque<Oid> =
            self.tables.iter().filter(|(_, p)| matches!(p, Place::Keyed(_))).map(|(oid, _)| *oid).collect();
        let mut children: BTreeMap<Oid, Vec<(Oid, Hop)>> = BTreeMap::new();
        for table in catalog.tables() {
            for (key, reference) in table.foreign_keys().filter(|(k, r)| !k.inherited && r.table != table.oid) {
                let not_null = key.columns.iter().all(|c| table.column(c.raw()).is_some_and(|c| c.not_null));
                let hop = Hop { columns: key.columns.clone(), table: reference.table, not_null };
                children.entry(reference.table).or_default().push((table.oid, hop));
            }
        }
        for list in children.values_mut() {
            list.sort_by_key(|(_, hop)| !hop.not_null);
        }
        while let Some(parent) = queue.pop_front() {
            for (child, hop) in children.get(&parent).into_iter().flatten() {
                if self.tables.get(child) == Some(&Place::Unknown) {
                    let mut path = vec![hop.clone()];
                    if let Some(Place::Reached(rest)) = self.tables.get(&parent) {
                        path.extend(rest.iter().cloned());
                    }
                    self.tables.insert(*child, Place::Reached(path));
                    queue.push_back(*child);
                }
            }
        }
    }

    /// A table that leads nowhere but that tenants' tables point at is a look-up table: one row serves many tenants.
    fn find_shared(&mut self, catalog: &Catalog) {
        let unknown: Vec<Oid> = self.tables.iter().filter(|(_, p)| **p == Place::Unknown).map(|(oid, _)| *oid).collect();
        for oid in unknown {
            let referenced = catalog.tables().iter().any(|t| t.oid != oid && t.foreign_keys().any(|(_, r)| r.table == oid));
            let hardly_written = catalog.relations.get(&oid).is_some_and(is_hardly_written);
            if referenced || hardly_written {
                self.tables.insert(oid, Place::Shared);
            }
        }
    }
}

/// Small and read far more than written: countries, plans, settings of the product.
fn is_hardly_written(table: &Relation) -> bool {
    table.rows.is_some_and(|r| r < 1_000.0)
        && table.activity.as_ref().is_none_or(|a| a.updated + a.deleted <= (a.seq_scan + a.idx_scan.unwrap_or(0)) / 100)
}

fn named<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c Relation> {
    catalog.by_name().into_iter().find(|r| r.name.to_string() == name).ok_or_else(|| {
        Error::new(format!("[tenancy] root = {name:?} is not a table of this database"))
            .fix("write it as findings show it, with its schema and quoted where needed: public.\"User\"")
    })
}

/// The column that holds the tenant: one of the names, or a foreign key of one column to the root.
fn key_of(table: &Relation, root: Option<Oid>, names: &[String]) -> Option<Ident> {
    let by_name = names.iter().find_map(|n| table.column(n)).map(|c| c.name.clone());
    by_name.or_else(|| {
        let mut to_root =
            table.foreign_keys().filter(|(k, r)| Some(r.table) == root && k.columns.len() == 1).map(|(k, _)| &k.columns[0]);
        to_root.next().cloned()
    })
}
