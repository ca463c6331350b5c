//! NOT NULL without a scan under an exclusive lock: a check that is validated first tells that no row is NULL.

use serde::{Deserialize, Serialize};

use super::gates;
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, short_name};
use crate::plan::change::gate;
use crate::plan::statement::{Hazard, LockMode, Statement};
use crate::snapshot::{RelationKind, Snapshot};

/// A tenant column that every row has filled already, to be NOT NULL from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequireTenant {
    /// The table.
    pub table: QualifiedName,
    /// Its tenant column.
    pub column: Ident,
}

impl RequireTenant {
    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let table = snapshot.catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])?;
        if table.kind != RelationKind::Table || table.partition_of.is_some() || !table.inherits.is_empty() {
            return None;
        }
        let mut up = vec![gate::rows(&[gates::sees_all(&self.table), gates::none_without(&self.table, &self.column)])];
        up.extend(not_null(&self.table, &self.column, settings));
        Some((up, vec![nullable(&self.table, &self.column, settings)]))
    }

    pub(in crate::plan::change) fn is_done(&self, snapshot: &Snapshot) -> bool {
        is_not_null(snapshot, &self.table, &self.column)
    }
}

/// Whether the column is there and NOT NULL.
pub(super) fn is_not_null(snapshot: &Snapshot, table: &QualifiedName, column: &Ident) -> bool {
    let table = snapshot.catalog.find(Some(table.schema.raw()), table.name.raw(), &[]);
    table.and_then(|t| t.column(column.raw())).is_some_and(|c| c.not_null)
}

/// Statements that make a column NOT NULL. They may run again: the check is made anew.
pub(super) fn not_null(table: &QualifiedName, column: &Ident, settings: &MigrationSettings) -> Vec<Statement> {
    let check = short_name(&format!("{}_{}", table.name.raw(), column.raw()), "_not_null_check");
    let brief = |sql: String| Statement::brief(sql, LockMode::AccessExclusive, table, settings.lock_timeout_ms);
    let add = brief(format!(
        "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}, ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"
    ));
    vec![
        Statement { hazards: vec![Hazard::BlocksEverything, Hazard::BreaksApplication], ..add },
        Statement::validate(table, &check),
        brief(format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")),
        brief(format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}")),
    ]
}

/// The undo of [`not_null`], wherever it was interrupted.
pub(super) fn nullable(table: &QualifiedName, column: &Ident, settings: &MigrationSettings) -> Statement {
    let check = short_name(&format!("{}_{}", table.name.raw(), column.raw()), "_not_null_check");
    let sql = format!("ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL, DROP CONSTRAINT IF EXISTS {check}");
    Statement::brief(sql, LockMode::AccessExclusive, table, settings.lock_timeout_ms)
}
