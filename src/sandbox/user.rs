//! Which user the server runs as: PostgreSQL refuses root, so root lends it an unprivileged one.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User};

use super::find::Installation;
use crate::error::{Error, Result};

/// The unprivileged user that stands in for root.
#[derive(Debug, Clone)]
pub(super) struct ServerUser {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

/// `postgres`, else `nobody`, where we are root; `None` where we are not and the server runs as ourselves.
pub(super) fn server_user() -> Result<Option<ServerUser>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let known = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
    match known {
        Some(u) => Ok(Some(ServerUser { name: u.name, uid: u.uid.as_raw(), gid: u.gid.as_raw() })),
        None => Err(Error::new("cannot start a sandbox as root")
            .because("PostgreSQL refuses to run as root, and neither `postgres` nor `nobody` exists here")
            .fix("run as another user, or create one: useradd --system postgres")),
    }
}

/// Our own user id.
pub(super) fn own_uid() -> u32 {
    Uid::effective().as_raw()
}

/// A program run as that user, free of what our environment and terminal would tell it.
pub(super) fn command(program: &Path, user: Option<&ServerUser>) -> Command {
    let mut command = Command::new(program);
    // our working directory may be closed to that user
    command.current_dir("/").stdin(Stdio::null());
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.as_encoded_bytes().starts_with(b"PG")) {
        command.env_remove(name);
    }
    command.env_remove("LANGUAGE").env("LC_ALL", "C").env("TZ", "UTC");
    if let Some(user) = user {
        // with the user set, the standard library also drops root's supplementary groups
        command.uid(user.uid).gid(user.gid);
    }
    command
}

/// Gives a path to that user.
pub(super) fn give(path: &Path, user: Option<&ServerUser>) -> io::Result<()> {
    user.map_or(Ok(()), |u| chown(path, Some(u.uid), Some(u.gid)))
}

/// Lets that user's group read a file of ours, and nobody else, whatever our umask is.
pub(super) fn lend(path: &Path, user: Option<&ServerUser>) -> io::Result<()> {
    user.map_or(Ok(()), |u| chown(path, None, Some(u.gid)))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o640))
}

/// Creates a directory for the server alone: its user enters, nobody else but root.
pub(super) fn private_dir(path: &Path, user: Option<&ServerUser>) -> io::Result<()> {
    fs::create_dir(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    give(path, user)
}

/// Creates a file with this text for that user, or for ourselves, to read: nobody else but root may.
pub(super) fn private_file(path: &Path, text: &str, user: Option<&ServerUser>) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    give(path, user)
}

/// Mode of directories that hold the server's: open for passing through where the server is another user.
pub(super) fn outer_mode(user: Option<&ServerUser>) -> u32 {
    if user.is_some() { 0o711 } else { 0o700 }
}

/// Whether that user can pass through the directory and all above it.
pub(super) fn can_traverse(dir: &Path, user: Option<&ServerUser>) -> bool {
    let Some(user) = user else { return dir.is_dir() };
    let Ok(dir) = fs::canonicalize(dir) else { return false };
    dir.ancestors().all(|d| fs::metadata(d).is_ok_and(|m| m.is_dir() && may_execute(&m, user)))
}

fn may_execute(m: &fs::Metadata, user: &ServerUser) -> bool {
    let bit = match () {
        () if m.uid() == user.uid => 0o100,
        () if m.gid() == user.gid => 0o010,
        () => 0o001,
    };
    m.mode() & bit != 0
}

/// An error where the server's user cannot reach the installation's programs.
pub(super) fn check_can_run(user: Option<&ServerUser>, installation: &Installation) -> Result<()> {
    let Some(u) = user else { return Ok(()) };
    let runnable = |name| fs::metadata(installation.bin.join(name)).is_ok_and(|m| may_execute(&m, u));
    if can_traverse(&installation.bin, user) && runnable("postgres") && runnable("initdb") {
        return Ok(());
    }
    Err(Error::new(format!("cannot run PostgreSQL {} in {}", installation.version, installation.bin.display()))
        .because(format!("we are root, the server must not be, and the user {} cannot reach that directory", u.name))
        .fix("install PostgreSQL where every user can run it, or do not run dbharden as root"))
}
