//! How bad a lock is on this very table: its size says how long, its activity says who would wait.

use serde::Serialize;

use super::draft::{Work, WorkKind};
use super::state::State;
use crate::check::Severity;
use crate::plan::LockMode;
use crate::snapshot::{Catalog, Relation};

/// Below this nobody notices, milliseconds.
const UNNOTICED_MS: f64 = 100.0;

/// From this on requests pile up and time out, milliseconds.
const OUTAGE_MS: f64 = 2_000.0;

/// Bytes a second that a scan reads, an index build reads and sorts, a rewrite reads and writes with its indexes: what a common
/// server does without anything in its cache.
const SCAN: f64 = 400e6;
const INDEX: f64 = 60e6;
const REWRITE: f64 = 50e6;

/// What is known of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Rows.
    pub rows: f64,
    /// Bytes of the table, with its indexes where they are written too; `None` when not read.
    pub bytes: Option<i64>,
    /// How long the lock would be held, milliseconds.
    pub held_ms: f64,
    /// Scans and writes counted; `None` when not seen.
    pub uses: Option<i64>,
}

/// What the database says of a finding.
pub enum Weighed {
    /// Nothing.
    Unknown,
    /// It matters this much.
    Known(Severity, Figures),
}

/// Weighs work under a lock.
pub fn weigh(work: &Work, base: Severity, state: &State) -> Weighed {
    let (Some(snapshot), Some(relation)) = (state.snapshot, state.relation(&work.relation)) else { return Weighed::Unknown };
    let figures = figures(work, relation, &snapshot.catalog);
    let by_time = match figures.held_ms {
        ms if ms < UNNOTICED_MS => Severity::Info,
        ms if ms < OUTAGE_MS => Severity::Warning,
        _ => Severity::Error,
    };
    let severity = match (work.kind, figures.uses) {
        // a lock of a moment hurts by its queue: where nothing is asked of the table there is none
        (WorkKind::Moment, Some(0)) => Severity::Info,
        (WorkKind::Moment, _) => base,
        // nobody has used it since counting began
        (_, Some(0)) => by_time.min(Severity::Warning),
        _ => by_time,
    };
    Weighed::Known(severity, figures)
}

fn figures(work: &Work, relation: &Relation, catalog: &Catalog) -> Figures {
    let rows = catalog.likely_rows(relation);
    let parts = catalog.partitions(relation.oid);
    let heap = catalog.heap_blocks(relation) * 8_192;
    let indexes: i64 = std::iter::once(relation)
        .chain(parts.iter().copied())
        .map(|r| r.index_bytes.unwrap_or_else(|| r.indexes.iter().map(|i| i.pages * 8_192).sum()))
        .sum();
    // a table that was never analysed or vacuumed has no pages: its rows are all that is known
    let heap = (heap as f64).max(rows * 40.0);
    let bytes = match work.kind {
        WorkKind::Rewrite => heap + indexes as f64,
        _ => heap,
    };
    let speed = match work.kind {
        WorkKind::Moment => f64::INFINITY,
        WorkKind::Scan => SCAN,
        WorkKind::Index => INDEX,
        WorkKind::Rewrite => REWRITE,
    };
    let uses = |r: &Relation| {
        let a = r.activity.as_ref()?;
        let writes = a.inserted + a.updated + a.deleted;
        // readers do not wait for a lock that blocks writes alone
        let reads = if work.mode == LockMode::AccessExclusive { a.seq_scan + a.idx_scan.unwrap_or(0) } else { 0 };
        Some(writes + reads)
    };
    let uses = std::iter::once(relation).chain(parts).map(uses).sum::<Option<i64>>();
    Figures { rows, bytes: Some(bytes as i64), held_ms: bytes / speed * 1_000.0, uses }
}
