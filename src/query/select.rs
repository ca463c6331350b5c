//! One SELECT: its columns, grouping, order and limit, and which of its columns let predicates of the outside through.

use std::collections::HashSet;

use pg_query::NodeEnum;
use pg_query::protobuf::{
    ColumnRef, LockClauseStrength, LockWaitPolicy, Node, SelectStmt, SetOperation, SortBy, SortByDir, SortByNulls, WindowDef,
    a_const,
};

use super::compare::Side;
use super::from::close;
use super::model::{Bound, RowLock, SortKey, Target};
use super::nodes::{any, inner, inners, is_aggregate, is_null, last_name, names};
use super::predicate::Clause;
use super::scope::{At, Kind, Output, Scope, Source};
use super::walk::{Pending, Use, Walker, What};

/// A sort or group key that is one relation's.
struct Key {
    at: At,
    target: Target,
}

/// The columns of one level with the expressions behind them (none for those of a `*`).
struct Columns<'n> {
    outputs: Vec<Output>,
    expressions: Vec<Option<&'n NodeEnum>>,
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
            NodeEnum::BoolExpr(e) if e.boolop == 1 => inners(&e.args).collect(),
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

    /// GROUP BY, DISTINCT, ORDER BY, LIMIT of this level, noted at the accesses they concern.
    fn shape(&mut self, s: &SelectStmt, columns: &Columns, scope: &Scope<'c, '_>) {
        for node in inners(&s.group_clause) {
            self.read_key(node, columns, scope);
            if let Some(key) = self.key(node, columns, scope, false) {
                self.note(key.at, What::Group(key.target));
            }
        }
        let on: Vec<&NodeEnum> = inners(&s.distinct_clause).collect();
        if !on.is_empty() {
            for node in on {
                self.read_key(node, columns, scope);
                if let Some(key) = self.key(node, columns, scope, true) {
                    self.note(key.at, What::Distinct(key.target));
                }
            }
        } else if !s.distinct_clause.is_empty() {
            for at in columns.outputs.iter().filter_map(|o| single(&o.ats)) {
                let target = Target::Column(at.column.clone());
                self.note(at, What::Distinct(target));
            }
        }
        self.order(&s.sort_clause, columns, scope);
        if bound(inner(&s.limit_count)) != Bound::None {
            let behind = scope.sources.iter().flat_map(Source::straight);
            let mut seen = HashSet::new();
            for at in behind.filter(|at| seen.insert(at.access)) {
                self.note(at, What::Limited);
            }
        }
        if s.group_clause.is_empty() {
            self.min_max(columns, scope);
        }
        self.locks(s, scope);
    }

    fn locks(&mut self, s: &SelectStmt, scope: &Scope<'c, '_>) {
        for node in inners(&s.locking_clause) {
            let NodeEnum::LockingClause(clause) = node else { continue };
            let lock = RowLock {
                exclusive: matches!(clause.strength(), LockClauseStrength::LcsForupdate | LockClauseStrength::LcsFornokeyupdate),
                skip_locked: clause.wait_policy() == LockWaitPolicy::LockWaitSkip,
                nowait: clause.wait_policy() == LockWaitPolicy::LockWaitError,
            };
            let mut of = Vec::new();
            for relation in inners(&clause.locked_rels) {
                if let NodeEnum::RangeVar(var) = relation {
                    of.push(var.relname.as_str());
                }
            }
            let locked = scope.sources.iter().filter(|s| of.is_empty() || of.contains(&s.name.as_str()));
            for at in locked.flat_map(Source::straight) {
                self.note(at, What::Lock(lock));
            }
        }
    }

    fn order(&mut self, keys: &[Node], columns: &Columns, scope: &Scope<'c, '_>) {
        let mut prefix: Vec<SortKey> = Vec::new();
        let mut first: Option<At> = None;
        let mut broken = false;
        for node in inners(keys) {
            let NodeEnum::SortBy(sort) = node else { continue };
            let Some(expression) = inner(&sort.node) else { continue };
            self.read_key(expression, columns, scope);
            // the leading keys decide; one of another relation, or a computed one, ends them
            let key = self.key(expression, columns, scope, true).filter(|k| !k.at.nullable);
            match key {
                Some(key) if !broken && first.as_ref().is_none_or(|f| f.access == key.at.access) => {
                    prefix.push(sort_key(sort, key.target));
                    first.get_or_insert(key.at);
                }
                _ => broken = true,
            }
        }
        if let Some(at) = first {
            self.note(at, What::Order(prefix));
        }
    }

    fn min_max(&mut self, columns: &Columns, scope: &Scope<'c, '_>) {
        let mut found = Vec::new();
        for expression in &columns.expressions {
            let Some(NodeEnum::FuncCall(call)) = expression else { return };
            let plain = call.over.is_none() && call.args.len() == 1 && call.agg_filter.is_none();
            if !plain || !matches!(last_name(&call.funcname), "min" | "max") {
                return;
            }
            let argument = inners(&call.args).next().and_then(|a| self.bare_column(a, scope));
            match argument.filter(|r| r.levels == 0).and_then(|r| single(&r.ats)) {
                Some(at) => found.push(at),
                None => return,
            }
        }
        for at in found {
            let column = at.column.clone();
            self.note(at, What::MinMax(column));
        }
    }

    fn note(&mut self, at: At, what: What) {
        self.pending.push(Pending { access: at.access, via: at.via, what, over_nullable: false });
    }

    /// What a sort or group key means: a position, an output's name, or an expression. ORDER BY looks at the outputs' names first,
    /// GROUP BY at the input's.
    fn key(&mut self, node: &NodeEnum, columns: &Columns, scope: &Scope<'c, '_>, outputs_first: bool) -> Option<Key> {
        let position = match node {
            NodeEnum::AConst(c) => match &c.val {
                Some(a_const::Val::Ival(n)) => Some(usize::try_from(n.ival).ok()?.checked_sub(1)?),
                _ => return None,
            },
            NodeEnum::ColumnRef(reference) => {
                let parts = names(&reference.fields);
                let output = columns.outputs.iter().position(|o| parts.len() == 1 && o.name == parts[0]);
                output.filter(|_| outputs_first || scope.column(&[], parts.last().copied().unwrap_or_default()).is_none())
            }
            _ => None,
        };
        if let Some(position) = position {
            if let Some(at) = single(&columns.outputs.get(position)?.ats) {
                return Some(Key { target: Target::Column(at.column.clone()), at });
            }
            let expression = (*columns.expressions.get(position)?)?;
            return self.expression_key(expression, scope);
        }
        self.expression_key(node, scope)
    }

    /// Reads a key's expression, unless it names an output, which was read there.
    fn read_key(&mut self, node: &NodeEnum, columns: &Columns, scope: &Scope<'c, '_>) {
        let is_output = |c: &ColumnRef| matches!(names(&c.fields)[..], [name] if columns.outputs.iter().any(|o| o.name == name));
        match node {
            NodeEnum::ColumnRef(c) if is_output(c) => {
                if let Some(found) = self.resolve(c, scope) {
                    self.mark_read(&found.ats);
                }
            }
            _ => self.read(node, scope),
        }
    }

    fn expression_key(&mut self, node: &NodeEnum, scope: &Scope<'c, '_>) -> Option<Key> {
        if any(node, &is_aggregate) || any(node, &is_window) {
            return None;
        }
        match self.side(node, scope) {
            Side::Column(found) if found.levels == 0 => {
                single(&found.ats).map(|at| Key { target: Target::Column(at.column.clone()), at })
            }
            Side::Expression { at, text } if at.flat => Some(Key { at, target: Target::Expression(text) }),
            _ => None,
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

/// The one base column behind an output whose rows come straight from it.
fn single(ats: &[At]) -> Option<At> {
    match ats {
        [at] if at.flat => Some(at.clone()),
        _ => None,
    }
}

fn has_aggregate(s: &SelectStmt) -> bool {
    inners(&s.target_list).chain(inner(&s.having_clause)).any(|node| any(node, &is_aggregate))
}

fn is_grouping_set(node: &NodeEnum) -> bool {
    matches!(node, NodeEnum::GroupingSet(_) | NodeEnum::GroupingFunc(_))
}

fn is_window(node: &NodeEnum) -> bool {
    matches!(node, NodeEnum::FuncCall(f) if f.over.is_some())
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

fn sort_key(sort: &SortBy, target: Target) -> SortKey {
    let descending = sort.sortby_dir() == SortByDir::SortbyDesc;
    let nulls_first = match sort.sortby_nulls() {
        SortByNulls::SortbyNullsFirst => true,
        SortByNulls::SortbyNullsLast => false,
        _ => descending,
    };
    SortKey { target, descending, nulls_first }
}

fn bound(node: Option<&NodeEnum>) -> Bound {
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
