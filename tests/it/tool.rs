//! `plan --layout`: a plan as another tool's migrations, written once, run as the tool runs them.

use std::fs;

use dbharden::drift::files::{RunOptions, run};
use dbharden::migration::layout::{Layout, ReadOptions};
use tempfile::tempdir;

use crate::support;

const SCHEMA: &str = "create table a (id int primary key, \"Ünder\"\"lined\" int);
    create table b (id int primary key, a int references a, \"a;2\" int references a);
    insert into a select n from generate_series(1, 2000) n;
    insert into b select n, n % 2000 + 1, n % 2000 + 1 from generate_series(1, 20000) n; analyze";

const INDEXES: &str = "select count(*) from pg_index where indrelid = 'b'::regclass and indisvalid and not indisprimary";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_gets_the_plan_once_and_runs_it() {
    for layout in Layout::ALL.into_iter().filter(|l| *l != Layout::Dbharden) {
        let sandbox = support::start(&[]).await;
        let mut connection = support::connect(&sandbox).await;
        support::run(&mut connection, SCHEMA).await;
        let place = tempdir().unwrap();
        let dir = place.path().join("them");
        fs::create_dir_all(&dir).unwrap();
        let name = layout.to_string();
        let url = sandbox.url("postgres");
        let more = ["--layout", &name, "--out", "them", "--only", "unindexed-foreign-key"];
        let dry = support::plan(place.path(), &url, &[&more[..], &["--dry-run"]].concat()).0;
        assert_eq!(dry["migrations"].as_array().unwrap().len(), 2, "{layout}: {dry}");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 0, "{layout}: nothing is written");
        let (first, _) = support::plan(place.path(), &url, &more);
        let statuses = |plan: &serde_json::Value, status: &str| {
            plan["migrations"].as_array().unwrap().iter().filter(|m| m["status"] == status).count()
        };
        assert_eq!(statuses(&first, "written"), 2, "{layout}: {first}");
        let (second, _) = support::plan(place.path(), &url, &more);
        assert_eq!((statuses(&second, "pending"), statuses(&second, "written")), (2, 0), "{layout}: {second}");
        let files = layout.read(&dir, &ReadOptions::default()).unwrap();
        let options = RunOptions { layout: Some(layout), ..RunOptions::default() };
        let ran = run(&mut connection, &files, &options).await.unwrap_or_else(|e| panic!("{layout}: {e}"));
        assert!(ran.not_built.is_empty(), "{layout}: {ran:?}");
        assert_eq!(support::number(&mut connection, INDEXES).await, 2, "{layout}");
        let (third, _) = support::plan(place.path(), &url, &more);
        assert!(third["migrations"].as_array().unwrap().is_empty(), "{layout}: {third}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_tool_has_run_is_written_once_more_and_what_has_changed_is_obsolete() {
    let sandbox = support::start(&[]).await;
    let mut connection = support::connect(&sandbox).await;
    support::run(&mut connection, SCHEMA).await;
    support::run(&mut connection, "alter table b drop constraint \"b_a;2_fkey\"").await;
    let place = tempdir().unwrap();
    fs::write(place.path().join("dbharden.toml"), "[migration]\nlayout = \"sqlx\"\n").unwrap();
    let url = sandbox.url("postgres");
    let plan = |more: &[&str]| support::plan(place.path(), &url, &[&["--only", "unindexed-foreign-key"], more].concat()).0;
    let (first, usual) = (plan(&[]), place.path().join("migrations"));
    let file = usual.join(first["migrations"][0]["name"].as_str().unwrap().split(", ").next().unwrap());
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("-- no-transaction\n") && text.contains("DROP INDEX"), "the way back by hand: {text}");
    // its ledger says that they ran, and yet the index is not there
    let written: Vec<_> = fs::read_dir(&usual).unwrap().map(|e| e.unwrap().path()).collect();
    support::run(&mut connection, "create table _sqlx_migrations (version bigint primary key, description text not null,
        installed_on timestamptz not null default now(), success boolean not null, checksum bytea not null, execution_time bigint not null)").await;
    support::run(&mut connection, &Layout::Sqlx.mark_applied(&written, None).unwrap()).await;
    let again = plan(&[]);
    assert_eq!(again["migrations"][0]["status"], "written", "{again}");
    assert_eq!(fs::read_dir(&usual).unwrap().count(), written.len() * 2);
    let files = Layout::Sqlx.read(&usual, &ReadOptions::default()).unwrap();
    assert_eq!(files.len(), written.len() * 2, "numbered anew");
}
