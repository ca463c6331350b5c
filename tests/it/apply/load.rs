//! Under load: 20 clients of pgbench, and a transaction that holds a conflicting lock. What the clients wait for us is measured on the
//! server. A sample of some seconds; `DBHARDEN_SOAK=1` holds the lock for 30 s.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::Row;

use super::{Place, ended};
use crate::support::{connect, run};

/// Clients that wait for the session that applies, now.
const WAITING: &str =
    "select w.pid::bigint from pg_stat_activity w where w.application_name = 'pgbench' and w.wait_event_type = 'Lock'
    and exists (select from unnest(pg_blocking_pids(w.pid)) b (pid) join pg_stat_activity a on a.pid = b.pid
                where a.application_name = 'dbharden apply')";

const LONGEST_STALL_MS: u128 = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_clients_and_a_long_transaction_hardly_notice() {
    let soak = std::env::var_os("DBHARDEN_SOAK").is_some();
    let held = Duration::from_secs(if soak { 30 } else { 6 });
    let mut place = Place::new(
        "create table t (id int primary key, n int not null); insert into t select n, 0 from generate_series(1, 1000) n",
    )
    .await;
    place.write(
        "1_t",
        "set lock_timeout = '300ms';\nalter table t add column a int;\nalter table t add constraint positive check (n >= 0) not valid;\n\
         alter table t validate constraint positive;\ncreate index concurrently t_n on t (n);\nalter table t alter n set statistics 500;\n",
        "",
    );
    let script = place.here().join("load.sql");
    std::fs::write(&script, "\\set id random(1, 1000)\nupdate t set n = n + 1 where id = :id;\n").unwrap();
    let seconds = (held + Duration::from_secs(4)).as_secs().to_string();
    let mut load = Command::new("pgbench");
    load.args(["-n", "-c", "20", "-j", "2", "-T", &seconds, "-f"]).arg(&script).arg(place.sandbox.url("postgres"));
    let Ok(load) = load.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else { return };
    place.until("select count(*) from pg_stat_activity where application_name = 'pgbench'").await;

    let mut holder = connect(&place.sandbox).await;
    run(&mut holder, "set application_name = 'report'; begin; select count(*) from t").await;
    let child = place.start(&["apply", "--yes", "--allow-unreviewed", "-v"]);
    let mut watch = connect(&place.sandbox).await;
    let (started, mut held_now) = (Instant::now(), true);
    let (mut any, mut all, mut last) = (Duration::ZERO, Duration::ZERO, Instant::now());
    let mut child = Some(child);
    let mut ran = None;
    while ran.is_none() {
        let waiting = sqlx::raw_sql(WAITING).fetch_all(&mut watch).await.unwrap();
        let passed = last.elapsed();
        last = Instant::now();
        if !waiting.is_empty() {
            any += passed;
            all += passed * waiting.len() as u32;
            assert!(waiting[0].get::<i64, _>(0) > 0);
        }
        if held_now && started.elapsed() > held {
            run(&mut holder, "commit").await;
            held_now = false;
        }
        if child.as_mut().is_some_and(|c| c.try_wait().unwrap().is_some()) {
            ran = child.take().map(ended);
        }
        assert!(started.elapsed() < held + Duration::from_secs(60), "it does not end");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let output = load.wait_with_output().unwrap();
    let ran = ran.unwrap().good();
    assert!(ran.err.contains("report"), "who is in the way is named: {}", ran.err);
    println!(
        "somebody waited for us for {any:?}, all clients together {all:?}; {}",
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter(|l| l.contains("latency average") || l.contains("tps"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    assert!(any.as_millis() <= LONGEST_STALL_MS, "{any:?}");
    assert_eq!(place.number("select count(*) from pg_index where indrelid = 't'::regclass and indisvalid").await, 2);
}
