//! Conditions that hold for every row: `true`, `1 = 1`, `x OR true`, `tenant_id = tenant_id`.
//!
//! Reads an expression as the catalog prints it and computes as much of its value as does not depend on the row. It errs on the
//! side of "unknown": what is called always true here lets every row pass, but for rows whose columns are NULL.

use pg_query::NodeEnum;
use pg_query::protobuf::a_const::Val;
use pg_query::protobuf::{AConst, AExpr, AExprKind, BoolExpr, BoolExprType, BoolTestType, NullTestType, SelectStmt};
use pg_query::protobuf::{SubLink, SubLinkType};

use super::deparse::deparse;
use super::nodes::{any, inner, inners, last_name, names};
use super::text;
use crate::ident::one_line;
use crate::snapshot::Relation;

/// What is known of an expression's value.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    /// True for every row, and why.
    True(String),
    /// False for every row.
    False,
    /// NULL for every row.
    Null,
    /// It depends.
    Unknown,
}

/// Why a condition on rows of `relation` holds for all of them; `None` when it depends on the row or on who asks, or does not parse.
pub fn always_true(expression: &str, relation: &Relation) -> Option<String> {
    let select = format!("SELECT {expression}");
    let value = text::with_stack(&select, |sql| {
        let NodeEnum::SelectStmt(select) = text::parse_one(sql)? else { return Ok(Value::Unknown) };
        Ok(Judge { relation }.target(&select))
    });
    match value {
        Ok(Value::True(why)) => Some(one_line(&why)),
        _ => None,
    }
}

struct Judge<'r> {
    relation: &'r Relation,
}

impl Judge<'_> {
    /// The value of a query's only column.
    fn target(&self, select: &SelectStmt) -> Value {
        match inners(&select.target_list).next() {
            Some(NodeEnum::ResTarget(target)) => inner(&target.val).map_or(Value::Unknown, |v| self.value(v)),
            _ => Value::Unknown,
        }
    }

    fn value(&self, node: &NodeEnum) -> Value {
        match node {
            NodeEnum::AConst(c) => constant(c),
            NodeEnum::TypeCast(c) => inner(&c.arg).map_or(Value::Unknown, |arg| {
                let to_bool = c.type_name.as_ref().is_some_and(|t| matches!(last_name(&t.names), "bool" | "boolean"));
                match (arg, self.value(arg)) {
                    (NodeEnum::AConst(AConst { val: Some(Val::Sval(s)), .. }), _) if to_bool => of_text(&s.sval),
                    (_, value) => value,
                }
            }),
            NodeEnum::BoolExpr(e) => self.bool_expr(e),
            NodeEnum::AExpr(e) => self.comparison(e),
            NodeEnum::NullTest(t) => {
                let wants_null = t.nulltesttype() == NullTestType::IsNull;
                match inner(&t.arg) {
                    Some(arg) if self.is_not_null(arg) && wants_null => Value::False,
                    Some(arg) if self.is_not_null(arg) => Value::True(format!("{} is never NULL", shown(arg))),
                    _ => Value::Unknown,
                }
            }
            NodeEnum::BooleanTest(t) => {
                let value = inner(&t.arg).map_or(Value::Unknown, |arg| self.value(arg));
                match (t.booltesttype(), value) {
                    (BoolTestType::IsTrue | BoolTestType::IsNotFalse, v @ Value::True(_)) => v,
                    (BoolTestType::IsFalse | BoolTestType::IsNotTrue, Value::False) => constant_true(),
                    (BoolTestType::IsNotTrue | BoolTestType::IsNotFalse, Value::Null) => constant_true(),
                    (_, Value::Unknown) => Value::Unknown,
                    _ => Value::False,
                }
            }
            NodeEnum::CoalesceExpr(c) => {
                let mut values = inners(&c.args).map(|a| self.value(a)).skip_while(|v| *v == Value::Null);
                values.next().unwrap_or(Value::Null)
            }
            NodeEnum::CaseExpr(c) => {
                let results = inners(&c.args).filter_map(|w| match w {
                    NodeEnum::CaseWhen(w) => inner(&w.result),
                    _ => None,
                });
                let mut values = results.chain(inner(&c.defresult)).map(|r| self.value(r));
                let last = inner(&c.defresult).map_or(Value::Unknown, |d| self.value(d));
                if values.all(|v| matches!(v, Value::True(_))) { last } else { Value::Unknown }
            }
            NodeEnum::SubLink(s) => self.sub_query(s),
            _ => Value::Unknown,
        }
    }

    fn bool_expr(&self, e: &BoolExpr) -> Value {
        let values: Vec<Value> = inners(&e.args).map(|a| self.value(a)).collect();
        let holds = values.iter().find(|v| matches!(v, Value::True(_)));
        match e.boolop() {
            BoolExprType::NotExpr => match values.first() {
                Some(Value::True(_)) => Value::False,
                Some(Value::False) => constant_true(),
                Some(Value::Null) => Value::Null,
                _ => Value::Unknown,
            },
            BoolExprType::AndExpr if values.contains(&Value::False) => Value::False,
            BoolExprType::AndExpr if values.iter().all(|v| matches!(v, Value::True(_))) => {
                holds.cloned().unwrap_or(Value::Unknown)
            }
            BoolExprType::OrExpr if values.iter().all(|v| *v == Value::False) => Value::False,
            BoolExprType::OrExpr => holds.cloned().or_else(|| complement(e)).unwrap_or(Value::Unknown),
            _ => Value::Unknown,
        }
    }

    fn comparison(&self, e: &AExpr) -> Value {
        let (Some(left), Some(right)) = (inner(&e.lexpr), inner(&e.rexpr)) else { return Value::Unknown };
        let operator = last_name(&e.name);
        match e.kind() {
            AExprKind::AexprOp | AExprKind::AexprNotDistinct => {}
            AExprKind::AexprLike if operator == "~~" => return like_all(left, right),
            _ => return Value::Unknown,
        }
        if operator == "~~" {
            return like_all(left, right);
        }
        if let (Some(l), Some(r)) = (literal(left), literal(right)) {
            return compare(operator, &l, &r);
        }
        let same = same_text(left, right) && !any(left, &is_volatile);
        match operator {
            "=" | "<=" | ">=" if same => Value::True(format!("{} is compared with itself", shown(left))),
            "<>" | "<" | ">" if same => Value::False,
            _ => Value::Unknown,
        }
    }

    fn sub_query(&self, link: &SubLink) -> Value {
        let Some(NodeEnum::SelectStmt(select)) = inner(&link.subselect) else { return Value::Unknown };
        let bare = select.from_clause.is_empty() && select.where_clause.is_none() && select.group_clause.is_empty();
        match link.sub_link_type() {
            SubLinkType::ExprSublink if bare => self.target(select),
            SubLinkType::ExistsSublink if bare && select.limit_count.is_none() => constant_true(),
            SubLinkType::ExistsSublink => self.captured(select),
            _ => Value::Unknown,
        }
    }

    /// `EXISTS (SELECT FROM member m WHERE m.tenant_id = tenant_id)`: the bare name means the member's own column, not the row's, and
    /// the catalog shows `m.tenant_id = m.tenant_id`. Nothing then ties the sub-query to the row.
    fn captured(&self, select: &SelectStmt) -> Value {
        let Some(condition) = inner(&select.where_clause) else { return Value::Unknown };
        let outer = self.relation.name.name.raw();
        let from: Vec<String> = inners(&select.from_clause).filter_map(from_name).collect();
        if from.len() != select.from_clause.len() || from.iter().any(|f| f == outer) || any(condition, &|n| names_table(n, outer))
        {
            return Value::Unknown;
        }
        let itself = conjuncts(condition).into_iter().find_map(|c| match c {
            NodeEnum::AExpr(e) if last_name(&e.name) == "=" => {
                let (left, right) = (inner(&e.lexpr)?, inner(&e.rexpr)?);
                (matches!(left, NodeEnum::ColumnRef(_)) && same_text(left, right)).then(|| shown(left))
            }
            _ => None,
        });
        itself.map_or(Value::Unknown, |column| {
            Value::True(format!("the sub-query compares {column} with itself, so it does not depend on the row"))
        })
    }

    fn is_not_null(&self, node: &NodeEnum) -> bool {
        match node {
            NodeEnum::ColumnRef(c) => match names(&c.fields)[..] {
                [column] => self.relation.column(column).is_some_and(|c| c.not_null),
                [table, column] if table == self.relation.name.name.raw() => {
                    self.relation.column(column).is_some_and(|c| c.not_null)
                }
                _ => false,
            },
            NodeEnum::TypeCast(c) => inner(&c.arg).is_some_and(|a| self.is_not_null(a)),
            NodeEnum::AConst(c) => !c.isnull,
            _ => false,
        }
    }
}

fn constant_true() -> Value {
    Value::True("it is constant".to_owned())
}

fn constant(c: &AConst) -> Value {
    match &c.val {
        _ if c.isnull => Value::Null,
        Some(Val::Boolval(b)) if b.boolval => constant_true(),
        Some(Val::Boolval(_)) => Value::False,
        _ => Value::Unknown,
    }
}

/// `'t'::boolean`, as PostgreSQL reads it.
fn of_text(text: &str) -> Value {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "on" | "yes" | "y" | "1" => constant_true(),
        "f" | "false" | "off" | "no" | "n" | "0" => Value::False,
        _ => Value::Unknown,
    }
}

/// A constant behind casts: text or number.
fn literal(node: &NodeEnum) -> Option<String> {
    match node {
        NodeEnum::TypeCast(c) => literal(inner(&c.arg)?),
        NodeEnum::AConst(c) => match c.val.as_ref()? {
            Val::Ival(i) => Some(i.ival.to_string()),
            Val::Fval(f) => Some(f.fval.clone()),
            Val::Sval(s) => Some(s.sval.clone()),
            Val::Boolval(b) => Some(b.boolval.to_string()),
            Val::Bsval(_) => None,
        },
        _ => None,
    }
}

/// Two constants compared; texts that are no numbers only for being the same.
fn compare(operator: &str, left: &str, right: &str) -> Value {
    let numbers = left.parse::<f64>().ok().zip(right.parse::<f64>().ok());
    let holds = match (operator, numbers) {
        ("=" | "<=" | ">=", _) if left == right => true,
        ("<>" | "<" | ">", _) if left == right => false,
        ("=", Some((l, r))) => l == r,
        ("<>", Some((l, r))) => l != r,
        ("<", Some((l, r))) => l < r,
        ("<=", Some((l, r))) => l <= r,
        (">", Some((l, r))) => l > r,
        (">=", Some((l, r))) => l >= r,
        // 'a' <> 'b' holds in most types, not in all of them ('1' and '01' as numbers, citext)
        _ => return Value::Unknown,
    };
    if holds { Value::True(format!("{left} {operator} {right} is constant")) } else { Value::False }
}

fn like_all(left: &NodeEnum, right: &NodeEnum) -> Value {
    match literal(right) {
        Some(pattern) if !pattern.is_empty() && pattern.chars().all(|c| c == '%') => {
            Value::True(format!("every text is like {pattern:?}: {}", shown(left)))
        }
        _ => Value::Unknown,
    }
}

/// `x IS NULL OR x IS NOT NULL`, `x OR NOT x`.
fn complement(e: &BoolExpr) -> Option<Value> {
    let all: Vec<&NodeEnum> = inners(&e.args).collect();
    let opposite = |a: &NodeEnum, b: &NodeEnum| match (a, b) {
        (NodeEnum::NullTest(a), NodeEnum::NullTest(b)) => {
            a.nulltesttype != b.nulltesttype
                && inner(&a.arg).zip(inner(&b.arg)).is_some_and(|(a, b)| same_text(a, b) && !any(a, &is_volatile))
        }
        (a, NodeEnum::BoolExpr(n)) if n.boolop() == BoolExprType::NotExpr => {
            inners(&n.args).next().is_some_and(|b| same_text(a, b) && !any(a, &is_volatile))
        }
        _ => false,
    };
    let found = all.iter().any(|a| all.iter().any(|b| opposite(a, b)));
    found.then(|| Value::True("one of its alternatives is the opposite of another".to_owned()))
}

fn conjuncts(node: &NodeEnum) -> Vec<&NodeEnum> {
    match node {
        NodeEnum::BoolExpr(e) if e.boolop() == BoolExprType::AndExpr => inners(&e.args).flat_map(conjuncts).collect(),
        other => vec![other],
    }
}

/// The name by which a plain table in FROM is known.
fn from_name(node: &NodeEnum) -> Option<String> {
    match node {
        NodeEnum::RangeVar(r) => Some(r.alias.as_ref().map_or(&r.relname, |a| &a.aliasname).clone()),
        _ => None,
    }
}

fn names_table(node: &NodeEnum, table: &str) -> bool {
    match node {
        NodeEnum::ColumnRef(c) => names(&c.fields).iter().rev().nth(1).is_some_and(|t| *t == table),
        // what stands inside is not looked at: take it for a tie to the row
        NodeEnum::SubLink(_) => true,
        _ => false,
    }
}

fn same_text(left: &NodeEnum, right: &NodeEnum) -> bool {
    let text = |n: &NodeEnum| deparse(n.clone());
    text(left).is_some_and(|l| Some(l) == text(right))
}

fn is_volatile(node: &NodeEnum) -> bool {
    match node {
        NodeEnum::FuncCall(f) => {
            let name = last_name(&f.funcname);
            ["random", "clock_timestamp", "nextval", "timeofday"].contains(&name) || name.contains("uuid") && f.args.is_empty()
        }
        NodeEnum::SubLink(_) => true,
        _ => false,
    }
}

fn shown(node: &NodeEnum) -> String {
    deparse(node.clone()).unwrap_or_else(|| "a value".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::catalog;

    fn why(expression: &str) -> Option<String> {
        let catalog = catalog("create table doc (id int primary key, tenant_id text, public boolean)");
        always_true(expression, catalog.relations.values().next().unwrap())
    }

    #[test]
    fn what_holds_for_every_row() {
        for expression in [
            "true",
            "(1 = 1)",
            "('a'::text = 'a'::text)",
            "(2 > 1.5)",
            "('t'::boolean)",
            "((tenant_id = current_setting('app.t'::text)) OR true)",
            "(tenant_id = tenant_id)",
            "(NOT false)",
            "(NOT (1 = 2))",
            "( SELECT true AS bool)",
            "(EXISTS ( SELECT 1))",
            "(id IS NOT NULL)",
            "((tenant_id IS NULL) OR (tenant_id IS NOT NULL))",
            "(public OR (NOT public))",
            "(true AND (1 = 1))",
            "COALESCE(NULL::boolean, true)",
            "CASE WHEN public THEN true ELSE true END",
            "(true IS NOT FALSE)",
            "(tenant_id ~~ '%'::text)",
            "(current_setting('app.t'::text) = current_setting('app.t'::text))",
            "(EXISTS ( SELECT 1 FROM member m WHERE ((m.tenant_id = m.tenant_id) AND (m.name = CURRENT_USER))))",
        ] {
            assert!(why(expression).is_some(), "{expression}");
        }
    }

    #[test]
    fn what_depends() {
        for expression in [
            "false",
            "NULL::boolean",
            "(1 = 2)",
            "(tenant_id = current_setting('app.t'::text))",
            "(true AND (tenant_id = 'a'::text))",
            "(tenant_id IS NOT NULL)",
            "((tenant_id IS NULL) OR public)",
            "(public IS TRUE)",
            "COALESCE(public, true)",
            "CASE WHEN public THEN true ELSE false END",
            "CASE WHEN public THEN true END",
            "(random() = random())",
            "(tenant_id ~~ 'a%'::text)",
            "('a'::text <> 'b'::text)",
            "(EXISTS ( SELECT 1 FROM member m WHERE (m.tenant_id = doc.tenant_id)))",
            "(EXISTS ( SELECT 1 FROM member m WHERE ((m.org = m.org) AND (m.tenant_id = doc.tenant_id))))",
            "(tenant_id IN ( SELECT m.tenant_id FROM member m))",
            "not an expression",
            "",
        ] {
            assert_eq!(why(expression), None, "{expression}");
        }
    }

    #[test]
    fn says_why() {
        assert_eq!(why("(tenant_id = tenant_id)").unwrap(), "tenant_id is compared with itself");
        assert_eq!(why("(1 = 1)").unwrap(), "1 = 1 is constant");
    }
}
