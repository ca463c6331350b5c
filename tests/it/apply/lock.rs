//! One run at a time; waiting for locks without being in anybody's way; signals.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Place, ended};
use crate::support::{connect, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_one_works_and_the_other_names_it() {
    let mut place = Place::new("create table t (id int)").await;
    place.write("1_t", "select pg_sleep(3);\nalter table t add column a int;", "");
    let first = place.start_apply();
    place.until("select count(*) from pg_stat_activity where query like '%pg_sleep(3)%' and state = 'active' and pid <> pg_backend_pid()").await;
    let pid = place.number("select pid::bigint from pg_locks where locktype = 'advisory'").await;
    place
        .apply(&["--wait", "0"])
        .bad(&["another `dbharden apply` is at work", &format!("process {pid} (dbharden apply) as postgres since")]);
    // drift sees it too, and waits
    assert!(ended(first).good().out.contains("applied"));
    assert_eq!(place.number("select count(*) from dbharden.run").await, 1);
}

/// A transaction holds a lock; others work on the table. `apply` waits without making them wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_transaction_is_waited_for_and_nobody_waits_behind_us() {
    let mut place = Place::new("create table t (id int primary key, n int); insert into t values (1, 0)").await;
    place.write("1_t", "set lock_timeout = '300ms';\nalter table t add column a int;", "");
    let mut holder = connect(&place.sandbox).await;
    run(&mut holder, "begin; select * from t").await;
    let child = place.start_apply();
    place.until("select count(*) from pg_stat_activity where application_name = 'dbharden apply'").await;
    let started = Instant::now();
    let mut stalled = Duration::ZERO;
    while started.elapsed() < Duration::from_secs(3) {
        let sent = Instant::now();
        place.sql("update t set n = n + 1").await;
        stalled += sent.elapsed().checked_sub(Duration::from_millis(10)).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    run(&mut holder, "commit").await;
    let ran = ended(child).good();
    assert!(ran.err.contains("waits for process") && ran.err.contains("in a transaction since"), "{}", ran.err);
    assert!(stalled < Duration::from_millis(300), "{stalled:?}");
    assert_eq!(place.number("select count(*) from pg_attribute where attrelid = 't'::regclass and attname = 'a'").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_takes_back_the_running_statement_and_says_where_it_stands() {
    let mut place = Place::new("create table t (id int); insert into t select 1 from generate_series(1, 1000)").await;
    place.write(
        "1_t",
        "alter table t add column a int;\nbegin;\nalter table t add column b int;\nselect pg_sleep(60);\ncommit;\n",
        "",
    );
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let child = place.start_apply();
        place.until("select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()").await;
        kill(Pid::from_raw(child.id() as i32), signal).unwrap();
        ended(child).bad(&["stopping", "Stopped in 1_t at statement 3", "as you asked", "dbharden apply --yes"]);
        assert_eq!(
            place.number("select count(*) from pg_attribute where attrelid = 't'::regclass and attname in ('a', 'b')").await,
            1
        );
    }
    place.write("1_t", "alter table t add column a int;\nalter table t add column b int;\n", "");
    place.apply(&[]).good();
}

/// `SET TABLESPACE` copies the table while nobody can use it: a try that had to wait has copied nothing, the last one all of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_moved_to_another_tablespace_is_copied_once_and_whole() {
    let fill = "insert into t select n, n from generate_series(1, 50000) n";
    let mut place = Place::new(&format!("create table t (id int primary key, n int); {fill}")).await;
    // a directory inside the data directory, which is all that a sandbox may write to
    place.sql("set allow_in_place_tablespaces = on").await;
    place.sql("create tablespace other location ''").await;
    place.write("1_t", "set lock_timeout = '300ms';\nalter table t set tablespace other;", "");
    let file = "select pg_relation_filenode('t')::bigint";
    let before = place.number(file).await;
    let lint = place.run(&["lint", "generated-migrations/1_t/up.sql"]);
    assert!(lint.code == 2 && lint.out.contains("table-moved-under-lock"), "{}{}", lint.out, lint.err);
    let mut holder = connect(&place.sandbox).await;
    run(&mut holder, "begin; select count(*) from t").await;
    let child = place.start_apply();
    place.until("select count(*) from pg_class where oid = to_regclass('dbharden.run')").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(place.number(file).await, before, "nothing is copied yet");
    place.sql("update t set n = n + 1 where id = 1").await;
    run(&mut holder, "commit").await;
    let ran = ended(child).good();
    assert!(ran.out.contains("more tr"), "the lock was had at once: {}", ran.out);
    assert_ne!(place.number(file).await, before);
    let moved = "select count(*) from pg_class c join pg_tablespace s on s.oid = c.reltablespace where s.spcname = 'other' and c.relname = 't'";
    assert_eq!(place.number(moved).await, 1);
    assert_eq!(place.number("select sum(n)::bigint from t").await, 50_000 * 50_001 / 2 + 1);
}
