//! Constraints validated by the transaction that added them.

use pg_query::protobuf::AlterTableType;

use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind};
use crate::plan::LockMode;

/// DBL116
const SAME: &str = "validated-in-same-transaction";

/// `VALIDATE CONSTRAINT` while a lock of the same transaction stops writes or reads.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let Some((table, commands)) = cx.alters() else { return };
    if !cx.in_transaction() {
        return;
    }
    let key = cx.state.key(&table);
    for command in commands.filter(|c| c.kind() == AlterTableType::AtValidateConstraint) {
        let name = Ident::new(command.cmd.name.as_str());
        let added = cx.state.transaction.not_valid.iter().any(|(t, n)| *t == key && n == name.raw());
        let held = cx.state.transaction.held.iter().filter(|h| cx.state.key(&h.lock.relation) == key);
        let mode = held.map(|h| h.lock.mode).max().unwrap_or(LockMode::ShareUpdateExclusive);
        if !added && mode < LockMode::Share {
            continue;
        }
        let what = format!("{name} of {table} is validated in the transaction that locked the table");
        let draft = Draft::locked(SAME, &table, mode.max(LockMode::ShareRowExclusive), WorkKind::Scan, what)
            .also("NOT VALID has gained nothing");
        let sql = format!("COMMIT;   -- or a later file\nALTER TABLE {table} VALIDATE CONSTRAINT {name};");
        found.push(draft.instead(sql));
    }
}
