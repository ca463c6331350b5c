//! The ledger: schema `dbharden` of the database itself. What ran, as whom, approved by whom, from when to when, statement by statement.
//!
//! A statement that runs in a transaction is recorded in that transaction, so the record is exact. One that cannot is recorded before and
//! after; what lies between is looked for in the catalogs (see [`super::concurrent`]).

use serde::{Deserialize, Serialize};

use crate::connect::{Bind, Kind, Session};
use crate::error::{Error, Result};
use crate::ident::{Ident, literal};

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// `up.sql`
    Up,
    /// `down.sql`
    Down,
}

impl Direction {
    /// As the ledger has it.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

/// One run of a file, whatever the number of attempts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// The folder's name.
    pub migration: String,
    /// Which file.
    pub direction: Direction,
    /// Hash of the file's normalised statements.
    pub hash: String,
    /// The same for all that one command ran.
    pub session: String,
    /// The role that began it.
    pub role: String,
    /// The person.
    pub person: String,
    /// The version of dbharden.
    pub version: String,
    /// Who approved it; `None`: nobody.
    pub approval: Option<String>,
    /// When it began.
    pub started_at: String,
    /// When it ended; `None`: it has not.
    pub ended_at: Option<String>,
    /// How long it took, seconds.
    pub seconds: Option<f64>,
    /// Why it stopped.
    pub error: Option<String>,
}

/// A statement that was begun.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Recorded {
    /// Its position in the file, from 1.
    pub position: usize,
    /// Hash of the normalised statement.
    pub hash: String,
    /// Kind of the step.
    pub kind: String,
    /// Whether it ended.
    pub ended: bool,
    /// Attempts.
    pub tries: i64,
    /// How long it took, seconds.
    pub seconds: Option<f64>,
}

/// Where the ledger is, and what our role may do with it.
#[derive(Debug, Clone, Deserialize)]
pub struct Access {
    there: bool,
    owner: String,
    whole: bool,
    readable: bool,
    writable: bool,
    forgets: bool,
    owned: bool,
    may_create: bool,
    database: String,
    /// Our role.
    pub role: String,
}

/// What the ledger says.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// All runs in their order.
    pub runs: Vec<Run>,
    /// Migrations whose folders nobody is to look for.
    pub forgotten: Vec<String>,
    /// Whether it has a place for those.
    pub notes_forgotten: bool,
}

#[derive(Deserialize)]
struct Forgotten {
    migration: String,
}

/// How a migration stands in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State<'l> {
    /// Not applied, or undone.
    Pending,
    /// Begun and not finished.
    Half(&'l Run),
    /// Applied.
    Applied(&'l Run),
}

impl Eq for Run {}

impl Ledger {
    /// Reads it; empty where it is not there.
    ///
    /// # Errors
    /// The role may not read it: the error has the GRANT.
    pub async fn read(session: &mut Session) -> Result<(Self, Access)> {
        let mut tx = session.transaction(Kind::Now).await?;
        let access: Access = tx.fetch_one_json(include_str!("sql/ledger_there.sql"), &[]).await?;
        let mut ledger = Ledger::default();
        if access.there && access.whole {
            if !access.readable {
                return Err(access.denied("cannot read the ledger of dbharden"));
            }
            ledger.runs = tx.fetch_json(include_str!("sql/runs.sql"), &[]).await?;
            ledger.notes_forgotten = access.forgets;
            if access.forgets {
                let names: Vec<Forgotten> = tx.fetch_json("SELECT migration FROM dbharden.forgotten", &[]).await?;
                ledger.forgotten = names.into_iter().map(|f| f.migration).collect();
            }
        }
        tx.commit().await?;
        Ok((ledger, access))
    }

    /// How a migration stands.
    pub fn state(&self, migration: &str) -> State<'_> {
        match self.runs.iter().rev().find(|r| r.migration == migration) {
            None => State::Pending,
            Some(run) => match (run.direction, &run.ended_at) {
                (_, None) => State::Half(run),
                (Direction::Up, Some(_)) => State::Applied(run),
                (Direction::Down, Some(_)) => State::Pending,
            },
        }
    }

    /// Migrations that are applied or half-way, in the order in which they were begun.
    pub fn present(&self) -> Vec<&Run> {
        let last = |r: &&Run| {
            !matches!(self.state(&r.migration), State::Pending)
                && self.runs.iter().rev().find(|o| o.migration == r.migration) == Some(*r)
        };
        self.runs.iter().filter(last).collect()
    }
}

impl Access {
    /// Refuses a role that could not keep the ledger.
    ///
    /// # Errors
    /// Says the GRANT that is missing.
    pub fn check(&self) -> Result<()> {
        match () {
            () if self.there && self.whole && self.writable => Ok(()),
            () if self.there && !self.whole && self.owned => Ok(()),
            () if self.there => Err(self.denied("cannot write the ledger of dbharden")),
            () if self.may_create => Ok(()),
            () => Err(Error::new("cannot make the schema dbharden, in which apply keeps its ledger")
                .because(format!("role {} may not create schemas in {}", Ident::new(&*self.role), Ident::new(&*self.database)))
                .fix(format!("as the owner of the database: CREATE SCHEMA dbharden AUTHORIZATION {};", Ident::new(&*self.role)))),
        }
    }

    fn denied(&self, what: &str) -> Error {
        let role = Ident::new(&*self.role);
        Error::new(what).because(format!("role {role} has no right to it")).fix(format!(
            "as {}: GRANT USAGE ON SCHEMA dbharden TO {role}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA dbharden TO {role};",
            Ident::new(&*self.owner)
        ))
    }

    /// Statements that make it, where it is not whole.
    pub fn create(&self) -> Option<String> {
        // IF NOT EXISTS would ask for the right to make it, though it is there
        let schema = if self.there { "" } else { "CREATE SCHEMA dbharden;\n" };
        (!(self.there && self.whole)).then(|| format!("{schema}{}", include_str!("sql/ledger.sql")))
    }
}

/// The statements of a run that were begun.
///
/// # Errors
/// The connection broke.
pub async fn recorded(session: &mut Session, run: i64) -> Result<Vec<Recorded>> {
    let mut tx = session.transaction(Kind::Now).await?;
    let rows = tx.fetch_json(include_str!("sql/statements.sql"), &[Bind::Int(run)]).await?;
    tx.commit().await?;
    Ok(rows)
}

/// What a new run is.
pub struct NewRun<'a> {
    /// The folder's name.
    pub migration: &'a str,
    /// Which file.
    pub direction: Direction,
    /// Hash of the file's normalised statements.
    pub hash: &'a str,
    /// The same for all that one command runs.
    pub session: &'a str,
    /// The person.
    pub person: &'a str,
    /// Who approved it.
    pub approval: Option<&'a str>,
}

impl NewRun<'_> {
    /// The statement that records it and returns its number.
    pub fn begin(&self) -> String {
        format!(
            "INSERT /* dbharden */ INTO dbharden.run (migration, direction, hash, session, person, version, approval) \
             VALUES ({}, '{}', {}, {}, {}, {}, {}) RETURNING id",
            literal(self.migration),
            self.direction.name(),
            literal(self.hash),
            literal(self.session),
            literal(self.person),
            literal(env!("CARGO_PKG_VERSION")),
            self.approval.map_or_else(|| "NULL".to_owned(), literal),
        )
    }

    /// The statement by which a broken run is taken up again: what is left of the file may have been edited and approved since.
    pub fn again(&self, run: i64) -> String {
        format!(
            "UPDATE /* dbharden */ dbharden.run SET hash = {}, error = NULL, approval = {} WHERE id = {run}",
            literal(self.hash),
            self.approval.map_or_else(|| "NULL".to_owned(), literal)
        )
    }
}

/// A statement of a run, for the record.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The run.
    pub run: i64,
    /// Position in the file, from 0.
    pub position: usize,
    /// Hash of the normalised statement.
    pub hash: &'a str,
    /// Kind of its step.
    pub kind: &'a str,
    /// Attempts so far.
    pub tries: u32,
}

impl Record<'_> {
    /// It is done: recorded in its own transaction, which began when it did.
    pub fn done(&self) -> String {
        self.upsert("pg_catalog.now()", "pg_catalog.clock_timestamp()")
    }

    /// It begins.
    pub fn begun(&self) -> String {
        self.upsert("pg_catalog.clock_timestamp()", "NULL")
    }

    /// It has ended.
    pub fn ended(&self) -> String {
        format!(
            "UPDATE /* dbharden */ dbharden.statement SET ended_at = pg_catalog.clock_timestamp(), tries = {} WHERE run = {} AND position = {}",
            self.tries,
            self.run,
            self.position + 1
        )
    }

    fn upsert(&self, started: &str, ended: &str) -> String {
        format!(
            "INSERT /* dbharden */ INTO dbharden.statement (run, position, hash, kind, started_at, ended_at, tries) \
             VALUES ({}, {}, {}, {}, {started}, {ended}, {}) ON CONFLICT (run, position) DO UPDATE \
             SET hash = excluded.hash, kind = excluded.kind, ended_at = excluded.ended_at, tries = excluded.tries",
            self.run,
            self.position + 1,
            literal(self.hash),
            literal(self.kind),
            self.tries
        )
    }
}

/// The run is over.
pub fn end(run: i64) -> String {
    format!("UPDATE /* dbharden */ dbharden.run SET ended_at = pg_catalog.clock_timestamp(), error = NULL WHERE id = {run}")
}

/// The run has stopped, and why.
pub fn stop(run: i64, error: &str) -> String {
    format!("UPDATE /* dbharden */ dbharden.run SET error = {} WHERE id = {run}", literal(error))
}
