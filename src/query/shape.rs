//! What a query level does to its rows: GROUP BY, DISTINCT, ORDER BY, LIMIT, row locks, noted at the accesses they concern.

use std::collections::HashSet;

use pg_query::NodeEnum;
use pg_query::protobuf::{
    ColumnRef, LockClauseStrength, LockWaitPolicy, Node, SelectStmt, SortBy, SortByDir, SortByNulls, a_const,
};

use super::compare::Side;
use super::model::{Bound, RowLock, SortKey, Target};
use super::nodes::{any, inner, inners, is_aggregate, last_name, names};
use super::scope::{At, Scope, Source};
use super::select::{Columns, bound};
use super::walk::{Pending, Walker, What};

/// A sort or group key that is one relation's.
pub(super) struct Key {
    pub at: At,
    pub target: Target,
}

impl<'c> Walker<'c, '_> {
    /// GROUP BY, DISTINCT, ORDER BY, LIMIT of this level, noted at the accesses they concern.
    pub(super) fn shape(&mut self, s: &SelectStmt, columns: &Columns, scope: &Scope<'c, '_>) {
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
    pub(super) fn key(&mut self, node: &NodeEnum, columns: &Columns, scope: &Scope<'c, '_>, outputs_first: bool) -> Option<Key> {
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
}

/// The one base column behind an output whose rows come straight from it.
fn single(ats: &[At]) -> Option<At> {
    match ats {
        [at] if at.flat => Some(at.clone()),
        _ => None,
    }
}

fn is_window(node: &NodeEnum) -> bool {
    matches!(node, NodeEnum::FuncCall(f) if f.over.is_some())
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
