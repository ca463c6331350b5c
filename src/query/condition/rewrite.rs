//! A condition changed: settings read without errors, the session asked once a statement.

use pg_query::NodeEnum;
use pg_query::protobuf::a_const::Val;
use pg_query::protobuf::{AConst, AExpr, AExprKind, Boolean, Node, SelectStmt, String as Name, SubLink, SubLinkType};

use super::{casts_setting, is_once, is_setting};

/// Calls `each` with every direct child that can be changed; bodies of sub-queries among them.
fn children_mut(node: &mut NodeEnum, each: &mut dyn FnMut(&mut NodeEnum)) {
    let mut go = |nodes: Vec<&mut Node>| nodes.into_iter().filter_map(|n| n.node.as_mut()).for_each(&mut *each);
    match node {
        NodeEnum::AExpr(e) => go(boxed([&mut e.lexpr, &mut e.rexpr])),
        NodeEnum::BoolExpr(e) => go(e.args.iter_mut().collect()),
        NodeEnum::FuncCall(f) => go(f.args.iter_mut().collect()),
        NodeEnum::TypeCast(c) => go(boxed([&mut c.arg])),
        NodeEnum::CollateClause(c) => go(boxed([&mut c.arg])),
        NodeEnum::NullTest(t) => go(boxed([&mut t.arg])),
        NodeEnum::BooleanTest(t) => go(boxed([&mut t.arg])),
        NodeEnum::CoalesceExpr(c) => go(c.args.iter_mut().collect()),
        NodeEnum::MinMaxExpr(m) => go(m.args.iter_mut().collect()),
        NodeEnum::CaseExpr(c) => go(c.args.iter_mut().chain(boxed([&mut c.arg, &mut c.defresult])).collect()),
        NodeEnum::CaseWhen(w) => go(boxed([&mut w.expr, &mut w.result])),
        NodeEnum::RowExpr(r) => go(r.args.iter_mut().collect()),
        NodeEnum::AArrayExpr(a) => go(a.elements.iter_mut().collect()),
        NodeEnum::List(l) => go(l.items.iter_mut().collect()),
        NodeEnum::ResTarget(t) => go(boxed([&mut t.val])),
        NodeEnum::SubLink(s) => go(boxed([&mut s.testexpr, &mut s.subselect])),
        NodeEnum::SelectStmt(s) => {
            let lists = s.target_list.iter_mut().chain(&mut s.from_clause);
            go(lists.chain(boxed([&mut s.where_clause, &mut s.having_clause])).collect());
            let arms = [&mut s.larg, &mut s.rarg].into_iter().flatten();
            for arm in arms {
                let mut body = NodeEnum::SelectStmt(Box::new(std::mem::take(&mut **arm)));
                each(&mut body);
                if let NodeEnum::SelectStmt(changed) = body {
                    **arm = *changed;
                }
            }
        }
        NodeEnum::JoinExpr(j) => go(boxed([&mut j.larg, &mut j.rarg, &mut j.quals])),
        NodeEnum::RangeSubselect(r) => go(boxed([&mut r.subquery])),
        _ => {}
    }
}

fn boxed<const N: usize>(nodes: [&mut Option<Box<Node>>; N]) -> Vec<&mut Node> {
    nodes.into_iter().filter_map(|n| n.as_deref_mut()).collect()
}

fn wrap(node: NodeEnum) -> Option<Box<Node>> {
    Some(Box::new(Node { node: Some(node) }))
}

fn constant(value: Val) -> NodeEnum {
    NodeEnum::AConst(AConst { val: Some(value), ..Default::default() })
}

/// `current_setting('a.b')::uuid` becomes `NULLIF(current_setting('a.b', true), '')::uuid`, everywhere.
pub(super) fn make_safe(node: &mut NodeEnum) {
    let unsafe_cast = casts_setting(node);
    if unsafe_cast && let NodeEnum::TypeCast(cast) = node {
        let equals = Node { node: Some(NodeEnum::String(Name { sval: "=".to_owned() })) };
        let nullif = AExpr {
            kind: AExprKind::AexprNullif as i32,
            name: vec![equals],
            lexpr: cast.arg.take(),
            rexpr: wrap(constant(Val::Sval(Name::default()))),
            ..Default::default()
        };
        cast.arg = wrap(NodeEnum::AExpr(Box::new(nullif)));
    }
    if is_setting(node)
        && let NodeEnum::FuncCall(call) = node
        && call.args.len() == 1
    {
        call.args.push(Node { node: Some(constant(Val::Boolval(Boolean { boolval: true }))) });
    }
    children_mut(node, &mut make_safe);
}

/// `f()` becomes `(SELECT f())`, outside sub-queries.
pub(super) fn ask_once(node: &mut NodeEnum, stable: &dyn Fn(&str, &str) -> bool) {
    if is_once(node, stable) {
        let value = std::mem::replace(node, NodeEnum::ParamRef(Default::default()));
        let target = pg_query::protobuf::ResTarget { val: wrap(value), ..Default::default() };
        let select = SelectStmt {
            target_list: vec![Node { node: Some(NodeEnum::ResTarget(Box::new(target))) }],
            limit_option: 1,
            op: 1,
            ..Default::default()
        };
        let link = SubLink {
            sub_link_type: SubLinkType::ExprSublink as i32,
            subselect: wrap(NodeEnum::SelectStmt(Box::new(select))),
            ..Default::default()
        };
        *node = NodeEnum::SubLink(Box::new(link));
    } else if let NodeEnum::SubLink(s) = node {
        s.testexpr.as_mut().and_then(|t| t.node.as_mut()).into_iter().for_each(|n| ask_once(n, stable));
    } else {
        children_mut(node, &mut |child| ask_once(child, stable));
    }
}
