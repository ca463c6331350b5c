//! A throw-away PostgreSQL server, started for the length of a command.
//!
//! The server listens on a Unix socket in a directory that only its user (and root) can enter, wants the superuser's
//! password there and trusts every other role, syncs nothing to disk, and disappears with its directory: at `stop`, at `Drop` (so also on a panic), at
//! [`stop_all`], and, where we were killed without a chance to clean up, at the next start of any sandbox (see `sweep`).
//! A start copies a cached data directory and takes about a second; the first one for a server version runs `initdb`.
//!
//! What lies where, in a directory below `$TMPDIR`, `/tmp` or `/var/tmp`, named `dbharden-<pid>-<start of pid>-<n>`:
//! `owner` (locked while its owner lives), `postgresql.conf`, `pg_hba.conf`, `log`, `s/` (the socket) and `data/`. Where
//! we are root, `s` and `data` belong to the unprivileged user that the server runs as, everything else to root.

mod confine;
mod find;
mod home;
mod process;
mod settings;
mod sweep;
mod template;
mod user;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::error::{Context, Result};
use crate::ident::{Ident, one_line};

pub use find::{Installation, installations, nearest};
pub use process::stop_all;

/// What kind of server is wanted.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// The major version, exactly; `None` takes the newest that is installed.
    pub major: Option<u32>,
    /// Settings for `postgresql.conf` as name and plain value (`("work_mem", "64MB")`); they win over our defaults,
    /// except for those that say where the server lives (directories, port, files of settings).
    pub settings: Vec<(String, String)>,
    /// `max_connections` of the server.
    pub max_connections: u32,
    /// Also listen on 127.0.0.1, on a free port that [`Sandbox::port`] tells: for tests of TLS and poolers. There roles
    /// need a password (`scram-sha-256`), because every user of the machine can knock.
    pub tcp: bool,
}

impl Default for SandboxOptions {
    /// The newest version, 50 connections, no extra settings, no TCP.
    fn default() -> Self {
        Self { major: None, settings: Vec::new(), max_connections: 50, tcp: false }
    }
}

/// Files of a sandbox's relations.
pub struct Files<'s> {
    server: &'s process::Server,
}

impl Files<'_> {
    /// The path of a file below the data directory, as `pg_relation_filepath()` names it.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.server.home.data.join(relative)
    }

    /// Gives a new file to the user that the server runs as.
    ///
    /// # Errors
    /// The file is not there, or not ours.
    pub fn hand_over(&self, path: &Path) -> std::io::Result<()> {
        user::give(path, self.server.home.user.as_ref())
    }
}

/// A running server of our own. Dropping it shuts it down and removes its directory, which blocks for some 50 ms.
#[derive(Debug)]
pub struct Sandbox {
    server: Arc<process::Server>,
}

impl Sandbox {
    /// Starts a server and returns once it accepts connections. Dropping the future while it works leaves nothing behind.
    ///
    /// # Errors
    /// No fitting installation (the error names those found and what to install), no usable directory, `initdb` or the
    /// server failed (the error carries the end of what they said).
    pub async fn start(options: &SandboxOptions) -> Result<Self> {
        let options = options.clone();
        // one blocking piece: if nobody waits for it any more, its result is dropped and so cleaned up
        tokio::task::spawn_blocking(move || Self::start_blocking(&options)).await.context("cannot start a sandbox")?
    }

    fn start_blocking(options: &SandboxOptions) -> Result<Self> {
        let settings = settings::Settings::new(options)?;
        let user = user::server_user()?;
        let installation = find::pick(options.major)?;
        user::check_can_run(user.as_ref(), &installation)?;
        sweep::sweep();
        let sandbox = Self { server: process::Server::register(installation, home::Home::create(user)?, options.tcp) };
        let mut may_rebuild = true;
        loop {
            let (password, made_new) = template::fill(&sandbox.server.installation, &sandbox.server.home)?;
            sandbox.server.set_password(password);
            settings.write(&sandbox.server)?;
            match sandbox.server.launch() {
                Ok(()) => return Ok(sandbox),
                // a template can be damaged in ways that only the server notices; a wrong setting is not one of them
                Err(e) if may_rebuild && !made_new && !settings::is_to_blame(&sandbox.server.home) => {
                    may_rebuild = false;
                    template::discard(&sandbox.server.installation, &sandbox.server.home).map_err(|_| e)?;
                }
                Err(e) => return Err(e),
            }
        }
    }

    /// Options for a connection as superuser `postgres` through the socket. Of the environment only `PGOPTIONS` can
    /// still reach it: sqlx always sends that one.
    pub fn connect_options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("localhost")
            .socket(self.socket_dir())
            .port(self.port())
            .username(process::SUPERUSER)
            .password(&self.server.password())
            .database(database)
            .ssl_mode(PgSslMode::Disable)
            .application_name("dbharden")
    }

    /// The same as an URL that psql, libpq, sqlx and most drivers understand. `localhost` in it only fills the place of
    /// a host, without which many parsers refuse a user name; the parameter `host` overrides it with the socket. A
    /// socket has no TLS, which a `PGSSLMODE` of the environment might ask for. The password is the superuser's; other roles need none.
    pub fn url(&self, database: &str) -> String {
        let socket = percent_encode(&self.socket_dir().to_string_lossy());
        format!(
            "postgresql://{}@localhost:{}/{}?host={socket}&sslmode=disable&password={}",
            process::SUPERUSER,
            self.port(),
            percent_encode(database),
            self.server.password()
        )
    }

    /// Directory of the Unix socket.
    pub fn socket_dir(&self) -> &Path {
        &self.server.home.sockets
    }

    /// Port of the socket's name, and of 127.0.0.1 where TCP was asked for.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Major version of the server.
    pub fn major(&self) -> u32 {
        self.server.installation.major
    }

    /// Whether the kernel keeps the server from running programs and from writing outside its own directories. False on kernels
    /// without Landlock (Linux before 5.13, other systems).
    pub fn confined(&self) -> bool {
        self.server.confined()
    }

    /// The server's data directory; it belongs to the user that the server runs as.
    pub fn data_dir(&self) -> &Path {
        &self.server.home.data
    }

    /// Directory of the server's programs.
    pub fn bin(&self) -> &Path {
        &self.server.installation.bin
    }

    /// The server's log file. It goes with the sandbox.
    pub fn log(&self) -> PathBuf {
        self.server.home.log.clone()
    }

    /// Process id of the server's first process.
    pub fn pid(&self) -> Option<u32> {
        self.server.pid()
    }

    /// Shuts the server down in order, so that its files hold all it knows, calls `work` with the data directory and starts it again.
    /// Connections are cut.
    ///
    /// # Errors
    /// What `work` says, or the server did not end or start.
    pub async fn while_stopped<T: Send + 'static>(&self, work: impl FnOnce(&Files) -> Result<T> + Send + 'static) -> Result<T> {
        let server = self.server.clone();
        tokio::task::spawn_blocking(move || {
            server.pause()?;
            let done = work(&Files { server: &server });
            server.launch()?;
            done
        })
        .await
        .context("cannot restart the sandbox")?
    }

    /// The server's files, while it runs: for relations that no session has looked at.
    pub fn files(&self) -> Files<'_> {
        Files { server: &self.server }
    }

    /// Creates an empty database (UTF-8, locale C.UTF-8 where the system has it).
    ///
    /// # Errors
    /// The server refused: the name is taken, empty or too long for it.
    pub async fn create_database(&self, name: &str) -> Result<()> {
        let failed = || format!("cannot create the database {} in the sandbox", one_line(name));
        let mut connection = self.connect_options(process::SUPERUSER).connect().await.context(failed())?;
        // template0: nobody can be connected to it, so several databases can be created at once
        let sql = format!("CREATE DATABASE {} TEMPLATE template0", Ident::new(name));
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.context(failed())?;
        connection.close().await.context(failed())
    }

    /// Shuts the server down at once, cutting its connections, and removes its directory.
    ///
    /// # Errors
    /// The server did not end or its directory could not be removed; the next start of a sandbox tries again.
    pub async fn stop(self) -> Result<()> {
        tokio::task::spawn_blocking(move || self.server.stop()).await.context("cannot stop the sandbox")?
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // nobody is left to tell; what remains is swept at the next start
        let _ = self.server.stop();
    }
}

/// Everything but unreserved characters as `%XX`.
fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect()
}
