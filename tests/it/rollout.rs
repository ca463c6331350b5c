//! Row-level security stage after stage: the program plans and applies, the application runs, the database is looked at.

mod others;
mod partitions;
mod pooled;
mod stages;
mod views;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::apply::Place;
use crate::support::{catalog, folders};

/// Teams and what is theirs; names that need quoting, a serial, partitions, a look-up table.
const SCHEMA: &str = include_str!("rollout/schema.sql");
/// Statements of an application that knows nothing of roles and settings.
const APPLICATION: &str = include_str!("rollout/app.sql");

const A: &str = "00000000-0000-0000-0000-000000000001";
const B: &str = "00000000-0000-0000-0000-000000000002";

/// The checks of the stages.
const ONLY: &[&str] = &[
    "--only",
    "application-role-unprepared",
    "--only",
    "rls-disabled",
    "--only",
    "policy-only-logs",
    "--only",
    "rls-not-forced",
];

/// A database whose owner is an ordinary role, as which the application connects today.
async fn place() -> Place {
    let mut place = Place::new("").await;
    place.sql("create role shop login; grant create, usage on schema public to shop; set role shop").await;
    place.sql(SCHEMA).await;
    place.sql("reset role; analyze").await;
    place
}

fn config(stage: &str, more: &str) -> String {
    format!(
        "[tenancy]\nroot = 'public.\"Team\"'\nkeys = [\"team$id\"]\nshared = [\"public.country\"]\nstage = \"{stage}\"\n{more}"
    )
}

/// Goes to a stage and applies all it wants. Returns the folders that it added.
fn go(place: &Place, stage: &str, more: &str) -> Vec<std::path::PathBuf> {
    std::fs::write(place.here().join("dbharden.toml"), config(stage, more)).unwrap();
    let before = folders(place.here());
    let ran = place.run(&[&["plan", "--all", "--no-twin", "--format", "json"], ONLY].concat());
    assert!([0, 3].contains(&ran.code), "{}{}", ran.out, ran.err);
    let new: Vec<_> = folders(place.here()).into_iter().filter(|f| !before.contains(f)).collect();
    if !new.is_empty() {
        place.apply(&[]).good();
    }
    let _: Value = ran.json();
    new
}

async fn connect_as(place: &Place, role: &str) -> PgConnection {
    let url = place.sandbox.url("postgres").replace("//postgres@", &format!("//{role}@"));
    PgConnection::connect(&url).await.unwrap()
}

/// Runs a script; an error becomes its SQLSTATE.
async fn try_sql(session: &mut PgConnection, sql: &str) -> Result<(), String> {
    match session.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await {
        Ok(_) => Ok(()),
        Err(e) => Err(e.as_database_error().and_then(|d| d.code()).map_or_else(|| e.to_string(), |c| c.into_owned())),
    }
}

async fn count(session: &mut PgConnection, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(session).await.unwrap()
}

/// All definitions and roles as text, the ledger aside.
fn definitions(place: &Place) -> String {
    let of_ours = |line: &&str| !line.contains("dbharden.") && !line.starts_with("schema dbharden");
    let dump = |program: &str, arguments: &[&str]| {
        let output = std::process::Command::new(program).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("server version mismatch") {
            return catalog(&place.sandbox).lines().filter(of_ours).collect::<Vec<_>>().join("\n");
        }
        assert!(output.status.success(), "{said}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter(|l| !l.contains("restrict") && !l.starts_with("--")).collect::<Vec<_>>().join("\n")
    };
    let url = place.sandbox.url("postgres");
    dump("pg_dump", &["--schema-only", "--exclude-schema=dbharden", &url])
        + &dump("pg_dumpall", &["--roles-only", "--no-role-passwords", "-d", &url])
}
