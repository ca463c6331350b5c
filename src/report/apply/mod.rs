//! What `apply` says, in two forms of one [`Outcome`](crate::apply::Outcome).

mod table;

pub use table::table;

use crate::apply::Outcome;
use crate::error::{Context, Result};

/// One object with everything, and a line end: `docs/apply.schema.json` describes it.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn json(outcome: &Outcome) -> Result<String> {
    serde_json::to_string_pretty(outcome).map(|json| json + "\n").context("cannot write the outcome as JSON")
}
