//! Telling a tool's ledger that the database has a change already.

use std::path::{Path, PathBuf};

use super::{Layout, checksum, files, flyway};
use crate::error::{Context, Result};
use crate::ident::{QualifiedName, literal};
use crate::migration::script;

/// See [`Layout::mark_applied`].
pub(super) fn mark_applied(layout: Layout, written: &[PathBuf], ledger: Option<&QualifiedName>) -> Result<String> {
    let table = |usual: &str| ledger.map_or_else(|| usual.to_owned(), QualifiedName::to_string);
    let mut lines = Vec::new();
    match layout {
        // its files make sure of what is there: they may run again
        Layout::Dbharden => {}
        Layout::Prisma => {
            let folders = written.iter().filter_map(|p| p.parent()?.file_name());
            lines.extend(folders.map(|name| format!("npx prisma migrate resolve --applied {}", shell(&name.to_string_lossy()))));
        }
        Layout::Sqlx => {
            for (number, rest, path) in numbered(written) {
                let bytes = std::fs::read(path).context(format!("cannot read {}", path.display()))?;
                let description = rest.trim_end_matches(".up").replace('_', " ");
                lines.push(format!(
                    "INSERT INTO {} (version, description, success, checksum, execution_time) VALUES ({number}, {}, true, decode('{}', 'hex'), 0);",
                    table("_sqlx_migrations"),
                    literal(&description),
                    checksum::sqlx(&bytes)
                ));
            }
        }
        Layout::Flyway => {
            for path in written {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                let Some(name) = flyway::name(&file).filter(|n| n.prefix == 'V') else { continue };
                let table = table("flyway_schema_history");
                // columns: flyway/flyway, PostgreSQLDatabase.java
                lines.push(format!(
                    "INSERT INTO {table} (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) \
                     SELECT coalesce(max(installed_rank), 0) + 1, {}, {}, 'SQL', {}, {}, current_user, 0, true FROM {table};",
                    literal(&name.version),
                    literal(&name.description),
                    literal(&file),
                    checksum::flyway(&script::text(path)?)
                ));
            }
        }
        Layout::Dbmate => {
            let table = table("schema_migrations");
            lines.extend(numbered(written).map(|(n, ..)| format!("INSERT INTO {table} (version) VALUES ({});", literal(n))));
        }
        Layout::Goose => {
            let table = table("goose_db_version");
            let insert = |n: &str| format!("INSERT INTO {table} (version_id, is_applied) VALUES ({n}, true);");
            lines.extend(numbered(written).map(|(n, ..)| insert(n.trim_start_matches('0'))));
        }
        Layout::GolangMigrate => {
            if let Some((number, _, path)) = numbered(written).last() {
                let folder = path.parent().unwrap_or(Path::new("."));
                let number = number.trim_start_matches('0');
                lines.push(format!(
                    "migrate -path {} -database \"$DATABASE_URL\" force {number}",
                    shell(&folder.to_string_lossy())
                ));
            }
        }
        Layout::Sqitch => {
            let name = |path: &PathBuf| {
                let deploys = path.parent().is_some_and(|p| p.ends_with("deploy"));
                Some(path.file_stem()?.to_string_lossy().into_owned()).filter(|_| deploys)
            };
            if let Some(last) = written.iter().filter_map(name).next_back() {
                lines.push(format!("sqitch deploy --log-only --to-change {} \"db:$DATABASE_URL\"", shell(&last)));
            }
        }
        Layout::Supabase => {
            let numbers: Vec<&str> = numbered(written).map(|(number, ..)| number).collect();
            if !numbers.is_empty() {
                lines.push(format!("supabase migration repair --status applied {}", numbers.join(" ")));
            }
        }
    }
    Ok(lines.join("\n"))
}

/// A word of a command to be typed into a shell.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Number, rest of the name and path of the files that go up.
fn numbered(written: &[PathBuf]) -> impl Iterator<Item = (&str, &str, &PathBuf)> {
    written.iter().filter_map(|path| {
        let (number, rest) = files::numbered(path.file_name()?.to_str()?, ".sql")?;
        (!rest.ends_with(".down")).then_some((number, rest, path))
    })
}
