//! Why a statement of a file failed, with its place.

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use crate::error::Error;
use crate::ident::one_line;
use crate::migration::script::Piece;

/// What the server said.
#[derive(Debug, Clone)]
pub struct Failure {
    pub(super) code: String,
    pub(super) message: String,
    detail: Option<String>,
    hint: Option<String>,
    /// First line of the context: where in a function or DO block.
    context: Option<String>,
    /// Characters before the place, from the beginning of what was sent.
    position: Option<usize>,
}

impl Failure {
    pub(super) fn of(error: &sqlx::Error) -> Self {
        let Some(e) = error.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>()) else {
            let message = one_line(&error.to_string());
            return Self { code: String::new(), message, detail: None, hint: None, context: None, position: None };
        };
        Self {
            code: e.code().to_owned(),
            message: one_line(e.message()),
            detail: e.detail().map(one_line),
            hint: e.hint().map(one_line),
            context: e.r#where().and_then(|w| w.lines().next()).map(one_line),
            position: match e.position() {
                Some(PgErrorPosition::Original(at)) => Some(at.saturating_sub(1)),
                _ => None,
            },
        }
    }

    /// Something that is not there: an extension's, where an extension could not be made.
    pub(super) fn lacks_something(&self) -> bool {
        matches!(self.code.as_str(), "42704" | "42883" | "42P01" | "42703" | "3F000" | "0A000" | "58P01" | "42809")
    }

    /// The role that is not there, where that is the reason.
    pub(super) fn missing_role(&self) -> Option<&str> {
        let name = self.message.strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
        // 22023: SET ROLE, SET SESSION AUTHORIZATION
        matches!(self.code.as_str(), "42704" | "22023").then_some(name)
    }

    /// It cannot run inside a transaction, or ends one by itself.
    pub(super) fn wants_no_transaction(&self) -> bool {
        matches!(self.code.as_str(), "25001" | "2D000")
    }

    /// More locks than the server has room for in one transaction.
    pub(super) fn is_out_of_locks(&self) -> bool {
        self.code == "53200"
    }

    /// `message; detail`, for a list.
    pub(super) fn sentence(&self) -> String {
        [Some(&self.message), self.detail.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>().join("; ")
    }

    /// The error for the user. `prefix`: as many characters of what was sent stood before the statement.
    pub(super) fn explain(&self, piece: &Piece, prefix: usize) -> Error {
        let before = |at: usize| piece.sql.chars().take(at).filter(|c| *c == '\n').count();
        let line = piece.line + self.position.and_then(|p| p.checked_sub(prefix)).map_or(0, before);
        let mut why = self.sentence();
        for (name, text) in [("hint", &self.hint), ("in", &self.context)] {
            if let Some(text) = text {
                why.push_str(&format!("; {name}: {text}"));
            }
        }
        if !self.code.is_empty() {
            why.push_str(&format!(" (SQLSTATE {})", self.code));
        }
        Error::new(format!("{}:{line}: {} failed", piece.file.display(), piece.title())).because(why).fix(self.fix())
    }

    fn fix(&self) -> &'static str {
        match self.code.as_str() {
            "42P01" | "42704" | "42883" | "42703" | "3F000" => {
                "the files must build the schema on an empty database: add what is missing before this statement, or name the folder that does"
            }
            "25001" => "mark the file so that its tool runs it without a transaction, or give the statement a file of its own",
            "55P04" => "use a new enum value in a later file than the one that adds it",
            "42710" | "42P07" | "42P06" | "42701" | "42723" => {
                "remove the statement, or the earlier one that makes the same object"
            }
            "" => "run it again; if it persists, look into the log of the sandbox",
            _ => "correct the file: run on an empty database with its own tool it would fail too",
        }
    }
}
