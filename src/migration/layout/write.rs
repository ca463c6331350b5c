//! Writing a migration into a tool's folder: numbered as the others are, whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::{Layout, files, flyway, number, sqitch};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::migration::folder::STAGING;
use crate::migration::{render, script};
use crate::plan::{Statement, Timeouts};

/// Longest name of ours, without number and ending.
const MAX_NAME: usize = 60;

/// Statements that go into one file.
struct Part<'s> {
    statements: &'s [Statement],
    transaction: bool,
}

/// See [`Layout::write`].
pub(super) fn write(
    layout: Layout,
    dir: &Path,
    name: &str,
    at: OffsetDateTime,
    up: &[Statement],
    down: &[Statement],
    header: &str,
) -> Result<Vec<PathBuf>> {
    let dir = if dir.exists() { layout.root(dir)? } else { dir.to_owned() };
    let title = name;
    let name = slug(name);
    let header = comment(header);
    let files = match layout {
        Layout::Dbharden => {
            let stamp = numbers(layout, &dir, at, 1)?.remove(0);
            let folder = format!("{stamp}_{name}");
            let undo = format!("-- Undo of: {name}\n");
            vec![
                (format!("{folder}/up.sql"), render::file(&header, up, 0)),
                (format!("{folder}/down.sql"), render::file(&undo, down, 0)),
            ]
        }
        Layout::Sqitch => {
            let (up, down) = (parts(up), parts(down));
            let count = up.len().max(down.len()).max(1);
            let names = sqitch::names(&dir, &name, count)?;
            let plan = sqitch::planned(&dir, &names, at, title)?;
            let mut files = Vec::new();
            for (i, name) in names.iter().enumerate() {
                // two scripts that are alike are refused: the name makes a difference
                let deploy = format!("-- Deploy {name} to pg\n{header}\n{}", psql(up.get(i)));
                files.push((format!("deploy/{name}.sql"), deploy));
                files
                    .push((format!("revert/{name}.sql"), format!("-- Revert {name} from pg\n{}", psql(down.get(count - 1 - i)))));
            }
            let written = place(&dir, &files)?;
            return match script::replace(&dir.join(sqitch::PLAN), &plan) {
                Ok(()) => Ok(written),
                Err(error) => {
                    // without its line in the plan nobody runs a script
                    written.iter().for_each(|path| drop(fs::remove_file(path)));
                    Err(error)
                }
            };
        }
        _ => {
            let (up, down) = (parts(up), if goes_down(layout, &dir)? { parts(down) } else { Vec::new() });
            let count = up.len().max(down.len()).max(1);
            let numbers = numbers(layout, &dir, at, count)?;
            let mut files = Vec::new();
            for (i, number) in numbers.iter().enumerate() {
                let name = if count == 1 { name.clone() } else { format!("{name}_{}", i + 1) };
                // the last file is undone first
                let undo = down.get(count - 1 - i);
                files.extend(one(layout, &format!("{number}_{name}"), &header, up.get(i), undo));
            }
            files
        }
    };
    place(&dir, &files)
}

/// The files of one migration: name and text.
fn one(layout: Layout, name: &str, header: &str, up: Option<&Part>, down: Option<&Part>) -> Vec<(String, String)> {
    let alone = |part: Option<&Part>| part.is_some_and(|p| !p.transaction);
    let text = |part: Option<&Part>| body(part, layout.runs_one_by_one());
    let mark = |part: Option<&Part>| if alone(part) { "-- no-transaction\n" } else { "" };
    match layout {
        Layout::Dbharden | Layout::Sqitch => Vec::new(),
        Layout::Prisma => vec![(format!("{name}/migration.sql"), format!("{header}\n{}", text(up)))],
        Layout::Supabase => vec![(format!("{name}.sql"), format!("{header}\n{}", text(up)))],
        Layout::Sqlx if down.is_none() => vec![(format!("{name}.sql"), format!("{}{header}\n{}", mark(up), text(up)))],
        Layout::Sqlx => vec![
            (format!("{name}.up.sql"), format!("{}{header}\n{}", mark(up), text(up))),
            (format!("{name}.down.sql"), format!("{}{}", mark(down), text(down))),
        ],
        Layout::GolangMigrate => {
            vec![(format!("{name}.up.sql"), format!("{header}\n{}", text(up))), (format!("{name}.down.sql"), text(down))]
        }
        Layout::Dbmate => {
            let option = |part| if alone(part) { " transaction:false" } else { "" };
            let (up_option, down_option) = (option(up), option(down));
            let whole = format!("{header}\n-- migrate:up{up_option}\n{}\n-- migrate:down{down_option}\n{}", text(up), text(down));
            vec![(format!("{name}.sql"), whole)]
        }
        Layout::Goose => {
            // one mark for both ways
            let mark = if alone(up) || alone(down) { "-- +goose NO TRANSACTION\n" } else { "" };
            let fenced = |part: Option<&Part>| {
                let fence = |sql: &str| format!("-- +goose StatementBegin\n{sql};\n-- +goose StatementEnd\n");
                lines(part, true).iter().map(|s| fence(s)).collect::<String>()
            };
            let whole = format!("{mark}{header}\n-- +goose Up\n{}\n-- +goose Down\n{}", fenced(up), fenced(down));
            vec![(format!("{name}.sql"), whole)]
        }
        Layout::Flyway => {
            let name = name.replacen('_', "__", 1);
            let mut files = Vec::new();
            for (prefix, part, header) in [('V', up, header), ('U', down, "")] {
                if prefix == 'U' && part.is_none() {
                    continue;
                }
                let sql = format!("{header}\n{}", text(part));
                let mut config = String::new();
                if alone(part) {
                    config.push_str("executeInTransaction=false\n");
                }
                if sql.contains("${") {
                    config.push_str("placeholderReplacement=false\n");
                }
                if !config.is_empty() {
                    files.push((format!("{prefix}{name}.sql.conf"), config));
                }
                files.push((format!("{prefix}{name}.sql"), sql));
            }
            files
        }
    }
}

/// Runs of statements that share a transaction; each of the others alone.
fn parts(statements: &[Statement]) -> Vec<Part<'_>> {
    statements
        .chunk_by(|a, b| a.in_transaction && b.in_transaction)
        .map(|statements| Part { statements, transaction: statements[0].in_transaction })
        .collect()
}

/// The statements with the timeouts they need, without semicolons. A lone statement in a message of its own cannot bring any.
fn lines(part: Option<&Part>, one_by_one: bool) -> Vec<String> {
    let Some(part) = part else { return Vec::new() };
    let local = if part.transaction { "LOCAL " } else { "" };
    let mut lines = Vec::new();
    let mut timeouts: Option<Timeouts> = None;
    for statement in part.statements {
        // what locks nothing that others use needs none
        let bound = part.statements.iter().any(|s| s.lock.is_some());
        if bound && timeouts != Some(statement.timeouts) && (part.transaction || one_by_one) {
            let set = |name, ms| format!("SET {local}{name} = {}", render::milliseconds(ms));
            lines.push(set("lock_timeout", statement.timeouts.lock_ms));
            lines.push(set("statement_timeout", statement.timeouts.statement_ms));
            timeouts = Some(statement.timeouts);
        }
        lines.push(statement.sql.clone());
    }
    if timeouts.is_some() && !part.transaction {
        lines.extend(["RESET lock_timeout".to_owned(), "RESET statement_timeout".to_owned()]);
    }
    lines
}

fn body(part: Option<&Part>, one_by_one: bool) -> String {
    match lines(part, one_by_one) {
        lines if lines.is_empty() => "SELECT 1; -- nothing to do\n".to_owned(),
        lines => lines.iter().map(|l| format!("{l};\n")).collect(),
    }
}

/// A script that psql runs and that brings its own transaction.
fn psql(part: Option<&Part>) -> String {
    let sql = body(part, true);
    if part.is_some_and(|p| p.transaction) { format!("BEGIN;\n{sql}COMMIT;\n") } else { sql }
}

/// Whether the folder has files that undo.
fn goes_down(layout: Layout, dir: &Path) -> Result<bool> {
    Ok(match layout {
        Layout::Dbharden | Layout::Dbmate | Layout::Goose | Layout::GolangMigrate | Layout::Sqitch => true,
        Layout::Prisma | Layout::Supabase => false,
        Layout::Sqlx => dir.is_dir() && files::entries(dir)?.iter().any(|(n, _)| n.ends_with(".down.sql")),
        Layout::Flyway => dir.is_dir() && flyway::list(dir)?.iter().any(|(n, _)| n.prefix == 'U'),
    })
}

/// The numbers of the next migrations.
fn numbers(layout: Layout, dir: &Path, at: OffsetDateTime, count: usize) -> Result<Vec<String>> {
    if layout == Layout::Flyway {
        let versions = if dir.is_dir() { flyway::list(dir)? } else { Vec::new() };
        let last = versions.iter().filter(|(n, _)| n.prefix != 'R').map(|(n, _)| &n.version).max_by(|a, b| flyway::compare(a, b));
        // 2.9 is followed by 2.10: only the last part counts on
        return match last.and_then(|v| v.rsplit_once('.')) {
            Some((front, back)) => {
                let next = number::next(&[back.to_owned()], at, count)?;
                Ok(next.into_iter().map(|n| format!("{front}.{n}")).collect())
            }
            None => match last {
                Some(last) => number::next(std::slice::from_ref(last), at, count),
                None => Ok((1..=count).map(|n| n.to_string()).collect()),
            },
        };
    }
    let entries = if dir.is_dir() { files::entries(dir)? } else { Vec::new() };
    let existing: Vec<String> = entries
        .iter()
        .filter_map(|(name, _)| {
            let digits = name.bytes().take_while(u8::is_ascii_digit).count();
            (digits > 0 && name[digits..].starts_with(['_', '.'])).then(|| name[..digits].to_owned())
        })
        .collect();
    number::next(&existing, at, count)
}

/// A name that is safe in a file's name, a shell and a ledger.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }) {
        if c != '_' || !slug.ends_with('_') && !slug.is_empty() {
            slug.push(c);
        }
    }
    slug.truncate(MAX_NAME);
    let slug = slug.trim_end_matches('_');
    if slug.is_empty() { "migration".to_owned() } else { slug.to_owned() }
}

/// The header as comment lines that no tool takes for its own marks.
fn comment(header: &str) -> String {
    header
        .lines()
        .map(|line| {
            let text = one_line(line.trim_start_matches("--").trim());
            let is_mark = ["migrate:", "+goose", "flyway:", "no-transaction"].iter().any(|m| text.starts_with(m));
            format!("-- {}{text}", if is_mark { "> " } else { "" }).trim_end().to_owned() + "\n"
        })
        .collect()
}

/// Writes into a hidden folder first and renames: what is there is whole. The paths in order.
fn place(dir: &Path, files: &[(String, String)]) -> Result<Vec<PathBuf>> {
    let failed = || format!("cannot write a migration into {}", dir.display());
    fs::create_dir_all(dir).context(failed())?;
    let staging = tempfile::Builder::new().prefix(STAGING).tempdir_in(dir).context(failed())?;
    let mut tops: Vec<&str> = Vec::new();
    for (name, text) in files {
        // a folder of its own, unless it is one that is shared
        let top = match name.split_once('/') {
            Some((top @ ("deploy" | "revert"), _)) => {
                fs::create_dir_all(dir.join(top)).context(failed())?;
                name
            }
            Some((top, _)) => top,
            None => name,
        };
        if !tops.contains(&top) {
            tops.push(top);
        }
        let path = staging.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(dir)).context(failed())?;
        fs::write(path, text).context(failed())?;
    }
    for (done, top) in tops.iter().enumerate() {
        let moved = if dir.join(top).exists() {
            Err(Error::new(failed()).because(format!("{top} is there already")).fix("choose another name"))
        } else {
            fs::rename(staging.path().join(top), dir.join(top)).context(failed())
        };
        if let Err(error) = moved {
            for top in &tops[..done] {
                // back to the folder that is deleted; one that cannot be moved is named by the error's folder
                let _ = fs::rename(dir.join(top), staging.path().join(top));
            }
            return Err(error);
        }
    }
    Ok(files.iter().map(|(name, _)| dir.join(name)).collect())
}
