//! Which PostgreSQL servers are installed here.
//!
//! `DBHARDEN_PG_BIN`, where set, is the whole answer: who sets it wants exactly those. Else `pg_config`, `PATH` and the
//! places where Debian, Red Hat and Homebrew keep several versions side by side are all looked at. A directory counts if
//! it holds `postgres` and `initdb`; the version is what `postgres --version` says.

use std::collections::BTreeSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Error, Result};

/// Oldest major version that we work with.
pub(super) const OLDEST: u32 = 13;

/// Directories with one directory per version: (parent, start of the name, what comes below).
const VERSIONED: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
];

/// A PostgreSQL server on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The directory that holds `postgres` and `initdb`, symbolic links resolved.
    pub bin: PathBuf,
    /// Major version: 15.
    pub major: u32,
    /// Version as the server gives it: `15.18`, `18beta1`.
    pub version: String,
}

/// All installed servers of version 13 or later, newest first; of equal versions the one found first comes first.
pub fn installations() -> Vec<Installation> {
    of_directories(candidates())
}

/// The installation of that major version, or the newest.
pub(super) fn pick(major: Option<u32>) -> Result<Installation> {
    let found = installations();
    match found.iter().find(|i| major.is_none_or(|m| m == i.major)) {
        Some(installation) => Ok(installation.clone()),
        None => Err(missing(major, &found, asked_for().map(|v| v.to_string_lossy().into_owned()).as_deref())),
    }
}

/// `DBHARDEN_PG_BIN`, unless empty.
fn asked_for() -> Option<OsString> {
    env::var_os("DBHARDEN_PG_BIN").filter(|v| !v.is_empty())
}

fn candidates() -> Vec<PathBuf> {
    if let Some(list) = asked_for() {
        return env::split_paths(&list).collect();
    }
    let mut bins = Vec::new();
    if let Some(bin) = output(Command::new("pg_config").arg("--bindir")) {
        bins.push(PathBuf::from(bin));
    }
    for (parent, prefix, below) in VERSIONED {
        let names = fs::read_dir(parent).into_iter().flatten().flatten().map(|e| e.file_name());
        bins.extend(names.filter(|n| starts_with(n, prefix)).map(|n| Path::new(parent).join(n).join(below)));
    }
    bins.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    bins
}

fn starts_with(name: &OsStr, prefix: &str) -> bool {
    name.as_encoded_bytes().starts_with(prefix.as_bytes())
}

fn of_directories(bins: Vec<PathBuf>) -> Vec<Installation> {
    let mut seen = BTreeSet::new();
    let mut found: Vec<(Vec<u32>, Installation)> = Vec::new();
    for bin in bins.into_iter().filter_map(|b| resolve(&b)) {
        if !seen.insert(bin.clone()) {
            continue;
        }
        let Some(text) = output(Command::new(bin.join("postgres")).arg("--version")) else { continue };
        let Some((order, version)) = parse_version(&text) else { continue };
        if order[0] >= OLDEST {
            found.push((order.clone(), Installation { bin, major: order[0], version }));
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0));
    found.into_iter().map(|(_, i)| i).collect()
}

/// The directory where the programs really are: `/usr/local/bin/postgres` is often a link to one of several versions.
fn resolve(bin: &Path) -> Option<PathBuf> {
    let complete = |dir: &Path| dir.join("postgres").is_file() && dir.join("initdb").is_file();
    let real = fs::canonicalize(bin.join("postgres")).ok().and_then(|p| p.parent().map(Path::to_owned));
    // a wrapper script may stand beside programs that are not meant to be called directly
    real.filter(|dir| complete(dir)).or_else(|| if complete(bin) { fs::canonicalize(bin).ok() } else { None })
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` as numbers to sort by and as `15.18`.
/// A beta sorts before the release: `18beta1` is [18, 0, 0], `18.0` is [18, 1, 0].
fn parse_version(text: &str) -> Option<(Vec<u32>, String)> {
    let version = text.split_whitespace().find(|w| w.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = version.splitn(2, |c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    let is_release = version.contains('.');
    let digits = parts.next().unwrap_or_default().trim_start_matches(|c: char| !c.is_ascii_digit());
    let minor = digits.split(|c: char| !c.is_ascii_digit()).next().and_then(|d| d.parse().ok()).unwrap_or(0);
    Some((vec![major, u32::from(is_release), minor], version.to_owned()))
}

fn missing(major: Option<u32>, found: &[Installation], asked_for: Option<&str>) -> Error {
    let wanted = major.map_or(format!("a PostgreSQL server ({OLDEST} or later)"), |m| format!("a PostgreSQL {m} server"));
    let places = match asked_for {
        Some(list) => format!("DBHARDEN_PG_BIN={list}"),
        None => "DBHARDEN_PG_BIN (not set), pg_config, PATH, /usr/lib/postgresql/*/bin, /usr/pgsql-*/bin, Homebrew".to_owned(),
    };
    let there = match found {
        [] => "found none".to_owned(),
        _ => {
            let list: Vec<_> = found.iter().map(|i| format!("{} in {}", i.version, i.bin.display())).collect();
            format!("found {}", list.join(", "))
        }
    };
    let example = major.unwrap_or(17);
    Error::new(format!("cannot find {wanted}")).because(format!("looked in {places}; {there}")).fix(format!(
        "install it (Debian, Ubuntu: apt install postgresql-{example}; Red Hat: dnf install postgresql{example}-server; \
         macOS: brew install postgresql@{example}), or set DBHARDEN_PG_BIN to the directory that holds its `postgres` and `initdb`"
    ))
}

/// The installed major version nearest to this one: a newer server understands what an older one wrote, rather than the other way
/// round. `None` where none is installed.
pub fn nearest(major: u32) -> Option<u32> {
    installations().iter().map(|i| i.major).min_by_key(|m| (m.abs_diff(major) * 2) + u32::from(*m < major))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_versions_as_servers_give_them() {
        for (text, order, version) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", [15, 1, 18], "15.18"),
            ("postgres (PostgreSQL) 18.4", [18, 1, 4], "18.4"),
            ("postgres (PostgreSQL) 18beta1", [18, 0, 1], "18beta1"),
            ("postgres (PostgreSQL) 19devel", [19, 0, 0], "19devel"),
            ("postgres (EnterpriseDB) 16.3.0", [16, 1, 3], "16.3.0"),
        ] {
            assert_eq!(parse_version(text), Some((order.to_vec(), version.to_owned())));
        }
        assert_eq!(parse_version("something else"), None);
    }

    #[test]
    fn a_missing_version_says_what_is_there_and_what_to_install() {
        let found = Installation { bin: "/usr/lib/postgresql/15/bin".into(), major: 15, version: "15.18".into() };
        let text = missing(Some(17), &[found], None).to_string();
        for part in ["PostgreSQL 17", "15.18 in /usr/lib/postgresql/15/bin", "postgresql-17", "DBHARDEN_PG_BIN"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(missing(None, &[], Some("/x")).to_string().contains("DBHARDEN_PG_BIN=/x; found none"));
    }
}
