//! `postgresql.conf` and `pg_hba.conf` of a sandbox: fast, forgetful, alone on its socket.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::SandboxOptions;
use super::home::Home;
use super::process::Server;
use super::user;
use crate::error::{Context, Error, Result};
use crate::ident::one_line;

/// The superuser needs its password everywhere: what runs in the server can knock on the socket too. Whoever can enter the socket's directory
/// may be any other role; on 127.0.0.1 (only where TCP was asked for) those need a password as well.
const HBA: &str = "\
local all postgres scram-sha-256
local replication postgres scram-sha-256
local all all trust
local replication all reject
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
";

const LIBRARY: &str = "pg_stat_statements";

/// What a server of ours has, unless the caller says otherwise.
const DEFAULTS: &[(&str, &str)] = &[
    // it lives for minutes and is worth nothing afterwards
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    // statistics are ours to set, and a run must not depend on when autovacuum came by
    ("autovacuum", "off"),
    ("shared_buffers", "128MB"),
    ("huge_pages", "off"),
    // segments in our directory: /dev/shm is tiny in containers, and what is there would outlive a kill
    ("dynamic_shared_memory_type", "mmap"),
    ("track_io_timing", "on"),
    ("password_encryption", "scram-sha-256"),
    ("default_text_search_config", "pg_catalog.english"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("lc_messages", "C"),
    ("cluster_name", "dbharden sandbox"),
];

/// The caller's settings, checked.
#[derive(Debug)]
pub(super) struct Settings {
    extra: Vec<(String, String)>,
    max_connections: u32,
}

impl Settings {
    pub fn new(options: &SandboxOptions) -> Result<Self> {
        for (name, value) in &options.settings {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_.$".contains(c);
            if name.is_empty() || !name.chars().all(plain) || value.contains('\0') {
                let what = format!("cannot start a sandbox with the setting `{}`", one_line(name));
                return Err(Error::new(what).because("that is no name and value of a setting"));
            }
        }
        Ok(Self { extra: options.settings.clone(), max_connections: options.max_connections })
    }

    /// Writes both files beside the data directory: `ALTER SYSTEM` in the sandbox still works.
    pub fn write(&self, server: &Server) -> Result<()> {
        let put = |name: &str, text: &str| {
            let path = server.home.root.join(name);
            let user = server.home.user.as_ref();
            fs::write(&path, text).and_then(|()| user::lend(&path, user)).context(format!("cannot write {}", path.display()))
        };
        put("pg_hba.conf", HBA)?;
        put("postgresql.conf", &self.text(has_library(&server.installation.bin)))
    }

    fn text(&self, has_library: bool) -> String {
        let mut text = String::from("# Written by dbharden for a sandbox; of two lines with one name the later counts.\n");
        let mut add = |name: &str, value: &str| text.push_str(&format!("{name} = {}\n", quoted(value)));
        for (name, value) in DEFAULTS {
            add(name, value);
        }
        add("max_connections", &self.max_connections.to_string());
        if has_library {
            add("shared_preload_libraries", LIBRARY);
            add("pg_stat_statements.max", "10000");
        }
        for (name, value) in &self.extra {
            add(name, value);
        }
        text
    }
}

/// Whether the last start failed because of what stands in `postgresql.conf`.
pub(super) fn is_to_blame(home: &Home) -> bool {
    home.log_tail().contains("configuration file")
}

/// A value as the file wants it: in quotes, where backslashes are escapes and a line ends the setting.
fn quoted(value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('\'', "''").replace('\n', "\\n").replace('\r', "\\r");
    format!("'{escaped}'")
}

/// Whether the installation brings pg_stat_statements; some come without contrib. The places are relative to the
/// programs, because `pg_config` is often in a package of its own.
fn has_library(bin: &Path) -> bool {
    let places = ["lib", "lib/postgresql", "lib/pgsql", "lib64", "lib64/pgsql", "lib64/postgresql"];
    let holds = |dir: PathBuf| ["so", "dylib"].iter().any(|ext| dir.join(format!("{LIBRARY}.{ext}")).is_file());
    places.iter().any(|p| holds(bin.join("..").join(p))) || pkglibdir(bin).is_some_and(holds)
}

fn pkglibdir(bin: &Path) -> Option<PathBuf> {
    let output = Command::new(bin.join("pg_config")).arg("--pkglibdir").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_line() {
        assert_eq!(quoted("a'b\\c\nfsync = on"), r"'a''b\\c\nfsync = on'");
        let bad = SandboxOptions { settings: vec![("fsync = on\nx".into(), "1".into())], ..Default::default() };
        assert!(Settings::new(&bad).is_err());
    }

    #[test]
    fn the_callers_settings_come_last() {
        let options = SandboxOptions { settings: vec![("autovacuum".into(), "on".into())], ..Default::default() };
        let text = Settings::new(&options).map(|s| s.text(false)).unwrap_or_default();
        assert!(text.ends_with("autovacuum = 'on'\n") && !text.contains("pg_stat_statements"));
    }
}
