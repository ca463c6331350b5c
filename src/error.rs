//! One error type: what failed, why, and what the user can do about it.

use std::fmt;

/// Result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error a person reads: what went wrong, why, and what to do.
///
/// It never carries a password, a parameter value or the text of a statement of the workload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    what: String,
    why: Option<String>,
    fix: Option<String>,
}

impl Error {
    /// An error that says what failed: `cannot read dbharden.toml`.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: None, fix: None }
    }

    /// Adds the cause.
    pub fn because(mut self, why: impl fmt::Display) -> Self {
        self.why = Some(why.to_string());
        self
    }

    /// Adds what the user can do.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// What failed, without cause and cure.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The cause, where one is known.
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(why) = &self.why {
            write!(f, ": {why}")?;
        }
        if let Some(fix) = &self.fix {
            write!(f, "\n  to do: {fix}")?;
        }
        Ok(())
    }
}

/// Adds the sentence that says what was being done to a lower-level error.
pub trait Context<T> {
    /// Turns an error into [`Error`] with `what` in front and the original as the cause.
    fn context(self, what: impl Into<String>) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|e| Error::new(what).because(e))
    }
}
