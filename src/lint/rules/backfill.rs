//! Rows changed all at once, and columns set twice.

use std::collections::BTreeSet;

use pg_query::NodeEnum;
use pg_query::protobuf::UpdateStmt;

use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::{Draft, WorkKind, in_comment};
use crate::lint::name::{Name, inners};
use crate::plan::LockMode;

/// DBL210
const AT_ONCE: &str = "backfill-at-once";
/// DBL405
const TWICE: &str = "column-assigned-twice";

/// UPDATE and DELETE without WHERE.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    match cx.node() {
        NodeEnum::UpdateStmt(update) => {
            assigned_twice(cx, update, found);
            if update.where_clause.is_none() && update.from_clause.is_empty() {
                at_once(cx, "UPDATE", update.relation.as_ref(), found);
            }
        }
        NodeEnum::DeleteStmt(delete) if delete.where_clause.is_none() && delete.using_clause.is_empty() => {
            at_once(cx, "DELETE", delete.relation.as_ref(), found);
        }
        _ => {}
    }
}

fn at_once(cx: &Cx, verb: &str, relation: Option<&pg_query::protobuf::RangeVar>, found: &mut Vec<Draft>) {
    let Some(table) = relation.map(Name::of).filter(|t| !cx.state.is_fresh(t)) else { return };
    let mut draft = Draft::locked(
        AT_ONCE,
        &table,
        LockMode::ShareUpdateExclusive,
        WorkKind::Rewrite,
        format!("{verb} of every row of {table} in one statement"),
    );
    draft.because = "every row stays locked until the end, the table doubles in size, and replicas fall behind".to_owned();
    let sql = if verb == "UPDATE" {
        format!("-- batch by batch, each committed:\n{} WHERE id BETWEEN ... AND ...;", cx.text())
    } else {
        format!("TRUNCATE {table};   -- or batch by batch: DELETE FROM {} WHERE id BETWEEN ... AND ...;", in_comment(&table))
    };
    found.push(draft.instead(sql));
}

fn assigned_twice(cx: &Cx, update: &UpdateStmt, found: &mut Vec<Draft>) {
    let mut seen = BTreeSet::new();
    for target in inners(&update.target_list) {
        let NodeEnum::ResTarget(target) = target else { continue };
        // a[1] = 1, a[2] = 2 sets two things
        if target.indirection.is_empty() && !seen.insert(&target.name) {
            let Some(table) = update.relation.as_ref().map(Name::of) else { continue };
            let column = Ident::new(target.name.as_str());
            let draft = Draft::new(
                TWICE,
                format!("{table}.{column}"),
                format!("{column} of {table} is assigned twice in one UPDATE"),
                "PostgreSQL refuses it: multiple assignments to same column",
            );
            found.push(draft.at(cx.statement().place(target.location)));
        }
    }
}
