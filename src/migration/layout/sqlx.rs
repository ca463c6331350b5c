//! sqlx: `<n>_<name>.sql`, or `.up.sql` and `.down.sql`, by number. The words `-- no-transaction` at the very beginning of a file
//! switch the transaction off.

use std::path::Path;

use super::{MigrationFile, files};
use crate::error::Result;

/// The files that go up. `_sqlx_migrations` stores the number.
pub(super) fn read(dir: &Path) -> Result<Vec<MigrationFile>> {
    let mut found = Vec::new();
    for (name, path) in files::entries(dir)? {
        let Some((number, rest)) = files::numbered(&name, ".sql") else { continue };
        if rest.ends_with(".down") || !path.is_file() {
            continue;
        }
        let number = files::integer(number, &path)?;
        let mut file = files::whole(number.to_string(), name.trim_end_matches(".sql").trim_end_matches(".up").to_owned(), path)?;
        file.transaction = !file.sql.starts_with("-- no-transaction");
        found.push((number, file));
    }
    found.sort_by_key(|(number, _)| *number);
    Ok(found.into_iter().map(|(_, file)| file).collect())
}
