//! `dbharden drift`: the live database against what its migrations make.

use std::path::PathBuf;

use super::progress::Progress;
use super::{Exit, Global, output, shell_word};
use crate::config::Config;
use crate::connect::Target;
use crate::drift::check::{self, Request};
use crate::drift::ending::{self, Place, Way};
use crate::drift::source::Source;
use crate::drift::verdict::verdict;
use crate::error::{Error, Result};
use crate::ident::{Ident, QualifiedName};
use crate::migration::layout::{Layout, ReadOptions};
use crate::report::ServerLine;
use crate::snapshot::objects::{Id, Kind};

/// Options of `drift`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// What it should be: a folder of migrations, a .sql file, `-`, a snapshot, another database's URL
    #[arg(long, value_name = "PATH|-|URL")]
    desired: Option<String>,
    /// Whose folder it is [default: recognised]
    #[arg(long, value_enum, value_name = "TOOL")]
    layout: Option<Layout>,
    /// Value of a placeholder in the files (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    placeholder: Vec<String>,
    /// The role that runs the files [default: the ledger's owner, else the database's]
    #[arg(long = "as", value_name = "ROLE")]
    role: Option<String>,
    /// The tool's ledger, where the database has several
    #[arg(long, value_name = "SCHEMA.TABLE")]
    ledger: Option<String>,
    /// Also compare with files that are not applied yet
    #[arg(long)]
    all_files: bool,
    /// Compare all owners and privileges, not only those that the files speak of
    #[arg(long)]
    grants: bool,
    /// The order of columns counts
    #[arg(long)]
    column_order: bool,
    /// Build in this empty database in place of a sandbox; it is empty again afterwards
    #[arg(long, value_name = "URL")]
    shadow_url: Option<String>,
    /// Major version of the sandbox [default: the live server's]
    #[arg(long, value_name = "MAJOR")]
    pg: Option<u32>,
    /// Build the desired schema anew, even if the same files were built before
    #[arg(long)]
    no_cache: bool,
    /// Write a migration that makes the files agree with the database
    #[arg(long, conflicts_with = "revert")]
    adopt: bool,
    /// Write a migration that makes the database agree with the files
    #[arg(long)]
    revert: bool,
    /// Where it is written [default: --adopt: the folder of migrations; --revert: generated-migrations]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also write statements that lose data, not as comments only
    #[arg(long)]
    allow_data_loss: bool,
    /// An object of the database is one of the files under another name (repeatable)
    #[arg(long, value_name = "PATH=NAME")]
    rename: Vec<String>,
    /// Say what would be written
    #[arg(long)]
    dry_run: bool,
}

impl Args {
    /// The same comparison in a command to type; a URL may hold a password and is not repeated.
    fn as_typed(&self) -> String {
        let shown =
            |text: &str| if text.contains("://") || text.contains("password") { "URL".to_owned() } else { shell_word(text) };
        let mut words: Vec<String> = self.url.iter().map(|_| "URL".to_owned()).collect();
        words.extend(self.desired.iter().map(|d| format!("--desired {}", shown(d))));
        words.extend(self.layout.map(|l| format!("--layout {l}")));
        words.extend(self.placeholder.iter().map(|p| format!("--placeholder {}", shown(p))));
        words.extend(self.role.iter().map(|r| format!("--as {}", shell_word(r))));
        words.extend(self.ledger.iter().map(|l| format!("--ledger {}", shell_word(l))));
        let flags = [(self.all_files, "--all-files"), (self.grants, "--grants"), (self.column_order, "--column-order")];
        words.extend(flags.iter().filter(|(set, _)| *set).map(|(_, flag)| (*flag).to_owned()));
        words.extend(self.shadow_url.iter().map(|_| "--shadow-url URL".to_owned()));
        words.extend(self.pg.map(|pg| format!("--pg {pg}")));
        words.join(" ")
    }
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let config = Config::load(global.config.as_deref())?;
    let settings = &config.drift;
    let layout = args.layout.or(settings.layout);
    let mut options = ReadOptions { placeholders: settings.placeholders.clone() };
    for pair in &args.placeholder {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Error::new(format!("--placeholder {pair} has no value")).fix("write --placeholder NAME=VALUE"))?;
        options.placeholders.insert(name.to_owned(), value.to_owned());
    }
    let named =
        match (&args.desired, &settings.desired) {
            (Some(named), _) => named.clone(),
            (None, Some(path)) => path.display().to_string(),
            (None, None) => {
                return Err(Error::new("nothing to compare with")
                .because("neither --desired nor `[drift] desired` in dbharden.toml says what the database should be")
                .fix("dbharden drift --desired prisma/migrations (or any folder of migrations, a .sql file, a snapshot, a URL)"));
            }
        };
    let progress = Progress::new();
    let desired = Source::read(&named, layout, &options)?;
    let env = |name: &str| std::env::var(name).ok();
    let live = Target::resolve(args.url.as_deref(), &env)?;
    live.notes().iter().for_each(|note| progress.note(&format!("note: {note}")));
    let database = live.database().to_owned();
    let folder = match &desired {
        Source::Folder { path, layout, .. } => Some((path.clone(), *layout)),
        _ => None,
    };
    let request = Request {
        live,
        desired,
        role: args.role.as_deref().or(settings.role.as_deref()).map(Ident::new),
        shadow: args.shadow_url.as_deref().map(|url| Target::resolve(Some(url), &|_| None)).transpose()?,
        major: args.pg,
        ledger: args.ledger.as_deref().map(ledger_name).transpose()?,
        all_files: args.all_files,
        grants: args.grants,
        column_order: args.column_order,
        cache: !args.no_cache,
        ignored_schemas: settings.ignore_schemas.clone(),
        schemas: config.schemas.clone(),
        renames: args.rename.clone(),
        adopt: args.adopt,
    };
    let sides = check::sides(request, &|what| progress.say(what)).await?;
    progress.say("comparing");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
    let server = ServerLine {
        version: sides.version.clone(),
        major: sides.live.major,
        database,
        tables: sides.live.all.keys().filter(|id| id.kind == Kind::Table).count(),
        ..ServerLine::default()
    };
    let mut outcome = verdict(&sides, &settings.ignore, server, now);
    for skipped in &mut outcome.skipped {
        skipped.acknowledged = config.skip.iter().any(|s| s.check == "drift" && !s.expired(now));
    }
    if args.adopt || args.revert {
        let way = if args.adopt { Way::Adopt } else { Way::Revert };
        let (directory, layout) = match (&args.out, way, folder) {
            (Some(out), _, folder) => {
                (out.clone(), layout.or(folder.map(|f| f.1).filter(|_| args.adopt)).unwrap_or(Layout::Dbharden))
            }
            (None, Way::Adopt, Some(folder)) => folder,
            (None, _, _) => (config.out.clone(), Layout::Dbharden),
        };
        let at = time::OffsetDateTime::now_utc();
        let place = Place {
            directory,
            layout,
            at,
            lock_timeout_ms: config.migration.lock_timeout_ms,
            allow_data_loss: args.allow_data_loss,
            dry_run: args.dry_run,
        };
        let ignored: Vec<String> = outcome.ignored.iter().map(|i| i.finding.object.clone()).collect();
        let wanted = |id: &Id| !ignored.contains(&id.path());
        if let Some(migration) = ending::write(&sides, way, &wanted, &place)? {
            outcome.findings.iter_mut().for_each(|f| f.migration = Some(migration.name.clone()));
            outcome.migrations.push(migration);
        }
    }
    drop(progress);
    outcome.typed = args.as_typed();
    output::drift(&outcome, global)?;
    Ok(if !outcome.findings.is_empty() {
        Exit::Found
    } else if outcome.skipped.iter().any(|s| !s.acknowledged) {
        Exit::NotLookedAt
    } else {
        Exit::Done
    })
}

/// `schema.table`, quoted or not.
fn ledger_name(text: &str) -> Result<QualifiedName> {
    let (schema, name) = text
        .split_once('.')
        .ok_or_else(|| Error::new(format!("--ledger {text} names no schema")).fix("write --ledger SCHEMA.TABLE"))?;
    Ok(QualifiedName::new(schema.trim_matches('"'), name.trim_matches('"')))
}
