//! Builds the schema that files describe: runs them in a database of our own, each as its tool would.

mod exec;
mod failure;
mod names;
mod run;
mod spoken;
mod touched;

pub use run::{NotBuilt, Note, Ran, RunOptions, run};
pub use spoken::{DefaultPrivilege, Spoken, speaks_of};
pub use touched::touched;
