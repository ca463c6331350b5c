//! Materialized views refreshed while nobody can read them.

use pg_query::NodeEnum;

use super::index::{insert_after, outside};
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind, in_comment};
use crate::lint::name::Name;
use crate::plan::LockMode;

/// DBL126
const REFRESHED: &str = "materialized-view-refreshed-under-lock";

/// `REFRESH MATERIALIZED VIEW` without CONCURRENTLY.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let NodeEnum::RefreshMatViewStmt(refresh) = cx.node() else { return };
    let Some(view) = refresh.relation.as_ref().map(Name::of) else { return };
    // WITH NO DATA empties it, which is quick and meant
    if refresh.concurrent || refresh.skip_data || cx.state.is_fresh(&view) {
        return;
    }
    let what = format!("{view} is refreshed without CONCURRENTLY");
    let mut draft = Draft::locked(REFRESHED, &view, LockMode::AccessExclusive, WorkKind::Rewrite, what);
    draft.because = format!("nobody can read {view} while its query runs: ACCESS EXCLUSIVE");
    let sql = cx.word("VIEW").map(|p| {
        let span = cx.statement().span.clone();
        let text = format!("{} CONCURRENTLY{}", &cx.script.sql[span.start..p.end], &cx.script.sql[p.end..span.end]);
        format!("-- needs a unique index on {} without WHERE, on columns alone\n{}", in_comment(&view), outside(cx, text))
    });
    // with the index there it is mechanical
    let indexed = cx.state.relation(&view).is_some_and(|r| r.indexes.iter().any(|i| i.unique && i.is_complete()));
    let edits = if indexed { insert_after(cx, "VIEW", " CONCURRENTLY") } else { Vec::new() };
    found.push(draft.instead(sql).edits(edits));
}
