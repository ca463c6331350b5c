//! The one session in which rows are made and attacks run: a transaction that is never committed, scripts behind savepoints.

use std::future::poll_fn;

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Column, Row};

use super::script::{Transfer, copy_to};
use crate::connect::Session;
use crate::error::{Error, Result};
use crate::ident::one_line;

/// Locks are waited for half a second, statements run for ten at most.
const BEGIN: &str =
    "BEGIN; SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '10s'; SET LOCAL client_min_messages = error";
/// The same for a session whose transactions are many.
const OTHER: &str = "SET lock_timeout = '500ms'; SET statement_timeout = '10s'; SET client_min_messages = error";

/// A session within a transaction.
pub(super) struct Stage {
    session: Holder,
    /// Another session, in which transactions are committed; only where the rows are.
    other: Option<PgConnection>,
}

/// Whose session it is.
pub(super) enum Holder {
    /// One in a server of ours.
    Own(PgConnection),
    /// One in the user's.
    Theirs(Box<Session>),
}

/// What the server said to a script.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// SQLSTATE; empty where the connection failed.
    pub code: String,
    /// The message.
    pub message: String,
    /// The constraint that refused.
    pub constraint: Option<String>,
}

impl Stage {
    /// Opens the transaction.
    pub(super) async fn open(session: Holder) -> Result<Self> {
        let mut stage = Self { session, other: None };
        stage.send(BEGIN).await.map_err(|r| Error::new("cannot begin the proof").because(r.message))?;
        Ok(stage)
    }

    /// Commits what was kept, for attacks that take several transactions; they run in this other session. In a copy only.
    ///
    /// # Errors
    /// A deferred constraint refuses the rows, and then all of them stay where they are: uncommitted.
    pub(super) async fn commit(&mut self, other: PgConnection) -> std::result::Result<(), Refusal> {
        self.keep("SET CONSTRAINTS ALL IMMEDIATE").await?;
        self.send("COMMIT").await?;
        self.send(BEGIN).await?;
        self.other = Some(other);
        Ok(())
    }

    /// Runs a script and keeps what it did.
    pub(super) async fn keep(&mut self, sql: &str) -> std::result::Result<Vec<PgRow>, Refusal> {
        self.send("SAVEPOINT dbharden").await?;
        let sent = self.send(sql).await;
        let end = if sent.is_ok() { "RELEASE SAVEPOINT dbharden" } else { "ROLLBACK TO SAVEPOINT dbharden" };
        self.send(end).await?;
        sent
    }

    /// Runs a script and takes back what it did.
    pub(super) async fn try_out(&mut self, sql: &str) -> std::result::Result<Vec<PgRow>, Refusal> {
        self.send("SAVEPOINT dbharden").await?;
        let sent = self.send(sql).await;
        self.send("ROLLBACK TO SAVEPOINT dbharden").await?;
        sent
    }

    /// Whether a script ends with its evidence.
    pub(super) async fn shows(&mut self, sql: &str) -> std::result::Result<bool, Refusal> {
        Ok(ends_with_evidence(&self.try_out(sql).await?))
    }

    /// The same, with data over the connection at its end.
    pub(super) async fn shows_transfer(&mut self, sql: &str, transfer: &Transfer) -> std::result::Result<bool, Refusal> {
        self.send("SAVEPOINT dbharden").await?;
        let shown = self.transfer(sql, transfer).await;
        self.send("ROLLBACK TO SAVEPOINT dbharden").await?;
        shown
    }

    async fn transfer(&mut self, sql: &str, transfer: &Transfer) -> std::result::Result<bool, Refusal> {
        self.send(sql).await?;
        match transfer {
            Transfer::Out(query) => {
                // a COPY TO that is refused at once would leave the connection out of step: the same refusal comes without COPY
                self.send(query).await?;
                let copy = copy_to(query);
                let mut data = self.connection().copy_out_raw(&copy).await.map_err(refusal)?;
                let mut came = false;
                while let Some(piece) = poll_fn(|cx| data.as_mut().poll_next(cx)).await.transpose().map_err(refusal)? {
                    came |= !piece.is_empty();
                }
                Ok(came)
            }
            Transfer::In { sql, data, then } => {
                let mut copy = self.connection().copy_in_raw(sql).await.map_err(refusal)?;
                copy.send(data.as_bytes()).await.map_err(refusal)?;
                copy.finish().await.map_err(refusal)?;
                Ok(ends_with_evidence(&self.send(then).await?))
            }
        }
    }

    /// Whether a script that commits ends with its evidence; `None` where there is no session for it.
    pub(super) async fn shows_across(&mut self, sql: &str) -> Option<std::result::Result<bool, Refusal>> {
        let other = self.other.as_mut()?;
        let shown = match send(other, OTHER).await {
            Ok(_) => send(other, sql).await.map(|rows| ends_with_evidence(&rows)),
            Err(refusal) => Err(refusal),
        };
        // a script that failed left its transaction open
        for end in ["ROLLBACK", "DISCARD ALL"] {
            let _ = send(other, end).await;
        }
        Some(shown)
    }

    /// Rows of a question, each column as text.
    pub(super) async fn ask(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>> {
        let rows = self.try_out(sql).await.map_err(|r| Error::new("cannot ask the copy").because(&r.message))?;
        Ok(rows.iter().map(texts).collect())
    }

    /// Takes everything back.
    pub(super) async fn close(mut self) -> Result<()> {
        self.send("ROLLBACK").await.map(|_| ()).map_err(|r| Error::new("cannot leave the proof").because(r.message))
    }

    fn connection(&mut self) -> &mut PgConnection {
        match &mut self.session {
            Holder::Own(connection) => connection,
            Holder::Theirs(session) => session.connection(),
        }
    }

    async fn send(&mut self, sql: &str) -> std::result::Result<Vec<PgRow>, Refusal> {
        send(self.connection(), sql).await
    }
}

async fn send(connection: &mut PgConnection, sql: &str) -> std::result::Result<Vec<PgRow>, Refusal> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await.map_err(refusal)
}

fn refusal(error: sqlx::Error) -> Refusal {
    match error.as_database_error() {
        Some(d) => Refusal {
            code: d.code().map(|c| c.into_owned()).unwrap_or_default(),
            message: one_line(d.message()),
            constraint: d.constraint().map(str::to_owned),
        },
        None => Refusal { code: String::new(), message: one_line(&error.to_string()), constraint: None },
    }
}

fn ends_with_evidence(rows: &[PgRow]) -> bool {
    rows.last().is_some_and(|r| r.columns().first().is_some_and(|c| c.name() == "verdict"))
}

/// The columns of a row as text.
pub(super) fn texts(row: &PgRow) -> Vec<Option<String>> {
    (0..row.columns().len()).map(|i| row.try_get_unchecked::<Option<String>, _>(i).ok().flatten()).collect()
}
