//! What is refused before anything runs, each with a sentence that tells what to do.

use std::fs;

use super::Place;
use crate::connect::pooler::PgBouncer;

async fn three() -> Place {
    let place = Place::new("").await;
    for n in 1..=3 {
        place.write(&format!("{n}_t"), &format!("create table t{n} ();"), "");
    }
    place
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_a_missing_and_a_reordered_file() {
    let mut place = three().await;
    place.apply(&[]).good();
    place.write("2_t", "create  table t2 () -- white space is no change\n;", "");
    place.apply(&[]).good();
    place.write("2_t", "create table other ();", "");
    place.apply(&[]).bad(&["2_t is edited", "new migration", "git log"]);
    place.write("2_t", "create table t2 ();", "");
    fs::rename(place.file("3_t", ""), place.file("5_t", "")).unwrap();
    place.apply(&[]).bad(&["3_t is missing", "git mv 5_t 3_t"]);
    fs::rename(place.file("5_t", ""), place.here().join("kept")).unwrap();
    place.apply(&[]).bad(&["3_t is missing", "restore it"]);
    let forget = |name: &'static str, reason: &'static str| ["apply", "--forget", name, "--reason", reason];
    place.run(&forget("9_t", "it's gone")).bad(&["cannot forget 9_t", "not applied here"]);
    place.run(&forget("2_t", "it's gone")).bad(&["its folder is there"]);
    place.run(&forget("3_t", " ")).bad(&["no reason is given"]);
    place.run(&forget("3_t", "squashed, it's in 4_t")).good();
    place.apply(&[]).good();
    assert_eq!(place.number("select count(*) from pg_class where relname = 't3'").await, 1, "what it did stays");
    assert_eq!(place.number("select count(*) from dbharden.forgotten where reason like '%it''s%'").await, 1);
    fs::rename(place.here().join("kept"), place.file("3_t", "")).unwrap();
    place.apply(&[]).good(); // and it is not run again when it comes back
    place.write("2_u", "create table u ();", "");
    place.apply(&[]).bad(&["2_u is reordered", "git mv 2_u", "--out-of-order"]);
    assert_eq!(place.run(&["status", "--format", "json"]).json()["faults"][0]["kind"], "reordered");
    assert_eq!(place.number("select count(*) from pg_class where relname = 'u'").await, 0);
    place.apply(&["--out-of-order"]).good();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unapproved_file_and_nobody_to_say_yes() {
    let place = three().await;
    place.run(&["apply", "--yes"]).bad(&["3 migrations are not approved", "nobody has approved it", "dbharden review"]);
    place.run(&["apply", "--allow-unreviewed"]).bad(&["--yes"]);
    place.run(&["apply", "--yes", "--format", "markdown"]).bad(&["--format table or json"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_without_the_rights() {
    let mut place = Place::new(
        "create role app login; create table t (id int); create table mine (id int); alter table mine owner to app; revoke create on schema public from public",
    )
    .await;
    let url = place.sandbox.url("postgres").replace("postgres@", "app@");
    let url = if url.contains("user=postgres") { url.replace("user=postgres", "user=app") } else { url };
    let arguments = ["apply", "--yes", "--allow-unreviewed", &url];
    place.write("1_t", "alter table mine add column a int;", "");
    place.run(&arguments).bad(&["CREATE SCHEMA dbharden AUTHORIZATION app"]);
    place.sql("create schema dbharden authorization app").await;
    place.write("2_t", "create index concurrently t_id on t (id);", "");
    place.run(&arguments).bad(&["2_t", "is not the owner of t", "GRANT postgres TO app"]);
    assert_eq!(place.number("select count(*) from pg_attribute where attname = 'a' and attrelid = 'mine'::regclass").await, 0);
    place.write("2_t", "update t set id = 1;", "");
    place.run(&arguments).bad(&["no UPDATE on t", "GRANT UPDATE ON t TO app"]);
    place.write("2_t", "create table public.u ();", "");
    place.run(&arguments).bad(&["GRANT CREATE ON SCHEMA public TO app"]);
    place.sql("grant create on schema public to app").await;
    place.run(&arguments).good();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_pooler_and_what_only_psql_can_run() {
    let place = three().await;
    let bouncer = PgBouncer::start(&place.sandbox);
    let url = format!("postgres://postgres@127.0.0.1:{}/postgres", bouncer.port);
    let port = format!("port {}", place.sandbox.port());
    place.run(&["apply", "--yes", "--allow-unreviewed", &url]).bad(&["pooler", &port]);
    assert_eq!(place.run(&["status", &url]).code, 2, "reading works through it");
    for (sql, said) in [
        ("begin; create table x ();", "ends inside a transaction"),
        ("copy t1 from stdin;\n\\.\n", "psql's to send"),
        ("create index concurrently on t1 (id);", "give the index a name"),
        ("\\i other.sql", "includes"),
    ] {
        fs::write(place.file("3_t", "other.sql"), "select 1;").unwrap();
        place.write("3_t", &sql.replace("other.sql", &place.file("3_t", "other.sql").display().to_string()), "");
        place.apply(&[]).bad(&[said]);
    }
    assert_eq!(place.run(&["status", "--dir", "nowhere"]).bad(&["no directory"]).code, 1);
}
