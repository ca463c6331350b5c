//! CONCURRENTLY: what cannot run in a transaction, and so leaves something behind when it is interrupted. The catalogs say what.
//!
//! Such a statement waits for every transaction that is older than itself, while nobody waits for it: it has no timeouts, whatever the
//! file says, and before it begins those are named that it will wait for.

use serde::Deserialize;

use super::event::{Event, Progress, Show};
use super::retry::{Stopped, jitter};
use super::session::{Watch, Worker, watched};
use super::stop::Stop;
use crate::ident::{Ident, literal};
use crate::migration::script::Failure;

/// A deadlock with another build, or a timeout of the server's: so often it is tried again.
const TRIES: u32 = 5;

/// Pause before, jittered, milliseconds.
const PAUSE: (u64, u64) = (200, 1_000);

/// A statement that runs beside the running work. Schemas are empty where the file leaves them to search_path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concurrent {
    /// `CREATE INDEX CONCURRENTLY`
    CreateIndex {
        /// The table's schema.
        schema: String,
        /// The table.
        table: String,
        /// The index; without a name what an interrupted build leaves could not be told from others.
        name: Option<String>,
        /// An index of that name is taken for it.
        if_not_exists: bool,
    },
    /// `DROP INDEX CONCURRENTLY`
    DropIndex {
        /// Its schema.
        schema: String,
        /// The index.
        name: String,
    },
    /// `REINDEX ... CONCURRENTLY`
    Reindex {
        /// Its schema.
        schema: String,
        /// The index, or the table whose indexes are rebuilt.
        name: String,
        /// It is one index.
        index: bool,
    },
    /// `ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY`
    Detach {
        /// Schema and name of the partitioned table.
        parent: (String, String),
        /// Schema and name of the partition.
        child: (String, String),
    },
}

/// What of it is in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing that tells.
    Nothing,
    /// All of it.
    Done,
    /// Half of it: statements that clear it away, or bring it to its end where the flag is set.
    Broken(Vec<String>, bool),
    /// Somebody builds it now: who.
    Busy(i32),
}

/// A name with its schema, as `to_regclass` takes it.
fn regclass(schema: &str, name: &str) -> String {
    let name = Ident::new(name).to_string();
    let whole = if schema.is_empty() { name } else { format!("{}.{name}", Ident::new(schema)) };
    format!("pg_catalog.to_regclass({})", literal(&whole))
}

#[derive(Deserialize)]
struct IndexRow {
    sql: String,
    valid: bool,
    same_table: bool,
    builder: Option<i32>,
}

impl Concurrent {
    /// Looks into the catalogs.
    pub async fn find(&self, worker: &mut Worker) -> Result<Found, Failure> {
        let indexes = |condition: String, table: String| {
            format!(
                "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS sql, i.indisvalid AS valid, \
                 i.indrelid = {table} AS same_table, \
                 (SELECT p.pid FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid) AS builder \
                 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE {condition}"
            )
        };
        match self {
            Concurrent::CreateIndex { schema, table, name: Some(name), .. } => {
                let table = regclass(schema, table);
                let condition = format!(
                    "c.relname = {} AND n.oid = (SELECT t.relnamespace FROM pg_catalog.pg_class t WHERE t.oid = {table})",
                    literal(name)
                );
                let rows: Vec<IndexRow> = worker.rows(&indexes(condition, table)).await?;
                Ok(match rows.first() {
                    None => Found::Nothing,
                    // another table's: the server says it better
                    Some(row) if !row.same_table => Found::Nothing,
                    Some(row) if row.valid => Found::Done,
                    Some(IndexRow { builder: Some(pid), .. }) => Found::Busy(*pid),
                    Some(row) => Found::Broken(vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {}", row.sql)], false),
                })
            }
            Concurrent::CreateIndex { .. } => Ok(Found::Nothing),
            Concurrent::DropIndex { schema, name } => {
                let condition = format!("c.oid = {}", regclass(schema, name));
                let rows: Vec<IndexRow> = worker.rows(&indexes(condition, "i.indrelid".to_owned())).await?;
                // one that is half gone is dropped by the same statement
                Ok(if rows.is_empty() { Found::Done } else { Found::Nothing })
            }
            Concurrent::Reindex { schema, name, index } => {
                let (relation, part) = (regclass(schema, name), if *index { name.as_str() } else { "" });
                let table = if *index {
                    format!("(SELECT x.indrelid FROM pg_catalog.pg_index x WHERE x.indexrelid = {relation})")
                } else {
                    relation
                };
                let named = format!("pg_catalog.starts_with(c.relname::pg_catalog.text, pg_catalog.left({}, 50))", literal(part));
                let condition =
                    format!("i.indrelid = {table} AND NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND {named}");
                let rows: Vec<IndexRow> = worker.rows(&indexes(condition, table)).await?;
                if let Some(pid) = rows.iter().find_map(|r| r.builder) {
                    return Ok(Found::Busy(pid));
                }
                let drops: Vec<String> = rows.iter().map(|r| format!("DROP INDEX CONCURRENTLY IF EXISTS {}", r.sql)).collect();
                Ok(if drops.is_empty() { Found::Nothing } else { Found::Broken(drops, false) })
            }
            Concurrent::Detach { parent, child } => {
                #[derive(Deserialize)]
                struct Row {
                    pending: bool,
                    sql: String,
                }
                let rows: Vec<Row> = worker
                    .rows(&format!(
                        "SELECT h.inhdetachpending AS pending, pg_catalog.format('ALTER TABLE %s DETACH PARTITION %s FINALIZE', \
                         h.inhparent::pg_catalog.regclass, h.inhrelid::pg_catalog.regclass) AS sql \
                         FROM pg_catalog.pg_inherits h WHERE h.inhrelid = {} AND h.inhparent = {}",
                        regclass(&child.0, &child.1),
                        regclass(&parent.0, &parent.1)
                    ))
                    .await?;
                Ok(match rows.into_iter().next() {
                    None => Found::Done,
                    Some(row) if row.pending => Found::Broken(vec![row.sql], true),
                    Some(_) => Found::Nothing,
                })
            }
        }
    }

    /// Runs it: clears away what an earlier try has left, names who will be waited for, shows how far it is, makes sure of the result.
    /// Returns the number of tries, 0 where it was found done.
    ///
    /// # Errors
    /// It was stopped, or the server refuses it. What it left is cleared away.
    pub async fn run(
        &self,
        worker: &mut Worker,
        watch: &mut Watch,
        sql: &str,
        begun: bool,
        stop: &Stop,
        show: Show<'_>,
    ) -> Result<u32, Stopped> {
        let refused = |f: Failure| Stopped::Refused(Box::new(f));
        #[derive(Deserialize)]
        struct Timeouts {
            lock: String,
            statement: String,
        }
        let before: Vec<Timeouts> = worker
            .rows("SELECT pg_catalog.current_setting('lock_timeout') AS lock, pg_catalog.current_setting('statement_timeout') AS statement")
            .await
            .map_err(refused)?;
        worker.send("SET lock_timeout = 0; SET statement_timeout = 0").await.map_err(refused)?;
        let result = self.attempts(worker, watch, sql, begun, stop, show).await;
        if let Some(t) = before.first() {
            let back = format!("SET lock_timeout = {}; SET statement_timeout = {}", literal(&t.lock), literal(&t.statement));
            // a connection that is lost has said so already
            let _ = worker.send(&back).await;
        }
        result
    }

    async fn attempts(
        &self,
        worker: &mut Worker,
        watch: &mut Watch,
        sql: &str,
        begun: bool,
        stop: &Stop,
        show: Show<'_>,
    ) -> Result<u32, Stopped> {
        let refused = |f: Failure| Stopped::Refused(Box::new(f));
        let mut tries = 0;
        loop {
            if stop.is_asked() {
                return Err(Stopped::Asked);
            }
            match self.find(worker).await.map_err(refused)? {
                Found::Done if begun || tries > 0 => return Ok(tries),
                Found::Busy(pid) if pid != worker.pid() => {
                    return Err(refused(Failure::other(&format!(
                        "process {pid} builds this index right now: wait for it, or end it"
                    ))));
                }
                Found::Broken(cure, finishes) => {
                    self.cure(worker, watch, &cure, stop, show).await?;
                    if finishes {
                        return Ok(tries);
                    }
                }
                _ => {}
            }
            for other in watch.waited_for().await {
                show(Event::Note(format!("it will wait for {}", other.sentence())));
            }
            tries += 1;
            let result = watched(worker, watch, sql, stop, async |watch| progress(watch, show).await).await;
            let failure = match result {
                Ok(_) => match self.find(worker).await.map_err(refused)? {
                    Found::Broken(..) => Failure::other("the server says it is done, and the index is not valid"),
                    _ => return Ok(tries),
                },
                Err(failure) if failure.is_connection_lost() => return Err(refused(failure)),
                Err(failure) => failure,
            };
            if let Found::Broken(cure, false) = self.find(worker).await.map_err(refused)? {
                self.cure(worker, watch, &cure, &Stop::default(), show).await?;
            }
            if stop.is_asked() {
                return Err(Stopped::Asked);
            }
            if !matches!(failure.code.as_str(), "40P01" | "55P03" | "40001") || tries >= TRIES {
                return Err(refused(failure));
            }
            show(Event::Note(format!("once more, for {}", failure.message)));
            tokio::time::sleep(jitter(PAUSE)).await;
        }
    }

    /// Clears away what an interrupted statement has left.
    async fn cure(
        &self,
        worker: &mut Worker,
        watch: &mut Watch,
        cure: &[String],
        stop: &Stop,
        show: Show<'_>,
    ) -> Result<(), Stopped> {
        for sql in cure {
            show(Event::Note(format!("an interrupted run left something behind: {sql}")));
            watched(worker, watch, sql, stop, async |watch| progress(watch, show).await)
                .await
                .map_err(|f| if stop.is_asked() { Stopped::Asked } else { Stopped::Refused(Box::new(f)) })?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Build {
    phase: String,
    blocks_total: Option<u64>,
    blocks_done: Option<u64>,
    tuples_total: Option<u64>,
    tuples_done: Option<u64>,
    lockers_total: Option<u64>,
    lockers_done: Option<u64>,
    locker: Option<i32>,
}

/// Says how far an index build is, or whom it waits for.
async fn progress(watch: &mut Watch, show: Show<'_>) {
    let rows: Vec<Build> = watch.about_worker(include_str!("sql/progress.sql")).await;
    let Some(build) = rows.into_iter().next() else {
        if let Some(other) = watch.blockers().await.first() {
            show(Event::Waiting(other.sentence()));
        }
        return;
    };
    let pairs = [
        (build.lockers_done, build.lockers_total),
        (build.tuples_done, build.tuples_total),
        (build.blocks_done, build.blocks_total),
    ];
    let (done, total) =
        pairs.into_iter().map(|(d, t)| (d.unwrap_or(0), t.unwrap_or(0))).find(|(_, t)| *t > 0).unwrap_or_default();
    show(Event::Progress(Progress { what: build.phase.clone(), done, total }));
    if build.phase.starts_with("waiting") && build.locker.is_some() {
        let blockers = watch.blockers().await;
        let who = blockers.first().map_or_else(|| format!("process {}", build.locker.unwrap_or_default()), |o| o.sentence());
        show(Event::Waiting(who));
    }
}
