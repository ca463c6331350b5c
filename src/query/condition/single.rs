//! Sub-queries that stand for one value.

use pg_query::NodeEnum;
use pg_query::protobuf::{AExprKind, BoolExprType, SetOperation, SubLink};

use super::Single;
use crate::query::deparse::deparse;
use crate::query::nodes::{any, inner, inners, is_aggregate, last_name, names};

pub(super) fn single(node: &NodeEnum, link: &SubLink) -> Option<Single> {
    let NodeEnum::SelectStmt(select) = inner(&link.subselect)? else { return None };
    let [NodeEnum::RangeVar(range)] = inners(&select.from_clause).collect::<Vec<_>>()[..] else { return None };
    if select.limit_count.is_some() || !select.group_clause.is_empty() || select.op() != SetOperation::SetopNone {
        return None;
    }
    let aggregates = inners(&select.target_list).any(|t| any(t, &is_aggregate));
    if aggregates {
        return None;
    }
    let alias = range.alias.as_ref().map_or(range.relname.as_str(), |a| a.aliasname.as_str());
    let own = |n: &NodeEnum| match n {
        NodeEnum::ColumnRef(c) => match names(&c.fields)[..] {
            [name] => Some(name.to_owned()),
            [.., of, name] if of == alias => Some(name.to_owned()),
            _ => None,
        },
        _ => None,
    };
    let mut fixed = Vec::new();
    let mut conjuncts = Vec::new();
    if let Some(condition) = inner(&select.where_clause) {
        split(condition, &mut conjuncts);
    }
    for part in conjuncts {
        let NodeEnum::AExpr(e) = part else { continue };
        if e.kind() == AExprKind::AexprOp && last_name(&e.name) == "=" {
            fixed.extend([&e.lexpr, &e.rexpr].into_iter().filter_map(inner).filter_map(bare).filter_map(own));
        }
    }
    Some(Single { table: (range.schemaname.clone(), range.relname.clone()), fixed, text: deparse(node.clone())? })
}

/// A column under casts.
fn bare(node: &NodeEnum) -> Option<&NodeEnum> {
    match node {
        NodeEnum::TypeCast(c) => inner(&c.arg).and_then(bare),
        other => Some(other),
    }
}

fn split<'n>(node: &'n NodeEnum, parts: &mut Vec<&'n NodeEnum>) {
    match node {
        NodeEnum::BoolExpr(b) if b.boolop() == BoolExprType::AndExpr => {
            inners(&b.args).for_each(|n| split(n, parts));
        }
        other => parts.push(other),
    }
}
