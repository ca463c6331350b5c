//! What becomes of each object: changed in place, exchanged, dropped and made anew with all that depends on it.

use std::collections::{BTreeMap, BTreeSet};

use super::common;
use super::compare::Scope;
use super::ddl::{self, Context};
use super::graph;
use crate::ident::{Ident, QualifiedName};
use crate::snapshot::objects::{Body, Id, Kind, Need, Object, Objects};

/// Decisions on a pair of catalogs.
pub(super) struct Decisions<'a> {
    /// Both catalogs, and what is replaced.
    pub context: Context<'a>,
    /// Objects on both sides that differ and are changed in place.
    pub altered: BTreeSet<Id>,
    /// Objects only on the first side that must go before anything is made.
    pub early: BTreeSet<Id>,
    /// Objects on both sides that are exchanged without being dropped first.
    pub exchanged: BTreeSet<Id>,
    /// Types that are put in place of an old one, with the types that must go along.
    pub conversions: BTreeMap<Id, Vec<Id>>,
    /// Columns whose default (or which themselves, if generated) go before this object does; without one, before anything is made.
    pub detach: Vec<(Id, Ident, Option<Id>)>,
}

/// Something whose dependents are in the way: an object, or one column of it whose type changes.
struct Moved {
    id: Id,
    column: Option<Ident>,
    /// The column is dropped and added again: what Postgres keeps of it otherwise (indexes, constraints) goes with it.
    dropped: bool,
}

impl Moved {
    fn object(id: &Id) -> Self {
        Self { id: id.clone(), column: None, dropped: false }
    }

    fn retyped(id: &Id, column: &Ident) -> Self {
        Self { id: id.clone(), column: Some(column.clone()), dropped: false }
    }

    fn dropped(id: &Id, column: &Ident) -> Self {
        Self { dropped: true, ..Self::retyped(id, column) }
    }
}

impl<'a> Decisions<'a> {
    pub fn of(from: &'a Objects, to: &'a Objects, scope: &'a Scope<'a>) -> Self {
        let mut own = Self {
            context: Context::new(from, to, scope),
            altered: BTreeSet::new(),
            early: BTreeSet::new(),
            exchanged: BTreeSet::new(),
            conversions: BTreeMap::new(),
            detach: Vec::new(),
        };
        let mut moved = Vec::new();
        for (id, new) in &to.all {
            let Some(old) = from.get(id) else { continue };
            if old.body != new.body {
                if ddl::alter(old, new, &own.context).is_none() {
                    own.context.replaced.insert(id.clone());
                    continue;
                }
                moved.extend(retyped(old, new, &own.context));
            }
            if old.body != new.body || !common::altered(old, new, &own.context).is_empty() {
                own.altered.insert(id.clone());
            }
        }
        let differing = own.context.replaced.clone();
        // an index is exchanged, so that queries always have one: nothing depends on it
        for id in &differing {
            let (Some(old), Some(new)) = (from.get(id), to.get(id)) else { continue };
            if ddl::exchange(old, new, &own.context).is_some() {
                own.context.replaced.remove(id);
                own.exchanged.insert(id.clone());
            }
        }
        // a partition that leaves does so before its parent changes
        for id in &own.altered {
            if let (Some(Body::Table(a)), Some(Body::Table(b))) = (from.get(id).map(|o| &o.body), to.get(id).map(|o| &o.body))
                && a.partition_of.is_some()
                && !a.detach_pending
                && (&a.partition_of, &a.bound) != (&b.partition_of, &b.bound)
            {
                own.context.detached_partitions.insert(id.clone());
            }
        }
        moved.extend(own.context.replaced.iter().map(Moved::object));
        let clashes = clashes(from, to);
        for (id, old) in &from.all {
            if !to.all.contains_key(id) && (clashes.contains(id) || goes_early(old)) && !is_absorbed(old, to) {
                own.early.insert(id.clone());
                moved.push(Moved::object(id));
            }
        }
        own.close(moved);
        own.exclusions_of_detached();
        for id in own.context.replaced.iter().filter(|id| matches!(id.kind, Kind::Type | Kind::Collation)) {
            let Some(old) = from.get(id) else { continue };
            if let Some(along) = ddl::conversion(old, &own.context) {
                own.conversions.insert(id.clone(), along);
            }
        }
        // a composite type that no column holds gets its attributes changed where it is
        let along_all: BTreeSet<Id> = own.conversions.values().flatten().cloned().collect();
        if !own.conversions.is_empty() {
            own.context.replaced.retain(|id| id.kind != Kind::Type || differing.contains(id) || along_all.contains(id));
        }
        // what goes along with another one is not put in place by itself
        let along: BTreeSet<Id> =
            own.conversions.iter().flat_map(|(id, all)| all.iter().filter(move |a| *a != id)).cloned().collect();
        own.conversions.retain(|id, _| !along.contains(id));
        own
    }

    /// Exclusion constraints come anew with the partition that is attached again, and with those below it.
    fn exclusions_of_detached(&mut self) {
        let detached = &self.context.detached_partitions;
        let moves = |table: &Id| {
            let mut above = Some(table.clone());
            while let Some(id) = above {
                if detached.contains(&id) {
                    return true;
                }
                above = match self.context.from.get(&id).map(|o| &o.body) {
                    Some(Body::Table(t)) => t.partition_of.as_ref().map(|p| Id::new(Kind::Table, &p.schema, &p.name)),
                    _ => None,
                };
            }
            false
        };
        let whole = |o: Option<&Object>| o.is_some_and(ddl::constraint::comes_with_whole);
        let again = self.context.to.all.values().filter(|o| whole(Some(o)) && whole(self.context.from.get(&o.id)));
        let again: Vec<Id> = again.filter(|o| o.on().is_some_and(|table| moves(&table))).map(|o| o.id.clone()).collect();
        self.context.replaced.extend(again);
    }

    /// Whether the second side does not have it.
    pub fn is_gone(&self, id: &Id) -> bool {
        self.context.from.all.contains_key(id) && !self.context.to.all.contains_key(id)
    }

    /// Whether a table's mark on an index (replica identity, CLUSTER) must be set again because the index is another one now.
    pub fn remarks(&self, table: &Object) -> bool {
        let marks: Vec<&Ident> = match &table.body {
            Body::Table(t) => t.replica_index.iter().chain(&t.cluster_on).collect(),
            Body::View(v) => v.cluster_on.iter().collect(),
            _ => return false,
        };
        marks.into_iter().any(|name| {
            let ids = [Id::new(Kind::Index, &table.id.schema, name), Id::on(Kind::Constraint, &table.id.qualified(), name)];
            ids.iter().any(|id| self.context.replaced.contains(id) || self.exchanged.contains(id))
        })
    }

    /// Whether a type goes along when another one is put in place.
    pub fn goes_along(&self, id: &Id) -> bool {
        self.conversions.values().any(|all| all.contains(id))
    }

    /// Whether a default of this table was taken off, to be set again.
    pub fn detached(&self, id: &Id) -> bool {
        self.context.detached_defaults.iter().any(|(table, _)| table == id)
    }

    /// All that depends on what moves: made anew too, or its defaults taken off for the time.
    fn close(&mut self, mut moved: Vec<Moved>) {
        let dependents = graph::dependents(self.context.from);
        while let Some(item) = moved.pop() {
            if let Some(column) = &item.column {
                moved.extend(self.generated_from(&item.id, column));
                if item.dropped {
                    self.parts_with(&item.id, column, &mut moved);
                }
            }
            for (object, need) in dependents.get(&item.id).into_iter().flatten() {
                self.dependent(&item, object, need, &mut moved);
            }
        }
        let detached = self.context.detached_defaults.iter().map(|(table, _)| table.clone());
        self.altered.extend(detached.filter(|t| !self.context.replaced.contains(t)));
        self.altered.retain(|id| !self.context.replaced.contains(id));
        self.exchanged.retain(|id| !self.context.replaced.contains(id));
    }

    /// Indexes, constraints and statistics of a column that is dropped and added again.
    fn parts_with(&mut self, table: &Id, column: &Ident, moved: &mut Vec<Moved>) {
        let from = self.context.from;
        let concerned = from.all.values().filter(|o| o.on().as_ref() == Some(table)).filter(|o| match &o.body {
            Body::Index(i) => names(&i.tail, column),
            Body::Constraint(c) => c.columns.contains(column),
            Body::Statistics(s) => names(&s.definition, column),
            _ => false,
        });
        for object in concerned {
            if !self.context.replaced.contains(&object.id) && !self.early.contains(&object.id) {
                self.anew(&object.id, moved);
            }
        }
    }

    fn dependent(&mut self, item: &Moved, object: &Object, need: &Need, moved: &mut Vec<Moved>) {
        use Kind::*;
        let id = &object.id;
        if let Some(column) = &item.column {
            // Postgres builds indexes and constraints anew by itself
            let hinders =
                matches!(id.kind, View | MaterializedView | Rule | Trigger | Policy | Function | Procedure | Publication);
            // a function over whole rows follows its table
            let whole = need.column.is_none() && !matches!(id.kind, Function | Procedure);
            let concerned = whole || need.column.as_ref() == Some(column);
            if !hinders || !concerned || need.column.is_none() && object.on().as_ref() == Some(&item.id) && id.kind != Rule {
                return;
            }
        }
        if self.context.replaced.contains(id) || self.early.contains(id) {
            return;
        }
        if let Body::Table(table) = &object.body {
            if let Some(own) = &need.own_column {
                self.column_dependent(item, id, own, moved);
            } else if table.partition_of.as_ref().is_some_and(|p| item.is(p)) && self.context.replaced.contains(&item.id) {
                // its rows stay where they are
                self.context.detached_partitions.insert(id.clone());
                if !self.is_gone(id) {
                    self.altered.insert(id.clone());
                }
            }
            return;
        }
        if matches!(id.kind, Sequence) {
            return;
        }
        self.anew(id, moved);
    }

    /// It is dropped, and made again where the other side has it.
    fn anew(&mut self, id: &Id, moved: &mut Vec<Moved>) {
        if self.is_gone(id) {
            self.early.insert(id.clone());
        } else {
            self.context.replaced.insert(id.clone());
        }
        moved.push(Moved::object(id));
    }

    fn column_dependent(&mut self, item: &Moved, table: &Id, column: &Ident, moved: &mut Vec<Moved>) {
        // a type's columns are converted together with it
        if matches!(item.id.kind, Kind::Type | Kind::Collation) {
            moved.push(Moved::retyped(table, column));
            return;
        }
        let there = |side: &Objects| match side.get(table).map(|o| &o.body) {
            Some(Body::Table(t)) => t.columns.iter().find(|c| c.name == *column).cloned(),
            _ => None,
        };
        let Some(before) = there(self.context.from) else { return };
        if self.is_gone(table) || before.default.is_none() {
            return;
        }
        if self.detach.iter().any(|(t, c, _)| t == table && c == column) {
            return;
        }
        if before.generated.is_some() {
            moved.push(Moved::dropped(table, column));
        }
        self.detach.push((table.clone(), column.clone(), Some(item.id.clone())));
        if there(self.context.to).is_some() {
            self.context.detached_defaults.insert((table.clone(), column.clone()));
        }
    }

    /// Generated columns of the same table that are computed from a column whose type changes.
    fn generated_from(&mut self, table: &Id, column: &Ident) -> Vec<Moved> {
        let Some(Body::Table(body)) = self.context.from.get(table).map(|o| &o.body) else { return Vec::new() };
        let named = |expression: &str| names(expression, column);
        let mut moved = Vec::new();
        for c in body.columns.iter().filter(|c| c.generated.is_some() && c.name != *column) {
            let key = (table.clone(), c.name.clone());
            if c.default.as_deref().is_some_and(named) && !self.context.detached_defaults.contains(&key) {
                self.detach.push((table.clone(), c.name.clone(), None));
                let stays = matches!(self.context.to.get(table).map(|o| &o.body),
                    Some(Body::Table(t)) if t.columns.iter().any(|n| n.name == c.name));
                if stays {
                    self.context.detached_defaults.insert(key);
                }
                moved.push(Moved::dropped(table, &c.name));
            }
        }
        moved
    }
}

/// Whether an expression names a column; one in a string counts too, which does no harm.
fn names(expression: &str, column: &Ident) -> bool {
    let name = column.to_string();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    expression.match_indices(&name).any(|(at, _)| {
        !expression[..at].chars().next_back().is_some_and(word) && !expression[at + name.len()..].chars().next().is_some_and(word)
    })
}

impl Moved {
    fn is(&self, table: &QualifiedName) -> bool {
        self.id.schema == table.schema && self.id.name == table.name
    }
}

/// Columns of a relation whose type changes, and generated ones that are dropped and added again.
fn retyped(old: &Object, new: &Object, context: &Context<'_>) -> Vec<Moved> {
    let (Body::Table(a), Body::Table(b)) = (&old.body, &new.body) else { return Vec::new() };
    let changed = |c: &crate::snapshot::objects::Column| {
        let n = b.columns.iter().find(|n| n.name == c.name)?;
        if ddl::column::is_regenerated(c, n, context) {
            return Some(Moved::dropped(&old.id, &c.name));
        }
        let same = n.type_name == c.type_name || context.is_moved_type(&c.type_name, &n.type_name);
        (!same || n.collation != c.collation).then(|| Moved::retyped(&old.id, &c.name))
    };
    a.columns.iter().filter_map(changed).collect()
}

/// Whether a partition's own check becomes its parent's when it is attached.
pub(super) fn is_absorbed(constraint: &Object, to: &Objects) -> bool {
    let Body::Constraint(c) = &constraint.body else { return false };
    let parent = |name: &QualifiedName| match to.get(&Id::new(Kind::Table, &name.schema, &name.name)).map(|o| &o.body) {
        Some(Body::Table(t)) => t.partition_of.clone(),
        _ => None,
    };
    let mut above = parent(&constraint.id.qualified());
    while let Some(table) = above {
        let id = Id::new(Kind::Constraint, &table.schema, &table.name).with(&constraint.id.part);
        if c.contype == 'c' && to.all.contains_key(&id) {
            return true;
        }
        above = parent(&table);
    }
    false
}

/// What restricts or shows others and holds nothing itself goes first; what others may still need goes last.
fn goes_early(object: &Object) -> bool {
    use Kind::*;
    matches!(
        object.id.kind,
        Constraint | Trigger | Rule | Policy | View | MaterializedView | EventTrigger | Publication | Statistics
    )
}

/// Objects of the first side whose name the second side gives to something else.
fn clashes(from: &Objects, to: &Objects) -> BTreeSet<Id> {
    /// Namespaces: relations with indexes and composite types, routines.
    fn place(object: &Object) -> Option<(u8, Ident, Ident, String)> {
        let id = &object.id;
        let name = |space: u8, name: &Ident, part: &str| Some((space, id.schema.clone(), name.clone(), part.to_owned()));
        match id.kind {
            Kind::Table
            | Kind::ForeignTable
            | Kind::View
            | Kind::MaterializedView
            | Kind::Sequence
            | Kind::Index
            | Kind::Type => name(0, &id.name, ""),
            Kind::Constraint if ddl::constraint::is_key(object) => name(0, &id.part_name(), ""),
            Kind::Function | Kind::Procedure | Kind::Aggregate => name(1, &id.name, &id.part),
            _ => None,
        }
    }
    let wanted: BTreeMap<_, &Id> = to.all.values().filter_map(|o| Some((place(o)?, &o.id))).collect();
    let clashing = from.all.values().filter(|o| place(o).and_then(|p| wanted.get(&p).copied()).is_some_and(|id| *id != o.id));
    clashing.map(|o| o.id.clone()).collect()
}
