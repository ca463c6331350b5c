//! Why a connection or a statement failed, and the sentence that says what to do about it.

use std::{fmt, io};

use super::bridge::Greeting;
use super::hosts::{Host, SessionAttrs};
use super::target::Target;
use super::tls::Mode;
use crate::error::Error;
use crate::ident::one_line;

/// Why one attempt at one host failed.
#[derive(Debug)]
pub(super) enum Failure {
    Unreachable(io::Error),
    TimedOut,
    /// The connection broke off in mid-sentence.
    Broken(io::Error),
    NotPostgres,
    NoTlsOffered,
    Tls(String),
    /// The server turned the login down.
    Server {
        code: String,
        message: String,
        /// A password was asked for, and we had none.
        no_password: bool,
    },
    /// The login is of a kind that is not supported.
    Login(String),
    /// The private socket between sqlx and the connection could not be made.
    Bridge(io::Error),
    WrongKind(SessionAttrs),
    /// Connected, but a first look at the server failed.
    Look(Error),
}

impl Failure {
    pub(super) fn login(error: sqlx::Error, greeting: &Greeting, had_password: bool) -> Self {
        match error {
            sqlx::Error::Database(e) => {
                let code = e.code().unwrap_or_default().into_owned();
                Self::Server { code, message: one_line(e.message()), no_password: greeting.password_asked && !had_password }
            }
            sqlx::Error::Io(e) => Self::Broken(e),
            // sqlx's own words: messages it did not expect, an authentication method it does not know
            other => Self::Login(one_line(&other.to_string())),
        }
    }

    /// Whether the next host may do better. A login turned down would be turned down there too.
    pub(super) fn try_next_host(&self) -> bool {
        match self {
            Self::Server { code, .. } => matches!(code.as_str(), "57P03" | "53300"),
            Self::Bridge(_) | Self::Login(_) | Self::Look(_) => false,
            _ => true,
        }
    }

    /// Whether the same host may accept the other kind of connection (`allow`, `prefer`): TLS failed, or pg_hba.conf has no line.
    pub(super) fn try_other_encryption(&self) -> bool {
        matches!(self, Self::Tls(_) | Self::NoTlsOffered | Self::Broken(_))
            || matches!(self, Self::Server { code, .. } if code == "28000")
    }

    /// The sentence for the user.
    pub(super) fn explain(self, target: &Target, host: &Host) -> Error {
        let what = Error::new(format!("cannot connect to {}", target.summary()));
        let at = match host.socket() {
            Some(path) => format!("socket {}", path.display()),
            None => one_line(&host.to_string()),
        };
        match self {
            Self::Unreachable(e) => {
                let fix = match e.kind() {
                    io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                        "start the server, or name the one you mean: an argument postgresql://user@host:5432/database, DATABASE_URL or PGHOST"
                    }
                    io::ErrorKind::PermissionDenied => {
                        "run as a user who may open the socket, or connect over TCP: host=localhost"
                    }
                    _ => "check the host's name and that its firewall lets you in",
                };
                what.because(format!("{at}: {}", io_words(&e))).fix(fix)
            }
            Self::TimedOut => what
                .because(format!("{at} did not answer within {} s", target.connect_timeout.map_or(0, |t| t.as_secs())))
                .fix("check host, port and firewall; for a slow link, connect_timeout=60"),
            Self::Broken(e) => what
                .because(format!("{at} closed the connection before the login was done ({})", io_words(&e)))
                .fix("look into the server's log, and check that the port is PostgreSQL's"),
            Self::NotPostgres => {
                what.because(format!("what listens at {at} does not speak PostgreSQL's protocol")).fix("check the port")
            }
            Self::NoTlsOffered => what
                .because(format!("{at} does not offer TLS, and sslmode asks for it"))
                .fix("switch ssl on in the server, or on a network you trust use sslmode=prefer"),
            Self::Tls(why) => what.because(format!("TLS with {at}: {}", one_line(&why))).fix(tls_fix(&why, target.tls.mode)),
            Self::Server { code, message, no_password } => {
                let fix = server_fix(&code, no_password);
                let message = if no_password { "the server asks for a password and none was given".to_owned() } else { message };
                what.because(format!("{at}: {message}")).fix(fix)
            }
            Self::Login(why) => what.because(why).fix(
                "use a role that logs in with a password (scram-sha-256), a client certificate, or peer on the server's machine",
            ),
            Self::Bridge(e) => what
                .because(format!("cannot make a private socket in the directory for temporary files: {e}"))
                .fix("point TMPDIR to a directory that you can write to and whose path is short"),
            Self::WrongKind(attrs) => what
                .because(format!("{at} is not what target_session_attrs={attrs} asks for"))
                .fix("check which server is the primary, or use target_session_attrs=any"),
            Self::Look(error) => error,
        }
    }
}

/// The operating system's words without Rust's "(os error 2)".
fn io_words(e: &io::Error) -> String {
    let text = one_line(&e.to_string());
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

fn server_fix(code: &str, no_password: bool) -> &'static str {
    match code {
        _ if no_password => "put it into the URL (postgresql://user:password@...), PGPASSWORD or ~/.pgpass",
        "28P01" => "check role and password; special characters of a password in a URL are percent-encoded (@ is %40)",
        "28000" => "check that the role exists and may log in, and that pg_hba.conf has a line for it, this database and address",
        "3D000" => "check the database's name; psql -l lists them",
        "42501" => "grant it: GRANT CONNECT ON DATABASE ... TO ...",
        "53300" => "wait until connections are free, raise max_connections, or use a role whose CONNECTION LIMIT is not reached",
        "57P03" => "the server is starting up or shutting down; try again in a moment",
        "08P01" => "check that the port is PostgreSQL's or its pooler's, and that the pooler knows this database and role",
        _ => "look into the server's log",
    }
}

fn tls_fix(why: &str, mode: Mode) -> String {
    if why.contains("not valid for name") || why.contains("NotValidForName") {
        "connect by the name that stands in the certificate (subjectAltName), or check the issuer only: sslmode=verify-ca".into()
    } else if why.contains("UnknownIssuer") {
        "give the certificate of the authority that signed the server's: sslrootcert=FILE".into()
    } else if why.contains("Expired") {
        "renew the server's certificate, and check this machine's clock".into()
    } else if mode == Mode::Prefer || mode == Mode::Allow {
        "check the server's certificate and TLS version (1.2 at least)".into()
    } else {
        "check sslrootcert, sslcert and sslkey, and that the server speaks TLS 1.2 at least".into()
    }
}

/// A statement of ours that failed. Keeps the SQLSTATE, by which the reader of the catalogs decides whether to skip or try again.
#[derive(Debug, Clone)]
pub struct QueryError {
    sqlstate: Option<String>,
    message: String,
}

impl QueryError {
    pub(super) fn other(message: impl fmt::Display) -> Self {
        Self { sqlstate: None, message: one_line(&message.to_string()) }
    }

    /// A transaction of ours has been open for too long; as if the server had ended its statement.
    pub(crate) fn too_slow() -> Self {
        Self { sqlstate: Some("57014".to_owned()), message: "it took too long".to_owned() }
    }

    /// The five characters, where the server raised the error.
    pub fn sqlstate(&self) -> Option<&str> {
        self.sqlstate.as_deref()
    }

    /// Somebody holds a lock that we did not wait for.
    pub fn is_lock_timeout(&self) -> bool {
        self.sqlstate() == Some("55P03")
    }

    /// It took longer than `statement_timeout`, or somebody cancelled it.
    pub fn is_cancelled(&self) -> bool {
        self.sqlstate() == Some("57014")
    }

    /// The role may not.
    pub fn is_denied(&self) -> bool {
        self.sqlstate() == Some("42501")
    }

    /// An object was dropped while we looked: read again. `XX000` is how functions like `pg_get_indexdef` say it.
    pub fn is_vanished(&self) -> bool {
        matches!(self.sqlstate(), Some("42P01" | "42703" | "42704" | "42883" | "3F000" | "XX000"))
    }

    /// The connection is gone.
    pub fn is_connection_lost(&self) -> bool {
        self.sqlstate().is_none_or(|code| code.starts_with("08") || code.starts_with("57P"))
    }
}

impl From<sqlx::Error> for QueryError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            // the message alone: detail and context may quote rows and statements
            sqlx::Error::Database(e) => Self { sqlstate: e.code().map(|code| code.into_owned()), message: one_line(e.message()) },
            sqlx::Error::Io(e) => Self::other(format!("the connection was lost ({})", io_words(&e))),
            other => Self::other(other),
        }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(code) = &self.sqlstate {
            write!(f, " (SQLSTATE {code})")?;
        }
        Ok(())
    }
}

impl std::error::Error for QueryError {}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Self {
        let fix = match error.sqlstate() {
            Some("57014") => "try again when the server is less busy",
            Some("55P03") => "try again when the lock is free",
            Some("42501") => "`dbharden doctor` prints the GRANT that cures it",
            _ => return Error::new("a query on the database failed").because(error),
        };
        Error::new("a query on the database failed").because(&error).fix(fix)
    }
}
