//! The sandbox against real servers: `DBHARDEN_PG_BIN` chooses which, else the newest one installed.
//!
//! What concerns a whole process (being killed, its environment) happens in a child: this test binary again, running
//! `helper` alone, told by environment variables what to do and where to report.

mod confined;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dbharden::sandbox::{Sandbox, SandboxOptions, installations, stop_all};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};
use tempfile::TempDir;

async fn sandbox() -> Sandbox {
    Sandbox::start(&SandboxOptions::default()).await.unwrap()
}

async fn connect(sandbox: &Sandbox) -> PgConnection {
    sandbox.connect_options("postgres").connect().await.unwrap()
}

async fn setting(connection: &mut PgConnection, name: &str) -> String {
    sqlx::query_scalar("select current_setting($1)").bind(name).fetch_one(connection).await.unwrap()
}

/// Running, and not merely waiting to be reaped by whoever is its parent.
fn is_alive(pid: u32) -> bool {
    let output = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
    let state = String::from_utf8(output.stdout).unwrap();
    !state.trim().is_empty() && !state.starts_with('Z')
}

/// What is left of a sandbox: (directory exists, server runs).
fn remains(data: &Path, pid: u32) -> (bool, bool) {
    (data.parent().unwrap().exists(), is_alive(pid))
}

#[tokio::test]
async fn stop_leaves_nothing_behind() {
    let sandbox = sandbox().await;
    let (data, pid) = (sandbox.data_dir().to_owned(), sandbox.pid().unwrap());
    let _open = connect(&sandbox).await;
    assert_eq!(remains(&data, pid), (true, true));
    sandbox.stop().await.unwrap();
    assert_eq!(remains(&data, pid), (false, false));
}

#[tokio::test]
async fn a_panic_leaves_nothing_behind() {
    let sandbox = sandbox().await;
    let (data, pid) = (sandbox.data_dir().to_owned(), sandbox.pid().unwrap());
    let panic = tokio::spawn(async move {
        assert_eq!(sandbox.port(), 0, "this panic is part of the test");
    });
    assert!(panic.await.unwrap_err().is_panic());
    assert_eq!(remains(&data, pid), (false, false));
}

#[tokio::test]
async fn two_at_once_are_two() {
    let (one, two) = tokio::join!(sandbox(), sandbox());
    one.create_database("only in \"one\"").await.unwrap();
    let names = "select count(*) from pg_database where datname like 'only%'";
    for (sandbox, expected) in [(&one, 1i64), (&two, 0)] {
        let count: i64 = sqlx::query_scalar(names).fetch_one(&mut connect(sandbox).await).await.unwrap();
        assert_eq!(count, expected);
    }
    one.stop().await.unwrap();
    connect(&two).await;
}

#[tokio::test]
async fn only_the_servers_user_can_enter() {
    let sandbox = sandbox().await;
    for dir in [sandbox.socket_dir(), sandbox.data_dir()] {
        let stat = fs::metadata(dir).unwrap();
        assert_eq!(stat.permissions().mode() & 0o777, 0o700);
        assert_ne!(stat.uid(), 0, "PostgreSQL does not run as root");
    }
}

/// Runs psql as another user of the machine; what it says, and whether it got in.
fn knock(uid: u32, sandbox: &Sandbox, role: &str) -> (String, bool) {
    let mut psql = Command::new("psql");
    psql.uid(uid).gid(uid).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).current_dir("/");
    psql.args(["-XAtwc", "select 1", "-U", role, "-d", "postgres", "-h"]).arg(sandbox.socket_dir());
    let output = psql.output().unwrap();
    (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.success())
}

#[tokio::test]
async fn the_superuser_is_who_knows_the_password() {
    let sandbox = sandbox().await;
    sqlx::raw_sql("create role app login").execute(&mut connect(&sandbox).await).await.unwrap();
    // as the server itself might, and what runs in it
    let options = sandbox.connect_options("postgres");
    assert!(options.clone().password("").connect().await.is_err());
    assert!(options.clone().password("0").connect().await.is_err());
    let app = &mut options.username("app").password("").connect().await.unwrap();
    let read = "select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = 'postgres'";
    assert!(sqlx::query(read).fetch_one(&mut *app).await.is_err());
    assert_eq!(sqlx::query_scalar::<_, bool>(read).fetch_one(&mut connect(&sandbox).await).await.ok(), Some(true));
    if !nix::unistd::geteuid().is_root() {
        return; // nobody else can be asked to try
    }
    let owner = fs::metadata(sandbox.data_dir()).unwrap().uid();
    let (said, entered) = knock(owner, &sandbox, "postgres");
    assert!(!entered && said.contains("password"), "{said}");
    assert!(knock(owner, &sandbox, "app").1);
    for role in ["postgres", "app"] {
        let (said, entered) = knock(owner + 1, &sandbox, role);
        assert!(!entered && said.contains("Permission denied"), "{said}");
    }
}

#[tokio::test]
async fn databases_can_be_created_and_reached_by_url() {
    let sandbox = sandbox().await;
    let name = "böse \"x\"; drop table/é?";
    let (a, b) = tokio::join!(sandbox.create_database(name), sandbox.create_database("other"));
    a.and(b).unwrap();
    let options: PgConnectOptions = sandbox.url(name).parse().unwrap();
    let found: String =
        sqlx::query_scalar("select current_database()").fetch_one(&mut options.connect().await.unwrap()).await.unwrap();
    assert_eq!(found, name);
    if let Ok(output) = Command::new("psql").arg(sandbox.url(name)).args(["-XAtc", "select current_user"]).output() {
        assert_eq!(String::from_utf8_lossy(&output.stdout), "postgres\n", "{}", String::from_utf8_lossy(&output.stderr));
    }
    let again = sandbox.create_database("other").await.unwrap_err().to_string();
    assert!(again.contains("other") && again.contains("already exists"), "{again}");
}

#[tokio::test]
async fn settings_are_applied() {
    let wanted = [("work_mem", "3MB"), ("autovacuum", "on"), ("search_path", "a'b, \"c\\d\""), ("port", "1")];
    let settings = wanted.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec();
    let sandbox = Sandbox::start(&SandboxOptions { settings, max_connections: 7, ..Default::default() }).await.unwrap();
    let connection = &mut connect(&sandbox).await;
    for (name, value) in &wanted[..2] {
        assert_eq!(setting(connection, name).await, *value);
    }
    // the socket stays where we look for it
    assert_eq!(setting(connection, "port").await, sandbox.port().to_string());
    for (name, value) in [
        ("max_connections", "7"),
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("synchronous_commit", "off"),
        ("listen_addresses", ""),
        ("data_checksums", "off"),
        ("server_encoding", "UTF8"),
        ("track_io_timing", "on"),
    ] {
        assert_eq!(setting(connection, name).await, value, "{name}");
    }
    assert_eq!(setting(connection, "search_path").await, "a'b, \"c\\d\"");
    sqlx::raw_sql("alter system set work_mem = '5MB'").execute(&mut *connection).await.unwrap();
    let major: i32 =
        sqlx::query_scalar("select current_setting('server_version_num')::int / 10000").fetch_one(connection).await.unwrap();
    assert_eq!(major, sandbox.major() as i32);
}

#[tokio::test]
async fn pg_stat_statements_can_be_created() {
    let sandbox = sandbox().await;
    let connection = &mut connect(&sandbox).await;
    sqlx::raw_sql("create extension pg_stat_statements; select 1 as marked").execute(&mut *connection).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from pg_stat_statements where query like '%as marked%' and queryid <> 0")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert!(seen > 0);
    assert_eq!(setting(connection, "pg_stat_statements.max").await, "10000");
}

#[tokio::test]
async fn tcp_needs_a_password() {
    let sandbox = Sandbox::start(&SandboxOptions { tcp: true, ..Default::default() }).await.unwrap();
    let sql = "create role app login password 'secret'";
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connect(&sandbox).await).await.unwrap();
    let tcp = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(sandbox.port())
        .database("postgres")
        .ssl_mode(PgSslMode::Disable);
    tcp.clone().username("app").password("secret").connect().await.unwrap();
    assert!(tcp.username("postgres").password("").connect().await.is_err());
}

#[tokio::test]
async fn a_wrong_setting_shows_the_servers_words() {
    let settings = vec![("no_such_setting".to_owned(), "1".to_owned())];
    let error = Sandbox::start(&SandboxOptions { settings, ..Default::default() }).await.unwrap_err().to_string();
    assert!(error.contains("unrecognized configuration parameter \"no_such_setting\""), "{error}");
}

#[tokio::test]
async fn a_missing_version_is_named() {
    let error = Sandbox::start(&SandboxOptions { major: Some(99), ..Default::default() }).await.unwrap_err().to_string();
    for part in ["PostgreSQL 99", "to do: install it", &installations()[0].version] {
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn what_a_killed_process_left_is_swept() {
    let mut held = Helper::start("hold", &[]);
    let (data, pid) = held.report();
    assert_eq!(remains(&data, pid), (true, true));
    // another start leaves the living alone
    sandbox().await.stop().await.unwrap();
    assert_eq!(remains(&data, pid), (true, true));
    held.child.kill().unwrap();
    held.child.wait().unwrap();
    assert!(is_alive(pid), "the server outlives a killed owner");
    // other tests sweep as well, and whoever comes first does the work
    sandbox().await.stop().await.unwrap();
    let patience = Instant::now() + Duration::from_secs(10);
    while remains(&data, pid) != (false, false) && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(remains(&data, pid), (false, false));
}

#[test]
fn stop_all_ends_them_all() {
    let mut helper = Helper::start("stop_all", &[]);
    let (data, pid) = helper.report();
    assert!(helper.child.wait().unwrap().success());
    assert_eq!(remains(&data, pid), (false, false));
}

#[test]
fn a_long_or_closed_tmpdir_is_passed_over() {
    let dir = traversable_dir();
    let long = dir.path().join("x".repeat(80));
    fs::create_dir(&long).unwrap();
    let mut helper = Helper::start("stop_all", &[("TMPDIR", &long)]);
    assert!(!helper.report().0.starts_with(&long));
    helper.child.wait().unwrap();
}

#[test]
fn one_cache_serves_many_and_a_damaged_one_is_rebuilt() {
    let cache = traversable_dir();
    let run = || {
        let mut both = [(); 2].map(|()| Helper::start("stop_all", &[("XDG_CACHE_HOME", cache.path())]));
        for helper in &mut both {
            helper.report();
            assert!(helper.child.wait().unwrap().success());
        }
    };
    let template = || {
        let entries = fs::read_dir(cache.path().join("dbharden")).unwrap().map(|e| e.unwrap().path());
        let whole: Vec<_> = entries.filter(|p| p.is_dir()).collect();
        assert_eq!(whole.len(), 1, "{whole:?}");
        whole[0].clone()
    };
    run();
    let built = fs::metadata(template()).unwrap().ino();
    run();
    assert_eq!(fs::metadata(template()).unwrap().ino(), built, "the second run uses what the first one built");
    fs::remove_file(template().join("data/global/pg_control")).unwrap();
    run();
    // same number and size of files: only the server notices
    fs::write(template().join("data/PG_VERSION"), "xx\n").unwrap();
    run();
    assert_ne!(fs::metadata(template()).unwrap().ino(), built);
}

fn traversable_dir() -> TempDir {
    let dir = tempfile::Builder::new().prefix("dbharden-test").tempdir_in("/tmp").unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

/// A child process that runs [`helper`].
struct Helper {
    child: Child,
    dir: TempDir,
}

impl Helper {
    fn start(job: &str, env: &[(&str, &Path)]) -> Self {
        let dir = traversable_dir();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sandbox::helper", "--nocapture"])
            .envs(env.iter().copied())
            .env("DBHARDEN_TEST_HELPER", job)
            .env("DBHARDEN_TEST_REPORT", dir.path().join("report"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, dir }
    }

    /// Data directory and process id of the child's sandbox, once it runs.
    fn report(&mut self) -> (PathBuf, u32) {
        let patience = Instant::now() + Duration::from_secs(90);
        loop {
            if let Ok(text) = fs::read_to_string(self.dir.path().join("report")) {
                let (data, pid) = text.split_once('\n').unwrap();
                return (data.into(), pid.parse().unwrap());
            }
            assert!(Instant::now() < patience && self.child.try_wait().unwrap().is_none_or(|s| s.success()), "no report");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// No test of its own: the child's part in those that need a process.
#[tokio::test]
async fn helper() {
    let Ok(job) = std::env::var("DBHARDEN_TEST_HELPER") else { return };
    let report = PathBuf::from(std::env::var_os("DBHARDEN_TEST_REPORT").unwrap());
    let sandbox = sandbox().await;
    let text = format!("{}\n{}", sandbox.data_dir().display(), sandbox.pid().unwrap());
    // whole or not at all: the parent polls for it
    fs::write(report.with_extension("part"), text).unwrap();
    fs::rename(report.with_extension("part"), &report).unwrap();
    match job.as_str() {
        "hold" => std::future::pending().await,
        _ => stop_all(),
    }
    assert!(!sandbox.data_dir().exists());
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(|_| ())
}
