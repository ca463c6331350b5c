//! From what the user typed to one guarded session.
//!
//! `target` reads the URL, the variables and the files as libpq does; `hosts` and `handshake` reach a server, `bridge` logs in;
//! `pooler` and `rights` say what stands between and what the role may see; `transaction` is the only way statements go out.

mod advice;
mod asking;
mod bridge;
mod dsn;
mod failure;
mod handshake;
mod hosts;
mod keywords;
mod passfile;
mod pooler;
mod rights;
mod service;
mod target;
mod tls;
mod transaction;
mod url;

use std::time::Duration;

use serde::Deserialize;
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use tokio::task::JoinHandle;

pub use asking::{Answer, Asking};
pub use bridge::APPLICATION_NAME;
pub use failure::QueryError;
pub use pooler::{Pooler, PoolerKind};
pub use rights::{Advice, Level, ObjectRights, Platform, Rights, StatisticsAccess, WorkloadAccess};
pub use target::Target;
pub use transaction::{Bind, Kind, Limited, Limits, MARKER, Rows, Tx};

use crate::error::{Error, Result};
use bridge::Greeting;
use failure::Failure;
use handshake::Encryption;
use hosts::{Host, SessionAttrs};
use tls::Mode;

/// The oldest server whose catalogs the queries know.
const OLDEST_VERSION: u32 = 130_000;

/// One guarded connection to the user's database.
pub struct Session {
    connection: PgConnection,
    carrier: JoinHandle<()>,
    /// A transaction was dropped without an end: it is rolled back before anything else happens.
    open: bool,
    encrypted: bool,
    probe: Probe,
    pooler: Option<Pooler>,
    rights: Rights,
}

/// The row of `sql/probe.sql`.
#[derive(Debug, Clone, Deserialize)]
struct Probe {
    backend_pid: u32,
    version_num: u32,
    in_recovery: bool,
    read_only: bool,
    server_port: u16,
    server_address: Option<String>,
}

/// A login that worked, before anybody looked what it leads to.
struct Raw {
    connection: PgConnection,
    carrier: JoinHandle<()>,
    greeting: Greeting,
    encrypted: bool,
}

impl Session {
    /// Tries the hosts in order until one answers that is what `target_session_attrs` asks for, then looks at rights and poolers.
    pub async fn connect(target: &Target) -> Result<Session> {
        let mut session = Self::for_definitions(target).await?;
        session.rights = rights(&mut session.connection, &mut session.open).await?;
        Ok(session)
    }

    /// As [`Session::connect`], but what the role may see is not asked, and counts as nothing: definitions are open to all.
    pub async fn for_definitions(target: &Target) -> Result<Session> {
        let mut errors: Vec<Error> = Vec::new();
        for attrs in target.attrs.passes() {
            for host in &target.hosts {
                match Self::connect_to(target, host, attrs).await {
                    Ok(session) => return Ok(session),
                    Err(failure) => {
                        let next = failure.try_next_host();
                        let error = failure.explain(target, host);
                        if !next {
                            return Err(error);
                        }
                        // a second pass meets the same again
                        if !errors.contains(&error) {
                            errors.push(error);
                        }
                    }
                }
            }
        }
        if errors.len() > 1 {
            let whys = errors.iter().filter_map(Error::why).collect::<Vec<_>>().join("; ");
            return Err(Error::new(format!("cannot connect to {}", target.summary()))
                .because(whys)
                .fix("one of these servers must answer: check names, ports and firewalls"));
        }
        Err(errors.pop().unwrap_or_else(|| Error::new("there is no host to connect to")))
    }

    async fn connect_to(target: &Target, host: &Host, attrs: SessionAttrs) -> std::result::Result<Session, Failure> {
        let mut raw = login(target, host).await?;
        let mut open = false;
        let look = |e: QueryError| Failure::Look(e.into());
        let probe = probe(&mut raw.connection, &mut open).await.map_err(look)?;
        if probe.version_num < OLDEST_VERSION {
            return Err(Failure::Look(
                Error::new(format!("the server is PostgreSQL {}", probe.version_num / 10_000))
                    .because("dbharden knows the catalogs of 13 and newer")
                    .fix("upgrade it: older versions get no security fixes"),
            ));
        }
        if !attrs.accepts(probe.in_recovery, probe.read_only) {
            return Err(Failure::WrongKind(attrs));
        }
        // a second transaction on purpose: a transaction pooler may serve it from another process
        let again = self::probe(&mut raw.connection, &mut open).await.map_err(look)?;
        let pooler = pooler::detect(&pooler::Signs {
            host,
            key_pid: raw.greeting.key_pid,
            backend_pids: [probe.backend_pid, again.backend_pid],
            server_port: probe.server_port,
            server_address: probe.server_address.as_deref(),
        });
        let Raw { connection, carrier, encrypted, .. } = raw;
        let rights = Rights::from_row(rights::Row::default());
        Ok(Session { connection, carrier, open, encrypted, probe, pooler, rights })
    }

    /// Starts a transaction with the default [`Limits`].
    pub async fn transaction(&mut self, kind: Kind) -> std::result::Result<Tx<'_>, QueryError> {
        self.transaction_within(kind, &Limits::default()).await
    }

    /// Starts a transaction with limits of its own.
    pub async fn transaction_within(&mut self, kind: Kind, limits: &Limits) -> std::result::Result<Tx<'_>, QueryError> {
        Tx::begin(&mut self.connection, &mut self.open, kind, limits).await
    }

    /// SELECTs in a transaction of their own, REPEATABLE READ, that is over when their rows are here: one message, one round trip.
    pub async fn read_at_once(
        &mut self,
        limits: &Limits,
        limited: Limited,
        selects: &[(&str, &[Bind])],
    ) -> std::result::Result<Rows, QueryError> {
        transaction::at_once(&mut self.connection, &mut self.open, limits, limited, selects).await
    }

    /// The bare connection, for what cannot run in a transaction; ask [`Session::require_direct`] first.
    ///
    /// Use `sqlx::raw_sql`, or `sqlx::query(..).persistent(false)`: a named statement would stay on the server for good.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// The version as in `server_version_num`: 150018 is 15.18.
    pub fn server_version_num(&self) -> u32 {
        self.probe.version_num
    }

    /// The major version.
    pub fn major(&self) -> u32 {
        self.probe.version_num / 10_000
    }

    /// The server is a standby: it replays another's changes.
    pub fn is_standby(&self) -> bool {
        self.probe.in_recovery
    }

    /// The connection is encrypted. A socket on this machine is not, and need not be.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The pooler between us and the server, where there is one.
    pub fn pooler(&self) -> Option<&Pooler> {
        self.pooler.as_ref()
    }

    /// What the role may see.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Refuses a pooler that does not keep a session: advisory locks and CREATE INDEX CONCURRENTLY would go astray.
    pub fn require_direct(&self) -> Result<()> {
        match &self.pooler {
            Some(pooler) if !pooler.session_mode => {
                Err(Error::new("this needs a session of its own, and there is a pooler in between")
                    .because(&pooler.evidence)
                    .fix(format!("connect to {}", pooler.direct_hint)))
            }
            _ => Ok(()),
        }
    }

    /// Says goodbye to the server and waits until it is said.
    pub async fn close(self) {
        // an open transaction is rolled back by the server; a connection already lost needs no goodbye
        let _ = self.connection.close().await;
        let _ = tokio::time::timeout(Duration::from_secs(2), self.carrier).await;
    }
}

/// One host, in the modes that `sslmode` allows, each within the timeout.
async fn login(target: &Target, host: &Host) -> std::result::Result<Raw, Failure> {
    let attempts: &[Encryption] = match target.tls.mode {
        Mode::Disable => &[Encryption::Never],
        Mode::Allow => &[Encryption::Never, Encryption::Always],
        Mode::Prefer => &[Encryption::IfOffered, Encryption::Never],
        Mode::Require | Mode::VerifyCa | Mode::VerifyFull => &[Encryption::Always],
    };
    let mut first: Option<Failure> = None;
    for &encryption in attempts {
        let attempt = attempt(target, host, encryption);
        let result = match target.connect_timeout {
            Some(limit) => tokio::time::timeout(limit, attempt).await.unwrap_or(Err(Failure::TimedOut)),
            None => attempt.await,
        };
        match result {
            Ok(raw) => return Ok(raw),
            // over a socket both attempts are the same
            Err(failure) if failure.try_other_encryption() && host.socket().is_none() => {
                first.get_or_insert(failure);
            }
            Err(failure) => return Err(first.unwrap_or(failure)),
        }
    }
    // the first attempt is the one the user asked for: its failure says more than that of the second
    Err(first.unwrap_or(Failure::TimedOut))
}

async fn attempt(target: &Target, host: &Host, encryption: Encryption) -> std::result::Result<Raw, Failure> {
    let (stream, encrypted) = handshake::open(host, &target.tls, encryption).await?;
    let (connection, greeting, carrier) = bridge::login(stream, target, host).await?;
    Ok(Raw { connection, carrier, greeting, encrypted })
}

async fn probe(connection: &mut PgConnection, open: &mut bool) -> std::result::Result<Probe, QueryError> {
    let mut tx = Tx::begin(connection, open, Kind::Now, &Limits::default()).await?;
    let probe = tx.fetch_one_json(include_str!("sql/probe.sql"), &[]).await?;
    tx.commit().await?;
    Ok(probe)
}

async fn rights(connection: &mut PgConnection, open: &mut bool) -> std::result::Result<Rights, QueryError> {
    let mut tx = Tx::begin(connection, open, Kind::Now, &Limits::default()).await?;
    let row = tx.fetch_one_json(include_str!("sql/rights.sql"), &[]).await?;
    tx.commit().await?;
    Ok(Rights::from_row(row))
}
