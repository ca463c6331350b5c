//! What a tool's own book says is applied: which of the files of a folder the database has.
//!
//! It is the one user table that is ever read.

mod lock;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use lock::{Holder, OWN_LOCK, deploy_in_progress};
pub use tables::{OWN_SCHEMA, is_ledger, ledger_schemas, ledger_tables};

use super::layout::{Layout, MigrationFile, flyway_version};
use crate::connect::{Bind, Kind, QueryError, Session, Tx};
use crate::error::{Error, Result};
use crate::ident::{Ident, QualifiedName, one_line};
use tables::Table;

/// What the tool's table says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The table.
    pub table: QualifiedName,
    /// The role that owns it, which is the one that deploys.
    pub owner: Ident,
    /// The ids of the migrations that are applied, as in [`MigrationFile::id`].
    pub applied: BTreeSet<String>,
    /// Checksums of the applied ones, where the tool keeps them (Prisma, sqlx, Flyway, ours).
    pub checksums: BTreeMap<String, String>,
    /// Everything up to this version is applied: the book has no more than the last (golang-migrate), or begins there (Flyway).
    pub through: Option<String>,
    /// Migrations that were started and not finished.
    pub failed: Vec<String>,
}

/// The files of a folder, by what the database has of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Applied, in the order of the files.
    pub applied: Vec<MigrationFile>,
    /// Not applied, in the order of the files.
    pub pending: Vec<MigrationFile>,
    /// Applied, and there is no such file.
    pub missing: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Found {
    schema: String,
    name: String,
    owner: String,
    readable: bool,
    columns: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    done: bool,
    undone: bool,
    kind: String,
    #[serde(default)]
    checksum: Option<String>,
}

/// The ledger of a layout's tool; none where the tool was never here.
///
/// # Errors
/// The role may not read the table (the error says the GRANT), or several tables may be it.
pub async fn read(session: &mut Session, layout: Layout) -> Result<Option<Ledger>> {
    read_from(session, layout, None).await
}

/// What a snapshot notes of a tool's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noted {
    /// It was read.
    Read(Ledger),
    /// It is there and could not be read: why.
    Unread(String),
}

/// The ledgers of all tools that were here.
///
/// # Errors
/// The connection broke.
pub async fn read_all(session: &mut Session) -> Result<BTreeMap<Layout, Noted>> {
    let mut all = BTreeMap::new();
    for layout in Layout::ALL {
        let noted = match read(session, layout).await {
            Ok(None) => continue,
            Ok(Some(ledger)) => Noted::Read(ledger),
            Err(e) => Noted::Unread(one_line(&e.why().map_or_else(|| e.what().to_owned(), |why| format!("{}: {why}", e.what())))),
        };
        all.insert(layout, noted);
    }
    Ok(all)
}

/// The same, where the user says which of several tables it is.
///
/// # Errors
/// As [`read`].
pub async fn read_from(session: &mut Session, layout: Layout, which: Option<&QualifiedName>) -> Result<Option<Ledger>> {
    let Some(table) = tables::of(layout) else { return Ok(None) };
    let mut tx = session.transaction(Kind::Now).await?;
    let mut found = find(&mut tx, &table).await?;
    found.retain(|f| which.is_none_or(|w| w.schema.raw() == f.schema && w.name.raw() == f.name));
    let one = match found.len() {
        0 => return Ok(None),
        1 => found.remove(0),
        _ => return Err(several(&found, layout)),
    };
    let name = QualifiedName::new(one.schema, one.name);
    if !one.readable {
        return Err(Error::new(format!("cannot read {name}, in which {layout} notes what is applied"))
            .because("the role may not")
            .fix(format!(
                "as {}: GRANT USAGE ON SCHEMA {} TO <role>; GRANT SELECT ON {name} TO <role>",
                Ident::new(one.owner),
                name.schema
            )));
    }
    let rows: Vec<Row> = tx.fetch_json(&table.sql.replace("{table}", &name.to_string()), &[]).await?;
    tx.commit().await?;
    Ok(Some(book(layout, rows, name, one.owner.into())))
}

async fn find(tx: &mut Tx<'_>, table: &Table) -> std::result::Result<Vec<Found>, QueryError> {
    let mut found: Vec<Found> = tx.fetch_json(include_str!("sql/find.sql"), &[Bind::Text(table.name.to_owned())]).await?;
    found.retain(|f| table.is(&f.schema, &f.columns));
    Ok(found)
}

fn several(found: &[Found], layout: Layout) -> Error {
    let names: Vec<String> = found.iter().map(|f| QualifiedName::new(f.schema.as_str(), f.name.as_str()).to_string()).collect();
    Error::new(format!("{} tables may be the one in which {layout} notes what is applied", names.len()))
        .because(names.join(", "))
        .fix(format!("say which belongs to this folder: --ledger {}", names[0]))
}

/// What the rows, in their order, come to.
fn book(layout: Layout, rows: Vec<Row>, table: QualifiedName, owner: Ident) -> Ledger {
    let mut ledger =
        Ledger { table, owner, applied: BTreeSet::new(), checksums: BTreeMap::new(), through: None, failed: Vec::new() };
    for row in rows {
        let id = match layout {
            Layout::Flyway if !row.id.starts_with("R__") => flyway_version(&row.id),
            _ => row.id,
        };
        match row.kind.as_str() {
            // Flyway, undone: UNDO_SQL, UNDO_JDBC; deleted from the folder and repaired: DELETE
            kind if kind.starts_with("UNDO") || kind == "DELETE" => {
                ledger.applied.remove(&id);
                continue;
            }
            "SCHEMA" => continue,
            "BASELINE" => ledger.through = Some(id.clone()),
            _ => {}
        }
        if row.undone {
            ledger.applied.remove(&id);
            ledger.failed.retain(|f| *f != id);
        } else if row.done {
            ledger.failed.retain(|f| *f != id);
            ledger.checksums.extend(row.checksum.map(|sum| (id.clone(), sum)));
            ledger.applied.insert(id);
        } else if !ledger.failed.contains(&id) {
            ledger.failed.push(id);
        }
    }
    ledger
}

impl Ledger {
    /// Whether a migration is applied.
    pub fn has(&self, file: &MigrationFile) -> bool {
        let covered = |through: &String| !file.repeatable && super::layout::not_after(&file.id, through);
        !self.failed.contains(&file.id) && (self.applied.contains(&file.id) || self.through.as_ref().is_some_and(covered))
    }
}

/// Applied migrations whose file was changed since: the tool keeps checksums, and this one differs.
pub fn edited<'f>(files: &'f [MigrationFile], ledger: &Ledger, layout: Layout) -> Vec<&'f MigrationFile> {
    let differs = |file: &&MigrationFile| {
        let noted = ledger.checksums.get(&file.id).filter(|_| ledger.has(file));
        noted.is_some_and(|sum| layout.has_checksum(file, sum) == Some(false))
    };
    files.iter().filter(differs).collect()
}

/// Which of the files the database has.
pub fn at(files: &[MigrationFile], ledger: &Ledger) -> Standing {
    let (applied, pending): (Vec<_>, Vec<_>) = files.iter().cloned().partition(|f| ledger.has(f));
    let there: BTreeSet<&str> = files.iter().map(|f| f.id.as_str()).collect();
    // a version up to which all is applied is a baseline's: it needs no file
    let baseline = |id: &&String| ledger.through.as_ref() == Some(*id) && files.iter().any(|f| ledger.has(f));
    let missing = ledger.applied.iter().filter(|id| !there.contains(id.as_str())).filter(|id| !baseline(id)).cloned().collect();
    Standing { applied, pending, missing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn row(id: &str, done: bool, undone: bool, kind: &str) -> Row {
        Row { id: id.to_owned(), done, undone, kind: kind.to_owned(), checksum: None }
    }

    fn files(ids: &[&str]) -> Vec<MigrationFile> {
        ids.iter()
            .map(|id| MigrationFile { id: (*id).to_owned(), ..MigrationFile::script(Path::new(id), String::new()) })
            .collect()
    }

    fn ids(files: &[MigrationFile]) -> Vec<&str> {
        files.iter().map(|f| f.id.as_str()).collect()
    }

    fn standing(layout: Layout, rows: Vec<Row>, there: &[&str]) -> (Standing, Vec<String>) {
        let ledger = book(layout, rows, QualifiedName::new("public", "t"), "o".into());
        (at(&files(there), &ledger), ledger.failed)
    }

    #[test]
    fn prisma_tries_again_after_a_rollback() {
        let rows =
            vec![row("a", true, false, ""), row("b", false, true, ""), row("b", true, false, ""), row("c", false, false, "")];
        let (now, failed) = standing(Layout::Prisma, rows, &["a", "b", "c", "d"]);
        assert_eq!((ids(&now.applied), ids(&now.pending), failed), (vec!["a", "b"], vec!["c", "d"], vec!["c".to_owned()]));
    }

    #[test]
    fn golang_migrate_knows_the_last_only() {
        let (now, _) = standing(Layout::GolangMigrate, vec![row("10", true, false, "BASELINE")], &["9", "10", "11"]);
        assert_eq!((ids(&now.applied), ids(&now.pending)), (vec!["9", "10"], vec!["11"]));
        let (now, failed) = standing(Layout::GolangMigrate, vec![row("10", false, false, "BASELINE")], &["9", "10", "11"]);
        assert_eq!((ids(&now.applied), ids(&now.pending), failed), (vec!["9"], vec!["10", "11"], vec!["10".to_owned()]));
    }

    #[test]
    fn flyway_has_baselines_undos_and_versions_that_are_equal() {
        let rows = vec![
            row("1.5", true, false, "BASELINE"),
            row("002.0", true, false, "SQL"),
            row("3", true, false, "SQL"),
            row("3", true, false, "UNDO_SQL"),
            row("R__a view", true, false, "SQL"),
            row("9", true, false, "SQL"),
        ];
        let mut there = files(&["1.2", "1.10", "2", "3", "R__a view"]);
        there[4].repeatable = true;
        let ledger = book(Layout::Flyway, rows, QualifiedName::new("public", "t"), "o".into());
        let now = at(&there, &ledger);
        assert_eq!((ids(&now.applied), ids(&now.pending)), (vec!["1.2", "2", "R__a view"], vec!["1.10", "3"]));
        assert_eq!(now.missing, ["9"]);
    }
}
