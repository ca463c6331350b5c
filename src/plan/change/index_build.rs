//! Building and dropping an index on a table or on a partitioned table with all its partitions: one place for both directions.

use super::gate::{self, Known, Tail};
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, short_name};
use crate::plan::statement::{Hazard, Lock, LockMode, Statement, Timeouts};
use crate::snapshot::{Catalog, Oid, Relation, RelationKind};

/// An index to be built, or to be dropped with all that belongs to it.
pub(super) struct Build<'a> {
    pub name: Ident,
    pub unique: bool,
    /// `USING btree (a, b DESC) WHERE ...`, as `pg_get_indexdef()` prints it.
    pub sql: String,
    /// The same, as gates compare it.
    pub tail: Tail,
    /// The index as it is in the catalog, when the undo of its drop builds it again: its partitions' parts keep their names.
    pub was: Option<Oid>,
    pub catalog: &'a Catalog,
    pub settings: &'a MigrationSettings,
}

impl Build<'_> {
    /// Statements that build it; each build is followed by its gate. `None` where Postgres offers no way that blocks nobody:
    /// an index of a partitioned table with foreign partitions can never be completed by ATTACH.
    pub fn statements(&self, table: &Relation) -> Option<Vec<Statement>> {
        let mut statements = Vec::new();
        match table.kind {
            RelationKind::PartitionedTable => {
                self.fitting(table, &mut statements);
                self.partitioned(&self.name, self.was, table, &mut statements)?;
            }
            _ => self.one(&self.name, table, &mut statements),
        }
        Some(statements)
    }

    /// Statements that drop it, and what an interrupted build left of it on partitions. That of a partitioned table cannot be dropped
    /// CONCURRENTLY.
    pub fn drop(&self, table: &Relation) -> Vec<Statement> {
        let mut statements = vec![drop(&self.name, table, self.settings)];
        self.leftovers(&self.name, self.was, table, &mut statements);
        statements
    }

    fn leftovers(&self, name: &Ident, was: Option<Oid>, table: &Relation, statements: &mut Vec<Statement>) {
        for partition in self.catalog.partitions(table.oid) {
            let (own, was) = self.part(name, was, partition);
            statements.push(drop(&own, partition, self.settings));
            self.leftovers(&own, was, partition, statements);
        }
    }

    /// Gates that every level has just the partitions that are known: before anything is built, for builds take hours.
    fn fitting(&self, table: &Relation, statements: &mut Vec<Statement>) {
        let partitions = self.catalog.partitions(table.oid);
        let names: Vec<&QualifiedName> = partitions.iter().map(|p| &p.name).collect();
        statements.push(gate::partitions(&table.name, &names));
        for partition in partitions.iter().filter(|p| p.kind == RelationKind::PartitionedTable) {
            self.fitting(partition, statements);
        }
    }

    fn one(&self, name: &Ident, table: &Relation, statements: &mut Vec<Statement>) {
        statements.push(Statement {
            sql: format!("CREATE {}INDEX CONCURRENTLY IF NOT EXISTS {name} ON {} {}", self.unique(), table.name, self.sql),
            lock: Some(Lock { mode: LockMode::ShareUpdateExclusive, relation: table.name.to_string() }),
            timeouts: Timeouts::PATIENT,
            in_transaction: false,
            hazards: vec![Hazard::IndexBuild],
        });
        statements.push(self.gate(name, table, false));
    }

    /// The index on the parent alone (invalid, nothing to scan), one per partition CONCURRENTLY, each attached; the parent's becomes
    /// valid with the last one. Sub-partitioned tables likewise.
    fn partitioned(&self, name: &Ident, was: Option<Oid>, table: &Relation, statements: &mut Vec<Statement>) -> Option<()> {
        let brief = Timeouts::brief(self.settings.lock_timeout_ms);
        statements.push(Statement {
            sql: format!("CREATE {}INDEX IF NOT EXISTS {name} ON ONLY {} {}", self.unique(), table.name, self.sql),
            lock: Some(Lock { mode: LockMode::Share, relation: table.name.to_string() }),
            timeouts: brief,
            in_transaction: true,
            hazards: vec![Hazard::BlocksWrites],
        });
        for partition in self.catalog.partitions(table.oid) {
            let (own, was) = self.part(name, was, partition);
            match partition.kind {
                RelationKind::PartitionedTable => self.partitioned(&own, was, partition, statements)?,
                RelationKind::Table => self.one(&own, partition, statements),
                _ => return None,
            }
            statements.push(Statement {
                sql: format!("ALTER INDEX {}.{name} ATTACH PARTITION {}.{own}", table.name.schema, partition.name.schema),
                lock: Some(Lock {
                    mode: LockMode::AccessExclusive,
                    relation: format!("{}.{own} (the index alone)", partition.name.schema),
                }),
                timeouts: brief,
                in_transaction: true,
                hazards: vec![],
            });
        }
        statements.push(self.gate(name, table, true));
        Some(())
    }

    /// Name of the part on a partition, and its OID where it is in the catalog.
    fn part(&self, name: &Ident, was: Option<Oid>, partition: &Relation) -> (Ident, Option<Oid>) {
        if let Some(there) = was.and_then(|parent| partition.indexes.iter().find(|i| i.parent == Some(parent))) {
            return (there.name.clone(), Some(there.oid));
        }
        let suffix = format!("_{}", name.raw());
        let own = if suffix.len() < 40 {
            short_name(partition.name.name.raw(), &suffix)
        } else {
            short_name(&format!("{}{suffix}", partition.name.name.raw()), "_p")
        };
        (own, None)
    }

    fn gate(&self, name: &Ident, table: &Relation, partitioned: bool) -> Statement {
        gate::built(&Known { table: &table.name, name, unique: self.unique, tail: &self.tail }, partitioned)
    }

    fn unique(&self) -> &'static str {
        if self.unique { "UNIQUE " } else { "" }
    }
}

fn drop(name: &Ident, table: &Relation, settings: &MigrationSettings) -> Statement {
    let schema = &table.name.schema;
    match table.kind {
        RelationKind::PartitionedTable => Statement {
            sql: format!("DROP INDEX IF EXISTS {schema}.{name}"),
            lock: Some(Lock { mode: LockMode::AccessExclusive, relation: format!("{} and its partitions", table.name) }),
            timeouts: Timeouts::brief(settings.lock_timeout_ms),
            in_transaction: true,
            hazards: vec![Hazard::IndexDropped, Hazard::BlocksEverything],
        },
        _ => Statement {
            sql: format!("DROP INDEX CONCURRENTLY IF EXISTS {schema}.{name}"),
            lock: Some(Lock { mode: LockMode::ShareUpdateExclusive, relation: table.name.to_string() }),
            timeouts: Timeouts::PATIENT,
            in_transaction: false,
            hazards: vec![Hazard::IndexDropped],
        },
    }
}
