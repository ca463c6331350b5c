//! `connect` against real servers: levels of rights, logins that fail, what the server's log says we did.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::password;
use dbharden::connect::{Bind, Kind, Level, Limits, Session, StatisticsAccess, Target, WorkloadAccess};
use dbharden::sandbox::{Sandbox, SandboxOptions};
use serde::Deserialize;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row};

pub mod pooler;
mod tls;

/// Stands for a password; must never appear anywhere.
const SECRET: &str = "hunter2";

fn target(text: &str) -> Target {
    Target::resolve(Some(text), &|_| None).unwrap()
}

/// The socket of the sandbox, as keywords.
fn socket(sandbox: &Sandbox, user: &str) -> Target {
    target(&format!(
        "host={} port={} user={user} dbname=postgres password={}",
        sandbox.socket_dir().display(),
        sandbox.port(),
        password(sandbox)
    ))
}

async fn session(sandbox: &Sandbox, user: &str) -> Session {
    Session::connect(&socket(sandbox, user)).await.unwrap()
}

/// The error's text, which never shows the password.
async fn refused(target: &Target) -> String {
    let text = Session::connect(target).await.err().expect("must not connect").to_string();
    assert!(!text.contains(SECRET), "{text}");
    text
}

async fn start(settings: &[(&str, &str)], tcp: bool) -> Sandbox {
    let settings = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Sandbox::start(&SandboxOptions { settings, tcp, ..SandboxOptions::default() }).await.unwrap()
}

async fn admin(sandbox: &Sandbox, sql: &str) {
    let mut connection = sandbox.connect_options("postgres").connect().await.unwrap();
    for statement in sql.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        connection.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
    }
}

#[tokio::test]
async fn rights_come_in_levels() {
    let sandbox = start(&[], false).await;
    admin(
        &sandbox,
        "CREATE ROLE l0 LOGIN; CREATE ROLE l1 LOGIN IN ROLE pg_monitor; CREATE ROLE l2 LOGIN IN ROLE pg_monitor;
         CREATE ROLE \"L 3\" LOGIN; CREATE ROLE outsider LOGIN NOINHERIT IN ROLE pg_monitor;
         CREATE SCHEMA \"App\"; CREATE TABLE \"App\".a (id bigserial PRIMARY KEY); CREATE TABLE \"App\".b (id int);
         ALTER TABLE \"App\".b ENABLE ROW LEVEL SECURITY;
         GRANT SELECT ON pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data TO l2;
         GRANT USAGE ON SCHEMA \"App\" TO \"L 3\"; GRANT SELECT ON ALL TABLES IN SCHEMA \"App\" TO \"L 3\"",
    )
    .await;
    for (role, level, statistics, pg_monitor, with_statistics, can_explain) in [
        ("l0", Level::L0, StatisticsAccess::None, false, 0, false),
        ("l1", Level::L1, StatisticsAccess::None, true, 0, false),
        ("l2", Level::L2, StatisticsAccess::Catalog, true, 0, false),
        ("'L 3'", Level::L3, StatisticsAccess::Views, false, 1, true),
        // membership that is not inherited gives nothing
        ("outsider", Level::L0, StatisticsAccess::None, false, 0, false),
        ("postgres", Level::L2, StatisticsAccess::Catalog, true, 2, true),
    ] {
        let session = session(&sandbox, role).await;
        let rights = session.rights();
        assert_eq!((rights.level, rights.statistics, rights.pg_monitor), (level, statistics, pg_monitor), "{role}");
        assert_eq!((rights.objects.with_statistics, rights.can_explain), (with_statistics, can_explain), "{role}");
        assert_eq!((rights.superuser, rights.objects.tables, rights.objects.sequences), (role == "postgres", 2, 1), "{role}");
        assert_eq!(session.pooler(), None);
        session.require_direct().unwrap();
        assert!(session.server_version_num() / 10_000 == session.major() && session.major() == sandbox.major());
        session.close().await;
    }
}

#[tokio::test]
async fn every_grant_that_is_advised_works_and_gives_what_it_says() {
    let sandbox = start(&[("shared_preload_libraries", "pg_stat_statements")], false).await;
    admin(&sandbox, "CREATE ROLE \"odd \"\"name\" LOGIN; CREATE TABLE t (id bigserial)").await;
    let before = session(&sandbox, "'odd \"name'").await;
    assert_eq!((before.rights().level, before.rights().workload), (Level::L0, WorkloadAccess::NotCreated));
    for advice in &before.rights().grants_for_more {
        assert_eq!(advice.run_as, if advice.sql.contains("SEQUENCES") { "the owner of the sequences" } else { "a superuser" });
        admin(&sandbox, &advice.sql).await;
    }
    let after = session(&sandbox, "'odd \"name'").await;
    let rights = after.rights();
    assert_eq!((rights.level, rights.workload, rights.can_read_sequences), (Level::L2, WorkloadAccess::Full, true));
    assert_eq!(rights.workload_schema.as_ref().map(|s| s.raw()), Some("public"));
    assert_eq!(rights.grants_for_more, []);
    assert!(!rights.can_explain, "no row became readable");
}

#[tokio::test]
async fn our_statements_are_marked_in_the_workload() {
    let settings = [("shared_preload_libraries", "pg_stat_statements"), ("pg_stat_statements.track", "all")];
    let sandbox = start(&settings, false).await;
    admin(&sandbox, "CREATE EXTENSION pg_stat_statements; CREATE ROLE reader LOGIN").await;
    let mut session = session(&sandbox, "reader").await;
    let mut tx = session.transaction(Kind::Snapshot).await.unwrap();
    tx.savepoint().await.unwrap();
    tx.fetch_text("EXPLAIN SELECT 1").await.unwrap();
    tx.rollback_to().await.unwrap();
    tx.rollback().await.unwrap();
    session.close().await;
    let mut connection = sandbox.connect_options("postgres").connect().await.unwrap();
    let sql = "SELECT query FROM pg_stat_statements WHERE userid = 'reader'::regrole";
    let rows = sqlx::raw_sql(sql).fetch_all(&mut connection).await.unwrap();
    assert!(rows.len() > 10, "{}", rows.len());
    for query in rows.iter().map(|row| row.get::<&str, _>(0)) {
        assert!(query.contains("/* dbharden */"), "{query}");
    }
}

#[tokio::test]
async fn a_login_that_fails_says_what_to_do() {
    let sandbox = start(&[], true).await;
    admin(
        &sandbox,
        "CREATE ROLE app LOGIN PASSWORD 'right'; CREATE ROLE busy LOGIN PASSWORD 'right' CONNECTION LIMIT 0;
         CREATE DATABASE closed; REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
    )
    .await;
    let port = sandbox.port();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (url, wants) in [
        (format!("postgres://app:{SECRET}@127.0.0.1:{port}/postgres"), ["28P01", "check role and password"]),
        (format!("postgres://app@127.0.0.1:{port}/postgres"), ["", "none was given"]),
        (format!("postgres://app:right@127.0.0.1:{port}/missing"), ["missing", "psql -l"]),
        (format!("postgres://app:right@127.0.0.1:{port}/closed"), ["closed", "GRANT CONNECT"]),
        (format!("postgres://busy:right@127.0.0.1:{port}/postgres"), ["too many connections", "CONNECTION LIMIT"]),
        (format!("postgres://app:{SECRET}@127.0.0.1:{free}/postgres"), ["refused", "start the server"]),
        (format!("postgres://app:{SECRET}@no-such-host.invalid/postgres"), ["no-such-host.invalid", "check the host"]),
        (format!("host=/nonexistent user=app password={SECRET}"), ["/nonexistent/.s.PGSQL.5432", "start the server"]),
        (format!("postgres://app:{SECRET}@127.0.0.1:{port}/postgres?sslmode=require"), ["does not offer TLS", "switch ssl on"]),
    ] {
        let text = refused(&target(&url)).await;
        // the code itself is for us, the sentence for the user
        let wants = if wants[0] == "28P01" { ["authentication failed", wants[1]] } else { wants };
        assert!(wants.iter().all(|want| text.contains(want)) && text.contains("to do:"), "{url}\n{text}");
    }
    Session::connect(&target(&format!("postgres://app:right@127.0.0.1:{port}/postgres"))).await.unwrap();
}

#[tokio::test]
async fn silence_and_nonsense_end_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://app:{SECRET}@127.0.0.1:{}/x?connect_timeout=1", silent.local_addr().unwrap().port());
    let start = Instant::now();
    assert!(refused(&target(&url)).await.contains("did not answer within 1 s"));
    assert!(start.elapsed() < Duration::from_secs(5));

    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = web.local_addr().unwrap().port();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = web.accept() {
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let text = refused(&target(&format!("postgres://app:{SECRET}@127.0.0.1:{port}/x?sslmode=prefer"))).await;
    assert!(text.contains("does not speak PostgreSQL's protocol"), "{text}");
    refused(&target(&format!("postgres://app:{SECRET}@127.0.0.1:{port}/x?sslmode=disable"))).await;
}

#[tokio::test]
async fn several_hosts_are_tried_in_order() {
    let (writable, read_only) = (start(&[], false).await, start(&[("default_transaction_read_only", "on")], false).await);
    let url = |attrs: &str| {
        let (a, b) = (read_only.socket_dir().display(), writable.socket_dir().display());
        let ports = format!("1,{},{}", read_only.port(), writable.port());
        target(&format!(
            "host=/nonexistent,{a},{b} port={ports} user=postgres dbname=postgres password={} target_session_attrs={attrs}",
            password(&writable)
        ))
    };
    for (attrs, wanted) in [
        ("any", &read_only),
        ("read-write", &writable),
        ("read-only", &read_only),
        ("primary", &read_only),
        ("prefer-standby", &read_only),
    ] {
        let mut session = Session::connect(&url(attrs)).await.unwrap();
        let row = session.connection().fetch_one("SHOW data_directory").await.unwrap();
        assert_eq!(Path::new(row.get::<&str, _>(0)), wanted.data_dir(), "{attrs}");
    }
    let text = refused(&url("standby")).await;
    assert!(text.contains("target_session_attrs=standby") && text.contains("/nonexistent/.s.PGSQL.1: "), "{text}");
}

#[derive(Deserialize, PartialEq, Debug)]
struct Pair {
    a: String,
    b: Option<i64>,
}

#[tokio::test]
async fn transactions_are_bounded_and_end() {
    let sandbox = start(&[], false).await;
    admin(
        &sandbox,
        "CREATE TABLE public.t (id int); CREATE ROLE reader LOGIN SUPERUSER; ALTER ROLE reader SET datestyle = 'German'",
    )
    .await;
    let mut session = session(&sandbox, "reader").await;
    let mut tx = session.transaction(Kind::Snapshot).await.unwrap();
    let binds = [Bind::Text("x".into()), Bind::TextArray(vec!["p".into(), "q".into()]), Bind::Oids(vec![1, 2]), Bind::Int(7)];
    let sql = "SELECT $1 || array_to_string($2, '') || array_length($3, 1)::text AS a, $4 AS b; -- the end";
    assert_eq!(tx.fetch_one_json::<Pair>(sql, &binds).await.unwrap_err().sqlstate(), Some("42601"), "one statement only");
    tx.rollback().await.unwrap();

    let mut tx = session.transaction(Kind::Snapshot).await.unwrap();
    let sql =
        "SELECT $1::text || array_to_string($2::text[], '') || array_length($3::oid[], 1)::text AS a, $4::int8 AS b -- the end";
    assert_eq!(tx.fetch_one_json::<Pair>(sql, &binds).await.unwrap(), Pair { a: "xpq2".into(), b: Some(7) });
    assert_eq!(tx.fetch_text("SHOW datestyle").await.unwrap(), ["ISO, MDY"]);
    assert_eq!(tx.fetch_text("SHOW search_path").await.unwrap(), ["pg_catalog, pg_temp"]);

    // a held lock costs 100 ms, and the transaction goes on from its savepoint
    let mut holder = sandbox.connect_options("postgres").connect().await.unwrap();
    holder.execute("BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE").await.unwrap();
    tx.savepoint().await.unwrap();
    let start = Instant::now();
    let error = tx.fetch_text("EXPLAIN SELECT * FROM public.t").await.unwrap_err();
    assert!(error.is_lock_timeout() && start.elapsed() < Duration::from_millis(1500), "{error}");
    tx.rollback_to().await.unwrap();
    holder.execute("ROLLBACK").await.unwrap();
    tx.savepoint().await.unwrap();
    assert!(tx.fetch_json::<Pair>("SELECT * FROM public.gone", &[]).await.unwrap_err().is_vanished());
    tx.rollback_to().await.unwrap();
    tx.savepoint().await.unwrap();
    assert_eq!(tx.execute("CREATE TABLE public.x ()").await.unwrap_err().sqlstate(), Some("25006"), "read only");

    // left without an end, and with an error inside: the next one starts clean
    let limits = Limits { statement: Duration::from_millis(50), ..Limits::default() };
    let mut tx = session.transaction_within(Kind::Now, &limits).await.unwrap();
    assert!(tx.fetch_text("SELECT pg_sleep(5)").await.unwrap_err().is_cancelled());
    let mut tx = session.transaction(Kind::Write).await.unwrap();
    tx.execute("CREATE TABLE public.y ()").await.unwrap();
    tx.commit().await.unwrap();
    let row = session.connection().fetch_one("SHOW datestyle").await.unwrap();
    assert_eq!(row.get::<&str, _>(0), "German, DMY");
    session.close().await;
}

#[tokio::test]
async fn the_log_shows_nothing_but_reading() {
    let sandbox = start(&[("log_statement", "all"), ("log_min_messages", "info"), ("log_line_prefix", "@%a@")], false).await;
    let mut session = session(&sandbox, "postgres").await;
    let mut tx = session.transaction(Kind::Snapshot).await.unwrap();
    tx.savepoint().await.unwrap();
    tx.fetch_text("EXPLAIN SELECT 1").await.unwrap();
    tx.rollback_to().await.unwrap();
    tx.commit().await.unwrap();
    session.close().await;
    let log = fs::read_to_string(sandbox.log()).unwrap();
    let ours: Vec<&str> = log.lines().filter_map(|line| line.strip_prefix("@dbharden@")).collect();
    assert!(ours.len() >= 8, "{log}");
    for line in ours {
        let sql = line.split_once("statement: ").or(line.split_once("execute <unnamed>: ")).unwrap_or_else(|| panic!("{line}")).1;
        for statement in sql.split("; ") {
            let words: Vec<_> = statement.split_whitespace().collect();
            assert_eq!(words[1..4], ["/*", "dbharden", "*/"], "{statement}");
            assert!(words[0] != "SET" || words[4] == "LOCAL", "{statement}");
            let allowed = ["SELECT", "SHOW", "SET", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT"];
            assert!(allowed.contains(&words[0]), "{statement}");
        }
    }
}

/// Runs itself again with libpq's variables set against us: sqlx would read them, whatever we say.
#[test]
fn a_hostile_environment_changes_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Ok(dsn) = std::env::var("CONNECT_TEST_DSN") {
        runtime.block_on(async {
            let mut session = Session::connect(&target(&dsn)).await.unwrap();
            let sql = "SELECT current_setting('work_mem'), current_setting('application_name'), current_database()::text, current_user::text";
            let row = session.connection().fetch_one(sql).await.unwrap();
            let got: Vec<&str> = (0..4).map(|i| row.get(i)).collect();
            assert_eq!(got, ["4MB", "dbharden", "postgres", "postgres"]);
        });
        return;
    }
    let sandbox = runtime.block_on(start(&[], false));
    let dsn = format!(
        "host={} port={} user=postgres dbname=postgres password={}",
        sandbox.socket_dir().display(),
        sandbox.port(),
        password(&sandbox)
    );
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["connect::a_hostile_environment_changes_nothing", "--exact", "--nocapture"])
        .env("CONNECT_TEST_DSN", dsn)
        .envs([("PGOPTIONS", "-c work_mem=1MB"), ("PGAPPNAME", "other"), ("PGHOST", "127.0.0.1"), ("PGHOSTADDR", "127.0.0.1")])
        .envs([("PGDATABASE", "other"), ("PGUSER", "other"), ("PGSSLMODE", "verify-full"), ("PGSSLCERT", "/nonexistent")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
