//! Tables that are written anew and indexes that are built: their `relfilenode` tells, and an empty table gets a new one too.

use std::collections::BTreeSet;

use super::locks::Relations;
use super::rehearsal::{Kind, Work};
use crate::drift::files::Relation;

/// What a statement has done, by the table's OID.
pub(super) fn between(before: &Relations, after: &Relations, empties: bool) -> Vec<(i64, Work)> {
    let mut found = Vec::new();
    let mut rewritten = BTreeSet::new();
    for now in after.values().filter(|r| r.table.is_none() && r.file != 0) {
        // sequences get a file with every ALTER SEQUENCE
        if now.kind != 'S' && before.get(&now.oid).is_some_and(|was| was.file != now.file) {
            rewritten.insert(now.oid);
            let kind = if empties { Kind::Empties } else { Kind::Rewrites };
            found.push((now.oid, work(kind, now, None)));
        }
    }
    // an index that is made again for a column of a new type may keep its file
    let files: BTreeSet<i64> = before.values().map(|r| r.file).collect();
    for index in after.values().filter(|r| r.file != 0 && !files.contains(&r.file)) {
        let Some(table) = index.table.filter(|t| !rewritten.contains(t)).and_then(|t| after.get(&t)) else { continue };
        found.push((table.oid, work(Kind::BuildsIndex, table, Some(index))));
    }
    found
}

/// Every row of the table is read.
pub(super) fn reads(table: &Relation) -> Work {
    work(Kind::ReadsEveryRow, table, None)
}

fn work(kind: Kind, table: &Relation, index: Option<&Relation>) -> Work {
    Work { kind, table: table.name.to_string(), index: index.map(|i| i.name.to_string()), bytes: None, seconds: None }
}
