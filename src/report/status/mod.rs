//! What `status` says, in two forms of one [`Status`](crate::apply::status::Status).

mod table;

pub use table::table;

use crate::apply::status::Status;
use crate::error::{Context, Result};

/// One object with everything, and a line end: `docs/status.schema.json` describes it.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn json(status: &Status) -> Result<String> {
    serde_json::to_string_pretty(status).map(|json| json + "\n").context("cannot write the status as JSON")
}
