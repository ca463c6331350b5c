//! What several subjects need: databases filled from files, snapshots of them, `psql`.

pub mod standby;

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use dbharden::check::Registry;
use dbharden::config::Config;
use dbharden::connect::{Session, Target};
use dbharden::sandbox::{Sandbox, SandboxOptions};
use dbharden::snapshot::Snapshot;
use dbharden::snapshot::read::{ReadOptions, read};
use dbharden::tenancy::{Tenancy, rows};
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

/// A snapshot of a database of the sandbox, with the rows of every check's `find.sql`.
pub async fn snapshot(sandbox: &Sandbox, database: &str, registry: &Registry) -> Snapshot {
    let target = Target::resolve(Some(&sandbox.url(database)), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    let sql_checks = registry.all().iter().filter_map(|c| c.sql_check()).collect();
    let options = ReadOptions { sql_checks, ..ReadOptions::default() };
    let mut snapshot = read(&mut session, &options, &|_| {}).await.unwrap();
    let tenancy = Tenancy::of(&snapshot, &Config::default()).unwrap();
    let questions = rows::Question::all(&snapshot.catalog, &tenancy);
    let counts = rows::count(&mut session, &questions, Duration::from_secs(10), &|_| {}).await.unwrap();
    snapshot.counts = Some(counts);
    session.close().await;
    snapshot
}

/// Runs a file as a person would: `psql -v ON_ERROR_STOP=1 -f`.
pub fn psql_file(sandbox: &Sandbox, database: &str, file: &Path) -> Result<(), String> {
    said(psql(sandbox, database).arg("-f").arg(file).output().unwrap(), &file.display().to_string())
}

/// Runs statements, each in a transaction of its own.
pub fn psql_command(sandbox: &Sandbox, database: &str, statements: &[&str]) -> Result<(), String> {
    let mut psql = psql(sandbox, database);
    for statement in statements {
        psql.args(["-c", statement]);
    }
    said(psql.output().unwrap(), &statements.join("; "))
}

pub fn psql(sandbox: &Sandbox, database: &str) -> Command {
    let mut psql = Command::new("psql");
    psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1"]).arg(sandbox.url(database));
    psql
}

fn said(output: Output, what: &str) -> Result<(), String> {
    if output.status.success() { Ok(()) } else { Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr))) }
}

/// A server with these settings.
pub async fn start(settings: &[(&str, &str)]) -> Sandbox {
    let settings = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Sandbox::start(&SandboxOptions { settings, ..SandboxOptions::default() }).await.unwrap()
}

/// Since 15 nobody but its owner creates in the schema `public` of a new database: a database of an earlier server is made alike.
pub async fn close_public(sandbox: &Sandbox, database: &str) {
    run(&mut connect_to(sandbox, database).await, "revoke create on schema public from public").await;
}

/// The superuser's password, which its URL holds.
pub fn password(sandbox: &Sandbox) -> String {
    sandbox.url("postgres").split("password=").nth(1).unwrap().to_owned()
}

/// A connection of its own.
pub async fn connect(sandbox: &Sandbox) -> PgConnection {
    connect_to(sandbox, "postgres").await
}

/// A connection of its own to a database.
pub async fn connect_to(sandbox: &Sandbox, database: &str) -> PgConnection {
    sandbox.connect_options(database).connect().await.unwrap()
}

/// Runs one message of SQL.
pub async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.unwrap_or_else(|e| panic!("{e}: {sql:.300}"));
}

/// One number.
pub async fn number(connection: &mut PgConnection, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(connection).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// The program itself, in a directory of its own.
pub fn dbharden(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbharden"));
    command.args(arguments).current_dir(directory).env_remove("DATABASE_URL").env("COLUMNS", "120");
    command
}

/// `dbharden plan --all --format json`: what it printed and its exit code.
pub fn plan(directory: &Path, url: &str, more: &[&str]) -> (Value, i32) {
    let mut arguments = vec!["plan", "--all", "--format", "json", url];
    arguments.extend(more);
    let output = dbharden(directory, &arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let json = serde_json::from_str(&text);
    (json.unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr))), output.status.code().unwrap())
}

/// The whole database as text.
pub fn dump(sandbox: &Sandbox) -> String {
    dump_with(sandbox, &[])
}

/// The definitions of a database as text.
pub fn definitions(sandbox: &Sandbox) -> String {
    dump_with(sandbox, &["--schema-only"])
}

fn dump_with(sandbox: &Sandbox, options: &[&str]) -> String {
    let output = Command::new("pg_dump").args(options).arg(sandbox.url("postgres")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("server version mismatch") {
        return catalog(sandbox);
    }
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    // newer minor versions guard the file with a random word
    text.lines().filter(|l| !l.starts_with("\\restrict") && !l.starts_with("\\unrestrict")).collect::<Vec<_>>().join("\n")
}

/// Definitions and roles as the catalog has them. pg_dump refuses servers newer than itself; this says the same of what tests change.
pub fn catalog(sandbox: &Sandbox) -> String {
    let sql = include_str!("support/catalog.sql");
    let output = Command::new("psql").args(["-XAtc", sql]).arg(sandbox.url("postgres")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The migrations of a directory, in order.
pub fn folders(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory.join("generated-migrations"));
    let mut folders: Vec<_> = entries.into_iter().flatten().map(|e| e.unwrap().path()).collect();
    folders.sort();
    folders
}
