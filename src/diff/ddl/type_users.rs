//! Who uses a type: columns, typed tables, domains over it, composite types with it.

use crate::diff::draft::Draft;
use crate::plan::LockMode;
use crate::snapshot::objects::kinds::Type;
use crate::snapshot::objects::{Body, Column, Id, Kind, Object, Objects};

/// What uses a type.
#[derive(Default)]
pub(super) struct TypeUsers<'a> {
    /// Tables and foreign tables with columns of the type or its array: those where the column is declared, not children and partitions.
    pub columns: Vec<(&'a Object, Vec<&'a Column>)>,
    /// `OF` the type; SQL.
    pub typed_tables: Vec<String>,
    /// Domains over it or its array, composite types with an attribute of it.
    pub types: Vec<&'a Object>,
}

impl<'a> TypeUsers<'a> {
    /// What uses that type directly.
    pub fn of(id: &Id, objects: &'a Objects) -> Self {
        let name = id.sql();
        let is = |type_name: &str| is_of(type_name, &name);
        let mut users = Self::default();
        for object in objects.all.values() {
            match &object.body {
                Body::Table(table) => {
                    if table.of_type.as_ref().is_some_and(|t| t.to_string() == name) {
                        users.typed_tables.push(object.id.sql());
                    }
                    let own = |c: &&Column| is(&c.type_name) && !c.inherited;
                    let columns: Vec<&Column> = table.columns.iter().filter(own).collect();
                    if !columns.is_empty() && table.partition_of.is_none() {
                        users.columns.push((object, columns));
                    }
                }
                Body::Type(Type::Domain(domain)) if is(&domain.base_type) => users.types.push(object),
                Body::Type(Type::Composite(composite)) if composite.attributes.iter().any(|a| is(&a.type_name)) => {
                    users.types.push(object);
                }
                _ => {}
            }
        }
        users
    }
}

/// Whether the one is the other, or an array of it.
pub(super) fn is_of(type_name: &str, name: &str) -> bool {
    type_name == name || type_name.strip_suffix("[]") == Some(name)
}

/// With the lock that the statement takes on the tables that use the type; the first stands for all.
pub(super) fn locking(draft: Draft, mode: LockMode, users: &TypeUsers<'_>) -> Draft {
    match users.columns.iter().find(|(table, _)| table.id.kind == Kind::Table) {
        Some((table, _)) => draft.locking(mode, table.id.sql()),
        None => draft,
    }
}
