//! What is pending: by the tool's ledger, by what our own files make, by what the user says.

use std::path::Path;

use dbharden::sandbox::Sandbox;
use tempfile::tempdir;

use super::{Ran, here, save, shop};
use crate::support::{connect, dbharden, psql_file, run, start};

/// What Prisma makes for its own use.
const LEDGER: &str = "
create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0);
insert into _prisma_migrations (id, checksum, finished_at, migration_name) values ('1', '', now(), '20240101000000_init');
create role app login;
create table \"Lead\" (id bigint primary key, \"userId\" bigint not null);
create index \"Lead_userId_idx\" on \"Lead\" (\"userId\");
insert into \"Lead\" select n, n % 5000 from generate_series(1, 50000) n;
vacuum analyze;
grant select on \"Lead\" to app;
";

fn write(directory: &Path, name: &str, sql: &str) {
    let folder = directory.join("prisma/migrations").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("migration.sql"), sql).unwrap();
}

/// `dbharden rehearse ... --migrations prisma/migrations`.
fn rehearse(directory: &Path, more: &[&str]) -> Ran {
    std::fs::write(directory.join("workload.sql"), "-- calls: 10 role: app\nselect * from \"Lead\" where \"userId\" = $1")
        .unwrap();
    let mut arguments = vec!["rehearse", "--migrations", "prisma/migrations", "--workload", "workload.sql", "--format", "json"];
    arguments.extend(more);
    dbharden(directory, &arguments).output().unwrap().into()
}

async fn deployed() -> Sandbox {
    let sandbox = start(&[]).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), LEDGER).unwrap();
    psql_file(&sandbox, "postgres", file.path()).unwrap();
    sandbox
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_says_what_is_pending() {
    let sandbox = deployed().await;
    let directory = tempdir().unwrap();
    let here = directory.path();
    write(here, "20240101000000_init", "create table \"Lead\" (id bigint primary key, \"userId\" bigint not null);");
    let url = sandbox.url("postgres");
    save(&url, here);
    for source in [vec![url.as_str()], vec!["--snapshot", "prod.snapshot"]] {
        let (code, json) = rehearse(here, &source).json();
        assert_eq!((code, &json["migrations"]["pending"]), (0, &super::empty()), "{json:#}");
    }
    write(here, "20240102000000_drop", "drop index \"Lead_userId_idx\";");
    for source in [vec![url.as_str()], vec!["--snapshot", "prod.snapshot"]] {
        let (code, json) = rehearse(here, &source).json();
        assert_eq!((code, &json["migrations"]["pending"][0]), (2, &"20240102000000_drop".into()), "{json:#}");
        let cause = &json["regressions"][0]["causes"][0];
        assert_eq!(cause["what"], "index public.\"Lead_userId_idx\" is gone", "{json:#}");
        assert_eq!(cause["file"], "prisma/migrations/20240102000000_drop/migration.sql", "{json:#}");
    }
    // nobody may read it: said, and the user may say it
    run(&mut connect(&sandbox).await, "create role l2 login in role pg_monitor").await;
    let other = url.replace("//postgres@", "//l2@");
    let ran = rehearse(here, &[&other]);
    assert!(ran.code == 1 && ran.err.contains("which migrations are applied is not known"), "{}", ran.err);
    let (code, json) = rehearse(here, &[&other, "--after", "20240101000000_init"]).json();
    assert!(code != 1 && json["migrations"]["pending"].as_array().unwrap().len() == 1, "{json:#}");
    let ran = rehearse(here, &["--snapshot", "prod.snapshot", "--after", "nonsense"]);
    assert!(ran.code == 1 && ran.err.contains("no migration is called nonsense"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_ledger_all_is_pending() {
    let snapshot = shop().await;
    let directory = tempdir().unwrap();
    let here = directory.path();
    write(here, "20240101000000_init", "create table account (id bigint primary key);");
    write(here, "20240102000000_more", "create table more (id bigint primary key);");
    let snapshot = snapshot.to_str().unwrap();
    let ran = rehearse(here, &["--snapshot", snapshot]);
    assert!(ran.code == 1 && ran.err.contains("20240101000000_init/migration.sql:1:"), "{}", ran.err);
    assert!(ran.err.contains("--after NAME"), "{}", ran.err);
    let (_, json) = rehearse(here, &["--snapshot", snapshot, "--after", "20240101000000_init"]).json();
    assert_eq!(json["migrations"]["statements"], 1, "{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_plan_wrote_makes_statements_cheaper() {
    let snapshot = shop().await;
    let directory = tempdir().unwrap();
    let workload = here("workload.sql");
    let source = ["--snapshot", snapshot.to_str().unwrap(), "--workload", workload.to_str().unwrap()];
    let planned = dbharden(directory.path(), &[&["plan", "--all"][..], &source].concat()).output().unwrap();
    assert!(directory.path().join("generated-migrations").is_dir(), "{}", String::from_utf8_lossy(&planned.stdout));
    let arguments = [&["rehearse", "--migrations", "generated-migrations", "--format", "json"][..], &source].concat();
    let (code, json) = Ran::from(dbharden(directory.path(), &arguments).output().unwrap()).json();
    assert_eq!((code, &json["migrations"]["layout"]), (0, &"dbharden".into()), "{json:#}");
    assert!(json["summary"]["cheaper"].as_u64().unwrap() >= 1, "{json:#}");
}
