//! Figures from elsewhere: production's, a replica's, those of the minutes between two readings.

use dbharden::connect::Session;
use dbharden::snapshot::{Identity, merge_stats, since};

use super::{admin, everything, relation, snapshot_as, start, target};

#[tokio::test]
async fn only_what_happened_in_between_counts() {
    let sandbox = everything().await;
    let query = "select count(*) from app.member where tenant_id = 7";
    admin(&sandbox, query).await;
    let first = snapshot_as(&sandbox, "postgres").await;
    for _ in 0..3 {
        admin(&sandbox, query).await;
    }
    admin(&sandbox, "insert into app.scratch values (1)").await;
    if sandbox.major() < 15 {
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await; // its statistics come through a collector
    }
    let both = since(&first, snapshot_as(&sandbox, "postgres").await);
    let counted = both.workload.statements.iter().find(|s| s.text.contains("where tenant_id = $1")).unwrap();
    assert_eq!((counted.calls, counted.rows), (3, 3));
    assert!(!both.workload.statements.iter().any(|s| s.text.starts_with("insert into app.tenant")), "not run again");
    assert_eq!((both.workload.since, both.database.stats_reset), (Some(first.taken_at), Some(first.taken_at)));
    assert_eq!(relation(&both, "app", "tenant").activity.as_ref().unwrap().inserted, 0);
    assert_eq!(relation(&both, "app", "scratch").activity.as_ref().unwrap().inserted, 1);
    assert_eq!(relation(&both, "app", "tenant").rows, Some(600.0));
}

#[tokio::test]
async fn staging_takes_the_figures_of_production() {
    let (production, staging) = tokio::join!(everything(), start(&[]));
    admin(
        &staging,
        "create schema app; create table app.member (tenant_id bigint, id text, email varchar(200), added int, primary key (tenant_id, id));
         create table app.fresh (id int); insert into app.fresh values (1); analyze",
    )
    .await;
    let production = snapshot_as(&production, "postgres").await;
    let mut merged = snapshot_as(&staging, "postgres").await;
    merged.taken_at += 86_400;
    let notes = merge_stats(&mut merged, &production).join("\n");
    let member = relation(&merged, "app", "member");
    assert_eq!((member.rows, member.columns.len()), (Some(3000.0), 4));
    assert!(member.column_statistics(&"tenant_id".into()).is_some() && member.column_statistics(&"id".into()).is_none());
    assert!(member.primary_key().unwrap().pages > 0);
    assert_eq!((relation(&merged, "app", "fresh").rows, relation(&merged, "app", "fresh").activity.is_none()), (None, true));
    assert_eq!(merged.workload.statements, production.workload.statements);
    let counted_for = |s: &dbharden::snapshot::Snapshot| s.workload.since.map(|since| s.taken_at - since); // unknown before 14
    assert_eq!(counted_for(&merged), counted_for(&production));
    for word in ["app.fresh are not in the snapshot", "app.member.id have another type", "in the snapshot of --stats only"] {
        assert!(notes.contains(word), "{notes}");
    }
}

#[tokio::test]
async fn replicas_add_up_and_strangers_are_refused() {
    let (sandbox, other) = tokio::join!(everything(), start(&[]));
    let mut here = Session::connect(&target(&sandbox, "postgres")).await.unwrap();
    let primary = Identity::read(&mut here).await.unwrap();
    assert!(primary.system.is_some() && !primary.in_recovery);
    // sandboxes are copies of one cluster, so that a real stranger has to be made up
    let stranger = Identity { system: Some("4711".to_owned()), ..primary.clone() };
    let refused = stranger.require_replica_of(&primary, "replica:5432").unwrap_err().to_string();
    assert!(refused.contains("replica:5432 is not a replica") && refused.contains("system identifiers"), "{refused}");
    let itself = primary.require_replica_of(&primary, "replica:5432").unwrap_err().to_string();
    assert!(itself.contains("primary itself"), "{itself}");
    let standby = Identity { in_recovery: true, ..primary.clone() };
    standby.require_replica_of(&primary, "replica:5432").unwrap();
    let elsewhere = Identity { database: "other".into(), ..standby.clone() };
    assert!(elsewhere.require_replica_of(&primary, "replica:5432").is_err());

    admin(&sandbox, "select count(*) from app.member where tenant_id = 7").await;
    let alone = snapshot_as(&sandbox, "postgres").await;
    let mut both = alone.clone();
    both.add_replica(&alone, "replica:5432").unwrap();
    assert!(both.add_replica(&alone, "replica:5432").unwrap_err().to_string().contains("twice"));
    assert_eq!(both.database.replicas, ["replica:5432"]);
    let calls = |s: &dbharden::snapshot::Snapshot| {
        s.workload.statements.iter().find(|x| x.text.contains("where tenant_id = $1")).unwrap().calls
    };
    assert_eq!(calls(&both), 2 * calls(&alone));
    let index = &relation(&both, "app", "member").primary_key().unwrap().activity;
    let scans = index.as_ref().unwrap().scans;
    assert_eq!(index.as_ref().unwrap().replica_scans, [("replica:5432".to_owned(), scans)]);
    let mut wrong = alone.clone();
    assert!(wrong.add_replica(&snapshot_as(&other, "postgres").await, "x").unwrap_err().to_string().contains("not a replica"));
}
