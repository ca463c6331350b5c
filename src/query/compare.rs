//! Comparisons: which side is a relation's, what the operator is, what it is compared with.

use pg_query::NodeEnum;
use pg_query::protobuf::{AExpr, AExprKind, ColumnRef, Node, a_const};

use super::deparse;
use super::model::{Filter, FilterOp, Operand, RangeSide, Target};
use super::nodes::{any, children, inner, inners, is_aggregate, is_null, is_sublink, last_name, names};
use super::predicate::Clause;
use super::scope::{At, Resolved, Scope};
use super::walk::{Pending, Walker, What, push_new};

/// One side of a comparison.
pub(super) enum Side {
    /// A column.
    Column(Resolved),
    /// An expression over one relation of this level; `at` says how its columns are seen.
    Expression { at: At, text: String },
    /// Something without columns.
    Value(Operand),
    /// Anything that changes from row to row and is no one relation's.
    Varying,
}

impl Side {
    /// The accesses it belongs to with what is compared there, and the levels between.
    pub(super) fn targets(&self) -> (Vec<(At, Target)>, usize) {
        match self {
            Self::Column(r) => (r.ats.iter().map(|at| (at.clone(), Target::Column(at.column.clone()))).collect(), r.levels),
            Self::Expression { at, text } => (vec![(at.clone(), Target::Expression(text.clone()))], 0),
            Self::Value(_) | Self::Varying => (Vec::new(), 0),
        }
    }

    fn is_target(&self) -> bool {
        matches!(self, Self::Column(_) | Self::Expression { .. })
    }

    /// As what the other side is compared with.
    fn operand(&self) -> Operand {
        match self {
            Self::Value(operand) => operand.clone(),
            Self::Column(Resolved { ats, .. }) if ats.len() == 1 => {
                Operand::Column { access: ats[0].access, column: ats[0].column.clone() }
            }
            _ => Operand::Varying,
        }
    }
}

impl<'c> Walker<'c, '_> {
    /// A column, bare or under a cast that changes nothing.
    pub fn bare_column(&self, node: &NodeEnum, scope: &Scope<'c, '_>) -> Option<Resolved> {
        match node {
            NodeEnum::ColumnRef(reference) => self.resolve(reference, scope),
            NodeEnum::TypeCast(cast) => {
                let Some(NodeEnum::ColumnRef(reference)) = inner(&cast.arg) else { return None };
                let (found, cast) = (self.resolve(reference, scope)?, cast.type_name.as_ref()?);
                let unchanged = |at: &At| {
                    let column = self.relation(at.access).and_then(|r| r.column(at.column.raw()));
                    column.is_some_and(|c| deparse::is_noop(c, cast))
                };
                (!found.ats.is_empty() && found.ats.iter().all(unchanged)).then_some(found)
            }
            _ => None,
        }
    }

    /// What an operand of a comparison is. It must have been read already.
    pub fn side(&self, node: &NodeEnum, scope: &Scope<'c, '_>) -> Side {
        if self.is_variable(node, scope) {
            return Side::Value(Operand::Expression(deparse::deparse(node.clone()).unwrap_or_default()));
        }
        if let Some(found) = self.bare_column(node, scope) {
            return if found.ats.is_empty() { Side::Varying } else { Side::Column(found) };
        }
        if any(node, &is_sublink) {
            return Side::Value(Operand::Subquery);
        }
        let mut references = Vec::new();
        column_refs(node, &mut references);
        if references.is_empty() {
            return Side::Value(operand(node));
        }
        self.expression(node, &references, scope).unwrap_or(Side::Varying)
    }

    /// Whether a name is a variable of the function that the statement runs in: the server ran the statement, and no table in sight
    /// has such a column. PL/pgSQL's own statements are counted with the names of their variables in the text.
    fn is_variable(&self, node: &NodeEnum, scope: &Scope<'c, '_>) -> bool {
        match node {
            NodeEnum::ColumnRef(reference) => {
                let parts = names(&reference.fields);
                let whole = parts.len() == reference.fields.len();
                whole && !scope.has_opaque() && self.resolve(reference, scope).is_none() && scope.source(&parts).is_none()
            }
            NodeEnum::TypeCast(cast) => inner(&cast.arg).is_some_and(|arg| self.is_variable(arg, scope)),
            _ => false,
        }
    }

    fn expression(&self, node: &NodeEnum, references: &[&ColumnRef], scope: &Scope<'c, '_>) -> Option<Side> {
        let mut whole: Option<At> = None;
        for reference in references {
            let found = self.resolve(reference, scope)?;
            let [at] = &found.ats[..] else { return None };
            if found.levels > 0 || whole.as_ref().is_some_and(|w| w.access != at.access) {
                return None;
            }
            match &mut whole {
                None => whole = Some(at.clone()),
                Some(w) => {
                    w.pushable &= at.pushable;
                    w.flat &= at.flat;
                    w.nullable |= at.nullable;
                    at.via.iter().for_each(|id| push_new(&mut w.via, *id));
                }
            }
        }
        let at = whole.filter(|_| !any(node, &is_aggregate))?;
        let name = |c: &ColumnRef| self.resolve(c, scope).and_then(|r| r.ats.first().map(|at| at.column.clone()));
        let text = deparse::canonical(node, &name, self.relation(at.access))?;
        Some(Side::Expression { at, text })
    }

    /// An operator expression that stands as a condition.
    pub fn comparison(&mut self, e: &AExpr, scope: &Scope<'c, '_>, clause: &Clause) {
        let (Some(left), Some(right)) = (inner(&e.lexpr), inner(&e.rexpr)) else {
            return self.test(&NodeEnum::AExpr(Box::new(e.clone())), scope, clause, true);
        };
        self.read(left, scope);
        self.read(right, scope);
        let name = last_name(&e.name);
        match e.kind() {
            AExprKind::AexprOp => match (left, right) {
                (NodeEnum::RowExpr(l), NodeEnum::RowExpr(r)) => self.rows(&l.args, name, &r.args, scope, clause),
                _ => self.operator(left, name, right, scope, clause),
            },
            AExprKind::AexprLike | AExprKind::AexprIlike => self.operator(left, name, right, scope, clause),
            AExprKind::AexprIn => self.in_list(left, name, right, scope, clause),
            AExprKind::AexprOpAny => {
                let (target, array) = (self.side(left, scope), self.side(right, scope));
                let (target, op) = match name {
                    "=" if target.is_target() => (target, FilterOp::In),
                    // an array column on the right: no index serves `$1 = ANY (tags)`, unlike `tags @> ARRAY[$1]`
                    _ if array.is_target() && !target.is_target() => {
                        let op = FilterOp::Other(format!("{name} any(column)"));
                        return self.filter(&array, op, target.operand(), clause);
                    }
                    _ => (target, FilterOp::Other(format!("{name} any"))),
                };
                self.filter(&target, op, array.operand(), clause);
            }
            AExprKind::AexprOpAll => {
                let op = if name == "<>" { FilterOp::NotEqual } else { FilterOp::Other(format!("{name} all")) };
                let array = self.side(right, scope).operand();
                self.filter(&self.side(left, scope), op, array, clause);
            }
            AExprKind::AexprBetween | AExprKind::AexprBetweenSym => {
                let NodeEnum::List(bounds) = right else { return };
                for (bound, side) in inners(&bounds.items).zip([RangeSide::AtLeast, RangeSide::AtMost]) {
                    let operand = self.side(bound, scope).operand();
                    self.filter(&self.side(left, scope), FilterOp::Range(side), operand, clause);
                }
            }
            AExprKind::AexprNotDistinct if is_null(right) => {
                self.filter(&self.side(left, scope), FilterOp::IsNull, Operand::None, clause);
            }
            AExprKind::AexprDistinct if is_null(right) => {
                self.filter(&self.side(left, scope), FilterOp::IsNotNull, Operand::None, clause);
            }
            kind => {
                let words = match kind {
                    AExprKind::AexprNotDistinct => "is not distinct from",
                    AExprKind::AexprDistinct => "is distinct from",
                    AExprKind::AexprNotBetween | AExprKind::AexprNotBetweenSym => "not between",
                    AExprKind::AexprSimilar => "similar to",
                    _ => name,
                };
                let (l, r) = (self.side(left, scope), self.side(right, scope));
                let (target, other) = if l.is_target() { (l, r) } else { (r, l) };
                self.filter(&target, FilterOp::Other(words.to_owned()), other.operand(), clause);
            }
        }
    }

    /// `left op right`, either of which may be the relation's.
    fn operator(&mut self, left: &NodeEnum, name: &str, right: &NodeEnum, scope: &Scope<'c, '_>, clause: &Clause) {
        let (l, r) = (self.side(left, scope), self.side(right, scope));
        match (l.is_target(), r.is_target()) {
            (true, true) if name == "=" => self.join(&l, &r, scope, clause),
            (true, true) => {
                let (of_left, of_right) = (self.filter_op(name, &l, right), self.filter_op(commuted(name), &r, left));
                let (as_left, as_right) = (l.operand(), r.operand());
                let same = matches!((&as_left, &as_right), (Operand::Column { access: a, .. }, Operand::Column { access: b, .. }) if a == b);
                self.filter(&l, of_left, as_right, clause);
                // within one relation it is one predicate, not two
                if !same {
                    self.filter(&r, of_right, as_left, clause);
                }
            }
            (true, false) => {
                let op = self.filter_op(name, &l, right);
                self.filter(&l, op, r.operand(), clause);
            }
            (false, true) => {
                let op = self.filter_op(commuted(name), &r, left);
                self.filter(&r, op, l.operand(), clause);
            }
            (false, false) => {}
        }
    }

    fn in_list(&mut self, left: &NodeEnum, name: &str, right: &NodeEnum, scope: &Scope<'c, '_>, clause: &Clause) {
        let op = if name == "=" { FilterOp::In } else { FilterOp::NotEqual };
        let NodeEnum::List(list) = right else { return };
        let values = inners(&list.items).map(|item| self.side(item, scope).operand()).collect();
        if let NodeEnum::RowExpr(row) = left {
            let sides: Vec<Side> = inners(&row.args).map(|n| self.side(n, scope)).collect();
            return self.row_filter(&sides, op, Operand::List(values), clause);
        }
        self.filter(&self.side(left, scope), op, Operand::List(values), clause);
    }

    /// `(a, b) op (x, y)`
    fn rows(&mut self, left: &[Node], name: &str, right: &[Node], scope: &Scope<'c, '_>, clause: &Clause) {
        if name == "=" {
            for (l, r) in inners(left).zip(inners(right)) {
                self.operator(l, name, r, scope, clause);
            }
            return;
        }
        let sides = |nodes: &[Node]| inners(nodes).map(|n| self.side(n, scope)).collect::<Vec<_>>();
        let (l, r) = (sides(left), sides(right));
        let (targets, values, name) = if l.iter().all(Side::is_target) { (l, r, name) } else { (r, l, commuted(name)) };
        let op = range(name).map_or(FilterOp::Other(name.to_owned()), FilterOp::Range);
        self.row_filter(&targets, op, Operand::List(values.iter().map(Side::operand).collect()), clause);
    }

    fn row_filter(&mut self, sides: &[Side], op: FilterOp, operand: Operand, clause: &Clause) {
        let mut columns = Vec::new();
        let mut whole: Option<At> = None;
        for side in sides {
            let Side::Column(Resolved { ats, levels: 0 }) = side else { return };
            let [at] = &ats[..] else { return };
            if whole.as_ref().is_some_and(|w| w.access != at.access) {
                return;
            }
            columns.push(at.column.clone());
            let first = whole.get_or_insert_with(|| at.clone());
            first.pushable &= at.pushable;
        }
        if let Some(at) = whole {
            self.filter_at(&at, Target::Row(columns), op, operand, clause);
        }
    }

    /// Notes a filter, if the side is a relation's of this level.
    pub fn filter(&mut self, side: &Side, op: FilterOp, operand: Operand, clause: &Clause) {
        let (targets, levels) = side.targets();
        // a condition on an outer row does not find rows here
        if levels > 0 {
            return;
        }
        for (at, target) in targets {
            self.filter_at(&at, target, op.clone(), operand.clone(), clause);
        }
    }

    pub fn filter_at(&mut self, at: &At, target: Target, operator: FilterOp, operand: Operand, clause: &Clause) {
        // ON of an outer join does not restrict the side that is kept; IS NULL on the other side means "no row"
        if !at.pushable || clause.kept.contains(&at.access) || at.nullable && operator == FilterOp::IsNull {
            return;
        }
        let filter = Filter { target, operator, operand, disjunct: None };
        let over_nullable = at.nullable && clause.is_where();
        self.pending.push(Pending { access: at.access, via: at.via.clone(), what: What::Filter(filter), over_nullable });
    }

    /// What an operator does to a target; the node is what it is compared with.
    fn filter_op(&self, name: &str, side: &Side, other: &NodeEnum) -> FilterOp {
        if let Some(side) = range(name) {
            return FilterOp::Range(side);
        }
        let like = |anchored, case_insensitive| FilterOp::Like { anchored, case_insensitive };
        match name {
            "=" => FilterOp::Equal,
            "<>" | "!=" => FilterOp::NotEqual,
            "~~" => like(anchored(other), false),
            "~~*" => like(anchored(other), true),
            "^@" => like(Some(true), false),
            "!~~" => FilterOp::Other("not like".to_owned()),
            "!~~*" => FilterOp::Other("not ilike".to_owned()),
            "@>" | "<@" | "&&" | "?" | "?|" | "?&" | "@?" | "@@" => self.container_op(name, side),
            other => FilterOp::Other(other.to_owned()),
        }
    }

    /// JSON, arrays, ranges and text search share operators: the column's type tells them apart.
    fn container_op(&self, name: &str, side: &Side) -> FilterOp {
        let type_name = match side {
            Side::Column(r) => r.ats.first().and_then(|at| self.relation(at.access)?.column(at.column.raw())),
            _ => None,
        };
        match type_name.map(|c| c.type_name.as_str()) {
            Some(t) if t.ends_with("[]") => FilterOp::Array(name.to_owned()),
            Some("json" | "jsonb") => FilterOp::Json(name.to_owned()),
            _ if name == "@@" => FilterOp::TextSearch,
            _ if name.contains('?') => FilterOp::Json(name.to_owned()),
            None if matches!(side, Side::Expression { text, .. } if text.contains("->")) => FilterOp::Json(name.to_owned()),
            _ => FilterOp::Other(name.to_owned()),
        }
    }
}

fn column_refs<'n>(node: &'n NodeEnum, found: &mut Vec<&'n ColumnRef>) {
    if let NodeEnum::ColumnRef(reference) = node {
        found.push(reference);
    }
    children(node, &mut |child| column_refs(child, found));
}

/// An expression without columns.
pub(super) fn operand(node: &NodeEnum) -> Operand {
    match node {
        NodeEnum::ParamRef(p) => Operand::Parameter(p.number),
        NodeEnum::AConst(c) if c.isnull => Operand::Null,
        NodeEnum::AConst(c) => match &c.val {
            Some(a_const::Val::Ival(v)) => Operand::Constant(v.ival.to_string()),
            Some(a_const::Val::Fval(v)) => Operand::Constant(v.fval.clone()),
            Some(a_const::Val::Boolval(v)) => Operand::Constant(v.boolval.to_string()),
            Some(a_const::Val::Sval(v)) => Operand::Constant(v.sval.clone()),
            Some(a_const::Val::Bsval(v)) => Operand::Constant(v.bsval.clone()),
            None => Operand::Constant("0".to_owned()),
        },
        NodeEnum::TypeCast(c) => inner(&c.arg).map_or(Operand::Varying, operand),
        NodeEnum::RowExpr(r) => Operand::List(inners(&r.args).map(operand).collect()),
        NodeEnum::AArrayExpr(a) => Operand::List(inners(&a.elements).map(operand).collect()),
        other => deparse::deparse(other.clone()).map_or(Operand::Varying, Operand::Expression),
    }
}

fn range(name: &str) -> Option<RangeSide> {
    match name {
        "<" => Some(RangeSide::Below),
        "<=" => Some(RangeSide::AtMost),
        ">" => Some(RangeSide::Above),
        ">=" => Some(RangeSide::AtLeast),
        _ => None,
    }
}

/// The operator with its sides exchanged.
fn commuted(name: &str) -> &str {
    match name {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        "@>" => "<@",
        "<@" => "@>",
        other => other,
    }
}

/// Whether a LIKE pattern begins with fixed text, as far as its leftmost part says.
fn anchored(pattern: &NodeEnum) -> Option<bool> {
    match pattern {
        NodeEnum::AConst(c) => match &c.val {
            Some(a_const::Val::Sval(s)) => Some(!s.sval.starts_with(['%', '_']) && !s.sval.is_empty()),
            _ => None,
        },
        NodeEnum::TypeCast(c) => anchored(inner(&c.arg)?),
        // '%' || $1 || '%'
        NodeEnum::AExpr(e) if last_name(&e.name) == "||" => anchored(inner(&e.lexpr)?),
        // like_escape('...', '\'), concat('%', $1)
        NodeEnum::FuncCall(f) if matches!(last_name(&f.funcname), "like_escape" | "concat") => anchored(inners(&f.args).next()?),
        _ => None,
    }
}
