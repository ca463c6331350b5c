//! A schema that wants to do more here than be planned with.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use dbharden::twin::planner::{Planner, Question, at_its_time};
use sqlx::ConnectOptions;
use tempfile::TempDir;

use super::{take, twin};
use crate::support::{run, start};

#[tokio::test]
async fn a_hostile_schema_runs_no_program_and_its_names_are_not_in_the_way() {
    let sandbox = start(&[]).await;
    if !sandbox.confined() {
        return eprintln!("skipped: this kernel has no Landlock");
    }
    sandbox.create_database("app").await.unwrap();
    let outside = TempDir::new().unwrap();
    fs::set_permissions(outside.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let touch = format!("copy (select 1) to program 'touch {}/made'", outside.path().display());
    let connection = &mut sandbox.connect_options("app").connect().await.unwrap();
    let sql = format!(
        "create role dbharden_planner; create role reader;
         create schema dbharden_twin; create table dbharden_twin.kept (a int);
         create function does() returns int language plpgsql as 'begin return 1; end';
         create function calm(int) returns int language plpgsql immutable as 'begin return public.does(); end';
         create function trusted() returns int language plpgsql immutable security definer as 'begin return public.does(); end';
         create function native() returns float8 language internal as 'drandom';
         create table t (a int, at timestamptz); create index t_calm on t (calm(a)); insert into t select 1, now(); analyze t;
         create materialized view seen as select calm(a) as a from t; create index seen_a on seen (a);
         create or replace function does() returns int language plpgsql as $$ begin {touch}; return 1; end $$"
    );
    run(connection, &sql).await;
    let dblink = sqlx::raw_sql("create extension dblink").execute(&mut *connection).await.is_ok();
    let twin = twin(&take(&sandbox, "postgres", false).await).await;
    let notes: Vec<String> = twin.notes.iter().map(|n| format!("{}: {}", n.what, n.because)).collect();
    assert!(notes.iter().any(|n| n.contains("native") && n.contains("machine code")), "{notes:?}");

    let admin = &mut twin.connect().await.unwrap();
    let planner = "select rolname from pg_roles where rolname = 'dbharden_planner_2' and not rolsuper";
    let one: String = sqlx::query_scalar(planner).fetch_one(&mut *admin).await.unwrap();
    let mut wrong = vec![
        "select has_function_privilege('reader', 'dbharden_twin_2.switch(oid[], oid[])', 'execute')",
        "select exists (select from pg_proc p join pg_roles r on r.oid = proowner where prosecdef and proname = 'trusted' and rolsuper)",
        "select exists (select from pg_class where relkind = 'm' and not relispopulated)",
        "select to_regclass('seen') is null or to_regclass('dbharden_twin.kept') is null",
    ];
    if dblink {
        wrong.push("select has_function_privilege('dbharden_planner_2', 'dblink_connect_u(text)', 'execute')");
    }
    for sql in wrong {
        let holds: bool = sqlx::query_scalar(sql).fetch_one(&mut *admin).await.unwrap();
        assert!(!holds, "{sql} ({one})");
    }

    let mut planner = Planner::open(&twin).await.unwrap();
    for sql in ["select * from t where at < now()", "select * from seen where a = 1"] {
        planner.ask(&Question::Text(at_its_time(sql))).await.unwrap().unwrap();
    }
    for sql in ["select * from t where a = calm(1)", "select * from t where a = trusted()"] {
        let _ = planner.ask(&Question::Text(sql.to_owned())).await.unwrap();
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}
