//! A real standby of a sandbox, which streams from it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dbharden::sandbox::Sandbox;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::postgres::PgConnectOptions;

use super::{connect, number, run};

/// A standby and its directory.
pub struct Standby {
    server: Child,
    port: u16,
    directory: tempfile::TempDir,
    primary: PgConnectOptions,
}

impl Standby {
    /// Copies the sandbox's files by `pg_basebackup` and starts a server on them. `None` where this version has no `pg_basebackup`
    /// here.
    pub async fn of(sandbox: &Sandbox) -> Option<Self> {
        let copy_with = pg_basebackup(sandbox)?;
        let directory = tempfile::tempdir_in("/tmp").unwrap();
        let owner = fs::metadata(sandbox.data_dir()).unwrap();
        std::os::unix::fs::chown(directory.path(), Some(owner.uid()), Some(owner.gid())).unwrap();
        let data = directory.path().join("data");
        let copied = as_owner(&owner, &copy_with)
            .args(["--no-password", "--write-recovery-conf", "--checkpoint=fast", "--dbname"])
            .arg(format!("{}&application_name=behind", sandbox.url("postgres")))
            .arg("--pgdata")
            .arg(&data)
            .output()
            .unwrap();
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        // the sandbox's settings stand beside its data directory
        let root = sandbox.data_dir().parent().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = fs::File::create(directory.path().join("log")).unwrap();
        let server = as_owner(&owner, &sandbox.bin().join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-c", &format!("config_file={}", root.join("postgresql.conf").display())])
            .args(["-c", &format!("hba_file={}", root.join("pg_hba.conf").display())])
            .args(["-c", &format!("unix_socket_directories={}", directory.path().display())])
            .args(["-c", &format!("port={port}"), "-c", "listen_addresses=", "-c", "ident_file=/dev/null"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let standby = Self { server, port, directory, primary: sandbox.connect_options("postgres") };
        let mut primary = connect(sandbox).await;
        let started = Instant::now();
        while number(&mut primary, "select count(*) from pg_stat_replication where state = 'streaming'").await == 0 {
            let log = || fs::read_to_string(standby.directory.path().join("log")).unwrap_or_default();
            assert!(started.elapsed() < Duration::from_secs(20), "the standby does not stream: {}", log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(standby)
    }

    /// Runs a statement on it.
    pub async fn sql(&self, sql: &str) {
        use sqlx::ConnectOptions;
        // its roles are the primary's
        let options = self.primary.clone().socket(self.directory.path()).port(self.port);
        run(&mut options.connect().await.unwrap(), sql).await;
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.server.id() as i32), Signal::SIGQUIT);
        let _ = self.server.wait();
    }
}

/// The program of the sandbox's own version; servers without their clients borrow the system's, where it is of that version.
fn pg_basebackup(sandbox: &Sandbox) -> Option<PathBuf> {
    let own = sandbox.bin().join("pg_basebackup");
    let debian = PathBuf::from(format!("/usr/lib/postgresql/{}/bin/pg_basebackup", sandbox.major()));
    [own, debian].into_iter().find(|p| p.is_file())
}

/// A program run by whom the sandbox's files belong to.
fn as_owner(owner: &fs::Metadata, program: &Path) -> Command {
    if !nix::unistd::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &owner.uid().to_string(), "--regid", &owner.gid().to_string(), "--clear-groups"]).arg(program);
    command
}
