//! `plan STAGING --stats prod.snapshot`: the schema of one database with the figures of another.
//!
//! Schema, roles, views and rows of the SQL checks are staging's. Statistics, sizes, activity, workload, plans, sequence
//! positions, counters, sessions and settings are production's, matched by names. Moments of production are moved by the time
//! between the two readings, so that "counted for 30 days" stays 30 days. What only one of them has is said in notes.

use std::collections::HashMap;

use super::{Relation, Snapshot, Subject};
use crate::ident::QualifiedName;

/// Names listed in one note; more are counted.
const NAMED: usize = 5;

/// Subjects whose being unseen is a matter of where the figures come from.
const OF_FIGURES: &[Subject] =
    &[Subject::Workload, Subject::Statistics, Subject::Activity, Subject::Sequences, Subject::Plans, Subject::Connections];

/// Puts production's figures into staging's snapshot. Returns what did not match, one sentence each.
pub fn merge_stats(staging: &mut Snapshot, production: &Snapshot) -> Vec<String> {
    let shift = staging.taken_at - production.taken_at;
    let mut notes = Vec::new();
    let there: HashMap<&QualifiedName, &Relation> = production.catalog.relations.values().map(|r| (&r.name, r)).collect();
    let (mut only_here, mut other_columns) = (Vec::new(), Vec::new());
    for relation in staging.catalog.relations.values_mut() {
        forget(relation);
        match there.get(&relation.name) {
            Some(source) => other_columns.extend(take(relation, source, shift)),
            None if relation.extension.is_none() => only_here.push(relation.name.to_string()),
            None => {}
        }
    }
    let names: std::collections::BTreeSet<&QualifiedName> = staging.catalog.relations.values().map(|r| &r.name).collect();
    let only_there: Vec<String> = production
        .catalog
        .by_name()
        .into_iter()
        .filter(|r| r.extension.is_none() && !names.contains(&r.name))
        .map(|r| r.name.to_string())
        .collect();
    only_here.sort();
    notes.extend(note(&only_here, "are not in the snapshot of --stats: nothing is known about their size and use"));
    notes.extend(note(&only_there, "are in the snapshot of --stats only: their figures are not used"));
    notes.extend(note(&other_columns, "have another type in the snapshot of --stats: their statistics are not used"));
    if staging.server.major() != production.server.major() {
        notes.push(format!(
            "the figures come from PostgreSQL {}, the schema from {}",
            production.server.major(),
            staging.server.major()
        ));
    }

    let positions: HashMap<&QualifiedName, _> = production.catalog.sequences.iter().map(|s| (&s.name, s)).collect();
    for sequence in &mut staging.catalog.sequences {
        let source = positions.get(&sequence.name);
        sequence.last_value = source.and_then(|s| s.last_value);
        sequence.position_seen = source.is_some_and(|s| s.position_seen);
    }
    staging.unseen.retain(|u| !OF_FIGURES.contains(&u.subject));
    staging.unseen.extend(production.unseen.iter().filter(|u| OF_FIGURES.contains(&u.subject)).cloned());
    staging.unseen.sort();
    staging.server.started_at = production.server.started_at + shift;
    staging.server.database_bytes = production.server.database_bytes;
    staging.server.in_recovery = production.server.in_recovery;
    staging.rights = production.rights.clone();
    staging.settings = production.settings.clone();
    staging.database = production.database.clone();
    staging.database.stats_reset = production.database.stats_reset.map(|t| t + shift);
    staging.connections = production.connections.clone();
    staging.workload = production.workload.clone();
    staging.workload.since = production.workload.since.map(|t| t + shift);
    staging.plans = production.plans.clone();
    staging.pseudonymised = production.pseudonymised;
    notes
}

/// Takes staging's own figures out: next to those of production they would only mislead.
fn forget(relation: &mut Relation) {
    relation.rows = None;
    relation.pages = 0;
    relation.table_bytes = None;
    relation.index_bytes = None;
    relation.activity = None;
    relation.statistics.clear();
    for index in &mut relation.indexes {
        index.pages = 0;
        index.activity = None;
    }
}

/// Copies the figures of the same relation; returns columns that are not the same.
fn take(relation: &mut Relation, source: &Relation, shift: i64) -> Vec<String> {
    relation.rows = source.rows;
    relation.pages = source.pages;
    relation.table_bytes = source.table_bytes;
    relation.index_bytes = source.index_bytes;
    relation.activity = source.activity.clone();
    if let Some(activity) = &mut relation.activity {
        activity.last_analyze = activity.last_analyze.map(|t| t + shift);
        activity.last_vacuum = activity.last_vacuum.map(|t| t + shift);
    }
    let mut others = Vec::new();
    for statistics in &source.statistics {
        let type_of = |r: &Relation| r.column(statistics.column.raw()).map(|c| c.type_name.clone());
        match (type_of(relation), type_of(source)) {
            (Some(a), Some(b)) if a == b => relation.statistics.push(statistics.clone()),
            (Some(_), Some(_)) => others.push(format!("{}.{}", relation.name, statistics.column)),
            _ => {}
        }
    }
    for index in &mut relation.indexes {
        if let Some(same) = source.indexes.iter().find(|i| i.name == index.name) {
            index.pages = same.pages;
            index.activity = same.activity.clone();
            if let Some(activity) = &mut index.activity {
                activity.last_scan = activity.last_scan.map(|t| t + shift);
            }
        }
    }
    others.dedup();
    others
}

fn note(names: &[String], what: &str) -> Option<String> {
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(NAMED);
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("{shown} {what}")),
        (false, more) => Some(format!("{shown} and {more} more {what}")),
    }
}
