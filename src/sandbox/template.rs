//! A data directory fresh from `initdb`, kept per build of the server so that a start only copies it.
//!
//! A template is `<cache>/pg<version>-<hash>/{data,manifest,password}`; the hash covers the programs' path, size and time, our
//! revision and the server's user. The password is the superuser's, drawn by chance. It appears by one rename, so several processes may build it at once; the manifest,
//! number and size of its files, shows one that something has nibbled at. It is then built anew.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, SystemTime};

use super::find::Installation;
use super::home::{self, Home};
use super::user::{self, ServerUser};
use crate::error::{Context, Error, Result};
use crate::hash::short_hash;

/// To be raised whenever we call `initdb` differently.
const REVISION: &str = "2";
/// Templates of servers that have long been replaced.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 3600);
/// What a killed `initdb` left.
const UNFINISHED: Duration = Duration::from_secs(3600);

/// Fills the home's data directory. The superuser's password, and whether the template had to be built for it.
pub(super) fn fill(installation: &Installation, home: &Home) -> Result<(String, bool)> {
    let path = path_of(installation, home.user.as_ref())?;
    let mut made_new = false;
    let mut copied = Ok(String::new());
    // twice, as another process may discard the template while we copy it
    for _ in 0..2 {
        made_new |= provide(&path, installation, home.user.as_ref())?;
        let password = || fs::read_to_string(path.join("password")).context("cannot read the password of new servers");
        let before = password();
        copied = copy(&path.join("data"), home).and_then(|()| password());
        match &copied {
            // not that of another template which took this one's place
            Ok(after) if before.is_ok_and(|before| before == *after) => {
                // the time of the last use
                let _ = File::open(path.join("manifest")).and_then(|f| f.set_modified(SystemTime::now()));
                return copied.map(|password| (password, made_new));
            }
            _ => home.reset_data()?,
        }
    }
    copied.and_then(|_| Err(Error::new("cannot copy the template of new servers").because("others put new ones in its place")))
}

/// Builds the template unless a whole one is there. True if it was built.
fn provide(path: &Path, installation: &Installation, user: Option<&ServerUser>) -> Result<bool> {
    if is_whole(path) {
        return Ok(false);
    }
    // several starts at once need one `initdb`, not several; where files cannot be locked each runs its own
    let lock = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(parent(path).join("lock"));
    let lock = lock.and_then(|f| f.lock().map(|()| f));
    let needed = !is_whole(path);
    if needed {
        set_aside(path)?;
        build(path, installation, user)?;
    }
    drop(lock);
    Ok(needed)
}

/// Removes the template and empties the home's data directory, for another attempt.
pub(super) fn discard(installation: &Installation, home: &Home) -> Result<()> {
    set_aside(&path_of(installation, home.user.as_ref())?)?;
    home.reset_data()
}

fn path_of(installation: &Installation, user: Option<&ServerUser>) -> Result<PathBuf> {
    let program = installation.bin.join("postgres");
    let stat = fs::metadata(&program).context(format!("cannot read {}", program.display()))?;
    let uid = user.map_or_else(user::own_uid, |u| u.uid).to_string();
    let build = [REVISION, &uid, &program.to_string_lossy(), &stat.len().to_string(), &stat.mtime().to_string()];
    Ok(cache(user)?.join(format!("pg{}-{}", installation.version, short_hash(&build))))
}

/// The first cache directory that is ours and within the server's reach, created where needed.
fn cache(user: Option<&ServerUser>) -> Result<PathBuf> {
    let var = |name| env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let mut candidates: Vec<PathBuf> = Vec::new();
    candidates.extend(var("XDG_CACHE_HOME").map(|p| p.join("dbharden")));
    match user {
        // root's home is usually closed to others
        Some(_) => candidates.push("/var/cache/dbharden".into()),
        None => candidates.extend(var("HOME").map(|p| p.join(".cache/dbharden"))),
    }
    candidates.extend(home::bases().into_iter().map(|b| b.join(format!("dbharden-cache-{}", user::own_uid()))));
    for dir in &candidates {
        // a directory of someone else would let him decide what our server starts with
        let ours = |m: fs::Metadata| m.is_dir() && m.uid() == user::own_uid() && m.mode() & 0o022 == 0;
        make(dir, user::outer_mode(user));
        if fs::symlink_metadata(dir).is_ok_and(ours)
            && user::can_traverse(dir, user)
            && nix::unistd::access(dir, nix::unistd::AccessFlags::W_OK).is_ok()
        {
            return Ok(dir.clone());
        }
    }
    let tried: Vec<_> = candidates.iter().map(|c| c.display().to_string()).collect();
    Err(Error::new("cannot find a directory for the cache of new servers")
        .because(format!("none of these can be written to and belongs to us alone: {}", tried.join(", ")))
        .fix("set XDG_CACHE_HOME to a directory of your own"))
}

/// Creates a directory unless it is there; whether it can be used is seen afterwards.
fn make(dir: &Path, mode: u32) {
    let _ = fs::create_dir_all(parent(dir));
    if DirBuilder::new().mode(0o700).create(dir).is_ok() {
        // not left to the umask, which may close it to the server's user
        let _ = fs::set_permissions(dir, fs::Permissions::from_mode(mode));
    }
}

fn build(path: &Path, installation: &Installation, user: Option<&ServerUser>) -> Result<()> {
    let cannot = || format!("cannot prepare a new server in {}", path.display());
    let cache = parent(path);
    tidy(cache);
    let work = tempfile::Builder::new().prefix("new-").tempdir_in(cache).context(cannot())?;
    fs::set_permissions(work.path(), fs::Permissions::from_mode(user::outer_mode(user))).context(cannot())?;
    let data = work.path().join("data");
    user::private_dir(&data, user).context(cannot())?;
    let password = work.path().join("password");
    let drawn = drawn().context(cannot())?;
    user::private_file(&password, &drawn, user).context(cannot())?;
    let mut output = initdb(installation, &data, &password, "C.UTF-8", user)?;
    if !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("locale") {
        // sorts alike; only letters beyond ASCII lose their upper and lower case
        output = initdb(installation, &data, &password, "C", user)?;
    }
    if !output.status.success() {
        return Err(Error::new(cannot()).because(format!("initdb failed: {}", said(&output))));
    }
    // from now on it is ours, not the server's
    fs::remove_file(&password).and_then(|()| user::private_file(&password, &drawn, None)).context(cannot())?;
    fs::write(work.path().join("manifest"), manifest(&data).context(cannot())?).context(cannot())?;
    match fs::rename(work.path(), path) {
        Ok(()) => {
            let _ = work.keep();
            Ok(())
        }
        // another process was faster; ours goes away with `work`
        Err(_) if is_whole(path) => Ok(()),
        Err(e) => Err(e).context(cannot()),
    }
}

/// A password: 128 bits, as hexadecimal digits.
fn drawn() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

fn initdb(installation: &Installation, data: &Path, password: &Path, locale: &str, user: Option<&ServerUser>) -> Result<Output> {
    let program = installation.bin.join("initdb");
    let mut command = user::command(&program, user);
    command.arg("-D").arg(data).args(["-U", super::process::SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]);
    command.arg("--pwfile").arg(password).arg(format!("--locale={locale}"));
    if installation.major >= 18 {
        // the default since 18, and a flag that earlier versions do not know
        command.arg("--no-data-checksums");
    }
    command.output().context(format!("cannot run {}", program.display()))
}

/// As the server's user: root would follow whatever that user put in the way.
fn copy(from: &Path, home: &Home) -> Result<()> {
    let run = |flags: &[&str]| {
        let mut command = user::command(Path::new("cp"), home.user.as_ref());
        command.args(flags).arg(from.join(".")).arg(&home.data).output().context("cannot run cp")
    };
    let mut output = run(if cfg!(target_os = "linux") { &["-a", "--reflink=auto"] } else { &["-Rp"] })?;
    if !output.status.success() {
        // a cp that does not know the flag
        output = run(&["-Rp"])?;
    }
    if output.status.success() {
        return Ok(());
    }
    Err(Error::new(format!("cannot copy {} to {}", from.display(), home.data.display())).because(said(&output)))
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = text.trim().lines().collect();
    format!("{}: {}", output.status, lines[lines.len().saturating_sub(10)..].join("\n"))
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

fn is_whole(path: &Path) -> bool {
    let found = manifest(&path.join("data")).and_then(|found| fs::metadata(path.join("password")).map(|_| found));
    fs::read_to_string(path.join("manifest")).is_ok_and(|kept| found.is_ok_and(|f| f == kept))
}

/// Moves a template out of the way in one step, then removes it: others see all of it or nothing.
fn set_aside(path: &Path) -> Result<()> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    let cannot = || format!("cannot remove the damaged cache {}", path.display());
    let old = tempfile::Builder::new().prefix("old-").tempdir_in(parent(path)).context(cannot())?;
    match fs::rename(path, old.path().join("old")) {
        // another process was faster
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.context(cannot()),
    }
}

/// Number and bytes of the files below a directory, as a line of text.
fn manifest(dir: &Path) -> io::Result<String> {
    let (mut files, mut bytes) = (0u64, 0u64);
    let mut todo = vec![dir.to_owned()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let stat = entry.metadata()?;
            if stat.is_dir() {
                todo.push(entry.path());
            } else {
                bytes += stat.len();
            }
            files += 1;
        }
    }
    Ok(format!("{files} files, {bytes} bytes\n"))
}

/// Removes what killed runs left in the cache, and templates that nobody has used for long.
fn tidy(cache: &Path) {
    let older = |path: &Path, age| {
        let modified = fs::symlink_metadata(path).and_then(|m| m.modified());
        modified.is_ok_and(|m| m.elapsed().is_ok_and(|e| e > age))
    };
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        let unfinished = (name.starts_with("new-") || name.starts_with("old-")) && older(&path, UNFINISHED);
        let unused = name.starts_with("pg") && older(&path.join("manifest"), UNUSED);
        if unfinished || unused {
            // only space is lost if it fails
            let _ = home::remove(&path);
        }
    }
}
