//! CONCURRENTLY: broken builds are found, dropped and built again; who is waited for is named.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Place, ended};
use crate::support::{connect, run};

const INVALID: &str = "select count(*) from pg_index where not indisvalid";
const BUILDS: &str =
    "select count(*) from pg_stat_activity where query like 'create index concurrently%' and wait_event = 'virtualxid'";
const UP: &str =
    "set lock_timeout = '1s';\ncreate index concurrently if not exists t_a on t (a);\nalter table t add column b int;\n";

async fn place() -> Place {
    let place =
        Place::new("create table t (id int primary key, a int); insert into t select n, n from generate_series(1, 1000) n").await;
    place.write("1_t", UP, "drop index concurrently if exists t_a;");
    place
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_longer_than_any_timeout_and_names_whom_it_waits_for() {
    let mut place = place().await;
    let mut idle = connect(&place.sandbox).await;
    run(&mut idle, "set application_name = 'forgotten'; begin; insert into t values (0, 0)").await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let child = place.start_apply();
    place.until(BUILDS).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    run(&mut idle, "commit").await;
    let ran = ended(child).good();
    assert!(ran.err.contains("it will wait for process") && ran.err.contains("forgotten"), "{}", ran.err);
    assert_eq!(place.number(INVALID).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_index_of_that_name_is_dropped_and_built_again() {
    let mut place = place().await;
    place.sql("insert into t values (-1, 1); insert into t values (-2, 1)").await;
    let failed = sqlx::raw_sql("create unique index concurrently t_a on t (a)").execute(&mut place.connection).await;
    assert!(failed.is_err());
    assert_eq!(place.number(INVALID).await, 1);
    let ran = place.apply(&[]).good();
    assert!(ran.err.contains("DROP INDEX CONCURRENTLY IF EXISTS public.t_a"), "{}", ran.err);
    assert_eq!(
        place.number("select count(*) from pg_index where indisvalid and not indisunique and indrelid = 't'::regclass").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_fails_leaves_nothing_behind() {
    let mut place = place().await;
    place.sql("insert into t values (-1, 1)").await;
    place.write("1_t", "create unique index concurrently t_a on t (a);\n", "");
    let ran = place.apply(&[]).bad(&["could not create unique index", "some rows do not fit"]);
    assert!(!ran.out.contains("(a)=(1)"), "{}", ran.out);
    assert_eq!(place.number("select count(*) from pg_class where relname = 't_a'").await, 0);
    place.sql("delete from t where id = -1").await;
    place.apply(&[]).good();
}

/// Killed, terminated and interrupted while it waits: the next run ends right, and nothing is applied twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_interrupts_a_build_the_next_run_goes_on() {
    for how in ["kill", "terminate", "interrupt"] {
        let mut place = place().await;
        let mut writer = connect(&place.sandbox).await;
        run(&mut writer, "begin; insert into t values (0, 0)").await;
        let child = place.start_apply();
        place.until(BUILDS).await;
        match how {
            "kill" => kill(Pid::from_raw(child.id() as i32), Signal::SIGKILL).unwrap(),
            "interrupt" => kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap(),
            _ => {
                place.number("select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'create index concurrently%'").await;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        run(&mut writer, "rollback").await;
        let ran = ended(child);
        match how {
            "interrupt" => {
                ran.bad(&["as you asked", "at statement 2"]);
                assert_eq!(place.number(INVALID).await, 0, "what was begun is taken back");
            }
            "terminate" => drop(ran.bad(&["goes on where the database stands"])),
            _ => assert_eq!(ran.code, -1),
        }
        place.apply(&["--wait", "20"]).good();
        assert_eq!(place.number(INVALID).await, 0, "{how}");
        assert_eq!(place.number("select count(*) from pg_index where indrelid = 't'::regclass").await, 2, "{how}");
        assert_eq!(place.number("select count(*) from dbharden.run").await, 1, "{how}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drops_rebuilds_and_detaches_go_on_too() {
    let mut place = place().await;
    place.sql("create table p (id int) partition by range (id); create table p1 partition of p for values from (0) to (10); create index t_old on t (a)").await;
    place.apply(&[]).good();
    let detach = place.sandbox.major() >= 14;
    let statements =
        ["drop index concurrently t_old", "reindex index concurrently t_pkey", "alter table p detach partition p1 concurrently"];
    for (n, statement) in statements.iter().enumerate().take(if detach { 3 } else { 2 }) {
        place.write(&format!("{}_t", n + 2), &format!("{statement};\nvacuum t;\n"), "");
        let mut writer = connect(&place.sandbox).await;
        run(&mut writer, "begin; insert into t values (-5, 0); insert into p values (1); select * from p").await;
        let child = place.start_apply();
        place
            .until(&format!(
                "select count(*) from pg_stat_activity where query like '{statement}%' and wait_event = 'virtualxid'"
            ))
            .await;
        place
            .number(&format!("select count(pg_terminate_backend(pid)) from pg_stat_activity where query like '{statement}%'"))
            .await;
        run(&mut writer, "rollback").await;
        ended(child).bad(&[]);
        place.apply(&["--wait", "20"]).good();
    }
    assert_eq!(place.number(INVALID).await, 0);
    assert_eq!(place.number("select count(*) from pg_class where relname = 't_old'").await, 0);
    assert_eq!(place.number("select count(*) from pg_inherits").await, i64::from(!detach));
}
