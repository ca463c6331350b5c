//! Locks as the server takes them, rewrites and builds as its files show them, what rows decide.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use tokio::sync::OnceCell;

use super::{Ran, save};
use crate::support::{dbharden, psql_file, start};

/// Tables of every kind.
const TABLES: &str = "
create table parent (id bigint primary key, a int, b text, c varchar(10));
create table child (id bigint primary key, parent_id bigint, n int);
alter table child add constraint n_is_positive check (n > 0) not valid;
create index child_n on child (n);
create table part (id bigint not null, at date not null) partition by range (at);
create table part_1 partition of part for values from ('2026-01-01') to ('2026-02-01');
create table part_2 (id bigint not null, at date not null);
create table grouped (id bigint primary key);
create view seen as select id from grouped;
insert into parent select n, n, 'b', 'c' from generate_series(1, 20000) n;
insert into child select n, n, n from generate_series(1, 20000) n;
vacuum analyze;
";

static SNAPSHOT: OnceCell<(TempDir, u32)> = OnceCell::const_new();

/// A saved snapshot of these tables, and the server's major version.
async fn tables() -> (PathBuf, u32) {
    let make = || async {
        let directory = tempdir().unwrap();
        let sandbox = start(&[]).await;
        std::fs::write(directory.path().join("tables.sql"), TABLES).unwrap();
        psql_file(&sandbox, "postgres", &directory.path().join("tables.sql")).unwrap();
        save(&sandbox.url("postgres"), directory.path());
        (directory, sandbox.major())
    };
    let (directory, major) = SNAPSHOT.get_or_init(make).await;
    (directory.path().join("prod.snapshot"), *major)
}

/// Rehearses a script against them.
async fn rehearse(sql: &str) -> (i32, Value) {
    let (snapshot, _) = tables().await;
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("next.sql"), sql).unwrap();
    std::fs::write(directory.path().join("workload.sql"), "-- calls: 1\nselect 1 from parent").unwrap();
    let arguments = ["rehearse", "--migrations", "next.sql", "--workload", "workload.sql", "--format", "json", "--snapshot"];
    let output = dbharden(directory.path(), &arguments).arg(snapshot).output().unwrap();
    Ran::from(output).json()
}

/// `SHARE public.child` of each statement: what is stronger than what writers take.
fn locks(json: &Value) -> Vec<Vec<String>> {
    let strong = |lock: &&Value| !["ACCESS_SHARE", "ROW_SHARE", "ROW_EXCLUSIVE"].contains(&lock["mode"].as_str().unwrap());
    let one =
        |l: &Value| format!("{} {}", l["mode"].as_str().unwrap(), l["relation"].as_str().unwrap().trim_start_matches("public."));
    let of = |s: &Value| s["locks"].as_array().unwrap().iter().filter(strong).map(one).collect();
    json["rehearsed"][0]["statements"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_mode_is_seen() {
    let statements: &[(&str, &[&str])] = &[
        ("create index a_1 on parent (a)", &["SHARE parent"]),
        ("create index concurrently a_2 on parent (a)", &["SHARE_UPDATE_EXCLUSIVE parent"]),
        ("alter table parent add column d int", &["ACCESS_EXCLUSIVE parent"]),
        ("alter table child validate constraint n_is_positive", &["SHARE_UPDATE_EXCLUSIVE child"]),
        (
            "alter table child add constraint of_parent foreign key (parent_id) references parent",
            &["SHARE_ROW_EXCLUSIVE child", "SHARE_ROW_EXCLUSIVE parent"],
        ),
        (
            "alter table part attach partition part_2 for values from ('2026-02-01') to ('2026-03-01')",
            &["ACCESS_EXCLUSIVE part_2", "SHARE_UPDATE_EXCLUSIVE part"],
        ),
        ("alter table part_1 alter column id set statistics 100", &["SHARE_UPDATE_EXCLUSIVE part_1"]),
        // the first transaction takes the weak lock on both, the last one the strong one on the partition
        ("alter table part detach partition part_2 concurrently", &["ACCESS_EXCLUSIVE part_2", "SHARE_UPDATE_EXCLUSIVE part"]),
        ("reindex index concurrently a_1", &["SHARE_UPDATE_EXCLUSIVE a_1", "SHARE_UPDATE_EXCLUSIVE parent"]),
        ("drop index concurrently a_2", &["SHARE_UPDATE_EXCLUSIVE a_2", "SHARE_UPDATE_EXCLUSIVE parent"]),
        ("drop index a_1", &["ACCESS_EXCLUSIVE a_1", "ACCESS_EXCLUSIVE parent"]),
        ("vacuum grouped", &["SHARE_UPDATE_EXCLUSIVE grouped"]),
        ("vacuum full grouped", &["ACCESS_EXCLUSIVE grouped"]),
        (
            "create trigger t before update on child for each row execute function suppress_redundant_updates_trigger()",
            &["SHARE_ROW_EXCLUSIVE child"],
        ),
        ("lock table grouped in exclusive mode", &["EXCLUSIVE grouped"]),
        ("create table mine (id bigint); create index on mine (id); alter table mine add column x int", &[]),
        ("drop view seen", &["ACCESS_EXCLUSIVE seen"]),
        ("drop table grouped", &["ACCESS_EXCLUSIVE grouped", "ACCESS_EXCLUSIVE grouped_pkey"]),
    ];
    // DETACH CONCURRENTLY came with 14
    let (_, major) = tables().await;
    let statements: Vec<_> = statements.iter().filter(|s| major >= 14 || !s.0.contains("detach")).collect();
    let sql: String = statements.iter().map(|s| format!("{};\n", s.0)).collect();
    let (_, json) = rehearse(&sql).await;
    let seen = locks(&json);
    let texts: Vec<&str> =
        json["rehearsed"][0]["statements"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect();
    let mut at = 0;
    let mut wrong = Vec::new();
    for (sql, locks) in &statements {
        for one in sql.split("; ") {
            let expected: Vec<String> = locks.iter().map(|l| (*l).to_owned()).collect();
            let weaker = |l: &&String| !l.contains("_pkey");
            if seen[at].iter().filter(weaker).ne(expected.iter().filter(weaker)) {
                wrong.push(format!("{one} ({}): {:?}, expected {expected:?}", texts[at], seen[at]));
            }
            at += 1;
        }
    }
    assert!(wrong.is_empty() && at == seen.len(), "{wrong:#?}\n{json:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_grows_with_the_table() {
    let (_, json) = rehearse(
        "alter table parent alter column a type bigint;
         alter table parent alter column c type varchar(20);
         alter table parent add column d int not null default 1;
         alter table parent add column e uuid default gen_random_uuid();
         alter table child alter column parent_id set not null;
         create unique index concurrently child_parent on child (parent_id);
         do $$ begin if not exists (select 1 from pg_index where indexrelid = 'child_parent'::regclass and indisvalid)
             then raise exception 'child_parent'; end if; perform 'child'; end $$;
         alter table child add foreign key (parent_id) references parent;
         truncate child;
         insert into child select * from child;",
    )
    .await;
    let statements = json["rehearsed"][0]["statements"].as_array().unwrap();
    let kinds: Vec<Vec<&str>> =
        statements.iter().map(|s| s["work"].as_array().unwrap().iter().map(|w| w["kind"].as_str().unwrap()).collect()).collect();
    let none: Vec<&str> = vec![];
    let (rewrites, reads, builds) = (vec!["rewrites"], vec!["reads_every_row"], vec!["builds_index"]);
    let expected = [
        rewrites.clone(),
        none.clone(),
        none.clone(),
        rewrites,
        reads.clone(),
        builds,
        none.clone(),
        reads,
        vec!["empties"],
        none,
    ];
    assert_eq!(kinds, expected, "{json:#}");
    let first = &statements[0]["work"][0];
    assert!(first["bytes"].as_i64().unwrap() > 500_000 && statements[0]["seconds"].as_f64().unwrap() > 0.01, "{first:#}");
    let unproven = |i: usize| &statements[i]["unproven"];
    assert_eq!(unproven(4), &json!([{"what": "NULLs in child.parent_id", "gate": false}]), "{json:#}");
    assert_eq!(unproven(5), &json!([{"what": "duplicates in child", "gate": true}]), "{json:#}");
    assert_eq!(unproven(7), &json!([{"what": "rows of child that refer to none of parent", "gate": true}]), "{json:#}");
    assert_eq!(unproven(9), &json!([{"what": "what it does to rows: the copy has none", "gate": false}]), "{json:#}");
}

/// A transaction keeps what its statements took: each tells what it takes itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_transaction_of_its_own() {
    let (_, json) = rehearse(
        "begin; alter table parent add column d int; alter table parent add column e int; drop table child; commit;
         set lock_timeout = '300ms'; alter table parent add column f int; create procedure p() language sql as 'select 1'; call p();",
    )
    .await;
    let strong: Vec<Vec<String>> = locks(&json);
    let parent = vec!["ACCESS_EXCLUSIVE parent".to_owned()];
    assert_eq!(strong[..2], [parent.clone(), vec![]], "{json:#}");
    assert_eq!(strong[2][0], "ACCESS_EXCLUSIVE child", "{json:#}");
    assert_eq!(strong[3..], [parent, vec![], vec![]], "{json:#}");
}
