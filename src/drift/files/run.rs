//! Runs the files of a folder, in order, as their tool would.

use std::collections::BTreeSet;
use std::path::PathBuf;

use sqlx::{AssertSqlSafe, PgConnection};

use super::exec::Runner;
use super::watch::{Relation, Watch};
use crate::error::{Context, Result};
use crate::ident::Ident;
use crate::migration::script::{self, Kind, Piece};
use crate::migration::{Layout, MigrationFile};

/// How files are to be run.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Whose files they are: tools differ in what stays set from one file to the next.
    pub layout: Option<Layout>,
    /// The schema in which names without one are made, where it is not the server's choice (Prisma's `?schema=`).
    pub schema: Option<Ident>,
    /// What fails for want of something is not built, from the first file on: the files build on a platform's objects.
    pub lenient: bool,
}

/// What became of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ran {
    /// Statements that ran.
    pub statements: usize,
    /// Statements that were left out on purpose.
    pub notes: Vec<Note>,
    /// Roles that the files name and nobody made: NOLOGIN stand-ins took their places.
    pub stand_ins: BTreeSet<String>,
    /// Extensions that this server does not have.
    pub missing_extensions: BTreeSet<String>,
    /// What could not be built because of that.
    pub not_built: Vec<NotBuilt>,
}

/// A statement that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Note {
    /// The file.
    pub path: PathBuf,
    /// The line.
    pub line: usize,
    /// The statement's first words.
    pub what: String,
    /// Why it was left out.
    pub because: String,
}

/// A statement that failed because something is missing that a missing extension would have brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NotBuilt {
    /// The file.
    pub path: PathBuf,
    /// The line.
    pub line: usize,
    /// The statement's first words.
    pub what: String,
    /// What the server said.
    pub because: String,
}

/// Runs the files in a database of our own, as superuser. Leaves the session's settings as they were.
///
/// A file that is one transaction costs one round trip. Where something fails, it is run again statement by statement.
///
/// # Errors
/// A statement failed: with file, line and what the server said. A file that does not read as a script.
pub async fn run(connection: &mut PgConnection, files: &[MigrationFile], options: &RunOptions) -> Result<Ran> {
    run_with(connection, files, options, None).await
}

/// As [`run`], statement by statement, while somebody looks on. A statement outside of a transaction gets one of its own where it may.
///
/// # Errors
/// As [`run`], and what `watch` says.
pub async fn run_watched(
    connection: &mut PgConnection,
    files: &[MigrationFile],
    options: &RunOptions,
    watch: &mut dyn Watch,
) -> Result<Ran> {
    run_with(connection, files, options, Some(watch)).await
}

async fn run_with<'c>(
    connection: &'c mut PgConnection,
    files: &[MigrationFile],
    options: &RunOptions,
    watch: Option<&'c mut dyn Watch>,
) -> Result<Ran> {
    let extensions = column(connection, "SELECT name::text FROM pg_catalog.pg_available_extensions").await?;
    let roles = column(connection, "SELECT rolname::text FROM pg_catalog.pg_roles").await?;
    let mut runner = Runner { connection, ran: Ran::default(), extensions, roles, lenient: options.lenient, watch };
    let path = options.schema.as_ref().map(|s| format!("SET search_path = {s}"));
    let failed = "cannot prepare a session of the sandbox";
    if let Some(schema) = &options.schema {
        runner.set(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await.context(failed)?;
    }
    let reset = |runs: &str| path.iter().fold(runs.to_owned(), |all, path| format!("{all}; {path}"));
    if let Some(path) = &path {
        runner.set(path).await.context(failed)?;
    }
    let mut result = Ok(());
    for file in files {
        let changed = match runner.file(file).await {
            Ok(changed) => changed,
            Err(error) => {
                result = Err(error);
                break;
            }
        };
        if let (true, Some(between)) = (changed, options.layout.and_then(between)) {
            runner.set(&reset(between)).await.context(failed)?;
        }
    }
    // also after an error: the caller goes on with the connection
    let settled = runner.set("RESET ALL; RESET SESSION AUTHORIZATION; DISCARD TEMP").await.context(failed);
    result.and(settled).map(|()| runner.ran)
}

/// What a tool sets back after each file.
fn between(layout: Layout) -> Option<&'static str> {
    match layout {
        // supabase/cli, pkg/migration/apply.go; each of our own files is a session of psql
        Layout::Supabase | Layout::Dbharden => Some("RESET ALL; RESET SESSION AUTHORIZATION"),
        // flyway/flyway, PostgreSQLConnection.java: the role, and the schema that is current
        Layout::Flyway => Some("RESET ROLE; RESET search_path"),
        // one session for all, nothing set back: prisma/prisma-engines, launchbadge/sqlx, pressly/goose ...
        _ => None,
    }
}

impl Runner<'_> {
    async fn set(&mut self, sql: &str) -> std::result::Result<(), String> {
        self.send(sql.to_owned()).await.map_err(|f| f.sentence())
    }

    /// Runs one file. Whether it may have changed settings of the session.
    async fn file(&mut self, file: &MigrationFile) -> Result<bool> {
        let all = script::read(&file.sql, &file.path, file.first_line)?;
        let pieces: Vec<&Piece> = all.iter().filter(|piece| self.is_wanted(piece)).collect();
        if let Some(watch) = self.watch.as_deref_mut() {
            watch.begin(file, &all, Relation::all(self.connection).await?);
        }
        let has = |wanted: fn(&Kind) -> bool| pieces.iter().any(|p| wanted(&p.kind));
        let controls = has(|k| matches!(k, Kind::Alone | Kind::Begin | Kind::End));
        if file.transaction && !controls {
            self.transaction(&pieces).await?;
        } else {
            self.apart(&pieces).await?;
        }
        Ok(has(|k| *k == Kind::Setting))
    }

    /// Notes and leaves out what must not or need not run.
    fn is_wanted(&mut self, piece: &Piece) -> bool {
        match &piece.kind {
            Kind::Copy => false,
            Kind::Skip(because) => {
                self.note(piece, because);
                false
            }
            Kind::Extension(name) if !self.extensions.contains(name) => {
                self.ran.missing_extensions.insert(name.clone());
                self.lenient = true;
                false
            }
            Kind::Role(name) if !self.roles.insert(name.clone()) => {
                self.note(piece, "the role is there");
                false
            }
            _ => true,
        }
    }
}

async fn column(connection: &mut PgConnection, sql: &str) -> Result<BTreeSet<String>> {
    let query = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).persistent(false);
    let names: Vec<String> = query.fetch_all(connection).await.context("cannot look into the sandbox")?;
    Ok(names.into_iter().collect())
}
