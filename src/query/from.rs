//! FROM and WITH: relations, views, sub-queries, functions, joins, CTEs.

use std::ops::Range;
use std::rc::Rc;

use pg_query::NodeEnum;
use pg_query::protobuf::{
    Alias, CommonTableExpr, CteMaterialize, JoinExpr, JoinType, Node, RangeVar, SelectStmt, SetOperation, WithClause,
};

use super::model::Role;
use super::nodes::{inner, inners, names};
use super::predicate::Clause;
use super::resolver::Named;
use super::scope::{self, Cte, Kind, Link, Output, Scope, Source};
use super::walk::{Use, Walker};
use crate::ident::Ident;
use crate::snapshot::{Relation, RelationKind};

/// Views within views that are looked into, and views in one statement: beyond, a view counts as a relation of its own.
const VIEW_DEPTH: usize = 16;
const VIEWS_A_STATEMENT: usize = 300;

impl<'c> Walker<'c, '_> {
    /// Everything in a FROM list.
    pub fn from(&mut self, items: &[Node], scope: &mut Scope<'c, '_>) {
        inners(items).for_each(|item| {
            self.table_item(item, scope);
        });
    }

    /// Adds the sources of one item of FROM and says which they are.
    pub fn table_item(&mut self, item: &NodeEnum, scope: &mut Scope<'c, '_>) -> Range<usize> {
        let first = scope.sources.len();
        match item {
            NodeEnum::RangeVar(var) => {
                let source = self.named(var, scope, Role::Read);
                scope.sources.push(source);
            }
            NodeEnum::RangeSubselect(sub) => {
                let link = if sub.lateral { Link::PerRow } else { Link::From };
                self.depth += 1;
                let mut outputs = inner(&sub.subquery)
                    .map(|query| self.query(query, Some(scope), link, sub.lateral, Use::Later))
                    .unwrap_or_default();
                self.depth -= 1;
                rename(&mut outputs, &column_names(sub.alias.as_ref()));
                scope.sources.push(Source::new(alias_name(sub.alias.as_ref()), Kind::Columns(outputs)));
            }
            NodeEnum::JoinExpr(join) => return self.join_item(join, scope),
            NodeEnum::RangeTableSample(sample) => {
                if let Some(relation) = inner(&sample.relation) {
                    return self.table_item(relation, scope);
                }
            }
            NodeEnum::RangeFunction(function) => {
                for call in inners(&function.functions) {
                    self.read(call, scope);
                }
                scope.sources.push(Source::new(alias_name(function.alias.as_ref()), Kind::Opaque));
            }
            NodeEnum::RangeTableFunc(table) => {
                [&table.docexpr, &table.rowexpr].into_iter().filter_map(inner).for_each(|e| self.read(e, scope));
                scope.sources.push(Source::new(alias_name(table.alias.as_ref()), Kind::Opaque));
            }
            NodeEnum::JsonTable(table) => {
                if let Some(value) = table.context_item.as_ref().and_then(|c| inner(&c.raw_expr)) {
                    self.read(value, scope);
                }
                scope.sources.push(Source::new(alias_name(table.alias.as_ref()), Kind::Opaque));
            }
            _ => scope.sources.push(Source::new("", Kind::Opaque)),
        }
        first..scope.sources.len()
    }

    /// The source that a name in FROM, or the target of a write, means.
    pub fn named(&mut self, var: &RangeVar, scope: &Scope<'c, '_>, role: Role) -> Source<'c> {
        let name = var.alias.as_ref().map_or(var.relname.as_str(), |a| a.aliasname.as_str());
        let renamed = column_names(var.alias.as_ref());
        let cte = if var.schemaname.is_empty() && role == Role::Read { scope.cte(&var.relname) } else { None };
        match cte {
            Some(cte) => {
                self.ctes[cte.id] += 1;
                let mut outputs = cte.outputs.clone();
                outputs.iter_mut().flat_map(|o| &mut o.ats).for_each(|at| at.via.push(cte.id));
                rename(&mut outputs, &renamed);
                Source::new(name, Kind::Columns(outputs))
            }
            None => match self.resolver.relation(&var.schemaname, &var.relname) {
                Named::Relation(relation) => {
                    let mut source = self.relation_source(relation, name, renamed, role);
                    // "public"."Lead"."id" is allowed as long as there is no alias
                    source.schema = var.alias.is_none().then(|| relation.name.schema.raw().to_owned());
                    source
                }
                Named::System => Source::new(name, Kind::Opaque),
                Named::Unknown => {
                    let schema = Some(&var.schemaname).filter(|s| !s.is_empty());
                    let parts = schema.into_iter().chain([&var.relname]).map(|p| Ident::new(p.as_str()).to_string());
                    self.unresolved(parts.collect::<Vec<_>>().join("."));
                    Source::new(name, Kind::Opaque)
                }
            },
        }
    }

    fn relation_source(&mut self, relation: &'c Relation, name: &str, renamed: Vec<String>, role: Role) -> Source<'c> {
        let open = self.view_depth < VIEW_DEPTH && self.views_opened < VIEWS_A_STATEMENT;
        let resolver = self.resolver;
        match resolver.view(relation.oid).filter(|_| open && relation.kind == RelationKind::View) {
            Some(select) => {
                let mut outputs = self.open_view(relation, select, role);
                rename(&mut outputs, &renamed);
                Source::new(name, Kind::Columns(outputs))
            }
            None => Source::new(name, Kind::Base { access: self.access(relation, role), relation, renamed }),
        }
    }

    fn open_view(&mut self, view: &Relation, select: &SelectStmt, role: Role) -> Vec<Output> {
        let first = self.accesses.len();
        let outermost = self.view;
        self.view = outermost.or(Some(view.oid));
        self.views_opened += 1;
        self.view_depth += 1;
        let mut scope = Scope::new(None, Link::From, false);
        let mut outputs = self.select(select, &mut scope, Use::Later);
        self.view_depth -= 1;
        self.view = outermost;
        let own: Vec<String> = view.columns.iter().map(|c| c.name.raw().to_owned()).collect();
        rename(&mut outputs, &own);
        // PostgreSQL writes through a view only when it has one relation in FROM
        if let Some(target) = self.accesses.get_mut(first).filter(|_| role != Role::Read) {
            target.role = role;
        }
        outputs
    }

    fn join_item(&mut self, join: &JoinExpr, scope: &mut Scope<'c, '_>) -> Range<usize> {
        let first = scope.sources.len();
        let left = inner(&join.larg).map_or(first..first, |item| self.table_item(item, scope));
        let middle = scope.sources.len();
        let right = inner(&join.rarg).map_or(middle..middle, |item| self.table_item(item, scope));
        let behind = |range: Range<usize>| scope.sources[range].iter().flat_map(Source::accesses).collect::<Vec<_>>();
        let (of_left, of_right) = (behind(left.clone()), behind(right.clone()));
        let (keeps_left, keeps_right) = match join.jointype() {
            JoinType::JoinLeft => (true, false),
            JoinType::JoinRight => (false, true),
            JoinType::JoinFull => (true, true),
            _ => (false, false),
        };
        let mut clause = Clause::default();
        if keeps_left {
            clause.kept.extend(&of_left);
            clause.looked_up.extend(&of_right);
        }
        if keeps_right {
            clause.kept.extend(&of_right);
            clause.looked_up.extend(&of_left);
        }
        self.merge_columns(join, &left, &right, &clause, scope);
        if let Some(quals) = inner(&join.quals) {
            self.conjunct(quals, scope, &clause);
        }
        // from here on, NULL may stand in for a missing row
        scope.sources[left].iter_mut().for_each(|s| s.nullable |= keeps_right);
        scope.sources[right].iter_mut().for_each(|s| s.nullable |= keeps_left);
        if let Some(alias) = &join.alias {
            let joined = scope.sources.split_off(first);
            let visible = |s: &Source| s.columns().into_iter().filter(|c| !s.merged.contains(&c.name)).collect::<Vec<_>>();
            let mut outputs: Vec<Output> = joined.iter().flat_map(visible).collect();
            rename(&mut outputs, &column_names(Some(alias)));
            scope.sources.push(Source::new(alias.aliasname.as_str(), Kind::Columns(outputs)));
        }
        first..scope.sources.len()
    }

    /// USING and NATURAL: columns of one name on both sides are equal, and become one.
    fn merge_columns(
        &mut self,
        join: &JoinExpr,
        left: &Range<usize>,
        right: &Range<usize>,
        clause: &Clause,
        scope: &mut Scope<'c, '_>,
    ) {
        let mut common: Vec<String> = names(&join.using_clause).into_iter().map(str::to_owned).collect();
        if join.is_natural {
            let all = |range: &Range<usize>| scope.sources[range.clone()].iter().flat_map(Source::columns).collect::<Vec<_>>();
            let of_right = all(right);
            common = all(left).into_iter().map(|o| o.name).filter(|n| of_right.iter().any(|o| o.name == *n)).collect();
        }
        for name in common {
            let at = |range: &Range<usize>| scope::find(&scope.sources[range.clone()], &[], &name).unwrap_or_default();
            let (of_left, of_right) = (at(left), at(right));
            self.mark_read(&of_left);
            self.mark_read(&of_right);
            self.join_columns(&of_left, &of_right, clause);
            let hidden = if join.jointype() == JoinType::JoinRight { left.clone() } else { right.clone() };
            scope.sources[hidden].iter_mut().for_each(|s| s.merged.push(name.clone()));
        }
    }

    /// The CTEs of a WITH clause.
    pub fn with(&mut self, with: Option<&WithClause>, scope: &mut Scope<'c, '_>) {
        let Some(with) = with else { return };
        for node in inners(&with.ctes) {
            if let NodeEnum::CommonTableExpr(cte) = node {
                self.cte(cte, with.recursive, scope);
            }
        }
    }

    fn cte(&mut self, cte: &CommonTableExpr, recursive: bool, scope: &mut Scope<'c, '_>) {
        let Some(query) = inner(&cte.ctequery) else { return };
        let id = self.ctes.len();
        self.ctes.push(0);
        let renamed: Vec<String> = names(&cte.aliascolnames).into_iter().map(str::to_owned).collect();
        self.depth += 1;
        match query {
            NodeEnum::SelectStmt(s) if recursive && s.op() == SetOperation::SetopUnion && s.larg.is_some() => {
                let mut inside = Scope::new(Some(scope), Link::From, true);
                self.with(s.with_clause.as_ref(), &mut inside);
                let mut outputs = s.larg.as_ref().map(|arm| self.arm(arm, &inside, Use::Later)).unwrap_or_default();
                close(&mut outputs);
                rename(&mut outputs, &renamed);
                let this = Rc::new(Cte { id, name: cte.ctename.clone(), outputs });
                inside.ctes.push(Rc::clone(&this));
                if let Some(arm) = &s.rarg {
                    self.arm(arm, &inside, Use::Later);
                }
                scope.ctes.push(this);
            }
            _ => {
                let mut outputs = self.query(query, Some(scope), Link::From, true, Use::Later);
                let is_select = matches!(query, NodeEnum::SelectStmt(_));
                if !is_select || cte.ctematerialized() == CteMaterialize::Always {
                    close(&mut outputs);
                }
                rename(&mut outputs, &renamed);
                scope.ctes.push(Rc::new(Cte { id, name: cte.ctename.clone(), outputs }));
            }
        }
        self.depth -= 1;
    }
}

/// Nothing is handed down through these columns: they are computed as a whole first.
pub(super) fn close(outputs: &mut [Output]) {
    for at in outputs.iter_mut().flat_map(|o| &mut o.ats) {
        at.pushable = false;
        at.flat = false;
    }
}

fn rename(outputs: &mut [Output], names: &[String]) {
    outputs.iter_mut().zip(names).for_each(|(output, name)| output.name.clone_from(name));
}

fn column_names(alias: Option<&Alias>) -> Vec<String> {
    alias.map(|a| names(&a.colnames).into_iter().map(str::to_owned).collect()).unwrap_or_default()
}

fn alias_name(alias: Option<&Alias>) -> &str {
    alias.map_or("", |a| a.aliasname.as_str())
}
