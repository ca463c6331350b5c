//! PgBouncer in transaction mode: survived, seen, and left as it was.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dbharden::connect::{Kind, Level, PoolerKind, Session};
use dbharden::sandbox::Sandbox;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, PgConnection, Row};

use super::{Pair, SECRET, admin, refused, start, target};

/// PgBouncer in transaction mode with one server connection, before a sandbox.
pub struct PgBouncer {
    child: Child,
    pub port: u16,
    _dir: tempfile::TempDir,
}

impl PgBouncer {
    pub fn start(sandbox: &Sandbox) -> Self {
        let owner = fs::metadata(sandbox.data_dir()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = dir.path().join("pgbouncer.ini");
        let users = dir.path().join("users");
        let password = crate::support::password(sandbox);
        fs::write(&users, format!("\"app\" \"\"\n\"postgres\" \"{password}\"\n")).unwrap();
        let text = format!(
            "[databases]\npostgres = host={} port={} dbname=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = 1\n",
            sandbox.socket_dir().display(),
            sandbox.port(),
            users.display()
        );
        fs::write(&config, text).unwrap();
        for path in [dir.path(), &config, &users] {
            chown(path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let mut command = if nix::unistd::geteuid().is_root() {
            let mut command = Command::new("setpriv");
            command.args([
                "--reuid",
                &owner.uid().to_string(),
                "--regid",
                &owner.gid().to_string(),
                "--clear-groups",
                "pgbouncer",
            ]);
            command
        } else {
            Command::new("pgbouncer")
        };
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let child = command
            .arg("-q")
            .arg(&config)
            .env("PATH", path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pgbouncer");
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(10), "pgbouncer does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, port, _dir: dir }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An application's connection through the pooler: its process and all its settings.
pub async fn application(port: u16) -> (i32, BTreeMap<String, String>) {
    let options = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(port)
        .username("app")
        .database("postgres")
        .application_name("shop")
        .ssl_mode(PgSslMode::Disable)
        .extra_float_digits(None);
    let mut connection: PgConnection = options.connect().await.unwrap();
    let rows =
        sqlx::raw_sql("SELECT pg_backend_pid()::text, name, setting FROM pg_settings").fetch_all(&mut connection).await.unwrap();
    let pid = rows[0].get::<&str, _>(0).parse().unwrap();
    (pid, rows.iter().map(|row| (row.get(1), row.get(2))).collect())
}

#[tokio::test]
async fn a_transaction_pooler_is_survived_seen_and_left_as_it_was() {
    let sandbox = start(&[("timezone", "Europe/Berlin"), ("datestyle", "German")], false).await;
    admin(&sandbox, "CREATE ROLE app LOGIN; CREATE TABLE t (id int); GRANT SELECT ON t TO app").await;
    let bouncer = PgBouncer::start(&sandbox);
    let before = application(bouncer.port).await;
    let target = target(&format!("postgres://app@127.0.0.1:{}/postgres", bouncer.port));
    let mut session = Session::connect(&target).await.unwrap();
    assert_eq!(session.rights().level, Level::L3);
    for kind in [Kind::Snapshot, Kind::Now, Kind::Write] {
        let mut tx = session.transaction(kind).await.unwrap();
        assert_eq!(tx.fetch_json::<Pair>("SELECT 'x' AS a, 1 AS b", &[]).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
    }
    let pooler = session.pooler().expect("the pooler is seen").clone();
    assert_eq!(pooler.kind, PoolerKind::PgBouncer);
    let text = session.require_direct().unwrap_err().to_string();
    assert!(text.contains(&format!("port {}", sandbox.port())) && text.contains("pooler"), "{text}");
    // while our session is still open, the next client of the same server process finds it as it was
    assert_eq!(application(bouncer.port).await, before);
    session.close().await;
    assert_eq!(application(bouncer.port).await, before);
}

#[tokio::test]
async fn a_pooler_that_does_not_know_us_says_so() {
    let sandbox = start(&[], false).await;
    let bouncer = PgBouncer::start(&sandbox);
    let text = refused(&target(&format!("postgres://stranger:{SECRET}@127.0.0.1:{}/postgres", bouncer.port))).await;
    assert!(text.contains("to do:"), "{text}");
    let text = refused(&target(&format!("postgres://app:{SECRET}@127.0.0.1:{}/missing", bouncer.port))).await;
    assert!(text.contains("to do:"), "{text}");
}
