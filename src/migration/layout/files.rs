//! What the layouts share: listing a folder, taking names apart, duplicates.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Layout, MigrationFile};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::migration::script;

/// Entries of a folder with their names, sorted by name. Hidden ones are nobody's migrations.
pub(super) fn entries(dir: &Path) -> Result<Vec<(String, PathBuf)>> {
    let failed = || format!("cannot read {}", dir.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).context(failed())? {
        let path = entry.context(failed())?.path();
        if let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|n| !n.starts_with('.')) {
            found.push((name.to_owned(), path));
        }
    }
    found.sort();
    Ok(found)
}

/// `0012_add_users.sql` as `("0012", "add_users")`, given the ending.
pub(super) fn numbered<'n>(name: &'n str, ending: &str) -> Option<(&'n str, &'n str)> {
    let (number, rest) = name.strip_suffix(ending)?.split_once('_')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some((number, rest))
}

/// The number as the ledgers that store a `bigint` have it.
///
/// # Errors
/// It is too big for one.
pub(super) fn integer(number: &str, path: &Path) -> Result<i64> {
    number.parse().map_err(|_| {
        Error::new(format!("{} has a number that is too big", path.display()))
            .because("the tool keeps it as a 64-bit integer")
            .fix("rename the file")
    })
}

/// A whole file as a migration that runs in a transaction.
pub(super) fn whole(id: String, name: String, path: PathBuf) -> Result<MigrationFile> {
    let sql = script::text(&path)?;
    Ok(MigrationFile { id, name, path, sql, first_line: 1, transaction: true, repeatable: false })
}

/// Blanks out the lines that `keep` does not want, so that the others keep their numbers.
pub(super) fn only_lines(text: &str, mut keep: impl FnMut(&str) -> bool) -> String {
    text.split_inclusive('\n').map(|line| if keep(line) { line } else { "\n" }).collect()
}

/// The same migrations, unless two have the same id: no tool runs such a folder, or it runs one of them only.
pub(super) fn refuse_duplicates(files: Vec<MigrationFile>, layout: Layout) -> Result<Vec<MigrationFile>> {
    let mut seen: BTreeMap<&str, &MigrationFile> = BTreeMap::new();
    for file in &files {
        if let Some(first) = seen.insert(&file.id, file) {
            return Err(Error::new(format!("two migrations have the number {}", one_line(&file.id)))
                .because(format!("{} and {}", first.path.display(), file.path.display()))
                .fix(format!("give one of them another number: {layout} refuses such a folder, or forgets one of the two")));
        }
    }
    Ok(files)
}
