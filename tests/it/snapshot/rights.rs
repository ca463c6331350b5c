//! Levels of rights, locks, and objects that come and go while they are read.

use std::time::{Duration, Instant};

use dbharden::snapshot::workload::Source;
use dbharden::snapshot::{Snapshot, Subject};
use sqlx::{AssertSqlSafe, ConnectOptions};

use super::{admin, everything, relation, snapshot_as, start};

fn unseen(s: &Snapshot, subject: Subject) -> Vec<&str> {
    s.unseen.iter().filter(|u| u.subject == subject).map(|u| u.because.as_str()).collect()
}

#[tokio::test]
async fn each_level_names_what_it_skipped() {
    let sandbox = everything().await;
    admin(
        &sandbox,
        "create role l0 login; create role l1 login in role pg_monitor; create role l2 login in role pg_monitor;
         grant select on pg_catalog.pg_statistic, pg_catalog.pg_statistic_ext_data to l2;
         create role l3 login; grant usage on schema app to l3; grant select on all tables in schema app to l3",
    )
    .await;
    admin(&sandbox, "select count(*) from app.member where tenant_id = 7").await;

    let l0 = snapshot_as(&sandbox, "l0").await;
    assert!(l0.workload.hidden > 0 && l0.workload.statements.is_empty());
    assert!(unseen(&l0, Subject::Workload)[0].contains("hidden from this one"), "{:?}", l0.unseen);
    assert!(unseen(&l0, Subject::Connections)[0].contains("only its own"));
    assert!(unseen(&l0, Subject::Sequences)[0].contains("not readable"));
    assert!(l0.catalog.sequences.iter().all(|q| !q.position_seen && q.last_value.is_none()));

    let l1 = snapshot_as(&sandbox, "l1").await;
    assert_eq!(l1.workload.hidden, 0);
    assert!(l1.workload.statements.iter().any(|x| x.text.contains("where tenant_id = $1")));
    assert!(l1.catalog.relations.values().all(|r| r.statistics.is_empty()));
    assert!(!unseen(&l1, Subject::Statistics).is_empty(), "{:?}", l1.unseen);
    assert!(!unseen(&l1, Subject::Plans).is_empty());
    assert_eq!(relation(&l1, "app", "tenant").policies.len(), 1);

    let l2 = snapshot_as(&sandbox, "l2").await;
    for table in ["tenant", "member", "animal"] {
        assert!(!relation(&l2, "app", table).statistics.is_empty(), "{table}: also under row-level security");
    }
    assert!(unseen(&l2, Subject::Statistics).is_empty(), "{:?}", l2.unseen);

    let l3 = snapshot_as(&sandbox, "l3").await;
    assert!(!relation(&l3, "app", "animal").statistics.is_empty());
    assert!(relation(&l3, "app", "tenant").statistics.is_empty(), "its policies bind this role");
    let skipped: Vec<_> = l3.unseen.iter().filter(|u| u.subject == Subject::Statistics).collect();
    assert_eq!(skipped.len(), 1);
    assert!(skipped[0].because.contains("app.tenant") && skipped[0].because.contains("app.member"), "{skipped:?}");
}

#[tokio::test]
async fn the_extension_may_be_elsewhere_or_absent() {
    let sandbox = start(&[]).await;
    admin(&sandbox, "create table t (a int)").await;
    let without = snapshot_as(&sandbox, "postgres").await;
    assert_eq!(without.workload.source, Source::None);
    assert!(unseen(&without, Subject::Workload)[0].contains("not installed"));
    admin(&sandbox, "create schema \"Ext 'x\"; create extension pg_stat_statements schema \"Ext 'x\"").await;
    admin(&sandbox, "select a from t where a = 1").await;
    let with = snapshot_as(&sandbox, "postgres").await;
    assert!(with.workload.statements.iter().any(|s| s.text == "select a from t where a = $1"), "{:?}", with.workload);
    // its schema closed to the role
    admin(&sandbox, "create role outsider login").await;
    let closed = snapshot_as(&sandbox, "outsider").await;
    assert_eq!(closed.workload.source, Source::None);
    assert!(!unseen(&closed, Subject::Workload).is_empty());
}

#[tokio::test]
async fn a_locked_table_is_named_and_nobody_waits() {
    let sandbox = everything().await;
    let mut holder = sandbox.connect_options("postgres").connect().await.unwrap();
    let lock = "begin; lock table app.tenant in access exclusive mode";
    sqlx::raw_sql(AssertSqlSafe(lock)).execute(&mut holder).await.unwrap();
    let started = Instant::now();
    let s = snapshot_as(&sandbox, "postgres").await;
    assert!(started.elapsed() < Duration::from_secs(10));
    let named: Vec<&str> =
        s.unseen.iter().filter(|u| u.subject == Subject::Relation).filter_map(|u| u.object.as_deref()).collect();
    assert!(named.contains(&"app.tenant") && named.contains(&"app.active_tenant"), "{named:?}");
    assert!(s.catalog.find(Some("app"), "tenant", &[]).is_none());
    assert!(!relation(&s, "app", "animal").indexes[0].definition.is_empty());
}

#[tokio::test]
async fn what_comes_and_goes_does_no_harm() {
    let sandbox = everything().await;
    let options = sandbox.connect_options("postgres");
    let busy = tokio::spawn(async move {
        let mut connection = options.connect().await.unwrap();
        loop {
            let sql = "create table app.gone (id serial primary key, n int default 1 check (n > 0));
                       create index gone_n on app.gone ((n + 1)) where n > 2; create view app.gone_view as select * from app.gone;
                       drop table app.gone cascade";
            for statement in sql.split(';') {
                sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.unwrap();
            }
        }
    });
    for _ in 0..15 {
        let s = snapshot_as(&sandbox, "postgres").await;
        relation(&s, "app", "tenant");
        for index in s.catalog.relations.values().flat_map(|r| &r.indexes) {
            assert!(index.definition.starts_with("CREATE"), "{index:?}");
        }
    }
    assert!(!busy.is_finished());
    busy.abort();
}
