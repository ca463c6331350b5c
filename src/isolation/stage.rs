//! The one session in which rows are made and attacks run: a transaction that is never committed, scripts behind savepoints.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Column, Row};

use crate::connect::Session;
use crate::error::{Error, Result};
use crate::ident::one_line;

/// A session within a transaction.
pub(super) struct Stage {
    session: Holder,
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
    /// Opens the transaction. Locks are waited for half a second, statements run for ten at most.
    pub(super) async fn open(session: Holder) -> Result<Self> {
        let sql = "BEGIN; SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '10s'; \
                   SET LOCAL client_min_messages = error";
        let mut stage = Self { session };
        stage.send(sql).await.map_err(|r| Error::new("cannot begin the proof").because(r.message))?;
        Ok(stage)
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
        let rows = self.try_out(sql).await?;
        Ok(rows.last().is_some_and(|r| r.columns().first().is_some_and(|c| c.name() == "verdict")))
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

    async fn send(&mut self, sql: &str) -> std::result::Result<Vec<PgRow>, Refusal> {
        let connection = match &mut self.session {
            Holder::Own(connection) => connection,
            Holder::Theirs(session) => session.connection(),
        };
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await.map_err(|e| match e.as_database_error() {
            Some(d) => Refusal {
                code: d.code().map(|c| c.into_owned()).unwrap_or_default(),
                message: one_line(d.message()),
                constraint: d.constraint().map(str::to_owned),
            },
            None => Refusal { code: String::new(), message: one_line(&e.to_string()), constraint: None },
        })
    }
}

/// The columns of a row as text.
pub(super) fn texts(row: &PgRow) -> Vec<Option<String>> {
    (0..row.columns().len()).map(|i| row.try_get_unchecked::<Option<String>, _>(i).ok().flatten()).collect()
}
