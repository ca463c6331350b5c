//! Partitions that are made when the rollout is done.

use super::{A, connect_as, count, definitions, go, place, try_sql};
use crate::support::psql_file;

const MORE: &str = "setting = \"app.team\"\napp_role = \"app\"\nowner_role = \"keeper\"\nmigrator_role = \"mig\"\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_made_later_is_no_hole_and_plan_covers_it() {
    let mut place = place().await;
    for stage in ["prepare", "enforce", "force"] {
        go(&place, stage, MORE);
    }
    let made =
        "create table event_later partition of event for values from ('2030-01-01') to ('2040-01-01') partition by range (at);
        create table event_later_1 partition of event_later for values from ('2030-01-01') to ('2035-01-01')";
    place.sql(&format!("set role keeper; {made}; reset role")).await;
    place.sql("insert into event select n, ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, '2031-01-01' from generate_series(1, 3) n").await;
    let before = definitions(&place);
    let mut app = connect_as(&place, "app").await;
    try_sql(&mut app, &format!("set app.team = '{A}'")).await.unwrap();
    let through = "select count(*) from event where at > '2030-01-01'";
    let direct = ["select * from event_later", "select * from event_later_1", "delete from event_later_1"];
    assert_eq!(count(&mut app, through).await, 1);
    for sql in direct {
        assert_eq!(try_sql(&mut app, sql).await, Err("42501".to_owned()), "{sql}");
    }
    let proof = place.run(&["isolation", "--format", "json", "--role", "app"]);
    assert!([0, 3].contains(&proof.code), "{}{}", proof.out, proof.err);
    let attacks = serde_json::from_str::<serde_json::Value>(&proof.out).unwrap()["attacks"].as_array().unwrap().clone();
    let later: Vec<_> = attacks.iter().filter(|a| a.to_string().contains("event_later")).collect();
    assert!(!later.is_empty() && later.iter().all(|a| a["verdict"] != "leak"), "{later:?}");

    let mut written = go(&place, "force", MORE);
    written.extend(go(&place, "force", MORE));
    assert!(!written.is_empty());
    let covered = "select count(*) from pg_class where relname like 'event_later%' and relkind in ('r', 'p')
        and relrowsecurity and relforcerowsecurity and (select count(*) from pg_policy where polrelid = pg_class.oid) = 5";
    assert_eq!(place.number(covered).await, 2, "{written:?}");
    assert!(go(&place, "force", MORE).is_empty());
    assert_eq!(count(&mut app, through).await, 1);
    for folder in written.iter().rev() {
        psql_file(&place.sandbox, "postgres", &folder.join("down.sql")).unwrap();
    }
    assert_eq!(definitions(&place), before);
}
