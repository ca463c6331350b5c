//! The planner twin: a throw-away local server that holds a database's schema and planner statistics, none of its rows, and plans
//! every statement as the original does. It is made of a [`Snapshot`] alone; the original is not asked again.
//!
//! ```text
//! schema -> settings -> figures of pg_class, statistics -> files as long as the original's, b-trees as high -> plans
//! ```

mod btree;
mod context_settings;
mod ends;
pub(crate) mod explained;
mod expressions;
mod extended;
mod files;
pub mod index_size;
pub(crate) mod keys;
pub(crate) mod new_index;
mod plain;
pub mod planner;
mod question;
mod schema;
pub mod sessions;
mod settings;
mod statistics;
mod tree_height;
pub mod what_if;

use serde::Serialize;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::error::{Context, Error, Result};
use crate::ident::{Ident, literal, one_line};
use crate::sandbox::{Sandbox, SandboxOptions, nearest};
use crate::snapshot::Snapshot;
use crate::snapshot::objects::Objects;
use crate::snapshot::planner::PlannerFigures;
use schema::Extent;

/// The database's name in the sandbox.
pub const DATABASE: &str = "twin";

/// A running twin.
pub struct Twin {
    sandbox: Sandbox,
    /// The role that asks for plans, where no other one is wished for.
    planner: Ident,
    /// The schema of our own functions.
    here: Ident,
    /// In what the twin is not as the original, for people.
    pub notes: Vec<Note>,
}

/// Something in which the twin is not as the original.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// What: an object's name, `statistics`, `server`.
    pub what: String,
    /// In what way, in a sentence.
    pub because: String,
}

impl Note {
    pub(crate) fn new(what: impl Into<String>, because: impl Into<String>) -> Self {
        Self { what: what.into(), because: because.into() }
    }
}

impl Twin {
    /// Builds the twin of a snapshot.
    ///
    /// # Errors
    /// The snapshot lacks what a twin is made of, no server is installed, or it does not start.
    pub async fn build(snapshot: &Snapshot, progress: &dyn Fn(&str)) -> Result<Self> {
        let (objects, figures) = parts(snapshot)?;
        let mut notes = Vec::new();
        progress("starting a server");
        let sandbox = start(snapshot.server.major(), &mut notes).await?;
        progress("definitions");
        settings::create_database(&sandbox, &figures.locale, &mut notes).await?;
        schema::create(&sandbox, objects, snapshot, Extent::Planned, &mut notes).await?;
        let mut connection = connect(&sandbox).await?;
        settings::copy(&mut connection, snapshot, figures, &mut notes).await?;
        progress("statistics");
        statistics::write(&mut connection, snapshot, figures, &mut notes).await?;
        extended::write(&mut connection, figures, &mut notes).await?;
        let (planner, here) = make_planner(&mut connection, snapshot).await?;
        let leaves = ends::leaves(&mut connection, snapshot, figures, &mut notes).await?;
        let sizes = files::prepare(&mut connection, snapshot, figures, leaves).await?;
        connection.close().await.context("cannot leave the twin")?;
        progress("sizes");
        sandbox.while_stopped(move |data| files::forge(data, &sizes)).await?;
        assumed(snapshot, &mut notes);
        notes.sort();
        notes.dedup();
        Ok(Self { sandbox, planner, here, notes })
    }

    /// A session in the twin, as superuser.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn connect(&self) -> Result<PgConnection> {
        connect(&self.sandbox).await
    }

    /// Lets all sessions plan with a hypothetical index, for good, and gives it a name where one is said.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn switch_on(&self, index: &what_if::Hypothetical, name: &Ident) -> Result<()> {
        let oids: Vec<String> = index.oids.iter().map(|o| o.to_string()).collect();
        let mut connection = self.connect().await?;
        let list = oids.join(",");
        send(&mut connection, &format!("UPDATE pg_catalog.pg_index SET indisvalid = true WHERE indexrelid IN ({list})")).await?;
        if let (false, Some(oid)) = (name.raw().is_empty(), index.oids.first()) {
            let block = include_str!("sql/named.sql").replace("$oid", &oid.to_string()).replace("$name", &literal(name.raw()));
            send(&mut connection, &format!("DO {}", literal(&block))).await?;
        }
        connection.close().await.context("cannot leave the twin")
    }

    /// A session in the twin as one of its roles: under its settings, its rights and the policies that bind it.
    ///
    /// # Errors
    /// There is no such role.
    pub async fn connect_as(&self, role: &Ident) -> Result<PgConnection> {
        let mut admin = self.connect().await?;
        let here = &self.here;
        let grant = format!("GRANT EXECUTE ON FUNCTION {here}.switch(oid[], oid[]) TO {role}");
        send(&mut admin, &format!("ALTER ROLE {role} LOGIN; {grant}")).await?;
        admin.close().await.context("cannot leave the twin")?;
        let options = self.sandbox.connect_options(DATABASE).username(role.raw());
        options.connect().await.context(format!("cannot connect to the twin as {role}"))
    }

    /// Its URL, for psql and other clients.
    pub fn url(&self) -> String {
        self.sandbox.url(DATABASE)
    }

    /// Major version of the server it runs on.
    pub fn major(&self) -> u32 {
        self.sandbox.major()
    }

    /// Bytes that its files really take on disk.
    ///
    /// # Errors
    /// They cannot be looked at.
    pub fn disk_bytes(&self) -> std::io::Result<u64> {
        let mut open = vec![self.sandbox.data_dir().to_owned()];
        let mut bytes = 0;
        while let Some(directory) = open.pop() {
            for entry in std::fs::read_dir(directory)? {
                let (entry, metadata) = entry.and_then(|e| e.metadata().map(|m| (e, m)))?;
                if metadata.is_dir() {
                    open.push(entry.path());
                } else {
                    bytes += std::os::unix::fs::MetadataExt::blocks(&metadata) * 512;
                }
            }
        }
        Ok(bytes)
    }

    /// Ends it.
    ///
    /// # Errors
    /// The server does not end.
    pub async fn stop(self) -> Result<()> {
        self.sandbox.stop().await
    }
}

/// What a twin is made of.
fn parts(snapshot: &Snapshot) -> Result<(&Objects, &PlannerFigures)> {
    let lacks = || {
        Error::new("cannot build a planner twin of this snapshot")
            .because("it holds no definitions and sizes")
            .fix("take it again: dbharden snapshot URL -o FILE")
    };
    Ok((snapshot.objects.as_ref().ok_or_else(lacks)?, snapshot.planner.as_ref().ok_or_else(lacks)?))
}

/// A server whose database [`DATABASE`] has the whole schema of a snapshot and nothing in it, for migrations to run in; and in what it
/// is not as the original.
///
/// # Errors
/// As [`Twin::build`].
pub async fn empty_copy(snapshot: &Snapshot) -> Result<(Sandbox, Vec<Note>)> {
    let (objects, figures) = parts(snapshot)?;
    let mut notes = Vec::new();
    let sandbox = start(snapshot.server.major(), &mut notes).await?;
    settings::create_database(&sandbox, &figures.locale, &mut notes).await?;
    schema::create(&sandbox, objects, snapshot, Extent::Whole, &mut notes).await?;
    notes.sort();
    notes.dedup();
    Ok((sandbox, notes))
}

/// A server of the original's major version, or the nearest.
async fn start(major: u32, notes: &mut Vec<Note>) -> Result<Sandbox> {
    let nearest = nearest(major);
    if let Some(other) = nearest.filter(|m| *m != major) {
        let because =
            format!("the original is PostgreSQL {major}, the nearest server installed here is {other}: plans may differ");
        notes.push(Note::new("server", because));
    }
    let settings = [("max_locks_per_transaction", "1024"), ("track_io_timing", "off"), ("shared_preload_libraries", "")];
    let options = SandboxOptions {
        major: nearest,
        settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        max_connections: 20,
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(&options).await?;
    if !sandbox.confined() {
        let because =
            "this system cannot confine it (Linux 5.13 or later can): a schema that somebody else wrote can run programs here";
        notes.push(Note::new("server", because));
    }
    Ok(sandbox)
}

/// What the snapshot could not see, and the planner therefore assumes.
fn assumed(snapshot: &Snapshot, notes: &mut Vec<Note>) {
    let catalog = &snapshot.catalog;
    let known = |r: &&crate::snapshot::Relation| r.is_table() && r.rows.is_some_and(|rows| rows > 0.0);
    let without: Vec<String> =
        catalog.by_name().into_iter().filter(known).filter(|r| r.statistics.is_empty()).map(|r| r.name.to_string()).collect();
    if !without.is_empty() {
        let shown = without.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let more = if without.len() > 5 { format!(" and {} more", without.len() - 5) } else { String::new() };
        let because = format!("assumed for {shown}{more}: the snapshot's role could not read them");
        notes.push(Note::new("statistics", because));
    }
}

/// Makes the role that asks for plans, and the schema of our own functions; returns their names, which the original leaves free.
async fn make_planner(connection: &mut PgConnection, snapshot: &Snapshot) -> Result<(Ident, Ident)> {
    let roles = "SELECT rolname::text FROM pg_catalog.pg_roles";
    let schemas = "SELECT nspname::text FROM pg_catalog.pg_namespace";
    let mut names = Vec::new();
    for (name, taken) in [(planner::PLANNER, roles), (planner::HERE, schemas)] {
        let taken: Vec<String> = sqlx::query_scalar(taken).fetch_all(&mut *connection).await.context("cannot ask the twin")?;
        let mut free = (1..).map(|n| if n == 1 { name.to_owned() } else { format!("{name}_{n}") }).filter(|n| !taken.contains(n));
        names.push(Ident::new(free.next().unwrap_or_default()));
    }
    let (planner, here) = (names.remove(0), names.remove(0));
    let sql = include_str!("sql/planner_role.sql")
        .replace("$planner_text", &literal(planner.raw()))
        .replace("$here_text", &literal(here.raw()))
        .replace("$planner", &planner.to_string())
        .replace("$here", &here.to_string())
        .replace("$taken_at", &snapshot.taken_at.to_string());
    send(connection, &sql).await?;
    Ok((planner, here))
}

async fn connect(sandbox: &Sandbox) -> Result<PgConnection> {
    sandbox.connect_options(DATABASE).connect().await.context("cannot connect to the twin")
}

/// Runs statements that bring no values.
async fn send(connection: &mut PgConnection, sql: &str) -> Result<()> {
    let sent = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    sent.map(|_| ()).map_err(|e| {
        let words: Vec<&str> = sql.split_whitespace().take(8).collect();
        Error::new(format!("the twin refused `{} ...`", one_line(&words.join(" ")))).because(said(&e))
    })
}

/// What the server said, without the place in its own source that the driver adds.
fn said(error: &sqlx::Error) -> String {
    one_line(&error.as_database_error().map_or_else(|| error.to_string(), |e| e.message().to_owned()))
}
