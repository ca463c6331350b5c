//! Expressions as text that can be compared with the expressions of indexes.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AConst, ColumnRef, Node, ParseResult, RawStmt, ResTarget, SelectStmt, String as Name, TypeCast, TypeName,
};

use super::{nodes, text};
use crate::ident::Ident;
use crate::snapshot::{Column, Relation};

/// An expression of an index or constraint (`pg_get_indexdef()`, `pg_get_expr()`) in the form that [`Target::Expression`] has:
/// columns bare, casts that change nothing left out. `lower((email)::text)` on a varchar gives `lower(email)`.
///
/// `None` when it does not parse.
///
/// [`Target::Expression`]: super::Target::Expression
pub fn canonical_expression(expression: &str, relation: &Relation) -> Option<String> {
    let select = format!("SELECT {expression}");
    let parsed = text::with_stack(&select, |sql| {
        let NodeEnum::SelectStmt(select) = text::parse_one(sql)? else { return Ok(None) };
        let Some(NodeEnum::ResTarget(target)) = nodes::inners(&select.target_list).next() else { return Ok(None) };
        Ok(nodes::inner(&target.val).and_then(|value| canonical(value, &|c| own_column(c, relation), Some(relation))))
    });
    parsed.ok().flatten()
}

fn own_column(reference: &ColumnRef, relation: &Relation) -> Option<Ident> {
    let name = nodes::last_name(&reference.fields);
    relation.column(name).map(|c| c.name.clone())
}

/// The canonical text of an expression; `column` gives the bare name of a reference.
pub(super) fn canonical(
    node: &NodeEnum,
    column: &dyn Fn(&ColumnRef) -> Option<Ident>,
    relation: Option<&Relation>,
) -> Option<String> {
    let mut copy = node.clone();
    simplify(&mut copy, column, relation);
    deparse(copy)
}

/// The expression as PostgreSQL would accept it.
pub(crate) fn deparse(node: NodeEnum) -> Option<String> {
    let wrap = |node| Node { node: Some(node) };
    let target = ResTarget { val: Some(Box::new(wrap(node))), ..Default::default() };
    let select = SelectStmt {
        target_list: vec![wrap(NodeEnum::ResTarget(Box::new(target)))],
        // the deparser refuses the proto default of these enums
        limit_option: 1,
        op: 1,
        ..Default::default()
    };
    let statement = RawStmt { stmt: Some(Box::new(wrap(NodeEnum::SelectStmt(Box::new(select))))), ..Default::default() };
    let tree = ParseResult { version: 0, stmts: vec![statement] };
    let sql = pg_query::deparse(&tree, Default::default()).ok()?;
    Some(sql.strip_prefix("SELECT ")?.to_owned())
}

/// A type as SQL.
pub(super) fn type_text(named: &TypeName) -> Option<String> {
    let null = NodeEnum::AConst(AConst { isnull: true, ..Default::default() });
    let arg = Some(Box::new(Node { node: Some(null) }));
    let cast = TypeCast { arg, type_name: Some(named.clone()), ..Default::default() };
    deparse(NodeEnum::TypeCast(Box::new(cast)))?.strip_prefix("NULL::").map(str::to_owned)
}

fn simplify(node: &mut NodeEnum, column: &dyn Fn(&ColumnRef) -> Option<Ident>, relation: Option<&Relation>) {
    if let NodeEnum::TypeCast(cast) = node {
        let text_cast = cast.type_name.as_ref().is_some_and(|t| t.typmods.is_empty() && is_text(&type_name(t)));
        let superfluous = match nodes::inner(&cast.arg) {
            Some(NodeEnum::ColumnRef(c)) => {
                let typed = column(c).zip(relation).and_then(|(name, r)| r.column(name.raw()));
                typed.zip(cast.type_name.as_ref()).is_some_and(|(c, t)| is_noop(c, t))
            }
            // 'day'::text in an index is 'day' in a statement, where an unknown literal becomes text
            Some(NodeEnum::AConst(_) | NodeEnum::ParamRef(_)) => text_cast,
            _ => false,
        };
        if superfluous && let Some(arg) = cast.arg.take().and_then(|a| a.node) {
            *node = arg;
        }
    }
    match node {
        NodeEnum::ColumnRef(reference) => {
            if let Some(name) = column(reference) {
                let bare = NodeEnum::String(Name { sval: name.raw().to_owned() });
                reference.fields = vec![Node { node: Some(bare) }];
            }
        }
        NodeEnum::FuncCall(call) => {
            if call.funcformat <= 1 && call.funcname.len() == 2 && nodes::names(&call.funcname)[0] == "pg_catalog" {
                call.funcname.remove(0);
            }
            each(&mut call.args, column, relation);
        }
        NodeEnum::AExpr(e) => {
            if e.name.len() == 2 && nodes::names(&e.name).first() == Some(&"pg_catalog") {
                e.name.remove(0);
            }
            [&mut e.lexpr, &mut e.rexpr].into_iter().for_each(|side| one(side, column, relation));
        }
        NodeEnum::TypeCast(c) => one(&mut c.arg, column, relation),
        NodeEnum::CollateClause(c) => one(&mut c.arg, column, relation),
        NodeEnum::NullTest(t) => one(&mut t.arg, column, relation),
        NodeEnum::BooleanTest(t) => one(&mut t.arg, column, relation),
        NodeEnum::AIndirection(i) => one(&mut i.arg, column, relation),
        NodeEnum::BoolExpr(e) => each(&mut e.args, column, relation),
        NodeEnum::CoalesceExpr(c) => each(&mut c.args, column, relation),
        NodeEnum::MinMaxExpr(m) => each(&mut m.args, column, relation),
        NodeEnum::RowExpr(r) => each(&mut r.args, column, relation),
        NodeEnum::AArrayExpr(a) => each(&mut a.elements, column, relation),
        NodeEnum::List(l) => each(&mut l.items, column, relation),
        NodeEnum::CaseExpr(c) => {
            [&mut c.arg, &mut c.defresult].into_iter().for_each(|side| one(side, column, relation));
            each(&mut c.args, column, relation);
        }
        NodeEnum::CaseWhen(w) => [&mut w.expr, &mut w.result].into_iter().for_each(|side| one(side, column, relation)),
        _ => {}
    }
}

fn one(node: &mut Option<Box<Node>>, column: &dyn Fn(&ColumnRef) -> Option<Ident>, relation: Option<&Relation>) {
    if let Some(node) = node.as_mut().and_then(|n| n.node.as_mut()) {
        simplify(node, column, relation);
    }
}

fn each(list: &mut [Node], column: &dyn Fn(&ColumnRef) -> Option<Ident>, relation: Option<&Relation>) {
    list.iter_mut().filter_map(|n| n.node.as_mut()).for_each(|node| simplify(node, column, relation));
}

/// Whether a cast of the column leaves it as it is, so that an index on the column still serves.
pub(super) fn is_noop(column: &Column, cast: &TypeName) -> bool {
    if !cast.typmods.is_empty() || cast.setof {
        return false;
    }
    let (from, to) = (base_name(&column.type_name), type_name(cast));
    from == to || is_text(&from) && is_text(&to) || from.rsplit_once('.').is_some_and(|(_, bare)| bare == to)
}

/// Both are one type to an index: varchar is stored, compared and hashed as text.
fn is_text(type_name: &str) -> bool {
    matches!(type_name, "text" | "character varying")
}

/// `format_type()` without length or precision.
fn base_name(formatted: &str) -> String {
    match (formatted.find('('), formatted.find(')')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &formatted[..open], &formatted[close + 1..]),
        _ => formatted.to_owned(),
    }
}

/// A type as `format_type()` prints it, but with the length or precision last.
#[cfg(test)]
pub(crate) fn format_type(named: &TypeName) -> String {
    let operands: Vec<String> = nodes::inners(&named.typmods).filter_map(|n| deparse(n.clone())).collect();
    let name = type_name(named);
    if operands.is_empty() { name } else { format!("{name}({})", operands.join(",")) }
}

/// A type as `format_type()` would print it, without length or precision.
fn type_name(cast: &TypeName) -> String {
    let parts = nodes::names(&cast.names);
    let internal = parts.last().copied().unwrap_or_default();
    let mut name = match internal {
        "int2" => "smallint".to_owned(),
        "int4" => "integer".to_owned(),
        "int8" => "bigint".to_owned(),
        "float4" => "real".to_owned(),
        "float8" => "double precision".to_owned(),
        "bool" => "boolean".to_owned(),
        "varchar" => "character varying".to_owned(),
        "bpchar" => "character".to_owned(),
        "timestamp" => "timestamp without time zone".to_owned(),
        "timestamptz" => "timestamp with time zone".to_owned(),
        "time" => "time without time zone".to_owned(),
        "timetz" => "time with time zone".to_owned(),
        other => Ident::new(other).to_string(),
    };
    name.push_str(if cast.array_bounds.is_empty() { "" } else { "[]" });
    name
}
