//! The server process: start it, wait until it is ready, end it. And the list of all that are alive in this process.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::confine;
use super::find::Installation;
use super::home::{self, Home};
use super::user;
use crate::error::{Context, Error, Result};

/// The superuser, and the database that always exists.
pub(super) const SUPERUSER: &str = "postgres";

/// A start takes a second; on a machine that is busy with much else it may take many.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// An immediate shutdown takes some 20 ms; the server itself gives its processes 5 seconds before it kills them.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(5);

static LIVE: Mutex<BTreeMap<u64, Arc<Server>>> = Mutex::new(BTreeMap::new());

/// A server, from the moment its directory exists until that is gone.
#[derive(Debug)]
pub(super) struct Server {
    id: u64,
    pub installation: Installation,
    pub home: Home,
    tcp: bool,
    port: AtomicU16,
    confined: AtomicBool,
    /// The superuser's.
    password: Mutex<String>,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Idle,
    Running(Child),
    /// Nothing may be started any more: the directory is gone.
    Stopped,
}

impl Server {
    /// A server that [`stop_all`] knows of, not yet started.
    pub fn register(installation: Installation, home: Home, tcp: bool) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let (port, confined) = (AtomicU16::new(5432), AtomicBool::new(false));
        let (password, state) = (Mutex::new(String::new()), Mutex::new(State::Idle));
        let server = Arc::new(Self { id, installation, home, tcp, port, confined, password, state });
        locked(&LIVE).insert(id, server.clone());
        server
    }

    pub fn port(&self) -> u16 {
        self.port.load(Ordering::Relaxed)
    }

    /// The superuser's password.
    pub fn password(&self) -> String {
        locked(&self.password).clone()
    }

    pub fn set_password(&self, password: String) {
        *locked(&self.password) = password;
    }

    /// Whether the kernel keeps the server from the rest of the machine.
    pub fn confined(&self) -> bool {
        self.confined.load(Ordering::Relaxed)
    }

    pub fn pid(&self) -> Option<u32> {
        match &*locked(&self.state) {
            State::Running(child) => Some(child.id()),
            _ => None,
        }
    }

    /// Starts the server on its filled data directory and waits until it accepts connections.
    pub fn launch(&self) -> Result<()> {
        for _ in 0..5 {
            if self.tcp {
                self.port.store(free_port()?, Ordering::Relaxed);
            }
            self.spawn()?;
            let Err(e) = self.wait_until_ready() else { return Ok(()) };
            self.end_child()?;
            // somebody took the port between our look and the server's
            if !(self.tcp && self.home.log_tail().contains("could not create any TCP/IP sockets")) {
                return Err(e);
            }
        }
        Err(Error::new("cannot start a sandbox with TCP").because("no port of 127.0.0.1 stayed free until the server had it"))
    }

    fn spawn(&self) -> Result<()> {
        let mut state = locked(&self.state);
        if matches!(*state, State::Stopped) {
            return Err(Error::new("cannot start a sandbox").because("it was stopped while it started"));
        }
        let home = &self.home;
        let log = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&home.log)
            .context("cannot write the server's log")?;
        let stderr = log.try_clone().context("cannot write the server's log")?;
        let mut command = user::command(&self.installation.bin.join("postgres"), home.user.as_ref());
        command.arg("-D").arg(&home.data);
        // on the command line, so that no setting of the caller can move the server
        for (name, value) in [
            ("config_file", home.root.join("postgresql.conf").display().to_string()),
            ("hba_file", home.root.join("pg_hba.conf").display().to_string()),
            ("unix_socket_directories", home.sockets.display().to_string()),
            ("unix_socket_permissions", "0700".to_owned()),
            ("listen_addresses", if self.tcp { "127.0.0.1" } else { "" }.to_owned()),
            ("port", self.port().to_string()),
        ] {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        // its own process group: Ctrl-C on the terminal reaches us, and we end it
        command.process_group(0).stdout(Stdio::from(log)).stderr(Stdio::from(stderr));
        let program = self.installation.bin.join("postgres");
        let started = confine::spawn(&mut command, home, self.tcp.then(|| self.port()));
        let (child, confined) = started.context(format!("cannot run {}", program.display()))?;
        self.confined.store(confined, Ordering::Relaxed);
        *state = State::Running(child);
        Ok(())
    }

    fn wait_until_ready(&self) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            if self.says_ready() {
                return Ok(());
            }
            let why = match &mut *locked(&self.state) {
                State::Running(child) => match child.try_wait() {
                    Ok(None) if Instant::now() < deadline => None,
                    Ok(None) => Some(format!("it was not ready after {} seconds", START_TIMEOUT.as_secs())),
                    Ok(Some(status)) => Some(format!("the server ended: {status}")),
                    Err(e) => Some(format!("cannot watch it: {e}")),
                },
                _ => Some("it was stopped while it started".to_owned()),
            };
            if let Some(why) = why {
                let version = &self.installation.version;
                return Err(Error::new(format!("cannot start a sandbox on PostgreSQL {version}"))
                    .because(format!("{why}; its log ends with:\n{}", self.home.log_tail())));
            }
            thread::sleep(POLL);
        }
    }

    /// The eighth line of `postmaster.pid` says so, without a connection.
    fn says_ready(&self) -> bool {
        fs::read_to_string(self.home.data.join("postmaster.pid"))
            .is_ok_and(|text| text.lines().nth(7).is_some_and(|line| line.trim_end() == "ready"))
    }

    /// Ends the process in order (a fast shutdown, with its checkpoint) and allows another start.
    pub fn pause(&self) -> Result<()> {
        let mut state = locked(&self.state);
        if let State::Running(child) = &mut *state {
            signal(child.id(), Signal::SIGINT);
            let deadline = Instant::now() + START_TIMEOUT;
            while child.try_wait().context("cannot pause the sandbox's server")?.is_none() {
                if Instant::now() > deadline {
                    return Err(Error::new("cannot pause the sandbox").because("its server did not end"));
                }
                thread::sleep(POLL);
            }
            *state = State::Idle;
        }
        Ok(())
    }

    /// Ends the process, if any, and allows another start.
    fn end_child(&self) -> Result<()> {
        let mut state = locked(&self.state);
        if let State::Running(child) = &mut *state {
            end(child)?;
            *state = State::Idle;
        }
        Ok(())
    }

    /// Ends the server and removes its directory. Doing it again is harmless.
    pub fn stop(&self) -> Result<()> {
        let mut state = locked(&self.state);
        let ended = match &mut *state {
            State::Stopped => return Ok(()),
            State::Idle => Ok(()),
            State::Running(child) => end(child),
        };
        *state = State::Stopped;
        drop(state);
        locked(&LIVE).remove(&self.id);
        let root = &self.home.root;
        ended.and(home::remove(root).context(format!("cannot remove the sandbox's directory {}", root.display())))
    }
}

/// Ends every sandbox of this process, as a signal handler's thread or the end of `main` needs it. Blocks for some 50 ms
/// a sandbox; those being started end as well.
pub fn stop_all() {
    let servers: Vec<_> = locked(&LIVE).values().cloned().collect();
    for server in servers {
        // the process is about to end; what remains is swept at the next start
        let _ = server.stop();
    }
}

/// SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint, connections cut.
fn end(child: &mut Child) -> Result<()> {
    let cannot = || "cannot stop the sandbox's server".to_owned();
    let deadline = Instant::now() + STOP_TIMEOUT;
    if child.try_wait().context(cannot())?.is_some() {
        return Ok(());
    }
    signal(child.id(), Signal::SIGQUIT);
    while Instant::now() < deadline {
        if child.try_wait().context(cannot())?.is_some() {
            return Ok(());
        }
        thread::sleep(POLL);
    }
    child.kill().context(cannot())?;
    child.wait().context(cannot()).map(|_| ())
}

/// Sends a signal to one process; one that is gone is fine.
pub(super) fn signal(pid: u32, signal: Signal) {
    // 0 and negative numbers mean groups of processes
    if let Some(pid) = i32::try_from(pid).ok().filter(|p| *p > 1) {
        let _ = kill(Pid::from_raw(pid), signal);
    }
}

fn free_port() -> Result<u16> {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map(|a| a.port());
    port.context("cannot find a free port on 127.0.0.1")
}

/// A panic elsewhere must not keep us from cleaning up.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
