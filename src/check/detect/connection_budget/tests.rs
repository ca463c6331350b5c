//! Servers, clients and configurations with what is said about them.

use serde_json::json;

use crate::check::Severity;
use crate::check::detect::fixture::{findings, set, snapshot};
use crate::snapshot::{ConnectionGroup, DatabaseActivity, Snapshot};

const CHECK: &str = "connection-budget";

fn server(version_num: u32, max: &str, reserved: &str) -> Snapshot {
    let mut snapshot = snapshot("create table t (id integer primary key)", &[]);
    snapshot.server.version_num = version_num;
    set(&mut snapshot, "max_connections", max);
    set(&mut snapshot, "superuser_reserved_connections", "3");
    if version_num >= 160_000 {
        set(&mut snapshot, "reserved_connections", reserved);
    }
    snapshot
}

fn group(application: &str, state: Option<&str>, sessions: i64) -> ConnectionGroup {
    ConnectionGroup {
        database: Some("app".to_owned()),
        role: Some("app".to_owned()),
        application: application.to_owned(),
        state: state.map(str::to_owned),
        sessions,
        oldest_transaction_s: None,
    }
}

#[test]
fn configured_demand_against_slots() {
    #[rustfmt::skip]
    let cases = [
        ("pools = 62\nconnection_limit = 5", Some("62 pools x 5 connections from one process = 310, and the server has 97")),
        ("instances = 4\nconnection_limit = 30", Some("1 pool x 30 connections x 4 instances = 120")),
        ("connection_limit = 97", None),
        ("connection_limit = 98", Some("1 pool x 98 connections from one process = 98")),
        // without a limit the demand is not known
        ("pools = 62", None),
        ("", None),
    ];
    for (config, expected) in cases {
        let found = findings(&server(150_000, "100", "0"), CHECK, &format!("[connections]\n{config}"));
        assert_eq!(found.len(), usize::from(expected.is_some()), "{config}");
        for f in found {
            assert!(f.message.contains(expected.unwrap_or_default()), "{}", f.message);
            assert_eq!((f.object.as_str(), f.severity), ("database", Severity::Warning));
        }
    }
}

#[test]
fn reserved_slots_of_16_count() {
    let config = "[connections]\nconnection_limit = 95";
    assert!(findings(&server(150_000, "100", "0"), CHECK, config).is_empty());
    let found = findings(&server(160_000, "100", "5"), CHECK, config);
    assert_eq!(found[0].evidence["usable"], json!(92));
}

#[test]
fn sessions_that_are_open() {
    for (idle, active, severity) in [(60, 10, None), (70, 10, Some(Severity::Warning)), (80, 14, Some(Severity::Error))] {
        let mut snapshot = server(150_000, "100", "0");
        snapshot.connections = vec![group("web", Some("idle"), idle), group("web", Some("active"), active)];
        let background = ConnectionGroup { database: None, ..group("", None, 50) };
        snapshot.connections.push(background);
        let found = findings(&snapshot, CHECK, "");
        assert_eq!(found.first().map(|f| f.severity), severity, "{idle} + {active}");
        for f in found {
            assert_eq!(f.evidence["sessions_by_client"][0]["idle"], json!(idle));
        }
    }
}

#[test]
fn churn_needs_figures_of_some_age() {
    let activity = |sessions, mean_ms, stats_reset| DatabaseActivity {
        sessions: Some(sessions),
        mean_session_ms: Some(mean_ms),
        sessions_abandoned: Some(sessions / 10),
        stats_reset,
        ..DatabaseActivity::default()
    };
    let now = 1_750_000_000;
    #[rustfmt::skip]
    let cases = [
        (activity(10_000_000, 300.0, Some(now - 864_000)), Some("11.6 sessions are opened a second and live 300 ms")),
        // a pooler's sessions live long
        (activity(10_000_000, 3_600_000.0, Some(now - 864_000)), None),
        (activity(100_000, 300.0, Some(now - 864_000)), None),
        (activity(900, 3.0, Some(now - 2)), None),
        (activity(10_000_000, 300.0, None), None),
        (DatabaseActivity::default(), None),
    ];
    for (database, expected) in cases {
        let mut snapshot = server(150_000, "100", "0");
        snapshot.database = database;
        let found = findings(&snapshot, CHECK, "");
        assert_eq!(found.len(), usize::from(expected.is_some()), "{:?}", snapshot.database);
        for f in found {
            assert!(f.message.contains(expected.unwrap_or_default()), "{}", f.message);
            assert_eq!((f.severity, &f.evidence["share_abandoned"]), (Severity::Info, &json!(0.1)));
        }
    }
}

#[test]
fn advice_fits_the_server() {
    let mut snapshot = server(150_000, "100", "0");
    snapshot.server.database = "my app\n[x]".to_owned();
    let found = findings(&snapshot, CHECK, "[connections]\npools = 62\nconnection_limit = 5\ninstances = 6");
    let evidence = &found[0].evidence;
    assert_eq!(evidence["prisma"]["url"], json!("?connection_limit=12&pool_timeout=20"));
    assert_eq!(evidence["prisma_by_instances"][3], json!({ "instances": 48, "connection_limit": 1 }));
    let ini = evidence["pgbouncer"].as_str().unwrap_or_default();
    assert!(ini.contains("\n\"my app\\n[x]\" = host="), "{ini}");
    assert!(ini.contains("max_db_connections = 77\n") && ini.contains("default_pool_size = 70\n"), "{ini}");
    let crowd = findings(&snapshot, CHECK, "[connections]\nconnection_limit = 5\ninstances = 200");
    assert_eq!(crowd[0].evidence["prisma"]["connection_limit"], json!(null));
    assert!(crowd[0].evidence["advice"].as_str().is_some_and(|a| a.contains("a pooler is needed")));
}

#[test]
fn without_settings_nothing_is_said() {
    let bare = snapshot("create table t (id integer primary key)", &[]);
    assert!(findings(&bare, CHECK, "[connections]\npools = 62\nconnection_limit = 5").is_empty());
}
