//! An empty copy of the original: the catalog before and after the pending files have run in it.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use super::pending::Pending;
use crate::connect::{Session, Target};
use crate::drift::files::{self, Ran, RunOptions};
use crate::error::{Context, Error, Result};
use crate::ident::{Ident, QualifiedName, one_line};
use crate::migration::layout::Layout;
use crate::sandbox::Sandbox;
use crate::snapshot::objects::Objects;
use crate::snapshot::read::{ReadOptions, read};
use crate::snapshot::{Oid, Snapshot};
use crate::twin::{self, Note};

/// The copy, and what is known of it.
pub struct Copy {
    sandbox: Sandbox,
    /// In what it is not as the original.
    pub notes: Vec<Note>,
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
    pub async fn migrate(&self, pending: &Pending, layout: Option<Layout>, snapshot: &Snapshot, role: &Ident) -> Result<Ran> {
        let options = self.sandbox.connect_options(twin::DATABASE).username(role.raw());
        let mut connection = options.connect().await.context(format!("cannot connect to the copy as {role}"))?;
        let options = RunOptions {
            layout,
            schema: prisma_schema(layout, snapshot),
            lenient: self.notes.iter().any(|n| n.because.starts_with("is not in the copy")),
        };
        let ran = files::run(&mut connection, &pending.files, &options).await.map_err(|e| {
            e.fix(if pending.all {
                "if the database has this already, name the last migration that is applied: --after NAME"
            } else {
                "correct the file: a deploy would fail here too, unless it depends on rows, which the copy does not have"
            })
        });
        connection.close().await.context("cannot leave the copy")?;
        ran
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
