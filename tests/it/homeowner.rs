//! System 4: outreach for property owners, with and without a way from a property to its team.

use dbharden::demo;

use crate::support::{connect_to, number};
use crate::systems::{Expected, Loaded};

const SCALE: u32 = 30_000;

#[tokio::test]
async fn without_a_way_every_fault_is_found_and_the_indexes_cure() {
    faults_and_cure("plain").await;
}

#[tokio::test]
async fn with_a_way_every_fault_is_found_and_the_indexes_cure() {
    faults_and_cure("with_path").await;
}

async fn faults_and_cure(variant: &str) {
    let expected = Expected::of("homeowner");
    let loaded = Loaded::new("homeowner", variant, SCALE).await;
    loaded.run_app().unwrap();
    let before = demo::measure(&loaded.options(), &loaded.system).await.unwrap();
    let (snapshot, findings) = loaded.findings(&expected.config()).await;
    let waiting = expected.judge_variant(&findings, SCALE, variant);
    println!("wait for their checks: {waiting:#?}");

    loaded.apply_indexes(&findings, &snapshot, &expected.config()).await;
    loaded.run_app().unwrap();
    let after = demo::measure(&loaded.options(), &loaded.system).await.unwrap();
    assert!(after.total_ms() < before.total_ms(), "{} ms before, {} ms after", before.total_ms(), after.total_ms());
    let (_, findings) = loaded.findings(&expected.config()).await;
    let left: Vec<&String> = findings.iter().filter(|f| f.group == "index").map(|f| &f.message).collect();
    assert!(left.is_empty(), "{left:#?}");
}

/// The system is what its README says.
#[tokio::test]
async fn tables_keys_and_rows_without_a_team() {
    let loaded = Loaded::new("homeowner", "with_path", 10_000).await;
    let mut connection = connect_to(&loaded.sandbox, "homeowner").await;
    let mut count = async |sql: &str| number(&mut connection, sql).await;
    assert_eq!(count("select count(*) from pg_stat_user_tables").await, 27);
    assert_eq!(count("select count(*) from information_schema.columns where column_name = 'teamId'").await, 23);
    // a block without a team leads nowhere, a record without one leads to its block's, mostly
    assert!(count(r#"select count(*) from blocks where "teamId" is null"#).await > 0);
    let records =
        r#"select count(*) from block_records r join blocks b on b.id = r."blockId" where r."teamId" is null and b."teamId" is "#;
    assert!(count(&format!("{records} not null")).await > 0);
    assert!(count(&format!("{records} null")).await > 0);
    assert_eq!(
        count(r#"select count(*) from properties p left join blocks b on b.id = p."blockId" where b.id is null"#).await,
        0
    );
}
