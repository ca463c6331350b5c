//! A table in one piece becomes a partitioned one: it is not copied but attached, as the first partition.
//!
//! Two migrations. The first ([`Change::PreparePartition`](super::Change)) does all that takes long, while reads and writes go on: the range
//! as a validated CHECK, the wider unique keys as indexes. The second ([`Change::Partition`](super::Change)) exchanges the tables in one short
//! transaction that reads no row. Each has its own undo.

mod calendar;
mod obstacles;
mod parts;
mod prepare;
mod swap;
mod undo;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Date;

pub use obstacles::{Obstacles, obstacles};

use super::Change;
use super::tenant::read_once;
use crate::config::{Incoming, Interval, MigrationSettings, Partitioning};
use crate::ident::{Ident, QualifiedName, literal, short_name};
use crate::plan::statement::Statement;
use crate::snapshot::{Relation, RelationKind, Snapshot};

/// A table to be cut by time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// The table.
    pub table: QualifiedName,
    /// The column that says when a row came.
    pub column: Ident,
    /// How much time one partition holds.
    pub interval: Interval,
    /// Where the first new partition begins: `20270101`. What is older stays where it is.
    pub first: String,
    /// Partitions made ahead.
    pub ahead: u32,
    /// Whether a default partition takes what no other one does.
    pub default_partition: bool,
    /// Unique constraints and indexes that hold for their columns and the key from then on; the primary key needs no mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub widen_unique: Vec<Ident>,
    /// What becomes of foreign keys that refer to the table, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub foreign_keys: BTreeMap<String, Incoming>,
}

impl Partition {
    /// The change that a person has decided on, for a table that is there.
    pub fn decided(settings: &Partitioning, table: &Relation, now: i64) -> Option<Self> {
        let column = Ident::new(settings.column.as_str());
        // once the range is a constraint it stays where it is, whatever the day
        let first = prepared_first(table, &column).or_else(|| calendar::first(settings.interval, now))?;
        Some(Self {
            table: table.name.clone(),
            column,
            interval: settings.interval,
            first: calendar::stamp(first),
            ahead: settings.ahead,
            default_partition: settings.default_partition,
            widen_unique: settings.widen_unique.iter().map(|n| Ident::new(n.as_str())).collect(),
            foreign_keys: settings.foreign_keys.clone(),
        })
    }

    /// What must be there before.
    pub fn needs(&self, snapshot: &Snapshot) -> Vec<Change> {
        if self.is_prepared(snapshot) || self.is_done(snapshot) {
            return Vec::new();
        }
        vec![Change::PreparePartition(self.clone())]
    }

    pub(super) fn prepare(&self, snapshot: &Snapshot, settings: &MigrationSettings) -> Option<(Vec<Statement>, Vec<Statement>)> {
        prepare::statements(self, snapshot, settings)
    }

    pub(super) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let parts = parts::Parts::of(self, snapshot)?;
        Some((swap::statements(&parts, settings)?, undo::statements(&parts, settings)?))
    }

    /// Bytes and seconds of the preparation.
    pub(super) fn estimate(&self, snapshot: &Snapshot) -> (Option<i64>, Option<f64>) {
        read_once(&self.table, snapshot)
    }

    /// Whether the range is a constraint that holds for every row, and each wider key has its index.
    pub(super) fn is_prepared(&self, snapshot: &Snapshot) -> bool {
        let Some(table) = self.find(snapshot) else { return false };
        prepared_first(table, &self.column).is_some()
            && self.lost_keys(table).iter().all(|k| table.indexes.iter().any(|i| i.name == k.wide && i.valid))
    }

    /// Whether the table is partitioned.
    pub(super) fn is_done(&self, snapshot: &Snapshot) -> bool {
        self.find(snapshot).is_some_and(|t| t.kind == RelationKind::PartitionedTable)
    }

    fn find<'s>(&self, snapshot: &'s Snapshot) -> Option<&'s Relation> {
        snapshot.catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])
    }

    fn first(&self) -> Option<Date> {
        calendar::read_stamp(&self.first)
    }

    /// The CHECK that spares ATTACH its look at every row.
    fn check(&self) -> Ident {
        short_name(&check_base(&self.table.name, &self.column), &format!("_before_{}", self.first))
    }

    /// What is added to the names of the table and of all that stays with it.
    fn suffix(&self) -> String {
        format!("_before_{}", self.first)
    }

    /// What the old table, or something on it, is called as a partition.
    fn old_name(&self, name: &Ident) -> Ident {
        short_name(name.raw(), &self.suffix())
    }

    /// The old table as a partition.
    fn old(&self) -> QualifiedName {
        QualifiedName { schema: self.table.schema.clone(), name: self.old_name(&self.table.name) }
    }

    /// A day as a bound of the key.
    fn bound(&self, day: Date, table: &Relation) -> String {
        let zone = table
            .column(self.column.raw())
            .is_some_and(|c| c.type_name.ends_with("with time zone") && !c.type_name.contains("without"));
        let date = format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day());
        literal(&if zone { format!("{date} 00:00:00+00") } else { date })
    }

    /// New partitions, in order: name, bound.
    fn ahead(&self, table: &Relation) -> Option<Vec<(QualifiedName, String)>> {
        let mut day = self.first()?;
        let named = |suffix: String| QualifiedName {
            schema: self.table.schema.clone(),
            name: short_name(self.table.name.raw(), &format!("_{suffix}")),
        };
        let mut all = Vec::new();
        for _ in 0..self.ahead {
            let end = calendar::next(self.interval, day)?;
            let bound = format!("FOR VALUES FROM ({}) TO ({})", self.bound(day, table), self.bound(end, table));
            all.push((named(calendar::stamp(day)), bound));
            day = end;
        }
        if self.default_partition {
            all.push((named("default".to_owned()), "DEFAULT".to_owned()));
        }
        Some(all)
    }

    /// Names and columns of the unique keys that take in the partition key: for the columns alone they promise nothing any more.
    pub fn lost(&self, table: &Relation) -> Vec<(Ident, Vec<Ident>)> {
        self.lost_keys(table).into_iter().map(|k| (k.name, k.columns)).collect()
    }

    /// Keys that are unique today without the partition key and cannot stay so.
    fn lost_keys(&self, table: &Relation) -> Vec<LostKey> {
        let lost = table.indexes.iter().filter(|i| i.unique && i.parent.is_none());
        let without = lost.filter(|i| !i.keys.iter().any(|k| k.column.as_ref() == Some(&self.column)));
        let accepted = without.filter(|i| i.primary || self.widen_unique.contains(&i.name));
        accepted
            .map(|i| LostKey {
                name: i.name.clone(),
                wide: short_name(i.name.raw(), "_with_key"),
                word: match (i.primary, &i.constraint) {
                    (true, _) => Some("PRIMARY KEY"),
                    (false, Some(_)) => Some("UNIQUE"),
                    (false, None) => None,
                },
                columns: i.keys.iter().filter_map(|k| k.column.clone()).collect(),
            })
            .collect()
    }
}

/// A unique key that takes in the partition key.
struct LostKey {
    /// Its name, and its index's.
    name: Ident,
    /// The index of the wider key on the old table.
    wide: Ident,
    /// `PRIMARY KEY`, `UNIQUE`; of an index without a constraint nothing.
    word: Option<&'static str>,
    /// Its columns.
    columns: Vec<Ident>,
}

fn check_base(table: &Ident, column: &Ident) -> String {
    format!("{}_{}", table.raw(), column.raw())
}

/// The day that a validated CHECK of ours says.
fn prepared_first(table: &Relation, column: &Ident) -> Option<Date> {
    let base = check_base(&table.name.name, column);
    table.constraints.iter().filter(|c| c.validated).find_map(|c| {
        let stamp = c.name.raw().rsplit_once("_before_")?.1;
        (c.name == short_name(&base, &format!("_before_{stamp}"))).then(|| calendar::read_stamp(stamp))?
    })
}
