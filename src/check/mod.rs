//! Checks: what dbharden looks for. A check only finds and names a change; it never writes DDL.

pub mod accepted;
pub mod detect;
mod finding;
mod input;
mod registry;
mod runner;

pub use finding::{Confidence, Finding, Severity};
pub use input::{Input, Row};
pub use registry::{About, Check, OptionSpec, Registry};
pub(crate) use registry::{BUILT_IN, MIGRATIONS};
pub use runner::{Report, Skipped, from_row, run, run_with};
