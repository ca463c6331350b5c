//! Supabase: `supabase/migrations/<stamp>_<name>.sql`, by name. The statements of a file are one transaction.

use std::path::Path;

use super::{MigrationFile, files};
use crate::error::Result;

/// The files in the order of their names. `supabase_migrations.schema_migrations` stores the number as text.
pub(super) fn read(dir: &Path) -> Result<Vec<MigrationFile>> {
    files::entries(dir)?
        .into_iter()
        .filter(|(_, path)| path.is_file())
        .filter_map(|(name, path)| {
            let (number, _) = files::numbered(&name, ".sql")?;
            Some(files::whole(number.to_owned(), name.trim_end_matches(".sql").to_owned(), path))
        })
        .collect()
}
