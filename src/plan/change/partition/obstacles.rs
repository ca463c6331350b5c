//! What stands in the way: what Postgres cannot do, and what a person has not decided yet.

use super::parts::publications;
use super::{Partition, calendar};
use crate::config::Incoming;
use crate::ident::{Ident, QualifiedName, ident_list};
use crate::snapshot::objects::{Body, Id, Kind, Object, Objects};
use crate::snapshot::{Column, Index, Relation, RelationKind, Snapshot};

/// Why no migration is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Obstacles {
    /// What cannot be done for this table, or not by this tool.
    pub impossible: Vec<String>,
    /// What `[[partitioning]]` has to say first, each with its options.
    pub undecided: Vec<String>,
}

impl Obstacles {
    /// Whether the migration can be written.
    pub fn is_empty(&self) -> bool {
        self.impossible.is_empty() && self.undecided.is_empty()
    }
}

/// What stands in the way of this change.
pub fn obstacles(change: &Partition, snapshot: &Snapshot) -> Obstacles {
    let mut found = Obstacles::default();
    let Some(table) = change.find(snapshot) else {
        found.impossible.push(format!("there is no table {}", change.table));
        return found;
    };
    found.impossible.extend(of_table(change, table));
    found.impossible.extend(table.indexes.iter().filter_map(|i| of_index(change, i, table)));
    for constraint in table.constraints.iter().filter(|c| !c.validated) {
        if constraint.name != change.check() {
            found.impossible.push(format!("constraint {} is not validated: validate it first", constraint.name));
        }
    }
    for index in table.indexes.iter().filter(|i| is_lost(change, i) && !i.primary && !change.widen_unique.contains(&i.name)) {
        found.undecided.push(format!(
            "{} is unique without {}, which a partitioned table cannot promise: name it in widen_unique to hold for both columns together, or drop it",
            index.name, change.column
        ));
    }
    let Some(objects) = &snapshot.objects else {
        found.impossible.push("the snapshot does not hold the whole catalog: plan from the database".to_owned());
        return found;
    };
    incoming(change, snapshot, &mut found);
    found.impossible.extend(dependents(change, objects));
    found.impossible.extend(hanging(change, objects));
    found.impossible.extend(published(change, objects));
    found.impossible.extend(taken(change, table, objects));
    found
}

fn is_lost(change: &Partition, index: &Index) -> bool {
    index.unique && !index.keys.iter().any(|k| k.column.as_ref() == Some(&change.column))
}

/// The table and its key.
fn of_table(change: &Partition, table: &Relation) -> Option<String> {
    let usual = table.kind == RelationKind::Table && table.partition_of.is_none() && table.inherits.is_empty();
    if !usual || table.persistence != 'p' || table.extension.is_some() {
        return Some(format!("{} is no ordinary table of its own", table.name));
    }
    let by_time = |c: &Column| c.generated.is_none() && (c.type_name == "date" || c.type_name.starts_with("timestamp"));
    match table.column(change.column.raw()) {
        None => Some(format!("there is no column {}", change.column)),
        Some(c) if !by_time(c) => Some(format!("{} is no date or timestamp that is stored as it comes", c.name)),
        Some(_) if calendar::read_stamp(&change.first).is_none() => Some(format!("{} is no day", change.first)),
        Some(_) => None,
    }
}

fn of_index(change: &Partition, index: &Index, table: &Relation) -> Option<String> {
    if index.exclusion {
        return Some(format!("exclusion constraint {} cannot span partitions", index.name));
    }
    if !index.valid {
        let ours = change.lost_keys(table).iter().any(|k| k.wide == index.name);
        return (!ours).then(|| format!("index {} is not valid: drop it or build it again first", index.name));
    }
    let accepted = is_lost(change, index) && (index.primary || change.widen_unique.contains(&index.name));
    let deferrable = || {
        let named = |c: &&crate::snapshot::Constraint| Some(&c.name) == index.constraint.as_ref();
        table.constraints.iter().find(named).is_some_and(|c| c.deferrable)
    };
    let plain = index.method == "btree"
        && index.predicate.is_none()
        && index.include.is_empty()
        && !index.nulls_not_distinct
        && index.plain_prefix().count() == index.keys.len()
        && index.keys.iter().all(|k| !k.descending);
    (accepted && (!plain || deferrable())).then(|| format!("unique key {} is more than columns: widen it by hand", index.name))
}

/// Foreign keys that refer to the table.
fn incoming(change: &Partition, snapshot: &Snapshot, found: &mut Obstacles) {
    let catalog = &snapshot.catalog;
    let Some(table) = change.find(snapshot) else { return };
    for child in catalog.by_name() {
        for (key, reference) in child.foreign_keys().filter(|(k, r)| r.table == table.oid && !k.inherited) {
            let path = format!("{}.{}", child.name, key.name);
            let options =
                format!("with = a column of {} that holds {} of the row it refers to, or \"drop\"", child.name, change.column);
            match change.foreign_keys.get(&path) {
                None => found
                    .undecided
                    .push(format!("foreign key {path} refers to a key that is lost: say in foreign_keys {options}")),
                Some(Incoming::Drop) => {}
                Some(Incoming::With(column)) => {
                    let there = child.column(column).map(|c| &c.type_name);
                    let wanted = table.column(change.column.raw()).map(|c| &c.type_name);
                    let wide = change.lost_keys(table).iter().any(|k| k.columns == reference.columns);
                    if there.is_none() || there != wanted {
                        found.impossible.push(format!("{path}: {} has no column {column} of the key's type", child.name));
                    } else if !wide || child.oid == table.oid {
                        found.impossible.push(format!(
                            "{path} cannot refer to ({}, {})",
                            ident_list(&reference.columns),
                            change.column
                        ));
                    }
                }
            }
        }
    }
}

/// Objects that are bound to the table itself and would stay with the old one.
fn dependents(change: &Partition, objects: &Objects) -> Vec<String> {
    let table = id(&change.table);
    let key = |n: &Id| n.kind == Kind::Constraint && n.qualified() == change.table;
    let mut found = Vec::new();
    for object in objects.all.values().filter(|o| o.id != table && o.on().as_ref() != Some(&table)) {
        let needs = |of: &dyn Fn(&Id) -> bool| object.needs.iter().any(|n| of(&n.id));
        let foreign_key = matches!(&object.body, Body::Constraint(c) if c.contype == 'f');
        if needs(&|n| key(n)) && !foreign_key {
            found.push(format!("{} relies on a constraint of the table", object.id));
        } else if needs(&|n| *n == table)
            && !foreign_key
            && !matches!(object.id.kind, Kind::View | Kind::Sequence | Kind::Publication | Kind::Column)
        {
            found.push(format!("{} is bound to the table and cannot be moved: drop it, and make it again afterwards", object.id));
        }
    }
    found
}

/// Parts of the table that a partitioned one cannot have.
fn hanging(change: &Partition, objects: &Objects) -> Vec<String> {
    let table = id(&change.table);
    let mut found = Vec::new();
    for object in objects.all.values().filter(|o| o.id == table || o.on().as_ref() == Some(&table)) {
        let what = match &object.body {
            Body::Rule(_) => "a rule would have to be written for the new table",
            Body::Trigger(t) if t.definition.contains(" REFERENCING ") && t.definition.contains(" FOR EACH ROW ") => {
                "row triggers with transition tables cannot be on a partitioned table"
            }
            Body::Constraint(c) if c.contype == 'c' && c.definition.contains(" NO INHERIT") => {
                "a CHECK of its own would not hold in partitions"
            }
            Body::Table(t) if t.replica_identity == 'i' => "the replica identity is an index: make it DEFAULT or FULL first",
            Body::Table(t) if t.of_type.is_some() => "a table of a type cannot be a partition",
            _ => continue,
        };
        found.push(format!("{}: {what}", object.id));
    }
    found
}

/// Subscribers know one table: what its partitions get must be published under its name, and with the whole of its new key.
fn published(change: &Partition, objects: &Objects) -> Vec<String> {
    let cut = |o: &Object| matches!(&o.body, Body::Table(t) if t.partition_key.is_some());
    let others = objects.all.values().any(cut);
    let mut found = Vec::new();
    for (object, publication) in publications(objects, &change.table) {
        if !publication.publish_via_partition_root && others {
            found.push(format!(
                "{} publishes partitions under their own names, other tables' too: set publish_via_partition_root first",
                object.id
            ));
        }
        let columns = publication.tables.iter().filter(|t| t.table == change.table).filter_map(|t| t.columns.as_ref());
        if columns.into_iter().any(|c| !c.contains(&change.column)) {
            found.push(format!("{} leaves out {}, which is to be a part of the key: publish it first", object.id, change.column));
        }
    }
    found
}

/// Names that are needed and not free.
fn taken(change: &Partition, table: &Relation, objects: &Objects) -> Vec<String> {
    let schema = &change.table.schema;
    let mut wanted = vec![change.old().name];
    wanted.extend(change.ahead(table).into_iter().flatten().map(|(n, _)| n.name));
    let lost = change.lost_keys(table);
    let stays = table.indexes.iter().filter(|i| !lost.iter().any(|k| k.name == i.name || k.wide == i.name));
    wanted.extend(stays.map(|i| change.old_name(&i.name)));
    let kinds = [Kind::Table, Kind::ForeignTable, Kind::View, Kind::MaterializedView, Kind::Sequence, Kind::Index, Kind::Type];
    let is_taken = |name: &Ident| {
        let key = |o: &Object| o.id.kind == Kind::Constraint && o.id.schema == *schema && o.id.part_name() == *name;
        let keyed = objects.all.values().any(|o| key(o) && matches!(&o.body, Body::Constraint(c) if "pux".contains(c.contype)));
        keyed || kinds.iter().any(|k| objects.all.contains_key(&Id::new(*k, schema, name)))
    };
    let all = wanted.iter().filter(|n| is_taken(n));
    all.map(|n| format!("the name {schema}.{n} is taken: rename what has it")).collect()
}

fn id(table: &QualifiedName) -> Id {
    Id::new(Kind::Table, &table.schema, &table.name)
}
