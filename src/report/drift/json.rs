//! The outcome as one JSON object, described by `docs/drift.schema.json`.

use crate::drift::Outcome;
use crate::error::{Context, Result};

/// One object with everything, and a line end.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn json(outcome: &Outcome) -> Result<String> {
    serde_json::to_string_pretty(outcome).map(|json| json + "\n").context("cannot write the drift as JSON")
}
