//! A type made anew while tables hold values of it.

use super::*;

const OLD: &str = "
create schema app;
create type app.status as enum ('open', 'done', 'gone');
create domain app.known as app.status not null default 'open';
create type app.pair as (a app.status, b integer);
create type app.unused as (a app.status[]);
create table app.t (id integer primary key, s app.status default 'open', many app.status[] default '{open}', k app.known, p app.pair);
create table app.child () inherits (app.t);
create table app.parts (id integer, s app.status not null) partition by range (id);
create table app.parts_1 partition of app.parts for values from (0) to (10);
";

const NEW: &str = "create type app.status as enum ('done', 'open', 'new');";

#[tokio::test]
async fn an_enum_loses_a_label_and_no_row() {
    let (sandbox, mut a, mut b) = two_databases().await;
    support::run(&mut a, OLD).await;
    let new = OLD.lines().map(|l| if l.starts_with("create type app.status") { NEW } else { l }).collect::<Vec<_>>().join("\n");
    support::run(&mut b, &new.replace("default 'open', many", "default 'new', many")).await;
    support::run(
        &mut a,
        "insert into app.t values (1, 'done', '{open, done}', 'done', row('open', 1)), (2, null, null, 'open', null)",
    )
    .await;
    support::run(&mut a, "insert into app.child values (3, 'open'); insert into app.parts values (1, 'done')").await;
    let (from, to) = (objects(&sandbox, "a").await, objects(&sandbox, "b").await);
    let id = Id::new(Kind::Type, &"app".into(), &"status".into());
    let (old, new) = (from.get(&id).unwrap(), to.get(&id).unwrap());
    assert_eq!(alter_statements(old, new, &from, &to), None);
    let (drafts, again) = replace_statements(old, new, &from, &to);
    let names: Vec<String> = again.iter().map(Id::path).collect();
    assert_eq!(names, ["app.known", "app.pair", "app.status"]);
    run_all(&mut a, drafts).await;
    let left = differences(&objects(&sandbox, "a").await, &to);
    assert!(left.is_empty(), "{}", left.join("\n"));
    let rows = "select string_agg(t::text, ' ' order by id) from (select id, s, many, k, (p).a from app.t) t";
    let text: String = sqlx::query_scalar(rows).fetch_one(&mut a).await.unwrap();
    assert_eq!(text, "(1,done,\"{open,done}\",done,open) (2,,,open,) (3,open,{open},open,)");
    assert_eq!(support::number(&mut a, "select count(*) from app.parts where s = 'done'").await, 1);
}

#[tokio::test]
async fn a_label_that_rows_hold_stays() {
    let (sandbox, mut a, mut b) = two_databases().await;
    support::run(&mut a, OLD).await;
    support::run(&mut b, &OLD.replace(", 'gone'", "")).await;
    support::run(&mut a, "insert into app.t values (1, 'gone')").await;
    let (from, to) = (objects(&sandbox, "a").await, objects(&sandbox, "b").await);
    let id = Id::new(Kind::Type, &"app".into(), &"status".into());
    let (drafts, _) = replace_statements(from.get(&id).unwrap(), to.get(&id).unwrap(), &from, &to);
    support::run(&mut a, "begin").await;
    let mut failed = false;
    for draft in drafts {
        failed = failed || sqlx::raw_sql(AssertSqlSafe(draft.sql)).execute(&mut a).await.is_err();
    }
    support::run(&mut a, "rollback").await;
    assert!(failed, "the row has nowhere to go");
    assert!(differences(&from, &objects(&sandbox, "a").await).is_empty());
}

#[tokio::test]
async fn a_range_is_made_anew_under_its_columns() {
    let (sandbox, mut a, mut b) = two_databases().await;
    let old = "create schema app; create type app.floats as range (subtype = float8);
        create table app.t (id integer primary key, r app.floats default '[1,2)', many app.floats[])";
    support::run(&mut a, old).await;
    support::run(&mut a, "insert into app.t values (1, '(3,4]', '{\"[5,6)\"}')").await;
    support::run(&mut b, &old.replace("= float8)", "= float8, subtype_diff = float8mi)")).await;
    let (from, to) = (objects(&sandbox, "a").await, objects(&sandbox, "b").await);
    let id = Id::new(Kind::Type, &"app".into(), &"floats".into());
    let (drafts, again) = replace_statements(from.get(&id).unwrap(), to.get(&id).unwrap(), &from, &to);
    assert_eq!(again, [id]);
    run_all(&mut a, drafts).await;
    let left = differences(&objects(&sandbox, "a").await, &to);
    assert!(left.is_empty(), "{}", left.join("\n"));
    let text: String = sqlx::query_scalar("select t::text from app.t").fetch_one(&mut a).await.unwrap();
    assert_eq!(text, "(1,\"(3,4]\",\"{\"\"[5,6)\"\"}\")");
}
