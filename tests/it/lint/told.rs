//! The lock that lint tells of a statement is the one that the server takes.

use dbharden::lint::PgVersion;
use dbharden::plan::LockMode;
use dbharden::sandbox::{Sandbox, SandboxOptions};
use sqlx::ConnectOptions;

use super::lint_text;
use super::proof::{locks, relations};
use crate::support::{number, run};

const SETUP: &str = "create table c (id bigint primary key);
    create table t (id bigint not null, a int, b text, c bigint constraint fk references c, constraint ck check (a > 0));
    insert into t select n, n, 'x' from generate_series(1, 50) n;
    create index i on t (a);
    create unique index u on t (id);
    alter table t add constraint cn check (a > -1) not valid;
    create function f() returns trigger language plpgsql as 'begin return new; end';
    create trigger tr before insert on t for each row execute function f();
    create policy po on t using (true);
    create table part (id bigint, at date) partition by range (at);
    create table part_1 partition of part for values from ('2024-01-01') to ('2025-01-01');
    create table loose (id bigint, at date);
    create table part_like (id bigint);
    create view v as select id from t;
    create materialized view m as select id from t;
    create schema s;";

const STATEMENTS: &[&str] = &[
    "alter table t add column n int",
    "alter table t add column n bigint references c",
    "alter table t drop column b",
    "alter table t alter a set default 1",
    "alter table t alter a set statistics 10",
    "alter table t alter a set (n_distinct = 5)",
    "alter table t alter b set storage external",
    "alter table t alter c type int",
    "alter table t alter a set not null",
    "alter table t set (fillfactor = 70)",
    "alter table t set (autovacuum_enabled = false)",
    "alter table t reset (fillfactor)",
    "alter table t add constraint n check (a > 0) not valid",
    "alter table t add constraint n foreign key (c) references c not valid",
    "alter table t add constraint n unique (a)",
    "alter table t add constraint n primary key using index u",
    "alter table t validate constraint cn",
    "alter table t validate constraint fk",
    "alter table t drop constraint ck",
    "alter table t drop constraint fk",
    "alter table t rename to t2",
    "alter table t rename column a to z",
    "alter table t rename constraint ck to ck2",
    "alter trigger tr on t rename to tr2",
    "alter policy po on t rename to po2",
    "alter table t alter id add generated always as identity",
    "alter table t force row level security",
    "alter table t alter a drop not null",
    "alter table t add column n serial",
    "alter table t enable trigger all",
    "alter table t disable trigger tr",
    "alter table t enable row level security",
    "alter table t replica identity full",
    "alter table t owner to current_user",
    "alter table t set schema s",
    "alter table t cluster on i",
    "alter table t set without cluster",
    "alter table loose inherit part_like",
    "alter table t set unlogged",
    "alter index i rename to j",
    "alter index i set (fillfactor = 80)",
    "alter table part attach partition loose for values from ('2025-01-01') to ('2026-01-01')",
    "alter table part detach partition part_1",
    "create table part_2 partition of part for values from ('2026-01-01') to ('2027-01-01')",
    "create table n (id bigint references c)",
    "create table n (like t)",
    "create index n on t (b)",
    "create unique index n on t (a) where a > 5",
    "create index n on part (id)",
    "create index n on only part (id)",
    "create trigger n before update on t for each row execute function f()",
    "create rule n as on delete to t do instead nothing",
    "create policy n on t using (a > 0)",
    "alter policy po on t using (false)",
    "create statistics n on a, b from t",
    "create view n as select * from t",
    "create or replace view v as select id from t where a > 1",
    "create materialized view n as select * from t",
    "drop trigger tr on t",
    "drop policy po on t",
    "drop index i",
    "drop table t cascade",
    "drop view v",
    "drop materialized view m",
    "truncate t",
    "lock table t in share mode",
    "lock table t in share update exclusive mode",
    "lock table t",
    "comment on table t is 'x'",
    "comment on column t.a is 'x'",
    "grant select on t to public",
    "cluster t using i",
    "reindex table t",
    "reindex index i",
    "refresh materialized view m",
    "analyze t",
    "insert into t values (100, 1, 'x')",
    "update t set a = 2 where id = 1",
    "delete from t where id = 1",
    "select a from t for update",
];

#[tokio::test]
async fn the_lock_told_is_the_one_taken() {
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    let mut worker = sandbox.connect_options("postgres").connect().await.unwrap();
    let mut watcher = sandbox.connect_options("postgres").connect().await.unwrap();
    run(&mut worker, SETUP).await;
    let pid = number(&mut worker, "select pg_backend_pid()::bigint").await as i32;
    let there = relations(&mut watcher).await;
    let mut wrong = Vec::new();
    for sql in STATEMENTS {
        run(&mut worker, "begin").await;
        run(&mut worker, sql).await;
        let held = locks(&mut watcher, pid).await;
        run(&mut worker, "rollback").await;
        let taken = held.iter().filter(|(oid, _)| there.contains_key(oid)).map(|(_, mode)| *mode).max();
        let taken = taken.filter(|m| *m >= LockMode::Share);
        let rules = ["lock-without-timeout", "trigger-added-under-lock"];
        let findings = lint_text(sql, SETUP, &[], PgVersion::NEWEST, None);
        let told = findings.iter().find(|f| rules.contains(&f.check.as_str())).map(|f| f.message.clone() + &f.because);
        let fits = match (taken, &told) {
            (None, None) => true,
            (Some(mode), Some(told)) => told.contains(&mode.to_string()),
            _ => false,
        };
        if !fits {
            wrong.push(format!("{sql}: taken {taken:?}, told {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const TYPES: &[(&str, &str)] = &[
    ("varchar(20)", "varchar(40)"),
    ("varchar(20)", "varchar"),
    ("varchar(20)", "text"),
    ("varchar", "text"),
    ("text", "varchar"),
    ("text", "varchar(40)"),
    ("varchar(40)", "varchar(20)"),
    ("char(4)", "char(8)"),
    ("char(4)", "text"),
    ("text", "citext"),
    ("citext", "text"),
    ("int", "bigint"),
    ("bigint", "int"),
    ("smallint", "int"),
    ("real", "double precision"),
    ("numeric(10,2)", "numeric(12,2)"),
    ("numeric(10,2)", "numeric"),
    ("numeric(10,2)", "numeric(12,3)"),
    ("numeric(12,2)", "numeric(10,2)"),
    ("numeric", "numeric(12,2)"),
    ("timestamp(3)", "timestamp(6)"),
    ("timestamp(3)", "timestamp"),
    ("timestamp(6)", "timestamp(3)"),
    ("timestamptz(3)", "timestamptz"),
    ("interval(3)", "interval"),
    ("time(3)", "time(6)"),
    ("bit(4)", "bit(8)"),
    ("varbit(4)", "varbit(8)"),
    ("varbit(8)", "varbit"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("json", "jsonb"),
    ("uuid", "text"),
    ("varchar(20)[]", "varchar(40)[]"),
    ("varchar(20)[]", "text[]"),
    ("date", "timestamp"),
    ("xml", "text"),
    ("oid", "int"),
];

const DEFAULTS: &[&str] = &[
    "text default 'x'",
    "text default lower('X') || 'y'",
    "timestamptz default now()",
    "timestamptz default current_timestamp",
    "timestamptz default (now() + interval '1 day')",
    "timestamp default (now() at time zone 'utc')",
    "date default current_date",
    "jsonb default '{}'",
    "jsonb default jsonb_build_object('a', 1)",
    "text[] default array[]::text[]",
    "text default current_user",
    "text default current_setting('server_version')",
    "int default (extract(year from now()))::int",
    "boolean not null default false",
    "timestamptz default clock_timestamp()",
    "double precision default random()",
    "uuid default gen_random_uuid()",
    "bigint default nextval('seq')",
    "text default substring('abc' from 2)",
    "text default coalesce(nullif('', ''), to_char(now(), 'YYYY'))",
    "bigint generated always as identity",
    "serial",
    "int generated always as (1 + 1) stored",
    "positive",
    "positive default 1",
    "int check (a is null)",
    "int",
];

/// Whether lint finds fault with a change exactly when the server reads or writes the table through.
async fn compare(sandbox: &Sandbox, table: &str, change: &str) -> Option<String> {
    let mut worker = sandbox.connect_options("postgres").connect().await.unwrap();
    let before = "create extension if not exists citext; create sequence seq; create domain positive as int check (value > 0);";
    run(&mut worker, &format!("begin; {before} {table} insert into x (id) select n from generate_series(1, 20) n")).await;
    let was = relations(&mut worker).await;
    if let Err(e) = sqlx::raw_sql(sqlx::AssertSqlSafe(change.to_owned())).execute(&mut worker).await {
        return Some(format!("{table} {change}: {e}"));
    }
    let is = relations(&mut worker).await;
    run(&mut worker, "rollback").await;
    let (oid, (_, file, scans, _)) = was.iter().find(|(_, r)| r.0 == "public.x").unwrap();
    let worked = is[oid].1 != *file || is[oid].2 > *scans;
    let findings = lint_text(change, &format!("{before} {table}"), &[], PgVersion::NEWEST, None);
    let told = findings.iter().any(|f| f.check.contains("rewrites") || f.check.contains("validated"));
    (worked != told).then(|| format!("{table} {change}: worked through: {worked}, told: {told}"))
}

#[tokio::test]
async fn what_is_free_is_free() {
    let sandbox = Sandbox::start(&SandboxOptions::default()).await.unwrap();
    let mut wrong = Vec::new();
    for (old, new) in TYPES {
        let table = format!("create table x (id int, a {old});");
        let using = if ["jsonb", "cidr", "int"].contains(new) { format!(" using a::{new}") } else { String::new() };
        wrong.extend(compare(&sandbox, &table, &format!("alter table x alter a type {new}{using}")).await);
    }
    for column in DEFAULTS {
        wrong.extend(compare(&sandbox, "create table x (id int);", &format!("alter table x add column a {column}")).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
