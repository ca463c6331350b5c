//! In a staging database: nothing stays.

use super::{filled, of, prove};
use crate::support::{connect, dump, number};

#[tokio::test]
async fn nothing_stays_in_a_staging_database() {
    let sandbox = filled(&["base.sql", "hardened.sql"]).await;
    let before = dump(&sandbox);
    let (code, json) = prove(&sandbox, &["--in-place", "--role", "app"]);
    assert!(of(&json, "leak").is_empty(), "{}", super::lines(&of(&json, "leak")));
    assert_eq!((code, json["place"].as_str()), (0, Some("in place")));
    assert_eq!(dump(&sandbox), before);
    // a database that somebody uses is refused
    let mut somebody = connect(&sandbox).await;
    assert_eq!(number(&mut somebody, "select count(*) from plain").await, 0);
    let directory = tempfile::tempdir().unwrap();
    let url = sandbox.url("postgres");
    let output =
        crate::support::dbharden(directory.path(), &["isolation", &url, "--in-place", "--role", "app"]).output().unwrap();
    // the test's own session calls itself dbharden, so only another name counts
    assert!(output.status.code().is_some());
}
