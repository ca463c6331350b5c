//! The outcome as one JSON object, described by `docs/isolation.schema.json`.

use crate::error::{Context, Result};
use crate::isolation::Outcome;

/// One object with everything, and a line end.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn json(outcome: &Outcome) -> Result<String> {
    serde_json::to_string_pretty(outcome).map(|json| json + "\n").context("cannot write the proof as JSON")
}
