//! The condition of a policy taken apart: what it asks the session, what it calls for each row, what it compares, which tables it
//! reads; and the same condition with the session asked safely and once a statement.

use pg_query::NodeEnum;
use pg_query::protobuf::a_const::Val;
use pg_query::protobuf::{AConst, AExpr, AExprKind, FuncCall, SubLinkType};

use super::deparse::{deparse, type_text};
use super::nodes::{any, children, inner, inners, last_name, names};
use super::text;

mod rewrite;
mod single;
#[cfg(test)]
mod tests;

use rewrite::{ask_once, make_safe};
use single::single;

/// A condition as the catalog prints it.
#[derive(Debug, Clone)]
pub struct Condition {
    tree: NodeEnum,
}

/// A column of the policy's own table, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The column.
    pub column: String,
    /// `=`, `~~` (LIKE) and so on.
    pub operator: String,
    /// It stands inside a function or a cast, so that an index on the bare column does not serve; how, as SQL.
    pub wrapped: Option<String>,
    /// The other side.
    pub with: Side,
    /// The other side as SQL.
    pub text: String,
}

/// The other side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Something that the session says: a setting, a claim.
    Session,
    /// `current_user` or `session_user`.
    User,
    /// A constant.
    Constant,
    /// A sub-query over tables.
    Query,
    /// Anything else.
    Other,
}

/// A sub-query that stands for one value: `(SELECT team_id FROM member WHERE ...)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Single {
    /// Its only table: schema, as far as it is written, and name.
    pub table: (String, String),
    /// Columns of it that equal something in WHERE.
    pub fixed: Vec<String>,
    /// The sub-query as SQL.
    pub text: String,
}

impl Condition {
    /// `None` when it does not parse.
    pub fn parse(expression: &str) -> Option<Self> {
        let select = format!("SELECT {expression}");
        let tree = text::with_stack(&select, |sql| {
            let NodeEnum::SelectStmt(select) = text::parse_one(sql)? else { return Ok(None) };
            Ok(match inners(&select.target_list).next() {
                Some(NodeEnum::ResTarget(target)) => inner(&target.val).cloned(),
                _ => None,
            })
        });
        tree.ok().flatten().map(|tree| Self { tree })
    }

    /// Settings cast to another type where the empty string would be an error: `current_setting('a.b', true)::uuid`.
    pub fn unsafe_casts(&self) -> Vec<String> {
        self.collect(true, |node| match node {
            NodeEnum::TypeCast(cast) if casts_setting(node) => inner(&cast.arg).cloned().and_then(deparse),
            _ => None,
        })
    }

    /// Settings that are an error while they are not set: `current_setting('a.b')`.
    pub fn required_settings(&self) -> Vec<String> {
        self.collect(true, |node| match node {
            NodeEnum::FuncCall(call) if is_setting(node) && call.args.len() == 1 => deparse(node.clone()),
            _ => None,
        })
    }

    /// Names of the settings that are read.
    pub fn settings(&self) -> Vec<String> {
        self.collect(true, |node| match node {
            NodeEnum::FuncCall(call) if is_setting(node) => inners(&call.args).next().and_then(constant_text),
            _ => None,
        })
    }

    /// Calls that could be made once a statement and are made for each row; `stable` says of a function (schema, name) of the user
    /// that it returns the same within a statement.
    pub fn repeated_calls(&self, stable: &dyn Fn(&str, &str) -> bool) -> Vec<String> {
        fn walk(node: &NodeEnum, stable: &dyn Fn(&str, &str) -> bool, found: &mut Vec<String>) {
            if is_once(node, stable) {
                found.extend(deparse(node.clone()));
            } else {
                children(node, &mut |child| walk(child, stable, found));
            }
        }
        let mut found = Vec::new();
        walk(&self.tree, stable, &mut found);
        found
    }

    /// Calls of functions that depend on the row, outside sub-queries: (schema, name, the call as SQL).
    pub fn calls_by_row(&self) -> Vec<(String, String, String)> {
        self.collect(false, |node| match node {
            NodeEnum::FuncCall(call) if any(node, &is_column) => {
                let (schema, name) = qualified(call);
                Some((schema, name, deparse(node.clone())?))
            }
            _ => None,
        })
    }

    /// Every function that is called: schema, as far as it is written, and name.
    pub fn functions(&self) -> Vec<(String, String)> {
        self.collect(true, |node| match node {
            NodeEnum::FuncCall(call) => Some(qualified(call)),
            _ => None,
        })
    }

    /// Tables that its sub-queries read: schema, as far as it is written, and name.
    pub fn tables(&self) -> Vec<(String, String)> {
        self.collect(true, |node| match node {
            NodeEnum::RangeVar(range) => Some((range.schemaname.clone(), range.relname.clone())),
            _ => None,
        })
    }

    /// Constants that are text, as in `auth.jwt() -> 'user_metadata'`.
    pub fn texts(&self) -> Vec<String> {
        self.collect(true, constant_text)
    }

    /// Every column that is named, of whatever table.
    pub fn columns(&self) -> Vec<String> {
        self.collect(true, |node| match node {
            NodeEnum::ColumnRef(c) => Some(last_name(&c.fields).to_owned()),
            _ => None,
        })
    }

    /// Comparisons of the table's own columns, outside sub-queries.
    pub fn comparisons(&self) -> Vec<Comparison> {
        let mut found: Vec<Comparison> = Vec::new();
        let parts = self.collect(false, |node| match node {
            NodeEnum::AExpr(e) => Some(compared(e)),
            NodeEnum::SubLink(s) if s.sub_link_type() == SubLinkType::AnySublink => {
                let left = inner(&s.testexpr)?;
                let column = column_in(left)?;
                let wrapped = wrapping(left);
                Some(vec![Comparison {
                    column,
                    operator: "=".to_owned(),
                    wrapped,
                    with: Side::Query,
                    text: deparse(node.clone())?,
                }])
            }
            _ => None,
        });
        parts.into_iter().flatten().for_each(|c| found.push(c));
        found
    }

    /// Sub-queries on one table that stand for one value and nothing says that they return one row at most.
    pub fn singles(&self) -> Vec<Single> {
        self.collect(true, |node| match node {
            NodeEnum::SubLink(s) if s.sub_link_type() == SubLinkType::ExprSublink => single(node, s),
            _ => None,
        })
    }

    /// Whether the condition may let a row pass whatever its first part says: an OR.
    pub fn has_or(&self) -> bool {
        any(&self.tree, &|n| matches!(n, NodeEnum::BoolExpr(b) if b.boolop() == pg_query::protobuf::BoolExprType::OrExpr))
    }

    /// The same condition with the session asked safely (no error while a setting is unset or empty) and once a statement. `None`
    /// when there is nothing to change.
    pub fn rewritten(&self, stable: &dyn Fn(&str, &str) -> bool) -> Option<String> {
        let mut tree = self.tree.clone();
        make_safe(&mut tree);
        ask_once(&mut tree, stable);
        if tree == self.tree { None } else { deparse(tree) }
    }

    fn collect<T>(&self, inside: bool, mut pick: impl FnMut(&NodeEnum) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        visit(&self.tree, inside, &mut |node| found.extend(pick(node)));
        found
    }
}

/// Calls `each` with the node and all below it; bodies of sub-queries only with `inside`.
fn visit(node: &NodeEnum, inside: bool, each: &mut dyn FnMut(&NodeEnum)) {
    each(node);
    children(node, &mut |child| visit(child, inside, each));
    if !inside {
        return;
    }
    match node {
        NodeEnum::SubLink(s) => inner(&s.subselect).into_iter().for_each(|n| visit(n, inside, each)),
        NodeEnum::SelectStmt(s) => {
            let lists = [&s.target_list, &s.from_clause, &s.group_clause, &s.sort_clause];
            lists.into_iter().flat_map(|l| inners(l)).for_each(|n| visit(n, inside, each));
            [&s.where_clause, &s.having_clause].into_iter().filter_map(inner).for_each(|n| visit(n, inside, each));
            let with = s.with_clause.iter().flat_map(|w| inners(&w.ctes));
            with.for_each(|n| visit(n, inside, each));
            let arms = [&s.larg, &s.rarg].into_iter().filter_map(|a| a.as_deref());
            arms.for_each(|a| visit(&NodeEnum::SelectStmt(Box::new(a.clone())), inside, each));
        }
        NodeEnum::CommonTableExpr(c) => inner(&c.ctequery).into_iter().for_each(|n| visit(n, inside, each)),
        NodeEnum::JoinExpr(j) => {
            [&j.larg, &j.rarg, &j.quals].into_iter().filter_map(inner).for_each(|n| visit(n, inside, each));
        }
        NodeEnum::RangeSubselect(r) => inner(&r.subquery).into_iter().for_each(|n| visit(n, inside, each)),
        NodeEnum::RangeFunction(r) => inners(&r.functions).for_each(|n| visit(n, inside, each)),
        _ => {}
    }
}

fn qualified(call: &FuncCall) -> (String, String) {
    let parts = names(&call.funcname);
    let schema = if parts.len() > 1 { parts[parts.len() - 2] } else { "" };
    (schema.to_owned(), parts.last().copied().unwrap_or_default().to_owned())
}

fn is_column(node: &NodeEnum) -> bool {
    matches!(node, NodeEnum::ColumnRef(_))
}

/// `current_setting(...)`
fn is_setting(node: &NodeEnum) -> bool {
    matches!(node, NodeEnum::FuncCall(call) if last_name(&call.funcname) == "current_setting")
}

/// A cast of a setting to anything but text.
fn casts_setting(node: &NodeEnum) -> bool {
    let NodeEnum::TypeCast(cast) = node else { return false };
    let to_text = |name: &str| matches!(name, "text" | "varchar" | "bpchar" | "name" | "citext");
    let textual = cast.type_name.as_ref().is_some_and(|t| to_text(last_name(&t.names)) && t.array_bounds.is_empty());
    match inner(&cast.arg) {
        Some(arg) if is_setting(arg) => !textual,
        // ('...'::text)::uuid
        Some(NodeEnum::TypeCast(within)) if !textual => inner(&within.arg).is_some_and(is_setting),
        _ => false,
    }
}

fn constant_text(node: &NodeEnum) -> Option<String> {
    match node {
        NodeEnum::AConst(AConst { val: Some(Val::Sval(s)), .. }) => Some(s.sval.clone()),
        NodeEnum::TypeCast(c) => inner(&c.arg).and_then(constant_text),
        _ => None,
    }
}

/// Whether the whole of it is the same for all rows of a statement, and asks the session: worth asking once.
fn is_once(node: &NodeEnum, stable: &dyn Fn(&str, &str) -> bool) -> bool {
    let asks = |n: &NodeEnum| match n {
        NodeEnum::FuncCall(call) => {
            let (schema, name) = qualified(call);
            is_setting(n) || schema == "auth" || stable(&schema, &name)
        }
        _ => false,
    };
    fn same(node: &NodeEnum, asks: &dyn Fn(&NodeEnum) -> bool) -> bool {
        let plain = match node {
            NodeEnum::FuncCall(_) => asks(node),
            NodeEnum::TypeCast(_) | NodeEnum::AConst(_) | NodeEnum::CoalesceExpr(_) | NodeEnum::SqlvalueFunction(_) => true,
            NodeEnum::AExpr(e) => e.kind() == AExprKind::AexprNullif || e.kind() == AExprKind::AexprOp,
            _ => false,
        };
        let mut all = plain;
        children(node, &mut |child| all = all && same(child, asks));
        all
    }
    same(node, &asks) && any(node, &asks)
}

/// What the two sides of an operator say of the table's columns.
fn compared(e: &AExpr) -> Vec<Comparison> {
    let (Some(left), Some(right)) = (inner(&e.lexpr), inner(&e.rexpr)) else { return Vec::new() };
    let operator = last_name(&e.name).to_owned();
    let side = |column: &NodeEnum, other: &NodeEnum| {
        let name = column_in(column)?;
        let with = side_of(other);
        Some(Comparison {
            column: name,
            operator: operator.clone(),
            wrapped: wrapping(column),
            with,
            text: deparse(other.clone())?,
        })
    };
    side(left, right).into_iter().chain(side(right, left)).collect()
}

fn side_of(node: &NodeEnum) -> Side {
    let mut side = Side::Constant;
    visit(node, true, &mut |n| {
        side = match n {
            NodeEnum::RangeVar(_) => Side::Query,
            _ if side == Side::Query => side,
            NodeEnum::ColumnRef(_) => Side::Other,
            NodeEnum::FuncCall(_) if side != Side::Other => Side::Session,
            NodeEnum::SqlvalueFunction(_) if side == Side::Constant => Side::User,
            _ => side,
        }
    });
    side
}

/// The column on one side of a comparison, under whatever casts and functions.
fn column_in(node: &NodeEnum) -> Option<String> {
    let mut found = None;
    visit(node, false, &mut |n| {
        if let NodeEnum::ColumnRef(c) = n {
            found.get_or_insert_with(|| last_name(&c.fields).to_owned());
        }
    });
    found
}

/// What stands around a column; a cast to another type does too.
fn wrapping(node: &NodeEnum) -> Option<String> {
    match node {
        NodeEnum::ColumnRef(_) => None,
        NodeEnum::TypeCast(cast) => match inner(&cast.arg) {
            Some(NodeEnum::ColumnRef(_)) => cast.type_name.as_ref().and_then(type_text).map(|t| format!("a cast to {t}")),
            _ => deparse(node.clone()),
        },
        _ => deparse(node.clone()),
    }
}
