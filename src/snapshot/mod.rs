//! Everything dbharden knows about a database, read in seconds, analysed later and offline.
//!
//! A [`Snapshot`] is catalog + statistics + workload + activity + settings + rows of the SQL checks + plans. All that follows
//! (checks, plan, files) is a pure function of it: the same snapshot gives the same bytes.

pub mod activity;
pub mod catalog;
pub mod columns;
pub mod connections;
pub mod constraints;
pub mod counts;
mod file;
#[cfg(test)]
pub(crate) mod fixture;
pub mod indexes;
pub mod objects;
pub mod planner;
pub mod policies;
mod pseudonym;
mod rates;
pub mod read;
pub mod relations;
mod replica;
pub mod roles;
pub mod sequences;
pub mod server;
pub mod statistics;
mod stats_from;
pub mod types;
pub mod views;
pub mod workload;
pub mod workload_file;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use activity::{DatabaseActivity, IndexActivity, TableActivity};
pub use catalog::Catalog;
pub use columns::Column;
pub use connections::ConnectionGroup;
pub use constraints::{Constraint, ConstraintKind, Reference};
pub use file::{load, save};
pub use indexes::{Index, IndexKey};
pub use policies::{Policy, PolicyFunction};
pub use rates::since;
pub use relations::{Relation, RelationKind};
pub use replica::Identity;
pub use roles::{DefaultGrant, Grant, Role};
pub use sequences::Sequence;
pub use server::{Server, Setting};
pub use statistics::ColumnStatistics;
pub use stats_from::merge_stats;
pub use types::Type;
pub use views::View;
pub use workload::{Statement, Workload};

/// Version of the snapshot's file format. A file of a later one is refused with a sentence, one of an earlier one is read.
pub const FORMAT: u32 = 1;

/// `pg_class.oid` and its like. Valid within one snapshot only: never shown, never part of a fingerprint.
pub type Oid = u32;

/// All that the checks, the planner twin and the drift check need of one database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    /// [`FORMAT`] of the writer.
    pub format: u32,
    /// Version of the dbharden that wrote it.
    pub dbharden: String,
    /// When it was read, seconds since 1970 by the server's clock.
    pub taken_at: i64,
    /// Whether values and names of people were replaced on saving.
    pub pseudonymised: bool,
    /// The server and this database.
    pub server: Server,
    /// What the connected role could see.
    pub rights: crate::connect::Rights,
    /// `pg_settings`, the ones that plans and checks depend on, by name.
    pub settings: BTreeMap<String, Setting>,
    /// Schema objects.
    pub catalog: Catalog,
    /// The whole catalog, as the drift check compares it; only where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objects: Option<objects::Objects>,
    /// What the planner goes by beside that; only where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planner: Option<planner::PlannerFigures>,
    /// What the ledgers of migration tools say is applied, by tool; only where it was asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ledgers: BTreeMap<crate::migration::Layout, crate::migration::ledger::Noted>,
    /// Rows that were counted because somebody asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<counts::Counts>,
    /// `pg_stat_database` and what else counts for the whole database.
    pub database: DatabaseActivity,
    /// Who was connected.
    pub connections: Vec<ConnectionGroup>,
    /// The statements the database was asked.
    pub workload: Workload,
    /// Rows of the SQL checks by check name.
    pub sql_checks: BTreeMap<String, SqlCheckRows>,
    /// Plans of statements on the original, by statement fingerprint.
    pub plans: BTreeMap<String, Plan>,
    /// What could not be looked at, and why.
    pub unseen: Vec<Unseen>,
}

/// What the `find.sql` of one check returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SqlCheckRows {
    /// Hash of the `find.sql` that ran: rows of another text are not trusted.
    pub sql_hash: String,
    /// Its rows as JSON objects.
    pub rows: Vec<serde_json::Map<String, serde_json::Value>>,
}

/// Today's plan of one statement, from EXPLAIN without ANALYZE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Planner's total cost.
    pub total_cost: f64,
    /// One line per node, two blanks a level, without literals.
    pub summary: Vec<String>,
}

/// Something that could not be looked at: it is *skipped, because*, never clean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unseen {
    /// What: a subject the checks name in `needs` (`workload`, `statistics`, `relation`, ...).
    pub subject: Subject,
    /// Which object, SQL-quoted, where it is one.
    pub object: Option<String>,
    /// Why, in a sentence.
    pub because: String,
    /// What would let it be seen (often a GRANT).
    pub cure: Option<String>,
}

/// The kinds of things a snapshot may lack. Checks name in `needs` the ones without which they cannot run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// `pg_stat_statements`.
    Workload,
    /// Column statistics.
    Statistics,
    /// `pg_stat_user_tables` and `pg_stat_user_indexes`.
    Activity,
    /// Positions of sequences.
    Sequences,
    /// Plans of statements.
    Plans,
    /// Other sessions.
    Connections,
    /// One relation that others held locked.
    Relation,
    /// The rows of one SQL check.
    SqlCheck,
}
