//! Drop an index that nothing needs, without blocking anybody; the undo builds it again as it was.

use serde::{Deserialize, Serialize};

use super::CreateIndex;
use super::gate::{self, Known, Tail};
use super::index_build::Build;
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
    /// An index of the same plan that does its work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<Box<CreateIndex>>,
}

impl DropIndex {
    fn find<'s>(&self, snapshot: &'s Snapshot) -> Option<(&'s Relation, &'s Index)> {
        let table = snapshot.catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])?;
        Some((table, table.indexes.iter().find(|i| i.name == self.index)?))
    }

    /// Whether both mean the same index.
    pub fn same_index(&self, other: &DropIndex) -> bool {
        self.table == other.table && self.index == other.index
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
        let sql = tail(index)?;
        let build = Build {
            name: index.name.clone(),
            unique: index.unique,
            tail: Tail::Text(sql.clone()),
            sql,
            was: Some(index.oid),
            catalog: &snapshot.catalog,
            settings,
        };
        let known = Known { table: &table.name, name: &index.name, unique: index.unique, tail: &build.tail };
        let gate = match (&self.kept, &self.replaced_by) {
            (None, Some(new)) => {
                let (name, tail) = (new.name(), new.tail());
                let kept = Known { table: &table.name, name: &name, unique: new.unique, tail: &tail };
                gate::droppable(&known, index.valid, Some(&kept))
            }
            (Some(name), _) => {
                let kept = table.indexes.iter().find(|i| i.name == *name)?;
                let tail = Tail::Text(tail(kept)?);
                let kept = Known { table: &table.name, name, unique: kept.unique, tail: &tail };
                gate::droppable(&known, index.valid, Some(&kept))
            }
            (None, None) => gate::droppable(&known, index.valid, None),
        };
        let mut up = vec![gate];
        // the parts on partitions go with it
        up.extend(build.drop(table).into_iter().take(1));
        let down = if index.valid { build.statements(table)? } else { Vec::new() };
        Some((up, down))
    }
}

/// `USING ...` to the end of its definition. Names before it may hold the word too, but then they are quoted.
fn tail(index: &Index) -> Option<String> {
    let definition = &index.definition;
    let mut quoted = false;
    let at = definition.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (!quoted && definition[at..].starts_with(" USING ")).then_some(at)
    })?;
    Some(definition[at + 1..].to_owned())
}
