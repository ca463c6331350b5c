//! dbmate: `<stamp>_<name>.sql`, by name; in it `-- migrate:up [transaction:false]` and `-- migrate:down`, newer versions several of
//! them. A part is sent as one message.

use std::path::Path;

use super::{MigrationFile, files};
use crate::error::{Error, Result};
use crate::migration::script;

/// The parts that go up. `schema_migrations` stores the digits at the beginning of the name as text.
pub(super) fn read(dir: &Path) -> Result<Vec<MigrationFile>> {
    let mut found = Vec::new();
    for (name, path) in files::entries(dir)? {
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || !name.ends_with(".sql") || !path.is_file() {
            continue;
        }
        let text = script::text(&path)?;
        let (mut up, mut seen, mut transaction) = (false, false, true);
        let sql = files::only_lines(&text, |line| match directive(line) {
            Some(Directive::Up { in_transaction }) => {
                (up, seen) = (true, true);
                transaction &= in_transaction;
                false
            }
            Some(Directive::Down) => {
                up = false;
                false
            }
            None => up,
        });
        if !seen {
            return Err(Error::new(format!("{} has no part that goes up", path.display()))
                .because("dbmate wants a line `-- migrate:up` in each file")
                .fix("add the line, or name the layout: --layout"));
        }
        let (id, name) = (name[..digits].to_owned(), name.trim_end_matches(".sql").to_owned());
        found.push(MigrationFile { id, name, path, sql, first_line: 1, transaction, repeatable: false });
    }
    Ok(found)
}

enum Directive {
    Up { in_transaction: bool },
    Down,
}

/// Whether a line is one of dbmate's.
fn directive(line: &str) -> Option<Directive> {
    let mut words = line.strip_prefix("--")?.split_whitespace();
    match words.next()? {
        "migrate:up" => Some(Directive::Up { in_transaction: !words.any(|w| w == "transaction:false") }),
        "migrate:down" => Some(Directive::Down),
        _ => None,
    }
}

/// Whether a text has dbmate's marks.
pub(super) fn marks(text: &str) -> bool {
    text.lines().any(|l| matches!(directive(l), Some(Directive::Up { .. })))
}
