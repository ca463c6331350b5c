//! The first migration: everything that is there, as SQL that a person reads as the schema's documentation.

use std::collections::BTreeMap;
use std::path::PathBuf;

use time::OffsetDateTime;

use super::ending;
use super::scope::Foreign;
use crate::config::Config;
use crate::diff::{self, Options, Scope, Step};
use crate::error::Result;
use crate::ident::Ident;
use crate::migration::layout::Layout;
use crate::snapshot::objects::{Id, Kind, Objects};

/// Where and how it is written.
pub struct Place {
    /// The tool that is to run it.
    pub layout: Layout,
    /// The folder.
    pub directory: PathBuf,
    /// Its time.
    pub at: OffsetDateTime,
    /// Whether owners are written.
    pub owners: bool,
    /// Whether privileges are written.
    pub grants: bool,
    /// Schemas that are left out.
    pub ignored_schemas: Vec<String>,
    /// Schemas that are written; empty = all.
    pub schemas: Vec<String>,
}

/// What was written.
pub struct Written {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Objects in them.
    pub objects: usize,
    /// The command by which the database is told that it has it already.
    pub mark_applied: Option<String>,
}

/// Where a tool keeps its migrations by default.
pub fn usual_folder(layout: Layout, config: &Config) -> PathBuf {
    match layout {
        Layout::Dbharden => config.out.clone(),
        Layout::Prisma => "prisma/migrations".into(),
        Layout::Supabase => "supabase/migrations".into(),
        Layout::Flyway => "sql".into(),
        Layout::Dbmate => "db/migrations".into(),
        Layout::Sqitch => ".".into(),
        Layout::Sqlx | Layout::Goose | Layout::GolangMigrate => "migrations".into(),
    }
}

/// Steps from an empty database to this one, and how many objects they make.
fn steps(live: &Objects, place: &Place) -> (Vec<Step>, Ident, usize) {
    let mut wanted = live.clone();
    Foreign::of(live, &place.ignored_schemas, &place.schemas).leave_out(&mut wanted, &Default::default());
    let author = author(&wanted);
    // what belongs to the role that runs the file need not say so
    let owner = |id: &Id| place.owners && wanted.get(id).is_some_and(|o| o.owner.as_ref() != Some(&author));
    let grants = |id: &Id| place.grants && id.kind != Kind::UserMapping;
    let scope = Scope { owner: &owner, grants: &grants, ..Scope::WHOLE };
    let mut target = wanted.clone();
    if !place.grants {
        target.all.retain(|id, _| id.kind != Kind::DefaultPrivileges);
    }
    let steps = diff::migrate(&live.new_database(), &target, &Options { scope: &scope, allow_data_loss: true });
    (steps, author, target.all.len())
}

/// The role that owns most: it runs the file.
fn author(objects: &Objects) -> Ident {
    let mut owned: BTreeMap<&Ident, usize> = BTreeMap::new();
    for owner in objects.all.values().filter(|o| o.id.name.raw() != "public").filter_map(|o| o.owner.as_ref()) {
        *owned.entry(owner).or_default() += 1;
    }
    owned.into_iter().max_by_key(|(_, n)| *n).map_or_else(|| objects.owner.clone(), |(owner, _)| owner.clone())
}

/// The migration as one text.
pub fn text(live: &Objects, place: &Place) -> String {
    let (steps, author, _) = steps(live, place);
    let mut out = format!("-- {}\n", header(&author, place).replace('\n', "\n-- "));
    if !steps.is_empty() {
        out.push_str("\nSET check_function_bodies = off;\n");
    }
    let mut last: Option<&Id> = None;
    for step in &steps {
        let near = last.is_some_and(|l| l.schema == step.id.schema && l.name == step.id.name && l.kind == step.id.kind);
        if !near {
            out.push('\n');
        }
        out.push_str(&format!("{};\n", step.draft.sql));
        last = Some(&step.id);
    }
    out
}

fn header(author: &Ident, place: &Place) -> String {
    let owners =
        if place.owners { format!("What names no owner belongs to {author}: run it as that role.") } else { String::new() };
    format!(
        "The schema as it was when its history began.\nA database that has it already is told so, and never runs this.\n{owners}"
    )
    .trim_end()
    .to_owned()
}

/// Writes it.
///
/// # Errors
/// The folder cannot be written.
pub fn write(live: &Objects, place: &Place) -> Result<Written> {
    let (steps, author, objects) = steps(live, place);
    let mut up = ending::statements(&steps, 0, false);
    // a blank line before each relation, function, type: what belongs to it stands close
    let mut last: Option<&Id> = None;
    let offset = up.len() - steps.len();
    for (step, statement) in steps.iter().zip(up.iter_mut().skip(offset)) {
        let head = !step.id.kind.is_part() && !matches!(step.id.kind, Kind::Index | Kind::Statistics);
        if head && last != Some(&step.id) {
            statement.sql.insert(0, '\n');
        }
        last = Some(&step.id);
    }
    let files = place.layout.write(&place.directory, "baseline", place.at, &up, &[], &header(&author, place))?;
    let mark_applied = place.layout.mark_applied(&files, None).ok().filter(|s| !s.is_empty());
    Ok(Written { files, objects, mark_applied })
}
