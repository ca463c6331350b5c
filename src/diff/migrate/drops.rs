//! What goes, and when: first what stands in the way, last what is not wanted any more.

use std::collections::BTreeSet;

use super::Writer;
use crate::diff::decide::is_absorbed;
use crate::diff::draft::Draft;
use crate::diff::{ddl, graph};
use crate::ident::Ident;
use crate::plan::{Hazard, LockMode};
use crate::snapshot::objects::{Body, Id, Kind, Object, Objects};

impl Writer<'_> {
    /// Dependents first, each default just before what it needs.
    pub(super) fn drop_first(&mut self) {
        let from = self.d.context.from;
        let gone = from.all.keys().filter(|id| self.d.is_gone(id) || self.d.context.replaced.contains(id));
        self.loose = graph::order_for_drops(from, &gone.cloned().collect()).loose;
        let wanted: BTreeSet<Id> = self.d.context.replaced.iter().chain(&self.d.early).cloned().collect();
        let mut detach = std::mem::take(&mut self.d.detach);
        let order = graph::order_for_drops(from, &wanted);
        self.open_circles(&order, &|_| true);
        for object in order.objects.iter().rev().copied() {
            let (now, rest): (Vec<_>, Vec<_>) = detach.into_iter().partition(|(_, _, until)| until.as_ref() == Some(&object.id));
            detach = rest;
            now.into_iter().for_each(|(table, column, _)| self.detach(&table, &column));
            if self.goes_with_another(object, &wanted) && !self.loose.contains(&object.id) || self.d.goes_along(&object.id) {
                continue;
            }
            self.detach_partitions(&object.id);
            for draft in ddl::drop(object, &self.d.context) {
                let again = self.d.context.replaced.contains(&object.id);
                let draft = if again { draft.hazard(Hazard::Recreated) } else { draft };
                if draft.loses_data && !self.allow_data_loss {
                    self.withheld.insert(object.id.clone());
                }
                self.push(&object.id, draft);
            }
        }
        detach.into_iter().for_each(|(table, column, _)| self.detach(&table, &column));
        for id in self.d.context.detached_partitions.clone() {
            let Some(Body::Table(t)) = from.get(&id).map(|o| &o.body) else { continue };
            let Some(parent) = t.partition_of.as_ref().map(|p| Id::new(Kind::Table, &p.schema, &p.name)) else { continue };
            if !wanted.contains(&parent) {
                let sql = format!("ALTER TABLE {} DETACH PARTITION {}", parent.name_sql(), id.name_sql());
                let draft = Draft::new(sql).locking(LockMode::AccessExclusive, parent.name_sql());
                self.push(&id, draft.hazard(Hazard::BreaksApplication));
                self.drop_detached(&id);
            }
        }
        self.withhold_dependents();
    }

    /// Exclusion constraints of a detached partition that its whole gave it: they stay with it, and being attached would make others.
    fn drop_detached(&mut self, partition: &Id) {
        let (from, to) = (self.d.context.from, self.d.context.to);
        for constraint in from.constraints_of(partition).filter(|c| ddl::constraint::comes_with_whole(c)) {
            if to.get(&constraint.id).is_none_or(ddl::constraint::comes_with_whole) {
                let (table, name) = (partition.name_sql(), constraint.id.part_name());
                let draft = Draft::new(format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
                self.push(&constraint.id, draft.locking(LockMode::AccessExclusive, table).hazard(Hazard::Recreated));
            }
        }
    }

    /// Objects that need each other: what ties them (a default, a check of a domain) goes before them.
    pub(super) fn open_circles(&mut self, order: &graph::Order<'_>, wanted: &dyn Fn(&Id) -> bool) {
        for id in order.bare.iter().filter(|id| wanted(id)) {
            let Some(object) = self.d.context.from.get(id) else { continue };
            for draft in ddl::alter(object, &graph::bare(object), &self.d.context).unwrap_or_default() {
                self.push(id, draft);
            }
        }
        for (table, column) in order.deferred.iter().filter(|(id, _)| wanted(id)) {
            self.detach(table, column);
        }
    }

    /// Partitions of a table that is dropped stay, with their rows.
    pub(super) fn detach_partitions(&mut self, parent: &Id) {
        for id in self.d.context.detached_partitions.clone() {
            let Some(Body::Table(t)) = self.d.context.from.get(&id).map(|o| &o.body) else { continue };
            if t.partition_of.as_ref().is_some_and(|p| p.schema == parent.schema && p.name == parent.name) {
                let sql = format!("ALTER TABLE {} DETACH PARTITION {}", parent.name_sql(), id.name_sql());
                self.push(&id, Draft::new(sql).locking(LockMode::AccessExclusive, parent.name_sql()).hazard(Hazard::Recreated));
                self.drop_detached(&id);
            }
        }
    }

    /// What needs an object whose making is withheld is withheld too.
    pub(super) fn withhold_dependents(&mut self) {
        if self.withheld.is_empty() {
            return;
        }
        let dependents = graph::dependents(self.d.context.to);
        let mut queue: Vec<Id> = self.withheld.iter().cloned().collect();
        // a name that stays taken stops what would get it
        for id in self.withheld.clone() {
            let same = |o: &&Id| o.schema == id.schema && o.name == id.name && o.kind != id.kind && o.kind.is_relation();
            queue.extend(self.d.context.to.all.keys().filter(same).cloned());
        }
        while let Some(id) = queue.pop() {
            let fresh = self.d.context.is_new(&id);
            if !fresh {
                continue;
            }
            self.withheld.insert(id.clone());
            for (object, _) in dependents.get(&id).into_iter().flatten() {
                if !self.withheld.contains(&object.id) {
                    queue.push(object.id.clone());
                }
            }
        }
    }

    /// Whether dropping something else takes it along.
    pub(super) fn goes_with_another(&self, object: &Object, wanted: &BTreeSet<Id>) -> bool {
        if let Body::Constraint(c) = &object.body
            && c.contype == 'f'
        {
            // its far side may be dropped before its own table is
            return false;
        }
        let on = object.on().is_some_and(|relation| wanted.contains(&relation) || self.d.is_gone(&relation));
        let owner = match &object.body {
            Body::Sequence(s) => s.owned_by.as_ref().map(|c| Id::new(Kind::Table, &c.schema, &c.name)),
            _ => None,
        };
        on || owner.is_some_and(|table| wanted.contains(&table) || self.d.is_gone(&table))
    }

    /// Takes the default off a column, or drops a generated one.
    pub(super) fn detach(&mut self, table: &Id, column: &Ident) {
        let Some(object) = self.d.context.from.get(table) else { return };
        let Body::Table(body) = &object.body else { return };
        let Some(c) = body.columns.iter().find(|c| c.name == *column) else { return };
        let name = table.name_sql();
        let sql = if c.generated.is_some() {
            format!("ALTER TABLE {name} DROP COLUMN {column}")
        } else {
            format!("ALTER TABLE {name} ALTER COLUMN {column} DROP DEFAULT")
        };
        let draft = Draft::new(sql).locking(LockMode::AccessExclusive, name).hazard(Hazard::Recreated);
        self.push(table, draft);
    }

    pub(super) fn drop_last(&mut self) {
        let (from, to) = (self.d.context.from, self.d.context.to);
        let gone = |(id, o): &(&Id, &Object)| !to.all.contains_key(*id) && !is_absorbed(o, to);
        let wanted: BTreeSet<Id> = from.all.iter().filter(gone).map(|(id, _)| id.clone()).collect();
        // those that went first still tell what their relations need
        let order = graph::order_for_drops(from, &wanted);
        let early = self.d.early.clone();
        self.open_circles(&order, &|id| !early.contains(id));
        let left = |o: &&Object| !self.d.early.contains(&o.id);
        let objects: Vec<&Object> = order.objects.iter().rev().copied().filter(left).collect();
        let mut kept: BTreeSet<Id> = BTreeSet::new();
        // of a column that stays, what it needs stays
        let (indexes, others): (Vec<&Object>, Vec<&Object>) = objects.into_iter().partition(|o| o.id.kind == Kind::Index);
        for object in indexes {
            if !self.goes_with_another(object, &wanted) || self.loose.contains(&object.id) {
                ddl::drop(object, &self.d.context).into_iter().for_each(|draft| self.push(&object.id, draft));
            }
        }
        let (before, others) = self.on_dropped_columns(others);
        for object in before {
            ddl::drop(object, &self.d.context).into_iter().for_each(|draft| self.push(&object.id, draft));
        }
        for id in self.d.altered.clone() {
            let (Some(old), Some(new)) = (from.get(&id), to.get(&id)) else { continue };
            for (column, draft) in ddl::table::dropped_columns(old, new) {
                if draft.loses_data && !self.allow_data_loss {
                    let needed = graph::needs(old).into_iter().filter(|n| n.own_column.as_ref() == Some(&column));
                    kept.extend(needed.map(|n| n.id));
                }
                self.push(&id, draft);
            }
        }
        for object in others {
            if self.goes_with_another(object, &wanted) && !self.loose.contains(&object.id) {
                continue;
            }
            let stays = kept.contains(&object.id);
            for draft in ddl::drop(object, &self.d.context) {
                if stays || draft.loses_data && !self.allow_data_loss {
                    kept.extend(graph::needs(object).into_iter().map(|n| n.id));
                    // and all that hangs on it
                    self.withheld.insert(object.id.clone());
                }
                self.push(&object.id, draft);
            }
        }
    }

    /// Objects that need a column that is dropped, and what needs those: they go before it; and the others.
    pub(super) fn on_dropped_columns<'o>(&self, objects: Vec<&'o Object>) -> (Vec<&'o Object>, Vec<&'o Object>) {
        let (from, to) = (self.d.context.from, self.d.context.to);
        let is_dropped = |need: &crate::snapshot::objects::Need| {
            let Some(column) = &need.column else { return false };
            let has = |side: &Objects| side.get(&need.id).is_some_and(|o| o.columns().iter().any(|c| c.name == *column));
            has(from) && to.get(&need.id).is_some() && !has(to)
        };
        let mut concerned: BTreeSet<&Id> = BTreeSet::new();
        // dependents come first in this order
        for object in objects.iter().rev() {
            let held = |n: &crate::snapshot::objects::Need| is_dropped(n) || concerned.contains(&n.id);
            if !object.id.kind.is_relation() && object.id.kind != Kind::Sequence && graph::needs(object).iter().any(held) {
                concerned.insert(&object.id);
            }
        }
        objects.into_iter().partition(|o| concerned.contains(&o.id))
    }
}
