//! Snapshots made by hand for the tests of detectors: a schema, a workload, the settings of a server.

use std::collections::BTreeMap;

use crate::check::{Finding, Registry, run};
use crate::config::Config;
use crate::connect::Rights;
use crate::snapshot::workload::{Entry, Source, merge};
use crate::snapshot::{DatabaseActivity, FORMAT, Server, Setting, Snapshot, Workload, fixture};

/// A statement with calls, rows of all calls, and mean milliseconds.
pub(super) type Line<'a> = (&'a str, i64, i64, f64);

/// Ten days of statistics on a server of this version.
pub(super) fn snapshot(ddl: &str, lines: &[Line]) -> Snapshot {
    let entry = |(text, calls, rows, mean_ms): &Line| Entry {
        text: (*text).to_owned(),
        role: None,
        calls: *calls,
        rows: *rows,
        total_ms: *calls as f64 * mean_ms,
        max_ms: Some(mean_ms * 2.0),
        blocks: 0,
        nested: false,
        is_example: false,
    };
    let (statements, unreadable) = merge(lines.iter().map(entry).collect());
    assert_eq!(unreadable, 0, "every statement of a test must parse");
    let taken_at = 1_750_000_000;
    let since = taken_at - 10 * 86_400;
    Snapshot {
        objects: None,
        planner: None,
        ledgers: BTreeMap::new(),
        counts: None,
        format: FORMAT,
        dbharden: "test".to_owned(),
        taken_at,
        pseudonymised: false,
        server: Server {
            version_num: 160_004,
            version: "16.4".to_owned(),
            database: "app".to_owned(),
            in_recovery: false,
            started_at: since,
            database_bytes: None,
            extensions: Vec::new(),
            search_path: "\"$user\", public".to_owned(),
        },
        rights: rights(),
        settings: BTreeMap::new(),
        catalog: fixture::catalog(ddl),
        database: DatabaseActivity { stats_reset: Some(since), ..DatabaseActivity::default() },
        connections: Vec::new(),
        workload: Workload { source: Source::PgStatStatements, since: Some(since), statements, ..Workload::default() },
        sql_checks: BTreeMap::new(),
        plans: BTreeMap::new(),
        unseen: Vec::new(),
    }
}

/// A setting with its value.
pub(super) fn set(snapshot: &mut Snapshot, name: &str, value: &str) {
    snapshot
        .settings
        .insert(name.to_owned(), Setting { value: value.to_owned(), unit: None, source: "configuration file".to_owned() });
}

/// What one check finds, under this `dbharden.toml`.
pub(super) fn findings(snapshot: &Snapshot, check: &str, config: &str) -> Vec<Finding> {
    let registry = Registry::load(&[]).expect("the built-in checks load");
    let config = Config::parse(config).expect("the test's configuration parses");
    config.validate(&registry).expect("it names what exists");
    let report = run(snapshot, &registry, &config).expect("the checks run");
    assert!(report.unreadable.is_empty(), "{:?}", report.unreadable);
    report.findings.into_iter().filter(|f| f.check == check).collect()
}

fn rights() -> Rights {
    use crate::connect::{Level, ObjectRights, Platform, StatisticsAccess, WorkloadAccess};
    Rights {
        role: "owner".to_owned(),
        superuser: true,
        platform_admin: false,
        bypass_rls: true,
        platform: Platform::SelfHosted,
        level: Level::L2,
        pg_monitor: true,
        read_all_stats: true,
        read_all_settings: true,
        statistics: StatisticsAccess::Catalog,
        extended_statistics: true,
        can_explain: true,
        can_read_sequences: true,
        objects: ObjectRights::default(),
        workload: WorkloadAccess::Full,
        workload_schema: None,
        workload_version: None,
        grants_for_more: Vec::new(),
    }
}
