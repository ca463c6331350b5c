//! The directory of one sandbox: where it may be, what is in it, and the lock that shows that its owner lives.

use std::env;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::user::{self, ServerUser};
use crate::error::{Context, Error, Result};

/// Bytes a socket's path may have on every system we know (macOS: 104 with the final NUL; Linux: 108).
const MAX_SOCKET_PATH: usize = 103;
/// The longest of what we put below a base directory.
const LONGEST_BELOW: &str = "/dbharden-4194304-99999999999-9999/s/.s.PGSQL.65535";

/// One sandbox's directory. It is locked as long as this value lives, wherever the process ends.
#[derive(Debug)]
pub(super) struct Home {
    pub root: PathBuf,
    pub data: PathBuf,
    pub sockets: PathBuf,
    pub log: PathBuf,
    pub user: Option<ServerUser>,
    _owner: File,
}

impl Home {
    /// Creates the directory below the first base that fits.
    pub fn create(user: Option<ServerUser>) -> Result<Self> {
        let fitting: Vec<_> = bases().into_iter().filter(|b| fits(b, user.as_ref())).collect();
        let mut why = "none of them can be used".to_owned();
        for base in &fitting {
            match Self::create_in(base, user.clone()) {
                Ok(home) => return Ok(home),
                Err(e) => why = format!("{}: {e}", base.display()),
            }
        }
        let tried: Vec<_> = bases().iter().map(|b| b.display().to_string()).collect();
        Err(Error::new(format!("cannot create a sandbox's directory in {}", tried.join(", ")))
            .because(why)
            .fix("set TMPDIR to a directory with a short, plain path that every user can pass through and you can write to"))
    }

    fn create_in(base: &Path, user: Option<ServerUser>) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let start = process_start(process::id()).unwrap_or(0);
        loop {
            let name = Name { pid: process::id(), start, n: NEXT.fetch_add(1, Ordering::Relaxed) };
            let root = base.join(name.to_string());
            match DirBuilder::new().mode(user::outer_mode(user.as_ref())).create(&root) {
                Err(e) if e.kind() == ErrorKind::AlreadyExists => continue,
                other => other?,
            }
            return Self::furnish(root.clone(), user).inspect_err(|_| {
                let _ = fs::remove_dir_all(root);
            });
        }
    }

    fn furnish(root: PathBuf, user: Option<ServerUser>) -> io::Result<Self> {
        // first of all: a directory without a lock is what a sweep takes for remains
        let owner = File::create_new(root.join("owner"))?;
        owner.try_lock().map_err(io::Error::from)?;
        // not left to the umask, which may close it to the server's user
        fs::set_permissions(&root, Permissions::from_mode(user::outer_mode(user.as_ref())))?;
        let (data, sockets, log) = (root.join("data"), root.join("s"), root.join("log"));
        user::private_dir(&data, user.as_ref())?;
        user::private_dir(&sockets, user.as_ref())?;
        Ok(Self { data, sockets, log, root, user, _owner: owner })
    }

    /// Empties the data directory for another attempt.
    pub fn reset_data(&self) -> Result<()> {
        remove(&self.data)
            .and_then(|()| user::private_dir(&self.data, self.user.as_ref()))
            .context("cannot empty the data directory")
    }

    /// The last lines of the server's log.
    pub fn log_tail(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// A sandbox directory's name: who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub pid: u32,
    /// Start of that process in clock ticks since boot; 0 where the system does not tell.
    pub start: u64,
    pub n: u32,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "dbharden-{}-{}-{}", self.pid, self.start, self.n)
    }
}

impl Name {
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("dbharden-")?.split('-');
        let name = Self { pid: parts.next()?.parse().ok()?, start: parts.next()?.parse().ok()?, n: parts.next()?.parse().ok()? };
        (name.to_string() == text).then_some(name)
    }
}

/// The directories that sandboxes may lie in, in order of preference.
pub(super) fn bases() -> Vec<PathBuf> {
    let mut bases = vec![env::temp_dir(), "/tmp".into(), "/var/tmp".into()];
    bases.dedup();
    bases
}

fn fits(base: &Path, user: Option<&ServerUser>) -> bool {
    // the path also stands in settings that have their own rules of quoting
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    base.is_absolute()
        && base.to_str().is_some_and(|s| s.chars().all(plain) && s.len() + LONGEST_BELOW.len() <= MAX_SOCKET_PATH)
        && user::can_traverse(base, user)
}

/// When a process started, in clock ticks since boot: with the id it names one process for good. `None` if there is no
/// such process or the system does not tell.
pub(super) fn process_start(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // the second field is the program's name in parentheses and may hold anything, also parentheses
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

/// Removes a directory with all in it; one that is gone is fine. Processes of a killed server may still be writing.
pub(super) fn remove(dir: &Path) -> io::Result<()> {
    for _ in 0..20 {
        match fs::remove_dir_all(dir) {
            Err(e) if e.kind() == ErrorKind::DirectoryNotEmpty => std::thread::sleep(Duration::from_millis(50)),
            Err(e) if e.kind() == ErrorKind::NotFound && !dir.exists() => return Ok(()),
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            other => return other,
        }
    }
    fs::remove_dir_all(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_nothing_else_is() {
        let name = Name { pid: 12, start: 34, n: 5 };
        assert_eq!(Name::parse(&name.to_string()), Some(name));
        for other in ["dbharden-12-34", "dbharden-12-34-5-6", "dbharden-012-34-5", "dbharden-a-b-c", "pg-1-2-3"] {
            assert_eq!(Name::parse(other), None);
        }
    }

    #[test]
    fn long_and_odd_bases_are_refused() {
        assert!(fits(Path::new("/tmp"), None));
        assert!(!fits(Path::new("/tmp/no such"), None));
        assert!(!fits(Path::new(&format!("/tmp/{}", "x".repeat(60))), None));
        assert!(!fits(Path::new("tmp"), None));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_has_one_start() {
        assert!(process_start(process::id()).is_some());
        assert_eq!(process_start(process::id()), process_start(process::id()));
        assert_eq!(process_start(u32::MAX), None);
    }
}
