//! What is attacked: relations with their owners' key, and the roles that attack.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::{Catalog, Oid, Relation, RelationKind, Snapshot};
use crate::tenancy::{Place, Tenancy, api_roles};

/// Whose rows a table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// The table of tenants.
    Root,
    /// Tenants', by this column.
    Keyed(Ident),
    /// Tenants', over foreign keys.
    Reached,
    /// Everybody's.
    Shared,
    /// The system's own.
    Internal,
    /// Nobody knows.
    Unknown,
}

impl Owner {
    /// Whether each of its rows belongs to one tenant.
    pub(super) fn is_tenant(&self) -> bool {
        matches!(self, Owner::Root | Owner::Keyed(_) | Owner::Reached)
    }
}

/// The schema under attack.
pub(super) struct Model<'s> {
    /// What was read of it.
    pub snapshot: &'s Snapshot,
    /// Its tenants.
    pub tenancy: Tenancy,
    owners: BTreeMap<Oid, Owner>,
}

impl<'s> Model<'s> {
    /// Of a snapshot.
    ///
    /// # Errors
    /// The config names a table that is not there.
    pub(super) fn new(snapshot: &'s Snapshot, config: &Config) -> Result<Self> {
        let tenancy = Tenancy::of(snapshot, config)?;
        let catalog = &snapshot.catalog;
        let owners = catalog.relations.values().filter(|r| r.is_table()).map(|r| (r.oid, owner(r, catalog, &tenancy))).collect();
        Ok(Self { snapshot, tenancy, owners })
    }

    /// The catalog.
    pub(super) fn catalog(&self) -> &'s Catalog {
        &self.snapshot.catalog
    }

    /// Tables that hold rows of their own, partitions and children among them; not those of extensions.
    pub(super) fn tables(&self) -> Vec<&'s Relation> {
        self.catalog().by_name().into_iter().filter(|r| r.is_table() && r.extension.is_none()).collect()
    }

    /// Views and materialized views.
    pub(super) fn views(&self) -> Vec<&'s Relation> {
        let view = |r: &&Relation| matches!(r.kind, RelationKind::View | RelationKind::MaterializedView) && r.extension.is_none();
        self.catalog().by_name().into_iter().filter(view).collect()
    }

    /// Whose rows a table holds.
    pub(super) fn owner(&self, table: Oid) -> &Owner {
        self.owners.get(&table).unwrap_or(&Owner::Unknown)
    }

    /// The column that says the tenant: of the root its primary key.
    pub(super) fn key(&self, table: &'s Relation) -> Option<Ident> {
        match self.owner(table.oid) {
            Owner::Keyed(key) => Some(key.clone()),
            Owner::Root => root_key(table),
            _ => None,
        }
    }

    /// The table of tenants.
    pub(super) fn root(&self) -> Option<&'s Relation> {
        self.tenancy.root.and_then(|oid| self.catalog().relations.get(&oid))
    }
}

/// The primary key of one column.
fn root_key(table: &Relation) -> Option<Ident> {
    match table.primary_key()?.keys.as_slice() {
        [only] => only.column.clone(),
        _ => None,
    }
}

/// A partition's or child's owner is that of its parent, unless it has the key itself.
fn owner(table: &Relation, catalog: &Catalog, tenancy: &Tenancy) -> Owner {
    let by_name = || tenancy.keys.iter().find_map(|k| table.column(k)).map(|c| Owner::Keyed(c.name.clone()));
    match tenancy.place(table.oid) {
        Some(Place::Root) => Owner::Root,
        Some(Place::Keyed(key)) => Owner::Keyed(key.clone()),
        Some(Place::Reached(_)) => Owner::Reached,
        Some(Place::Shared) => Owner::Shared,
        Some(Place::Internal) => Owner::Internal,
        Some(Place::Unknown) | None => by_name().unwrap_or_else(|| {
            let parents = table.partition_of.iter().chain(&table.inherits).filter_map(|p| catalog.relations.get(p));
            parents.map(|p| owner(p, catalog, tenancy)).find(|o| *o != Owner::Unknown).unwrap_or(Owner::Unknown)
        }),
    }
}

/// The application's roles and how they were found; empty when nobody knows.
pub(super) fn roles(snapshot: &Snapshot, named: &[Ident]) -> (Vec<Ident>, String) {
    if !named.is_empty() {
        return (named.to_vec(), "named".to_owned());
    }
    let catalog = &snapshot.catalog;
    let role = |name: &str| catalog.roles.iter().find(|r| r.name.raw() == name);
    // the login of an API inherits nothing: it is the roles it takes on that read and write
    let granted = |of: &Ident| catalog.relations.values().any(|t| t.grants.iter().any(|g| g.grantee.as_ref() == Some(of)));
    let acting = |r: &crate::snapshot::Role| -> Vec<Ident> {
        let bound = |m: &&Ident| role(m.raw()).is_some_and(|m| !m.superuser && !m.bypass_rls) && granted(m);
        let taken: Vec<Ident> = r.member_of.iter().filter(bound).cloned().collect();
        if r.inherit || granted(&r.name) || taken.is_empty() { vec![r.name.clone()] } else { taken }
    };
    let mut connected: Vec<Ident> = snapshot
        .connections
        .iter()
        .filter(|c| c.application != "dbharden" && c.database.as_deref() == Some(&snapshot.server.database))
        .filter_map(|c| role(c.role.as_deref()?))
        .filter(|r| !r.superuser && !r.name.raw().starts_with("pg_") && r.name.raw() != snapshot.rights.role)
        .flat_map(acting)
        .collect();
    connected.sort();
    connected.dedup();
    if !connected.is_empty() {
        return (connected, "connected when the database was read".to_owned());
    }
    let api: Vec<Ident> = api_roles(catalog).iter().map(|r| r.name.clone()).collect();
    if !api.is_empty() {
        return (api, "roles of an API with privileges here".to_owned());
    }
    let tables = || catalog.relations.values().filter(|r| r.is_table());
    let writes = |name: &Ident| {
        let held = |p: &str| matches!(p, "INSERT" | "UPDATE" | "DELETE");
        tables().any(|t| {
            t.owner != *name && t.grants.iter().any(|g| g.grantee.as_ref() == Some(name) && g.privileges.iter().any(|p| held(p)))
        })
    };
    let granted: Vec<Ident> = catalog.roles.iter().filter(|r| !r.superuser && writes(&r.name)).map(|r| r.name.clone()).collect();
    let members = |of: &Ident| -> Vec<Ident> {
        catalog.roles.iter().filter(|r| r.login && r.member_of.contains(of)).map(|r| r.name.clone()).collect()
    };
    let mut found: Vec<Ident> = Vec::new();
    for role in &granted {
        let login = catalog.roles.iter().any(|r| r.name == *role && r.login);
        let before = found.len();
        if !login {
            found.extend(members(role));
        }
        if login || found.len() == before {
            found.push(role.clone());
        }
    }
    found.sort();
    found.dedup();
    (found, "roles that may write to tables they do not own".to_owned())
}
