//! Review: an approval is bound to the hash of a migration's normalised statements, and void when one of them changes.
//!
//! `git`: what stands on the protected branch is approved, for the pull request was the review. `file`: approvals stand in a committed
//! `reviews.toml`. Rejections stand in that file either way.

mod approvals;
pub mod effect;
mod git;
mod highlight;
mod waiver;
mod walk;

pub use approvals::{Entry, FILE_NAME, Reviews};
pub use git::{Branch, person};
pub use highlight::highlight;
pub use waiver::waive;
pub use walk::{Walk, Walked};

use std::path::Path;

use crate::config::{ReviewBy, ReviewSettings};
use crate::error::{Error, Result};
use crate::migration::set::Migration;

/// What the review says of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Approved: by whom or where.
    Approved(String),
    /// Rejected: by whom, and why.
    Rejected(String),
    /// Not approved: why not.
    Missing(String),
}

/// All that was reviewed of a directory.
#[derive(Debug, Clone)]
pub struct Review {
    reviews: Reviews,
    /// The branch that approves, where git does it.
    pub branch: Option<Branch>,
}

impl Review {
    /// Finds out who approves, and what is approved.
    ///
    /// # Errors
    /// `reviews.toml` does not parse; git is to approve and has no branch of the name that the settings say.
    pub fn load(directory: &Path, settings: &ReviewSettings) -> Result<Self> {
        let reviews = Reviews::load(directory)?;
        let by = match settings.by {
            Some(by) => by,
            None if git::is_repository(directory) => ReviewBy::Git,
            None => ReviewBy::File,
        };
        let branch = match by {
            ReviewBy::Git => Some(Branch::find(directory, settings.branch.as_deref())?),
            ReviewBy::File => None,
        };
        Ok(Self { reviews, branch })
    }

    /// What it says of a migration.
    ///
    /// # Errors
    /// git could not be asked.
    pub fn of(&self, migration: &Migration) -> Result<Verdict> {
        let hash = migration.hash();
        if let Some(no) = self.reviews.rejected.iter().rev().find(|e| e.migration == migration.name && e.hash == hash) {
            return Ok(Verdict::Rejected(format!("{}: {}", no.by, no.reason)));
        }
        match &self.branch {
            Some(branch) => branch.verdict(migration),
            None => Ok(self.reviews.verdict(migration)),
        }
    }

    /// Notes an approval in the file.
    ///
    /// # Errors
    /// git approves, or the file cannot be written.
    pub fn approve(&mut self, entry: Entry) -> Result<()> {
        if let Some(branch) = &self.branch {
            return Err(Error::new("approvals are not written here")
                .because(format!("what stands on {} is approved: the pull request is the review", branch.name))
                .fix("merge it; or keep approvals in a file: [review] by = \"file\" in dbharden.toml"));
        }
        self.reviews.approve(entry)
    }

    /// Notes a rejection in the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn reject(&mut self, entry: Entry) -> Result<()> {
        self.reviews.reject(entry)
    }

    /// What to do about migrations that are not approved.
    pub fn cure(&self) -> String {
        match &self.branch {
            Some(branch) if branch.commit.is_none() => {
                "name the branch in dbharden.toml: [review] branch = \"origin/main\"; or keep approvals in a file: [review] by = \"file\""
                    .to_owned()
            }
            Some(branch) => format!(
                "merge them into {} (the pull request is the review), or `[review] by = \"file\"` and `dbharden review`",
                branch.name
            ),
            None => "`dbharden review` walks through them; --allow-unreviewed runs them as they are, and the ledger will say so"
                .to_owned(),
        }
    }
}
