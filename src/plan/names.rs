//! Names for new objects: as PostgreSQL would choose them, short enough, and free.

use std::collections::BTreeSet;

use super::Change;
use crate::ident::{Ident, short_name};
use crate::snapshot::Snapshot;

/// Names of relations and indexes that are taken, by schema.
pub(super) struct Names {
    taken: BTreeSet<(Ident, Ident)>,
}

impl Names {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut taken = BTreeSet::new();
        for relation in snapshot.catalog.relations.values() {
            taken.insert((relation.name.schema.clone(), relation.name.name.clone()));
            taken.extend(relation.indexes.iter().map(|i| (relation.name.schema.clone(), i.name.clone())));
        }
        for sequence in &snapshot.catalog.sequences {
            taken.insert((sequence.name.schema.clone(), sequence.name.name.clone()));
        }
        Self { taken }
    }

    /// Gives a new index its name.
    pub(super) fn assign(&mut self, change: Change) -> Change {
        let Change::CreateIndex(mut index) = change else { return change };
        let wanted = index.default_name(&index.table.name);
        let mut name = wanted.clone();
        let mut n = 1;
        while self.taken.contains(&(index.table.schema.clone(), name.clone())) {
            n += 1;
            name = short_name(wanted.raw(), &format!("_{n}"));
        }
        self.taken.insert((index.table.schema.clone(), name.clone()));
        index.name = Some(name);
        Change::CreateIndex(index)
    }
}
