//! The outcome as one JSON object, described by `docs/lint.schema.json`.

use std::io::Write;

use crate::error::{Error, Result};
use crate::lint::Outcome;

/// Writes one object with everything, and a line end; a thousand files have a long one.
///
/// # Errors
/// It cannot be written. That nobody reads any more is none.
pub fn json(outcome: &Outcome, out: impl Write) -> Result<()> {
    let mut out = std::io::BufWriter::new(out);
    let written = serde_json::to_writer_pretty(&mut out, outcome).map_err(std::io::Error::from);
    match written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::new("cannot write the result").because(e)),
        _ => Ok(()),
    }
}
