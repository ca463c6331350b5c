//! Nobody waits for `plan`: 2,000 tables, read while others change the schema. `DBHARDEN_SOAK=1` goes on for half an hour.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use dbharden::sandbox::Sandbox;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row};
use tempfile::tempdir;

use crate::support::{connect, dbharden, number, plan, run, start};

const LONGEST_WAIT_MS: u128 = 200;

/// Each table with three indexes, a foreign key and a check.
async fn tables(sandbox: &Sandbox, n: u32) {
    let connection = &mut connect(sandbox).await;
    run(connection, "create extension pg_stat_statements; create table parent (id bigint primary key)").await;
    for from in (0..n).step_by(250) {
        let to = (from + 249).min(n - 1);
        let sql = format!(
            "do $$ begin for n in {from}..{to} loop
               execute format('create table t%1$s (id bigint primary key, parent bigint references parent, a int check (a > 0), b text default ''x'');
                 create index on t%1$s (a); create index on t%1$s (b) where b <> ''''', n);
             end loop; end $$"
        );
        run(connection, &sql).await;
    }
    run(connection, "create view over as select t1.a from t1 join t2 on t1.id = t2.id; analyze parent").await;
}

/// `plan`, again and again, until it is dropped.
struct Looping {
    child: Option<Child>,
    directory: tempfile::TempDir,
    url: String,
    runs: u32,
}

impl Looping {
    fn go_on(&mut self) {
        let ended = self.child.as_mut().map(|c| c.try_wait().unwrap());
        match ended {
            Some(None) => return,
            Some(Some(status)) => assert!(status.code() == Some(0), "plan failed beside schema changes: {status}"),
            None => {}
        }
        let mut command = dbharden(self.directory.path(), &["plan", "--dry-run", "--format", "json", &self.url]);
        self.child = Some(command.stdout(Stdio::null()).spawn().unwrap());
        self.runs += 1;
    }
}

impl Drop for Looping {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

const BLOCKED: &str = "select w.pid, w.query from pg_stat_activity w
    where w.application_name = 'changes' and w.wait_event_type = 'Lock'
      and exists (select from unnest(pg_blocking_pids(w.pid)) b (pid) join pg_stat_activity o on o.pid = b.pid
                  where o.query like '%/* dbharden */%')";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schema_changes_do_not_wait_for_us() {
    let sandbox = start(&[("max_locks_per_transaction", "2000")]).await;
    tables(&sandbox, 2_000).await;
    let soak = std::env::var_os("DBHARDEN_SOAK").is_some();
    let length = Duration::from_secs(if soak { 1_800 } else { 45 });
    let options = sandbox.connect_options("postgres").application_name("changes");
    let changes = tokio::spawn(async move {
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let started = Instant::now();
        let mut seed: u64 = 42;
        let mut made = 0u32;
        while started.elapsed() < length {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (n, pause) = ((seed >> 33) % 2_000, (seed >> 20) % 40);
            for sql in [
                format!("alter table t{n} add column extra int"),
                format!("alter table t{n} drop column extra"),
                format!("create index concurrently extra_{n} on t{n} (parent)"),
                format!("drop index concurrently extra_{n}"),
            ] {
                sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
                tokio::time::sleep(Duration::from_millis(pause)).await;
                made += 1;
            }
        }
        made
    });
    let mut looping = Looping { child: None, directory: tempdir().unwrap(), url: sandbox.url("postgres"), runs: 0 };
    let connection = &mut connect(&sandbox).await;
    let mut waits: Vec<(u128, String)> = Vec::new();
    let mut since: Option<(Instant, Instant, String)> = None;
    while !changes.is_finished() {
        looping.go_on();
        let rows = sqlx::raw_sql(BLOCKED).fetch_all(&mut *connection).await.unwrap();
        let now = Instant::now();
        match (rows.first().map(|r| r.get::<String, _>(1)), &mut since) {
            (Some(sql), Some((_, last, waiting))) if *waiting == sql => *last = now,
            (Some(sql), other) => {
                waits.extend(other.take().map(|(from, to, sql)| ((to - from).as_millis(), sql)));
                since = Some((now, now, sql));
            }
            (None, other) => waits.extend(other.take().map(|(from, to, sql)| ((to - from).as_millis(), sql))),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let made = changes.await.unwrap();
    waits.sort_by_key(|w| std::cmp::Reverse(w.0));
    println!("{made} changes beside {} runs of plan; {} waited for us, longest {:?}", looping.runs, waits.len(), waits.first());
    assert!(made > 50 && looping.runs > 0);
    assert!(waits.first().is_none_or(|w| w.0 <= LONGEST_WAIT_MS), "{:?}", &waits[..waits.len().min(5)]);
}

fn objects<'j>(json: &'j Value, list: &str, check: Option<&str>) -> Vec<&'j str> {
    let entries = json[list].as_array().unwrap().iter();
    entries.filter(|e| check.is_none_or(|c| e["check"] == c)).filter_map(|e| e["object"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_locked_is_skipped_by_name_and_the_rest_is_complete() {
    let sandbox = start(&[]).await;
    tables(&sandbox, 60).await;
    let url = sandbox.url("postgres");
    let directory = tempdir().unwrap();
    let all = objects(&plan(directory.path(), &url, &["--dry-run"]).0, "findings", Some("unindexed-foreign-key")).len();
    assert_eq!(all, 60);

    let mut holder = connect(&sandbox).await;
    run(&mut holder, "begin; lock table t1 in access exclusive mode").await;
    let (json, code) = plan(directory.path(), &url, &["--dry-run"]);
    assert_eq!(code, 0);
    let skipped = objects(&json, "skipped", None);
    assert!(
        skipped.contains(&"public.t1") && skipped.contains(&"public.\"over\"") | skipped.contains(&"public.over"),
        "{skipped:?}"
    );
    assert_eq!(objects(&json, "findings", Some("unindexed-foreign-key")).len(), 59, "all but the locked one");
    run(&mut holder, "rollback").await;

    // VACUUM FULL, held up by a reader of the table: it holds or waits for ACCESS EXCLUSIVE all the time
    run(&mut holder, "begin; select * from t3").await;
    let options = sandbox.connect_options("postgres");
    let vacuum = tokio::spawn(async move {
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        sqlx::raw_sql("vacuum full t3").execute(&mut connection).await.unwrap();
    });
    let watcher = &mut connect(&sandbox).await;
    while number(watcher, "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and relation = 't3'::regclass").await
        == 0
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (json, code) = plan(directory.path(), &url, &["--dry-run"]);
    assert_eq!(code, 0);
    assert!(objects(&json, "skipped", None).contains(&"public.t3"), "{json}");
    run(&mut holder, "rollback").await;
    vacuum.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_may_come_and_go_while_they_are_read() {
    let sandbox = start(&[]).await;
    tables(&sandbox, 300).await;
    let options = sandbox.connect_options("postgres");
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let churn = tokio::spawn(async move {
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let mut n = 0;
        while stopped.try_recv().is_err() {
            n += 1;
            let sql = format!(
                "drop table if exists churn_{0}; alter table if exists fresh_{0} rename to churn_{0};
                 create table fresh_{1} (id serial primary key, parent bigint references parent, a int check (a > 0) default 1);
                 create index on fresh_{1} (a); create view seen_{1} as select a from fresh_{1}; drop view seen_{1}",
                (n + 1) % 5,
                n % 5
            );
            sqlx::raw_sql(AssertSqlSafe(format!("drop table if exists fresh_{}; {sql}", n % 5)))
                .execute(&mut connection)
                .await
                .unwrap();
        }
        n
    });
    let directory = tempdir().unwrap();
    for _ in 0..6 {
        let (json, code) = plan(directory.path(), &sandbox.url("postgres"), &["--dry-run"]);
        assert_eq!(code, 0);
        let found = objects(&json, "findings", Some("unindexed-foreign-key"));
        assert_eq!(found.iter().filter(|o| o.starts_with("public.t")).count(), 300);
    }
    stop.send(()).unwrap();
    let rounds = churn.await.unwrap();
    println!("{rounds} tables came and went");
    assert!(rounds > 10);
}
