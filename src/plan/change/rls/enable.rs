//! Switch row-level security on where policies are waiting for it.

use serde::{Deserialize, Serialize};

use super::with_partitions;
use crate::config::MigrationSettings;
use crate::ident::QualifiedName;
use crate::plan::statement::{Hazard, LockMode, Statement};
use crate::snapshot::Snapshot;

/// Policies that are there, put into effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnableRowSecurity {
    /// The table. Partitions that have policies of their own follow; others would show nothing to who reads them directly.
    pub table: QualifiedName,
}

impl EnableRowSecurity {
    pub(in crate::plan::change) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for table in with_partitions(snapshot, &self.table)? {
            if table.row_security || table.policies.is_empty() {
                continue;
            }
            let alter = |what: &str| {
                let sql = format!("ALTER TABLE {} {what} ROW LEVEL SECURITY", table.name);
                let statement = Statement::brief(sql, LockMode::AccessExclusive, &table.name, settings.lock_timeout_ms);
                Statement { hazards: vec![Hazard::BlocksEverything, Hazard::ChangesAccess], ..statement }
            };
            up.push(alter("ENABLE"));
            down.insert(0, alter("DISABLE"));
        }
        (!up.is_empty()).then_some((up, down))
    }

    pub(in crate::plan::change) fn is_done(&self, snapshot: &Snapshot) -> bool {
        let done = |t: &&crate::snapshot::Relation| t.row_security || t.policies.is_empty();
        with_partitions(snapshot, &self.table).is_some_and(|all| all.iter().all(done))
    }
}
