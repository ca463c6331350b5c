//! Prisma Migrate: `<stamp>_<name>/migration.sql`, in the order of the folders' names. A file is sent as one message, so its
//! statements are one transaction.

use std::path::Path;

use super::{MigrationFile, files};
use crate::error::Result;

/// The folders with a `migration.sql`, by name, which is what `_prisma_migrations` stores.
pub(super) fn read(dir: &Path) -> Result<Vec<MigrationFile>> {
    files::entries(dir)?
        .into_iter()
        .map(|(name, path)| (name, path.join("migration.sql")))
        .filter(|(_, path)| path.is_file())
        .map(|(name, path)| files::whole(name.clone(), name, path))
        .collect()
}
