//! Migration files: rendered from a plan, written, read back.
//!
//! A migration is a folder `<YYYYMMDDHHMMSS>_<what>/{up.sql,down.sql,plan.toml}`. The time is the snapshot's, plus a second for each
//! position, so the same snapshot gives the same bytes.

mod folder;
mod header;
mod render;
mod write;

pub use folder::{Folder, PlanFile, PlannedStatement, read_all};
pub use render::{Rendered, render};
pub use write::{Outcome, write, write_wanted};
