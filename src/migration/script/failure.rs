//! Why a statement of a file failed, with its place: what the server said, in one sentence.

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use super::Piece;
use crate::error::Error;
use crate::ident::one_line;

/// What the server said.
#[derive(Debug, Clone)]
pub struct Failure {
    /// SQLSTATE; empty where the server did not say it.
    pub code: String,
    /// Its message, on one line.
    pub message: String,
    detail: Option<String>,
    hint: Option<String>,
    /// First line of the context: where in a function or DO block.
    context: Option<String>,
    /// Characters before the place, from the beginning of what was sent.
    position: Option<usize>,
}

impl Failure {
    /// What an error of the connection says.
    pub fn of(error: &sqlx::Error) -> Self {
        let Some(e) = error.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>()) else {
            return Self::other(&error.to_string());
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

    /// Something that the server did not say.
    pub fn other(message: &str) -> Self {
        Self { code: String::new(), message: one_line(message), detail: None, hint: None, context: None, position: None }
    }

    /// Something that is not there: an extension's, where an extension could not be made.
    pub fn lacks_something(&self) -> bool {
        matches!(self.code.as_str(), "42704" | "42883" | "42P01" | "42703" | "3F000" | "0A000" | "58P01" | "42809")
    }

    /// The role that is not there, where that is the reason.
    pub fn missing_role(&self) -> Option<&str> {
        let name = self.message.strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
        // 22023: SET ROLE, SET SESSION AUTHORIZATION
        matches!(self.code.as_str(), "42704" | "22023").then_some(name)
    }

    /// It cannot run inside a transaction, or ends one by itself.
    pub fn wants_no_transaction(&self) -> bool {
        matches!(self.code.as_str(), "25001" | "2D000")
    }

    /// More locks than the server has room for in one transaction.
    pub fn is_out_of_locks(&self) -> bool {
        self.code == "53200"
    }

    /// `message; detail`, for a list.
    pub fn sentence(&self) -> String {
        [Some(&self.message), self.detail.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>().join("; ")
    }

    /// Whether the connection is gone.
    pub fn is_connection_lost(&self) -> bool {
        self.code.is_empty() || self.code.starts_with("08") || self.code.starts_with("57P")
    }

    /// The error for the user. `prefix`: as many characters of what was sent stood before the statement.
    pub fn explain(&self, piece: &Piece, prefix: usize, fix: &str) -> Error {
        let line = self.line(piece, prefix);
        let error = Error::new(format!("{}:{line}: {} failed", piece.file.display(), piece.title())).because(self.why());
        if fix.is_empty() { error } else { error.fix(fix) }
    }

    /// The line of the file at which the server found the fault. `prefix`: as many characters of what was sent stood before it.
    pub fn line(&self, piece: &Piece, prefix: usize) -> usize {
        let before = |at: usize| piece.sql.chars().take(at).filter(|c| *c == '\n').count();
        piece.line + self.position.and_then(|p| p.checked_sub(prefix)).map_or(0, before)
    }

    /// Where the server found the fault: characters from the beginning of what was sent.
    pub fn position(&self) -> Option<usize> {
        self.position
    }

    /// What the server said, without what may quote rows: for the user's own database, whose rows stand in no output.
    pub fn without_rows(&self) -> String {
        let about_rows = self.code.starts_with("22") || self.code.starts_with("23");
        let mut why = if about_rows { self.message.split(": \"").next().unwrap_or_default().to_owned() } else { self.sentence() };
        if let Some(hint) = &self.hint {
            why.push_str(&format!("; hint: {hint}"));
        }
        if !self.code.is_empty() {
            why.push_str(&format!(" (SQLSTATE {})", self.code));
        }
        why
    }

    /// All that the server said, for the end of a sentence.
    pub fn why(&self) -> String {
        let mut why = self.sentence();
        for (name, text) in [("hint", &self.hint), ("in", &self.context)] {
            if let Some(text) = text {
                why.push_str(&format!("; {name}: {text}"));
            }
        }
        if !self.code.is_empty() {
            why.push_str(&format!(" (SQLSTATE {})", self.code));
        }
        why
    }
}
