//! Statements that run in no transaction of ours: CONCURRENTLY, VACUUM. What they hold is gone when they are done, so they are made to
//! wait, and are looked at while they do.
//!
//! On each table that such a statement names a session of ours holds ACCESS EXCLUSIVE. The statement arrives, waits, and `pg_locks` shows
//! the mode that it wants. Then a second session queues behind it with ROW EXCLUSIVE, as a writer would, and the first lets go:
//! the statement gets its lock, and goes on to where it waits for writers, or wants what stops them. There it is looked at again, and let
//! go. VACUUM waits for no writer: behind it queues what it waits for, SHARE UPDATE EXCLUSIVE. Nothing is left to chance: each look happens while the statement stands still.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use tokio::task::JoinHandle;

use super::locks::{Locks, find, stronger};
use super::rows;
use crate::drift::files::{Failure, Relation, Sending};
use crate::error::{Context, Error, Result};
use crate::ident::QualifiedName;
use crate::migration::script::Piece;

/// Between two looks at a statement that still runs.
const PAUSE: Duration = Duration::from_millis(1);
/// Tables that are held: more are looked at as they pass by.
const MOST: usize = 8;
const FAILED: &str = "cannot hold a table of the copy";

/// A session with a lock on one table.
struct Holder {
    table: QualifiedName,
    connection: PgConnection,
    /// It is the first, with ACCESS EXCLUSIVE.
    first: bool,
}

impl Locks {
    /// Lets it run, and stops it where it can be seen.
    pub(super) async fn alone(&mut self, piece: &Piece, sending: Sending<'_>) -> Result<std::result::Result<(), Failure>> {
        let mut tables: BTreeMap<i64, QualifiedName> = BTreeMap::new();
        for name in &rows::facts(&piece.sql).named {
            let Some(relation) = find(&self.now, name) else { continue };
            if let Some(table) = relation.table.map_or(Some(relation), |t| self.now.get(&t)).filter(|t| is_lockable(t)) {
                tables.insert(table.oid, table.name.clone());
            }
        }
        let mut holders = BTreeMap::new();
        for table in tables.into_values().take(MOST) {
            let (pid, connection) = session(&self.options).await?;
            let connection = lock(connection, &table, "ACCESS EXCLUSIVE").await?;
            holders.insert(pid, Holder { table, connection, first: true });
        }
        let done = AtomicBool::new(false);
        let sent = async {
            let sent = sending.await;
            done.store(true, Ordering::Release);
            sent
        };
        let vacuum = piece.sql.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("vacuum"));
        let second = if vacuum { "SHARE UPDATE EXCLUSIVE" } else { "ROW EXCLUSIVE" };
        let (sent, seen) = tokio::join!(sent, self.step(&done, holders, second));
        seen?;
        Ok(sent)
    }

    /// Looks and lets go until it is done. Holders are let go in any case: their connections end with this.
    async fn step(&mut self, done: &AtomicBool, mut holders: BTreeMap<i32, Holder>, second: &'static str) -> Result<()> {
        let mut queued: BTreeMap<i32, (QualifiedName, JoinHandle<Result<PgConnection>>)> = BTreeMap::new();
        while !done.load(Ordering::Acquire) {
            let (modes, waits) = self.look().await?;
            for (relation, mode) in modes {
                stronger(&mut self.taken, relation, mode);
            }
            let blockers = if waits { self.blockers(self.pid).await? } else { Vec::new() };
            for pid in blockers {
                if let Some((table, handle)) = queued.remove(&pid) {
                    // it blocks, so it has its lock
                    let connection = handle.await.context(FAILED)??;
                    holders.insert(pid, Holder { table, connection, first: false });
                }
                let Some(holder) = holders.remove(&pid) else { continue };
                if holder.first {
                    let (next, connection) = session(&self.options).await?;
                    let table = holder.table.clone();
                    let behind = tokio::spawn(async move { lock(connection, &table, second).await });
                    while self.blockers(next).await?.is_empty() {
                        tokio::time::sleep(PAUSE).await;
                    }
                    queued.insert(next, (holder.table.clone(), behind));
                }
                end(holder.connection).await?;
            }
            tokio::time::sleep(PAUSE).await;
        }
        for holder in holders.into_values() {
            end(holder.connection).await?;
        }
        for (_, handle) in queued.into_values() {
            end(handle.await.context(FAILED)??).await?;
        }
        Ok(())
    }

    /// Sessions that this one waits for.
    async fn blockers(&mut self, pid: i32) -> Result<Vec<i32>> {
        let query = sqlx::query_scalar("SELECT pg_catalog.pg_blocking_pids($1)").bind(pid);
        query.fetch_one(&mut self.observer).await.context("cannot read the waits of the copy")
    }
}

/// LOCK TABLE takes it.
fn is_lockable(relation: &Relation) -> bool {
    matches!(relation.kind, 'r' | 'p')
}

async fn session(options: &PgConnectOptions) -> Result<(i32, PgConnection)> {
    let mut connection = options.connect().await.context(FAILED)?;
    let pid = sqlx::query_scalar("SELECT pg_catalog.pg_backend_pid()").fetch_one(&mut connection).await.context(FAILED)?;
    Ok((pid, connection))
}

async fn lock(mut connection: PgConnection, table: &QualifiedName, mode: &str) -> Result<PgConnection> {
    let sql = format!("BEGIN; LOCK TABLE ONLY {table} IN {mode} MODE");
    match sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await {
        Ok(_) => Ok(connection),
        Err(e) => Err(Error::new(FAILED).because(crate::ident::one_line(&e.to_string()))),
    }
}

/// Lets go at once: the server ends the session before the next look would see it.
async fn end(mut connection: PgConnection) -> Result<()> {
    sqlx::raw_sql("ROLLBACK").execute(&mut connection).await.context(FAILED).map(|_| ())
}
