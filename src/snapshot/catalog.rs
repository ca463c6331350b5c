//! The schema: every relation with its parts, types, roles, sequences, views.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ColumnStatistics, DefaultGrant, Oid, Relation, RelationKind, Role, Sequence, Type, View};
use crate::ident::Ident;

/// Schema objects of one database. Keys are OIDs, so iteration order is deterministic within a snapshot only;
/// what is printed is sorted by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Catalog {
    /// Schemas under inspection: all but the system's, extensions' and the platform's.
    pub schemas: Vec<String>,
    /// Relations in those schemas.
    pub relations: BTreeMap<Oid, Relation>,
    /// Types of their columns.
    pub types: BTreeMap<Oid, Type>,
    /// Sequences in those schemas.
    pub sequences: Vec<Sequence>,
    /// Definitions of views.
    pub views: BTreeMap<Oid, View>,
    /// Roles of the cluster.
    pub roles: Vec<Role>,
    /// What default privileges give others of each new table in those schemas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default_grants: Vec<DefaultGrant>,
}

impl Catalog {
    /// Relations sorted by name: the order of everything that is printed.
    pub fn by_name(&self) -> Vec<&Relation> {
        let mut all: Vec<&Relation> = self.relations.values().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// Tables that users fill and that speak for themselves: no partitions, no objects of extensions, no foreign tables.
    pub fn tables(&self) -> Vec<&Relation> {
        self.by_name().into_iter().filter(|r| r.is_table() && r.partition_of.is_none() && r.extension.is_none()).collect()
    }

    /// The role itself and all roles that it is a member of, at any remove.
    pub fn memberships<'s>(&'s self, role: &'s Ident) -> BTreeSet<&'s Ident> {
        let (mut seen, mut next) = (BTreeSet::new(), vec![role]);
        while let Some(name) = next.pop() {
            if seen.insert(name) {
                next.extend(self.roles.iter().filter(|r| r.name == *name).flat_map(|r| &r.member_of));
            }
        }
        seen
    }

    /// The relation a name means under this search path.
    pub fn find(&self, schema: Option<&str>, name: &str, search_path: &[String]) -> Option<&Relation> {
        let named = |s: &str| self.relations.values().find(|r| r.name.name.raw() == name && r.name.schema.raw() == s);
        match schema {
            Some(s) => named(s),
            None => search_path.iter().find_map(|s| named(s)),
        }
    }

    /// Direct partitions of a partitioned table, by name.
    pub fn partitions(&self, parent: Oid) -> Vec<&Relation> {
        if self.relations.get(&parent).is_none_or(|r| r.kind != RelationKind::PartitionedTable) {
            return Vec::new(); // the common case must not look at every relation
        }
        let mut all: Vec<&Relation> = self.relations.values().filter(|r| r.partition_of == Some(parent)).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// The type behind domains: a domain over `integer` is `integer`.
    pub fn base_type(&self, oid: Oid) -> Option<&Type> {
        let mut seen = self.types.get(&oid)?;
        while let Some(base) = seen.base.and_then(|b| self.types.get(&b)) {
            seen = base;
        }
        Some(seen)
    }

    /// Rows of a table as well as anybody knows: analysed, else counted by the activity statistics; 0 when neither is seen.
    pub fn likely_rows(&self, relation: &Relation) -> f64 {
        if relation.kind == RelationKind::PartitionedTable {
            return self.partitions(relation.oid).into_iter().map(|p| self.likely_rows(p)).sum();
        }
        let counted = || relation.activity.as_ref().map(|a| a.live_rows as f64);
        self.rows(relation).or_else(counted).unwrap_or(0.0)
    }

    /// Blocks of 8 kB of a table's heap with all its partitions.
    pub fn heap_blocks(&self, relation: &Relation) -> i64 {
        // a table that was never analysed has no `relpages` either, but it was measured
        let own = relation.table_bytes.map_or(relation.pages, |b| relation.pages.max(b / 8_192));
        own.max(0) + self.partitions(relation.oid).into_iter().map(|p| self.heap_blocks(p)).sum::<i64>()
    }

    /// Planner statistics of a column; of a partitioned table those of the whole, else of its largest partition.
    pub fn column_statistics<'c>(&'c self, relation: &'c Relation, column: &Ident) -> Option<&'c ColumnStatistics> {
        if relation.kind != RelationKind::PartitionedTable {
            return relation.column_statistics(column);
        }
        let whole = relation.statistics.iter().find(|s| s.column == *column && s.inherited);
        whole.or_else(|| {
            let mut parts = self.partitions(relation.oid);
            parts.sort_by(|a, b| self.likely_rows(b).total_cmp(&self.likely_rows(a)));
            parts.into_iter().find_map(|p| self.column_statistics(p, column))
        })
    }

    /// Rows of a table, its partitions added up; `None` when any of them was never analysed.
    pub fn rows(&self, relation: &Relation) -> Option<f64> {
        if relation.kind != RelationKind::PartitionedTable {
            // nobody analyses an empty table: a default partition that caught nothing must not hide how large the rest is
            return relation.rows.or_else(|| (relation.table_bytes == Some(0)).then_some(0.0));
        }
        let parts = self.relations.values().filter(|r| r.partition_of == Some(relation.oid));
        parts.map(|p| self.rows(p)).sum()
    }
}
