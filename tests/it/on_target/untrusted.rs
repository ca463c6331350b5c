//! Planning evaluates functions of constants: what another role has made must not run with the rights of whoever asks for advice.

use dbharden::connect::{Session, Target};
use dbharden::sandbox::Sandbox;
use dbharden::snapshot::read::Untrusted;
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions};
use tempfile::tempdir;

use super::{advice, noted, of};
use crate::support::{connect, number, run, start};

/// What an ordinary role may do. The deed is done where somebody else is the one who runs it, in a read-only transaction too.
const EVIL: &str = "
create function evil.deed() returns int language plpgsql volatile as $$
begin
    if current_user <> 'evil' then
        execute format('copy (select 1) to %L', current_setting('data_directory') || '/deed');
    end if;
    return 1;
end $$;
create function evil.g() returns int language plpgsql immutable as 'begin return evil.deed(); end';
create function evil.same(int, int) returns bool language plpgsql immutable as 'begin return $1 = $2 * evil.deed(); end';
create operator evil.=== (function = evil.same, leftarg = int, rightarg = int);
create table evil.rows (x int, y int);
insert into evil.rows select n, n from generate_series(1, 20000) n;
create view evil.seen as select * from evil.rows where x = evil.g();
create view evil.over as select y from evil.seen;
create view evil.compared as select * from evil.rows where 1 operator(evil.===) 1;
create view evil.printed as select * from evil.rows where y::text = table_to_xml('evil.seen'::text::regclass, true, false, '')::text;
create table evil.secured (x int); alter table evil.secured enable row level security;
create policy p on evil.secured using (x = evil.g());
create table evil.indexed (x int); create index on evil.indexed ((evil.g()));
create table evil.checked (x int, check (evil.g() > 0));
create table evil.filled (x int, y int default evil.g());
create table evil.parts (x int) partition by range (x);
create table evil.part partition of evil.parts for values from (0) to (10);
create index on evil.part ((evil.g()));
grant usage on schema evil to dba; grant select, insert on all tables in schema evil to dba;
analyze evil.rows";

const STATEMENTS: [&str; 12] = [
    "select * from evil.rows where x = evil.g()",
    "select * from evil.rows where x = evil . \"g\" ( )",
    "select * from evil.rows where pi()::int operator(evil.===) pi()::int",
    "select * from evil.seen",
    "select * from evil.over",
    "select * from evil.compared",
    "select * from evil.secured",
    "select * from evil.indexed",
    "select * from evil.checked where x = evil.g()",
    "insert into evil.filled (x) select x from evil.rows where y < 0",
    "select * from evil.parts",
    "select * from evil.printed",
];

const HARMLESS: &str = "select * from item where kind = 7";

async fn database() -> (Sandbox, PgConnection) {
    let sandbox = start(&[]).await;
    let mut connection = connect(&sandbox).await;
    let sql = "create extension pg_stat_statements; create role evil login; create schema evil authorization evil;
        create table item (id int primary key, kind int); insert into item select n, n % 5000 from generate_series(1, 50000) n;
        create role dba login in role pg_monitor, pg_write_server_files; create role app login;
        grant select on item to dba, app; grant select on pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data to dba;
        create function ours(int) returns int language sql immutable as 'select $1 + 1'";
    run(&mut connection, sql).await;
    run(&mut connection, "analyze").await;
    let mut evil = sandbox.connect_options("postgres").username("evil").connect().await.unwrap();
    run(&mut evil, EVIL).await;
    run(&mut connection, "select pg_stat_statements_reset()").await;
    for statement in STATEMENTS {
        for _ in 0..3 {
            // a server may have been built without XML
            let _ = sqlx::raw_sql(statement).execute(&mut evil).await;
        }
    }
    let mut app = sandbox.connect_options("postgres").username("app").connect().await.unwrap();
    for _ in 0..30 {
        run(&mut app, HARMLESS).await;
    }
    (sandbox, connection)
}

async fn deed_is_done(connection: &mut PgConnection) -> bool {
    let file = "from pg_stat_file(current_setting('data_directory') || '/deed', true) where size is not null";
    number(connection, &format!("select count(*) {file}")).await > 0
}

#[tokio::test]
async fn functions_of_other_roles_are_not_run() {
    let (sandbox, mut connection) = database().await;
    for (role, server) in [("postgres", true), ("postgres", false), ("dba", false)] {
        let url = of(&sandbox, role);
        let directory = tempdir().unwrap();
        let json: Value =
            if server { crate::support::plan(directory.path(), &url, &[]).0 } else { super::plan(directory.path(), &url, &[]) };
        let found = advice(&json);
        let by_kind = found.iter().find(|f| f.0 == "public.item").unwrap_or_else(|| panic!("{role} {server}: {json}"));
        let statement = &by_kind.3["evidence"]["statements"][0];
        assert!(statement["plan"].is_array(), "others are planned: {role} {server}: {statement}");
        if !server {
            assert!(noted(&json, "it may run the function evil.") && noted(&json, "with your rights"), "{}", json["notes"]);
        }
        assert!(!deed_is_done(&mut connection).await, "{role}, a server here: {server}");
    }

    // each of them would have done it, and each is told
    let target = Target::resolve(Some(&sandbox.url("postgres")), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    let untrusted = Untrusted::read(&mut session).await.unwrap();
    session.close().await;
    let mut dba = sandbox.connect_options("postgres").username("dba").connect().await.unwrap();
    for statement in STATEMENTS {
        let explain = format!("begin read only; explain {statement}; rollback");
        if let Err(e) = sqlx::raw_sql(AssertSqlSafe(explain)).execute(&mut dba).await {
            assert!(e.to_string().contains("unsupported XML"), "{statement}: {e}");
            run(&mut dba, "rollback").await;
        } else {
            assert!(deed_is_done(&mut connection).await, "{statement}");
            // the server may run no program
            std::fs::remove_file(sandbox.data_dir().join("deed")).unwrap();
            assert!(!deed_is_done(&mut connection).await);
        }
        let why = untrusted.why_not(statement).unwrap_or_else(|| panic!("{statement}"));
        assert!(why.contains("planning would do with your rights"), "{why}");
    }
    assert_eq!(untrusted.why_not(HARMLESS), None);
    // text in other languages than C finds what the sender's search_path finds
    assert!(untrusted.why_not("select ours(kind) from item").is_some());
    run(&mut connection, "drop schema evil cascade").await;
    let mut session = Session::connect(&target).await.unwrap();
    let untrusted = Untrusted::read(&mut session).await.unwrap();
    assert_eq!(untrusted.why_not("select ours(kind) from item"), None);
    session.close().await;
}

#[tokio::test]
async fn nothing_is_planned_where_a_function_needs_no_name() {
    let (sandbox, mut connection) = database().await;
    let mut evil = sandbox.connect_options("postgres").username("evil").connect().await.unwrap();
    let target = Target::resolve(Some(&sandbox.url("postgres")), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    for (more, gone) in [
        (
            "create type evil.pair as (a int, b int);
             create function evil.cast(evil.pair) returns int language plpgsql immutable as 'begin return evil.deed(); end';
             create cast (evil.pair as int) with function evil.cast(evil.pair)",
            "drop type evil.pair cascade",
        ),
        (
            "create function evil.less(text, int) returns bool language plpgsql immutable as 'begin return evil.deed() > 0; end';
             create operator evil.= (function = evil.less, leftarg = text, rightarg = int)",
            "drop function evil.less cascade",
        ),
        (
            "create function evil.diff(text, text) returns float8 language plpgsql immutable as 'begin return evil.deed(); end';
             create type evil.span as range (subtype = text, subtype_diff = evil.diff)",
            "drop type evil.span; drop function evil.diff",
        ),
        ("create domain evil.d as int check (value > evil.g())", "select 1"),
    ] {
        assert_eq!(Untrusted::read(&mut session).await.unwrap().why_not(HARMLESS), None, "{more}");
        run(&mut evil, more).await;
        assert!(Untrusted::read(&mut session).await.unwrap().why_not(HARMLESS).is_some(), "{more}");
        run(&mut evil, gone).await;
    }
    session.close().await;
    let directory = tempdir().unwrap();
    let json = super::plan(directory.path(), &sandbox.url("postgres"), &[]);
    let found = advice(&json);
    let by_kind = found.iter().find(|f| f.0 == "public.item").unwrap_or_else(|| panic!("{json}"));
    assert!(!by_kind.3["evidence"]["statements"][0]["plan"].is_array(), "{by_kind:?}");
    assert!(noted(&json, "could not be planned there"), "{}", json["notes"]);
    assert!(!deed_is_done(&mut connection).await);
}
