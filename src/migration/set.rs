//! The migrations of a directory as they are reviewed and run: statements of `up.sql` and `down.sql`, and the hashes that an approval is
//! bound to. `plan.toml` need not be there: a person may have written the folder.

use std::path::{Path, PathBuf};

use super::folder::{self, PlanFile};
use super::layout::{Layout, ReadOptions};
use super::script::{self, Piece, hash_of};
use crate::error::{Error, Result};
use crate::hash;
use crate::ident::one_line;

/// One migration.
#[derive(Debug, Clone)]
pub struct Migration {
    /// `20261121084601_index_lead_userid_status`.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// What it does.
    pub up: Script,
    /// What undoes it, where there is a `down.sql`.
    pub down: Option<Script>,
    /// `plan.toml`, where dbharden planned it.
    pub plan: Option<PlanFile>,
}

/// A file's statements.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file.
    pub path: PathBuf,
    /// As it is written.
    pub text: String,
    /// Its statements in order.
    pub pieces: Vec<Piece>,
    /// Hash of the normalised statements.
    pub hash: String,
}

impl Migration {
    /// What an approval is bound to: the statements of both files.
    pub fn hash(&self) -> String {
        whole_hash(&self.up, self.down.as_ref())
    }
}

/// What an approval of these two is bound to.
pub fn whole_hash(up: &Script, down: Option<&Script>) -> String {
    hash::hash(&[&up.hash, down.map_or("", |d| &d.hash)])
}

impl Script {
    /// The statements of a text that is, or would be, the file `path`.
    ///
    /// # Errors
    /// It does not read as a script, or it includes other files.
    pub fn parse(path: &Path, text: String) -> Result<Self> {
        let pieces = script::read(&text, path, 1)?;
        if let Some(other) = pieces.iter().find(|p| &*p.file != path) {
            return Err(Error::new(format!("{} includes {}", path.display(), other.file.display()))
                .because("an approval must cover all that runs, and that file may change by itself")
                .fix("put its statements into this file"));
        }
        let hash = hash_of(&pieces);
        Ok(Self { path: path.to_owned(), text, pieces, hash })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`Script::parse`]; it cannot be read or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self> {
        Self::parse(path, script::text(path)?)
    }
}

/// The migrations of a directory, in the order in which they run.
///
/// # Errors
/// There is no such directory, a file cannot be read, a `plan.toml` is not whole.
pub fn read(directory: &Path) -> Result<Vec<Migration>> {
    if !directory.is_dir() {
        return Err(Error::new(format!("there is no directory {}", one_line(&directory.display().to_string())))
            .fix("`dbharden plan` writes migrations; name another directory with --dir"));
    }
    let plans = folder::read_all(directory)?;
    let files = Layout::Dbharden.read(directory, &ReadOptions::default())?;
    let one = |file: super::MigrationFile| {
        let path = file.path.parent().map(Path::to_owned).unwrap_or_default();
        let down = path.join("down.sql");
        Ok(Migration {
            up: Script::parse(&file.path, file.sql)?,
            down: down.is_file().then(|| Script::read(&down)).transpose()?,
            plan: plans.iter().find(|p| p.name == file.id).map(|p| p.plan.clone()),
            name: file.id,
            path,
        })
    };
    files.into_iter().map(one).collect()
}
