//! Runs one file from where it stands to its end, step by step, each with its record.

use std::time::{Duration, Instant};

use pg_query::NodeEnum;
use pg_query::protobuf::a_const::Val;

use super::event::{Event, Show};
use super::ledger::{Record, end, stop};
use super::outcome::RanStep;
use super::resume::Standing;
use super::retry::{self, Stopped, Try};
use super::session::{Watch, Worker};
use super::step::{Step, StepKind, parsed};
use super::stop::Stop;
use crate::config::ApplySettings;
use crate::error::{Error, Result};
use crate::migration::script::{Failure, Kind, Piece, statement_hash};
use crate::migration::set::Script;

/// What to do about a statement of which nobody knows whether it ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Unknown {
    /// It is done.
    Done,
    /// Run it again.
    Again,
}

/// The sessions and settings of a run.
pub struct Runner<'a> {
    /// The session that works.
    pub worker: Worker,
    /// The one that looks on.
    pub watch: Watch,
    /// Who asks to stop.
    pub stop: Stop,
    /// Who listens.
    pub show: Show<'a>,
    /// `[apply]`
    pub settings: ApplySettings,
    /// `lock_timeout` where the file has none, milliseconds.
    pub lock_ms: u32,
    /// What to do about a statement of which nobody knows.
    pub unknown: Option<Unknown>,
}

/// A file that did not come to its end.
pub struct Halt {
    /// Position of the statement, from 0.
    pub position: usize,
    /// Why.
    pub error: Error,
    /// Somebody asked for it.
    pub asked: bool,
}

impl Runner<'_> {
    /// Runs a file as run `run` of the ledger. What it did is added to `ran`.
    ///
    /// # Errors
    /// Where it stopped, and why; the ledger knows it too, if the connection still stands.
    pub async fn file(
        &mut self,
        script: &Script,
        steps: &[Step],
        run: i64,
        standing: &Standing,
        ran: &mut Vec<RanStep>,
    ) -> std::result::Result<(), Halt> {
        let halt = |position: usize, error: Error, asked: bool| Halt { position, error, asked };
        self.worker.fresh().await.map_err(|e| halt(0, e, false))?;
        let mut lock_ms = None;
        for step in steps {
            let piece = &script.pieces[step.first()];
            let settings = step.positions.iter().map(|p| &script.pieces[*p]).filter(|p| p.kind == Kind::Setting);
            let failed = |f: Failure| halt(step.first(), explain(&f, piece, 0), false);
            if step.positions.iter().all(|p| script.pieces[*p].kind == Kind::Setting)
                || self.done(step, script, standing).await.map_err(failed)?
            {
                for setting in settings {
                    lock_ms = lock_timeout(setting).or(lock_ms);
                    self.worker.send(&setting.sql).await.map_err(|f| halt(step.first(), explain(&f, setting, 0), false))?;
                }
                continue;
            }
            if self.stop.is_asked() {
                return Err(halt(step.first(), asked(), true));
            }
            (self.show)(Event::Step { position: step.first() + 1, of: script.pieces.len(), title: step.title(script) });
            let started = Instant::now();
            let result = self.step(step, script, run, standing, &mut lock_ms).await;
            let tries = match result {
                Ok(tries) => tries,
                Err((error, asked)) => {
                    // where the connection is gone the record says so by having no end
                    let _ = self.worker.send(&stop(run, &error.to_string())).await;
                    return Err(halt(step.first(), error, asked));
                }
            };
            ran.push(RanStep {
                position: step.first() + 1,
                kind: step.kind.name(),
                statement: step.title(script),
                tries,
                seconds: started.elapsed().as_secs_f64(),
            });
        }
        let last = script.pieces.len().saturating_sub(1);
        self.worker.fresh().await.map_err(|e| halt(last, e, false))?;
        self.worker.send(&end(run)).await.map_err(|f| halt(last, super::session::lost("cannot write the ledger", &f), false))?;
        Ok(())
    }

    async fn done(&mut self, step: &Step, script: &Script, standing: &Standing) -> std::result::Result<bool, Failure> {
        standing.is_done(step, script, &mut self.worker).await
    }

    /// One step. Returns the number of tries; with an error, whether somebody asked to stop.
    async fn step(
        &mut self,
        step: &Step,
        script: &Script,
        run: i64,
        standing: &Standing,
        lock_ms: &mut Option<u32>,
    ) -> std::result::Result<u32, (Error, bool)> {
        let piece = &script.pieces[step.first()];
        let begun = standing.begun.contains(&step.first());
        let hash = statement_hash(&piece.sql);
        let record = Record { run, position: step.first(), hash: &hash, kind: step.kind.name(), tries: 1 };
        let refused = |f: Failure| (explain(&f, piece, 0), false);
        match &step.kind {
            StepKind::Setting => Ok(1),
            StepKind::Transaction { begin, strong } => {
                let pieces: Vec<&Piece> = step.positions.iter().map(|p| &script.pieces[*p]).collect();
                for piece in &pieces {
                    *lock_ms = lock_timeout(piece).or(*lock_ms);
                }
                let most = lock_ms.unwrap_or(0);
                let lock_ms = if *strong && most == 0 { self.lock_ms } else { most };
                let message = |wait: u64, tries: u32| transaction(begin, &pieces, step, wait, run, tries);
                let patience = Duration::from_secs(self.settings.give_up_after_s);
                let how = Try { lock_ms, strong: *strong, patience, stop: &self.stop, show: self.show };
                let result = retry::transaction(&mut self.worker, &mut self.watch, &how, message).await;
                result.map_err(|s| {
                    stopped(s, &pieces, &|| transaction(begin, &pieces, step, how.lock_ms.into(), run, 1), &self.settings)
                })
            }
            StepKind::Concurrent(concurrent) => {
                self.worker.send(&record.begun()).await.map_err(refused)?;
                let result = concurrent.run(&mut self.worker, &mut self.watch, &piece.sql, begun, &self.stop, self.show).await;
                let tries = result.map_err(|s| stopped(s, &[piece], &|| piece.sql.clone(), &self.settings))?;
                self.worker.send(&Record { tries: tries.max(1), ..record }.ended()).await.map_err(refused)?;
                Ok(tries)
            }
            StepKind::Repeatable | StepKind::Opaque => {
                if begun && matches!(step.kind, StepKind::Opaque) {
                    match self.unknown {
                        None => return Err((unknown(piece), false)),
                        Some(Unknown::Done) => {
                            self.worker.send(&record.ended()).await.map_err(refused)?;
                            return Ok(0);
                        }
                        Some(Unknown::Again) => {}
                    }
                }
                self.worker.send(&record.begun()).await.map_err(refused)?;
                let show = self.show;
                let result = super::session::watched(&mut self.worker, &mut self.watch, &piece.sql, &self.stop, async |watch| {
                    if let Some(other) = watch.blockers().await.first() {
                        show(Event::Waiting(other.sentence()));
                    }
                });
                match result.await {
                    Ok(_) => {}
                    Err(_) if self.stop.is_asked() => return Err((asked(), true)),
                    Err(failure) => return Err(refused(failure)),
                }
                self.worker.send(&record.ended()).await.map_err(refused)?;
                Ok(1)
            }
            StepKind::Backfill(batches) => {
                self.worker.send(&record.begun()).await.map_err(refused)?;
                let result = batches
                    .run(&mut self.worker, &mut self.watch, (run, step.first()), &self.settings, &self.stop, self.show)
                    .await;
                let tries = result.map_err(|s| stopped(s, &[piece], &|| piece.sql.clone(), &self.settings))?;
                self.worker.send(&record.ended()).await.map_err(refused)?;
                Ok(tries)
            }
        }
    }
}

/// The message of a transaction: its statements and their records. `wait`: its `lock_timeout`, milliseconds.
fn transaction(begin: &str, pieces: &[&Piece], step: &Step, wait: u64, run: i64, tries: u32) -> String {
    let mut sql = format!("{begin};\nSET LOCAL lock_timeout = {wait};\nSET LOCAL idle_in_transaction_session_timeout = '60s';\n");
    for piece in pieces.iter().filter(|p| lock_timeout(p).is_none()) {
        // a comment may end the statement before the semicolon
        sql.push_str(&format!("{}\n;\n", piece.sql));
    }
    // a role of the file's has no right to the ledger
    sql.push_str("SET LOCAL ROLE NONE;\n");
    for (piece, position) in pieces.iter().zip(&step.positions) {
        let hash = statement_hash(&piece.sql);
        let record = Record { run, position: *position, hash: &hash, kind: step.kind.name(), tries };
        sql.push_str(&format!("{};\n", record.done()));
    }
    sql.push_str("COMMIT");
    sql
}

/// Milliseconds, where a statement sets `lock_timeout`; 0 where it takes it back.
fn lock_timeout(piece: &Piece) -> Option<u32> {
    if !piece.sql.to_ascii_lowercase().contains("lock_timeout") {
        return None;
    }
    let NodeEnum::VariableSetStmt(set) = parsed(piece)? else { return None };
    if set.name != "lock_timeout" {
        return None;
    }
    let Some(NodeEnum::AConst(value)) = set.args.first().and_then(|a| a.node.as_ref()) else { return Some(0) };
    match value.val.as_ref()? {
        Val::Ival(n) => u32::try_from(n.ival).ok(),
        Val::Sval(text) => milliseconds(&text.sval),
        _ => None,
    }
}

/// `300ms`, `2s`, `1min`, `300`
fn milliseconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u32 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "" | "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// The error for a step that stopped, and whether somebody asked for it.
fn stopped(stopped: Stopped, pieces: &[&Piece], sent: &dyn Fn() -> String, settings: &ApplySettings) -> (Error, bool) {
    match stopped {
        Stopped::Asked => (asked(), true),
        Stopped::GaveUp(others) => {
            let who: Vec<String> = others.iter().map(super::session::Other::sentence).collect();
            let who = if who.is_empty() { "others".to_owned() } else { who.join(", ") };
            let error = Error::new(format!("{}: {} did not get its lock", pieces[0].place(), pieces[0].title()))
                .because(format!("for {} s it was held by {who}", settings.give_up_after_s))
                .fix("end that transaction, or try at a quieter time");
            (error, false)
        }
        Stopped::Refused(failure) => {
            let sent = sent();
            // the statement in which the server found the fault
            let at = |piece: &&&Piece| {
                let start = sent.find(&piece.sql).map(|b| sent[..b].chars().count())?;
                failure.position().filter(|p| (start..start + piece.sql.chars().count()).contains(p)).map(|_| start)
            };
            let found = pieces.iter().find_map(|p| at(&p).map(|start| (*p, start)));
            let (piece, prefix) = found.unwrap_or((pieces[0], usize::MAX));
            (explain(&failure, piece, prefix), false)
        }
    }
}

fn asked() -> Error {
    Error::new("stopped, as you asked").because("the running statement was taken back or finished")
}

fn unknown(piece: &Piece) -> Error {
    Error::new(format!("{}: nobody knows whether {} is done", piece.place(), piece.title()))
        .because("it commits by itself, and the connection broke while it ran")
        .fix("look into the database, then go on with --unknown done, or with --unknown again")
}

/// The error for the user; rows of the database stand in no output.
fn explain(failure: &Failure, piece: &Piece, prefix: usize) -> Error {
    let line = failure.line(piece, prefix);
    let error = Error::new(format!("{}:{line}: {} failed", piece.file.display(), piece.title())).because(failure.without_rows());
    match failure.code.as_str() {
        "" | "57P01" | "57P02" | "57P03" => {
            error.fix("when the server answers again, run the same command: it goes on where the database stands")
        }
        "42501" => error.fix("run it as the owner of the object, or grant what is missing"),
        "23505" | "23514" | "23503" | "23502" => {
            error.fix("some rows do not fit: find and correct them, then run the same command again")
        }
        "57014" => error.fix("it was cancelled, or took longer than statement_timeout: run the same command again"),
        "53100" => error.fix("make room on the server's disk, then run the same command again"),
        _ => error,
    }
}

/// Runs a statement of ours on the ledger.
///
/// # Errors
/// What the server said.
pub async fn note(worker: &mut Worker, sql: &str) -> Result<i64> {
    worker.number(sql).await.map_err(|f| super::session::lost("cannot write the ledger", &f))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn timeouts_as_postgres_reads_them() {
        for (sql, ms) in [
            ("set lock_timeout = '300ms'", Some(300)),
            ("set local lock_timeout to 5", Some(5)),
            ("SET lock_timeout = '2 s'", Some(2_000)),
            ("reset lock_timeout", Some(0)),
            ("set statement_timeout = 5", None),
            ("select 'lock_timeout'", None),
        ] {
            let script = Script::parse(Path::new("x"), sql.to_owned()).unwrap();
            assert_eq!(lock_timeout(&script.pieces[0]), ms, "{sql}");
        }
    }
}
