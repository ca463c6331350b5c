//! `reviews.toml`: who approved or rejected which migration, when and why. It is committed with the migrations.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Verdict;
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::migration::set::Migration;

/// Its name, in the directory of the migrations.
pub const FILE_NAME: &str = "reviews.toml";

const HEAD: &str = "# Written by `dbharden review`, to be committed. An approval holds for the statements with this hash, whatever their white space.\n";

/// What was decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviews {
    /// Approvals, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved: Vec<Entry>,
    /// Rejections, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Entry>,
    /// Where the file is, or would be.
    #[serde(skip)]
    path: PathBuf,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The folder's name.
    pub migration: String,
    /// Hash of the normalised statements of both its files.
    pub hash: String,
    /// Name and address, as git has them.
    pub by: String,
    /// When, UTC.
    pub at: String,
    /// Why.
    pub reason: String,
}

impl Entry {
    /// A decision of now.
    pub fn now(migration: &Migration, by: &str, reason: &str) -> Self {
        let at = OffsetDateTime::now_utc().replace_nanosecond(0).ok().and_then(|t| t.format(&Rfc3339).ok()).unwrap_or_default();
        Self { migration: migration.name.clone(), hash: migration.hash(), by: by.to_owned(), at, reason: reason.to_owned() }
    }
}

impl Reviews {
    /// Reads the file of a directory; empty where there is none.
    ///
    /// # Errors
    /// It cannot be read or does not parse.
    pub fn load(directory: &Path) -> Result<Self> {
        let path = directory.join(FILE_NAME);
        if !path.exists() {
            return Ok(Self { path, ..Self::default() });
        }
        let text = std::fs::read_to_string(&path).context(format!("cannot read {}", path.display()))?;
        let read: Self = toml::from_str(&text).map_err(|e| {
            Error::new(format!("{} does not parse", path.display()))
                .because(one_line(e.message()))
                .fix("restore it from version control; after a merge keep the entries of both sides")
        })?;
        Ok(Self { path, ..read })
    }

    /// What it says of a migration.
    pub(super) fn verdict(&self, migration: &Migration) -> Verdict {
        let hash = migration.hash();
        let entries = || self.approved.iter().rev().filter(|e| e.migration == migration.name);
        match (entries().find(|e| e.hash == hash), entries().next()) {
            (Some(entry), _) => Verdict::Approved(format!("{} on {}", entry.by, entry.at)),
            (None, Some(old)) => {
                Verdict::Missing(format!("its statements were changed after {} approved them on {}", old.by, old.at))
            }
            (None, None) => Verdict::Missing("nobody has approved it".to_owned()),
        }
    }

    /// Adds an approval to the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn approve(&mut self, entry: Entry) -> Result<()> {
        self.append(&Reviews { approved: vec![entry.clone()], ..Reviews::default() })?;
        self.approved.push(entry);
        Ok(())
    }

    /// Adds a rejection to the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn reject(&mut self, entry: Entry) -> Result<()> {
        self.append(&Reviews { rejected: vec![entry.clone()], ..Reviews::default() })?;
        self.rejected.push(entry);
        Ok(())
    }

    /// Appended, so that what people wrote into the file stays.
    fn append(&self, more: &Reviews) -> Result<()> {
        let what = || format!("cannot write {}", self.path.display());
        let text = toml::to_string_pretty(more).context(what())?;
        let head = if self.path.exists() { "" } else { HEAD };
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&self.path).context(what())?;
        file.write_all(format!("{head}\n{text}").as_bytes()).context(what())
    }
}
