//! Drop an index that nothing needs, without blocking anybody; the undo builds it again as it was.

use serde::{Deserialize, Serialize};

use super::gate::{self, Gate};
use super::index_build::{self, Build};
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName};
use crate::plan::Statement;
use crate::snapshot::{Index, Relation, Snapshot};

/// An index to be dropped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DropIndex {
    /// Its table.
    pub table: QualifiedName,
    /// The index.
    pub index: Ident,
    /// The index that does its work, which must be there and valid when this one goes.
    #[serde(default)]
    pub kept: Option<Ident>,
}

impl DropIndex {
    fn find<'s>(&self, snapshot: &'s Snapshot) -> Option<(&'s Relation, &'s Index)> {
        let table = snapshot.catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])?;
        Some((table, table.indexes.iter().find(|i| i.name == self.index)?))
    }

    pub(super) fn exists(&self, snapshot: &Snapshot) -> bool {
        self.find(snapshot).is_some()
    }

    pub(super) fn bytes(&self, snapshot: &Snapshot) -> Option<i64> {
        self.find(snapshot).map(|(_, index)| index.pages * 8_192)
    }

    pub(super) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let (table, index) = self.find(snapshot)?;
        // What backs a constraint or belongs to a partitioned index goes only with that.
        if index.constraint.is_some() || index.parent.is_some() || index.referenced_by_table {
            return None;
        }
        let (_, tail) = index.definition.split_once(" USING ")?;
        let gate = Gate::Valid;
        let build = Build { name: index.name.clone(), unique: index.unique, tail: format!("USING {tail}"), gate };
        let mut up = Vec::new();
        if let Some(kept) = &self.kept {
            up.push(gate::kept(&table.name, kept, &self.index));
        }
        up.extend(index_build::drop(&index.name, table, settings));
        let down = if index.valid { index_build::build(&build, table, &snapshot.catalog, settings)? } else { Vec::new() };
        Some((up, down))
    }
}
