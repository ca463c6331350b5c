//! Migration files: rendered from a plan, written, read back.
//!
//! A migration is a folder `<YYYYMMDDHHMMSS>_<what>/{up.sql,down.sql,plan.toml}`. The time is the snapshot's, plus a second for each
//! position, so the same snapshot gives the same bytes. `layout` knows the folders of other tools, `tool` writes a plan into one, `ledger` what they say is applied,
//! `script` the statements of a file, `set` what is reviewed and run.

mod folder;
mod header;
pub mod layout;
pub mod ledger;
mod rehearsed;
mod render;
pub mod script;
pub mod set;
mod tool;
mod write;

pub use folder::{CuredFinding, Folder, PlanFile, PlannedStatement, folder_of, read_all};
pub use layout::{Layout, MigrationFile};
pub use rehearsed::{Rehearsed, RehearsedStatement, without_block, write_rehearsed};
pub use render::{Rendered, render};
pub use tool::write_for;
pub use write::{Outcome, write, write_wanted};
