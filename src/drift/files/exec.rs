//! Sending pieces of a script: many in one message where that is the same, one by one where it is not.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, PgConnection};

use super::failure::explain;
use super::run::{NotBuilt, Note, Ran};
use super::watch::{How, Relation, Watch};
use crate::error::{Context, Result};
use crate::ident::Ident;
use crate::migration::script::{Failure, Kind, Piece};

/// Most statements and bytes of one message outside of transactions: each keeps its locks until the message is done.
const MOST: (usize, usize) = (200, 1 << 20);

const SAVE: &str = "SAVEPOINT dbharden_piece;\n";

/// A session of the sandbox that runs files.
pub(super) struct Runner<'c> {
    pub(super) connection: &'c mut PgConnection,
    pub(super) ran: Ran,
    /// Extensions that the server could make.
    pub(super) extensions: BTreeSet<String>,
    /// Roles that are there.
    pub(super) roles: BTreeSet<String>,
    /// An extension is missing: what fails for want of something is not built.
    pub(super) lenient: bool,
    /// Who looks on: then each statement is sent by itself.
    pub(super) watch: Option<&'c mut dyn Watch>,
}

/// Before a statement that gets a transaction of its own.
const OPEN: &str = "BEGIN;\n";

impl Runner<'_> {
    /// One message.
    pub(super) async fn send(&mut self, sql: String) -> std::result::Result<(), Failure> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *self.connection).await.map(|_| ()).map_err(|e| Failure::of(&e))
    }

    /// A file that is one transaction.
    pub(super) async fn transaction(&mut self, pieces: &[&Piece]) -> Result<()> {
        if pieces.is_empty() {
            return Ok(());
        }
        if self.watch.is_none() {
            let Err(first) = self.send(format!("BEGIN;\n{}\n;\nCOMMIT", joined(pieces))).await else {
                self.ran.statements += pieces.len();
                return Ok(());
            };
            self.rollback().await;
            if first.is_out_of_locks() {
                return self.apart(pieces).await;
            }
        }
        // nothing of it has happened: again, one by one, to see which it is and whether it can be helped
        let done = self.ran.clone();
        let result = self.one_by_one(pieces, true).await;
        if result.is_err() {
            let missing = std::mem::take(&mut self.ran.missing_extensions);
            self.ran = Ran { missing_extensions: missing, ..done };
            self.rollback().await;
        }
        result
    }

    /// A file whose statements are each for themselves, or that opens and closes transactions by itself.
    pub(super) async fn apart(&mut self, pieces: &[&Piece]) -> Result<()> {
        if pieces.iter().any(|p| matches!(p.kind, Kind::Begin | Kind::End | Kind::Savepoint)) {
            let result = self.one_by_one(pieces, false).await;
            if result.is_err() {
                self.rollback().await;
            }
            return result;
        }
        for run in pieces.chunk_by(|a, b| a.kind != Kind::Alone && b.kind != Kind::Alone) {
            let mut rest = run;
            while !rest.is_empty() {
                let chunk = &rest[..chunk(rest)];
                rest = &rest[chunk.len()..];
                if chunk.len() > 1 && self.watch.is_none() && self.send(joined(chunk)).await.is_ok() {
                    self.ran.statements += chunk.len();
                    continue;
                }
                self.one_by_one(chunk, false).await?;
            }
        }
        Ok(())
    }

    /// Each statement in a message of its own; `inside` a transaction that is opened and committed here.
    async fn one_by_one(&mut self, pieces: &[&Piece], inside: bool) -> Result<()> {
        let mut open = inside;
        if inside {
            self.send("BEGIN".to_owned()).await.map_err(|f| explain(&f, pieces[0], 0))?;
        }
        for piece in pieces {
            match piece.kind {
                Kind::Begin => open = true,
                Kind::End => open = false,
                _ => {}
            }
            // a savepoint of ours around one of theirs would take it away
            let safe = open && !matches!(piece.kind, Kind::Begin | Kind::End | Kind::Savepoint | Kind::Alone);
            let how = match piece.kind {
                Kind::Begin | Kind::End | Kind::Savepoint | Kind::Setting => How::Session,
                Kind::Alone => How::Alone,
                _ if open => How::Inside,
                _ => How::Own,
            };
            self.one(piece, safe, how).await?;
        }
        if open && let Some(last) = pieces.last() {
            self.send("COMMIT".to_owned()).await.map_err(|f| explain(&f, last, usize::MAX))?;
        }
        Ok(())
    }

    /// One statement; `safe`: inside a transaction, which a failure must not spoil.
    async fn one(&mut self, piece: &Piece, safe: bool, how: How) -> Result<()> {
        let mut how = how;
        loop {
            let own = how == How::Own && self.watch.is_some();
            let sql = match (safe, own) {
                (true, _) => format!("{SAVE}{}\n;\nRELEASE SAVEPOINT dbharden_piece", piece.sql),
                (false, true) => format!("{OPEN}{}", piece.sql),
                _ => piece.sql.clone(),
            };
            let mut sent = self.watched(piece, sql, how).await?;
            if own && sent.is_ok() {
                sent = self.send("COMMIT".to_owned()).await;
            }
            let Err(failure) = sent else {
                self.ran.statements += 1;
                return Ok(());
            };
            if own {
                self.rollback().await;
                if failure.wants_no_transaction() {
                    how = How::Alone;
                    continue;
                }
            }
            if safe {
                let back = "ROLLBACK TO SAVEPOINT dbharden_piece; RELEASE SAVEPOINT dbharden_piece";
                self.send(back.to_owned()).await.map_err(|f| explain(&f, piece, 0))?;
            }
            if let Some(role) = failure.missing_role().map(str::to_owned)
                && self.roles.insert(role.clone())
                && self.send(format!("CREATE ROLE {} NOLOGIN", Ident::new(role.as_str()))).await.is_ok()
            {
                self.ran.stand_ins.insert(role);
                continue;
            }
            return self.forgive(
                piece,
                &failure,
                if safe {
                    SAVE.len()
                } else if own {
                    OPEN.len()
                } else {
                    0
                },
            );
        }
    }

    /// Sends a statement, under the eyes of whoever looks on.
    async fn watched(&mut self, piece: &Piece, sql: String, how: How) -> Result<std::result::Result<(), Failure>> {
        let Some(watch) = self.watch.as_deref_mut() else { return Ok(self.send(sql).await) };
        let alone = how == How::Alone;
        if alone {
            // it is made to wait at known points, which is no failure
            let wait = "SELECT set_config('dbharden.lock_timeout', current_setting('lock_timeout'), false), \
                        set_config('lock_timeout', '0', false)";
            sqlx::raw_sql(wait).execute(&mut *self.connection).await.context("cannot prepare a session of the sandbox")?;
        }
        let connection = &mut *self.connection;
        let sending = async move {
            let sent = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
            sent.map(|_| ()).map_err(|e| Failure::of(&e))
        };
        let sent = watch.around(piece, how, Box::pin(sending)).await?;
        if alone {
            let back = "SELECT set_config('lock_timeout', current_setting('dbharden.lock_timeout'), false)";
            sqlx::raw_sql(back).execute(&mut *self.connection).await.context("cannot prepare a session of the sandbox")?;
        }
        if sent.is_ok() {
            let now = Relation::all(self.connection).await?;
            watch.after(piece, how, now)?;
        }
        Ok(sent)
    }

    /// What may fail is noted, what may not is an error.
    fn forgive(&mut self, piece: &Piece, failure: &Failure, prefix: usize) -> Result<()> {
        let because = failure.sentence();
        match &piece.kind {
            // there in the list, but this server cannot: a library is not preloaded, a version is not there
            Kind::Extension(name) if failure.code != "42710" => {
                self.ran.missing_extensions.insert(name.clone());
                self.lenient = true;
            }
            Kind::Role(name) if failure.code == "42710" => {
                self.note(piece, &format!("the role {} is there", Ident::new(name.as_str())))
            }
            _ if self.lenient && failure.lacks_something() => {
                let not = NotBuilt { path: piece.file.to_path_buf(), line: piece.line, what: piece.title(), because };
                self.ran.not_built.push(not);
            }
            _ => return Err(explain(failure, piece, prefix)),
        }
        Ok(())
    }

    pub(super) fn note(&mut self, piece: &Piece, because: &str) {
        let (path, what) = (piece.file.to_path_buf(), piece.title());
        self.ran.notes.push(Note { path, line: piece.line, what, because: because.to_owned() });
    }

    /// Ends a transaction that failed; without one the server only warns.
    async fn rollback(&mut self) {
        // where even that fails the connection is gone, and the next statement says so
        let _ = self.send("ROLLBACK".to_owned()).await;
    }
}

/// Statements in one message. Each semicolon has a line of its own: a comment may end the statement before it.
fn joined(pieces: &[&Piece]) -> String {
    pieces.iter().map(|p| p.sql.as_str()).collect::<Vec<_>>().join("\n;\n")
}

/// How many of the pieces go into the next message.
fn chunk(pieces: &[&Piece]) -> usize {
    let mut bytes = 0;
    let fitting = pieces.iter().take(MOST.0).take_while(|p| {
        bytes += p.sql.len();
        bytes <= MOST.1
    });
    fitting.count().max(1)
}
