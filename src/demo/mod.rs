//! A whole product end to end on a throw-away server: load it, run its workload, plan, apply, run the workload again,
//! then row-level security stage by stage.
//!
//! The systems are those of `tests/systems`, part of the binary so that `dbharden demo` needs nothing else.

mod commits;
mod comparison;
mod proof;
mod run;
mod stages;
mod system;
mod workload;
mod writes;

pub use commits::commit_costs;
pub use comparison::{Comparison, GOAL};
pub use proof::Proof;
pub use run::{Measured, StatementTimes, apply, load, measure};
pub use stages::Place;
pub use system::{Block, System, names};
pub use workload::run_workload;
pub use writes::{Write, WriteCost, write_costs};
