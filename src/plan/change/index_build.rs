//! Building and dropping an index on a table or on a partitioned table with all its partitions: one place for both directions.

use super::gate::Gate;
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, short_name};
use crate::plan::statement::{Hazard, Lock, LockMode, Statement, Timeouts};
use crate::snapshot::{Catalog, Relation, RelationKind};

/// An index to be built.
pub(super) struct Build {
    pub name: Ident,
    pub unique: bool,
    /// `USING btree (a, b DESC) WHERE ...`, as `pg_get_indexdef()` prints it.
    pub tail: String,
    pub gate: Gate,
}

/// Statements that build it; each build is followed by its gate. `None` where Postgres offers no way that blocks nobody:
/// an index of a partitioned table with foreign partitions can never be completed by ATTACH.
pub(super) fn build(build: &Build, table: &Relation, catalog: &Catalog, settings: &MigrationSettings) -> Option<Vec<Statement>> {
    let mut statements = Vec::new();
    match table.kind {
        RelationKind::PartitionedTable => partitioned(build, &build.name, table, catalog, settings, &mut statements)?,
        _ => {
            statements.push(concurrently(build, &build.name, &table.name));
            statements.push(build.gate.statement(&table.name, &build.name, build.unique, false));
        }
    }
    Some(statements)
}

/// The index on the parent alone (invalid, nothing to scan), one per partition CONCURRENTLY, each attached; the parent's becomes
/// valid with the last one. Sub-partitioned tables likewise.
fn partitioned(
    build: &Build,
    name: &Ident,
    table: &Relation,
    catalog: &Catalog,
    settings: &MigrationSettings,
    statements: &mut Vec<Statement>,
) -> Option<()> {
    statements.push(Statement {
        sql: format!("CREATE {}INDEX IF NOT EXISTS {name} ON ONLY {} {}", unique(build), table.name, build.tail),
        lock: Some(Lock { mode: LockMode::Share, relation: table.name.to_string() }),
        timeouts: Timeouts::brief(settings.lock_timeout_ms),
        in_transaction: true,
        hazards: vec![Hazard::BlocksWrites],
    });
    for partition in catalog.partitions(table.oid) {
        let suffix = format!("_{}", name.raw());
        let own = if suffix.len() < 40 {
            short_name(partition.name.name.raw(), &suffix)
        } else {
            short_name(&format!("{}{suffix}", partition.name.name.raw()), "_p")
        };
        match partition.kind {
            RelationKind::PartitionedTable => partitioned(build, &own, partition, catalog, settings, statements)?,
            RelationKind::Table => {
                statements.push(concurrently(build, &own, &partition.name));
                statements.push(build.gate.statement(&partition.name, &own, build.unique, false));
            }
            _ => return None,
        }
        statements.push(Statement {
            sql: format!("ALTER INDEX {}.{name} ATTACH PARTITION {}.{own}", table.name.schema, partition.name.schema),
            lock: Some(Lock {
                mode: LockMode::AccessExclusive,
                relation: format!("{}.{own} (the index alone)", partition.name.schema),
            }),
            timeouts: Timeouts::brief(settings.lock_timeout_ms),
            in_transaction: true,
            hazards: vec![],
        });
    }
    statements.push(build.gate.statement(&table.name, name, build.unique, true));
    Some(())
}

fn concurrently(build: &Build, name: &Ident, table: &QualifiedName) -> Statement {
    Statement {
        sql: format!("CREATE {}INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} {}", unique(build), build.tail),
        lock: Some(Lock { mode: LockMode::ShareUpdateExclusive, relation: table.to_string() }),
        timeouts: Timeouts::PATIENT,
        in_transaction: false,
        hazards: vec![Hazard::IndexBuild],
    }
}

fn unique(build: &Build) -> &'static str {
    if build.unique { "UNIQUE " } else { "" }
}

/// Statements that drop an index. That of a partitioned table cannot be dropped CONCURRENTLY.
pub(super) fn drop(name: &Ident, table: &Relation, settings: &MigrationSettings) -> Vec<Statement> {
    let schema = &table.name.schema;
    let statement = match table.kind {
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
    };
    vec![statement]
}
