//! A whole product end to end on a throw-away server: load it, run its workload, plan, apply, run the workload again.
//!
//! The systems are those of `tests/systems`, part of the binary so that `dbharden demo` needs nothing else.

mod commits;
mod comparison;
mod run;
mod system;
mod workload;
mod writes;

pub use commits::commit_costs;
pub use comparison::{Comparison, GOAL};
pub use run::{Measured, StatementTimes, apply, load, measure};
pub use system::{Block, System, names};
pub use workload::run_workload;
pub use writes::{Write, WriteCost, write_costs};
