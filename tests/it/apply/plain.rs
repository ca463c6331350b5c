//! Files that run to their end, in order, once; dry runs, undo, status; what a failing statement leaves.

use super::Place;

const UP: &str = "set lock_timeout = '300ms';
create table t (id bigint primary key, a int);
insert into t select n, n from generate_series(1, 10) n;
create index concurrently t_a on t (a);
begin;
alter table t add column b int;
alter table t add constraint b_positive check (b > 0) not valid;
commit;
alter table t validate constraint b_positive;
reset lock_timeout;
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_runs_once_and_is_recorded_statement_by_statement() {
    let mut place = Place::new("").await;
    place.write("20260101000000_t", UP, "drop table t;");
    place.write("20260102000000_more", "alter table t add column c int;", "alter table t drop column c;");
    let dry = place.apply(&["--dry-run", "--format", "json"]).good().json();
    assert_eq!(dry["migrations"][0]["steps"].as_array().unwrap().len(), 5, "{dry}");
    assert_eq!(place.number("select count(*) from pg_namespace where nspname = 'dbharden'").await, 0, "nothing is written");

    assert_eq!(place.run(&["status"]).code, 2);
    let done = place.apply(&["--format", "json"]).good();
    assert!(done.err.contains("NOT REVIEWED"), "{}", done.err);
    let done = done.json();
    assert_eq!((&done["migrations"][0]["status"], &done["migrations"][1]["status"]), (&"done".into(), &"done".into()), "{done}");
    assert_eq!(place.number("select count(*) from t").await, 10);
    assert_eq!(place.number("select count(*) from dbharden.statement where ended_at is not null").await, 7);
    assert_eq!(place.number("select count(*) from dbharden.run where ended_at is not null and approval is null").await, 2);
    assert_eq!(place.number("select count(*) from pg_constraint where conname = 'b_positive' and convalidated").await, 1);

    let again = place.apply(&["--format", "json"]).good().json();
    assert_eq!(again["migrations"].as_array().unwrap().len(), 0);
    let status = place.run(&["status", "--format", "json"]);
    assert_eq!(status.code, 0, "{}{}", status.out, status.err);
    assert_eq!(status.json()["summary"]["applied"], 2);
    assert!(place.run(&["status"]).out.contains("NOT REVIEWED"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_takes_back_the_last_ones_and_they_are_pending_again() {
    let mut place = Place::new("").await;
    place.write("1_t", UP, "drop table t;");
    place.write("2_c", "alter table t add column c int;", "alter table t drop column c;");
    place.write("3_d", "alter table t add column d int;", "");
    place.apply(&["--to", "2_c"]).good();
    assert_eq!(
        place.number("select count(*) from pg_attribute where attrelid = 't'::regclass and attname in ('c', 'd')").await,
        1
    );
    place.apply(&["--undo", "1"]).good();
    assert_eq!(place.number("select count(*) from pg_attribute where attrelid = 't'::regclass and attname = 'c'").await, 0);
    place.apply(&[]).good();
    place.apply(&["--undo", "1"]).bad(&["3_d", "no down.sql"]);
    assert_eq!(place.run(&["status", "--format", "json"]).json()["summary"]["applied"], 3);
    place.apply(&["--undo", "9"]).bad(&["only 3"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_looks_at_the_rights_on_what_it_drops() {
    let mut place = Place::new("create table t (a int)").await;
    place.write("1_i", "create index concurrently t_a on public.t (a);", "drop index concurrently if exists public.t_a;");
    place.apply(&[]).good();
    place.apply(&["--undo", "1"]).good();
    assert_eq!(place.number("select count(*) from pg_class where relname = 't_a'").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_statement_stops_there_and_the_rest_may_be_corrected() {
    let mut place = Place::new("create table u (id int); insert into u values (1), (1)").await;
    let up = "alter table u add column a int;\ncreate unique index u_id on u (id);\nalter table u add column b int;\n";
    place.write("1_u", up, "");
    let stopped = place.apply(&[]).bad(&["up.sql:2", "could not create unique index", "dbharden apply --yes --allow-unreviewed"]);
    assert!(!stopped.out.contains("(id)=(1)"), "rows stand in no output: {}", stopped.out);
    let status = place.run(&["status", "--format", "json"]);
    assert_eq!((status.code, &status.json()["migrations"][0]["state"]), (2, &"half_way".into()));
    // what has run must stay what it was
    place.write("1_u", &up.replace("column a int", "column a bigint"), "");
    place.apply(&[]).bad(&["statement 1 has been changed after it ran"]);
    place.write("1_u", &up.replace("unique index u_id", "index u_id"), "");
    let done = place.apply(&["--format", "json"]).good().json();
    assert_eq!(done["migrations"][0]["steps"].as_array().unwrap().len(), 2, "the first one is not run again: {done}");
    assert_eq!(
        place.number("select count(*) from pg_attribute where attrelid = 'u'::regclass and attname in ('a', 'b')").await,
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_of_a_file_hold_for_it_alone_and_again_after_an_interruption() {
    let mut place =
        Place::new("create schema app; create role owner_; grant all on schema app to owner_; create table public.x ()").await;
    place.write(
        "1_a",
        "set search_path = app; set role owner_;\ncreate table a ();\nselect 1 / count(*) from public.x;\ncreate table b ();\n",
        "",
    );
    place.write("2_c", "create table c ();", "");
    place.apply(&[]).bad(&["up.sql:3"]);
    place.sql("alter table public.x add column i int; insert into public.x values (1); grant select on public.x to owner_").await;
    place.apply(&[]).good();
    let owned = "select count(*) from pg_class where relnamespace = 'app'::regnamespace and relowner = 'owner_'::regrole and relname in ('a', 'b')";
    assert_eq!(place.number(owned).await, 2);
    assert_eq!(
        place.number("select count(*) from pg_class where relname = 'c' and relnamespace = 'public'::regnamespace").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_is_nobodys_drift_and_pending_files_are_known() {
    let mut place = Place::new("").await;
    place.write("20260101000000_t", "create table t (id int primary key);", "");
    place.apply(&[]).good();
    place.write("20260102000000_u", "create table u (id int primary key);", "");
    let drift = place.run(&["drift", "--desired", "generated-migrations", "--no-cache", "--format", "json"]);
    assert_eq!(drift.code, 0, "{}{}", drift.out, drift.err);
    place.write("20260101000000_t", "create table t (id  int primary key); -- the same", "");
    let drift = place.run(&["drift", "--desired", "generated-migrations", "--no-cache"]);
    assert_eq!(drift.code, 0, "{}{}", drift.out, drift.err);
    assert_eq!(place.number("select count(*) from dbharden.run").await, 1);
    let plan = place.run(&["plan", "--dry-run", "--format", "json", "--all"]);
    assert!(!plan.out.contains("dbharden.\\\"") && !plan.out.contains("\"dbharden.run"), "{}", plan.out);
}
