//! Backfills: keyset batches, the upper key fixed at the start, one commit a batch, progress in the ledger in that same commit.
//!
//! A batch is as large as fits into the time aimed at. Between batches others come first: it rests while a replica is behind, while an old
//! transaction keeps dead rows from being cleared away, while autovacuum works on the table, and as long as it worked where the database
//! is used.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::event::{Event, Progress, Show};
use super::retry::{Stopped, jitter};
use super::session::{Watch, Worker, watched};
use super::stop::Stop;
use crate::config::ApplySettings;
use crate::connect::Bind;
use crate::error::{Error, Result};
use crate::ident::{Ident, QualifiedName, literal};
use crate::migration::script::{Failure, Piece};
use crate::plan::change::Backfill;

/// Rows of the first batch, of the smallest and of the largest.
const ROWS: (u64, u64, u64) = (1_000, 50, 500_000);

/// The same in pages, where there is no key.
const PAGES: (u64, u64, u64) = (32, 1, 10_000);

/// Longest wait for the lock of a row, milliseconds.
const LOCK_MS: u64 = 500;

/// So often it is looked whether others need it to rest.
const LOOK: Duration = Duration::from_secs(1);

/// Pause while it rests.
const REST: Duration = Duration::from_millis(500);

/// Others end so many transactions a second where the database counts as used.
const USED: f64 = 20.0;

/// Share of the time worked for which autovacuum is waited for at most: it may take hours.
const FOR_VACUUM: f64 = 0.2;

/// Texts of keys are the same whatever the settings of the role.
const PLAIN: &str = "SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL timezone = 'UTC'; SET LOCAL intervalstyle = 'postgres'; \
                     SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL enable_seqscan = off";

/// A backfill, as apply runs it.
#[derive(Debug, Clone)]
pub struct Batches {
    /// The table.
    pub table: QualifiedName,
    what: Backfill,
}

/// Where it stands.
#[derive(Debug, Clone, Deserialize)]
struct State {
    top: Vec<String>,
    last: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Edge {
    key: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Load {
    lag_bytes: Option<i64>,
    replica: Option<String>,
    oldest_s: Option<i64>,
    vacuum: Option<i32>,
    ended: Option<i64>,
}

/// What a run needs at every turn.
struct Turn<'a> {
    settings: &'a ApplySettings,
    stop: &'a Stop,
    show: Show<'a>,
    /// Types of the key columns.
    types: Vec<String>,
    /// Time worked, and rested for autovacuum.
    worked: Duration,
    for_vacuum: Duration,
    /// When it was last looked how others fare.
    looked: Option<Instant>,
    /// Transactions that had ended at that look; those of ours since.
    ended: Option<i64>,
    ours: i64,
    used: bool,
}

fn refused(failure: Failure) -> Stopped {
    Stopped::Refused(Box::new(failure))
}

impl Batches {
    /// Reads a `DO` block; `None` where it is no backfill.
    ///
    /// # Errors
    /// Its lines and its block do not say the same.
    pub fn read(piece: &Piece) -> Result<Option<Self>> {
        let what = Backfill::read(&piece.sql).map_err(|e| Error::new(piece.place()).because(e))?;
        Ok(what.map(|what| Self { table: what.table.clone(), what }))
    }

    /// Runs it from where it stands to its end. Returns the number of batches.
    ///
    /// # Errors
    /// It was stopped, or the server refuses it. What was committed stays, and the ledger knows how far it is.
    pub async fn run(
        &self,
        worker: &mut Worker,
        watch: &mut Watch,
        (run, position): (i64, usize),
        settings: &ApplySettings,
        stop: &Stop,
        show: Show<'_>,
    ) -> std::result::Result<u32, Stopped> {
        let at = format!("run = {run} AND position = {}", position + 1);
        let types = self.types(worker).await?;
        let Some(mut state) = self.state(worker, (run, position), &at).await? else { return Ok(0) };
        let total = self.total(worker).await?;
        let (first, least, most) = if self.what.key.is_empty() { PAGES } else { ROWS };
        let (mut size, mut batches, mut seen, mut tries) = (first, 0, 0_u64, Instant::now());
        let begun = Instant::now();
        let mut turn = Turn {
            settings,
            stop,
            show,
            types,
            worked: Duration::ZERO,
            for_vacuum: Duration::ZERO,
            looked: None,
            ended: None,
            ours: 0,
            used: false,
        };
        while state.last.as_ref() != Some(&state.top) {
            if stop.is_asked() {
                return Err(Stopped::Asked);
            }
            self.rest(watch, worker.pid(), &mut turn).await?;
            let started = Instant::now();
            let edge = self.edge(worker, &state, size, &turn.types).await?;
            let sent = watched(worker, watch, &self.batch(&state, &edge, &at, &turn.types), stop, async |_| {}).await;
            let took = started.elapsed();
            turn.ours += 2;
            match sent {
                Ok(_) => {}
                Err(_) if stop.is_asked() => return Err(Stopped::Asked),
                // somebody holds a row: with fewer rows at once it is less likely
                Err(f) if matches!(f.code.as_str(), "55P03" | "40P01" | "40001") => {
                    if tries.elapsed().as_secs() > settings.give_up_after_s {
                        return Err(Stopped::GaveUp(watch.blockers().await));
                    }
                    size = (size / 2).max(least);
                    tokio::time::sleep(jitter((20, 120))).await;
                    continue;
                }
                Err(f) => return Err(refused(f)),
            }
            tries = Instant::now();
            state.last = Some(edge);
            batches += 1;
            seen += size;
            turn.worked += took;
            let rate = seen as f64 / begun.elapsed().as_secs_f64().max(0.001);
            let unit = if self.what.key.is_empty() { "pages" } else { "rows" };
            let what = format!("{}: {} {unit}/s", self.table, crate::report::count(rate));
            show(Event::Progress(Progress { what, done: seen.min(total), total }));
            let aim = settings.batch_ms.max(10) as f64 / 1_000.0 / took.as_secs_f64().max(0.000_1);
            size = ((size as f64 * aim.clamp(0.5, 2.0)) as u64).clamp(least, most);
            if turn.used {
                pause(took, stop).await?;
            }
        }
        Ok(batches)
    }

    /// `"Lead".id`: a row of the key's columns.
    fn row(&self) -> String {
        let all: Vec<String> = self.what.key.iter().map(|k| format!("t.{k}")).collect();
        if all.len() == 1 { all[0].clone() } else { format!("({})", all.join(", ")) }
    }

    /// A key as a row of literals.
    fn literal(&self, key: &[String], types: &[String]) -> String {
        let all: Vec<String> = key.iter().zip(types).map(|(v, t)| format!("{}::{t}", literal(v))).collect();
        if all.len() == 1 { all[0].clone() } else { format!("({})", all.join(", ")) }
    }

    fn columns(&self, way: &str) -> String {
        self.what.key.iter().map(|k| format!("t.{k}{way}")).collect::<Vec<_>>().join(", ")
    }

    fn texts(&self) -> String {
        let all: Vec<String> = self.what.key.iter().map(|k| format!("t.{k}::pg_catalog.text")).collect();
        format!("ARRAY[{}]", all.join(", "))
    }

    /// Types of the key's columns; refuses a key that cannot lead the way.
    async fn types(&self, worker: &mut Worker) -> std::result::Result<Vec<String>, Stopped> {
        if self.what.key.is_empty() {
            return Ok(Vec::new());
        }
        #[derive(Deserialize)]
        struct Column {
            name: Ident,
            sql: String,
            nullable: bool,
            led: bool,
        }
        let table = literal(&self.table.to_string());
        let names: Vec<String> = self.what.key.iter().map(|k| literal(k.raw())).collect();
        let sql = format!(
            "SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS sql, NOT a.attnotnull AS nullable, \
             EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisvalid AND i.indpred IS NULL \
                     AND i.indkey[w.n - 1] = a.attnum) AS led \
             FROM ROWS FROM (pg_catalog.unnest(ARRAY[{}]::pg_catalog.text[])) WITH ORDINALITY AS w (name, n) \
             JOIN pg_catalog.pg_attribute a ON a.attrelid = pg_catalog.to_regclass({table}) AND a.attname = w.name ORDER BY w.n",
            names.join(", ")
        );
        let columns: Vec<Column> = worker.rows(&sql).await.map_err(refused)?;
        let missing = self.what.key.iter().find(|k| !columns.iter().any(|c| c.name == **k));
        let fault = match (missing, columns.iter().find(|c| c.nullable || !c.led)) {
            (Some(k), _) => format!("{} has no column {k}", self.table),
            (None, Some(c)) if c.nullable => {
                format!("the key column {} of {} may be NULL, so that rows would be left out", c.name, self.table)
            }
            (None, Some(_)) => format!("no index of {} begins with the key ({})", self.table, self.columns("").replace("t.", "")),
            (None, None) => return Ok(columns.into_iter().map(|c| c.sql).collect()),
        };
        Err(refused(Failure::other(&fault)))
    }

    /// Where an earlier run has left it, or the beginning; `None` where the table is empty.
    async fn state(
        &self,
        worker: &mut Worker,
        (run, position): (i64, usize),
        at: &str,
    ) -> std::result::Result<Option<State>, Stopped> {
        let sql = format!("SELECT b.top, b.last FROM dbharden.backfill b WHERE {at}");
        if let Some(state) = worker.rows::<State>(&sql).await.map_err(refused)?.into_iter().next() {
            return Ok(Some(state));
        }
        let sql = if self.what.key.is_empty() {
            let table = literal(&self.table.to_string());
            format!(
                "SELECT ARRAY[(pg_catalog.pg_relation_size({table}::pg_catalog.regclass) \
                 / pg_catalog.current_setting('block_size')::bigint)::pg_catalog.text] AS key"
            )
        } else {
            format!("SELECT {} AS key FROM {} AS t ORDER BY {} LIMIT 1", self.texts(), self.table, self.columns(" DESC"))
        };
        let Some(top) = worker.rows_with::<Edge>(PLAIN, &sql).await.map_err(refused)?.into_iter().next() else { return Ok(None) };
        let insert = format!(
            "INSERT /* dbharden */ INTO dbharden.backfill (run, position, top) VALUES ({run}, {}, {})",
            position + 1,
            array(&top.key)
        );
        worker.send(&insert).await.map_err(refused)?;
        let last = self.what.key.is_empty().then(|| vec!["0".to_owned()]);
        Ok(Some(State { top: top.key, last }))
    }

    /// Rows, or pages, in all, as far as they are known.
    async fn total(&self, worker: &mut Worker) -> std::result::Result<u64, Stopped> {
        #[derive(Deserialize)]
        struct Row {
            rows: f64,
            pages: u64,
        }
        let table = literal(&self.table.to_string());
        let sql = format!(
            "SELECT greatest(c.reltuples, 0)::pg_catalog.float8 AS rows, pg_catalog.pg_relation_size(c.oid) \
             / pg_catalog.current_setting('block_size')::bigint AS pages FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass({table})"
        );
        let row = worker.rows::<Row>(&sql).await.map_err(refused)?.into_iter().next();
        Ok(row.map_or(0, |r| if self.what.key.is_empty() { r.pages } else { r.rows as u64 }))
    }

    /// The key at which the next batch ends.
    async fn edge(
        &self,
        worker: &mut Worker,
        state: &State,
        size: u64,
        types: &[String],
    ) -> std::result::Result<Vec<String>, Stopped> {
        if self.what.key.is_empty() {
            let number = |key: &[String]| key.first().and_then(|k| k.parse::<u64>().ok()).unwrap_or(0);
            let end = number(state.last.as_deref().unwrap_or_default()) + size;
            return Ok(vec![end.min(number(&state.top)).to_string()]);
        }
        let from = state.last.as_ref().map(|l| format!("{} > {} AND ", self.row(), self.literal(l, types))).unwrap_or_default();
        // the texts are made of the one row alone
        let sql = format!(
            "SELECT {} AS key FROM (SELECT {} FROM {} AS t WHERE {from}{} <= {} ORDER BY {} OFFSET {} LIMIT 1) AS t",
            self.texts(),
            self.columns(""),
            self.table,
            self.row(),
            self.literal(&state.top, types),
            self.columns(""),
            size - 1
        );
        let rows = worker.rows_with::<Edge>(PLAIN, &sql).await.map_err(refused)?;
        Ok(rows.into_iter().next().map_or_else(|| state.top.clone(), |e| e.key))
    }

    /// The message of a batch: its rows, and how far it is, in one transaction. What is lost of it when the server dies is lost of both,
    /// so its commit need not wait for the disk; the record of the whole statement does.
    fn batch(&self, state: &State, edge: &[String], at: &str, types: &[String]) -> String {
        let range = if self.what.key.is_empty() {
            let page = |key: Option<&String>| format!("'({},0)'::pg_catalog.tid", key.map_or("0", String::as_str));
            format!("t.ctid >= {} AND t.ctid < {}", page(state.last.as_ref().and_then(|l| l.first())), page(edge.first()))
        } else {
            let from =
                state.last.as_ref().map(|l| format!("{} > {} AND ", self.row(), self.literal(l, types))).unwrap_or_default();
            format!("{from}{} <= {}", self.row(), self.literal(edge, types))
        };
        // counted by the server's own counter: RETURNING would cost a tenth
        let updated =
            format!("pg_catalog.pg_stat_get_xact_tuples_updated(pg_catalog.to_regclass({}))", literal(&self.table.to_string()));
        format!(
            "BEGIN;\nSET LOCAL lock_timeout = {LOCK_MS};\nSET LOCAL synchronous_commit = off;\nSET LOCAL enable_seqscan = off;\n\
             SELECT /* dbharden */ pg_catalog.set_config('dbharden.before', {updated}::pg_catalog.text, true);\n\
             UPDATE /* dbharden */ {} AS t SET {} WHERE {range} AND ({});\n\
             SET LOCAL ROLE NONE;\n\
             UPDATE /* dbharden */ dbharden.backfill SET last = {}, batches = batches + 1, \
             rows = rows + {updated} - pg_catalog.current_setting('dbharden.before')::bigint WHERE {at};\nCOMMIT",
            self.table,
            self.what.set,
            self.what.remaining,
            array(edge)
        )
    }

    /// Gives way to others.
    async fn rest(&self, watch: &mut Watch, worker: i32, turn: &mut Turn<'_>) -> std::result::Result<(), Stopped> {
        if turn.looked.is_some_and(|l| l.elapsed() < LOOK) {
            return Ok(());
        }
        let resting = Instant::now();
        loop {
            let binds = [Bind::Text(self.table.to_string()), Bind::Int(worker.into())];
            let rows: Vec<Load> = watch.rows(include_str!("sql/load.sql"), &binds).await.unwrap_or_default();
            let Some(load) = rows.into_iter().next() else {
                turn.looked = Some(Instant::now());
                break;
            };
            turn.ours += 1;
            if let (Some(before), Some(now), Some(looked)) = (turn.ended, load.ended, turn.looked) {
                let others = (now - before - turn.ours).max(0) as f64;
                turn.used = others / looked.elapsed().as_secs_f64().max(0.1) > USED;
            }
            (turn.ended, turn.ours, turn.looked) = (load.ended.or(turn.ended), 0, Some(Instant::now()));
            let lag = load.lag_bytes.filter(|b| *b > turn.settings.max_replica_lag_bytes);
            let old = load.oldest_s.filter(|s| u64::try_from(*s).is_ok_and(|s| s > turn.settings.max_transaction_s));
            let vacuum = load.vacuum.filter(|_| turn.for_vacuum.as_secs_f64() < turn.worked.as_secs_f64() * FOR_VACUUM);
            let why = match (lag, old, vacuum) {
                (Some(bytes), ..) => {
                    let replica = crate::ident::one_line(load.replica.as_deref().unwrap_or("a replica"));
                    format!("rests until {replica} has caught up ({} behind)", crate::report::bytes(bytes))
                }
                (_, Some(seconds), _) => format!("rests until a transaction has ended that is {seconds} s old"),
                (_, _, Some(pid)) => {
                    turn.for_vacuum += REST;
                    format!("rests while autovacuum (process {pid}) works on {}", self.table)
                }
                _ => break,
            };
            if resting.elapsed().as_secs() > turn.settings.give_up_after_s {
                return Err(refused(Failure::other(&format!("it {why}, and did so for {} s", turn.settings.give_up_after_s))));
            }
            (turn.show)(Event::Waiting(why));
            pause(REST, turn.stop).await?;
        }
        Ok(())
    }
}

async fn pause(length: Duration, stop: &Stop) -> std::result::Result<(), Stopped> {
    tokio::select! {
        () = tokio::time::sleep(length) => Ok(()),
        () = stop.asked() => Err(Stopped::Asked),
    }
}

/// A key for the ledger.
fn array(key: &[String]) -> String {
    format!("ARRAY[{}]::pg_catalog.text[]", key.iter().map(|k| literal(k)).collect::<Vec<_>>().join(", "))
}
