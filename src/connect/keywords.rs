//! Every connection parameter libpq, Prisma and common hosts write, and what we do with each.
//!
//! A parameter nobody knows is an error that names it, never its value: a value may be a password in the wrong place.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// What becomes of a parameter.
#[derive(Clone, Copy)]
enum Fate {
    /// It steers the connection.
    Used,
    /// It tunes something we do not have; the connection means the same without it.
    Idle,
    /// It is dropped, and the user is told this.
    Dropped(&'static str),
    /// It asks for a guarantee that we could not keep. The text says what to do.
    Refused(&'static str),
}
use Fate::{Dropped, Idle, Refused, Used};

const NO_OPTIONS: &str = "startup options are not sent: poolers refuse them, and dbharden pins every setting it depends on";
const NO_CRL: &str = "revocation lists are not supported; connect without it, or from a host that may";

/// Keyword, libpq's environment variable for it, fate.
#[rustfmt::skip]
const KEYWORDS: &[(&str, Option<&str>, Fate)] = &[
    // where and who
    ("host", Some("PGHOST"), Used), ("hostaddr", Some("PGHOSTADDR"), Used), ("port", Some("PGPORT"), Used),
    ("dbname", Some("PGDATABASE"), Used), ("user", Some("PGUSER"), Used), ("password", Some("PGPASSWORD"), Used),
    ("passfile", Some("PGPASSFILE"), Used), ("service", Some("PGSERVICE"), Used), ("servicefile", Some("PGSERVICEFILE"), Used),
    ("connect_timeout", Some("PGCONNECT_TIMEOUT"), Used), ("target_session_attrs", Some("PGTARGETSESSIONATTRS"), Used),
    ("application_name", Some("PGAPPNAME"), Idle), ("fallback_application_name", None, Idle),
    ("options", Some("PGOPTIONS"), Dropped(NO_OPTIONS)),
    // TLS
    ("sslmode", Some("PGSSLMODE"), Used), ("sslrootcert", Some("PGSSLROOTCERT"), Used), ("sslcert", Some("PGSSLCERT"), Used),
    ("sslkey", Some("PGSSLKEY"), Used), ("sslsni", Some("PGSSLSNI"), Used), ("sslcertmode", Some("PGSSLCERTMODE"), Used),
    ("sslnegotiation", Some("PGSSLNEGOTIATION"), Used), ("channel_binding", Some("PGCHANNELBINDING"), Used),
    ("ssl_min_protocol_version", Some("PGSSLMINPROTOCOLVERSION"), Used), ("ssl_max_protocol_version", Some("PGSSLMAXPROTOCOLVERSION"), Idle),
    ("sslcompression", Some("PGSSLCOMPRESSION"), Idle),
    ("sslpassword", None, Refused("encrypted keys are not supported; write the key out decrypted: openssl pkey -in KEY -out PLAIN")),
    ("sslcrl", Some("PGSSLCRL"), Refused(NO_CRL)), ("sslcrldir", Some("PGSSLCRLDIR"), Refused(NO_CRL)),
    ("sslkeylogfile", None, Refused("TLS keys are never written out; connect without it")),
    // libpq's rest
    ("gssencmode", Some("PGGSSENCMODE"), Used), ("krbsrvname", Some("PGKRBSRVNAME"), Idle), ("gsslib", Some("PGGSSLIB"), Idle),
    ("gssdelegation", Some("PGGSSDELEGATION"), Idle), ("client_encoding", Some("PGCLIENTENCODING"), Idle),
    ("keepalives", None, Idle), ("keepalives_idle", None, Idle), ("keepalives_interval", None, Idle), ("keepalives_count", None, Idle),
    ("tcp_user_timeout", None, Idle), ("load_balance_hosts", Some("PGLOADBALANCEHOSTS"), Idle),
    ("min_protocol_version", Some("PGMINPROTOCOLVERSION"), Idle), ("max_protocol_version", Some("PGMAXPROTOCOLVERSION"), Idle),
    ("replication", None, Refused("a replication connection cannot run queries; connect without it")),
    ("require_auth", Some("PGREQUIREAUTH"), Refused("use sslmode=verify-full, which proves the server's identity")),
    ("requirepeer", Some("PGREQUIREPEER"), Refused("name the socket's directory in `host`, one that only the server can write to")),
    ("scram_client_key", None, Refused("give the password")), ("scram_server_key", None, Refused("give the password")),
    // Prisma's, and what hosts put beside them
    ("schema", None, Used), ("pgbouncer", None, Used), ("connection_limit", None, Used), ("sslaccept", None, Used),
    ("pool_timeout", None, Idle), ("socket_timeout", None, Idle), ("statement_cache_size", None, Idle), ("max_connection_lifetime", None, Idle),
    ("max_idle_connection_lifetime", None, Idle), ("single_use_connections", None, Idle), ("supa", None, Idle), ("uselibpqcompat", None, Idle),
    ("sslidentity", None, Refused("PKCS #12 files are not supported; give sslcert and sslkey as PEM files")),
];

/// Parameters from one source: keyword to value, only known keywords, never an empty value.
#[derive(Clone, Default)]
pub(super) struct Params {
    values: BTreeMap<&'static str, String>,
    /// What the user should hear: parameters dropped.
    pub(super) notes: Vec<String>,
}

impl Params {
    /// Takes one parameter from `source` ("the URL", "service \"x\""). Later values win, as in libpq. Empty means unset.
    pub(super) fn set(&mut self, keyword: &str, value: String, source: &str) -> Result<()> {
        let Some(&(name, _, fate)) = KEYWORDS.iter().find(|(name, ..)| *name == keyword) else {
            return Err(unknown(keyword, source));
        };
        if value.contains('\0') {
            return Err(Error::new(format!("parameter `{name}` of {source} contains a zero byte")));
        }
        if value.is_empty() {
            return Ok(());
        }
        self.put(name, fate, value, &format!("parameter `{name}` of {source}"))
    }

    fn put(&mut self, name: &'static str, fate: Fate, value: String, what: &str) -> Result<()> {
        match fate {
            Used => {
                self.values.insert(name, value);
            }
            Idle => {}
            Dropped(why) => self.notes.push(format!("{what} is ignored: {why}")),
            Refused(fix) => return Err(Error::new(format!("{what} is not supported")).fix(fix)),
        }
        Ok(())
    }

    /// libpq's environment variables.
    pub(super) fn from_environment(env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let mut params = Self::default();
        for &(name, variable, fate) in KEYWORDS {
            if let Some((variable, value)) = variable.and_then(|v| Some((v, env(v)?))).filter(|(_, value)| !value.is_empty()) {
                params.put(name, fate, value, variable)?;
            }
        }
        Ok(params)
    }

    /// Takes from `weaker` what is not set here.
    pub(super) fn fill_from(&mut self, weaker: Params) {
        for (name, value) in weaker.values {
            self.values.entry(name).or_insert(value);
        }
        self.notes.extend(weaker.notes);
    }

    pub(super) fn get(&self, keyword: &str) -> Option<&str> {
        self.values.get(keyword).map(String::as_str)
    }
}

/// The parameter's name is shown where it looks like one. Else it may be a piece of a password with an unescaped `&` or `?`.
fn unknown(keyword: &str, source: &str) -> Error {
    let name_like = keyword.len() <= 40 && keyword.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if name_like && !keyword.is_empty() {
        Error::new(format!("unknown parameter `{keyword}` in {source}")).fix("check its spelling, or remove it")
    } else {
        Error::new(format!("{source} has a parameter whose name is none (not shown, it may be part of a password)"))
            .fix("write special characters of a password percent-encoded: @ is %40, / is %2F, ? is %3F, & is %26, # is %23")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parameters_are_named_without_their_value() {
        let text = Params::default().set("pasword", "hunter2".into(), "the URL").unwrap_err().to_string();
        assert!(text.contains("`pasword`") && !text.contains("hunter2"), "{text}");
        let text = Params::default().set("ter2@db/x", String::new(), "the URL").unwrap_err().to_string();
        assert!(!text.contains("ter2"), "{text}");
    }

    #[test]
    fn guarantees_we_cannot_keep_are_refused() {
        for keyword in ["sslcrl", "require_auth", "replication", "sslpassword"] {
            assert!(Params::default().set(keyword, "x".into(), "the URL").is_err(), "{keyword}");
        }
    }

    #[test]
    fn startup_options_are_dropped_with_a_note() {
        let env = |name: &str| (name == "PGOPTIONS").then(|| "-c geqo=off".to_owned());
        let params = Params::from_environment(&env).unwrap();
        assert!(params.notes[0].starts_with("PGOPTIONS is ignored"), "{:?}", params.notes);
    }

    #[test]
    fn the_stronger_source_wins() {
        let mut url = Params::default();
        url.set("host", "a".into(), "the URL").unwrap();
        url.set("user", String::new(), "the URL").unwrap();
        let env = |name: &str| Some(name.to_lowercase()).filter(|_| matches!(name, "PGHOST" | "PGUSER"));
        url.fill_from(Params::from_environment(&env).unwrap());
        assert_eq!((url.get("host"), url.get("user")), (Some("a"), Some("pguser")));
    }
}
