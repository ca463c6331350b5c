//! The files that were named: a folder of any tool, single files, standard input.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Skipped;
use super::history;
use super::script::{Script, Standing};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::migration::layout::{Layout, MigrationFile, ReadOptions};
use crate::migration::ledger::{Ledger, Noted};
use crate::migration::script as sql;
use crate::snapshot::Snapshot;

/// What standard input is called.
pub const STDIN: &str = "standard input";

/// What was named, and what is known of it.
#[derive(Debug, Default)]
pub struct Named {
    /// Folders, files, `-`.
    pub paths: Vec<String>,
    /// Whose folders they are, where that is not clear.
    pub layout: Option<Layout>,
    /// Values of placeholders.
    pub options: ReadOptions,
    /// The last migration that is applied.
    pub after: Option<String>,
    /// None of the files is applied anywhere.
    pub pending: bool,
    /// The files run in a transaction, or do not, whatever their tool is.
    pub in_transaction: Option<bool>,
}

/// The files in the order in which they run, and remarks.
#[derive(Debug, Default)]
pub struct Input {
    /// Files that are linted, and those that tell about the tables.
    pub scripts: Vec<Script>,
    /// Remarks for the reader.
    pub notes: Vec<String>,
    /// Files that cannot be read.
    pub skipped: Vec<Skipped>,
}

/// Reads what was named.
///
/// # Errors
/// Nothing is there, or it cannot be read.
pub fn read(named: &Named, snapshot: Option<&Snapshot>) -> Result<Input> {
    let mut input = Input::default();
    let mut files: BTreeMap<Folder, Vec<PathBuf>> = BTreeMap::new();
    let mut known = BTreeMap::new();
    for path in &named.paths {
        let place = Path::new(path);
        if path == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
            input.scripts.push(named.script(Script::new(STDIN, text, named.unknown())));
        } else if place.is_dir() {
            match named.layout.map_or_else(|| Layout::detect(place), Ok) {
                Ok(layout) => folder(named, layout, place, None, snapshot, &mut input)?,
                // no tool that is known: every file is one of SQL
                Err(_) => below(place, named, &mut input)?,
            }
        } else if place.is_file() {
            let home = Folder::of(place, named.layout, &mut known);
            files.entry(home).or_default().push(place.to_owned());
        } else {
            return Err(Error::new(format!("there is no {}", one_line(path)))
                .because("it is neither a file nor a folder")
                .fix("name migration files, folders of them, or `-` for standard input"));
        }
    }
    for (home, paths) in files {
        match home.layout {
            Some(layout) if folder(named, layout, &home.path, Some(&paths), snapshot, &mut input).is_ok() => {}
            _ => {
                paths.iter().for_each(|path| input.add(path, named));
            }
        }
    }
    if input.scripts.is_empty() && input.skipped.is_empty() {
        return Err(Error::new(format!("there is nothing to lint in {}", one_line(&named.paths.join(", "))))
            .because("no .sql file is there")
            .fix("name migration files, folders of them, or `-` for standard input"));
    }
    Ok(input)
}

impl Input {
    /// A file of no tool.
    fn add(&mut self, path: &Path, named: &Named) {
        match sql::text(path) {
            Ok(text) => self.scripts.push(named.script(Script::new(path, text, named.unknown()))),
            Err(e) => {
                let because = e.to_string().replace("\n  to do: ", "; to do: ");
                self.skipped.push(Skipped { file: path.display().to_string(), line: 1, because, acknowledged: false });
            }
        }
    }
}

impl Named {
    fn unknown(&self) -> Standing {
        if self.pending { Standing::Pending } else { Standing::Unknown }
    }

    fn script(&self, mut script: Script) -> Script {
        if self.in_transaction.is_some() {
            (script.in_transaction, script.one_message) = (self.in_transaction, false);
        }
        script
    }
}

/// The folder that a file belongs to, and its tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Folder {
    path: PathBuf,
    layout: Option<Layout>,
}

impl Folder {
    fn of(file: &Path, layout: Option<Layout>, known: &mut BTreeMap<PathBuf, Option<Layout>>) -> Self {
        let parent = |p: &Path| p.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        // Prisma and we have a folder for each migration
        let own = matches!(name, "migration.sql" | "up.sql" | "down.sql");
        let path = if own { parent(&parent(file)) } else { parent(file) };
        let layout = layout.or_else(|| *known.entry(path.clone()).or_insert_with(|| Layout::detect(&path).ok()));
        // the tool keeps its files below: a file beside them is not the tool's
        Self { layout: layout.filter(|l| l.root(&path).is_ok_and(|root| root == path)), path }
    }
}

/// A tool's folder: all of its files, or those that were named and the others for what they tell.
fn folder(
    named: &Named,
    layout: Layout,
    dir: &Path,
    wanted: Option<&[PathBuf]>,
    snapshot: Option<&Snapshot>,
    input: &mut Input,
) -> Result<()> {
    let files = layout.read_as_they_are(dir, &named.options)?;
    let ledger = snapshot.and_then(|s| s.ledgers.get(&layout)).and_then(|noted| match noted {
        Noted::Read(ledger) => Some(ledger),
        Noted::Unread(_) => None,
    });
    let standings = standings(named, layout, dir, &files, ledger, snapshot)?;
    let mut remarks = history::remarks(&files, &standings, layout, ledger);
    let certain = named.layout.is_some() || layout != Layout::Sqlx || is_rust(dir);
    let mut met: BTreeSet<&Path> = BTreeSet::new();
    let (mut applied, mut scripts) = (0, Vec::new());
    let last_wanted = wanted.map(|w| files.iter().rposition(|f| w.contains(&f.path)).map_or(0, |i| i + 1));
    for (at, file) in files.iter().enumerate().take(last_wanted.unwrap_or(files.len())) {
        let is_wanted = wanted.is_none_or(|w| w.contains(&file.path));
        let standing = match (standings[at], wanted) {
            (Standing::Applied, None) => {
                applied += 1;
                Standing::Applied
            }
            (standing, _) if is_wanted => {
                if standing == Standing::Applied {
                    Standing::Pending
                } else {
                    standing
                }
            }
            (Standing::Applied, _) => Standing::Applied,
            // it is pending before a file that is linted: what it makes is new
            (Standing::Pending, _) => Standing::Context,
            _ => Standing::Context,
        };
        met.insert(&file.path);
        let script = Script {
            path: file.path.clone(),
            sql: file.sql.clone(),
            in_transaction: in_transaction(file, layout, certain),
            one_message: matches!(layout, Layout::Prisma | Layout::Supabase | Layout::GolangMigrate)
                || layout == Layout::Dbmate && !file.transaction,
            standing,
            remarks: if is_wanted { remarks.remove(&at).unwrap_or_default() } else { Vec::new() },
        };
        scripts.push(named.script(script));
    }
    input.scripts.append(&mut scripts);
    if applied > 0 {
        let n = if applied == 1 { "1 file is".to_owned() } else { format!("{applied} files are") };
        input.notes.push(format!("{}: {n} applied and not linted", dir.display()));
    }
    // what was named and is none of the tool's own, as a down.sql
    for path in wanted.unwrap_or_default().iter().filter(|p| !met.contains(p.as_path())) {
        input.add(path, named);
    }
    Ok(())
}

/// What the tool does; `None` where the tool is only guessed from numbers in names.
fn in_transaction(file: &MigrationFile, layout: Layout, certain: bool) -> Option<bool> {
    match layout {
        _ if !certain => None,
        // it looks at the statements: one that refuses a transaction gets none, unless `mixed` is off
        Layout::Flyway => {
            let alone = sql::read(&file.sql, &file.path, 1).is_ok_and(|p| p.iter().any(|p| p.kind == sql::Kind::Alone));
            Some(file.transaction && !alone)
        }
        Layout::Dbmate => Some(true),
        _ => Some(file.transaction),
    }
}

fn standings(
    named: &Named,
    layout: Layout,
    dir: &Path,
    files: &[MigrationFile],
    ledger: Option<&Ledger>,
    snapshot: Option<&Snapshot>,
) -> Result<Vec<Standing>> {
    let by = |applied: &dyn Fn(&MigrationFile) -> bool| {
        files.iter().map(|f| if applied(f) { Standing::Applied } else { Standing::Pending }).collect()
    };
    if let Some(after) = &named.after {
        let at = files.iter().position(|f| f.id == *after || f.name == *after || f.path.ends_with(after));
        let at = at.ok_or_else(|| {
            let last = files.last().map_or_else(String::new, |f| format!("; the last one is {}", one_line(&f.name)));
            Error::new(format!("no migration is called {}", one_line(after)))
                .because(format!("{} has {} files{last}", dir.display(), files.len()))
                .fix("--after takes the name of the last migration that is applied")
        })?;
        return Ok((0..files.len()).map(|i| if i <= at { Standing::Applied } else { Standing::Pending }).collect());
    }
    if named.pending {
        return Ok(by(&|_| false));
    }
    if let Some(ledger) = ledger {
        return Ok(by(&|f| ledger.has(f)));
    }
    if let (Layout::Dbharden, Some(snapshot)) = (layout, snapshot) {
        let folders = crate::migration::read_all(&layout.root(dir)?)?;
        let done = |f: &MigrationFile| folders.iter().any(|d| d.name == f.id && d.plan.change.is_done(snapshot));
        return Ok(by(&done));
    }
    Ok(vec![Standing::Unknown; files.len()])
}

fn is_rust(dir: &Path) -> bool {
    dir.canonicalize().is_ok_and(|d| d.ancestors().take(5).any(|a| a.join("Cargo.toml").is_file()))
}

/// Every `.sql` file below a folder, by path; what goes down is left alone.
fn below(dir: &Path, named: &Named, input: &mut Input) -> Result<()> {
    let entries = std::fs::read_dir(dir).context(format!("cannot read {}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if name.starts_with('.') || name == "node_modules" {
            continue;
        }
        let down = name.ends_with(".down.sql") || name == "down.sql" || name.ends_with("_down.sql");
        // a link may lead back up
        if path.is_dir() && !path.is_symlink() {
            below(&path, named, input)?;
        } else if path.is_file() && name.ends_with(".sql") && !down {
            input.add(&path, named);
        }
    }
    Ok(())
}
