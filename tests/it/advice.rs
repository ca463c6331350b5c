//! Index advice that the planner twin has proven: from a workload as `pg_stat_statements` has it to migrations, applied.

use std::path::Path;

use dbharden::sandbox::Sandbox;
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row};
use tempfile::tempdir;

use crate::support::{connect, dbharden, folders, plan, psql_file, run, start};

const SCHEMA: &str = "
create extension pg_stat_statements;
create table job (id bigint primary key generated always as identity, queue text not null, state text not null default 'todo',
    priority int not null default 0, attempts int not null default 0, taken boolean not null default false, payload jsonb);
insert into job (queue, state, priority, taken, payload)
    select 'q' || g % 5, case when g % 100 = 0 then 'todo' else 'done' end, g % 10, g % 100 > 0, '{}' from generate_series(1, 60000) g;
create function take(wanted text) returns setof job language plpgsql as $$
declare best bigint;
begin
    select j.id into best from job j where j.state = 'todo' and j.queue = wanted order by j.priority desc, j.id limit 1;
    if exists (select 1 from job where priority = best and attempts > 4 and queue = wanted) then return; end if;
    return query update job set attempts = job.attempts + 1 where job.id = best returning job.*;
end $$;
create table visit (id bigint primary key, account int not null, page int not null, at timestamptz not null, gone boolean not null, note text);
insert into visit select g, g % 400, g % 700, '2026-01-01'::timestamptz + g * interval '7 min', g % 20 = 0, 'note ' || g % 3000
    from generate_series(1, 100000) g;
create index visit_account on visit (account);
create index visit_page on visit (page);
create table person (id int primary key, email text not null, kind text not null, pad text);
insert into person select g, 'Person' || g || '@example.com', 'K' || g % 1, repeat(md5(g::text), 2) from generate_series(1, 40000) g;
create schema team;
create type team.change as (email text, pad text);
create function team.change(changes team.change[]) returns setof person language plpgsql as $$
declare first team.change := changes[1];
begin
    return query update person set pad = change.pad from unnest(changes) change
        where person.email = change.email and first.pad is not null returning person.*;
end $$;
vacuum analyze";

/// A server whose workload is what these statements did, so many times each.
async fn at_work(workload: &[(&str, usize)]) -> Sandbox {
    let sandbox = start(&[("shared_preload_libraries", "pg_stat_statements"), ("pg_stat_statements.track", "all")]).await;
    let connection = &mut connect(&sandbox).await;
    let (front, vacuum) = SCHEMA.rsplit_once(";\n").unwrap();
    run(connection, front).await;
    run(connection, vacuum).await;
    run(connection, "select pg_stat_statements_reset()").await;
    for (sql, times) in workload {
        for _ in 0..*times {
            run(connection, sql).await;
        }
    }
    sandbox
}

fn indexes(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|f| f["check"] == "missing-index");
    findings.map(|f| f["message"].as_str().unwrap().split(';').next().unwrap().to_owned()).collect()
}

fn finding<'r>(report: &'r Value, check: &str, holds: &str) -> &'r Value {
    let all = report["findings"].as_array().unwrap();
    let found = all.iter().find(|f| f["check"] == check && f["message"].as_str().unwrap().contains(holds));
    found.unwrap_or_else(|| panic!("{check} with {holds}: {:#?}", all.iter().map(|f| &f["message"]).collect::<Vec<_>>()))
}

fn apply(sandbox: &Sandbox, directory: &Path) {
    for folder in folders(directory) {
        psql_file(sandbox, "postgres", &folder.join("up.sql")).unwrap();
    }
}

#[tokio::test]
async fn statements_of_functions_get_their_indexes() {
    let change = "select team.change(array[('Person7@example.com', 'new')::team.change])";
    let sandbox =
        at_work(&[("select * from take('q0')", 60), ("select count(*) from person where id = 7", 30), (change, 30)]).await;
    let (report, _) = plan(tempdir().unwrap().path(), &sandbox.url("postgres"), &["--only", "missing-index", "--dry-run"]);
    // also what has types of another schema, an array of rows
    assert_eq!(report["advice"]["not_planned"], 0, "{}", report["skipped"]);
    // constants come from the function's source, so the index may be over the rows that are asked for alone
    let jobs: Vec<String> = indexes(&report).into_iter().filter(|i| i.contains("public.job")).collect();
    let first = finding(&report, "missing-index", "priority DESC, id) WHERE (state = 'todo'");
    assert!(first["evidence"]["runner_up"].as_str().is_some_and(|r| r.contains(": saves")), "{}: {jobs:?}", first["evidence"]);
    finding(&report, "missing-index", "public.person: no index on (email)");
}

#[tokio::test]
async fn an_index_that_a_proposal_covers_is_dropped_after_it_and_the_next_plan_has_nothing_to_say() {
    let sandbox = at_work(&[
        ("select * from visit where account = 27 and at > '2026-02-01' order by at limit 5", 40),
        ("select count(*) from visit where account = 28", 20),
        ("select count(*) from visit where page = 5", 20),
    ])
    .await;
    let directory = tempdir().unwrap();
    let url = sandbox.url("postgres");
    let (report, _) = plan(directory.path(), &url, &["--only", "missing-index", "--only", "redundant-index"]);
    let new = finding(&report, "missing-index", "(account, at)");
    assert_eq!(new["evidence"]["proven"], "planner twin");
    let old = finding(&report, "redundant-index", "visit_account");
    assert!(old["evidence"]["proposed"].as_str().unwrap().starts_with("account, at"), "{old}");
    let migrations = folders(directory.path());
    let last = migrations.last().unwrap();
    assert!(last.to_string_lossy().contains("drop_visit_account"), "{migrations:?}");
    let connection = &mut connect(&sandbox).await;
    // not before its substitute is there
    assert!(psql_file(&sandbox, "postgres", &last.join("up.sql")).is_err());
    apply(&sandbox, directory.path());
    let left: Vec<String> = sqlx::query_scalar("select indexname::text from pg_indexes where tablename = 'visit' order by 1")
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    assert_eq!(left, ["visit_account_at_idx", "visit_page", "visit_pkey"]);
    run(connection, "analyze").await;
    let (again, _) = plan(directory.path(), &url, &["--only", "missing-index", "--only", "redundant-index", "--dry-run"]);
    assert_eq!(indexes(&again), Vec::<String>::new());
    psql_file(&sandbox, "postgres", &last.join("down.sql")).unwrap();
}

#[tokio::test]
async fn an_expression_is_weighed_with_the_values_its_column_has() {
    let sandbox = at_work(&[
        ("select id from person where lower(email) = 'person77@example.com'", 30),
        // all rows: no index helps
        ("select pad from person where upper(kind) = 'K0'", 30),
    ])
    .await;
    let (report, _) = plan(tempdir().unwrap().path(), &sandbox.url("postgres"), &["--only", "missing-index", "--dry-run"]);
    let found = indexes(&report);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("lower(email)"), "{found:?}");
}

#[tokio::test]
async fn values_agree_with_the_rows_that_were_counted() {
    // `gone = $1` was asked for rare rows, `note like $1` for few: nobody says which values
    let sandbox = at_work(&[
        ("select id from visit where gone = true and page = 35", 30),
        ("select id from visit where at < now() - interval '30 years'", 30),
    ])
    .await;
    let (report, _) = plan(tempdir().unwrap().path(), &sandbox.url("postgres"), &["--only", "missing-index", "--dry-run"]);
    let found = indexes(&report);
    assert!(found.iter().any(|i| i.contains("(at)")), "no rows come back, so few are asked for: {found:?}");
}

#[tokio::test]
async fn one_snapshot_gives_one_advice() {
    let sandbox = at_work(&[
        ("select * from visit where account = 27 and at > now() - interval '7 days' order by at limit 5", 40),
        ("select count(*) from job where queue = 'q1' and state = 'todo'", 20),
    ])
    .await;
    let directory = tempdir().unwrap();
    let saved = dbharden(directory.path(), &["snapshot", &sandbox.url("postgres"), "-o", "s"]).output().unwrap();
    assert!(saved.status.success(), "{}", String::from_utf8_lossy(&saved.stderr));
    let report = || {
        let arguments = ["plan", "--snapshot", "s", "--all", "--dry-run", "--format", "json", "--only", "missing-index"];
        String::from_utf8(dbharden(directory.path(), &arguments).output().unwrap().stdout).unwrap()
    };
    let first = report();
    assert!(first.contains("planner twin"), "{first:.500}");
    // the clock goes on, the twin's does not
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(first, report());
}

#[tokio::test]
async fn what_a_policy_compares_is_part_of_the_plan() {
    let sandbox = at_work(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(
        connection,
        "create table note (id int primary key, tenant int not null, title text, pad text);
         insert into note select g, g % 1500, 'title ' || g, repeat('x', 80) from generate_series(1, 60000) g;
         create role app login; grant select on note to app; alter table note enable row level security;
         create policy own on note using (tenant = current_setting('app.tenant')::int)",
    )
    .await;
    run(connection, "vacuum analyze note").await;
    run(connection, "select pg_stat_statements_reset()").await;
    let options = sandbox.connect_options("postgres").username("app");
    let app = &mut sqlx::ConnectOptions::connect(&options).await.unwrap();
    for _ in 0..30 {
        run(app, "set app.tenant = '7'; select id, title from note order by id desc limit 20").await;
    }
    let (report, _) = plan(tempdir().unwrap().path(), &sandbox.url("postgres"), &["--only", "missing-index", "--dry-run"]);
    let found = finding(&report, "missing-index", "(tenant");
    assert!(found["message"].as_str().unwrap().starts_with("public.note"), "{found}");
}

#[tokio::test]
async fn an_index_over_some_rows_replaces_none_over_all() {
    let sandbox = at_work(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(
        connection,
        "create table parent (id int primary key);
         create table child (id int primary key, owner int references parent on delete cascade, prio int, done timestamptz, pad text);
         insert into parent select generate_series(1, 300);
         insert into child select g, 1 + g % 300, g % 50, case when g % 40 > 0 then now() end, repeat('x', 60) from generate_series(1, 60000) g;
         create index child_owner on child (owner)",
    )
    .await;
    run(connection, "vacuum analyze").await;
    run(connection, "select pg_stat_statements_reset()").await;
    for _ in 0..40 {
        run(connection, "select * from child where owner = 7 and done is null order by prio limit 3").await;
    }
    let (report, _) = plan(tempdir().unwrap().path(), &sandbox.url("postgres"), &["--dry-run"]);
    let dropped = report["findings"].as_array().unwrap().iter().find(|f| f["check"] == "redundant-index");
    assert_eq!(dropped, None, "the cascade needs it");
}

#[tokio::test]
async fn expressions_over_json_and_functions_with_the_same_statement() {
    let sandbox = at_work(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(
        connection,
        "create table doc (id int primary key, owner int, status text, payload jsonb);
         insert into doc select g, g % 3000, case when g % 60 = 0 then 'open' else 'done' end,
             jsonb_build_object('flag', case when g % 2 = 0 then 'on' else 'off' end) from generate_series(1, 60000) g;
         create function opened() returns bigint language plpgsql as
             $f$ begin return (select count(*) from doc where status = 'open' and owner < 40); end $f$;
         create function finished() returns bigint language plpgsql as
             $f$ begin return (select count(*) from doc where status = 'done' and owner < 40); end $f$;
         create function flagged(v text) returns bigint language plpgsql as
             $f$ begin return (select count(id) from doc where payload ->> 'flag' = v); end $f$",
    )
    .await;
    run(connection, "vacuum analyze").await;
    run(connection, "select pg_stat_statements_reset()").await;
    for _ in 0..40 {
        run(connection, "select finished(), flagged('on')").await;
    }
    let (report, _) = plan(tempdir().unwrap().path(), &sandbox.url("postgres"), &["--only", "missing-index", "--dry-run"]);
    let found = indexes(&report);
    // half of the rows are on; and nobody knows whether `open` was asked for
    assert!(!found.iter().any(|i| i.contains("payload")), "{found:?}: {:#}", report["findings"]);
    assert!(!found.iter().any(|i| i.contains("'open'")), "{found:?}");
}

/// Blocks that a statement really touches.
async fn blocks(connection: &mut PgConnection, sql: &str) -> i64 {
    let explain = format!("explain (analyze, buffers, format json) {sql}");
    let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(connection).await.unwrap();
    let plan: Value = serde_json::from_str(&row.try_get_unchecked::<String, _>(0).unwrap()).unwrap();
    let of = |key: &str| plan[0]["Plan"][key].as_i64().unwrap();
    of("Shared Hit Blocks") + of("Shared Read Blocks")
}

#[tokio::test]
async fn an_index_is_no_bet_on_finding_rows_soon() {
    let sandbox = at_work(&[]).await;
    let connection = &mut connect(&sandbox).await;
    // what waits is the youngest: in the order asked for all that is done comes first
    run(
        connection,
        "create table task (id int primary key, stage int not null, prio int not null, added timestamptz not null, due timestamptz, pad text);
         insert into task select g, case when g > 59800 then g % 2 else 3 end, 0, '2026-01-01'::timestamptz + g * interval '1 s',
             '2026-01-01', repeat('x', 60) from generate_series(1, 60000) g",
    )
    .await;
    run(connection, "vacuum analyze task").await;
    run(connection, "select pg_stat_statements_reset()").await;
    let next = "select * from task where stage < 2 and due < now() order by prio desc, added limit 5";
    for _ in 0..40 {
        run(connection, next).await;
    }
    let directory = tempdir().unwrap();
    let (report, _) = plan(directory.path(), &sandbox.url("postgres"), &["--only", "missing-index"]);
    assert!(indexes(&report).iter().any(|i| i.contains("(stage")), "{}: {:#}", report["advice"], report["skipped"]);
    let before = blocks(connection, next).await;
    apply(&sandbox, directory.path());
    run(connection, "analyze task").await;
    let after = blocks(connection, next).await;
    assert!(after * 5 < before, "{after} of {before} blocks: {:?}", indexes(&report));
}

#[tokio::test]
async fn of_indexes_that_do_as_well_the_plainer_is_proposed() {
    let sandbox = at_work(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(
        connection,
        "create table item (id int primary key, part_of int references item, gone boolean not null, announced boolean not null, shop int, pad text);
         insert into item select g, case when g > 3 then g / 3 end, g % 9 = 0, g % 2000 > 0, 1 + g % 3, repeat('x', 80)
             from generate_series(1, 60000) g",
    )
    .await;
    run(connection, "vacuum analyze item").await;
    run(connection, "select pg_stat_statements_reset()").await;
    for n in 0..40 {
        run(connection, &format!("select id, pad from item where not gone and shop = 1 and part_of = {}", 100 + n)).await;
        run(connection, "select id, shop, pad from item where announced = false").await;
    }
    let (report, _) = plan(tempdir().unwrap().path(), &sandbox.url("postgres"), &["--only", "missing-index", "--dry-run"]);
    finding(&report, "missing-index", "no index on (part_of);");
    finding(&report, "missing-index", "(announced) WHERE (announced = false)");
}

#[tokio::test]
async fn an_index_goes_on_with_a_key_that_another_statement_needs() {
    let sandbox = at_work(&[]).await;
    let connection = &mut connect(&sandbox).await;
    run(
        connection,
        "create table event (id int primary key, project int not null, flag int not null, data text);
         insert into event select g, g % 400, g * 7919 % 23, repeat('x', 90) from generate_series(1, 240000) g",
    )
    .await;
    run(connection, "vacuum analyze event").await;
    run(connection, "select pg_stat_statements_reset()").await;
    for n in 0..40 {
        run(connection, &format!("select count(data) from event where project = {n}")).await;
        run(connection, &format!("select count(data) from event where project = {n} and flag = {}", n % 23)).await;
    }
    let (report, _) = plan(tempdir().unwrap().path(), &sandbox.url("postgres"), &["--only", "missing-index", "--dry-run"]);
    assert_eq!(indexes(&report), ["public.event: no index on (project, flag)"]);
}
