//! What a kind's writer may look at besides the object itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::compare::Scope;
use crate::ident::{Ident, QualifiedName, constraint_name, literal, short_name};
use crate::snapshot::objects::{Acl, Body, Column, Id, Kind, Object, Objects, Table};

/// Both catalogs, and what was decided for the migration as a whole.
pub(in crate::diff) struct Context<'a> {
    /// The catalog before.
    pub from: &'a Objects,
    /// The catalog after.
    pub to: &'a Objects,
    /// Whose owners and privileges are written.
    pub scope: &'a Scope<'a>,
    /// Objects that are dropped and made anew.
    pub replaced: BTreeSet<Id>,
    /// Columns whose default comes when what it needs is there.
    pub deferred_defaults: BTreeSet<(Id, Ident)>,
    /// Columns whose default (or which themselves, if generated) went before, with what they need.
    pub detached_defaults: BTreeSet<(Id, Ident)>,
    /// Partitions that were detached because their parent is made anew.
    pub detached_partitions: BTreeSet<Id>,
    /// Schemas of extensions that are moved: before, after.
    pub moved_schemas: Vec<(Ident, Ident)>,
    /// Sequences that `serial` makes along with their new column.
    pub serials: BTreeMap<Id, (Id, Ident)>,
}

impl<'a> Context<'a> {
    /// Nothing decided yet.
    pub fn new(from: &'a Objects, to: &'a Objects, scope: &'a Scope<'a>) -> Self {
        let moved = |(id, new): (&Id, &Object)| match (&from.get(id)?.body, &new.body) {
            (Body::Extension(a), Body::Extension(b)) if a.schema != b.schema => Some((a.schema.clone(), b.schema.clone())),
            _ => None,
        };
        Self {
            from,
            to,
            scope,
            replaced: BTreeSet::new(),
            deferred_defaults: BTreeSet::new(),
            detached_defaults: BTreeSet::new(),
            detached_partitions: BTreeSet::new(),
            moved_schemas: to.all.iter().filter_map(moved).collect(),
            serials: BTreeMap::new(),
        }
    }

    /// Whether the one type is the other, but for the schema that its extension has moved to.
    pub fn is_moved_type(&self, old: &str, new: &str) -> bool {
        self.moved_schemas
            .iter()
            .any(|(a, b)| old.strip_prefix(&format!("{a}.")).is_some_and(|rest| *new == format!("{b}.{rest}")))
    }

    /// The type behind domains.
    pub fn stored_type(&self, name: &str, side: &Objects) -> String {
        let mut name = name.to_owned();
        for _ in 0..32 {
            let domain = side.all.values().find(|o| o.id.kind == Kind::Type && o.id.sql() == name);
            match domain.map(|o| &o.body) {
                Some(Body::Type(crate::snapshot::objects::kinds::Type::Domain(d))) => name.clone_from(&d.base_type),
                _ => break,
            }
        }
        name
    }

    /// Whether this migration makes it: nobody uses it yet.
    pub fn is_new(&self, id: &Id) -> bool {
        !self.from.all.contains_key(id) || self.replaced.contains(id)
    }

    /// Sequences that are just what `serial` would make, of columns that are made now.
    pub fn find_serials(&mut self) {
        for (id, object) in self.to.all.iter().filter(|(id, _)| id.kind == Kind::Sequence) {
            let Body::Sequence(sequence) = &object.body else { continue };
            let Some(owner) = sequence.owned_by.as_ref().filter(|_| self.is_new(id) && !sequence.identity && !sequence.unlogged)
            else {
                continue;
            };
            let table = Id::new(Kind::Table, &owner.schema, &owner.name);
            let Some(Body::Table(body)) = self.to.get(&table).map(|o| &o.body) else { continue };
            let before = self.from.get(&table).filter(|_| !self.is_new(&table));
            let name = owner.part_name();
            let Some(column) = body.columns.iter().find(|c| c.name == name) else { continue };
            let made_now = before.is_none_or(|o| o.columns().iter().all(|c| c.name != name));
            let usual = column.default.as_deref() == Some(&*format!("nextval({}::regclass)", literal(&id.name_sql())))
                && id.schema == table.schema
                && id.name.raw() == constraint_name(table.name.raw(), name.raw(), "seq")
                && column.local
                && column.not_null.as_ref().is_some_and(|n| !n.not_valid && n.name.is_none() && !n.no_inherit)
                && sequence.options.data_type == column.type_name
                && super::column::serial(&column.type_name).is_some()
                && super::sequence::options(&sequence.options, Some("")).is_empty()
                && body.of_type.is_none()
                && !self.deferred_defaults.contains(&(table.clone(), name.clone()));
            if made_now && usual {
                self.serials.insert(id.clone(), (table, name));
            }
        }
    }

    fn table(&self, name: &QualifiedName) -> Option<&'a Table> {
        match &self.to.get(&Id::new(Kind::Table, &name.schema, &name.name))?.body {
            Body::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Whether it is a partitioned table.
    pub fn is_partitioned(&self, name: &QualifiedName) -> bool {
        self.table(name).is_some_and(|t| t.partition_key.is_some())
    }

    /// The column of that name of the parent it comes from.
    pub fn parent_column(&self, object: &Object, column: &Ident) -> Option<&'a Column> {
        let Body::Table(table) = &object.body else { return None };
        let mut parents = table.inherits.iter().chain(&table.partition_of);
        parents.find_map(|p| self.table(p)?.columns.iter().find(|c| c.name == *column))
    }

    /// The name of the NOT NULL that a column takes from above; `None` where a partition has the usual one of its own.
    pub fn inherited_not_null(&self, object: &Object, column: &Ident) -> Option<Ident> {
        let Body::Table(own) = &object.body else { return None };
        let mut parents: Vec<&QualifiedName> = own.inherits.iter().chain(&own.partition_of).collect();
        while let Some(name) = parents.pop() {
            let Some(table) = self.table(name) else { continue };
            let Some(n) = table.columns.iter().find(|c| c.name == *column).and_then(|c| c.not_null.as_ref()) else { continue };
            if !n.inherited {
                let usual = || Ident::new(constraint_name(name.name.raw(), column.raw(), "not_null"));
                return n.name.clone().or_else(|| own.partition_of.is_none().then(usual));
            }
            parents.extend(table.inherits.iter().chain(&table.partition_of));
        }
        None
    }

    /// Checks that a partition must have before it can be attached: its parents'.
    pub fn inherited_checks(&self, table: &Table) -> Vec<(Ident, &'a str)> {
        let mut checks = Vec::new();
        let mut parent = table.partition_of.as_ref();
        while let Some(name) = parent {
            let id = Id::new(Kind::Table, &name.schema, &name.name);
            for part in self.to.constraints_of(&id) {
                if let Body::Constraint(c) = &part.body
                    && c.contype == 'c'
                {
                    checks.push((part.id.part_name(), c.definition.as_str()));
                }
            }
            parent = self.table(name).and_then(|t| t.partition_of.as_ref());
        }
        checks
    }

    /// A name for something that exists for a moment only, near `base`, which nothing in the schema has.
    pub fn free_name(&self, near: &Id, base: &str, suffix: &str) -> Ident {
        let taken = |name: &Ident| {
            [self.from, self.to].iter().any(|side| {
                let relations = [
                    Kind::Index,
                    Kind::Table,
                    Kind::View,
                    Kind::MaterializedView,
                    Kind::Sequence,
                    Kind::ForeignTable,
                    Kind::Type,
                ];
                relations.iter().any(|kind| side.all.contains_key(&Id::new(*kind, &near.schema, name)))
                    || side.all.contains_key(&Id::on(Kind::Constraint, &near.qualified(), name))
            })
        };
        (1..)
            .map(|n| short_name(base, &if n == 1 { format!("_{suffix}") } else { format!("_{suffix}{n}") }))
            .find(|name| !taken(name))
            .unwrap_or_default()
    }

    /// Privileges that an object has the moment its owner has made it: the default ones.
    pub fn acl_when_created(&self, object: &Object) -> Acl {
        object.owner.as_ref().map_or_else(Acl::default, |owner| self.from.acl_when_created(&object.id, owner))
    }
}
