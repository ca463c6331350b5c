//! What to do about a statement of a file that failed in the sandbox.

use crate::error::Error;
use crate::migration::script::{Failure, Piece};

/// The error for the user. `prefix`: as many characters of what was sent stood before the statement.
pub(super) fn explain(failure: &Failure, piece: &Piece, prefix: usize) -> Error {
    failure.explain(piece, prefix, fix(failure))
}

fn fix(failure: &Failure) -> &'static str {
    match failure.code.as_str() {
        "42P01" | "42704" | "42883" | "42703" | "3F000" => {
            "the files must build the schema on an empty database: add what is missing before this statement, or name the folder that does"
        }
        "25001" => "mark the file so that its tool runs it without a transaction, or give the statement a file of its own",
        "55P04" => "use a new enum value in a later file than the one that adds it",
        "42710" | "42P07" | "42P06" | "42701" | "42723" => "remove the statement, or the earlier one that makes the same object",
        "" => "run it again; if it persists, look into the log of the sandbox",
        _ => "correct the file: run on an empty database with its own tool it would fail too",
    }
}
