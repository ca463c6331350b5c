//! goose: `<n>_<name>.sql`, by number; in it `-- +goose Up`, `-- +goose Down`, `-- +goose NO TRANSACTION`. Statements are sent one by
//! one; `StatementBegin` and `StatementEnd` only help goose to find their ends, which we find ourselves.

use std::path::Path;

use super::{MigrationFile, ReadOptions, files, placeholder};
use crate::error::{Error, Result};
use crate::migration::script;

/// The parts that go up. `goose_db_version` stores the number.
pub(super) fn read(dir: &Path, options: &ReadOptions) -> Result<Vec<MigrationFile>> {
    let mut found = Vec::new();
    for (name, path) in files::entries(dir)? {
        if files::numbered(&name, ".go").is_some_and(|(_, rest)| !rest.ends_with("_test")) {
            return Err(Error::new(format!("{} is written in Go", path.display()))
                .because("only migrations in SQL can be run here")
                .fix("compare with a dump of a database that has them: pg_dump --schema-only > schema.sql, then --desired schema.sql"));
        }
        let Some((number, _)) = files::numbered(&name, ".sql") else { continue };
        let number = files::integer(number, &path)?;
        let file = part(&script::text(&path)?, &path, options)?;
        let file = MigrationFile { id: number.to_string(), name: name.trim_end_matches(".sql").to_owned(), ..file };
        found.push((number, file));
    }
    found.sort_by_key(|(number, _)| *number);
    Ok(found.into_iter().map(|(_, file)| file).collect())
}

fn part(text: &str, path: &Path, options: &ReadOptions) -> Result<MigrationFile> {
    let (mut up, mut seen, mut transaction, mut substitute) = (false, false, true, false);
    let mut sql = String::with_capacity(text.len());
    for (i, line) in text.split_inclusive('\n').enumerate() {
        match annotation(line).as_deref() {
            Some("UP") => (up, seen) = (true, true),
            Some("DOWN") => up = false,
            Some("NO TRANSACTION") => transaction = false,
            Some("ENVSUB ON" | "ENVSUBST ON") => substitute = true,
            Some("ENVSUB OFF" | "ENVSUBST OFF") => substitute = false,
            Some(_) => {}
            None if up && substitute => {
                sql.push_str(&placeholder::fill(line, path, i + 1, &options.placeholders, &|_| None)?);
                continue;
            }
            None if up => {
                sql.push_str(line);
                continue;
            }
            None => {}
        }
        sql.push('\n');
    }
    if !seen {
        return Err(Error::new(format!("{} has no part that goes up", path.display()))
            .because("goose wants a line `-- +goose Up` in each file")
            .fix("add the line, or name the layout: --layout"));
    }
    let path = path.to_owned();
    Ok(MigrationFile { id: String::new(), name: String::new(), path, sql, first_line: 1, transaction, repeatable: false })
}

/// What a line tells goose, in upper case: newer versions take any.
fn annotation(line: &str) -> Option<String> {
    line.strip_prefix("--")?.trim().strip_prefix("+goose ").map(|a| a.trim().to_ascii_uppercase())
}

/// Whether a text has goose's marks.
pub(super) fn marks(text: &str) -> bool {
    text.lines().any(|l| annotation(l).as_deref() == Some("UP"))
}
