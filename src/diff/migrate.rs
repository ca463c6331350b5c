//! From two catalogs to the statements that make the one into the other, in an order in which they succeed.
//!
//! 1. What is exchanged, and what stands in the way, is dropped: dependents first.
//! 2. What is new or changed is made, each after what it needs.
//! 3. What binds them together follows: partitions, owned sequences, marks on indexes, defaults that had to wait.
//! 4. What is no longer wanted goes last of all. What would lose data is withheld unless that is allowed.

mod drops;

use std::collections::{BTreeMap, BTreeSet};

use super::compare::Scope;
use super::ddl;
use super::decide::Decisions;
use super::draft::Draft;
use super::{common, graph};
use crate::plan::Hazard;
use crate::snapshot::objects::{Body, Id, Kind, Object, Objects};

/// A statement of the migration, with what it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The object it makes, changes or drops.
    pub id: Id,
    /// The statement.
    pub draft: Draft,
    /// Written as a comment: it would lose data, or needs one that would.
    pub withheld: bool,
    /// Steps of one number that follow each other run in one transaction: in between something would be missing.
    pub group: Option<u32>,
}

/// How a migration is to be made.
pub struct Options<'a> {
    /// Whose owners and privileges are written.
    pub scope: &'a Scope<'a>,
    /// Whether statements that lose data are written as such.
    pub allow_data_loss: bool,
}

/// Statements that make `from` into `to`.
pub fn migrate(from: &Objects, to: &Objects, options: &Options<'_>) -> Vec<Step> {
    let decisions = Decisions::of(from, to, options.scope);
    Writer {
        d: decisions,
        allow_data_loss: options.allow_data_loss,
        steps: Vec::new(),
        bare: BTreeSet::new(),
        loose: BTreeSet::new(),
        withheld: BTreeSet::new(),
    }
    .write()
}

struct Writer<'a> {
    d: Decisions<'a>,
    allow_data_loss: bool,
    steps: Vec<Step>,
    /// Domains that were made without their checks, which follow.
    bare: BTreeSet<Id>,
    /// Things on relations that must be dropped by themselves.
    loose: BTreeSet<Id>,
    /// Objects that stay as they were because a statement is withheld.
    withheld: BTreeSet<Id>,
}

impl<'a> Writer<'a> {
    fn write(mut self) -> Vec<Step> {
        self.drop_first();
        let last_of_exchange = self.make();
        self.finish();
        self.drop_last();
        self.group(last_of_exchange);
        self.steps
    }

    fn push(&mut self, id: &Id, draft: Draft) {
        let withheld = self.withheld.contains(id) || draft.loses_data && !self.allow_data_loss;
        self.steps.push(Step { id: id.clone(), draft, withheld, group: None });
    }

    /// Makes and changes; returns how many steps there were when the last of what was dropped before had been made again.
    fn make(&mut self) -> usize {
        let to = self.d.context.to;
        let from = self.d.context.from;
        let created = to.all.keys().filter(|id| self.d.context.is_new(id));
        let wanted: BTreeSet<Id> = created.chain(&self.d.altered).chain(&self.d.exchanged).cloned().collect();
        let order = graph::order(to, &wanted);
        self.d.context.deferred_defaults = order.deferred;
        self.bare = order.bare;
        self.d.context.find_serials();
        let places: BTreeMap<&Id, usize> = order.objects.iter().enumerate().map(|(i, o)| (&o.id, i)).collect();
        let inside = self.inside(&order.objects, &places);
        let folded: BTreeSet<&Id> = inside.values().flatten().map(|o| &o.id).collect();
        let mut made: Vec<(&Object, Vec<Draft>)> = Vec::new();
        for object in order.objects {
            let id = &object.id;
            let mut drafts = Vec::new();
            if self.d.context.is_new(id) {
                let old = from.get(id);
                match old.filter(|_| self.d.goes_along(id)) {
                    Some(old) if self.d.conversions.contains_key(id) => {
                        drafts.extend(ddl::convert(old, object, &self.d.context));
                    }
                    Some(_) => {}
                    None if folded.contains(id) => {}
                    None => {
                        let own = inside.get(id).map(Vec::as_slice).unwrap_or_default();
                        let bare = self.bare.contains(id).then(|| graph::bare(object));
                        drafts.extend(ddl::create(bare.as_ref().unwrap_or(object), own, &self.d.context));
                    }
                }
                if !ddl::constraint::comes_with_whole(object) {
                    drafts.extend(common::created(object, &self.d.context));
                }
            } else if let Some(old) = from.get(id) {
                if self.d.exchanged.contains(id) {
                    drafts.extend(ddl::exchange(old, object, &self.d.context).unwrap_or_default());
                    drafts.extend(common::created(object, &self.d.context));
                } else {
                    let outer = common::altered(old, object, &self.d.context);
                    let mut own = ddl::alter(old, object, &self.d.context).unwrap_or_default();
                    let slow = own.iter().position(|d| d.patient).map_or(own.len(), |at| at.saturating_sub(1));
                    let slow = own.split_off(slow);
                    // privileges of a table go before those of its columns: a REVOKE on the table takes both
                    drafts = outer;
                    drafts.extend(own);
                    drafts.extend(common::view_columns(old, object, &self.d.context));
                    drafts.extend(slow);
                }
            }
            made.push((object, self.without_locks_on_new(object, drafts)));
        }
        self.emit(made)
    }

    /// Nobody waits for a lock on what this migration makes itself.
    fn without_locks_on_new(&self, object: &Object, mut drafts: Vec<Draft>) -> Vec<Draft> {
        let own = if object.id.kind.is_relation() { Some(object.id.clone()) } else { object.on() };
        let Some(own) = own.filter(|relation| self.d.context.is_new(relation)) else { return drafts };
        let name = own.name_sql();
        for draft in drafts.iter_mut().filter(|d| d.lock.as_ref().is_some_and(|l| l.relation == name)) {
            draft.lock = None;
            draft.hazards.retain(|h| !matches!(h, Hazard::BlocksEverything | Hazard::BlocksWrites | Hazard::ChangesAccess));
        }
        drafts
    }

    /// Appends what was made. What is missing until it is made again comes as soon as it can: builds and scans that nothing missing
    /// waits for come after it. Returns how many steps there are when nothing is missing any more.
    fn emit(&mut self, made: Vec<(&'a Object, Vec<Draft>)>) -> usize {
        let missing = |object: &Object| self.d.context.replaced.contains(&object.id) || self.d.detached(&object.id);
        let last = made.iter().rposition(|(object, _)| missing(object)).map_or(0, |at| at + 1);
        let made_again: Vec<&Object> = made.iter().map(|(o, _)| *o).filter(|o| self.d.context.replaced.contains(&o.id)).collect();
        let mut postponed: Vec<(&Object, Vec<Draft>)> = Vec::new();
        let mut waiting: BTreeSet<Id> = BTreeSet::new();
        let mut rest = made.into_iter();
        for (object, mut drafts) in rest.by_ref().take(last) {
            let again = self.d.context.replaced.contains(&object.id);
            let wanted = || made_again.iter().any(|o| graph::needs(o).iter().any(|n| n.id == object.id));
            let beside = matches!(object.id.kind, Kind::Index | Kind::Constraint) && !again && !wanted();
            let slow = drafts.iter().position(|d| d.patient || !d.in_transaction);
            let keep = match slow {
                Some(_) if beside => 0,
                Some(at) if object.id.kind.is_relation() && !again => at.saturating_sub(1),
                _ => drafts.len(),
            };
            // what needs one that waits must wait too
            let waits = object.id.kind == Kind::Constraint && graph::needs(object).iter().any(|n| waiting.contains(&n.id));
            let keep = if waits { 0 } else { keep };
            let later = drafts.split_off(keep);
            drafts.into_iter().for_each(|draft| self.push(&object.id, draft));
            if !later.is_empty() {
                if object.id.kind == Kind::Constraint {
                    waiting.insert(object.id.clone());
                }
                postponed.push((object, later));
            }
        }
        let now = self.steps.len();
        for (object, drafts) in postponed.into_iter().chain(rest) {
            drafts.into_iter().for_each(|draft| self.push(&object.id, draft));
        }
        now
    }

    /// Constraints that can stand inside their new table's CREATE TABLE: all they need is there by then.
    fn inside(&self, order: &[&'a Object], places: &BTreeMap<&Id, usize>) -> BTreeMap<Id, Vec<&'a Object>> {
        let mut inside: BTreeMap<Id, Vec<&Object>> = BTreeMap::new();
        for object in order {
            let Body::Constraint(c) = &object.body else { continue };
            let Some(table) = object.on() else { continue };
            let Some(Body::Table(t)) = self.d.context.to.get(&table).map(|o| &o.body) else { continue };
            let Some(at) = places.get(&table).filter(|_| self.d.context.is_new(&table)) else { continue };
            let earlier = |id: &Id| *id == table || places.get(id).is_none_or(|place| place < at);
            if ddl::table::fits_inside(t, c) && graph::needs(object).iter().all(|n| earlier(&n.id)) {
                inside.entry(table).or_default().push(object);
            }
        }
        // the primary key first, as people write it
        let place = |o: &&Object| match &o.body {
            Body::Constraint(c) => ("pux".find(c.contype).unwrap_or(9), o.id.clone()),
            _ => (9, o.id.clone()),
        };
        for all in inside.values_mut() {
            all.sort_by_key(place);
            // of two keys over the same columns CREATE TABLE makes only one
            let mut keys: Vec<&[crate::ident::Ident]> = Vec::new();
            all.retain(|o| match &o.body {
                Body::Constraint(c) if matches!(c.contype, 'p' | 'u') => {
                    let first = !keys.contains(&c.columns.as_slice());
                    keys.push(&c.columns);
                    first
                }
                _ => true,
            });
        }
        inside
    }

    fn finish(&mut self) {
        let (to, from) = (self.d.context.to, self.d.context.from);
        for id in std::mem::take(&mut self.bare) {
            let Some(object) = to.get(&id) else { continue };
            for draft in ddl::alter(&graph::bare(object), object, &self.d.context).unwrap_or_default() {
                self.push(&id, draft);
            }
        }
        for (table, column) in self.d.context.deferred_defaults.clone() {
            let Some(object) = to.get(&table) else { continue };
            let Body::Table(body) = &object.body else { continue };
            if let Some(c) = body.columns.iter().find(|c| c.name == column)
                && let Some(draft) = ddl::column::set_default(object, c, None)
            {
                self.push(&table, draft);
            }
        }
        let everything: BTreeSet<Id> = to.all.keys().cloned().collect();
        let marked = |id: &Id| id.kind.is_relation() && to.get(id).is_some_and(|o| self.d.remarks(o));
        let changed =
            |id: &&Id| self.d.context.is_new(id) || self.d.altered.contains(id) || self.d.exchanged.contains(id) || marked(id);
        let wanted: BTreeSet<Id> = everything.iter().filter(changed).cloned().collect();
        // tables before indexes: attaching a partition attaches the indexes that fit
        let mut objects = graph::order(to, &wanted).objects;
        objects.sort_by_key(|o| !o.id.kind.is_relation());
        for object in objects {
            let old = from.get(&object.id).filter(|_| !self.d.context.is_new(&object.id));
            let old = if self.d.exchanged.contains(&object.id) { None } else { old };
            let old = old.map(|o| self.unmarked(o));
            let old = old.as_deref();
            for draft in ddl::late(old, object, &self.d.context) {
                self.push(&object.id, draft);
            }
        }
    }

    /// A relation as it is in the meantime: without marks on an index that was exchanged, and without the parent it was detached from.
    fn unmarked<'o>(&self, object: &'o Object) -> std::borrow::Cow<'o, Object> {
        let mut object = std::borrow::Cow::Borrowed(object);
        let (remarks, detached) = (self.d.remarks(&object), self.d.context.detached_partitions.contains(&object.id));
        if !remarks && !detached {
            return object;
        }
        match &mut object.to_mut().body {
            Body::Table(t) => {
                if remarks {
                    (t.replica_index, t.cluster_on) = (None, None);
                }
                if detached {
                    (t.partition_of, t.bound) = (None, None);
                }
            }
            Body::View(v) => v.cluster_on = None,
            _ => {}
        }
        object
    }

    /// What is dropped and made again is missing in between: those steps run in one transaction, as far as they can.
    fn group(&mut self, last: usize) {
        let Some(first) = self.steps.iter().position(|s| s.draft.hazards.contains(&Hazard::Recreated)) else { return };
        let mut number = 1;
        for step in &mut self.steps[first..last.max(first)] {
            if !step.draft.in_transaction || step.draft.patient {
                number += 1;
            } else {
                step.group = Some(number);
            }
        }
    }
}
