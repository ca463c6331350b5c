//! Small functions over the parse tree: children of expressions, names, aggregates.

use pg_query::NodeEnum;
use pg_query::protobuf::{FuncCall, JsonValueExpr, Node, WindowDef};

/// Calls `each` with every direct sub-expression. Sub-queries are not entered: their test expression is a child, their body is not.
pub(crate) fn children<'n>(node: &'n NodeEnum, each: &mut dyn FnMut(&'n NodeEnum)) {
    let mut go = |nodes: &[&'n [Node]], boxed: &[&'n Option<Box<Node>>]| {
        boxed.iter().filter_map(|b| b.as_ref()?.node.as_ref()).for_each(&mut *each);
        nodes.iter().flat_map(|n| n.iter()).filter_map(|n| n.node.as_ref()).for_each(&mut *each);
    };
    match node {
        NodeEnum::AExpr(e) => go(&[], &[&e.lexpr, &e.rexpr]),
        NodeEnum::BoolExpr(e) => go(&[&e.args], &[]),
        NodeEnum::FuncCall(f) => {
            go(&[&f.args, &f.agg_order], &[&f.agg_filter]);
            window(f.over.as_deref(), &mut go);
        }
        NodeEnum::WindowDef(w) => window(Some(w), &mut go),
        NodeEnum::TypeCast(c) => go(&[], &[&c.arg]),
        NodeEnum::CollateClause(c) => go(&[], &[&c.arg]),
        NodeEnum::NullTest(t) => go(&[], &[&t.arg]),
        NodeEnum::BooleanTest(t) => go(&[], &[&t.arg]),
        NodeEnum::CaseExpr(c) => go(&[&c.args], &[&c.arg, &c.defresult]),
        NodeEnum::CaseWhen(w) => go(&[], &[&w.expr, &w.result]),
        NodeEnum::CoalesceExpr(c) => go(&[&c.args], &[]),
        NodeEnum::MinMaxExpr(m) => go(&[&m.args], &[]),
        NodeEnum::RowExpr(r) => go(&[&r.args], &[]),
        NodeEnum::AArrayExpr(a) => go(&[&a.elements], &[]),
        NodeEnum::AIndirection(i) => go(&[&i.indirection], &[&i.arg]),
        NodeEnum::AIndices(i) => go(&[], &[&i.lidx, &i.uidx]),
        NodeEnum::List(l) => go(&[&l.items], &[]),
        NodeEnum::ResTarget(t) => go(&[], &[&t.val]),
        NodeEnum::SortBy(s) => go(&[], &[&s.node]),
        NodeEnum::NamedArgExpr(n) => go(&[], &[&n.arg]),
        NodeEnum::MultiAssignRef(m) => go(&[], &[&m.source]),
        NodeEnum::GroupingFunc(g) => go(&[&g.args], &[]),
        NodeEnum::GroupingSet(g) => go(&[&g.content], &[]),
        NodeEnum::SubLink(s) => go(&[], &[&s.testexpr]),
        NodeEnum::XmlExpr(x) => go(&[&x.named_args, &x.args], &[]),
        NodeEnum::XmlSerialize(x) => go(&[], &[&x.expr]),
        NodeEnum::JsonIsPredicate(j) => go(&[], &[&j.expr]),
        NodeEnum::JsonValueExpr(v) => go(&[], &[&v.raw_expr]),
        NodeEnum::JsonKeyValue(kv) => {
            go(&[], &[&kv.key]);
            json(kv.value.as_deref(), &mut go);
        }
        NodeEnum::JsonFuncExpr(j) => {
            json(j.context_item.as_deref(), &mut go);
            go(&[&j.passing], &[&j.pathspec]);
        }
        NodeEnum::JsonArgument(a) => json(a.val.as_deref(), &mut go),
        NodeEnum::JsonParseExpr(p) => json(p.expr.as_deref(), &mut go),
        NodeEnum::JsonScalarExpr(p) => go(&[], &[&p.expr]),
        NodeEnum::JsonSerializeExpr(p) => json(p.expr.as_deref(), &mut go),
        NodeEnum::JsonObjectConstructor(j) => go(&[&j.exprs], &[]),
        NodeEnum::JsonArrayConstructor(j) => go(&[&j.exprs], &[]),
        NodeEnum::JsonArrayAgg(j) => {
            json(j.arg.as_deref(), &mut go);
            if let Some(c) = &j.constructor {
                go(&[&c.agg_order], &[&c.agg_filter]);
                window(c.over.as_deref(), &mut go);
            }
        }
        NodeEnum::JsonObjectAgg(j) => {
            if let Some(kv) = &j.arg {
                go(&[], &[&kv.key]);
                json(kv.value.as_deref(), &mut go);
            }
            if let Some(c) = &j.constructor {
                go(&[&c.agg_order], &[&c.agg_filter]);
                window(c.over.as_deref(), &mut go);
            }
        }
        _ => {}
    }
}

type Go<'g, 'n> = &'g mut dyn FnMut(&[&'n [Node]], &[&'n Option<Box<Node>>]);

fn window<'n>(window: Option<&'n WindowDef>, go: Go<'_, 'n>) {
    if let Some(w) = window {
        go(&[&w.partition_clause, &w.order_clause], &[&w.start_offset, &w.end_offset]);
    }
}

fn json<'n>(value: Option<&'n JsonValueExpr>, go: Go<'_, 'n>) {
    if let Some(v) = value {
        go(&[], &[&v.raw_expr]);
    }
}

/// Whether the expression or a part of it satisfies `test`; sub-queries are not entered.
pub(super) fn any(node: &NodeEnum, test: &dyn Fn(&NodeEnum) -> bool) -> bool {
    if test(node) {
        return true;
    }
    let mut found = false;
    children(node, &mut |child| found = found || any(child, test));
    found
}

/// The inner node, if there is one.
pub(super) fn inner(node: &Option<Box<Node>>) -> Option<&NodeEnum> {
    node.as_ref()?.node.as_ref()
}

/// The inner nodes of a list.
pub(super) fn inners(nodes: &[Node]) -> impl Iterator<Item = &NodeEnum> {
    nodes.iter().filter_map(|n| n.node.as_ref())
}

/// Texts of a list of names.
pub(super) fn names(nodes: &[Node]) -> Vec<&str> {
    let mut found = Vec::with_capacity(nodes.len());
    for node in inners(nodes) {
        if let NodeEnum::String(s) = node {
            found.push(s.sval.as_str());
        }
    }
    found
}

/// The last part of a possibly qualified name: operator, function, type.
pub(super) fn last_name(nodes: &[Node]) -> &str {
    names(nodes).last().copied().unwrap_or_default()
}

/// Whether a call stands for one row of a group: a known aggregate without OVER.
pub(super) fn is_aggregate(node: &NodeEnum) -> bool {
    match node {
        NodeEnum::FuncCall(f) if f.over.is_none() => {
            f.agg_star || f.agg_distinct || f.agg_within_group || f.agg_filter.is_some() || !f.agg_order.is_empty() || is_known(f)
        }
        NodeEnum::JsonArrayAgg(_) | NodeEnum::JsonObjectAgg(_) => true,
        _ => false,
    }
}

/// Aggregates of PostgreSQL 13 to 18. One of the user's own is taken for a plain function, which only costs a missed hint.
fn is_known(call: &FuncCall) -> bool {
    let name = last_name(&call.funcname);
    let prefixes =
        ["array_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "regr_", "stddev", "var_", "variance"];
    matches!(name, "count" | "sum" | "avg" | "min" | "max" | "string_agg" | "bool_and" | "bool_or" | "every" | "any_value")
        || matches!(name, "bit_and" | "bit_or" | "bit_xor" | "corr" | "covar_pop" | "covar_samp" | "xmlagg" | "range_agg")
        || matches!(name, "range_intersect_agg" | "grouping")
        || prefixes.iter().any(|p| name.starts_with(p))
}

/// Whether the node is a sub-query.
pub(super) fn is_sublink(node: &NodeEnum) -> bool {
    matches!(node, NodeEnum::SubLink(_))
}

/// Whether the expression is the constant NULL, as in `LIMIT NULL` (which is what `LIMIT ALL` becomes).
pub(super) fn is_null(node: &NodeEnum) -> bool {
    matches!(node, NodeEnum::AConst(c) if c.isnull)
}
