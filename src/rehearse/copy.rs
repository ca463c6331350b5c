//! An empty copy of the original: the catalog before and after the pending files have run in it.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use super::duration::Size;
use super::locks::Locks;
use super::pending::Pending;
use super::rehearsal::Rehearsal;
use crate::connect::{Session, Target};
use crate::drift::files::{self, Ran, Relation, RunOptions};
use crate::error::{Context, Error, Result};
use crate::ident::{Ident, QualifiedName, literal, one_line};
use crate::migration::layout::{Layout, MigrationFile};
use crate::sandbox::Sandbox;
use crate::snapshot::objects::{self, Objects};
use crate::snapshot::read::{ReadOptions, read};
use crate::snapshot::{Oid, Snapshot};
use crate::twin::{self, Note};

/// The copy, and what is known of it.
pub struct Copy {
    sandbox: Sandbox,
    /// In what it is not as the original.
    pub notes: Vec<Note>,
}

/// How files are run.
pub struct Runs<'a> {
    /// The original.
    pub snapshot: &'a Snapshot,
    /// Whose they are.
    pub layout: Option<Layout>,
    /// Who runs them.
    pub role: &'a Ident,
}

/// What a database holds.
pub struct Contents {
    /// Its objects.
    pub objects: Objects,
    /// Rows of tables that have some.
    pub rows: BTreeMap<QualifiedName, i64>,
}

/// A catalog of the copy. OIDs mean the same object in each.
pub struct State {
    /// What was read; figures in it are those of empty tables.
    pub snapshot: Snapshot,
    /// Extended statistics.
    pub statistics: BTreeMap<Oid, QualifiedName>,
}

impl State {
    /// All its objects.
    ///
    /// # Errors
    /// They were not read.
    pub fn objects(&self) -> Result<&Objects> {
        self.snapshot.objects.as_ref().ok_or_else(|| Error::new("the copy was not read whole"))
    }
}

impl Copy {
    /// Makes one of this snapshot.
    ///
    /// # Errors
    /// As [`twin::empty_copy`].
    pub async fn make(snapshot: &Snapshot) -> Result<Self> {
        let (sandbox, notes) = twin::empty_copy(snapshot).await?;
        Ok(Self { sandbox, notes })
    }

    /// Gives the role that deploys what it needs.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn prepare(&self, snapshot: &Snapshot, role: &Ident) -> Result<()> {
        let mut admin = self.connect().await?;
        // most are there already
        let _ = send(&mut admin, &format!("CREATE ROLE {role} NOLOGIN")).await;
        // who deploys there may do so here
        send(&mut admin, &format!("ALTER ROLE {role} SUPERUSER LOGIN")).await?;
        if let Some(path) = snapshot.objects.as_ref().and_then(|o| o.search_path_of(role)) {
            send(&mut admin, &format!("ALTER DATABASE {} SET search_path = {path}", twin::DATABASE)).await?;
        }
        admin.close().await.context("cannot leave the copy")
    }

    /// Runs the pending files as their tool would.
    ///
    /// # Errors
    /// A statement fails: with file, line and what the server said.
    pub async fn migrate(&self, pending: &Pending, runs: &Runs<'_>) -> Result<(Ran, Vec<Rehearsal>)> {
        let mut connection = self.connect_as(twin::DATABASE, runs.role).await?;
        let pid = sqlx::query_scalar("SELECT pg_catalog.pg_backend_pid()").fetch_one(&mut connection).await;
        let tables = Relation::all(&mut connection).await?.into_iter().filter_map(|r| {
            let original = runs.snapshot.catalog.relations.values().find(|o| o.name == r.name)?;
            Some((r.oid, Size::of(original, &runs.snapshot.catalog)?))
        });
        let observer = self.sandbox.connect_options(twin::DATABASE);
        let mut locks = Locks::new(pid.context("cannot ask the copy")?, observer, tables.collect()).await?;
        let ran = files::run_watched(&mut connection, &pending.files, &self.run_options(runs), &mut locks).await.map_err(|e| {
            e.fix(if pending.all {
                "if the database has this already, name the last migration that is applied: --after NAME"
            } else {
                "correct the file: a deploy would fail here too, unless it depends on rows, which the copy does not have"
            })
        });
        connection.close().await.context("cannot leave the copy")?;
        Ok((ran?, locks.finish().await?))
    }

    /// Runs one file in a database of the copy.
    ///
    /// # Errors
    /// As [`Copy::migrate`].
    pub async fn run_in(&self, database: &str, file: &MigrationFile, runs: &Runs<'_>) -> Result<Ran> {
        let mut connection = self.connect_as(database, runs.role).await?;
        let ran = files::run(&mut connection, std::slice::from_ref(file), &self.run_options(runs)).await;
        connection.close().await.context("cannot leave the copy")?;
        ran
    }

    fn run_options(&self, runs: &Runs<'_>) -> RunOptions {
        RunOptions {
            layout: runs.layout,
            schema: prisma_schema(runs.layout, runs.snapshot),
            lenient: self.notes.iter().any(|n| n.because.starts_with("is not in the copy")),
        }
    }

    async fn connect_as(&self, database: &str, role: &Ident) -> Result<PgConnection> {
        let options = self.sandbox.connect_options(database).username(role.raw());
        options.connect().await.context(format!("cannot connect to the copy as {role}"))
    }

    /// Makes a second database of one in which nobody is; OIDs stay.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn double(&self, of: &str, called: &str) -> Result<()> {
        let mut admin = self.sandbox.connect_options("postgres").connect().await.context("cannot connect to the copy")?;
        send(&mut admin, &format!("CREATE DATABASE {called} TEMPLATE {of}")).await?;
        let oid = |name: &str| format!("(SELECT oid FROM pg_catalog.pg_database WHERE datname = {})", literal(name));
        // a superuser may: a template does not bring its settings
        let settings = format!(
            "INSERT INTO pg_catalog.pg_db_role_setting SELECT {}, setrole, setconfig FROM pg_catalog.pg_db_role_setting \
             WHERE setdatabase = {}",
            oid(called),
            oid(of)
        );
        send(&mut admin, &settings).await?;
        admin.close().await.context("cannot leave the copy")
    }

    /// Drops such a database.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn forget(&self, database: &str) -> Result<()> {
        let mut admin = self.sandbox.connect_options("postgres").connect().await.context("cannot connect to the copy")?;
        send(&mut admin, &format!("DROP DATABASE {database} WITH (FORCE)")).await?;
        admin.close().await.context("cannot leave the copy")
    }

    /// All objects of one of its databases, and how many rows its tables have.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn objects_of(&self, database: &str) -> Result<Contents> {
        let target = Target::resolve(Some(&self.sandbox.url(database)), &|_| None)?;
        let mut session = Session::for_definitions(&target).await?;
        let objects = objects::read::read(&mut session, &|_| {}).await?;
        session.close().await;
        let mut connection = self.sandbox.connect_options(database).connect().await.context("cannot connect to the copy")?;
        let mut rows = BTreeMap::new();
        // a table of no pages has no rows
        let filled = Relation::all(&mut connection).await?.into_iter().filter(|r| matches!(r.kind, 'r' | 'm'));
        for table in filled {
            let sql = format!(
                "SELECT CASE WHEN pg_catalog.pg_relation_size({}) > 0 THEN (SELECT count(*) FROM ONLY {}) ELSE 0 END",
                table.oid, table.name
            );
            let count: i64 =
                sqlx::query_scalar(AssertSqlSafe(sql)).persistent(false).fetch_one(&mut connection).await.unwrap_or(0);
            if count > 0 {
                rows.insert(table.name, count);
            }
        }
        connection.close().await.context("cannot leave the copy")?;
        Ok(Contents { objects, rows })
    }

    /// Reads its catalog.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn read(&self) -> Result<State> {
        let target = Target::resolve(Some(&self.sandbox.url(twin::DATABASE)), &|_| None)?;
        let mut session = Session::connect(&target).await?;
        let options = ReadOptions { objects: true, planner: true, statements: 0, plans: 0, ..ReadOptions::default() };
        let snapshot = read(&mut session, &options, &|_| {}).await?;
        session.close().await;
        let mut connection = self.connect().await?;
        let sql = "SELECT s.oid::int8, n.nspname::text, s.stxname::text FROM pg_catalog.pg_statistic_ext s \
                   JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace";
        let rows = sqlx::query(sql).fetch_all(&mut connection).await.context("cannot ask the copy")?;
        connection.close().await.context("cannot leave the copy")?;
        let of = |row: &sqlx::postgres::PgRow| {
            let oid = Oid::try_from(row.try_get::<i64, _>(0).ok()?).ok()?;
            Some((oid, QualifiedName::new(row.try_get::<String, _>(1).ok()?, row.try_get::<String, _>(2).ok()?)))
        };
        Ok(State { snapshot, statistics: rows.iter().filter_map(of).collect() })
    }

    /// A session in it, as superuser.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn connect(&self) -> Result<PgConnection> {
        self.sandbox.connect_options(twin::DATABASE).connect().await.context("cannot connect to the copy")
    }

    /// The path of a file below its data directory.
    pub fn path(&self, relative: &str) -> std::path::PathBuf {
        self.sandbox.files().path(relative)
    }

    /// Ends it.
    ///
    /// # Errors
    /// The server does not end.
    pub async fn stop(self) -> Result<()> {
        self.sandbox.stop().await
    }
}

/// Prisma makes what has no schema in that of its URL: the only one of the database, where it is not the usual one.
fn prisma_schema(layout: Option<Layout>, snapshot: &Snapshot) -> Option<Ident> {
    let [only] = snapshot.catalog.schemas.as_slice() else { return None };
    (layout == Some(Layout::Prisma) && only != "public").then(|| Ident::new(only.as_str()))
}

async fn send(connection: &mut PgConnection, sql: &str) -> Result<()> {
    let sent = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    sent.map(|_| ()).map_err(|e| Error::new("cannot prepare the copy").because(one_line(&e.to_string())))
}
