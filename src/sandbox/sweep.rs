//! Cleans up after owners that were killed: SIGKILL and power cuts leave no time for manners.
//!
//! A sandbox's directory carries its owner's process id and start, and holds a file that the owner keeps locked. If the
//! owner is gone and the lock is free, the server in it (if it is really a PostgreSQL with its data there) gets its
//! immediate shutdown and the directory goes. Nothing else is ever signalled or removed: no directory of other users, no
//! process that merely has the number found in a file.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::sys::signal::Signal;

use super::home::{self, Name};
use super::process::signal;
use super::user;

/// A directory without its lock file may be one that is being created.
const YOUNG: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Removes all remains of dead owners from the directories that sandboxes lie in. What it cannot remove it leaves to the
/// next: a start must not fail because of somebody else's end.
pub(super) fn sweep() {
    for base in home::bases() {
        for entry in fs::read_dir(base).into_iter().flatten().flatten() {
            if let Some(name) = entry.file_name().to_str().and_then(Name::parse) {
                sweep_one(&entry.path(), &name);
            }
        }
    }
}

fn sweep_one(root: &Path, name: &Name) {
    let ours = |m: &fs::Metadata| m.is_dir() && m.uid() == user::own_uid();
    let Some(stat) = fs::symlink_metadata(root).ok().filter(ours) else { return };
    if owner_lives(name) {
        return;
    }
    // held until the directory is gone, so that two sweeps do not meet in it
    let _lock = match owner_file(root) {
        Some(file) if file.try_lock().is_ok() => Some(file),
        Some(_) => return,
        None if stat.modified().is_ok_and(|m| m.elapsed().is_ok_and(|e| e > YOUNG)) => None,
        None => return,
    };
    let data = root.join("data");
    if let Some(pid) = server_of(&data) {
        signal(pid, Signal::SIGQUIT);
        let deadline = Instant::now() + STOP_TIMEOUT;
        while is_server(pid, &data) {
            if Instant::now() > deadline {
                signal(pid, Signal::SIGKILL);
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
    let _ = home::remove(root);
}

/// Whether the process that made the directory still runs. Where the system does not tell a start (0), the lock decides.
fn owner_lives(name: &Name) -> bool {
    name.start != 0 && home::process_start(name.pid) == Some(name.start)
}

fn owner_file(root: &Path) -> Option<File> {
    OpenOptions::new().read(true).custom_flags(OFlag::O_NOFOLLOW.bits()).open(root.join("owner")).ok()
}

/// The server that runs on this data directory, if there is one.
fn server_of(data: &Path) -> Option<u32> {
    let pid = fs::read_to_string(data.join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()?;
    is_server(pid, data).then_some(pid)
}

/// Whether that process is a PostgreSQL of the data directory's user that works in it.
fn is_server(pid: u32, data: &Path) -> bool {
    let proc = Path::new("/proc").join(pid.to_string());
    if !Path::new("/proc/self/stat").exists() {
        return asks_ps(pid, data);
    }
    let is_postgres = fs::read_to_string(proc.join("comm")).is_ok_and(|c| c.trim_end() == "postgres");
    let at_home = match (fs::read_link(proc.join("cwd")), fs::canonicalize(data)) {
        (Ok(cwd), Ok(data)) => cwd == data,
        _ => false,
    };
    let same_user = match (fs::metadata(&proc), fs::symlink_metadata(data)) {
        (Ok(proc), Ok(data)) => proc.uid() == data.uid(),
        _ => false,
    };
    is_postgres && at_home && same_user
}

/// Systems without /proc: the command line names program and directory.
fn asks_ps(pid: u32, data: &Path) -> bool {
    let Ok(output) = Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output() else { return false };
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    line.contains("/postgres -D ") && line.contains(&format!(" -D {} ", data.display()))
}
