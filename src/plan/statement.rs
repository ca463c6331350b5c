//! One SQL statement of a migration and all that the one who runs it must know.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ident::{Ident, QualifiedName};

/// A statement with its lock, timeouts and hazards.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The SQL, without the closing semicolon.
    pub sql: String,
    /// Strongest lock it takes on a table that others use; `None` for none.
    pub lock: Option<Lock>,
    /// Timeouts it runs under.
    pub timeouts: Timeouts,
    /// Whether it may run inside a transaction block.
    pub in_transaction: bool,
    /// What a person should know before saying yes.
    pub hazards: Vec<Hazard>,
}

impl Statement {
    /// One whose lock stops others for a moment: it waits `lock_ms` for it at most.
    pub(super) fn brief(sql: String, mode: LockMode, relation: impl fmt::Display, lock_ms: u32) -> Self {
        let hazard = if mode == LockMode::AccessExclusive { Hazard::BlocksEverything } else { Hazard::BlocksWrites };
        Self {
            sql,
            lock: Some(Lock { mode, relation: relation.to_string() }),
            timeouts: Timeouts::brief(lock_ms),
            in_transaction: true,
            hazards: vec![hazard],
        }
    }

    /// `VALIDATE CONSTRAINT`: reads every row while reads and writes go on.
    pub(super) fn validate(table: &QualifiedName, constraint: &Ident) -> Self {
        Self {
            sql: format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}"),
            lock: Some(Lock { mode: LockMode::ShareUpdateExclusive, relation: table.to_string() }),
            timeouts: Timeouts::PATIENT,
            in_transaction: true,
            hazards: vec![Hazard::DependsOnData],
        }
    }

    /// One that takes no lock on a table.
    pub(super) fn without_lock(sql: String) -> Self {
        Self { sql, lock: None, timeouts: Timeouts::PATIENT, in_transaction: true, hazards: Vec::new() }
    }
}

/// A lock on one relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Its mode.
    pub mode: LockMode,
    /// The relation, SQL-quoted.
    pub relation: String,
}

/// Table-level lock modes, weakest first. Source: PostgreSQL manual, "Explicit Locking".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LockMode {
    /// Of every SELECT. Blocks nothing but ACCESS EXCLUSIVE.
    AccessShare,
    /// Of SELECT FOR UPDATE. Blocks only what blocks writes and reads.
    RowShare,
    /// Of every INSERT, UPDATE and DELETE: reads and writes go on.
    RowExclusive,
    /// Blocks other schema changes and VACUUM; reads and writes go on.
    ShareUpdateExclusive,
    /// Blocks writes; reads go on.
    Share,
    /// Blocks writes and other changes of the same kind; reads go on.
    ShareRowExclusive,
    /// Blocks writes and SELECT FOR UPDATE; reads go on.
    Exclusive,
    /// Blocks everything, reads too.
    AccessExclusive,
}

impl LockMode {
    /// The mode as `pg_locks` names it: `ShareUpdateExclusiveLock`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.strip_suffix("Lock")? {
            "AccessShare" => LockMode::AccessShare,
            "RowShare" => LockMode::RowShare,
            "RowExclusive" => LockMode::RowExclusive,
            "ShareUpdateExclusive" => LockMode::ShareUpdateExclusive,
            "Share" => LockMode::Share,
            "ShareRowExclusive" => LockMode::ShareRowExclusive,
            "Exclusive" => LockMode::Exclusive,
            "AccessExclusive" => LockMode::AccessExclusive,
            _ => return None,
        })
    }

    /// What others notice.
    pub fn blocks(self) -> &'static str {
        match self {
            LockMode::AccessShare | LockMode::RowShare => "blocks no reads and writes",
            LockMode::RowExclusive => "reads and writes go on; rows that are changed are locked until the commit",
            LockMode::ShareUpdateExclusive => "blocks other schema changes and VACUUM; reads and writes go on",
            LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive => "blocks writes; reads go on",
            LockMode::AccessExclusive => "blocks reads and writes",
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LockMode::AccessShare => "ACCESS SHARE",
            LockMode::RowShare => "ROW SHARE",
            LockMode::RowExclusive => "ROW EXCLUSIVE",
            LockMode::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            LockMode::Share => "SHARE",
            LockMode::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            LockMode::Exclusive => "EXCLUSIVE",
            LockMode::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// `lock_timeout` and `statement_timeout`, milliseconds; 0 = none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeouts {
    /// Others wait behind a statement that waits for its lock, so it must not wait long, unless nobody waits for it.
    pub lock_ms: u32,
    /// How long it may run.
    pub statement_ms: u32,
}

impl Timeouts {
    /// For statements that wait while nobody waits for them: CONCURRENTLY, VALIDATE. A timeout there does harm: it leaves an
    /// invalid index behind.
    pub const PATIENT: Timeouts = Timeouts { lock_ms: 0, statement_ms: 0 };

    /// For statements whose lock stops others: short, to be tried again.
    pub fn brief(lock_ms: u32) -> Timeouts {
        Timeouts { lock_ms, statement_ms: 0 }
    }
}

/// What may go wrong or hurt: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hazard {
    /// Reads the whole table and writes an index of it: load, disk space, WAL.
    IndexBuild,
    /// Writes many rows anew, batch by batch: load, WAL, dead rows.
    WritesRows,
    /// Queries that used the index get slower if the evidence is wrong.
    IndexDropped,
    /// Takes a lock that stops reads and writes for a moment.
    BlocksEverything,
    /// Takes a lock that stops writes for a moment.
    BlocksWrites,
    /// Reads every row of the table while it holds its lock.
    ScansTable,
    /// Writes the whole table anew while nobody can use it.
    RewritesTable,
    /// What is stored there is gone afterwards.
    DataLoss,
    /// Whether it succeeds depends on the rows.
    DependsOnData,
    /// Statements of the application that name the old thing fail.
    BreaksApplication,
    /// Who may read or write what changes.
    ChangesAccess,
    /// Dropped and made anew: for a moment, or until the end of the transaction, it is not there.
    Recreated,
}

impl Hazard {
    /// One sentence for the reader of the migration.
    pub fn sentence(self) -> &'static str {
        match self {
            Hazard::IndexBuild => "reads the whole table twice and writes the index: mind load and free disk space",
            Hazard::WritesRows => "writes many rows anew: mind load, replicas and free disk space; batches commit by themselves",
            Hazard::IndexDropped => "a query that needs this index after all gets slower: the undo builds it again",
            Hazard::BlocksEverything => "stops reads and writes of the table for a moment; lock_timeout bounds the wait",
            Hazard::BlocksWrites => "stops writes to the table for a moment; lock_timeout bounds the wait",
            Hazard::ScansTable => "reads every row of the table while its lock is held: the larger, the longer",
            Hazard::RewritesTable => "writes the whole table anew while nobody can use it: the larger, the longer",
            Hazard::DataLoss => "what is stored there is gone afterwards, and no undo brings it back",
            Hazard::DependsOnData => "fails when rows that are there do not fit; then nothing has changed",
            Hazard::BreaksApplication => "statements that use the old form fail from then on: deploy the application first",
            Hazard::ChangesAccess => "changes who may read or write what",
            Hazard::Recreated => "is dropped and made anew, with what depends on it",
        }
    }
}
