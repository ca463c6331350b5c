//! Migrations that were interrupted, timed out, came late or run twice end right or loud; never with a quiet INVALID index.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use dbharden::sandbox::Sandbox;
use sqlx::PgConnection;
use tempfile::{TempDir, tempdir};

use crate::support::{connect, dump, folders, number, plan, psql, psql_file, run, start};

const INVALID: &str = "select count(*) from pg_index where not indisvalid";

struct Stage {
    sandbox: Sandbox,
    connection: PgConnection,
    directory: TempDir,
}

impl Stage {
    async fn new(sql: &str) -> Self {
        let sandbox = start(&[]).await;
        let mut connection = connect(&sandbox).await;
        run(&mut connection, sql).await;
        Self { sandbox, connection, directory: tempdir().unwrap() }
    }

    fn plan(&self) -> serde_json::Value {
        plan(self.directory.path(), &self.sandbox.url("postgres"), &[]).0
    }

    /// The migration whose folder's name holds the word.
    fn migration(&self, word: &str) -> PathBuf {
        let found = folders(self.directory.path()).into_iter().find(|p| p.to_string_lossy().contains(word));
        found.unwrap_or_else(|| panic!("no migration {word} among {:?}", folders(self.directory.path())))
    }

    fn up(&self, word: &str) -> Result<(), String> {
        psql_file(&self.sandbox, "postgres", &self.migration(word).join("up.sql"))
    }

    fn down(&self, word: &str) -> Result<(), String> {
        psql_file(&self.sandbox, "postgres", &self.migration(word).join("down.sql"))
    }

    async fn count(&mut self, sql: &str) -> i64 {
        number(&mut self.connection, sql).await
    }

    /// Starts up.sql behind a writer that does not end, waits until its build waits, ends its session; the writer ends too.
    async fn interrupt(&mut self, word: &str, table: &str, kill_psql: bool) {
        let mut writer = connect(&self.sandbox).await;
        run(&mut writer, &format!("begin; lock table {table} in row exclusive mode")).await;
        let file = self.migration(word).join("up.sql");
        let mut child = psql(&self.sandbox, "postgres").arg("-f").arg(file).stderr(Stdio::null()).spawn().unwrap();
        let waits = "select count(*) from pg_stat_activity where query like '%CONCURRENTLY%' and wait_event = 'virtualxid' and pid <> pg_backend_pid()";
        while self.count(waits).await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if kill_psql {
            child.kill().unwrap();
            // the server notices that nobody listens at the end of the statement
        } else {
            let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like '%CONCURRENTLY%' and pid <> pg_backend_pid()";
            self.count(end).await;
        }
        run(&mut writer, "rollback").await;
        assert!(!child.wait().unwrap().success());
        let busy = "select count(*) from pg_stat_activity where query like '%CONCURRENTLY%' and state = 'active' and pid <> pg_backend_pid()";
        while self.count(busy).await > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

const KEY: &str = "create table p (id int primary key); create table c (id int, p_id int references p);";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminated_build_is_loud_until_it_is_right() {
    let mut stage = Stage::new(KEY).await;
    stage.plan();
    stage.interrupt("index_c_p_id", "c", false).await;
    assert_eq!(stage.count(INVALID).await, 1);
    for _ in 0..2 {
        let error = stage.up("index_c_p_id").unwrap_err();
        assert!(error.contains("not valid") && error.contains("DROP INDEX CONCURRENTLY IF EXISTS public.\"c_p_id_idx\"") | error.contains("public.c_p_id_idx"), "{error}");
    }
    stage.down("index_c_p_id").unwrap();
    assert_eq!(stage.count(INVALID).await, 0);
    stage.up("index_c_p_id").unwrap();
    stage.up("index_c_p_id").unwrap();
    assert_eq!(stage.count("select count(*) from pg_index where indrelid = 'c'::regclass and indisvalid").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_psql_ends_right_or_loud() {
    let mut stage = Stage::new(KEY).await;
    stage.plan();
    stage.interrupt("index_c_p_id", "c", true).await;
    let invalid = stage.count(INVALID).await;
    assert_eq!(stage.up("index_c_p_id").is_err(), invalid > 0, "loud exactly if something is invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_waits_for_an_idle_transaction_whatever_the_timeouts() {
    let mut stage = Stage::new(&format!("{KEY} alter role postgres set statement_timeout = '50ms'; alter database postgres set lock_timeout = '50ms'")).await;
    stage.plan();
    let mut idle = connect(&stage.sandbox).await;
    run(&mut idle, "set statement_timeout = 0; begin; insert into p values (1); insert into c values (1, 1)").await;
    let file = stage.migration("index_c_p_id").join("up.sql");
    let mut child = psql(&stage.sandbox, "postgres").arg("-f").arg(file).spawn().unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(child.try_wait().unwrap().is_none(), "it waits, longer than any timeout");
    run(&mut idle, "commit").await;
    assert!(child.wait().unwrap().success());
    assert_eq!(stage.count(INVALID).await, 0);
}

const PARTED: &str = "create table p (id int primary key);
    create table c (id int, p_id int references p) partition by range (id);
    create table c_1 partition of c for values from (0) to (10);
    create table c_2 partition of c for values from (10) to (20);";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partitioned_build_interrupted_half_way_is_loud_and_can_be_undone() {
    let mut stage = Stage::new(PARTED).await;
    let before = dump(&stage.sandbox);
    stage.plan();
    stage.interrupt("index_c_p_id", "c_2", false).await;
    assert!(stage.count(INVALID).await >= 1);
    let error = stage.up("index_c_p_id").unwrap_err();
    assert!(error.contains("not valid"), "{error}");
    stage.down("index_c_p_id").unwrap();
    assert_eq!(dump(&stage.sandbox), before, "the undo leaves nothing of an interrupted build");
    stage.up("index_c_p_id").unwrap();
    stage.up("index_c_p_id").unwrap();
    assert_eq!(stage.count(INVALID).await, 0);
    stage.down("index_c_p_id").unwrap();
    assert_eq!(dump(&stage.sandbox), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_partitions_than_planned_are_loud_before_anything_is_built_and_planned_anew() {
    for change in ["create table c_3 partition of c for values from (20) to (30)", "alter table c detach partition c_2", "drop table c_1"] {
        let mut stage = Stage::new(PARTED).await;
        stage.plan();
        run(&mut stage.connection, change).await;
        let before = dump(&stage.sandbox);
        let error = stage.up("index_c_p_id").unwrap_err();
        assert!(error.contains("partitions of public.c are not those"), "{error}");
        assert_eq!(dump(&stage.sandbox), before, "nothing was begun");
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let json = stage.plan();
        let status = |s: &str| json["migrations"].as_array().unwrap().iter().filter(|m| m["status"] == s && m["title"].as_str().unwrap().contains(" on public.c ")).count();
        assert_eq!((status("obsolete"), status("written")), (1, 1), "{change}: {json}");
        let fresh = folders(stage.directory.path()).into_iter().rfind(|p| p.to_string_lossy().contains("_index_c_p_id")).unwrap();
        psql_file(&stage.sandbox, "postgres", &fresh.join("up.sql")).unwrap();
        assert_eq!(stage.count(INVALID).await, 0);
    }
}

const TWINS: &str = "create table c (id int, t text); create unique index keeps on c (id); create unique index repeats on c (id);";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drop_needs_its_substitute_and_its_undo_is_the_same_index() {
    for change in [
        "drop index keeps",
        "update pg_index set indisvalid = false where indexrelid = 'keeps'::regclass",
        "drop index keeps; create index keeps on c (t)",
        "drop index repeats; create index repeats on c (t)",
    ] {
        let mut stage = Stage::new(TWINS).await;
        stage.plan();
        run(&mut stage.connection, change).await;
        let before = dump(&stage.sandbox);
        let error = stage.up("drop_repeats").unwrap_err();
        assert!(error.contains("keeps is there, valid") || error.contains("no longer the one"), "{change}: {error}");
        assert_eq!(dump(&stage.sandbox), before, "{change}: nothing was dropped");
    }
    let mut stage = Stage::new(TWINS).await;
    let before = dump(&stage.sandbox);
    stage.plan();
    stage.up("drop_repeats").unwrap();
    stage.up("drop_repeats").unwrap();
    assert_eq!(stage.count("select count(*) from pg_class where relname = 'repeats'").await, 0);
    stage.down("drop_repeats").unwrap();
    assert_eq!(dump(&stage.sandbox), before);
    // the undo refuses what carries the name and is something else
    run(&mut stage.connection, "drop index repeats; create index repeats on c (t)").await;
    assert!(stage.down("drop_repeats").unwrap_err().contains("not the one wanted"));
    // and is loud about duplicates that came meanwhile
    run(&mut stage.connection, "drop index repeats; drop index keeps; insert into c values (1), (1)").await;
    assert!(stage.down("drop_repeats").unwrap_err().contains("could not create unique index"));
    assert!(stage.down("drop_repeats").unwrap_err().contains("not valid"), "the rest of it is not taken for done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_index_that_was_repaired_meanwhile_is_not_dropped() {
    let mut stage = Stage::new("create table c (id int, t text); insert into c values (1), (1)").await;
    let built = sqlx::raw_sql("create unique index concurrently broken on c (id)").execute(&mut stage.connection).await;
    assert!(built.is_err());
    stage.plan();
    run(&mut stage.connection, "delete from c where ctid = '(0,2)'").await;
    run(&mut stage.connection, "reindex index concurrently broken").await;
    let error = stage.up("drop_broken").unwrap_err();
    assert!(error.contains("has become valid"), "{error}");
    assert_eq!(stage.count("select count(*) from pg_index where indexrelid = 'broken'::regclass and indisvalid").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_indexes_that_stand_in_for_each_other_one_stays() {
    // the middle one is redundant and a substitute; all three would serve the key
    let mut stage = Stage::new(&format!("{KEY} create index a on c (p_id); create index b on c (p_id, id); create index d on c (p_id, id) include (p_id)")).await;
    stage.plan();
    for folder in folders(stage.directory.path()) {
        psql_file(&stage.sandbox, "postgres", &folder.join("up.sql")).unwrap();
    }
    assert_eq!(stage.count("select count(*) from pg_index where indrelid = 'c'::regclass and indisvalid").await, 1);
}
