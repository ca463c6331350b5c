//! Transactions opened twice, left open, or around what cannot run in one.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, TransactionStmtKind};

use crate::lint::cx::Cx;
use crate::lint::draft::Draft;
use crate::lint::name::has_option;

/// DBL301
const CONCURRENTLY: &str = "concurrently-in-transaction";
/// DBL302
const NESTED: &str = "transaction-nested";
/// DBL303
const OPEN: &str = "transaction-left-open";

/// BEGIN, COMMIT, and statements that refuse a transaction.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    if let NodeEnum::TransactionStmt(t) = cx.node() {
        let kind = TransactionStmtKind::try_from(t.kind);
        match kind {
            Ok(TransactionStmtKind::TransStmtBegin | TransactionStmtKind::TransStmtStart) => begin(cx, found),
            Ok(TransactionStmtKind::TransStmtCommit) if !cx.state.transaction.is_open() => {
                found.push(nested("COMMIT without a BEGIN before it", "the server warns and does nothing: something was meant"));
            }
            Ok(TransactionStmtKind::TransStmtCommit)
                if cx.state.transaction.begun.is_none() && cx.script.in_transaction == Some(true) =>
            {
                found.push(nested(
                    "COMMIT ends the transaction of the tool that runs the file",
                    "what follows runs outside of it, and the tool's own bookkeeping does too",
                ));
            }
            _ => {}
        }
        return;
    }
    let Some(what) = refuses(cx) else { return };
    if !cx.in_transaction() {
        return;
    }
    let because = if cx.statement().in_block {
        "a DO block is a transaction: the server refuses it"
    } else if cx.state.transaction.begun.is_some() {
        "a BEGIN is open: the server refuses it"
    } else {
        "the tool runs the file in a transaction, or sends its statements in one message, which is the same: the server refuses it"
    };
    let draft = Draft::new(CONCURRENTLY, what, format!("{what} inside a transaction"), because);
    found.push(draft.instead(format!("-- in a file of its own that runs outside a transaction\n{};", cx.text())));
}

fn begin(cx: &Cx, found: &mut Vec<Draft>) {
    if cx.state.transaction.begun.is_some() {
        found.push(nested(
            "BEGIN inside a transaction",
            "the server warns and goes on in the first one: the first COMMIT ends it",
        ));
        return;
    }
    if cx.script.in_transaction == Some(true) && !cx.script.one_message {
        found.push(nested(
            "BEGIN in a file that the tool runs in a transaction",
            "the server goes on in the tool's transaction, and the file's COMMIT ends that",
        ));
        return;
    }
    let ends = |kind: i32| {
        matches!(
            TransactionStmtKind::try_from(kind),
            Ok(TransactionStmtKind::TransStmtCommit
                | TransactionStmtKind::TransStmtRollback
                | TransactionStmtKind::TransStmtPrepare)
        )
    };
    if !cx.after().iter().any(|s| matches!(&s.node, NodeEnum::TransactionStmt(t) if ends(t.kind))) {
        let draft = Draft::new(
            OPEN,
            "transaction",
            "BEGIN without a COMMIT after it",
            "what follows is rolled back when the file ends, and locks are held until then",
        );
        found.push(draft.instead("COMMIT;   -- at the end of the file".to_owned()));
    }
}

fn nested(message: &str, because: &str) -> Draft {
    Draft::new(NESTED, "transaction", message, because)
}

/// What the statement is, where it refuses to run in a transaction.
fn refuses(cx: &Cx) -> Option<&'static str> {
    match cx.node() {
        NodeEnum::IndexStmt(i) if i.concurrent => Some("CREATE INDEX CONCURRENTLY"),
        NodeEnum::DropStmt(d) if d.concurrent => Some("DROP INDEX CONCURRENTLY"),
        NodeEnum::ReindexStmt(r) if has_option(&r.params, "concurrently") => Some("REINDEX CONCURRENTLY"),
        NodeEnum::VacuumStmt(v) if v.is_vacuumcmd => Some("VACUUM"),
        NodeEnum::CreatedbStmt(_) => Some("CREATE DATABASE"),
        NodeEnum::DropdbStmt(_) => Some("DROP DATABASE"),
        NodeEnum::AlterSystemStmt(_) => Some("ALTER SYSTEM"),
        NodeEnum::AlterEnumStmt(e) if e.old_val.is_empty() && !cx.version.at_least(12) => Some("ALTER TYPE ADD VALUE"),
        NodeEnum::AlterTableStmt(_) => {
            let (_, mut commands) = cx.alters_any()?;
            let concurrent = commands.any(|c| {
                let part = matches!(c.def(), Some(NodeEnum::PartitionCmd(p)) if p.concurrent);
                part && c.kind() == AlterTableType::AtDetachPartition
            });
            concurrent.then_some("DETACH PARTITION CONCURRENTLY")
        }
        _ => None,
    }
}
