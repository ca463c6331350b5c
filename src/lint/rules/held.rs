//! Long work while the transaction holds a lock, and ALTERs that one statement could do.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableStmt, AlterTableType};

use crate::lint::cx::Cx;
use crate::lint::draft::Draft;
use crate::lint::draft::blocks;
use crate::lint::name::Name;
use crate::plan::LockMode;

/// DBL132
const WORK: &str = "work-while-locked";
/// DBL133
const APART: &str = "alters-not-combined";

/// Looks at what the transaction holds, and at the statement before.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    work(cx, found);
    apart(cx, found);
}

fn work(cx: &Cx, found: &mut Vec<Draft>) {
    if !cx.state.transaction.is_open() {
        return;
    }
    let held = cx.state.transaction.held.iter().filter(|h| h.lock.mode == LockMode::AccessExclusive);
    let Some(held) = held.max_by_key(|h| h.lock.mode) else { return };
    let what = match cx.node() {
        NodeEnum::UpdateStmt(_) => "an UPDATE",
        NodeEnum::DeleteStmt(_) => "a DELETE",
        NodeEnum::MergeStmt(_) => "a MERGE",
        NodeEnum::InsertStmt(i) if inserts_rows_of_a_query(i) => "an INSERT of a query's rows",
        NodeEnum::CreateTableAsStmt(_) => "CREATE TABLE AS",
        NodeEnum::RefreshMatViewStmt(r) if !r.skip_data => "a REFRESH",
        NodeEnum::IndexStmt(i) if !i.relation.as_ref().is_some_and(|r| cx.state.is_fresh(&Name::of(r))) => {
            "the build of an index"
        }
        NodeEnum::CopyStmt(c) if c.is_from => "a COPY",
        _ => return,
    };
    let table = &held.lock.relation;
    let draft = Draft::new(
        WORK,
        table,
        format!("{what} runs while the transaction holds {} on {table}", held.lock.mode),
        format!("{} until the transaction ends", blocks(held.lock.mode)),
    );
    found.push(draft.instead(format!("COMMIT;   -- or a later file\n{};", cx.text())));
}

fn inserts_rows_of_a_query(insert: &pg_query::protobuf::InsertStmt) -> bool {
    match insert.select_stmt.as_ref().and_then(|s| s.node.as_ref()) {
        Some(NodeEnum::SelectStmt(select)) => select.values_lists.is_empty() && !select.from_clause.is_empty(),
        _ => false,
    }
}

/// `ALTER TABLE t ...; ALTER TABLE t ...;` which reads the table, or waits for its lock, twice.
fn apart(cx: &Cx, found: &mut Vec<Draft>) {
    let (Some(first), NodeEnum::AlterTableStmt(now)) = (cx.before().last(), cx.node()) else { return };
    let NodeEnum::AlterTableStmt(then) = &first.node else { return };
    let (Some(a), Some(b)) = (then.relation.as_ref().map(Name::of), now.relation.as_ref().map(Name::of)) else { return };
    use AlterTableType::{AtAttachPartition, AtDetachPartition, AtDropConstraint, AtSetNotNull, AtValidateConstraint};
    let does = |s: &AlterTableStmt, kinds: &[AlterTableType]| {
        crate::lint::name::inners(&s.cmds).any(|c| match c {
            NodeEnum::AlterTableCmd(c) => kinds.iter().any(|k| *k as i32 == c.subtype),
            _ => false,
        })
    };
    let validates = |s| does(s, &[AtValidateConstraint, AtAttachPartition, AtDetachPartition]);
    // drops come first within a statement: without its check SET NOT NULL would read every row
    let loses_its_proof = does(then, &[AtSetNotNull]) && does(now, &[AtDropConstraint]);
    // what has a transaction of its own for a reason stays apart
    if cx.state.key(&a) != cx.state.key(&b) || cx.state.is_fresh(&b) || validates(then) || validates(now) || loses_its_proof {
        return;
    }
    let draft = Draft::new(
        APART,
        &b,
        format!("{b} is altered by two statements in a row"),
        "the lock is taken twice, and rows that both must read are read twice",
    );
    let text = &cx.script.sql;
    let span = cx.statement().span.clone();
    let from = now.relation.as_ref().map(|r| cx.statement().place(r.location)).unwrap_or(span.start);
    let tail = crate::migration::script::behind_name(text, from..span.end).map(|at| &text[at..span.end]);
    let sql = tail.map(|t| format!("{},\n    {t};", &text[first.span.clone()]));
    found.push(draft.instead(sql));
}
