//! What happened between two readings of the same database: `dbharden snapshot --for 15m`.
//!
//! Counters that a server has kept since it was set up say little about today. Everything that is not a counter is the second
//! reading's. A counter that fell between them was reset in between, so what it shows is younger than the first reading
//! and is taken as it is.

use std::collections::HashMap;

use super::{DatabaseActivity, IndexActivity, Snapshot, Statement, TableActivity};

/// The second reading with counters that began at the first.
pub fn since(first: &Snapshot, mut second: Snapshot) -> Snapshot {
    for (oid, relation) in &mut second.catalog.relations {
        let Some(before) = first.catalog.relations.get(oid).filter(|b| b.name == relation.name) else { continue };
        if let (Some(now), Some(then)) = (&mut relation.activity, &before.activity) {
            table(now, then);
        }
        let indexes: HashMap<_, _> = before.indexes.iter().map(|i| (i.oid, i)).collect();
        for index in &mut relation.indexes {
            if let (Some(now), Some(then)) = (&mut index.activity, indexes.get(&index.oid).and_then(|i| i.activity.as_ref())) {
                scans(now, then);
            }
        }
    }
    database(&mut second.database, &first.database);
    second.database.stats_reset = Some(first.taken_at);
    let before: HashMap<_, _> = first.workload.statements.iter().map(|s| (&s.fingerprint, s)).collect();
    for statement in &mut second.workload.statements {
        if let Some(then) = before.get(&statement.fingerprint) {
            executions(statement, then);
        }
    }
    second.workload.statements.retain(|s| s.calls > 0);
    second.workload.statements.sort_by(|a, b| b.total_ms.total_cmp(&a.total_ms).then_with(|| a.fingerprint.cmp(&b.fingerprint)));
    second.workload.since = Some(first.taken_at);
    second.workload.evictions = match (second.workload.evictions, first.workload.evictions) {
        (Some(now), Some(then)) if now >= then => Some(now - then),
        (now, _) => now,
    };
    second
}

/// Subtracts the earlier counters, unless one of them was reset in between.
fn subtract<const N: usize>(now: [&mut i64; N], then: [i64; N]) {
    if now.iter().zip(then).all(|(n, t)| **n >= t) {
        for (n, t) in now.into_iter().zip(then) {
            *n -= t;
        }
    }
}

fn table(now: &mut TableActivity, then: &TableActivity) {
    let mut idx_scan = now.idx_scan.unwrap_or(0);
    let counters = [
        &mut now.seq_scan,
        &mut now.seq_tup_read,
        &mut idx_scan,
        &mut now.inserted,
        &mut now.updated,
        &mut now.hot_updated,
        &mut now.deleted,
    ];
    let earlier = [
        then.seq_scan,
        then.seq_tup_read,
        then.idx_scan.unwrap_or(0),
        then.inserted,
        then.updated,
        then.hot_updated,
        then.deleted,
    ];
    subtract(counters, earlier);
    now.idx_scan = now.idx_scan.map(|_| idx_scan);
}

fn scans(now: &mut IndexActivity, then: &IndexActivity) {
    subtract([&mut now.scans], [then.scans]);
    for (replica, scans) in &mut now.replica_scans {
        if let Some((_, earlier)) = then.replica_scans.iter().find(|(name, _)| name == replica) {
            subtract([scans], [*earlier]);
        }
    }
}

fn database(now: &mut DatabaseActivity, then: &DatabaseActivity) {
    let life = |d: &DatabaseActivity| d.mean_session_ms.zip(d.sessions).map(|(mean, n)| mean * n as f64);
    let lived = life(now).zip(life(then)).map(|(now, then)| now - then);
    subtract([&mut now.commits, &mut now.rollbacks, &mut now.deadlocks], [then.commits, then.rollbacks, then.deadlocks]);
    if let (Some(sessions), Some(abandoned), Some(s), Some(a)) =
        (&mut now.sessions, &mut now.sessions_abandoned, then.sessions, then.sessions_abandoned)
        && *sessions >= s
    {
        subtract([sessions, abandoned], [s, a]);
        let opened = *sessions;
        now.mean_session_ms = lived.filter(|ms| *ms >= 0.0 && opened > 0).map(|ms| ms / opened as f64);
    }
}

fn executions(now: &mut Statement, then: &Statement) {
    if now.calls < then.calls || now.total_ms < then.total_ms {
        return; // evicted and counted anew
    }
    subtract([&mut now.calls, &mut now.rows, &mut now.blocks], [then.calls, then.rows, then.blocks]);
    now.total_ms -= then.total_ms;
    // the longest of all time is the longest of these minutes only where it grew
    now.max_ms = now.max_ms.filter(|m| then.max_ms.is_some_and(|before| *m > before));
}
