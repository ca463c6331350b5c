//! All that takes long, while reads and writes go on.

use super::Partition;
use crate::config::MigrationSettings;
use crate::ident::{Ident, ident_list, one_line};
use crate::plan::change::IndexColumn;
use crate::plan::change::gate::{self, Check, Tail};
use crate::plan::change::index_build::Build;
use crate::plan::change::tenant::gates::sees_all;
use crate::plan::statement::{Hazard, LockMode, Statement};
use crate::snapshot::{RelationKind, Snapshot};

pub(super) fn statements(
    change: &Partition,
    snapshot: &Snapshot,
    settings: &MigrationSettings,
) -> Option<(Vec<Statement>, Vec<Statement>)> {
    let table = change.find(snapshot).filter(|t| t.kind == RelationKind::Table)?;
    let (name, column, check) = (&change.table, &change.column, change.check());
    let bound = change.bound(change.first()?, table);
    let outside = Check {
        raise_if: format!("EXISTS (SELECT FROM {name} AS t WHERE t.{column} IS NULL OR t.{column} >= {bound})"),
        message: format!("rows of {} have no {column}, or one from {bound} on", one_line(&name.to_string())),
        hint: "give each row its time first; where times lie in the future, a larger interval in [[partitioning]] puts the bound behind them"
            .to_owned(),
    };
    let brief = |sql: String| Statement::brief(sql, LockMode::AccessExclusive, name, settings.lock_timeout_ms);
    let add = brief(format!(
        "ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {check}, ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL AND {column} < {bound}) NOT VALID"
    ));
    let mut up = vec![
        gate::rows(&[sees_all(name), outside]),
        // a row of a later time is refused until the second migration is there
        Statement { hazards: vec![Hazard::BlocksEverything, Hazard::DependsOnData], ..add },
        Statement::validate(name, &check),
    ];
    let mut down = Vec::new();
    for key in change.lost_keys(table) {
        let columns: Vec<Ident> = key.columns.iter().chain([column]).cloned().collect();
        let build = unique_index(key.wide.clone(), &columns, snapshot, settings);
        up.extend(build.statements(table)?);
        down.splice(0..0, build.drop(table));
    }
    down.push(brief(format!("ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {check}")));
    Some((up, down))
}

/// A unique index on these columns.
pub(super) fn unique_index<'a>(
    name: Ident,
    columns: &[Ident],
    snapshot: &'a Snapshot,
    settings: &'a MigrationSettings,
) -> Build<'a> {
    Build {
        name,
        unique: true,
        sql: format!("USING btree ({})", ident_list(columns)),
        tail: Tail::Columns(columns.iter().map(IndexColumn::ascending).collect()),
        was: None,
        catalog: &snapshot.catalog,
        settings,
    }
}
