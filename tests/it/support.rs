//! What several subjects need: databases filled from files, snapshots of them, `psql`.

use std::path::Path;
use std::process::{Command, Output};

use dbharden::check::Registry;
use dbharden::connect::{Session, Target};
use dbharden::sandbox::Sandbox;
use dbharden::snapshot::Snapshot;
use dbharden::snapshot::read::{ReadOptions, read};

/// A snapshot of a database of the sandbox, with the rows of every check's `find.sql`.
pub async fn snapshot(sandbox: &Sandbox, database: &str, registry: &Registry) -> Snapshot {
    let target = Target::resolve(Some(&sandbox.url(database)), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    let sql_checks = registry.all().iter().filter_map(|c| c.sql_check()).collect();
    let options = ReadOptions { sql_checks, ..ReadOptions::default() };
    let snapshot = read(&mut session, &options, &|_| {}).await.unwrap();
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

fn psql(sandbox: &Sandbox, database: &str) -> Command {
    let mut psql = Command::new("psql");
    psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1"]).arg(sandbox.url(database));
    psql
}

fn said(output: Output, what: &str) -> Result<(), String> {
    if output.status.success() { Ok(()) } else { Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr))) }
}
