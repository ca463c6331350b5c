//! Saving and loading: nothing lost, nothing shown, the same findings.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use dbharden::check::{self, Registry};
use dbharden::config::Config;
use dbharden::snapshot::{Snapshot, load, save};
use sqlx::{AssertSqlSafe, ConnectOptions};

use super::{admin, everything, relation, snapshot_with};

fn bytes(snapshot: &Snapshot, path: &Path, with_values: bool) -> String {
    save(snapshot, path, with_values).unwrap();
    std::fs::read_to_string(path).unwrap()
}

fn findings(snapshot: &Snapshot, registry: &Registry) -> String {
    let report = check::run(snapshot, registry, &Config::default()).unwrap();
    assert!(!report.findings.is_empty());
    serde_json::to_string_pretty(&(report.findings, report.skipped)).unwrap()
}

#[tokio::test]
async fn a_saved_snapshot_says_the_same() {
    let sandbox = everything().await;
    for text in [
        "select * from app.member where email = 'person7@example.com' /* Pat Smith asked */",
        "select * from app.event where payload = 'payload 3' -- Pat",
    ] {
        admin(&sandbox, text).await;
    }
    let registry = Registry::load(&[]).unwrap();
    let snapshot = snapshot_with(&sandbox, &registry).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prod.snapshot");

    let exact = bytes(&snapshot, &path, true);
    let loaded = load(&path).unwrap();
    assert_eq!(serde_json::to_string(&loaded).unwrap(), serde_json::to_string(&snapshot).unwrap());
    assert_eq!(bytes(&loaded, &path, true), exact);
    assert!(exact.contains("Customer 1") && !loaded.pseudonymised);

    let text = bytes(&snapshot, &path, false);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "no temporary file is left");
    assert_eq!(bytes(&snapshot, &path, false), text, "the same bytes again");
    let loaded = load(&path).unwrap();
    assert!(loaded.pseudonymised);
    assert_eq!(bytes(&loaded, &path, false), text, "a second time changes nothing");
    assert_eq!(findings(&loaded, &registry), findings(&snapshot, &registry));
    for secret in ["Customer", "CUSTOMER", "person", "payload 1", "Pat", "red1", "1679091c", "(6,p6)"] {
        assert!(!text.contains(secret), "{secret}: {:?}", text.lines().find(|l| l.contains(secret)));
    }
    assert!(text.contains("it's \\\"fine\\\"") && text.contains("zz top"), "labels are schema");
    assert!(text.lines().count() > 100 && text.lines().any(|l| l.contains("\"name\":\"event_2025_1\"")));
}

#[tokio::test]
async fn pseudonyms_are_valid_and_sorted_for_the_server() {
    let sandbox = everything().await;
    let snapshot = snapshot_with(&sandbox, &Registry::load(&[]).unwrap()).await;
    let path = tempfile::tempdir().unwrap().path().to_owned();
    std::fs::create_dir_all(&path).unwrap();
    let notes = save(&snapshot, &path.join("s"), false).unwrap();
    let saved = load(&path.join("s")).unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    let dropped: Vec<&str> = notes.iter().filter_map(|n| n.split(' ').find(|w| w.starts_with("app."))).collect();
    assert_eq!(dropped, ["app.tenant.doc", "app.tenant.pair", "app.tenant.span"]);

    let mut connection = sandbox.connect_options("postgres").connect().await.unwrap();
    let mut compared = 0;
    for before in snapshot.catalog.relations.values() {
        let after = &saved.catalog.relations[&before.oid];
        for (old, new) in before.statistics.iter().zip(&after.statistics) {
            assert_eq!((old.n_distinct, old.null_frac, old.avg_width), (new.n_distinct, new.null_frac, new.avg_width));
            for (was, is) in old.slots.iter().zip(&new.slots) {
                assert_eq!((was.kind, &was.numbers), (is.kind, &is.numbers));
                let (Some(was_values), Some(values)) = (&was.values, &is.values) else { continue };
                let column = before.column(old.column.raw()).unwrap();
                let type_name = match is.kind {
                    4 => column.type_name.trim_end_matches("[]"),
                    6 => "double precision",
                    _ => &column.type_name,
                };
                // without the modifier: statistics do not obey it
                let type_name = type_name.split('(').next().unwrap();
                // the ranks within the list, before and after
                let sql = format!(
                    "select array(select dense_rank() over (order by v) from unnest($1::text[]::{type_name}[]) with ordinality as u (v, n) order by n)
                          = array(select dense_rank() over (order by v) from unnest($2::text[]::{type_name}[]) with ordinality as u (v, n) order by n)"
                );
                if type_name.ends_with("[]") {
                    continue; // an array of arrays is unnested to its elements
                }
                let same: bool = sqlx::query_scalar(AssertSqlSafe(sql))
                    .bind(was_values.clone())
                    .bind(values.clone())
                    .fetch_one(&mut connection)
                    .await
                    .unwrap_or_else(|e| panic!("{} {} {values:?}: {e}", before.name, old.column));
                assert!(same || is.kind == 7, "{}.{} kind {}: {was_values:?} {values:?}", before.name, old.column, is.kind);
                compared += 1;
            }
        }
    }
    assert!(compared > 40, "{compared}");
    // equal in one column, equal in another
    let ids = |s: &Snapshot, table: &str, column: &str| {
        let statistics = relation(s, "app", table).column_statistics(&column.into()).unwrap().clone();
        statistics.slots.into_iter().filter(|x| x.kind <= 2).flat_map(|x| x.values.unwrap()).flatten().collect::<Vec<_>>()
    };
    let both = |s: &Snapshot| {
        let (a, b) = (ids(s, "tenant", "id"), ids(s, "member", "tenant_id"));
        a.iter().filter(|v| b.contains(v)).count()
    };
    assert!(both(&snapshot) > 10);
    assert_eq!(both(&saved), both(&snapshot));
}
