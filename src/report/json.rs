//! The report as one JSON object, described by `docs/findings.schema.json`.

use super::Document;
use crate::error::{Context, Result};

/// One object with everything, and a line end.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn json(document: &Document) -> Result<String> {
    serde_json::to_string_pretty(document).map(|json| json + "\n").context("cannot write the report as JSON")
}
