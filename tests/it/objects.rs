//! Objects that hang on no table: what is read of them is enough to make them again, and to make one form into another.

use std::collections::{BTreeMap, BTreeSet};

use dbharden::connect::{Session, Target};
use dbharden::diff::{Draft, alter_statements, create_statements, drop_statements, replace_statements};
use dbharden::sandbox::Sandbox;
use dbharden::snapshot::objects::read::read;
use dbharden::snapshot::objects::{Id, Kind, Object, Objects};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use crate::support;

mod types;

/// Every kind, in several forms.
const KINDS: &str = include_str!("objects/kinds.sql");
/// One change of each attribute.
const CHANGES: &str = include_str!("objects/changes.sql");

async fn objects(sandbox: &Sandbox, database: &str) -> Objects {
    let target = Target::resolve(Some(&sandbox.url(database)), &|_| None).unwrap();
    let mut session = Session::connect(&target).await.unwrap();
    let objects = read(&mut session, &|_| {}).await.unwrap();
    session.close().await;
    assert!(objects.unseen.is_empty(), "{:?}", objects.unseen);
    objects
}

/// A server with two empty databases, `a` and `b`, and a role that grants name.
async fn two_databases() -> (Sandbox, PgConnection, PgConnection) {
    let sandbox = support::start(&[("wal_level", "logical")]).await;
    let mut postgres = support::connect(&sandbox).await;
    for sql in ["create database a", "create database b", "create role reader nologin"] {
        support::run(&mut postgres, sql).await;
    }
    let a = sandbox.connect_options("a").connect().await.unwrap();
    let b = sandbox.connect_options("b").connect().await.unwrap();
    (sandbox, a, b)
}

async fn major(connection: &mut PgConnection) -> i64 {
    support::number(connection, "select current_setting('server_version_num')::bigint / 10000").await
}

/// The statements of a file that this version has: a line `-- 15+` in front of one says since when.
fn statements(text: &str, major: i64) -> Vec<&str> {
    let since = |statement: &str| {
        let mark = statement.lines().find_map(|l| l.strip_prefix("-- ")?.strip_suffix('+')?.parse::<i64>().ok());
        mark.unwrap_or(0)
    };
    text.split_inclusive(";\n").filter(|s| since(s) <= major).collect()
}

async fn run(connection: &mut PgConnection, sql: &str) {
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await {
        panic!("{error}\n{sql}");
    }
}

async fn run_all(connection: &mut PgConnection, drafts: Vec<Draft>) {
    for draft in drafts {
        run(connection, &draft.sql).await;
    }
}

/// The objects, each after what it needs; of a circle the first by kind begins.
fn in_order(all: &BTreeMap<Id, Object>) -> Vec<&Object> {
    let mut done: BTreeSet<&Id> = BTreeSet::new();
    let mut order = Vec::new();
    while order.len() < all.len() {
        let left = || all.values().filter(|o| !done.contains(&o.id));
        let ready = |o: &&Object| o.needs.iter().all(|n| done.contains(&n.id) || !all.contains_key(&n.id));
        let next = left().find(ready).or_else(|| left().next()).unwrap();
        done.insert(&next.id);
        order.push(next);
    }
    order
}

fn hangs_on_tables(object: &Object) -> bool {
    object.id.kind.is_relation() || object.on().is_some()
}

/// What still differs, in words.
fn differences(a: &Objects, b: &Objects) -> Vec<String> {
    let ids: BTreeSet<&Id> = a.all.keys().chain(b.all.keys()).collect();
    let body = |all: &Objects, id: &Id| all.get(id).map(|o| serde_json::to_string(&o.body).unwrap());
    let differs = |id: &&Id| a.get(id).map(|o| &o.body) != b.get(id).map(|o| &o.body);
    ids.into_iter().filter(differs).map(|id| format!("{id}:\n  {:?}\n  {:?}", body(a, id), body(b, id))).collect()
}

#[tokio::test]
async fn every_kind_is_made_again() {
    let (sandbox, mut a, mut b) = two_databases().await;
    let major = major(&mut a).await;
    for statement in statements(KINDS, major) {
        run(&mut a, statement).await;
    }
    let wanted = objects(&sandbox, "a").await;
    kinds_are_there(&wanted);
    let mut empty = objects(&sandbox, "b").await;
    let tables = wanted.all.values().any(hangs_on_tables);
    assert!(tables);
    for object in in_order(&wanted.all).into_iter().filter(|o| !empty.all.contains_key(&o.id)) {
        match object.id.kind {
            Kind::Table => {
                let made = statements(KINDS, major).into_iter().filter(|s| s.contains("create table"));
                for sql in made.filter(|s| s.contains(&format!("create table {} ", object.id.sql()))) {
                    run(&mut b, sql).await;
                }
            }
            _ if hangs_on_tables(object) => {}
            _ => run_all(&mut b, create_statements(object, &empty, &wanted)).await,
        }
    }
    let made = objects(&sandbox, "b").await;
    let left = differences(&wanted, &made);
    assert!(left.is_empty(), "{}", left.join("\n"));
    // and all of it can be dropped again
    empty = objects(&sandbox, "b").await;
    for object in in_order(&wanted.all).into_iter().rev().filter(|o| o.id.name.raw() != "public") {
        let circle = object.id.name.raw().starts_with("steps");
        if circle || hangs_on_tables(object) && object.id.kind != Kind::Table || object.id.kind == Kind::Schema {
            continue;
        }
        run_all(&mut b, drop_statements(object, &made, &empty)).await;
    }
    let left = objects(&sandbox, "b").await;
    let kinds: BTreeSet<Kind> = left.all.keys().filter(|id| !id.name.raw().starts_with("steps")).map(|id| id.kind).collect();
    assert_eq!(kinds, BTreeSet::from([Kind::Schema]), "{:?}", left.all.keys());
}

fn kinds_are_there(objects: &Objects) {
    use Kind::*;
    let there: BTreeSet<Kind> = objects.all.keys().map(|id| id.kind).collect();
    for kind in [
        Schema,
        Extension,
        Language,
        AccessMethod,
        Type,
        Collation,
        Conversion,
        ForeignDataWrapper,
        Server,
        UserMapping,
        Function,
        Procedure,
        Aggregate,
        Operator,
        OperatorFamily,
        OperatorClass,
        Cast,
        Transform,
        EventTrigger,
        TextSearchParser,
        TextSearchTemplate,
        TextSearchDictionary,
        TextSearchConfiguration,
        Publication,
        DefaultPrivileges,
    ] {
        assert!(there.contains(&kind), "{kind}");
    }
    let text = serde_json::to_string(objects).unwrap();
    assert_eq!(&serde_json::from_str::<Objects>(&text).unwrap(), objects, "saved and loaded");
}

/// What a database of `changes.sql` is made of.
fn side<'a>(own: &str, major: i64) -> Vec<&'a str> {
    let mut of = "-- both";
    let mut all = Vec::new();
    let sections = CHANGES.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let mut start = 0;
    for (at, line) in sections.chain([(CHANGES.len(), "-- end\n")]) {
        if ["-- both\n", "-- from\n", "-- to\n", "-- end\n"].contains(&line) {
            if (of == "-- both" || of == own) && start > 0 {
                all.extend(statements(&CHANGES[start..at], major));
            }
            of = line.trim_end();
            start = at + line.len();
        }
    }
    all.into_iter().filter(|s| !s.trim().is_empty()).collect()
}

#[tokio::test]
async fn every_attribute_is_changed() {
    let (sandbox, mut a, mut b) = two_databases().await;
    let major = major(&mut a).await;
    for (connection, own) in [(&mut a, "-- from"), (&mut b, "-- to")] {
        for statement in side(own, major) {
            run(connection, statement).await;
        }
    }
    let (from, to) = (objects(&sandbox, "a").await, objects(&sandbox, "b").await);
    let mut anew = Vec::new();
    for old in in_order(&from.all).into_iter().rev() {
        if !to.all.contains_key(&old.id) {
            run_all(&mut a, drop_statements(old, &from, &to)).await;
        }
    }
    for new in in_order(&to.all) {
        if hangs_on_tables(new) {
            continue;
        }
        let Some(old) = from.get(&new.id) else {
            run_all(&mut a, create_statements(new, &from, &to)).await;
            continue;
        };
        match alter_statements(old, new, &from, &to) {
            Some(drafts) => {
                assert_eq!(drafts.is_empty(), old.body == new.body, "{}", new.id);
                run_all(&mut a, drafts).await;
            }
            None => {
                anew.push(new.id.path());
                run_all(&mut a, drop_statements(old, &from, &to)).await;
                run_all(&mut a, create_statements(new, &from, &to)).await;
            }
        }
    }
    let left = differences(&objects(&sandbox, "a").await, &to);
    assert!(left.is_empty(), "{}", left.join("\n"));
    let mut expected = vec![
        "app.loses(integer)",
        "app.moved",
        "app.other(integer)",
        "app.outs()",
        "app.renames(integer)",
        "app.results(integer)",
        "all_of",
        "moved",
        "of_type",
    ];
    if major < 17 {
        expected.push("app.==(app.t, app.t)");
    }
    expected.sort_unstable();
    anew.sort_unstable();
    assert_eq!(anew, expected, "made anew");
}
