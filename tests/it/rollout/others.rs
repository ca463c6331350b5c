//! Roles beside the application's own: another process, a scheduler for all tenants, one that nobody has spoken of.

use super::{A, connect_as, count, go, place, try_sql};

const SETTINGS: &str = "setting = \"app.team\"\napp_role = [\"app\", \"worker\"]\nall_tenants_roles = [\"scheduler\"]\n";
const WORK: &str = "update invoice set amount = amount + 1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_goes_on_until_it_is_said_what_it_is_and_then_sees_what_it_should() {
    let mut place = place().await;
    place
        .sql(
            "create role worker login; create role scheduler login; create role stranger login;
             grant select, update on invoice to worker, scheduler, stranger;
             grant usage on schema public to worker, scheduler, stranger",
        )
        .await;
    go(&place, "prepare", SETTINGS);
    go(&place, "audit", SETTINGS);
    for role in ["worker", "scheduler", "stranger"] {
        let mut session = connect_as(&place, role).await;
        assert_eq!(count(&mut session, "select count(*) from invoice").await, 500, "{role}");
        try_sql(&mut session, WORK).await.unwrap_or_else(|e| panic!("{role}: {e}"));
    }
    // nobody said what the stranger is
    assert!(go(&place, "enforce", SETTINGS).is_empty());
    place.sql("revoke all on invoice from stranger").await;
    assert!(!go(&place, "enforce", SETTINGS).is_empty());
    assert!(go(&place, "enforce", SETTINGS).is_empty(), "enforce is not done when it is applied");

    let mut worker = connect_as(&place, "worker").await;
    assert_eq!(count(&mut worker, "select count(*) from invoice").await, 0);
    assert_eq!(try_sql(&mut worker, WORK).await, Err("42501".to_owned()));
    try_sql(&mut worker, &format!("set app.team = '{A}'; {WORK}")).await.unwrap();
    assert_eq!(count(&mut worker, "select count(*) from invoice").await, 100);
    // its privileges are as they were
    assert_eq!(try_sql(&mut worker, "delete from invoice").await, Err("42501".to_owned()));

    let mut scheduler = connect_as(&place, "scheduler").await;
    assert_eq!(count(&mut scheduler, "select count(*) from invoice").await, 500);
    try_sql(&mut scheduler, WORK).await.unwrap();
    go(&place, "force", SETTINGS);
    assert_eq!(count(&mut scheduler, "select count(*) from invoice").await, 500);
}
