//! Migrations folders of other tools, and ours: recognised, read in the order in which the tool runs them, written to, so that the
//! tool's own command runs what we write.

mod checksum;
mod dbharden;
mod dbmate;
mod deploy;
mod detect;
mod down;
mod files;
mod flyway;
mod golang_migrate;
mod goose;
mod marked;
mod number;
mod placeholder;
mod prisma;
mod sqitch;
mod sqlx;
mod supabase;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::error::{Error, Result};
use crate::ident::QualifiedName;
use crate::plan::Statement;

pub use checksum::crc32;
pub(crate) use flyway::{not_after, version_id as flyway_version};

/// Whose migrations folder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// dbharden: <stamp>_<what>/{up,down}.sql
    Dbharden,
    /// Prisma: <stamp>_<name>/migration.sql
    Prisma,
    /// sqlx: <n>_<name>.sql, or .up.sql and .down.sql
    Sqlx,
    /// Flyway: V1__name.sql, R__name.sql
    Flyway,
    /// dbmate: <stamp>_<name>.sql with -- migrate:up
    Dbmate,
    /// goose: <n>_<name>.sql with -- +goose Up
    Goose,
    /// golang-migrate: <n>_<name>.up.sql and .down.sql
    GolangMigrate,
    /// Supabase: supabase/migrations/<stamp>_<name>.sql
    Supabase,
    /// Sqitch: sqitch.plan, deploy/<change>.sql, revert/<change>.sql
    Sqitch,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layout::Dbharden => "dbharden",
            Layout::Prisma => "prisma",
            Layout::Sqlx => "sqlx",
            Layout::Flyway => "flyway",
            Layout::Dbmate => "dbmate",
            Layout::Goose => "goose",
            Layout::GolangMigrate => "golang-migrate",
            Layout::Supabase => "supabase",
            Layout::Sqitch => "sqitch",
        })
    }
}

/// One migration, as far as it goes up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    /// What the tool's ledger stores of it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The part of the file that goes up.
    pub sql: String,
    /// The line of the file on which `sql` begins.
    pub first_line: usize,
    /// Whether the tool runs the file in one transaction.
    pub transaction: bool,
    /// Whether the tool runs it again whenever it changes.
    pub repeatable: bool,
}

impl MigrationFile {
    /// A script that belongs to no tool: a `.sql` file, or what came through standard input. Runs as under `psql -f`.
    pub fn script(path: &Path, sql: String) -> Self {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        Self { id: name.clone(), name, path: path.to_owned(), sql, first_line: 1, transaction: false, repeatable: false }
    }

    /// The script in a file.
    ///
    /// # Errors
    /// The file cannot be read or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self> {
        Ok(Self::script(path, super::script::text(path)?))
    }
}

/// What the files alone do not say.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Values of `${name}` (Flyway, goose with ENVSUB).
    pub placeholders: BTreeMap<String, String>,
}

impl Layout {
    /// All of them.
    pub const ALL: [Layout; 9] = [
        Layout::Dbharden,
        Layout::Prisma,
        Layout::Sqlx,
        Layout::Flyway,
        Layout::Dbmate,
        Layout::Goose,
        Layout::GolangMigrate,
        Layout::Supabase,
        Layout::Sqitch,
    ];

    /// Recognises a folder by the names and contents of its files.
    ///
    /// # Errors
    /// Nothing or several layouts fit: the error lists what was seen.
    pub fn detect(dir: &Path) -> Result<Layout> {
        detect::detect(dir)
    }

    /// The migrations of a folder in the order in which the tool runs them. The folder above is accepted too.
    ///
    /// # Errors
    /// A file that cannot be read, a name that the tool would refuse, one number twice, a placeholder without a value.
    pub fn read(self, dir: &Path, options: &ReadOptions) -> Result<Vec<MigrationFile>> {
        files::refuse_duplicates(self.read_as_they_are(dir, options)?, self)
    }

    /// The same of a folder in which a number may stand twice.
    ///
    /// # Errors
    /// As [`Layout::read`], that one apart.
    pub fn read_as_they_are(self, dir: &Path, options: &ReadOptions) -> Result<Vec<MigrationFile>> {
        let dir = self.root(dir)?;
        match self {
            Layout::Dbharden => dbharden::read(&dir),
            Layout::Prisma => prisma::read(&dir),
            Layout::Sqlx => sqlx::read(&dir),
            Layout::Flyway => flyway::read(&dir, options),
            Layout::Dbmate => dbmate::read(&dir),
            Layout::Goose => goose::read(&dir, options),
            Layout::GolangMigrate => golang_migrate::read(&dir),
            Layout::Supabase => supabase::read(&dir),
            Layout::Sqitch => sqitch::read(&dir),
        }
    }

    /// The folder itself, where `dir` is the one above it.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn root(self, dir: &Path) -> Result<PathBuf> {
        if !dir.is_dir() {
            return Err(Error::new(format!("{} is no folder", dir.display()))
                .because(if dir.exists() { "it is a file" } else { "it does not exist" })
                .fix("name the folder of the migrations"));
        }
        let places = detect::BELOW.map(|below| dir.join(below));
        let found = places.iter().find(|p| p.is_dir() && detect::evidence(p).is_ok_and(|e| e.holds(self)));
        // one that is still empty is known by its name alone
        let empty = || places[1..].iter().find(|p| p.is_dir());
        Ok(found.or_else(empty).cloned().unwrap_or_else(|| dir.to_owned()))
    }

    /// Writes a migration that the tool's own command runs unchanged, numbered as the folder's others are. Statements that cannot run
    /// in a transaction get a file each. Each line of `header` becomes a comment at the top. Returns the files, in order.
    ///
    /// # Errors
    /// The folder cannot be read or written. Then none of the files is there.
    pub fn write(
        self,
        dir: &Path,
        name: &str,
        at: OffsetDateTime,
        up: &[Statement],
        down: &[Statement],
        header: &str,
    ) -> Result<Vec<PathBuf>> {
        write::write(self, dir, name, at, up, down, header)
    }

    /// How a database that has the change already is told so: a command, or SQL for the ledger (`ledger` where it is not the usual
    /// table). Empty where there is no ledger.
    ///
    /// # Errors
    /// A file cannot be read whose checksum the ledger holds.
    pub fn mark_applied(self, written: &[PathBuf], ledger: Option<&QualifiedName>) -> Result<String> {
        marked::mark_applied(self, written, ledger)
    }

    /// Whether a file has the checksum that the ledger noted; `None` where the tool keeps none, or the file cannot be read.
    pub fn has_checksum(self, file: &MigrationFile, noted: &str) -> Option<bool> {
        let text = super::script::text(&file.path).ok()?;
        match self {
            // line ends do not count: prisma/prisma-engines, schema-connector/src/checksum.rs
            // old versions wrote them without leading zeros
            Layout::Prisma if noted.len() == 64 => {
                let unix = text.replace("\r\n", "\n");
                Some([&text, &unix, &unix.replace('\n', "\r\n")].iter().any(|t| checksum::prisma(t.as_bytes()) == noted))
            }
            Layout::Sqlx => Some(checksum::sqlx(text.as_bytes()) == noted),
            Layout::Flyway => Some(checksum::flyway(&text).to_string() == noted),
            Layout::Sqitch => Some(checksum::sqitch(text.as_bytes()) == noted),
            Layout::Dbharden => Some(super::set::Script::parse(&file.path, text).ok()?.hash == noted),
            _ => None,
        }
    }

    /// Whether the tool sends the statements of a file one by one, so that one which cannot run in a transaction may have company.
    /// The others send a file as one message, which is a transaction.
    pub fn runs_one_by_one(self) -> bool {
        matches!(self, Layout::Dbharden | Layout::Flyway | Layout::Goose | Layout::Sqitch)
    }
}

#[cfg(test)]
mod tests;
