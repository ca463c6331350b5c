//! How long what grows with size would take, by sizes of the original and rates that are assumed: an idle server with a local disk, as
//! in the estimates of [`crate::plan`]. Orders of magnitude, no promises.

use super::rehearsal::{Kind, Work};
use crate::snapshot::{Catalog, Relation};

/// Bytes a second that are read.
const READ: f64 = 200e6;
/// Bytes a second that are written, with their WAL.
const WRITTEN: f64 = 100e6;
/// Rows a second that go into an index, or are looked up in another table.
const ROWS: f64 = 1e6;

/// Size of a table of the original.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    bytes: f64,
    rows: f64,
    indexes: f64,
}

impl Size {
    /// `None` where it is not known.
    pub(super) fn of(relation: &Relation, catalog: &Catalog) -> Option<Self> {
        let bytes = relation.table_bytes.map_or((catalog.heap_blocks(relation) * 8192) as f64, |b| b as f64);
        Some(Self { bytes, rows: catalog.rows(relation)?, indexes: relation.indexes.len() as f64 })
    }

    /// Fills in the work's figures. `twice`: of a build that reads the table twice, or of rows that are looked up elsewhere.
    pub(super) fn estimate(self, work: &mut Work, twice: bool) {
        let read = self.bytes / READ;
        let seconds = match work.kind {
            Kind::Rewrites => read + self.bytes / WRITTEN + self.indexes * (read + self.rows / ROWS),
            Kind::BuildsIndex => read * if twice { 2.0 } else { 1.0 } + self.rows / ROWS,
            Kind::ReadsEveryRow => read + if twice { self.rows / ROWS } else { 0.0 },
            Kind::Empties => 0.0,
        };
        work.bytes = Some(self.bytes as i64);
        work.seconds = Some((seconds * 1e3).round() / 1e3);
    }
}
