//! INSERT, UPDATE, DELETE, MERGE.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    DeleteStmt, InsertStmt, MergeStmt, Node, OnConflictAction, OnConflictClause, RangeVar, ResTarget, UpdateStmt,
};

use super::compare::operand;
use super::model::{AssignedValue, Assignment, OnConflict, Operand, Role, Target};
use super::nodes::{any, inner, inners};
use super::predicate::Clause;
use super::scope::{Kind, Link, Output, Scope, Source};
use super::walk::{Use, Walker, push_new};
use crate::ident::Ident;

impl<'c> Walker<'c, '_> {
    /// Adds the relation a statement writes; its access, if the catalog knows it, and its place among the sources.
    fn target(&mut self, relation: Option<&RangeVar>, role: Role, scope: &mut Scope<'c, '_>) -> Option<usize> {
        let source = self.named(relation?, scope, role);
        let access = source.accesses().first().copied();
        scope.sources.push(source);
        access
    }

    pub(super) fn insert(&mut self, s: &InsertStmt, scope: &mut Scope<'c, '_>) -> Vec<Output> {
        self.with(s.with_clause.as_ref(), scope);
        let access = self.target(s.relation.as_ref(), Role::Insert, scope);
        // the query cannot see the target
        let target = scope.sources.pop();
        let rows = inner(&s.select_stmt);
        if let Some(query) = rows {
            self.query(query, Some(scope), Link::From, true, Use::Read);
        }
        scope.sources.extend(target);
        if let Some(access) = access {
            let mut columns: Vec<&ResTarget> = Vec::new();
            columns.extend(inners(&s.cols).filter_map(res_target));
            let first_row = rows.and_then(first_row).unwrap_or_default();
            let mut names: Vec<Ident> = columns.iter().map(|c| Ident::new(c.name.as_str())).collect();
            if names.is_empty() && rows.is_some() {
                names =
                    scope.sources.last().map(|t| t.columns()).unwrap_or_default().into_iter().map(|c| c.name.into()).collect();
                // fewer values than columns: the rest takes its default
                if !first_row.is_empty() {
                    names.truncate(first_row.len());
                }
            }
            for (i, name) in names.into_iter().enumerate() {
                let value = first_row.get(i).map_or(AssignedValue::Expression, |v| self.value(v, &name, scope));
                self.assign(access, name, value);
            }
            if let Some(conflict) = &s.on_conflict_clause {
                self.on_conflict(conflict, access, scope);
            }
        }
        self.returning(s.returning_clause.as_ref().map(|r| r.exprs.as_slice()).unwrap_or_default(), scope)
    }

    fn on_conflict(&mut self, clause: &OnConflictClause, access: usize, scope: &mut Scope<'c, '_>) {
        let mut conflict = OnConflict { columns: Vec::new(), constraint: None, assigned: Vec::new() };
        if let Some(infer) = &clause.infer {
            conflict.constraint = Some(infer.conname.as_str()).filter(|n| !n.is_empty()).map(Ident::new);
            for element in inners(&infer.index_elems) {
                let NodeEnum::IndexElem(element) = element else { continue };
                match inner(&element.expr) {
                    Some(expression) => {
                        let (targets, _) = self.side(expression, scope).targets();
                        conflict.columns.extend(targets.into_iter().map(|(_, target)| target));
                    }
                    None => conflict.columns.push(Target::Column(Ident::new(element.name.as_str()))),
                }
            }
        }
        if clause.action() == OnConflictAction::OnconflictUpdate {
            scope.sources.push(Source::new("excluded", Kind::Opaque));
            conflict.assigned = self.assignments(&clause.target_list, scope).into_iter().map(|(_, a)| a).collect();
            if let Some(condition) = inner(&clause.where_clause) {
                self.read(condition, scope);
            }
            scope.sources.pop();
        }
        self.accesses[access].on_conflict = Some(conflict);
    }

    pub(super) fn update(&mut self, s: &UpdateStmt, scope: &mut Scope<'c, '_>) -> Vec<Output> {
        self.with(s.with_clause.as_ref(), scope);
        self.target(s.relation.as_ref(), Role::Update, scope);
        self.from(&s.from_clause, scope);
        if let Some(condition) = inner(&s.where_clause) {
            self.conjunct(condition, scope, &Clause::default());
        }
        for (access, assignment) in self.assignments(&s.target_list, scope) {
            self.assign(access, assignment.column, assignment.value);
        }
        self.returning(s.returning_clause.as_ref().map(|r| r.exprs.as_slice()).unwrap_or_default(), scope)
    }

    pub(super) fn delete(&mut self, s: &DeleteStmt, scope: &mut Scope<'c, '_>) -> Vec<Output> {
        self.with(s.with_clause.as_ref(), scope);
        self.target(s.relation.as_ref(), Role::Delete, scope);
        self.from(&s.using_clause, scope);
        if let Some(condition) = inner(&s.where_clause) {
            self.conjunct(condition, scope, &Clause::default());
        }
        self.returning(s.returning_clause.as_ref().map(|r| r.exprs.as_slice()).unwrap_or_default(), scope)
    }

    pub(super) fn merge(&mut self, s: &MergeStmt, scope: &mut Scope<'c, '_>) -> Vec<Output> {
        self.with(s.with_clause.as_ref(), scope);
        let access = self.target(s.relation.as_ref(), Role::Merge, scope);
        let mut clause = Clause { kept: Vec::new(), looked_up: access.into_iter().collect() };
        if let Some(source) = inner(&s.source_relation) {
            let range = self.table_item(source, scope);
            clause.kept = scope.sources[range].iter().flat_map(Source::accesses).collect();
        }
        if let Some(condition) = inner(&s.join_condition) {
            self.conjunct(condition, scope, &clause);
        }
        for when in inners(&s.merge_when_clauses) {
            let NodeEnum::MergeWhenClause(when) = when else { continue };
            if let Some(condition) = inner(&when.condition) {
                self.read(condition, scope);
            }
            if when.values.is_empty() {
                for (access, assignment) in self.assignments(&when.target_list, scope) {
                    self.assign(access, assignment.column, assignment.value);
                }
            } else if let Some(access) = access {
                self.read_list(&when.values, scope);
                for (column, value) in inners(&when.target_list).filter_map(res_target).zip(inners(&when.values)) {
                    let name = Ident::new(column.name.as_str());
                    let value = self.value(value, &name, scope);
                    self.assign(access, name, value);
                }
            }
        }
        self.returning(s.returning_clause.as_ref().map(|r| r.exprs.as_slice()).unwrap_or_default(), scope)
    }

    /// `SET a = 1, (b, c) = (2, 3)`, with the access of each column.
    fn assignments(&mut self, targets: &[Node], scope: &Scope<'c, '_>) -> Vec<(usize, Assignment)> {
        let mut found = Vec::new();
        for target in inners(targets).filter_map(res_target) {
            let Some(value) = inner(&target.val) else { continue };
            let value = match value {
                NodeEnum::MultiAssignRef(multi) => match inner(&multi.source) {
                    Some(NodeEnum::RowExpr(row)) => match inners(&row.args).nth(multi.colno.max(1) as usize - 1) {
                        Some(value) => value,
                        None => continue,
                    },
                    // (a, b) = (SELECT ...): walked once, with its first column
                    Some(query) if multi.colno == 1 => query,
                    _ => &NodeEnum::MultiAssignRef(Box::default()),
                },
                other => other,
            };
            self.read(value, scope);
            let Some(at) = scope.sources.first().and_then(|s| s.column(&target.name)?.into_iter().next()) else {
                if scope.sources.first().is_some_and(|s| !matches!(s.kind, Kind::Opaque)) {
                    self.unresolved(Ident::new(target.name.as_str()).to_string());
                }
                continue;
            };
            let value = self.value(value, &at.column, scope);
            found.push((at.access, Assignment { column: at.column, value }));
        }
        found
    }

    fn value(&self, node: &NodeEnum, column: &Ident, scope: &Scope<'c, '_>) -> AssignedValue {
        if matches!(node, NodeEnum::SetToDefault(_)) {
            return AssignedValue::Default;
        }
        let target = scope.sources.first().and_then(|s| s.accesses().first().copied());
        let own = |n: &NodeEnum| match n {
            NodeEnum::ColumnRef(c) => {
                let ats = self.resolve(c, scope).map(|r| r.ats).unwrap_or_default();
                ats.iter().any(|at| Some(at.access) == target && at.column == *column)
            }
            _ => false,
        };
        if any(node, &own) {
            return AssignedValue::SelfArithmetic;
        }
        let constant = matches!(node, NodeEnum::AConst(_) | NodeEnum::ParamRef(_) | NodeEnum::TypeCast(_));
        match constant.then(|| operand(node)) {
            Some(Operand::Parameter(n)) => AssignedValue::Parameter(n),
            Some(Operand::Constant(text)) => AssignedValue::Constant(text),
            Some(Operand::Null) => AssignedValue::Constant("null".to_owned()),
            _ => AssignedValue::Expression,
        }
    }

    fn assign(&mut self, access: usize, column: Ident, value: AssignedValue) {
        push_new(&mut self.accesses[access].assigned, Assignment { column, value });
    }
}

fn res_target(node: &NodeEnum) -> Option<&ResTarget> {
    match node {
        NodeEnum::ResTarget(target) => Some(target),
        _ => None,
    }
}

/// The first row of VALUES.
fn first_row(rows: &NodeEnum) -> Option<Vec<&NodeEnum>> {
    let NodeEnum::SelectStmt(select) = rows else { return None };
    match inners(&select.values_lists).next()? {
        NodeEnum::List(row) => Some(inners(&row.items).collect()),
        _ => None,
    }
}
