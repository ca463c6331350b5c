//! In which order objects are made and dropped.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::Ident;
use crate::snapshot::objects::kinds::Type;
use crate::snapshot::objects::{Body, Column, Id, Kind, Need, Object, Objects, Sequence};

/// All that an object needs: what `pg_depend` says, and what follows from what it is.
pub(super) fn needs(object: &Object) -> Vec<Need> {
    let mut all = object.needs.clone();
    let mut add = |id: Id| all.push(Need { id, column: None, own_column: None });
    if !object.id.schema.raw().is_empty() {
        add(Id::global(Kind::Schema, &object.id.schema));
    }
    if let Some(relation) = object.on() {
        add(relation);
    }
    let table = |name: &crate::ident::QualifiedName| Id::new(Kind::Table, &name.schema, &name.name);
    match &object.body {
        Body::Table(t) => {
            t.inherits.iter().chain(&t.partition_of).for_each(|parent| add(table(parent)));
            if let Some(server) = &t.server {
                add(Id::global(Kind::Server, server));
            }
        }
        Body::Index(i) => {
            i.parent.iter().for_each(|parent| add(Id::new(Kind::Index, &parent.schema, &parent.name)));
        }
        // made with its column
        Body::Sequence(s) if s.identity => {
            s.owned_by.iter().for_each(|c| add(Id::new(Kind::Table, &c.schema, &c.name)));
        }
        Body::Constraint(c) => {
            c.references.iter().for_each(|r| add(table(r)));
        }
        _ => {}
    }
    all
}

/// Whether a need comes from a column's default (or generation expression): it can be cut by setting the default later.
fn is_default(object: &Object, need: &Need) -> bool {
    let Body::Table(table) = &object.body else { return false };
    let Some(own) = &need.own_column else { return false };
    let defaulted = |c: &crate::snapshot::objects::Column| c.name == *own && c.default.is_some() && c.generated.is_none();
    !matches!(need.id.kind, Kind::Type | Kind::Collation) && table.columns.iter().any(defaulted)
}

/// Where an object stands among those that could come next.
fn rank(object: &Object) -> (u8, String, u8) {
    let id = &object.id;
    let own = |group: u8| (group, id.sql(), 0);
    let with = |group: u8, relation: String, place: u8| (group, relation, place);
    match id.kind {
        Kind::Schema => own(0),
        Kind::Extension => own(1),
        Kind::Language | Kind::AccessMethod => own(2),
        Kind::Collation | Kind::Conversion => own(3),
        Kind::Type => own(4),
        Kind::ForeignDataWrapper => own(5),
        Kind::Server => own(6),
        Kind::UserMapping => own(7),
        Kind::TextSearchParser | Kind::TextSearchTemplate => own(8),
        Kind::TextSearchDictionary => own(9),
        Kind::TextSearchConfiguration => own(10),
        Kind::Sequence => own(11),
        Kind::Table | Kind::ForeignTable | Kind::Column => with(12, id.name_sql(), 0),
        Kind::Constraint => match &object.body {
            Body::Constraint(c) if c.contype == 'f' => own(13),
            _ => with(12, id.name_sql(), 1),
        },
        Kind::Index => match &object.body {
            Body::Index(i) if i.table_kind == Kind::MaterializedView => with(17, i.table.to_string(), 2),
            Body::Index(i) => with(12, i.table.to_string(), 2),
            _ => own(12),
        },
        Kind::Statistics => match &object.body {
            Body::Statistics(s) if s.table_kind == Kind::MaterializedView => with(17, s.table.to_string(), 3),
            Body::Statistics(s) => with(12, s.table.to_string(), 3),
            _ => own(12),
        },
        Kind::Function | Kind::Procedure => own(14),
        Kind::Aggregate => own(15),
        Kind::Operator => own(16),
        Kind::OperatorFamily | Kind::OperatorClass | Kind::Cast | Kind::Transform => own(16),
        Kind::View | Kind::MaterializedView => with(17, id.name_sql(), 0),
        Kind::Rule => own(18),
        Kind::Trigger => own(19),
        Kind::Policy => own(20),
        Kind::Publication | Kind::Subscription => own(21),
        Kind::DefaultPrivileges => own(22),
        Kind::EventTrigger => own(23),
    }
}

/// An order in which each comes after what it needs.
pub(super) struct Order<'a> {
    /// The objects.
    pub objects: Vec<&'a Object>,
    /// Defaults that had to be cut off because of circles.
    pub deferred: BTreeSet<(Id, Ident)>,
    /// Domains and views that come bare first (see [`bare`]), because what they are made of needs something that needs them.
    pub bare: BTreeSet<Id>,
    /// Things on relations that must be dropped by themselves, because something that they need needs the relation.
    pub loose: BTreeSet<Id>,
}

/// What else is needed when things go.
#[derive(Default)]
struct Also {
    /// What relations need because of what hangs on them: the part, and its need.
    parts: BTreeMap<Id, Vec<(Id, Need)>>,
    /// Sequences that go with a table.
    sequences: BTreeMap<Id, Id>,
}

impl Also {
    /// What an object needs; who draws from a sequence that goes with a table needs the table.
    fn needs(&self, object: &Object) -> Vec<Need> {
        let mut all = needs(object);
        let owners = all.iter().filter_map(|n| Some(Need { id: self.sequences.get(&n.id)?.clone(), column: None, ..n.clone() }));
        let owners: Vec<Need> = owners.filter(|n| n.id != object.id).collect();
        all.extend(owners);
        all
    }

    fn of_parts(&self, id: &Id) -> impl Iterator<Item = &(Id, Need)> {
        self.parts.get(id).into_iter().flatten()
    }
}

/// The order in which these objects are made; the other way round they can be dropped. What goes with its relation (an index, a check)
/// cannot be dropped after it: the relation stands for it.
pub(super) fn order_for_drops<'a>(catalog: &'a Objects, wanted: &BTreeSet<Id>) -> Order<'a> {
    let mut also = Also::default();
    for object in wanted.iter().filter_map(|id| catalog.get(id)) {
        let foreign_key = matches!(&object.body, Body::Constraint(c) if c.contype == 'f');
        if let Some(relation) = object.on().filter(|r| wanted.contains(r) && !foreign_key) {
            let kinds = |n: &Need| n.id.kind != Kind::Index && !n.id.kind.is_part() && n.id != relation;
            let own: Vec<(Id, Need)> = needs(object).into_iter().filter(kinds).map(|n| (object.id.clone(), n)).collect();
            also.parts.entry(relation).or_default().extend(own);
        }
        if let Body::Sequence(Sequence { owned_by: Some(column), .. }) = &object.body {
            also.sequences.insert(object.id.clone(), Id::new(Kind::Table, &column.schema, &column.name));
        }
    }
    ordered(catalog, wanted, &also)
}

/// Orders these objects of a catalog. Among those that could come next the one with the least rank does; a circle is cut at a default,
/// else anywhere.
pub(super) fn order<'a>(catalog: &'a Objects, wanted: &BTreeSet<Id>) -> Order<'a> {
    ordered(catalog, wanted, &Also::default())
}

fn ordered<'a>(catalog: &'a Objects, wanted: &BTreeSet<Id>, also: &Also) -> Order<'a> {
    let objects: BTreeMap<&Id, &Object> = wanted.iter().filter_map(|id| catalog.all.get_key_value(id)).collect();
    let mut waits: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    let mut blocks: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
    for (id, object) in &objects {
        let own: BTreeSet<&Id> = also
            .needs(object)
            .into_iter()
            .chain(also.of_parts(id).map(|(_, n)| n.clone()))
            .filter(|n| n.id != **id)
            .filter_map(|n| objects.get_key_value(&n.id).map(|(key, _)| *key))
            .collect();
        own.iter().for_each(|n| blocks.entry(n).or_default().push(id));
        waits.insert(id, own);
    }
    let mut ready: BTreeSet<((u8, String, u8), &Id)> =
        waits.iter().filter(|(_, w)| w.is_empty()).map(|(id, _)| (rank(objects[id]), *id)).collect();
    let (objects_done, deferred, bare, loose) = Default::default();
    let mut done = Order { objects: objects_done, deferred, bare, loose };
    loop {
        let Some((_, id)) = ready.pop_first() else {
            let Some(cut) = cut(&objects, &mut waits, also, &mut done) else { return done };
            ready.insert((rank(objects[cut]), cut));
            continue;
        };
        if waits.remove(id).is_none() {
            continue;
        }
        done.objects.push(objects[id]);
        for blocked in blocks.get(id).into_iter().flatten() {
            if let Some(left) = waits.get_mut(blocked)
                && left.remove(id)
                && left.is_empty()
            {
                ready.insert((rank(objects[blocked]), *blocked));
            }
        }
    }
}

/// Whether an object can be made without what it needs, and completed later.
fn can_be_bare(object: &Object) -> bool {
    match &object.body {
        Body::Type(Type::Domain(_)) => true,
        Body::View(_) => object.id.kind == Kind::View,
        _ => false,
    }
}

/// A domain without checks and default; a view that has its columns and shows nothing.
pub(super) fn bare(object: &Object) -> Object {
    let mut object = object.clone();
    match &mut object.body {
        Body::Type(Type::Domain(d)) => {
            d.constraints.clear();
            d.default = None;
        }
        Body::View(v) => {
            let collation = |c: &Column| c.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
            let columns = v.columns.iter().map(|c| format!("NULL::{}{} AS {}", c.type_name, collation(c), c.name));
            v.definition.0 = format!(" SELECT {}", columns.collect::<Vec<_>>().join(", "));
            v.options.clear();
        }
        _ => {}
    }
    object
}

/// Frees one object of a circle: one that can do without a default, a check or its query for a while.
fn cut<'a>(
    objects: &BTreeMap<&'a Id, &'a Object>,
    waits: &mut BTreeMap<&'a Id, BTreeSet<&'a Id>>,
    also: &Also,
    done: &mut Order<'a>,
) -> Option<&'a Id> {
    let circle = circle(waits)?;
    let by_default = circle.iter().find_map(|id| {
        let left = &waits[id];
        let object = objects[id];
        let inside = |n: &&Need| left.contains(&n.id) && circle.iter().any(|c| **c == n.id);
        let cuttable: Vec<Need> = also.needs(object).iter().filter(inside).cloned().collect();
        (!cuttable.is_empty() && cuttable.iter().all(|n| is_default(object, n))).then_some((*id, cuttable))
    });
    if let Some((id, cuttable)) = by_default {
        done.deferred.extend(cuttable.iter().filter_map(|n| Some((id.clone(), n.own_column.clone()?))));
        let left = waits.get_mut(id)?;
        left.retain(|n| !cuttable.iter().any(|c| c.id == **n));
        return if left.is_empty() { Some(id) } else { cut(objects, waits, also, done) };
    }
    let by_part = circle.iter().find_map(|id| {
        let parts: Vec<&(Id, Need)> = also.of_parts(id).filter(|(_, n)| circle.iter().any(|c| **c == n.id)).collect();
        (!parts.is_empty()).then_some((*id, parts))
    });
    if let Some((id, parts)) = by_part {
        done.loose.extend(parts.iter().map(|(part, _)| part.clone()));
        let left = waits.get_mut(id)?;
        left.retain(|n| !parts.iter().any(|(_, need)| need.id == **n));
        return if left.is_empty() { Some(id) } else { cut(objects, waits, also, done) };
    }
    let id = match circle.iter().find(|id| can_be_bare(objects[**id])) {
        Some(id) => {
            done.bare.insert((*id).clone());
            *id
        }
        None => circle.iter().copied().min_by_key(|id| rank(objects[id]))?,
    };
    waits.get_mut(id)?.retain(|n| !circle.contains(n));
    if waits[id].is_empty() { Some(id) } else { cut(objects, waits, also, done) }
}

/// Objects that wait for each other in a ring.
fn circle<'a>(waits: &BTreeMap<&'a Id, BTreeSet<&'a Id>>) -> Option<Vec<&'a Id>> {
    let mut path: Vec<&Id> = vec![waits.keys().next()?];
    loop {
        let next = *waits.get(path.last()?)?.iter().find(|n| waits.contains_key(*n))?;
        if let Some(at) = path.iter().position(|p| *p == next) {
            return Some(path.split_off(at));
        }
        path.push(next);
    }
}

/// Who needs what, the other way round.
pub(super) fn dependents(catalog: &Objects) -> BTreeMap<Id, Vec<(&Object, Need)>> {
    let mut all: BTreeMap<Id, Vec<(&Object, Need)>> = BTreeMap::new();
    for object in catalog.all.values() {
        for need in needs(object) {
            if need.id.kind != Kind::Schema {
                all.entry(need.id.clone()).or_default().push((object, need));
            }
        }
    }
    all
}
