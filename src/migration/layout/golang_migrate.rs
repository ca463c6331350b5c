//! golang-migrate: `<n>_<name>.up.sql` and `.down.sql`, by number. A file is sent as one message, so its statements are one
//! transaction.

use std::path::Path;

use super::{MigrationFile, files};
use crate::error::Result;

/// The files that go up. `schema_migrations` stores the number of the last one.
pub(super) fn read(dir: &Path) -> Result<Vec<MigrationFile>> {
    let mut found = Vec::new();
    for (name, path) in files::entries(dir)? {
        let Some((number, _)) = files::numbered(&name, ".up.sql") else { continue };
        let number = files::integer(number, &path)?;
        found.push((number, files::whole(number.to_string(), name.trim_end_matches(".up.sql").to_owned(), path)?));
    }
    found.sort_by_key(|(number, _)| *number);
    Ok(found.into_iter().map(|(_, file)| file).collect())
}
