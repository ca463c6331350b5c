//! The list of hosts, what is wanted of them, and libpq's defaults for where a server is.

use std::fmt;
use std::path::{Path, PathBuf};

use super::keywords::Params;
use super::target::Secret;
use crate::error::{Error, Result};

/// Where servers put their sockets: Debian's packages, macOS, PostgreSQL's own default.
const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/private/tmp", "/tmp"];
const DEFAULT_PORT: u16 = 5432;

/// One place to try.
#[derive(Debug, Clone)]
pub(super) struct Host {
    /// Host name, address, or a socket's directory. What a certificate and a password file are compared with.
    pub(super) name: String,
    /// `hostaddr`: connect here without asking the name service.
    pub(super) address: Option<String>,
    pub(super) port: u16,
    pub(super) password: Option<Secret>,
}

impl Host {
    /// The socket's path, where this is one.
    pub(super) fn socket(&self) -> Option<PathBuf> {
        (self.address.is_none() && self.name.starts_with('/'))
            .then(|| Path::new(&self.name).join(format!(".s.PGSQL.{}", self.port)))
    }

    /// The host as a password file names it.
    pub(super) fn passfile_name(&self) -> &str {
        if SOCKET_DIRECTORIES.contains(&self.name.as_str()) { "localhost" } else { &self.name }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains(':') {
            write!(f, "[{}]:{}", self.name, self.port)
        } else {
            write!(f, "{}:{}", self.name, self.port)
        }
    }
}

/// The hosts in the order in which they are tried; at least one.
pub(super) fn read_hosts(params: &Params) -> Result<Vec<Host>> {
    let list = |keyword| params.get(keyword).map(|text| text.split(',').map(str::trim).collect::<Vec<_>>());
    let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port").unwrap_or_else(|| vec![""]));
    let count = addresses.as_ref().or(names.as_ref()).map_or(1, Vec::len);
    if names.as_ref().is_some_and(|names| names.len() != count) {
        return Err(Error::new("`host` and `hostaddr` name different numbers of hosts").fix("give one address for each host"));
    }
    if ports.len() != 1 && ports.len() != count {
        return Err(
            Error::new(format!("there are {} ports for {count} hosts", ports.len())).fix("give one port, or one for each host")
        );
    }
    (0..count)
        .map(|i| {
            let port = port(ports[if ports.len() == 1 { 0 } else { i }])?;
            let address = addresses.as_ref().map(|list| list[i]).filter(|a| !a.is_empty());
            let name = match names.as_ref().map(|list| list[i]).filter(|name| !name.is_empty()) {
                Some(name) if name.starts_with('@') => {
                    return Err(Error::new("abstract sockets (a host that starts with @) are not supported")
                        .fix("give the directory of the server's socket, or a host name"));
                }
                Some(name) => name.to_owned(),
                None => address.map_or_else(|| default_socket_directory(port), str::to_owned),
            };
            Ok(Host { name, address: address.map(str::to_owned), port, password: None })
        })
        .collect()
}

fn port(text: &str) -> Result<u16> {
    if text.is_empty() {
        return Ok(DEFAULT_PORT);
    }
    // the text is not shown: with an unescaped character in the password it would be a piece of that
    text.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
        Error::new("the port is not a number between 1 and 65535").fix("write special characters of a password percent-encoded")
    })
}

/// The first directory in which a server has put a socket for this port, else the first of all, which the error then names.
fn default_socket_directory(port: u16) -> String {
    let found = SOCKET_DIRECTORIES.iter().find(|dir| Path::new(dir).join(format!(".s.PGSQL.{port}")).exists());
    (*found.unwrap_or(&SOCKET_DIRECTORIES[0])).to_owned()
}

/// `target_session_attrs`: which kind of server will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionAttrs {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    /// A standby where one of the hosts is one, else any.
    PreferStandby,
}

impl SessionAttrs {
    pub(super) fn read(text: Option<&str>) -> Result<Self> {
        Ok(match text.unwrap_or("any") {
            "any" => Self::Any,
            "read-write" => Self::ReadWrite,
            "read-only" => Self::ReadOnly,
            "primary" => Self::Primary,
            "standby" => Self::Standby,
            "prefer-standby" => Self::PreferStandby,
            _ => {
                return Err(Error::new("target_session_attrs has an unknown value")
                    .fix("use any, read-write, read-only, primary, standby or prefer-standby"));
            }
        })
    }

    /// What is wanted in each pass over the hosts.
    pub(super) fn passes(self) -> Vec<Self> {
        if self == Self::PreferStandby { vec![Self::Standby, Self::Any] } else { vec![self] }
    }

    /// Whether a server in this state will do. `read_only` is the session's `default_transaction_read_only`.
    pub(super) fn accepts(self, in_recovery: bool, read_only: bool) -> bool {
        match self {
            Self::Any | Self::PreferStandby => true,
            Self::ReadWrite => !in_recovery && !read_only,
            Self::ReadOnly => in_recovery || read_only,
            Self::Primary => !in_recovery,
            Self::Standby => in_recovery,
        }
    }
}

impl fmt::Display for SessionAttrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::ReadWrite => "read-write",
            Self::ReadOnly => "read-only",
            Self::Primary => "primary",
            Self::Standby => "standby",
            Self::PreferStandby => "prefer-standby",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(pairs: &[(&str, &str)]) -> Result<Vec<String>> {
        let mut params = Params::default();
        for (key, value) in pairs {
            params.set(key, (*value).to_owned(), "the test")?;
        }
        Ok(read_hosts(&params)?.iter().map(|h| format!("{h} {}", h.address.as_deref().unwrap_or("-"))).collect())
    }

    #[test]
    fn hosts_take_their_ports_in_order() {
        assert_eq!(hosts(&[("host", "a,b"), ("port", "1,")]).unwrap(), ["a:1 -", "b:5432 -"]);
        assert_eq!(hosts(&[("host", "a,::1"), ("port", "7")]).unwrap(), ["a:7 -", "[::1]:7 -"]);
        assert_eq!(hosts(&[("host", "a"), ("hostaddr", "10.0.0.1")]).unwrap(), ["a:5432 10.0.0.1"]);
        assert_eq!(hosts(&[("hostaddr", "10.0.0.1,10.0.0.2")]).unwrap(), ["10.0.0.1:5432 10.0.0.1", "10.0.0.2:5432 10.0.0.2"]);
        for wrong in
            [[("host", "a,b"), ("port", "1,2,3")], [("host", "a,b"), ("hostaddr", "1.2.3.4")], [("host", "a"), ("port", "0")]]
        {
            assert!(hosts(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn sockets_have_a_path_and_are_localhost_to_a_password_file() {
        let host = Host { name: "/tmp".into(), address: None, port: 5433, password: None };
        assert_eq!(host.socket(), Some("/tmp/.s.PGSQL.5433".into()));
        assert_eq!(host.passfile_name(), "localhost");
        assert_eq!(Host { name: "/srv".into(), ..host }.passfile_name(), "/srv");
    }

    #[test]
    fn session_attributes() {
        use SessionAttrs::*;
        for (attrs, primary, read_only, standby) in [
            (Any, true, true, true),
            (ReadWrite, true, false, false),
            (ReadOnly, false, true, true),
            (Primary, true, true, false),
            (Standby, false, false, true),
        ] {
            let got = (attrs.accepts(false, false), attrs.accepts(false, true), attrs.accepts(true, true));
            assert_eq!(got, (primary, read_only, standby), "{attrs}");
            assert_eq!(SessionAttrs::read(Some(&attrs.to_string())).unwrap(), attrs);
        }
        assert_eq!(PreferStandby.passes(), [Standby, Any]);
    }
}
