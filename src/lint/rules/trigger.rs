//! Triggers added to tables in use.

use pg_query::NodeEnum;

use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind};
use crate::lint::name::Name;
use crate::plan::LockMode;

/// DBL127
const ADDED: &str = "trigger-added-under-lock";

/// `CREATE TRIGGER`
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::CreateTrigStmt(trigger) = cx.node() else { return };
    let Some(table) = trigger.relation.as_ref().map(Name::of) else { return };
    let is_view = trigger.timing == 64; // INSTEAD OF
    // one word a file is enough
    if is_view || cx.state.is_fresh(&table) || cx.state.has_waited || cx.state.timeouts.lock.get().is_some() {
        return;
    }
    let name = Ident::new(trigger.trigname.as_str());
    let what = format!("trigger {name} is added to {table} without a lock_timeout");
    let (set, edits) = super::timeout::limit(cx);
    let sql = format!("{set}\n{};", cx.text());
    found.push(Draft::locked(ADDED, &table, LockMode::ShareRowExclusive, WorkKind::Moment, what).instead(sql).edits(edits));
}
