//! Drop a foreign key whose work another one does, which holds the tenant too.

use serde::{Deserialize, Serialize};

use super::foreign_key::{ForeignKey, actions};
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, literal, one_line};
use crate::plan::change::gate::{self, Check};
use crate::plan::statement::Statement;
use crate::snapshot::{Constraint, Reference, Snapshot};

/// A foreign key to be dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropForeignKey {
    /// Its table.
    pub table: QualifiedName,
    /// The foreign key.
    pub constraint: Ident,
    /// The one that does its work, which must be there and valid when this one goes.
    pub kept: Ident,
}

impl DropForeignKey {
    fn find<'s>(&self, snapshot: &'s Snapshot) -> Option<(&'s Constraint, &'s Reference)> {
        let table = snapshot.catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])?;
        table.foreign_keys().find(|(k, _)| k.name == self.constraint)
    }

    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let (dropped, reference) = self.find(snapshot)?;
        if dropped.inherited || dropped.deferrable || !dropped.validated {
            return None; // its undo would make another one
        }
        let parent = &snapshot.catalog.relations.get(&reference.table)?.name;
        let key = ForeignKey {
            name: &self.constraint,
            table: &self.table,
            columns: &dropped.columns,
            parent,
            keys: &reference.columns,
            actions: actions(reference.on_delete, reference.on_update, None),
        };
        let there = Check {
            raise_if: format!(
                "NOT EXISTS (\n        SELECT FROM pg_catalog.pg_constraint c\n        \
                 WHERE c.conrelid = pg_catalog.to_regclass({}) AND c.conname = {} AND c.contype = 'f' AND c.convalidated\n    )",
                literal(&self.table.to_string()),
                literal(self.kept.raw())
            ),
            message: format!(
                "foreign key {} may go only while {} is there and valid",
                one_line(&self.constraint.to_string()),
                one_line(&self.kept.to_string())
            ),
            hint: "the foreign keys of this table have changed: run `dbharden plan` again".to_owned(),
        };
        let (add, _) = key.statements(snapshot, settings)?;
        Some((vec![gate::rows(&[there]), key.drop(settings)], add))
    }

    pub(in crate::plan::change) fn is_done(&self, snapshot: &Snapshot) -> bool {
        self.find(snapshot).is_none()
    }
}
