//! A foreign key that is added without looking at rows, which are looked at afterwards under a lock that stops nobody.

use super::column::leaves;
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName, ident_list};
use crate::plan::statement::{LockMode, Statement};
use crate::snapshot::{RelationKind, Snapshot};

/// A foreign key to be added.
pub(in crate::plan::change) struct ForeignKey<'a> {
    pub name: &'a Ident,
    pub table: &'a QualifiedName,
    pub columns: &'a [Ident],
    pub parent: &'a QualifiedName,
    pub keys: &'a [Ident],
    /// ` ON DELETE CASCADE ON UPDATE CASCADE`, or nothing.
    pub actions: String,
}

impl ForeignKey<'_> {
    /// Adds it, and drops it again. They may run again: the constraint is made anew. `None` where partitions lie on another server.
    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let catalog = &snapshot.catalog;
        let table = catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])?;
        if table.kind == RelationKind::Table || snapshot.server.major() >= 18 {
            return Some((self.add(settings), vec![self.drop(settings)]));
        }
        let parts: Vec<ForeignKey> = leaves(catalog, table)?
            .into_iter()
            .map(|leaf| ForeignKey { table: &leaf.name, actions: self.actions.clone(), ..*self })
            .collect();
        // the table's takes its partitions' along, unless it was never reached
        let down = std::iter::once(self).chain(&parts).map(|key| key.drop(settings)).collect();
        Some((self.add_by_partition(&parts, settings), down))
    }

    /// Adds it NOT VALID and validates it.
    pub(in crate::plan::change) fn add(&self, settings: &MigrationSettings) -> Vec<Statement> {
        let Self { name, table, parent, .. } = self;
        let sql = format!(
            "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name} {} NOT VALID",
            self.definition()
        );
        let also = if table == parent { String::new() } else { format!(" (and SHARE ROW EXCLUSIVE on {parent})") };
        let add = Statement::brief(sql, LockMode::AccessExclusive, format!("{table}{also}"), settings.lock_timeout_ms);
        vec![add, Statement::validate(table, name)]
    }

    /// Adds it to a partitioned table before 18, where it cannot be NOT VALID there: to each partition that holds rows first, in the same
    /// way; the table's own takes those for its parts and looks at no row.
    fn add_by_partition(&self, parts: &[ForeignKey], settings: &MigrationSettings) -> Vec<Statement> {
        let Self { name, table, parent, .. } = self;
        let mut statements = vec![self.drop(settings)];
        statements.extend(parts.iter().flat_map(|part| part.add(settings)));
        let sql = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {}", self.definition());
        let locked = format!("{table} with its partitions (and SHARE ROW EXCLUSIVE on {parent})");
        statements.push(Statement::brief(sql, LockMode::AccessExclusive, locked, settings.lock_timeout_ms));
        statements
    }

    /// Drops it.
    pub(in crate::plan::change) fn drop(&self, settings: &MigrationSettings) -> Statement {
        let Self { name, table, parent, .. } = self;
        let relation = if table == parent { table.to_string() } else { format!("{table} and {parent}") };
        let sql = format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}");
        Statement::brief(sql, LockMode::AccessExclusive, relation, settings.lock_timeout_ms)
    }

    fn definition(&self) -> String {
        let (columns, keys) = (ident_list(self.columns), ident_list(self.keys));
        format!("FOREIGN KEY ({columns}) REFERENCES {} ({keys}){}", self.parent, self.actions)
    }
}

/// `ON DELETE` and `ON UPDATE` of `pg_constraint`'s letters, where they are not the default. `nulled`: the columns that SET NULL names.
pub(in crate::plan::change) fn actions(on_delete: char, on_update: char, nulled: Option<&[Ident]>) -> String {
    let word = |action: char| match action {
        'r' => Some("RESTRICT"),
        'c' => Some("CASCADE"),
        'n' => Some("SET NULL"),
        'd' => Some("SET DEFAULT"),
        _ => None,
    };
    let columns = nulled.filter(|_| matches!(on_delete, 'n' | 'd')).map(|c| format!(" ({})", ident_list(c))).unwrap_or_default();
    let delete = word(on_delete).map(|w| format!(" ON DELETE {w}{columns}")).unwrap_or_default();
    let update = word(on_update).map(|w| format!(" ON UPDATE {w}")).unwrap_or_default();
    delete + &update
}
