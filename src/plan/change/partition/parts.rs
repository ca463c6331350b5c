//! What hangs on the table, as the whole catalog has it, and the catalog in which a partitioned table of the same name has it all.

use std::collections::BTreeSet;

use super::{LostKey, Partition};
use crate::diff::{self, Draft};
use crate::ident::{Ident, QualifiedName, ident_list};
use crate::snapshot::objects::kinds::Publication;
use crate::snapshot::objects::{Body, Id, Identity, Kind, Object, Objects, Table};
use crate::snapshot::{Relation, Snapshot};

/// A table with all that hangs on it.
pub(super) struct Parts<'a> {
    pub change: &'a Partition,
    pub snapshot: &'a Snapshot,
    /// The table as checks know it.
    pub relation: &'a Relation,
    /// The catalog as it is.
    pub objects: &'a Objects,
    /// ... without the table: there it is made.
    pub without: Objects,
    /// ... with a partitioned table in its place.
    pub with: Objects,
    /// The table itself.
    pub id: Id,
    /// Unique keys that take in the partition key.
    pub lost: Vec<LostKey>,
}

impl<'a> Parts<'a> {
    /// `None` where the whole catalog was not read, or a person must decide something yet.
    pub fn of(change: &'a Partition, snapshot: &'a Snapshot) -> Option<Self> {
        let (objects, relation) = (snapshot.objects.as_ref()?, change.find(snapshot)?);
        if !super::obstacles(change, snapshot).is_empty() {
            return None;
        }
        let id = Id::new(Kind::Table, &change.table.schema, &change.table.name);
        let lost = change.lost_keys(relation);
        let hangs = |o: &Object| o.id == id || o.on().as_ref() == Some(&id);
        let mut without = objects.clone();
        // what default privileges give is taken away at once, whoever runs the file
        without.all.retain(|_, o| !hangs(o) && o.id.kind != Kind::DefaultPrivileges);
        let mut with = objects.clone();
        let check = change.check();
        let ours = |o: &Object| match o.id.kind {
            Kind::Constraint => o.id.part_name() == check,
            Kind::Index => lost.iter().any(|k| k.wide == o.id.name),
            _ => false,
        };
        with.all.retain(|_, o| !(hangs(o) && ours(o)));
        for object in with.all.values_mut().filter(|o| hangs(o)) {
            let name = if object.id.kind == Kind::Constraint { object.id.part_name() } else { object.id.name.clone() };
            let key = lost.iter().find(|k| k.name == name);
            match &mut object.body {
                Body::Table(t) => partitioned(t, &change.column),
                Body::Constraint(c) => {
                    if let Some((key, word)) = key.and_then(|k| Some((k, k.word?))) {
                        c.columns.push(change.column.clone());
                        c.definition = format!("{word} ({}, {})", ident_list(&key.columns), change.column);
                    }
                }
                Body::Index(i) => {
                    i.partitioned = true;
                    if let Some(key) = key {
                        i.tail = format!("USING btree ({}, {})", ident_list(&key.columns), change.column);
                    }
                }
                _ => {}
            }
        }
        Some(Self { change, snapshot, relation, objects, without, with, id, lost })
    }

    /// Objects of a kind on the table, as the partitioned one has them.
    pub fn wanted(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.with.all.values().filter(move |o| o.id.kind == kind && o.on().as_ref() == Some(&self.id))
    }

    /// ... as they are, those of the preparation left out.
    pub fn there(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.wanted(kind).filter_map(|o| self.objects.get(&o.id))
    }

    /// The partitioned table.
    pub fn table(&self) -> Option<&Object> {
        self.with.get(&self.id)
    }

    /// The table as it is.
    pub fn table_there(&self) -> Option<&Table> {
        match &self.objects.get(&self.id)?.body {
            Body::Table(t) => Some(t),
            _ => None,
        }
    }

    /// The statements that make one of the wanted objects, with owner, privileges and comments.
    pub fn make(&self, object: &Object) -> Vec<Draft> {
        diff::whole_statements(object, &[], &self.without, &self.with)
    }

    /// Takes from a new table or sequence what default privileges give others: it has the privileges of the old one and no more.
    pub fn without_defaults(&self, kind: Kind, name: &QualifiedName) -> Vec<Draft> {
        let objtype = if kind == Kind::Sequence { 'S' } else { 'r' };
        let meant = |o: &'_ Object| match &o.body {
            Body::DefaultPrivileges(d) if d.objtype == objtype && d.in_schema.as_ref().is_none_or(|s| *s == name.schema) => {
                Some(d.privileges.0.keys().cloned().collect::<Vec<Option<Ident>>>())
            }
            _ => None,
        };
        let owner = self.table().and_then(|t| t.owner.clone());
        let given: BTreeSet<Option<Ident>> =
            self.objects.all.values().filter_map(meant).flatten().filter(|r| *r != owner).collect();
        let role = |r: Option<Ident>| r.map_or("PUBLIC".to_owned(), |r| r.to_string());
        given.into_iter().map(|r| Draft::new(format!("REVOKE ALL ON {} {name} FROM {}", kind.sql(), role(r)))).collect()
    }

    /// Identity columns with their sequences.
    pub fn identities(&self) -> Vec<(&Ident, &Identity)> {
        self.table_there().into_iter().flat_map(|t| &t.columns).filter_map(|c| Some((&c.name, c.identity.as_ref()?))).collect()
    }

    /// Sequences that go with a column and are none of identity: the sequence, its column.
    pub fn serials(&self) -> Vec<(&Id, Ident)> {
        let owned = |o: &'_ Object| match &o.body {
            Body::Sequence(s) if !s.identity => {
                s.owned_by.as_ref().filter(|c| c.qualified() == self.change.table).map(Id::part_name)
            }
            _ => None,
        };
        self.objects.all.values().filter_map(|o| Some((&o.id, owned(o)?))).collect()
    }

    /// Publications of the table, by name, by schema or of all.
    pub fn publications(&self) -> Vec<(&Object, &Publication)> {
        publications(self.objects, &self.change.table)
    }

    /// Views that read the table themselves; those above them follow.
    pub fn views(&self) -> Vec<&Object> {
        let reads = |o: &&Object| o.id.kind == Kind::View && o.needs.iter().any(|n| n.id == self.id);
        self.objects.all.values().filter(reads).collect()
    }

    /// Foreign keys of other tables that refer to the table.
    pub fn incoming(&self) -> Vec<&Object> {
        let refers = |o: &&Object| matches!(&o.body, Body::Constraint(c) if c.contype == 'f' && c.references.as_ref() == Some(&self.change.table));
        self.objects.all.values().filter(refers).collect()
    }

    /// Tables that the table's own foreign keys refer to.
    pub fn referenced(&self) -> Vec<&QualifiedName> {
        let of = |o: &'_ Object| match &o.body {
            Body::Constraint(c) => c.references.clone(),
            _ => None,
        };
        let names: Vec<QualifiedName> = self.there(Kind::Constraint).filter_map(of).collect();
        self.snapshot.catalog.relations.values().map(|r| &r.name).filter(|n| names.contains(n)).collect()
    }

    /// Everything that is locked first, so that nothing waits for a lock while it holds another: views, the table, those on the far side
    /// of foreign keys; each once, in one order.
    pub fn locked(&self) -> Vec<QualifiedName> {
        let mut tables: Vec<QualifiedName> = self.incoming().iter().map(|o| o.id.qualified()).collect();
        tables.extend(self.referenced().into_iter().cloned());
        tables.sort();
        tables.dedup();
        tables.retain(|t| *t != self.change.table);
        let views = self.views().into_iter().map(|v| v.id.qualified());
        views.chain([self.change.table.clone()]).chain(tables).collect()
    }
}

/// Publications of a table, by name, by schema or of all.
pub(super) fn publications<'o>(objects: &'o Objects, table: &QualifiedName) -> Vec<(&'o Object, &'o Publication)> {
    let named = |o: &'o Object| match &o.body {
        Body::Publication(p) => {
            let published = p.all_tables || p.schemas.contains(&table.schema) || p.tables.iter().any(|t| t.table == *table);
            published.then_some((o, p))
        }
        _ => None,
    };
    objects.all.values().filter_map(named).collect()
}

/// The same table, cut by the column. What belongs to rows stays with the partitions.
fn partitioned(table: &mut Table, column: &Ident) {
    table.partition_key = Some(format!("RANGE ({column})"));
    table.options = Vec::new();
    table.access_method = None;
    table.cluster_on = None;
}
