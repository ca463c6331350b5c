//! Advice where this machine has no PostgreSQL server: the database itself is asked for plans, with HypoPG or without.

mod untrusted;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use dbharden::connect::{Asking, Session, Target};
use dbharden::original::{Original, today};
use dbharden::query;
use dbharden::sandbox::Sandbox;
use dbharden::snapshot::read::{ReadOptions, read};
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};
use tempfile::tempdir;

use crate::connect::pooler::{PgBouncer, application};
use crate::footprint::{COUNTERS, only_looked, sent};
use crate::support::{connect, dbharden, dump, folders, number, psql_file, run, start};

const SCHEMA: &str = "
create extension pg_stat_statements; create extension btree_gin;
create table tenant (id int primary key, name text);
create table item (id int primary key, \"tenantId\" int references tenant, kind varchar(40), at timestamptz, gone timestamptz);
create table log (id int, level int, at timestamptz) partition by range (at);
create table log_old partition of log for values from (minvalue) to ('2026-01-01');
create table log_new partition of log for values from ('2026-01-01') to (maxvalue);
create table served (id int primary key, a int, vanished int, pad text);
insert into tenant select g, 'name ' || g from generate_series(1, 3000) g;
insert into item select g, 1 + g % 3000, 'confidential ' || g % 7, now() - g * interval '1 min', case when g % 50 > 0 then now() end
from generate_series(1, 60000) g;
insert into log select g, g % 3000, '2025-06-01'::timestamptz + g * interval '10 min' from generate_series(1, 60000) g;
insert into served select g, g % 5000, g % 5000, repeat('x', 100) from generate_series(1, 60000) g;
create role app login in role pg_monitor; create role l2 login in role pg_monitor;
grant select on all tables in schema public to app; grant usage, select on all sequences in schema public to app;
grant select on pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data to app, l2;
vacuum analyze";

const WORKLOAD: [(&str, &str); 7] = [
    ("select * from item where \"tenantId\" = $1 order by at desc limit $2", "7, 10"),
    ("select count(*) from item where kind = $1 and gone is null", "'confidential 3'"),
    ("select * from item where id = $1", "7"),
    ("select count(*) from log where level = $1 and at > $2", "7, '2025-07-01'"),
    ("select * from served where a = $1", "7"),
    ("select * from item where upper(kind) = $1 and gone is not null limit $2", "'CONFIDENTIAL 9', 5"),
    // its plan is refused
    ("select * from served where vanished = $1", "7"),
];

/// A database with a workload, and HypoPG in a schema of its own where that is wanted; `None` where it is not installed.
async fn filled(hypopg: bool, settings: &[(&str, &str)]) -> Option<Sandbox> {
    let sandbox = start(settings).await;
    let connection = &mut connect(&sandbox).await;
    for sql in SCHEMA.split(";\n") {
        run(connection, sql).await;
    }
    if hypopg {
        let sql = "create schema \"Tools\"; create extension hypopg schema \"Tools\"; grant usage on schema \"Tools\" to app, l2";
        if let Err(e) = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *connection).await {
            eprintln!("skipped: the extension hypopg is not installed for this server ({e})");
            return None;
        }
    }
    run(connection, "select pg_stat_statements_reset()").await;
    for (sql, values) in WORKLOAD {
        run(connection, &format!("prepare q as {sql}")).await;
        for _ in 0..30 {
            run(connection, &format!("execute q ({values})")).await;
        }
        run(connection, "deallocate q").await;
    }
    // made after the statements were counted: the planner knows it, and no counter shows it
    run(connection, "create index served_by_gin on served using gin (a); alter table served drop column vanished").await;
    Some(sandbox)
}

/// `dbharden COMMAND` on a machine without PostgreSQL: what it printed and its exit code.
fn without_server(directory: &Path, arguments: &[&str]) -> (String, i32) {
    let nothing = tempdir().unwrap();
    let output = dbharden(directory, arguments).env("DBHARDEN_PG_BIN", nothing.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code().is_some_and(|c| c != 1), "{text}{}", String::from_utf8_lossy(&output.stderr));
    (text, output.status.code().unwrap())
}

fn plan(directory: &Path, url: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["plan", "--all", "--format", "json", url];
    arguments.extend(more);
    serde_json::from_str(&without_server(directory, &arguments).0).unwrap()
}

/// Findings of the advice: object, columns, what has proven it, the finding.
fn advice(json: &Value) -> Vec<(&str, String, &str, &Value)> {
    let all = json["findings"].as_array().unwrap().iter().filter(|f| f["check"] == "missing-index");
    all.map(|f| {
        let change = f["message"].as_str().unwrap().split(';').next().unwrap().to_owned();
        (f["object"].as_str().unwrap(), change, f["evidence"]["proven"].as_str().unwrap_or("cost model"), f)
    })
    .collect()
}

fn noted(json: &Value, words: &str) -> bool {
    json["notes"].as_array().unwrap().iter().any(|n| n.as_str().unwrap().contains(words))
}

fn of(sandbox: &Sandbox, role: &str) -> String {
    sandbox.url("postgres").replace("postgres@", &format!("{role}@"))
}

#[tokio::test]
async fn hypopg_proves_as_the_twin_does() {
    let Some(sandbox) = filled(true, &[]).await else { return };
    let directory = tempdir().unwrap();
    let json = plan(directory.path(), &of(&sandbox, "app"), &[]);
    let found = advice(&json);
    let by_tenant = found.iter().find(|f| f.0 == "public.item" && f.1.contains("tenantId")).expect("an index for tenants");
    assert_eq!(by_tenant.2, "HypoPG on the target", "{json}");
    let statement = &by_tenant.3["evidence"]["statements"][0];
    let lines = |key: &str| statement[key].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect::<Vec<_>>().join("\n");
    assert!(lines("plan").contains("Seq Scan on item"), "{statement}");
    assert!(lines("plan_after").contains("using new btree (\"tenantId\""), "{statement}");
    assert!(statement["cost_before"].as_f64() > statement["cost_after"].as_f64());
    assert!(by_tenant.3["evidence"]["costs"].as_str().unwrap().contains("deduplication"));
    assert!(found.iter().any(|f| f.1.contains("btree (upper((kind)::text))")), "{found:?}");
    assert!(found.iter().any(|f| f.0 == "public.log" && f.1.contains("level")), "partitions that nobody names: {found:?}");
    assert!(noted(&json, "proven by HypoPG on the database itself"), "{}", json["notes"]);
    assert!(noted(&json, "column \"vanished\" does not exist"), "what was refused is named: {}", json["notes"]);
    assert_eq!(json["advice"]["proven"], "HypoPG on the target");

    // what is written is what is built: the gates let it pass, and the next plan has nothing to add
    let folder = folders(directory.path());
    assert!(!folder.is_empty());
    for folder in &folder {
        let up = folder.join("up.sql");
        if fs::read_to_string(&up).unwrap().contains("DBH110") {
            assert!(fs::read_to_string(&up).unwrap().contains("proven by: HypoPG on the target"));
        }
        psql_file(&sandbox, "postgres", &up).unwrap();
    }
    run(&mut connect(&sandbox).await, "analyze").await;
    let again = plan(directory.path(), &of(&sandbox, "app"), &["--dry-run"]);
    assert_eq!(advice(&again).iter().map(|f| (f.0, f.1.as_str())).collect::<Vec<_>>(), [], "{again}");
}

#[tokio::test]
async fn without_hypopg_explain_shows_what_is_missing() {
    let sandbox = filled(false, &[]).await.unwrap();
    let directory = tempdir().unwrap();
    let url = of(&sandbox, "app");
    let json = plan(directory.path(), &url, &[]);
    let found = advice(&json);
    let by_tenant = found.iter().find(|f| f.0 == "public.item" && f.1.contains("tenantId")).expect("an index for tenants");
    assert_eq!(by_tenant.2, "EXPLAIN on the target, cost model after", "{json}");
    let statement = &by_tenant.3["evidence"]["statements"][0];
    assert!(
        statement["plan"].as_array().unwrap().iter().any(|l| l.as_str().unwrap().contains("Seq Scan on item")),
        "{statement}"
    );
    assert!(statement["cost_before"].as_f64() > Some(100.0));
    assert!(statement.get("plan_after").is_none());
    assert!(noted(&json, "a cost model's guess") && noted(&json, "hypopg is not in this database"), "{}", json["notes"]);
    // the cost model does not know what a GIN index on a number serves: the planner does
    assert!(!found.iter().any(|f| f.0 == "public.served"), "{found:?}");
    let files: Vec<String> = folders(directory.path()).iter().map(|f| fs::read_to_string(f.join("up.sql")).unwrap()).collect();
    assert!(files.iter().any(|f| f.contains("proven by: EXPLAIN on the target, cost model after")), "{files:?}");

    // nobody is asked: by a flag, by the settings, and with --no-twin as before
    fs::write(directory.path().join("off.toml"), "[advice]\non_target = false").unwrap();
    for more in [&["--no-explain"][..], &["--config", "off.toml"], &["--no-twin"]] {
        let json = plan(directory.path(), &url, &[more, &["--dry-run"][..]].concat());
        let found = advice(&json);
        assert!(found.iter().all(|f| f.2 == "cost model") && found.iter().any(|f| f.0 == "public.served"), "{more:?}: {json}");
        let plans = found.iter().any(|f| f.3["evidence"]["statements"][0]["plan"].is_array());
        assert_eq!(plans, more[0] != "--no-explain", "plans of today are evidence: {more:?}");
    }
}

#[tokio::test]
async fn a_role_that_may_not_read_gets_the_cost_model_and_is_told() {
    let Some(sandbox) = filled(true, &[]).await else { return };
    let directory = tempdir().unwrap();
    let json = plan(directory.path(), &of(&sandbox, "l2"), &[]);
    let found = advice(&json);
    let by_tenant = found.iter().find(|f| f.0 == "public.item" && f.1.contains("tenantId")).expect("an index for tenants");
    assert_eq!(by_tenant.2, "cost model");
    let why = by_tenant.3["evidence"]["statements"][0]["not_planned"].as_str().unwrap();
    assert!(why.contains("permission denied for table item"), "{why}");
    assert!(noted(&json, "could not be planned there"), "{}", json["notes"]);

    // a role that may not use HypoPG has EXPLAIN
    run(&mut connect(&sandbox).await, "revoke usage on schema \"Tools\" from app").await;
    let json = plan(directory.path(), &of(&sandbox, "app"), &["--dry-run"]);
    assert!(advice(&json).iter().any(|f| f.2 == "EXPLAIN on the target, cost model after"), "{json}");
    assert!(noted(&json, "may not use the functions of hypopg"), "{}", json["notes"]);
}

#[tokio::test]
async fn only_looks_and_sends_no_value() {
    let Some(sandbox) = filled(true, &[("log_statement", "all"), ("log_line_prefix", "<<%a>>")]).await else { return };
    let connection = &mut connect(&sandbox).await;
    let directory = tempdir().unwrap();
    let (before, counted, start) =
        (dump(&sandbox), number(connection, COUNTERS).await, fs::metadata(sandbox.log()).unwrap().len());
    let json = plan(directory.path(), &of(&sandbox, "app"), &["--dry-run"]);
    assert!(advice(&json).iter().any(|f| f.2 == "HypoPG on the target"), "{json}");

    let ours = sent(&sandbox, start);
    let explained = only_looked(&ours);
    assert!(explained > 10, "{explained}");
    for sql in &ours {
        assert!(!sql.contains("confidential"), "a value of a user: {sql}");
        assert!(!sql.contains("CONFIDENTIAL"), "a value of a user: {sql}");
        for called in sql.split("\"Tools\".").skip(1) {
            let function = called.split('(').next().unwrap();
            assert!(
                ["hypopg", "hypopg_create_index", "hypopg_get_indexdef", "hypopg_drop_index"].contains(&function),
                "{function}: {sql}"
            );
        }
        // each question is over with its answer
        assert!(
            !sql.contains("EXPLAIN") || sql.trim_end().ends_with("ROLLBACK /* dbharden */") || !sql.contains("hypopg"),
            "{sql}"
        );
    }
    // one entry for all plans with as many parameters
    let entries =
        "select count(*) from pg_stat_statements where query like 'EXPLAIN /* dbharden */ (FORMAT JSON) EXECUTE dbharden_asked%'";
    let entries = number(connection, entries).await;
    assert!((1..=3).contains(&entries), "{entries}");
    let all = "select count(*) from pg_stat_statements where query ~ '/. dbharden ./' and query ~ 'hypopg|dbharden_asked'";
    let all = number(connection, all).await;
    assert!((5..=10).contains(&all), "{all}");
    assert_eq!(dump(&sandbox), before);
    assert_eq!(number(connection, COUNTERS).await, counted);
}

#[tokio::test]
async fn a_transaction_pooler_is_left_as_it_was() {
    let Some(sandbox) = filled(true, &[]).await else { return };
    let bouncer = PgBouncer::start(&sandbox);
    let url = format!("postgresql://app@127.0.0.1:{}/postgres?sslmode=disable", bouncer.port);
    // the library stays in the server's session, with its settings
    let of_others = |(pid, mut settings): (i32, std::collections::BTreeMap<String, String>)| {
        settings.retain(|name, _| !name.starts_with("hypopg."));
        (pid, settings)
    };
    let before = of_others(application(bouncer.port).await);
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(bouncer.port);
    let options =
        options.username("app").database("postgres").ssl_mode(sqlx::postgres::PgSslMode::Disable).extra_float_digits(None);
    // of another client of that server session
    let others = "select \"Tools\".hypopg_create_index('create index on tenant (name)')";
    sqlx::raw_sql(others).execute(&mut options.connect().await.unwrap()).await.unwrap();
    // refused when it has been prepared
    run(&mut connect(&sandbox).await, "revoke select on served from app").await;
    let directory = tempdir().unwrap();
    let json = plan(directory.path(), &url, &["--dry-run"]);
    assert!(advice(&json).iter().any(|f| f.2 == "HypoPG on the target"), "{json}");
    assert_eq!(of_others(application(bouncer.port).await), before);
    let why = noted(&json, "permission denied for table served") || noted(&json, "vanished");
    assert!(why, "{}", json["notes"]);

    // refused when indexes are supposed too
    let mut session = Session::connect(&Target::resolve(Some(&url), &|_| None).unwrap()).await.unwrap();
    let (schema, definitions) = ("Tools".into(), ["CREATE INDEX ON public.item USING btree (at)".to_owned()]);
    let supposed = Some((&schema, &definitions[..]));
    for (text, refused) in [("select * from public.served", true), ("select id from public.item order by at limit 5", false)] {
        let asking = Asking { statement: Some((text, 0)), search_path: "public", all_partitions: false, supposed };
        let answer = session.ask(Duration::from_secs(5), &asking).await.unwrap();
        assert_eq!(answer.as_ref().is_err_and(|e| e.is_denied()), refused, "{answer:?}");
        assert!(refused || answer.unwrap().plan.unwrap().contains("btree_item_at"));
    }
    let mut client = options.connect().await.unwrap();
    let left = "select pg_backend_pid()::text, (select count(*) from pg_prepared_statements)::text, (select count(*) from \"Tools\".hypopg())::text";
    let row = sqlx::raw_sql(left).fetch_one(&mut client).await.unwrap();
    assert_eq!(row.get::<&str, _>(0), before.0.to_string(), "the same server session");
    assert_eq!((row.get::<&str, _>(1), row.get::<&str, _>(2)), ("0", "1"), "the other client's alone");
}

#[tokio::test]
async fn schema_changes_do_not_wait_for_it() {
    let Some(sandbox) = filled(true, &[]).await else { return };
    let directory = tempdir().unwrap();
    let nothing = tempdir().unwrap();
    let url = of(&sandbox, "app");
    let mut command = dbharden(directory.path(), &["plan", "--dry-run", "--format", "json", &url]);
    command.env("DBHARDEN_PG_BIN", nothing.path()).stdout(std::process::Stdio::null());
    let mut connection = connect(&sandbox).await;
    run(&mut connection, "set lock_timeout = '200ms'").await;
    let mut changes = 0;
    for _ in 0..3 {
        let mut child = command.spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            // ACCESS EXCLUSIVE, and over at once
            run(&mut connection, "alter table item alter column kind set default 'x'").await;
            run(&mut connection, "alter table item alter column kind drop default").await;
            changes += 2;
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        assert!(child.wait().unwrap().code().is_some_and(|c| c != 1));
    }
    assert!(changes > 20, "{changes}");
}

#[tokio::test]
async fn what_is_locked_is_named_and_not_waited_for() {
    let sandbox = filled(false, &[]).await.unwrap();
    let target = Target::resolve(Some(&of(&sandbox, "app")), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    let snapshot = read(&mut session, &ReadOptions { plans: 0, ..ReadOptions::default() }, &|_| {}).await.unwrap();
    session.close().await;
    let (workload, _) = query::analyze_all(&snapshot);
    let mut original = Original::connect(&target, 100).await.unwrap();
    let mut holder = connect(&sandbox).await;
    run(&mut holder, "begin; lock table item in access exclusive mode").await;
    let places: BTreeSet<usize> = (0..workload.len()).collect();
    let began = Instant::now();
    let found = today(&mut original, &snapshot, &workload, &places).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let of_item = |w: &query::Analyzed| w.statement.text.contains("from item") && w.statement.text.contains("$1");
    for (place, analyzed) in workload.iter().enumerate() {
        match found.get(place) {
            Some(Err(why)) if of_item(analyzed) => assert_eq!(why, "one of its tables is locked"),
            Some(Ok(_)) => assert!(!of_item(analyzed), "{}", analyzed.statement.text),
            _ => {}
        }
    }
    assert!(found.planned() > 0 && found.refused().is_some());
    run(&mut holder, "rollback").await;

    // so many plans and no more
    let mut original = Original::connect(&target, 2).await.unwrap();
    let found = today(&mut original, &snapshot, &workload, &places).await.unwrap();
    assert!(original.asked <= 2 && found.planned() <= 2, "{}", original.asked);
    let whys: Vec<&str> = places.iter().filter_map(|p| found.get(*p)?.err()).collect();
    assert!(whys.iter().any(|w| w.contains("as many plans as it may be")), "{whys:?}");
    original.close().await;
}

#[tokio::test]
async fn doctor_says_how_advice_will_be_proven() {
    let sandbox = filled(false, &[]).await.unwrap();
    let directory = tempdir().unwrap();
    let said = |role: &str| {
        let text = without_server(directory.path(), &["doctor", &of(&sandbox, role)]).0;
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(said("app").contains("a cost model what an index would change"), "{}", said("app"));
    assert!(said("l2").contains("a cost model alone"), "{}", said("l2"));
    let created = sqlx::raw_sql("create extension hypopg").execute(&mut connect(&sandbox).await).await;
    if created.is_ok() {
        assert!(said("app").contains("indexes are proven by HypoPG 1"), "{}", said("app"));
    } else {
        eprintln!("skipped: the extension hypopg is not installed for this server");
    }
}
