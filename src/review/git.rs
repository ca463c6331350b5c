//! Approved is what stands on the protected branch. Asked of the `git` program, so that its settings, credentials and hooks are the user's.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Verdict;
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::migration::set::{Migration, Script, whole_hash};

/// Where a branch is looked for that nobody named: what the remote calls its own first.
const USUAL: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// The branch whose files are approved.
#[derive(Debug, Clone)]
pub struct Branch {
    /// `origin/main`
    pub name: String,
    /// The commit it stands at; `None` where nobody named a branch and none of the usual ones is there.
    pub(super) commit: Option<String>,
    /// The directory of the migrations.
    directory: PathBuf,
}

/// Whether a directory belongs to a repository.
pub(super) fn is_repository(directory: &Path) -> bool {
    git(directory, &["rev-parse", "--is-inside-work-tree"]).is_ok_and(|said| said.trim() == "true")
}

/// Who reviews and applies: git's identity, else the user of the operating system.
pub fn person(directory: &Path) -> String {
    let said = |key: &str| git(directory, &["config", key]).ok().map(|s| one_line(s.trim())).filter(|s| !s.is_empty());
    match (said("user.name"), said("user.email")) {
        (Some(name), Some(email)) => format!("{name} <{email}>"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => {
            let user = nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten();
            user.map_or_else(|| "somebody without a name".to_owned(), |u| one_line(&u.name))
        }
    }
}

impl Branch {
    /// The branch that was named, else the first of the usual ones that is there.
    ///
    /// # Errors
    /// The named one is not there.
    pub(super) fn find(directory: &Path, named: Option<&str>) -> Result<Self> {
        let candidates: Vec<&str> = named.map_or_else(|| USUAL.to_vec(), |n| vec![n]);
        for name in candidates.iter().filter(|n| !n.starts_with('-')) {
            let commit = format!("{name}^{{commit}}");
            if let Ok(commit) = git(directory, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]) {
                let long = git(directory, &["rev-parse", "--abbrev-ref", name]).unwrap_or_default();
                let name = Some(long.trim()).filter(|l| !l.is_empty()).unwrap_or(name).to_owned();
                return Ok(Self { name, commit: Some(commit.trim().to_owned()), directory: directory.to_owned() });
            }
        }
        if named.is_none() {
            // a new repository, or one whose branch has another name: nothing is approved yet, and all else can be said
            let name = USUAL[USUAL.len() - 2].to_owned();
            return Ok(Self { name, commit: None, directory: directory.to_owned() });
        }
        Err(Error::new("there is no branch whose files are approved")
            .because(format!("{} is none of this repository", candidates.join(", ")))
            .fix("name it in dbharden.toml: [review] branch = \"origin/main\"; or keep approvals in a file: [review] by = \"file\""))
    }

    /// What the branch says of a migration.
    pub(super) fn verdict(&self, migration: &Migration) -> Result<Verdict> {
        let Some(commit) = &self.commit else {
            return Ok(Verdict::Missing(format!(
                "there is no branch whose files are approved: {} are none of this repository",
                USUAL.join(", ")
            )));
        };
        let Some(up) = self.file(&migration.name, "up.sql") else {
            return Ok(Verdict::Missing(format!("it is not on {}", self.name)));
        };
        let script = |name: &str, text: String| Script::parse(&migration.path.join(name), text);
        let down = self.file(&migration.name, "down.sql").map(|t| script("down.sql", t)).transpose()?;
        if whole_hash(&script("up.sql", up)?, down.as_ref()) != migration.hash() {
            return Ok(Verdict::Missing(format!("{} has other statements of it", self.name)));
        }
        Ok(Verdict::Approved(format!("{} at {}", self.name, &commit[..commit.len().min(12)])))
    }

    /// A file of a migration as the branch has it.
    pub fn file(&self, migration: &str, name: &str) -> Option<String> {
        git(&self.directory, &["show", "--end-of-options", &format!("{}:./{migration}/{name}", self.commit.as_ref()?)]).ok()
    }
}

/// What git prints, run in a directory; its own words where it fails.
fn git(directory: &Path, arguments: &[&str]) -> std::result::Result<String, String> {
    let output = Command::new("git").arg("-C").arg(directory).args(arguments).output().map_err(|e| e.to_string())?;
    match output.status.success() {
        true => String::from_utf8(output.stdout).map_err(|e| e.to_string()),
        false => Err(one_line(String::from_utf8_lossy(&output.stderr).trim())),
    }
}
