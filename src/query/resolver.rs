//! Names -> relations. Built once for a catalog, used for every statement.

use std::collections::HashMap;
use std::sync::OnceLock;

use pg_query::NodeEnum;
use pg_query::protobuf::SelectStmt;

use super::text;
use crate::ident::Ident;
use crate::snapshot::{Catalog, Oid, Relation};

/// Finds what a name means in a catalog under a search path.
pub struct Resolver<'c> {
    catalog: &'c Catalog,
    search_path: Vec<String>,
    by_name: HashMap<&'c str, Vec<&'c Relation>>,
    /// Views are parsed when a statement first names them.
    views: HashMap<Oid, OnceLock<Option<NodeEnum>>>,
}

/// What a name in FROM means.
pub(super) enum Named<'c> {
    /// A relation of the catalog.
    Relation(&'c Relation),
    /// A system catalog or view of `information_schema`: none of the user's tables.
    System,
    /// Nothing we know.
    Unknown,
}

impl<'c> Resolver<'c> {
    /// A resolver for names as seen under `search_path` (without `$user`).
    pub fn new(catalog: &'c Catalog, search_path: Vec<String>) -> Self {
        let mut by_name: HashMap<&str, Vec<&Relation>> = HashMap::new();
        for relation in catalog.relations.values() {
            by_name.entry(relation.name.name.raw()).or_default().push(relation);
        }
        let views = catalog.views.keys().map(|oid| (*oid, OnceLock::new())).collect();
        Self { catalog, search_path, by_name, views }
    }

    /// The catalog it looks into.
    pub fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// The relation a name in FROM means. A name that the search path does not find but that only one schema has means that one:
    /// the role that sent the statement may have had another search path.
    pub(super) fn relation(&self, schema: &str, name: &str) -> Named<'c> {
        let all = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        let within = |s: &str| all.iter().copied().find(|r| r.name.schema.raw() == s);
        let found = if !schema.is_empty() {
            within(schema)
        } else {
            self.search_path.iter().find_map(|s| within(s)).or(match all {
                [only] => Some(*only),
                _ => None,
            })
        };
        let system =
            matches!(schema, "pg_catalog" | "information_schema" | "pg_toast") || schema.is_empty() && name.starts_with("pg_");
        match found {
            Some(relation) => Named::Relation(relation),
            None if system => Named::System,
            None => Named::Unknown,
        }
    }

    /// The schema of a relation that only one schema has, and not one of the search path.
    pub(super) fn schema_beside_the_path(&self, name: &str) -> Option<&'c Ident> {
        let [only] = self.by_name.get(name)?.as_slice() else { return None };
        let schema = &only.name.schema;
        (!self.search_path.iter().any(|s| s == schema.raw())).then_some(schema)
    }

    /// The query behind a view; `None` for anything else, or when its definition does not parse.
    pub(super) fn view(&self, oid: Oid) -> Option<&SelectStmt> {
        let parsed = self.views.get(&oid)?.get_or_init(|| {
            let view = self.catalog.views.get(&oid)?;
            text::parse_one(&view.definition).ok()
        });
        match parsed {
            Some(NodeEnum::SelectStmt(select)) => Some(select),
            _ => None,
        }
    }
}
