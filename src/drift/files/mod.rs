//! Builds the schema that files describe: runs them in a database of our own, each as its tool would.

mod exec;
mod failure;
mod names;
mod run;
mod spoken;
mod touched;
mod watch;

pub use crate::migration::script::Failure;
pub use run::{NotBuilt, Note, Ran, RunOptions, run, run_watched};
pub use spoken::{DefaultPrivilege, Spoken, speaks_of};
pub use touched::touched;
pub use watch::{Eventually, How, Relation, Sending, Watch};
