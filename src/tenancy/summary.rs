//! The tenant model as reports show it: each table's place, how it is known, and what a person must decide.

use serde::Serialize;

use super::{Candidate, Place, Tenancy};
use crate::ident::Ident;
use crate::snapshot::Catalog;

/// The tenant model of a database.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The table of tenants, SQL-quoted.
    pub root: Option<String>,
    /// Names of the column that holds the tenant, the most frequent first.
    pub keys: Vec<String>,
    /// Whether the config or a flag says so.
    pub configured: bool,
    /// What it was inferred from, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// What a person must decide first; nothing is generated until then.
    pub question: Option<String>,
    /// Each table's place, by name.
    pub tables: Vec<TablePlace>,
}

/// A table's place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TablePlace {
    /// The table, SQL-quoted.
    pub table: String,
    /// How its rows belong to tenants.
    pub place: PlaceName,
    /// The column that holds the tenant, SQL-quoted.
    pub column: Option<String>,
    /// Whether it may be NULL.
    pub nullable: Option<bool>,
    /// The way to the tenant over foreign keys.
    pub way: Option<String>,
}

/// [`Place`] by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceName {
    /// The table of tenants.
    Root,
    /// A column holds the tenant.
    Key,
    /// Foreign keys lead to it.
    Path,
    /// Rows for everybody.
    Shared,
    /// The system's own.
    Internal,
    /// A person must say.
    Undecided,
}

impl Tenancy {
    /// What reports show; `None` where there are no tenants.
    pub fn summary(&self, catalog: &Catalog) -> Option<Summary> {
        if !self.exists() {
            return None;
        }
        let one = |table: &&crate::snapshot::Relation| {
            let place = self.place(table.oid)?;
            let key = match place {
                Place::Keyed(key) => Some(key),
                _ => None,
            };
            Some(TablePlace {
                table: table.name.to_string(),
                place: match place {
                    Place::Root => PlaceName::Root,
                    Place::Keyed(_) => PlaceName::Key,
                    Place::Reached(_) => PlaceName::Path,
                    Place::Shared => PlaceName::Shared,
                    Place::Internal => PlaceName::Internal,
                    Place::Unknown => PlaceName::Undecided,
                },
                column: key.map(Ident::to_string),
                nullable: key.and_then(|k| table.column(k.raw())).map(|c| !c.not_null),
                way: matches!(place, Place::Reached(_)).then(|| self.way(catalog, table)).flatten(),
            })
        };
        Some(Summary {
            root: self.root.and_then(|oid| catalog.relations.get(&oid)).map(|r| r.name.to_string()),
            keys: self.keys.clone(),
            configured: self.configured,
            candidates: self.candidates.clone(),
            question: self.question(),
            tables: catalog.tables().iter().filter_map(one).collect(),
        })
    }

    /// What a person must decide before anything is generated that depends on it.
    fn question(&self) -> Option<String> {
        if self.configured {
            return None;
        }
        match &self.candidates[..] {
            [] => None,
            [_] if self.is_certain() => None,
            [only] => {
                Some(format!("is {} the tenant? Say so with --tenant-root, or name the column with --tenant-key", only.name))
            }
            several => {
                let names: Vec<&str> = several.iter().map(|c| c.name.as_str()).collect();
                Some(format!("which is the tenant: {}? Say so with --tenant-root", names.join(" or ")))
            }
        }
    }
}
