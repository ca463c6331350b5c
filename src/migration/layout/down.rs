//! The undo of a migration, where its tool keeps one in a file of its own.

use std::path::PathBuf;

use super::{Layout, MigrationFile};
use crate::error::Result;
use crate::migration::script;

impl Layout {
    /// What takes a migration back: `down.sql` beside `up.sql`, `x.down.sql` beside `x.up.sql`. `None` where there is none, and of tools
    /// that keep it in the same file.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn down(self, file: &MigrationFile) -> Result<Option<MigrationFile>> {
        let Some(path) = self.down_path(file).filter(|p| p.is_file()) else { return Ok(None) };
        let sql = script::text(&path)?;
        let transaction =
            !(matches!(self, Layout::Dbharden | Layout::Sqitch) || self == Layout::Sqlx && sql.starts_with("-- no-transaction"));
        Ok(Some(MigrationFile { path, sql, transaction, first_line: 1, ..file.clone() }))
    }

    fn down_path(self, file: &MigrationFile) -> Option<PathBuf> {
        match self {
            Layout::Dbharden => Some(file.path.with_file_name("down.sql")),
            Layout::Sqlx | Layout::GolangMigrate => {
                let name = file.path.file_name()?.to_str()?.strip_suffix(".up.sql")?;
                Some(file.path.with_file_name(format!("{name}.down.sql")))
            }
            Layout::Sqitch => Some(file.path.parent()?.with_file_name("revert").join(file.path.file_name()?)),
            _ => None,
        }
    }
}
