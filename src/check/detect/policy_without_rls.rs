//! `policy-without-rls`: policies on a table whose row-level security is off.

use crate::check::runner::from_row;
use crate::check::{Finding, Input};
use crate::config::Stage;
use crate::plan::Change;
use crate::plan::change::EnableRowSecurity;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let finding = |row| {
        let mut finding = from_row(input, row);
        // what others see changes: only where somebody says that policies are to be enforced
        let table = input.snapshot.catalog.tables().into_iter().find(|t| t.name.to_string() == finding.object);
        if let Some(table) = table.filter(|_| input.config.tenancy.stage >= Stage::Enforce) {
            finding.fix = Some(Change::EnableRowSecurity(EnableRowSecurity { table: table.name.clone() }));
        }
        finding
    };
    input.rows.iter().map(finding).collect()
}
