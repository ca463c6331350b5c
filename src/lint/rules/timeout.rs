//! Locks and statements without a limit of time, and builds with one.

use pg_query::NodeEnum;

use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, Edit, WorkKind};
use crate::lint::lock::Lock;
use crate::lint::name::Name;
use crate::plan::LockMode;

/// DBL130
const LOCK: &str = "lock-without-timeout";
/// DBL131
const STATEMENT: &str = "statement-without-timeout";
/// DBL134
const CONCURRENT: &str = "concurrent-build-times-out";

/// What is proposed.
const PROPOSED: &str = "SET lock_timeout = '2s';";

/// Looks at the locks of the statement and the timeouts in force.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    concurrent(cx, found);
    let strong = |locks: &[Lock]| locks.iter().filter(|l| l.mode >= LockMode::Share).max_by_key(|l| l.mode).cloned();
    let Some(lock) = strong(cx.locks) else { return };
    // a rule of its own says the same of triggers
    if matches!(cx.node(), NodeEnum::CreateTrigStmt(_)) {
        return;
    }
    // one word a file is enough: what is set for the first such statement holds for the others
    if !cx.state.has_waited && cx.state.timeouts.lock.get().is_none() {
        let what = format!("{} on {} is waited for without a lock_timeout", lock.mode, lock.relation);
        let draft = Draft::locked(LOCK, &lock.relation, lock.mode, WorkKind::Moment, what);
        let (set, edits) = limit(cx);
        found.push(draft.instead(format!("{set}   -- and try again when it strikes\n{};", cx.text())).edits(edits));
    }
    if !cx.state.has_run_unlimited && cx.state.timeouts.statement.get().is_none() {
        let what = format!("{} is locked by a statement that may run for ever", lock.relation);
        let because = format!("{} while it runs: {}", crate::lint::draft::blocks(lock.mode), lock.mode);
        let draft = Draft::new(STATEMENT, &lock.relation, what, because);
        found.push(draft.instead(format!("SET statement_timeout = '5s';\n{};", cx.text())));
    }
}

/// A `lock_timeout` before the statement, as SQL and as a change of the file.
pub(super) fn limit(cx: &Cx) -> (String, Vec<Edit>) {
    let set = if cx.in_transaction() { PROPOSED.replace("SET", "SET LOCAL") } else { PROPOSED.to_owned() };
    let edit = Edit::insert(cx.statement().span.start, format!("{set}\n"));
    (set, if cx.can_be_edited() { vec![edit] } else { Vec::new() })
}

/// `CREATE INDEX CONCURRENTLY` under a `lock_timeout` or `statement_timeout`.
fn concurrent(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::IndexStmt(index) = cx.node() else { return };
    let Some(table) = index.relation.as_ref().map(Name::of).filter(|t| index.concurrent && !cx.state.is_fresh(t)) else { return };
    let timeouts = &cx.state.timeouts;
    let name = match (timeouts.lock.get(), timeouts.statement.get()) {
        (Some(_), _) => "lock_timeout",
        (None, Some(_)) => "statement_timeout",
        (None, None) => return,
    };
    let draft = Draft::new(
        CONCURRENT,
        &table,
        format!("index on {table} is built CONCURRENTLY under a {name}"),
        "it waits for old transactions while nobody waits for it; when the timeout strikes, an INVALID index is left behind",
    );
    let edits =
        if cx.can_be_edited() { vec![Edit::insert(cx.statement().span.start, format!("SET {name} = 0;\n"))] } else { Vec::new() };
    found.push(draft.instead(format!("SET {name} = 0;\n{};\nRESET {name};", cx.text())).edits(edits));
}
