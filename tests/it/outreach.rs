//! System 2: e-mail outreach on Supabase, before and after the fixes of its audit.

use dbharden::demo;

use crate::support::{connect_to, number};
use crate::systems::{Expected, Loaded};

const SCALE: u32 = 30_000;

#[tokio::test]
async fn every_fault_is_found_and_the_indexes_cure() {
    let expected = Expected::of("outreach");
    let loaded = Loaded::new("outreach", "plain", SCALE).await;
    loaded.run_app().unwrap();
    let before = demo::measure(&loaded.options(), &loaded.system).await.unwrap();
    let (snapshot, findings) = loaded.findings(&expected.config()).await;
    let waiting = expected.judge_variant(&findings, SCALE, "plain");
    println!("wait for their checks: {waiting:#?}");

    loaded.apply_indexes(&findings, &snapshot, &expected.config()).await;
    loaded.run_app().unwrap();
    let after = demo::measure(&loaded.options(), &loaded.system).await.unwrap();
    assert!(after.total_ms() < 0.5 * before.total_ms(), "{} ms before, {} ms after", before.total_ms(), after.total_ms());
    let (_, findings) = loaded.findings(&expected.config()).await;
    let left: Vec<&String> = findings.iter().filter(|f| f.group == "index").map(|f| &f.message).collect();
    assert!(left.is_empty(), "{left:#?}");
}

#[tokio::test]
async fn after_its_fixes_only_what_they_left_is_found() {
    let expected = Expected::of("outreach");
    let loaded = Loaded::new("outreach", "after", SCALE).await;
    loaded.run_app().unwrap();
    let (_, findings) = loaded.findings(&expected.config()).await;
    let waiting = expected.judge_variant(&findings, SCALE, "after");
    println!("wait for their checks: {waiting:#?}");
}

/// The system is what its README says: policies that hold where the audit's fixes brought them, a view that leaks all the same.
#[tokio::test]
async fn a_caller_sees_all_rows_before_and_his_own_after() {
    for (variant, others) in [("plain", true), ("after", false)] {
        let loaded = Loaded::new("outreach", variant, 10_000).await;
        let mut connection = connect_to(&loaded.sandbox, "outreach").await;
        let claim = "select set_config('request.jwt.claim.sub', md5('user1')::uuid::text, false); set role authenticated";
        crate::support::run(&mut connection, claim).await;
        let emails = "select count(*) from emails where user_id <> md5('user1')::uuid";
        assert_eq!(number(&mut connection, emails).await > 0, others, "{variant}");
        let campaigns = "select count(*) from campaigns where user_id <> md5('user1')::uuid";
        assert_eq!(number(&mut connection, campaigns).await, 0, "{variant}");
        assert!(number(&mut connection, "select count(*) from leads").await > 0, "{variant}");
        if variant == "after" {
            let of_all = number(&mut connection, "select queued_emails from system_health_metrics").await;
            let own = number(&mut connection, "select count(*) from emails where status = 'queued'").await;
            assert!(of_all > own, "the view shows {of_all}, the caller has {own}");
        }
    }
}
