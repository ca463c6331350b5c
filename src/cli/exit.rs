//! Exit codes: a contract with scripts and CI.

use std::process::ExitCode;

use crate::check::Skipped;

/// How a command ended. Precedence: 1, 2, 3, 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, or clean and everything enabled was looked at.
    Done,
    /// 1: could not run.
    Failed,
    /// 2: something was found.
    Found,
    /// 3: nothing was found, but something could not be looked at.
    NotLookedAt,
    /// 130: Ctrl-C.
    Interrupted,
    /// 143: SIGTERM.
    Terminated,
}

impl Exit {
    /// 3 where something was skipped and nobody acknowledged it, else 0: for a command that found nothing.
    pub fn unless_skipped(skipped: &[Skipped]) -> Self {
        if skipped.iter().any(|s| !s.acknowledged) { Exit::NotLookedAt } else { Exit::Done }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Found => 2,
            Exit::NotLookedAt => 3,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        })
    }
}
