//! Tenant columns and keys: what `plan` writes is applied, and then the database is looked at.

mod columns;
mod keys;

use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::apply::{Place, Ran};
use crate::support::{connect, folders, psql_file};

/// Teams, what is theirs, and two tables that only lead to them.
const HOMEOWNER: &str = include_str!("tenancy/homeowner.sql");

/// Rows whose tenant is not the one of their path.
const WRONG: &str = r#"select count(*) from flat f join property p on p.id = f.property_id join "Block" b on b.id = p."blockId"
    where f."teamId" is distinct from b."teamId" or p."teamId" is distinct from b."teamId""#;

/// Rows of the large tables: enough for many batches.
fn size() -> u32 {
    if std::env::var_os("DBHARDEN_SOAK").is_some() { 1_000_000 } else { 100_000 }
}

fn rows(n: u32) -> String {
    format!(
        r#"insert into property ("blockId", address) select 1 + n % 50, 'a' || n from generate_series(1, {n}) n;
           insert into flat (property_id, label) select n, 'u' from generate_series(1, {n}) n; analyze"#
    )
}

/// Runs `plan --all --no-twin` with these arguments and applies what it wrote.
fn harden(place: &Place, more: &[&str]) -> Value {
    let planned = plan(place, more);
    if !folders(place.here()).is_empty() {
        place.apply(&[]).good();
    }
    planned
}

fn plan(place: &Place, more: &[&str]) -> Value {
    let ran: Ran = place.run(&[&["plan", "--all", "--no-twin", "--format", "json"], more].concat());
    assert!([0, 3].contains(&ran.code), "{}{}", ran.out, ran.err);
    ran.json()
}

/// Names of the checks that speak about a table.
fn said_of(planned: &Value, table: &str) -> Vec<String> {
    let findings = planned["findings"].as_array().unwrap();
    let of = |f: &&Value| f["evidence"]["table"] == table;
    findings.iter().filter(of).map(|f| f["check"].as_str().unwrap().to_owned()).collect()
}

/// Takes every migration back, the last one first, and the ledger.
async fn undo(place: &mut Place) {
    for folder in folders(place.here()).iter().rev() {
        psql_file(&place.sandbox, "postgres", &folder.join("down.sql")).unwrap();
    }
    place.sql("drop schema dbharden cascade").await;
}

/// An application that does not know the column, in two sessions: it inserts, moves rows to other parents and parents to other tenants,
/// until the child process has ended and for some time after. Returns the number of its transactions.
async fn application(place: &Place, n: u32, mut child: Child) -> (u32, Child) {
    let ended = Arc::new(AtomicBool::new(false));
    let mut sessions = Vec::new();
    for seed in [0, 1] {
        let (session, ended) = (connect(&place.sandbox).await, ended.clone());
        sessions.push(tokio::spawn(write(session, n, seed, ended)));
    }
    while child.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    ended.store(true, Ordering::Relaxed);
    let mut done = 0;
    for session in sessions {
        done += session.await.unwrap();
    }
    (done, child)
}

/// One session of it.
async fn write(mut session: PgConnection, n: u32, seed: u32, ended: Arc<AtomicBool>) -> u32 {
    let mut done = 0_u32;
    let mut turn = seed;
    while !ended.load(Ordering::Relaxed) {
        turn += 2;
        let at = 1 + (turn * 7_919) % n;
        let sql = format!(
            r#"insert into property ("blockId", address) values ({block}, 'new'); insert into flat (property_id) values ({at}), ({hot});
               update flat set property_id = {hot}, label = 'moved' where id = {at};
               update property set "blockId" = {block} where id = {hot};
               update "Block" set "teamId" = (select id from "Team" order by id offset {team} limit 1) where id = {block}"#,
            block = 1 + turn % 50,
            hot = 1 + turn % 3, // both sessions meet there
            team = turn % 5,
        );
        match session.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await {
            Ok(_) => done += 1,
            // two that move the same rows may meet; the application tries again
            Err(e) if e.as_database_error().and_then(|d| d.code()).as_deref() == Some("40P01") => {}
            Err(e) => panic!("the old application fails: {e}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    done
}
