//! The two sessions of a run: one works and holds the lock, the other looks what it waits for and can cancel its statement.

use std::pin::pin;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, Row};

use super::stop::Stop;
use crate::connect::{Bind, Kind, MARKER, QueryError, Session, Target};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::migration::script::Failure;

/// What the working session calls itself.
pub const APPLICATION_NAME: &str = "dbharden apply";

/// How soon after a statement was sent somebody looks what it waits for, and how seldom later.
const LOOKS: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(500));

/// The session that works.
pub struct Worker {
    session: Session,
    pid: i32,
}

/// The session that looks on.
pub struct Watch {
    session: Session,
    worker: i32,
}

/// Another session that is in the way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Other {
    /// Process id of its server process; 0 is a prepared transaction.
    pub pid: i32,
    application_name: String,
    role: String,
    since: Option<String>,
    /// Its transaction, while it lasts.
    #[serde(default)]
    pub transaction: Option<String>,
}

impl Other {
    /// `process 4711 (psql, role app, in a transaction since 2026-11-25 02:40:11+00)`
    pub fn sentence(&self) -> String {
        if self.pid == 0 {
            return "a prepared transaction (pg_prepared_xacts lists them)".to_owned();
        }
        let mut about: Vec<String> = Vec::new();
        about.extend((!self.application_name.is_empty()).then(|| one_line(&self.application_name)));
        about.extend((!self.role.is_empty()).then(|| format!("role {}", one_line(&self.role))));
        about.extend(self.since.as_ref().map(|s| format!("in a transaction since {s}")));
        if about.is_empty() { format!("process {}", self.pid) } else { format!("process {} ({})", self.pid, about.join(", ")) }
    }
}

impl Worker {
    /// Opens it. Poolers and standbys are refused.
    ///
    /// # Errors
    /// The server cannot be reached, or it is not one that takes migrations.
    pub async fn open(target: &Target) -> Result<Self> {
        let mut session = Session::for_definitions(target).await?;
        session.require_direct()?;
        if session.is_standby() {
            return Err(Error::new("the server is a standby, which takes no migrations")
                .because("it replays what its primary does")
                .fix("connect to the primary; target_session_attrs=primary finds it among several hosts"));
        }
        #[derive(Deserialize)]
        struct Me {
            pid: i32,
        }
        let mut tx = session.transaction(Kind::Now).await?;
        let me: Me = tx.fetch_one_json("SELECT pg_backend_pid() AS pid", &[]).await?;
        tx.commit().await?;
        let mut worker = Self { session, pid: me.pid };
        worker.fresh().await?;
        Ok(worker)
    }

    /// The guarded session, for what is read between two steps.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Process id of its server process.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Settings as after the login: nothing of one file reaches the next.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn fresh(&mut self) -> Result<()> {
        let timeout = if self.session.major() >= 17 { "; SET transaction_timeout = 0" } else { "" };
        let sql = format!(
            "RESET ALL; RESET ROLE; SET application_name = '{APPLICATION_NAME}'; SET client_min_messages = 'warning'{timeout}"
        );
        self.send(&sql).await.map(|_| ()).map_err(|f| lost("cannot prepare the session", &f))
    }

    /// One message; how many rows its statements changed.
    ///
    /// # Errors
    /// What the server said. A transaction that the message opened is over.
    pub async fn send(&mut self, sql: &str) -> std::result::Result<u64, Failure> {
        let sent = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *self.session.connection()).await;
        match sent {
            Ok(done) => Ok(done.rows_affected()),
            Err(e) => {
                let failure = Failure::of(&e);
                if !failure.is_connection_lost() {
                    // without a transaction the server only warns
                    let _ = sqlx::raw_sql("ROLLBACK").execute(&mut *self.session.connection()).await;
                }
                Err(failure)
            }
        }
    }

    /// The rows of a SELECT of ours, looked up as the file's statements would be: with its search_path.
    ///
    /// # Errors
    /// What the server said.
    pub async fn rows<T: DeserializeOwned>(&mut self, sql: &str) -> std::result::Result<Vec<T>, Failure> {
        let sql = format!("SELECT {MARKER} pg_catalog.row_to_json(q.*)::pg_catalog.text FROM (\n{sql}\n) AS q");
        let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut *self.session.connection()).await;
        let rows = rows.map_err(|e| Failure::of(&e))?;
        let mut parsed = Vec::with_capacity(rows.len());
        for row in &rows {
            let text: String = row.try_get_unchecked(0).map_err(|e| Failure::of(&e))?;
            let unexpected = |e: serde_json::Error| Failure::other(&format!("an answer is not as expected ({:?})", e.classify()));
            parsed.push(serde_json::from_str(&text).map_err(unexpected)?);
        }
        Ok(parsed)
    }

    /// The same, in a transaction with settings of its own.
    ///
    /// # Errors
    /// What the server said.
    pub async fn rows_with<T: DeserializeOwned>(&mut self, settings: &str, sql: &str) -> std::result::Result<Vec<T>, Failure> {
        self.send(&format!("BEGIN; {settings}")).await?;
        let rows = self.rows(sql).await;
        self.send(if rows.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
        rows
    }

    /// One number that a statement of ours returns.
    ///
    /// # Errors
    /// What the server said.
    pub async fn number(&mut self, sql: &str) -> std::result::Result<i64, Failure> {
        let row = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_one(&mut *self.session.connection()).await;
        row.and_then(|row| row.try_get_unchecked::<i64, _>(0)).map_err(|e| Failure::of(&e))
    }

    /// Says goodbye.
    pub async fn close(self) {
        self.session.close().await;
    }
}

impl Watch {
    /// Opens it beside a worker.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn open(target: &Target, worker: i32) -> Result<Self> {
        Ok(Self {
            session: Session::for_definitions(target).await.context("cannot open a second connection, which looks on")?,
            worker,
        })
    }

    /// The guarded session.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Rows of a SELECT on the catalogs.
    pub(super) async fn rows<T: DeserializeOwned>(
        &mut self,
        sql: &str,
        binds: &[Bind],
    ) -> std::result::Result<Vec<T>, QueryError> {
        let mut tx = self.session.transaction(Kind::Now).await?;
        let rows = tx.fetch_json(sql, binds).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Rows about the worker's process.
    pub(super) async fn about_worker<T: DeserializeOwned>(&mut self, sql: &str) -> Vec<T> {
        // a look that fails costs a line on the screen, not the run
        self.rows(sql, &[Bind::Int(self.worker.into())]).await.unwrap_or_default()
    }

    /// Who makes the worker wait for a lock.
    pub async fn blockers(&mut self) -> Vec<Other> {
        self.about_worker(include_str!("sql/blockers.sql")).await
    }

    /// Transactions that a CONCURRENTLY statement would wait for now.
    pub async fn waited_for(&mut self) -> Vec<Other> {
        self.about_worker(include_str!("sql/waited_for.sql")).await
    }

    /// Which of these transactions go on.
    pub async fn still(&mut self, others: &[Other]) -> Vec<Other> {
        #[derive(Deserialize)]
        struct Row {
            transaction: String,
        }
        let named = others.iter().filter_map(|o| o.transaction.clone()).collect();
        let rows: Vec<Row> = self.rows(include_str!("sql/still.sql"), &[Bind::TextArray(named)]).await.unwrap_or_default();
        others.iter().filter(|o| rows.iter().any(|r| Some(&r.transaction) == o.transaction.as_ref())).cloned().collect()
    }

    async fn cancel(&mut self) {
        #[derive(Deserialize)]
        struct Row {}
        let _: Vec<Row> = self.about_worker("SELECT pg_cancel_backend($1::int)").await;
    }

    /// Says goodbye.
    pub async fn close(self) {
        self.session.close().await;
    }
}

/// Sends a message, looks on while it runs, and cancels it when somebody asks to stop.
///
/// # Errors
/// What the server said; that it was cancelled.
pub async fn watched(
    worker: &mut Worker,
    watch: &mut Watch,
    sql: &str,
    stop: &Stop,
    mut look: impl AsyncFnMut(&mut Watch),
) -> std::result::Result<u64, Failure> {
    let mut run = pin!(worker.send(sql));
    let mut pause = LOOKS.0;
    loop {
        let asked = stop.is_asked();
        tokio::select! {
            biased;
            result = &mut run => return result,
            () = stop.asked(), if !asked => watch.cancel().await,
            () = tokio::time::sleep(pause) => {
                // one that came before the statement had begun is repeated
                if asked { watch.cancel().await } else { look(watch).await }
                pause = (pause * 2).min(LOOKS.1);
            }
        }
    }
}

/// The error for a session that cannot be used any more.
pub(super) fn lost(what: &str, failure: &Failure) -> Error {
    Error::new(what).because(failure.without_rows()).fix("run the same command again: it goes on where the database stands")
}
