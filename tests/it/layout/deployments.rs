//! Whether a tool deploys at this moment.

use super::*;

#[tokio::test]
async fn a_running_deployment_is_seen() {
    let (sandbox, mut connection) = start().await;
    let mut session = session(&sandbox, "postgres").await;
    // sqlx: crc32("postgres") and its factor; golang-migrate: crc32 of public, schema_migrations, /postgres and its factor;
    // Flyway: its name as a number, and the hash of "public"."flyway_schema_history"
    for (layout, lock) in [
        (Layout::Prisma, "72707369"),
        (Layout::Goose, "5887940537704921958"),
        (Layout::Goose, "4097083626"),
        (Layout::Sqlx, "368907709894077238"),
        (Layout::GolangMigrate, "3280485947"),
        (Layout::Flyway, "77433833903597"),
    ] {
        assert_eq!(ledger::deploy_in_progress(&mut session, layout).await.unwrap(), None);
        support::run(&mut connection, &format!("set application_name = 'deploy'; select pg_advisory_lock({lock})")).await;
        let holder = ledger::deploy_in_progress(&mut session, layout).await.unwrap().unwrap();
        assert_eq!((holder.application_name.as_str(), holder.role.as_str()), ("deploy", "postgres"));
        support::run(&mut connection, "select pg_advisory_unlock_all()").await;
    }
    assert_eq!(ledger::deploy_in_progress(&mut session, Layout::Dbmate).await.unwrap(), None);
}
