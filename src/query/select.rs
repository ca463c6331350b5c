//! One SELECT: its columns, grouping, order and limit, and which of its columns let predicates of the outside through.

use pg_query::NodeEnum;
use pg_query::protobuf::{BoolExprType, Node, SelectStmt, SetOperation, WindowDef, a_const};

use super::from::close;
use super::model::Bound;
use super::nodes::{any, inner, inners, is_aggregate, is_null, last_name, names};
use super::predicate::Clause;
use super::scope::{At, Kind, Output, Scope};
use super::walk::{Use, Walker};

/// The columns of one level with the expressions behind them (none for those of a `*`).
pub(super) struct Columns<'n> {
    pub outputs: Vec<Output>,
    pub expressions: Vec<Option<&'n NodeEnum>>,
}

impl<'c> Walker<'c, '_> {
    /// Walks a SELECT and gives its columns.
    pub fn select(&mut self, s: &SelectStmt, scope: &mut Scope<'c, '_>, used: Use) -> Vec<Output> {
        if self.depth == 0 && self.view.is_none() {
            self.top_level(s);
        }
        self.level(s, scope, used)
    }

    /// One arm of a set operation.
    pub fn arm(&mut self, s: &SelectStmt, around: &Scope<'c, '_>, used: Use) -> Vec<Output> {
        let mut scope = Scope::new(Some(around), around.link, true);
        let outputs = self.level(s, &mut scope, used);
        if scope.correlated.get() {
            around.correlated.set(true);
        }
        outputs
    }

    fn top_level(&mut self, s: &SelectStmt) {
        self.limit = bound(inner(&s.limit_count));
        self.offset = bound(inner(&s.limit_offset));
        self.top.set_operation = is_set_operation(s);
        self.top.group_by = !s.group_clause.is_empty();
        self.top.distinct = !s.distinct_clause.is_empty();
        self.top.aggregates_only = s.group_clause.is_empty() && has_aggregate(s);
    }

    fn level(&mut self, s: &SelectStmt, scope: &mut Scope<'c, '_>, used: Use) -> Vec<Output> {
        self.with(s.with_clause.as_ref(), scope);
        let bounded = bound(inner(&s.limit_count)) != Bound::None || inner(&s.limit_offset).is_some_and(|o| !is_null(o));
        for node in [inner(&s.limit_count), inner(&s.limit_offset)].into_iter().flatten() {
            self.read(node, scope);
        }
        if is_set_operation(s) {
            let mut outputs = self.set_operation(s, scope, used);
            if bounded {
                close(&mut outputs);
            }
            return outputs;
        }
        if !s.values_lists.is_empty() {
            self.read_list(&s.values_lists, scope);
            let width = match inners(&s.values_lists).next() {
                Some(NodeEnum::List(row)) => row.items.len(),
                _ => 0,
            };
            return (1..=width).map(|n| Output { name: format!("column{n}"), ats: Vec::new() }).collect();
        }
        self.from(&s.from_clause, scope);
        if let Some(condition) = inner(&s.where_clause) {
            self.conjunct(condition, scope, &Clause::default());
        }
        let columns = self.columns(&s.target_list, scope, used);
        self.having(s, scope);
        self.read_list(&s.window_clause, scope);
        self.shape(s, &columns, scope);
        self.let_through(s, columns, bounded, scope)
    }

    fn set_operation(&mut self, s: &SelectStmt, scope: &Scope<'c, '_>, used: Use) -> Vec<Output> {
        let mut outputs = s.larg.as_ref().map(|arm| self.arm(arm, scope, used)).unwrap_or_default();
        let right = s.rarg.as_ref().map(|arm| self.arm(arm, scope, used)).unwrap_or_default();
        for (output, other) in outputs.iter_mut().zip(right) {
            // a predicate on it is handed down into every arm
            output.ats.extend(other.ats);
            output.ats.iter_mut().for_each(|at| at.flat = false);
        }
        outputs
    }

    /// The select list.
    fn columns<'n>(&mut self, targets: &'n [Node], scope: &Scope<'c, '_>, used: Use) -> Columns<'n> {
        let mut columns = Columns { outputs: Vec::new(), expressions: Vec::new() };
        for node in inners(targets) {
            let NodeEnum::ResTarget(target) = node else { continue };
            let Some(value) = inner(&target.val) else { continue };
            let named = |default: &str| if target.name.is_empty() { default.to_owned() } else { target.name.clone() };
            if let Some(star) = self.star(value, scope, used) {
                columns.expressions.extend(star.iter().map(|_| None));
                columns.outputs.extend(star);
                continue;
            }
            let ats = match self.bare_column(value, scope).filter(|r| !r.ats.is_empty()) {
                Some(found) => {
                    if used == Use::Read {
                        self.mark_read(&found.ats);
                    }
                    let mut ats = found.ats;
                    if found.levels > 0 {
                        ats.iter_mut().for_each(|at| (at.pushable, at.flat) = (false, false));
                    }
                    ats
                }
                None => {
                    if used != Use::Never {
                        self.read(value, scope);
                    }
                    Vec::new()
                }
            };
            columns.outputs.push(Output { name: named(output_name(value)), ats });
            columns.expressions.push(Some(value));
        }
        columns
    }

    /// The columns that `*` or `t.*` stands for; `None` for anything else.
    fn star(&mut self, value: &NodeEnum, scope: &Scope<'c, '_>, used: Use) -> Option<Vec<Output>> {
        let NodeEnum::ColumnRef(reference) = value else { return None };
        if !matches!(inners(&reference.fields).last(), Some(NodeEnum::AStar(_))) {
            return None;
        }
        let qualifier = names(&reference.fields);
        let one = if qualifier.is_empty() { None } else { Some(scope.source(&qualifier)?.0) };
        let sources: Vec<_> = match one {
            Some(source) => vec![source],
            None => scope.sources.iter().collect(),
        };
        let mut outputs = Vec::new();
        for source in sources {
            let columns = source.columns().into_iter().filter(|c| one.is_some() || !source.merged.contains(&c.name));
            outputs.extend(columns);
            if let (Kind::Base { access, .. }, Use::Read) = (&source.kind, used) {
                self.mark_all(&[*access]);
            }
        }
        if used == Use::Read {
            outputs.iter().for_each(|o| self.mark_read(&o.ats));
        }
        Some(outputs)
    }

    /// HAVING on group keys alone is as good as WHERE.
    fn having(&mut self, s: &SelectStmt, scope: &Scope<'c, '_>) {
        let Some(having) = inner(&s.having_clause) else { return };
        let conjuncts = match having {
            NodeEnum::BoolExpr(e) if e.boolop() == BoolExprType::AndExpr => inners(&e.args).collect(),
            other => vec![other],
        };
        for conjunct in conjuncts {
            if any(conjunct, &is_aggregate) || any(conjunct, &is_grouping_set) || s.group_clause.is_empty() {
                self.read(conjunct, scope);
            } else {
                self.conjunct(conjunct, scope, &Clause::default());
            }
        }
    }

    /// Closes the columns of this level that PostgreSQL hands no predicate down through.
    fn let_through(&mut self, s: &SelectStmt, columns: Columns, bounded: bool, scope: &Scope<'c, '_>) -> Vec<Output> {
        let windows = windows(s, &columns);
        let aggregated = !s.group_clause.is_empty() || has_aggregate(s);
        let grouping_sets = inners(&s.group_clause).any(|g| any(g, &is_grouping_set));
        let locked = !s.locking_clause.is_empty();
        let simple = !aggregated && !bounded && s.distinct_clause.is_empty() && windows.is_empty() && !locked;
        let on: Vec<&NodeEnum> = inners(&s.distinct_clause).collect();
        let mut columns = columns;
        let keys = |walker: &mut Self, nodes: Vec<&NodeEnum>, columns: &Columns| -> Vec<At> {
            nodes.into_iter().filter_map(|n| walker.key(n, columns, scope, true)).map(|k| k.at).collect()
        };
        let mut allowed: Vec<Vec<At>> = Vec::new();
        if !on.is_empty() {
            allowed.push(keys(self, on, &columns));
        }
        for window in windows {
            allowed.push(keys(self, inners(&window.partition_clause).collect(), &columns));
        }
        for at in columns.outputs.iter_mut().flat_map(|o| &mut o.ats) {
            at.flat &= simple;
            let kept = allowed.iter().all(|list| list.iter().any(|a| a.access == at.access && a.column == at.column));
            at.pushable &= !bounded && !grouping_sets && kept;
        }
        columns.outputs
    }

    /// The columns after RETURNING: read, and given to the outside only as values.
    pub fn returning(&mut self, list: &[Node], scope: &Scope<'c, '_>) -> Vec<Output> {
        let mut outputs = self.columns(list, scope, Use::Read).outputs;
        close(&mut outputs);
        outputs
    }
}

fn is_set_operation(s: &SelectStmt) -> bool {
    matches!(s.op(), SetOperation::SetopUnion | SetOperation::SetopIntersect | SetOperation::SetopExcept)
}

fn has_aggregate(s: &SelectStmt) -> bool {
    inners(&s.target_list).chain(inner(&s.having_clause)).any(|node| any(node, &is_aggregate))
}

fn is_grouping_set(node: &NodeEnum) -> bool {
    matches!(node, NodeEnum::GroupingSet(_) | NodeEnum::GroupingFunc(_))
}

/// Window definitions, named and in place. `OVER name` alone refers to one of the named.
fn windows<'n>(s: &'n SelectStmt, columns: &Columns<'n>) -> Vec<&'n WindowDef> {
    fn collect<'n>(node: &'n NodeEnum, found: &mut Vec<&'n WindowDef>) {
        if let NodeEnum::FuncCall(call) = node
            && let Some(over) = &call.over
            && over.name.is_empty()
        {
            found.push(over);
        }
        super::nodes::children(node, &mut |child| collect(child, found));
    }
    let mut found: Vec<&WindowDef> = Vec::new();
    for node in inners(&s.window_clause) {
        if let NodeEnum::WindowDef(window) = node {
            found.push(window);
        }
    }
    columns.expressions.iter().flatten().for_each(|e| collect(e, &mut found));
    found
}

/// A count in LIMIT or OFFSET.
pub(super) fn bound(node: Option<&NodeEnum>) -> Bound {
    match node {
        None => Bound::None,
        Some(NodeEnum::ParamRef(p)) => Bound::Parameter(p.number),
        Some(NodeEnum::TypeCast(c)) => bound(inner(&c.arg)),
        Some(NodeEnum::AConst(c)) if c.isnull => Bound::None,
        Some(NodeEnum::AConst(c)) => match &c.val {
            Some(a_const::Val::Ival(n)) => Bound::Constant(i64::from(n.ival)),
            Some(a_const::Val::Fval(f)) => f.fval.parse().map_or(Bound::Expression, Bound::Constant),
            _ => Bound::Expression,
        },
        Some(_) => Bound::Expression,
    }
}

/// The name PostgreSQL gives a column without AS.
fn output_name(node: &NodeEnum) -> &str {
    match node {
        NodeEnum::ColumnRef(c) => last_name(&c.fields),
        NodeEnum::FuncCall(f) => last_name(&f.funcname),
        NodeEnum::TypeCast(c) => match inner(&c.arg).map(output_name) {
            Some(name) if name != "?column?" => name,
            _ => c.type_name.as_ref().map_or("?column?", |t| last_name(&t.names)),
        },
        NodeEnum::CollateClause(c) => inner(&c.arg).map_or("?column?", output_name),
        NodeEnum::CoalesceExpr(_) => "coalesce",
        NodeEnum::CaseExpr(_) => "case",
        NodeEnum::AArrayExpr(_) => "array",
        _ => "?column?",
    }
}
