//! TLS as libpq means it: six modes, a root certificate that replaces the system's instead of joining them, client certificates.
//!
//! Two differences, both on the safe side: a file that the user names and that does not exist is an error in every mode, and
//! `channel_binding=require`, which we cannot do, is raised to `verify-full`, which proves the same and more.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::keywords::Params;
use crate::error::{Context, Error, Result};
use crate::ident::one_line;

/// `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Disable,
    /// Plain; TLS where the server turns that down.
    Allow,
    /// TLS; plain where that fails.
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// How much of the server's certificate is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verify {
    Nothing,
    /// It was issued by one of the roots.
    Issuer,
    /// And it is for the host's name.
    IssuerAndName,
}

/// Whose signature counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Roots {
    None,
    System,
    File(PathBuf),
}

/// All that the user said about TLS, checked.
#[derive(Debug, Clone)]
pub(super) struct TlsSettings {
    pub(super) mode: Mode,
    pub(super) roots: Roots,
    /// Certificate and key to show to the server.
    pub(super) client: Option<(PathBuf, PathBuf)>,
    /// Tell the server which host is meant.
    pub(super) sni: bool,
    pub(super) only_tls13: bool,
    /// `sslnegotiation=direct`: TLS from the first byte, PostgreSQL 17 and newer.
    pub(super) direct: bool,
}

impl TlsSettings {
    pub(super) fn read(params: &Params, home: Option<&Path>, notes: &mut Vec<String>) -> Result<Self> {
        let in_home = |name: &str| home.map(|home| home.join(".postgresql").join(name)).filter(|path| path.exists());
        let system = params.get("sslrootcert") == Some("system");
        let mut mode = match params.get("sslmode") {
            None if system => Mode::VerifyFull,
            None => Mode::Prefer,
            Some(text) => mode(text)?,
        };
        if system && mode != Mode::VerifyFull {
            return Err(Error::new("sslrootcert=system asks for less than sslmode=verify-full")
                .because("anybody can have a certificate that the system trusts, for a name of their own")
                .fix("use sslmode=verify-full"));
        }
        // In Prisma's URLs `sslcert` is the root certificate; a client certificate is an `sslidentity`.
        let prisma = params.get("sslaccept");
        let prisma_root = params.get("sslcert").filter(|_| prisma.is_some() && params.get("sslkey").is_none());
        let mut roots = match params.get("sslrootcert").or(prisma_root) {
            Some("system") => Roots::System,
            Some(file) => Roots::File(named(file, "sslrootcert")?),
            None => in_home("root.crt").map_or(Roots::None, Roots::File),
        };
        if prisma == Some("accept_invalid_certs") && mode <= Mode::Require {
            roots = Roots::None;
        }
        let bound = params.get("channel_binding") == Some("require");
        if (bound && mode != Mode::VerifyFull) || (prisma == Some("strict") && mode != Mode::Disable) {
            if bound {
                notes.push("channel_binding=require is done as sslmode=verify-full, which proves the server's identity".into());
            }
            mode = Mode::VerifyFull;
            if roots == Roots::None {
                roots = Roots::System;
            }
        }
        if mode >= Mode::VerifyCa && roots == Roots::None {
            return Err(Error::new("there is no root certificate to verify the server's with")
                .because("sslrootcert is not set, and ~/.postgresql/root.crt does not exist")
                .fix("give sslrootcert=FILE (hosts offer it for download), or sslrootcert=system"));
        }
        let direct = match params.get("sslnegotiation") {
            Some("direct") if mode < Mode::Require => {
                return Err(Error::new("sslnegotiation=direct needs TLS").fix("use sslmode=require or stronger"));
            }
            other => other == Some("direct"),
        };
        let no_client = params.get("sslcertmode") == Some("disable") || prisma_root.is_some() || mode == Mode::Disable;
        Ok(Self {
            client: if no_client { None } else { client(params, &in_home)? },
            sni: params.get("sslsni") != Some("0"),
            only_tls13: params.get("ssl_min_protocol_version") == Some("TLSv1.3"),
            mode,
            roots,
            direct,
        })
    }

    /// With a root certificate at hand, every mode verifies the issuer, also `require`.
    pub(super) fn verify(&self) -> Verify {
        match (self.mode, &self.roots) {
            (Mode::VerifyFull, _) => Verify::IssuerAndName,
            (Mode::VerifyCa, _) | (_, Roots::File(_) | Roots::System) => Verify::Issuer,
            _ => Verify::Nothing,
        }
    }
}

fn mode(text: &str) -> Result<Mode> {
    Ok(match text {
        "disable" => Mode::Disable,
        "allow" => Mode::Allow,
        "prefer" => Mode::Prefer,
        "require" => Mode::Require,
        "verify-ca" => Mode::VerifyCa,
        "verify-full" => Mode::VerifyFull,
        _ => {
            return Err(
                Error::new("sslmode has an unknown value").fix("use disable, allow, prefer, require, verify-ca or verify-full")
            );
        }
    })
}

fn named(file: &str, what: &str) -> Result<PathBuf> {
    std::fs::metadata(file).context(format!("cannot read {what} {}", one_line(file)))?;
    Ok(file.into())
}

fn client(params: &Params, in_home: &dyn Fn(&str) -> Option<PathBuf>) -> Result<Option<(PathBuf, PathBuf)>> {
    let cert = match params.get("sslcert") {
        Some(file) => named(file, "sslcert")?,
        None => match in_home("postgresql.crt") {
            Some(file) => file,
            None => return Ok(None),
        },
    };
    let key = match params.get("sslkey") {
        Some(file) => named(file, "sslkey")?,
        None => in_home("postgresql.key").ok_or_else(|| {
            Error::new(format!("certificate {} has no key", cert.display())).fix("give sslkey=FILE, or sslcertmode=disable")
        })?,
    };
    // libpq's rule: nobody else may read the key; the group may where root owns it, as in Debian's ssl-cert
    let meta = std::fs::metadata(&key).context(format!("cannot read key {}", key.display()))?;
    let forbidden = if meta.uid() == 0 { 0o037 } else { 0o077 };
    if meta.mode() & forbidden != 0 {
        return Err(Error::new(format!("key {} can be read by others", key.display())).fix("chmod 0600 on it"));
    }
    Ok(Some((cert, key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<(TlsSettings, Vec<String>)> {
        let mut notes = Vec::new();
        let params = super::super::url::parse(&format!("postgres://h/d?{query}"))?;
        Ok((TlsSettings::read(&params, None, &mut notes)?, notes))
    }

    #[test]
    fn modes_and_roots_decide_what_is_verified() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let root = format!("sslrootcert={}", file.path().display());
        for (query, mode, verify) in [
            (String::new(), Mode::Prefer, Verify::Nothing),
            ("sslmode=require".into(), Mode::Require, Verify::Nothing),
            (format!("sslmode=require&{root}"), Mode::Require, Verify::Issuer),
            (format!("sslmode=verify-ca&{root}"), Mode::VerifyCa, Verify::Issuer),
            (format!("sslmode=verify-full&{root}"), Mode::VerifyFull, Verify::IssuerAndName),
            ("sslrootcert=system".into(), Mode::VerifyFull, Verify::IssuerAndName),
            ("sslmode=require&sslaccept=strict".into(), Mode::VerifyFull, Verify::IssuerAndName),
            ("sslmode=require&sslaccept=accept_invalid_certs".into(), Mode::Require, Verify::Nothing),
            (
                format!("sslmode=require&sslaccept=strict&sslcert={}", file.path().display()),
                Mode::VerifyFull,
                Verify::IssuerAndName,
            ),
            ("sslmode=require&channel_binding=require".into(), Mode::VerifyFull, Verify::IssuerAndName),
        ] {
            let (tls, _) = read(&query).unwrap_or_else(|e| panic!("{query}: {e}"));
            assert_eq!((tls.mode, tls.verify()), (mode, verify), "{query}");
            assert_eq!(tls.client, None);
        }
    }

    #[test]
    fn half_protections_are_refused() {
        for query in [
            "sslmode=verify-full",
            "sslmode=verify-ca",
            "sslmode=require&sslrootcert=system",
            "sslmode=require&sslrootcert=/nonexistent",
            "sslmode=hunter2",
            "sslnegotiation=direct",
            "sslmode=require&sslcert=/nonexistent",
        ] {
            assert!(!read(query).map(|_| ()).unwrap_err().to_string().contains("hunter2"), "{query}");
        }
    }

    #[test]
    fn root_certificate_in_the_home_directory_counts() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".postgresql")).unwrap();
        std::fs::write(home.path().join(".postgresql/root.crt"), "x").unwrap();
        let tls = TlsSettings::read(&Params::default(), Some(home.path()), &mut Vec::new()).unwrap();
        assert_eq!((tls.mode, tls.verify()), (Mode::Prefer, Verify::Issuer));
    }
}
