//! FORCE: policies bind the owner too, and the owner may become a role that nobody logs in as.

use serde::{Deserialize, Serialize};

use super::with_partitions;
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName};
use crate::plan::statement::{Hazard, LockMode, Statement};
use crate::snapshot::Snapshot;

/// Row-level security that binds the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForceRowSecurity {
    /// The table; its partitions follow.
    pub table: QualifiedName,
    /// Who is to own it from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Ident>,
}

impl ForceRowSecurity {
    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for table in with_partitions(snapshot, &self.table)? {
            if !table.row_security {
                return None; // FORCE alone switches nothing on
            }
            let name = &table.name;
            let alter = |what: String, hazard: Hazard| {
                let sql = format!("ALTER TABLE {name} {what}");
                let statement = Statement::brief(sql, LockMode::AccessExclusive, name, settings.lock_timeout_ms);
                Statement { hazards: vec![Hazard::BlocksEverything, hazard], ..statement }
            };
            if !table.force_row_security {
                up.push(alter("FORCE ROW LEVEL SECURITY".to_owned(), Hazard::ChangesAccess));
                down.insert(0, alter("NO FORCE ROW LEVEL SECURITY".to_owned(), Hazard::ChangesAccess));
            }
            if let Some(owner) = self.owner.as_ref().filter(|o| **o != table.owner) {
                up.push(alter(format!("OWNER TO {owner}"), Hazard::BreaksApplication));
                down.insert(0, alter(format!("OWNER TO {}", table.owner), Hazard::ChangesAccess));
            }
        }
        Some((up, down))
    }

    pub(in crate::plan::change) fn is_done(&self, snapshot: &Snapshot) -> bool {
        let owned = |t: &crate::snapshot::Relation| self.owner.as_ref().is_none_or(|o| *o == t.owner);
        with_partitions(snapshot, &self.table).is_some_and(|all| all.iter().all(|t| t.force_row_security && owned(t)))
    }
}
