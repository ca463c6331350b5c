//! Whose rows are whose: the table of tenants, the column that holds the tenant in each table, and the way to it where none does.

mod infer;
mod intent;
mod names;
mod place;
pub mod rows;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::snapshot::{Catalog, Oid, Relation, Snapshot};

pub use intent::{api_roles, intent};
pub(crate) use names::is_id_of;
pub use names::is_word_of;
pub use summary::{PlaceName, Summary, TablePlace};

/// Weight from which on a name alone says that a table is the one of tenants: `tenant`, `organization`, `workspace`, `team`, `account`.
const CERTAIN: f64 = 2.0;

/// What is known of tenants in a database.
#[derive(Debug, Clone, Default)]
pub struct Tenancy {
    /// The table of tenants; `None` when keys are configured without one or nothing was found.
    pub root: Option<Oid>,
    /// Names of the column that holds the tenant, the most frequent spelling first.
    pub keys: Vec<String>,
    /// Whether the config says so (else it is inferred).
    pub configured: bool,
    /// What it was inferred from, the likeliest first; more than one when a person must choose. Empty where the config says it.
    pub candidates: Vec<Candidate>,
    /// Each table's place.
    pub tables: BTreeMap<Oid, Place>,
}

/// A table, or a column without one, that may be the tenant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// The table, SQL-quoted; of a column without a table, what it is named after.
    pub name: String,
    /// The table.
    #[serde(skip)]
    pub root: Option<Oid>,
    /// Names of columns that hold it, the most frequent first.
    pub keys: Vec<String>,
    /// How much the name sounds like a tenant, 0 to 3.
    pub weight: f64,
    /// Tables that point at it or have a column named after it.
    pub direct: usize,
    /// Tables that lead to these over NOT NULL foreign keys, these included.
    pub reached: usize,
    /// Whether a table says which users belong to it.
    pub membership: bool,
    /// `weight x (sqrt(direct) + sqrt(reached) + 3 for a membership table)`.
    pub score: f64,
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
    /// Rows for everybody: look-up tables, books of migration tools, and those the config names.
    Shared,
    /// Of the system itself: no role of the application touches it.
    Internal,
    /// No column and no way: a person must say.
    Unknown,
}

/// One foreign key on the way to the tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// The foreign key.
    pub constraint: Ident,
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
        Self::in_catalog(&snapshot.catalog, config)
    }

    fn in_catalog(catalog: &Catalog, config: &Config) -> Result<Self> {
        let settings = &config.tenancy;
        let tables = catalog.tables();
        let configured = settings.root.is_some() || !settings.keys.is_empty();
        let mut candidates = Vec::new();
        let (root, inferred_keys) = match &settings.root {
            Some(name) => {
                let root = named(&tables, name)?;
                (Some(root.oid), infer::key_names(&tables, root.name.name.raw(), Some(root)))
            }
            None if !settings.keys.is_empty() => (None, Vec::new()),
            None => {
                candidates = infer::candidates(&tables);
                let Some(first) = candidates.first() else { return Ok(Self::default()) };
                (first.root, first.keys.clone())
            }
        };
        let keys = if settings.keys.is_empty() { inferred_keys } else { settings.keys.clone() };
        let tables = place::place(&tables, root, &keys, &settings.shared, &settings.internal);
        Ok(Self { root, keys, configured, candidates, tables })
    }

    /// Whether tenants were found at all.
    pub fn exists(&self) -> bool {
        self.tables.values().any(|p| matches!(p, Place::Keyed(_)))
    }

    /// Whether nobody needs to be asked whose rows are whose: the config says it, or one candidate alone is named like a tenant and most
    /// of its tables name it themselves.
    pub fn is_certain(&self) -> bool {
        let count = |wanted: fn(&Place) -> bool| self.tables.values().filter(|p| wanted(p)).count();
        let keyed = count(|p| matches!(p, Place::Keyed(_)));
        let reached = count(|p| matches!(p, Place::Reached(_)));
        let certain = |c: &Candidate| c.root.is_some() && c.weight >= CERTAIN && keyed >= reached;
        self.configured || matches!(&self.candidates[..], [only] if certain(only))
    }

    /// The place of a table; partitions and tables of extensions have none.
    pub fn place(&self, table: Oid) -> Option<&Place> {
        self.tables.get(&table)
    }

    /// Tables whose rows belong to tenants: those with a key and those that lead to one.
    pub fn tenant_tables<'c>(&self, catalog: &'c Catalog) -> Vec<&'c Relation> {
        let belongs = |r: &&Relation| matches!(self.place(r.oid), Some(Place::Keyed(_) | Place::Reached(_)));
        catalog.tables().into_iter().filter(belongs).collect()
    }

    /// Whether a table says who belongs to a tenant: it has the tenant's column, points at people, and has little else.
    pub fn is_membership(&self, catalog: &Catalog, table: &Relation) -> bool {
        let people = |oid: Oid| Some(oid) != self.root && catalog.relations.get(&oid).is_some_and(names::is_of_people);
        let to_people = table.foreign_keys().any(|(_, r)| people(r.table));
        let called = names::is_membership(table);
        matches!(self.place(table.oid), Some(Place::Keyed(_))) && table.columns.len() <= 8 && (to_people || called)
    }

    /// The way from a table to the column that holds its tenant, in words: `line.invoice_id -> invoice.tenant_id`.
    pub fn way(&self, catalog: &Catalog, table: &Relation) -> Option<String> {
        let column = |c: &[Ident]| crate::ident::ident_list(c);
        let mut from = table.name.name.to_string();
        let mut steps = Vec::new();
        match self.place(table.oid)? {
            Place::Keyed(key) => return Some(format!("{from}.{key}")),
            Place::Reached(hops) => {
                for hop in hops {
                    steps.push(format!("{from}.{}", column(&hop.columns)));
                    from = catalog.relations.get(&hop.table)?.name.name.to_string();
                }
                if let Some(Place::Keyed(key)) = hops.last().and_then(|h| self.place(h.table)) {
                    steps.push(format!("{from}.{key}"));
                }
            }
            Place::Root | Place::Shared | Place::Internal | Place::Unknown => return None,
        }
        Some(steps.join(" -> "))
    }
}

fn named<'c>(tables: &[&'c Relation], name: &str) -> Result<&'c Relation> {
    tables.iter().find(|r| r.name.to_string() == name).copied().ok_or_else(|| {
        Error::new(format!("[tenancy] root = {name:?} is not a table of this database"))
            .fix("write it as findings show it, with its schema and quoted where needed: public.\"User\"")
    })
}
