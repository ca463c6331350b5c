//! A foreign key that holds the tenant too: a row can refer only to rows of its own tenant.
//!
//! The key it refers to, `(tenant, id)`, and the index by which its rows are found are changes of their own that come before. The foreign key
//! of fewer columns stays: it is dropped by a later migration, once this one is there and valid.

use serde::{Deserialize, Serialize};

use super::Parent;
use super::column::leaves;
use super::foreign_key::{ForeignKey, actions};
use super::gates::{self, Pair};
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, short_name};
use crate::plan::change::{Change, CreateIndex, gate};
use crate::plan::statement::Statement;
use crate::snapshot::{Catalog, RelationKind, Snapshot};

/// A foreign key to be made again with the tenant in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompositeKey {
    /// The referring table.
    pub table: QualifiedName,
    /// Its tenant column.
    pub column: Ident,
    /// What it refers to, by which foreign key.
    pub parent: Parent,
    /// `confdeltype` of that foreign key.
    pub on_delete: char,
}

impl CompositeKey {
    /// Its name, which is not that of the foreign key it stands beside.
    pub fn name(&self) -> Ident {
        let columns = self.columns();
        let columns: Vec<&str> = columns.iter().map(Ident::raw).collect();
        short_name(&format!("{}_{}", self.table.name.raw(), columns.join("_")), "_fkey")
    }

    fn columns(&self) -> Vec<Ident> {
        std::iter::once(&self.column).chain(&self.parent.via).cloned().collect()
    }

    fn keys(&self) -> Vec<Ident> {
        std::iter::once(&self.parent.column).chain(&self.parent.keys).cloned().collect()
    }

    /// Changes that must be there before.
    pub fn needs(&self, snapshot: &Snapshot) -> Vec<Change> {
        let find = |name: &QualifiedName| snapshot.catalog.find(Some(name.schema.raw()), name.name.raw(), &[]);
        let (columns, keys) = (self.columns(), self.keys());
        let has_key = find(&self.parent.table).is_some_and(|p| {
            let same = |i: &crate::snapshot::Index| {
                i.keys.len() == keys.len() && keys.iter().all(|k| i.keys.iter().any(|c| c.column.as_ref() == Some(k)))
            };
            p.indexes.iter().any(|i| i.unique && i.is_complete() && same(i))
        });
        let is_found = find(&self.table).is_some_and(|t| {
            t.indexes.iter().any(|i| {
                let led: Vec<&Ident> = i.plain_prefix().take(columns.len()).collect();
                i.is_complete() && led.len() == columns.len() && columns.iter().all(|c| led.contains(&c))
            })
        });
        let key = (!has_key).then(|| Change::CreateIndex(CreateIndex::unique(&self.parent.table, &keys)));
        let index = (!is_found).then(|| Change::CreateIndex(CreateIndex::for_lookup(&self.table, &columns)));
        key.into_iter().chain(index).collect()
    }

    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let catalog = &snapshot.catalog;
        let find = |name: &QualifiedName| catalog.find(Some(name.schema.raw()), name.name.raw(), &[]);
        find(&self.table)?;
        if self.obstacle(catalog).is_some() || find(&self.parent.table)?.partition_of.is_some() {
            return None;
        }
        let (name, columns, keys) = (self.name(), self.columns(), self.keys());
        let tenant = format!("t.{}", self.column);
        let pair = Pair {
            child: &self.table,
            tenant: &tenant,
            parent: &self.parent.table,
            parent_column: &self.parent.column,
            via: &self.parent.via,
            keys: &self.parent.keys,
            only_filled: false,
        };
        let key = ForeignKey {
            name: &name,
            table: &self.table,
            columns: &columns,
            parent: &self.parent.table,
            keys: &keys,
            actions: self.actions(snapshot.server.major()),
        };
        let mut up = vec![gate::rows(&[gates::sees_all(&self.table), gates::sees_all(&self.parent.table), pair.agree()])];
        let (add, down) = key.statements(snapshot, settings)?;
        up.extend(add);
        Some((up, down))
    }

    /// Why no migration can be written, where none can.
    pub fn obstacle(&self, catalog: &Catalog) -> Option<String> {
        [&self.table, &self.parent.table].into_iter().find_map(|name| {
            let table = catalog.find(Some(name.schema.raw()), name.name.raw(), &[])?;
            let elsewhere = table.kind == RelationKind::PartitionedTable && leaves(catalog, table).is_none();
            elsewhere.then(|| format!("partitions of {name} lie on another server"))
        })
    }

    /// A parent that moves to another tenant takes its rows along, as it may do today. SET NULL must leave the tenant alone, which only 15
    /// and later can say: before that the other foreign key does it, and this one looks afterwards.
    fn actions(&self, major: u32) -> String {
        match self.on_delete {
            'n' | 'd' if major < 15 => actions('a', 'c', None),
            action => actions(action, 'c', Some(&self.parent.via)),
        }
    }

    pub(in crate::plan::change) fn is_done(&self, snapshot: &Snapshot) -> bool {
        let table = snapshot.catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[]);
        table.is_some_and(|t| t.constraints.iter().any(|c| c.name == self.name() && c.validated && c.references.is_some()))
    }
}
