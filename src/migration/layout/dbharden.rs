//! Our own layout: `<stamp>_<what>/{up.sql,down.sql,plan.toml}`. Each file runs as it is under `psql -f`.

use std::path::Path;

use super::{MigrationFile, files};
use crate::error::Result;

/// The folders with an `up.sql`, by name.
pub(super) fn read(dir: &Path) -> Result<Vec<MigrationFile>> {
    files::entries(dir)?
        .into_iter()
        .map(|(name, path)| (name, path.join("up.sql")))
        .filter(|(_, path)| path.is_file())
        .map(|(name, path)| Ok(MigrationFile { transaction: false, ..files::whole(name.clone(), name, path)? }))
        .collect()
}
