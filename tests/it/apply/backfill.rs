//! Backfills: by one key, by several, by place; alike under psql and apply; resumed, paused, refused.

use dbharden::ident::{Ident, QualifiedName};
use dbharden::plan::change::Backfill;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Place, ended};
use crate::support::standby::Standby;
use crate::support::{connect, psql_file, run};

fn backfill(table: &str, key: &[&str]) -> Backfill {
    Backfill {
        table: QualifiedName::new("public", table),
        key: key.iter().map(|k| Ident::new(*k)).collect(),
        set: "v = t.n * 2".to_owned(),
        remaining: "t.v IS NULL".to_owned(),
    }
}

/// A table of each kind with so many rows, and its keys.
const TABLES: &[(&str, &str, &[&str])] = &[
    ("plain", "create table plain (id bigint primary key, n int not null, v int)", &["id"]),
    (
        "Two Keys",
        "create table \"Two Keys\" (a text, \"B c\" timestamptz, n int not null, v int, primary key (a, \"B c\"))",
        &["a", "B c"],
    ),
    ("placed", "create table placed (n int not null, v int)", &[]),
];

fn fill(table: &str, rows: u32) -> String {
    match table {
        "plain" => format!("insert into plain select n, n from generate_series(1, {rows}) n"),
        "placed" => format!("insert into placed select n from generate_series(1, {rows}) n"),
        _ => format!(
            "insert into \"Two Keys\" select 'k' || n % 7, timestamptz '2026-01-01' + n * interval '1 hour', n from generate_series(1, {rows}) n"
        ),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apply_and_psql_do_the_same() {
    for by_psql in [false, true] {
        let mut place =
            Place::new("alter role postgres set timezone = 'Asia/Tokyo'; alter role postgres set datestyle = 'German'").await;
        for (i, (table, create, key)) in TABLES.iter().enumerate() {
            place.sql(&format!("{create}; {}; analyze", fill(table, 25_000))).await;
            let name = format!("{}_{i}", i + 1);
            place.write(&name, &format!("{};\n", backfill(table, key).block().unwrap()), "");
            if by_psql {
                psql_file(&place.sandbox, "postgres", &place.file(&name, "up.sql")).unwrap();
            }
        }
        if !by_psql {
            let ran = place.apply(&["-v"]).good();
            assert!(ran.out.contains("backfill"), "{}", ran.out);
            assert_eq!(place.number("select sum(rows)::bigint from dbharden.backfill").await, 75_000);
            assert!(place.number("select count(*) from dbharden.backfill where batches > 1").await == 3);
        }
        for (table, ..) in TABLES {
            let wrong = format!("select count(*) from {} where v is distinct from n * 2", Ident::new(*table));
            assert_eq!(place.number(&wrong).await, 0, "{table} by psql: {by_psql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_table_rows_that_come_later_and_a_key_that_cannot_lead() {
    let mut place =
        Place::new("create table plain (id bigint primary key, n int not null, v int); create table other (a int, n int, v int)")
            .await;
    let block = backfill("plain", &["id"]).block().unwrap();
    place.write("1_e", &format!("{block};\n"), "");
    place.apply(&[]).good();
    // rows that come while it runs lie behind the end, which is fixed
    place.sql("insert into plain select n, n from generate_series(1, 20000) n").await;
    place.sql("create function add_one() returns trigger language plpgsql as $$ begin insert into plain select max(id) + 1, 0 from plain; return null; end $$; create trigger more after update on plain for each statement execute function add_one()").await;
    place.write("2_f", &format!("{block};\n"), "");
    place.apply(&[]).good();
    assert_eq!(place.number("select count(*) from plain where v is null and id <= 20000").await, 0);
    for (key, said) in [
        (&["a"][..], "may be NULL"),
        (&["x"][..], "has no column x"),
        (&["n"][..], "no index of public.other begins with the key"),
    ] {
        place.sql("alter table other alter n set not null").await;
        place.write("3_g", &format!("{};\n", backfill("other", key).block().unwrap()), "");
        place.apply(&[]).bad(&[said]);
    }
    place.write("3_g", &block.replacen("OFFSET 9999", "OFFSET 99", 1), "");
    place.apply(&[]).bad(&["do not say the same", "remove the line with the mark"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interrupted_it_goes_on_where_it_was_and_no_row_is_done_twice() {
    let mut place = Place::new("create table plain (id bigint primary key, n int not null, v int)").await;
    place.sql(&fill("plain", 300_000)).await;
    // counts in place of a condition that would hide a second update
    let twice =
        Backfill { set: "v = coalesce(t.v, 0) + 1".to_owned(), remaining: "true".to_owned(), ..backfill("plain", &["id"]) };
    place.write("1_f", &format!("{};\nalter table plain add column done int;\n", twice.block().unwrap()), "");
    for (i, signal) in [Signal::SIGKILL, Signal::SIGINT, Signal::SIGKILL].into_iter().enumerate() {
        let child = place.start_apply();
        let batches = i * 2 + 2;
        place.until("select count(*) from pg_class where oid = to_regclass('dbharden.backfill')").await;
        place.until(&format!("select count(*) from dbharden.backfill where batches >= {batches}")).await;
        kill(Pid::from_raw(child.id() as i32), signal).unwrap();
        let ran = ended(child);
        if signal == Signal::SIGINT {
            ran.bad(&["as you asked", "at statement 1"]);
        }
        assert!(place.number("select count(*) from plain where v is null").await > 0, "it was too fast for this test");
    }
    place.apply(&["--wait", "20"]).good();
    assert_eq!(place.number("select count(*) from plain where v is distinct from 1").await, 0);
    assert_eq!(place.number("select rows from dbharden.backfill").await, 300_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_gives_way_to_row_locks_and_old_transactions() {
    let mut place = Place::new("create table plain (id bigint primary key, n int not null, v int)").await;
    place.sql(&fill("plain", 150_000)).await;
    std::fs::write(place.here().join("dbharden.toml"), "[apply]\nmax_transaction_s = 2\nbatch_ms = 20\n").unwrap();
    place.write("1_f", &format!("{};\n", backfill("plain", &["id"]).block().unwrap()), "");
    let mut old = connect(&place.sandbox).await;
    run(&mut old, "begin; update plain set n = n where id = 100000").await;
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    let child = place.start_apply();
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    assert!(place.number("select count(*) from plain where v is null").await > 0);
    run(&mut old, "commit").await;
    let ran = ended(child).good();
    assert!(ran.err.contains("rests until a transaction has ended"), "{}", ran.err);
    assert_eq!(place.number("select count(*) from plain where v is null").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_rests_while_a_replica_is_behind() {
    let mut place =
        Place::with(&[("wal_level", "replica")], "create table plain (id bigint primary key, n int not null, v int)").await;
    place.sql(&fill("plain", 200_000)).await;
    std::fs::write(place.here().join("dbharden.toml"), "[apply]\nmax_replica_lag_bytes = 1000000\nbatch_ms = 20\n").unwrap();
    place.write("1_f", &format!("{};\n", backfill("plain", &["id"]).block().unwrap()), "");
    let Some(standby) = Standby::of(&place.sandbox).await else {
        println!("not looked at: there is no pg_basebackup of this version here");
        return;
    };
    standby.sql("select pg_wal_replay_pause()").await;
    place.sql("update plain set n = n where id <= 20000").await;
    place
        .until("select count(*) from pg_stat_replication where pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > 1000000")
        .await;
    let child = place.start_apply();
    place.until("select count(*) from pg_class where oid = to_regclass('dbharden.backfill')").await;
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(place.number("select count(v) from plain").await, 0, "it has not waited");
    standby.sql("select pg_wal_replay_resume()").await;
    let ran = ended(child).good();
    assert!(ran.err.contains("rests until behind has caught up"), "{}", ran.err);
    assert_eq!(place.number("select count(*) from plain where v is distinct from n * 2").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_lets_autovacuum_have_the_table_for_a_while() {
    let settings = [("autovacuum", "on"), ("autovacuum_naptime", "1s"), ("autovacuum_vacuum_cost_delay", "100ms")];
    let create = "create table plain (id bigint primary key, n int not null, v int)
                      with (autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100)";
    let mut place = Place::with(&settings, create).await;
    place.sql(&fill("plain", 200_000)).await;
    std::fs::write(place.here().join("dbharden.toml"), "[apply]\nbatch_ms = 20\n").unwrap();
    place.write("1_f", &format!("{};\n", backfill("plain", &["id"]).block().unwrap()), "");
    place.sql("update plain set n = n where id <= 1000").await;
    place.until("select count(*) from pg_stat_progress_vacuum where relid = 'plain'::regclass").await;
    let ran = place.apply(&[]).good();
    assert!(ran.err.contains("rests while autovacuum (process"), "{}", ran.err);
    // so slow a vacuum is not waited for to its end
    assert_eq!(place.number("select count(*) from pg_stat_progress_vacuum where relid = 'plain'::regclass").await, 1);
    assert_eq!(place.number("select count(*) from plain where v is distinct from n * 2").await, 0);
}
