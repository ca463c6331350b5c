//! The tenant column of a table whose tenant is known from its parent: added, kept right by triggers, filled, proven, required, indexed.
//!
//! At every point of the file an application that does not know the column works on.

use serde::{Deserialize, Serialize};

use super::foreign_key::{ForeignKey, actions};
use super::gates::{self, Pair, joined};
use super::not_null::{is_not_null, not_null, nullable};
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, ident_list, short_name};
use crate::plan::change::gate::{self, Tail};
use crate::plan::change::index_build::Build;
use crate::plan::change::{Backfill, IndexColumn};
use crate::plan::statement::{Hazard, Lock, LockMode, Statement, Timeouts};
use crate::snapshot::{Catalog, Relation, RelationKind, Snapshot};

/// A tenant column to be added, or one that is there and may be NULL, to be filled from a parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantColumn {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: Ident,
    /// Its type as SQL names it; `None` when the column is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Whose tenant its rows have.
    pub parent: Parent,
    /// Other rows that a row refers to: they must belong to the same tenant, or a person must say which is right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Parent>,
    /// The table of tenants that the new column refers to, where the parent's does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<RootKey>,
    /// Steps to the nearest column that is there: parents come before children.
    pub depth: usize,
}

/// A row that rows of the table refer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// Its table.
    pub table: QualifiedName,
    /// The tenant column there.
    pub column: Ident,
    /// The foreign key to it.
    pub constraint: Ident,
    /// Columns of that foreign key.
    pub via: Vec<Ident>,
    /// The columns it refers to, in the same order.
    pub keys: Vec<Ident>,
}

/// What a tenant column refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootKey {
    /// The table of tenants.
    pub table: QualifiedName,
    /// Its key.
    pub column: Ident,
    /// Deleting a tenant deletes the rows over every foreign key on the way already.
    pub delete_cascades: bool,
    /// A tenant's new key comes down the same way.
    pub update_cascades: bool,
}

impl TenantColumn {
    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let catalog = &snapshot.catalog;
        let table = catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])?;
        if self.obstacle(catalog).is_some() {
            return None;
        }
        let leaves = leaves(catalog, table)?;
        let mut up = vec![gate::rows(&self.before())];
        up.extend(self.type_name.as_ref().map(|of| {
            let sql = format!("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} {of}", self.table, self.column);
            Statement::brief(sql, LockMode::AccessExclusive, &self.table, settings.lock_timeout_ms)
        }));
        up.extend(self.sync(snapshot.server.major(), settings));
        for leaf in leaves {
            up.push(self.backfill(leaf)?);
        }
        up.push(gate::rows(&self.after()));
        let required = not_null(&self.table, &self.column, settings);
        // nothing breaks: the trigger fills what the application leaves out
        up.extend(
            required
                .into_iter()
                .map(|s| Statement { hazards: s.hazards.into_iter().filter(|h| *h != Hazard::BreaksApplication).collect(), ..s }),
        );
        let mut down = Vec::new();
        if self.type_name.is_some() {
            let build = self.index(catalog, settings);
            up.extend(build.statements(table)?);
            // that of a partitioned table can be NOT VALID only from 18 on
            let unlocked = table.kind == RelationKind::Table || snapshot.server.major() >= 18;
            let to_root = self.to_root().filter(|_| unlocked);
            if let Some(key) = to_root.as_ref().map(|(name, root)| self.foreign_key(name, root)) {
                up.extend(key.add(settings));
                down.push(key.drop(settings));
            }
            down.extend(build.drop(table));
        }
        down.extend(self.unsync(settings));
        down.push(match &self.type_name {
            None => nullable(&self.table, &self.column, settings),
            Some(_) => {
                let sql = format!("ALTER TABLE {} DROP COLUMN IF EXISTS {}", self.table, self.column);
                let drop = Statement::brief(sql, LockMode::AccessExclusive, &self.table, settings.lock_timeout_ms);
                Statement { hazards: vec![Hazard::BlocksEverything, Hazard::DataLoss], ..drop }
            }
        });
        Some((up, down))
    }

    /// Why no migration can be written, where none can.
    pub fn obstacle(&self, catalog: &Catalog) -> Option<String> {
        let find = |name: &QualifiedName| catalog.find(Some(name.schema.raw()), name.name.raw(), &[]);
        let (table, parent) = (find(&self.table)?, find(&self.parent.table)?);
        Some(if inherits(catalog, table) {
            format!("{} takes part in table inheritance, where a trigger and a constraint hold for one table alone", table.name)
        } else if leaves(catalog, table).is_none() {
            format!("partitions of {} lie on another server", table.name)
        } else if parent.kind != RelationKind::Table {
            format!("{} is partitioned, and a row that moves between its partitions fires no trigger on UPDATE", parent.name)
        } else if inherits(catalog, parent) {
            format!("{} takes part in table inheritance, where a trigger and a constraint hold for one table alone", parent.name)
        } else {
            return None;
        })
    }

    /// What must hold before anything is changed.
    fn before(&self) -> Vec<gate::Check> {
        let mut tables = vec![&self.table, &self.parent.table];
        tables.extend(self.others.iter().map(|o| &o.table));
        tables.extend(self.root.iter().map(|r| &r.table));
        tables.sort();
        tables.dedup();
        let mut checks: Vec<gate::Check> = tables.into_iter().map(gates::sees_all).collect();
        let own = format!("t.{}", self.column);
        if self.type_name.is_none() {
            checks.push(Pair { only_filled: true, ..self.pair(&self.parent, &own) }.agree());
        }
        // the tenant of the parent, which the row is to have
        let wanted = format!(
            "(SELECT p.{} FROM {} AS p WHERE {})",
            self.parent.column,
            self.parent.table,
            joined("p", &self.parent.keys, "t", &self.parent.via)
        );
        checks.extend(self.others.iter().map(|o| self.pair(o, &wanted).agree()));
        checks
    }

    /// What must hold before the column is required.
    fn after(&self) -> Vec<gate::Check> {
        let mut checks = vec![gates::sees_all(&self.table), gates::sees_all(&self.parent.table)];
        checks.push(gates::none_without(&self.table, &self.column));
        checks.push(self.pair(&self.parent, &format!("t.{}", self.column)).agree());
        checks
    }

    fn pair<'a>(&'a self, other: &'a Parent, tenant: &'a str) -> Pair<'a> {
        Pair {
            child: &self.table,
            tenant,
            parent: &other.table,
            parent_column: &other.column,
            via: &other.via,
            keys: &other.keys,
            only_filled: false,
        }
    }

    /// Batch by batch through a table or a partition.
    fn backfill(&self, table: &Relation) -> Option<Statement> {
        let Parent { table: parent, column: theirs, via, keys, .. } = &self.parent;
        let key = table.primary_key().map(|k| k.keys.iter().filter_map(|k| k.column.clone()).collect()).unwrap_or_default();
        let backfill = Backfill {
            table: table.name.clone(),
            key,
            set: format!("{} = (SELECT p.{theirs} FROM {parent} AS p WHERE {})", self.column, joined("p", keys, "t", via)),
            remaining: format!("t.{} IS NULL", self.column),
        };
        Some(Statement {
            sql: backfill.block().ok()?,
            lock: Some(Lock { mode: LockMode::RowExclusive, relation: table.name.to_string() }),
            timeouts: Timeouts::PATIENT,
            in_transaction: false,
            hazards: vec![Hazard::WritesRows],
        })
    }

    /// Led by the tenant, and of use for the foreign key to the parent too.
    fn index<'a>(&self, catalog: &'a Catalog, settings: &'a MigrationSettings) -> Build<'a> {
        let columns: Vec<&Ident> = std::iter::once(&self.column).chain(&self.parent.via).collect();
        let names: Vec<&str> = columns.iter().map(|c| c.raw()).collect();
        Build {
            name: short_name(&format!("{}_{}", self.table.name.raw(), names.join("_")), "_idx"),
            unique: false,
            sql: format!("USING btree ({})", ident_list(columns.iter().copied())),
            tail: Tail::Columns(columns.iter().map(|c| IndexColumn::ascending(c)).collect()),
            was: None,
            catalog,
            settings,
        }
    }

    fn to_root(&self) -> Option<(Ident, &RootKey)> {
        let name = short_name(&format!("{}_{}", self.table.name.raw(), self.column.raw()), "_fkey");
        self.root.as_ref().map(|root| (name, root))
    }

    fn foreign_key<'a>(&'a self, name: &'a Ident, root: &'a RootKey) -> ForeignKey<'a> {
        let action = |cascades: bool| if cascades { 'c' } else { 'a' };
        ForeignKey {
            name,
            table: &self.table,
            columns: std::slice::from_ref(&self.column),
            parent: &root.table,
            keys: std::slice::from_ref(&root.column),
            actions: actions(action(root.delete_cascades), action(root.update_cascades), None),
        }
    }

    pub(in crate::plan::change) fn is_done(&self, snapshot: &Snapshot) -> bool {
        is_not_null(snapshot, &self.table, &self.column)
    }
}

/// The tables that hold the rows: the table itself, or its partitions. `None` where triggers or batches do not reach them: partitions
/// on other servers, tables that inherit.
pub(super) fn leaves<'c>(catalog: &'c Catalog, table: &'c Relation) -> Option<Vec<&'c Relation>> {
    match table.kind {
        RelationKind::Table if !inherits(catalog, table) => Some(vec![table]),
        RelationKind::PartitionedTable => {
            let parts = catalog.partitions(table.oid).into_iter().map(|p| leaves(catalog, p));
            parts.collect::<Option<Vec<_>>>().map(|p| p.concat())
        }
        _ => None,
    }
}

/// Whether rows of the table are looked for in other tables too, or the other way round, and not as partitions.
fn inherits(catalog: &Catalog, table: &Relation) -> bool {
    let has_children = || catalog.relations.values().any(|r| r.partition_of.is_none() && r.inherits.contains(&table.oid));
    table.partition_of.is_none() && (!table.inherits.is_empty() || has_children())
}
