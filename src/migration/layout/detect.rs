//! Whose folder is it? Names and contents tell.

use std::path::Path;

use super::{Layout, dbmate, files, flyway, goose, sqitch};
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::migration::script;

/// Where tools keep their folder below a project, or below the folder that is named after them.
pub(super) const BELOW: [&str; 5] = ["", "migrations", "db/migrations", "prisma/migrations", "supabase/migrations"];

/// As many files are opened to look for marks.
const LOOKED_INTO: usize = 20;

/// What was seen in a folder.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    fits: Vec<Layout>,
    files: Vec<String>,
    folders: Vec<String>,
}

impl Evidence {
    /// Whether the folder has files as this layout has them.
    pub(super) fn holds(&self, layout: Layout) -> bool {
        self.fits.contains(&layout)
    }
}

/// Looks at a folder, not at those below.
pub(super) fn evidence(dir: &Path) -> Result<Evidence> {
    let mut seen = Evidence::default();
    let mut fit = [false; Layout::ALL.len()];
    let mut set = |layout: Layout| fit[layout as usize] = true;
    let (mut up_and_down, mut plain, mut marked) = (false, false, false);
    let mut looked = 0;
    for (name, path) in files::entries(dir)? {
        if path.is_dir() {
            if path.join("migration.sql").is_file() {
                set(Layout::Prisma);
            }
            if path.join("up.sql").is_file() && files::numbered(&name, "").is_some_and(|(n, _)| n.len() == 14) {
                set(Layout::Dbharden);
            }
            if files::entries(&path)?.iter().any(|(n, _)| flyway::name(n).is_some()) {
                set(Layout::Flyway);
            }
            seen.folders.push(name);
            continue;
        }
        if name == "migration_lock.toml" {
            set(Layout::Prisma);
        }
        if name == sqitch::PLAN {
            set(Layout::Sqitch);
        }
        if flyway::name(&name).is_some() {
            set(Layout::Flyway);
        }
        if name.ends_with(".sql") && name.starts_with(|c: char| c.is_ascii_digit()) {
            let numbered = files::numbered(&name, ".sql");
            match numbered {
                Some((_, rest)) if rest.ends_with(".up") || rest.ends_with(".down") => up_and_down = true,
                _ => {
                    if looked < LOOKED_INTO {
                        looked += 1;
                        let text = script::text(&path).unwrap_or_default();
                        let marks = [(dbmate::marks(&text), Layout::Dbmate), (goose::marks(&text), Layout::Goose)];
                        marks.iter().filter(|(there, _)| *there).for_each(|(_, layout)| set(*layout));
                        marked |= marks.iter().any(|(there, _)| *there);
                    }
                    plain |= numbered.is_some();
                }
            }
        }
        seen.files.push(name);
    }
    if plain && !marked {
        set(if is_supabase(dir) { Layout::Supabase } else { Layout::Sqlx });
    }
    if up_and_down {
        let (rust, go) = (project(dir, "Cargo.toml"), project(dir, "go.mod"));
        if rust || !go {
            set(Layout::Sqlx);
        }
        // next to plain files they can only be sqlx's
        if (go || !rust) && !plain {
            set(Layout::GolangMigrate);
        }
    }
    seen.fits = Layout::ALL.into_iter().filter(|l| fit[*l as usize]).collect();
    Ok(seen)
}

/// The one layout that fits the folder, or one of those below it where tools keep theirs.
pub(super) fn detect(dir: &Path) -> Result<Layout> {
    let mut first = None;
    for below in BELOW {
        let place = dir.join(below);
        if !below.is_empty() && !place.is_dir() {
            continue;
        }
        let seen = evidence(&place)?;
        match seen.fits.as_slice() {
            [one] => return Ok(*one),
            [] => {
                first.get_or_insert(seen);
            }
            several => {
                let names = several.iter().map(Layout::to_string).collect::<Vec<_>>();
                return Err(Error::new(format!("the migrations in {} may be those of {}", place.display(), names.join(" or ")))
                    .because(format!("seen: {}", listed(&seen)))
                    .fix(format!("say which: --layout {}", names.join(" or --layout "))));
            }
        }
    }
    let names = Layout::ALL.iter().map(Layout::to_string).collect::<Vec<_>>().join(", ");
    Err(Error::new(format!("the migrations in {} are of no tool that is known here", dir.display()))
        .because(format!("seen: {}", listed(&first.unwrap_or_default())))
        .fix(format!("name the folder that holds the migrations, or its layout: --layout (one of {names})")))
}

fn listed(seen: &Evidence) -> String {
    let some = |what: &str, names: &[String]| {
        let shown = names.iter().take(4).map(|n| one_line(n)).collect::<Vec<_>>().join(", ");
        let more = if names.len() > 4 { ", ..." } else { "" };
        format!("{} {what}{} ({shown}{more})", names.len(), if names.len() == 1 { "" } else { "s" })
    };
    match (seen.files.is_empty(), seen.folders.is_empty()) {
        (true, true) => "nothing".to_owned(),
        (false, true) => some("file", &seen.files),
        (true, false) => some("folder", &seen.folders),
        (false, false) => format!("{}, {}", some("file", &seen.files), some("folder", &seen.folders)),
    }
}

fn is_supabase(dir: &Path) -> bool {
    let above = dir.canonicalize().ok().and_then(|d| d.parent().map(Path::to_owned));
    above.is_some_and(|a| {
        let config = script::text(&a.join("config.toml")).unwrap_or_default();
        a.ends_with("supabase") || config.lines().any(|l| l.trim_start().starts_with("project_id"))
    })
}

/// Whether the folder or one of the four above it holds this file.
fn project(dir: &Path, file: &str) -> bool {
    dir.canonicalize().is_ok_and(|d| d.ancestors().take(5).any(|a| a.join(file).is_file()))
}
