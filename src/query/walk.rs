//! The walk over a statement: what it collects, and how expressions are read.

use std::collections::HashSet;

use pg_query::NodeEnum;
use pg_query::protobuf::ColumnRef;

use super::model::*;
use super::nodes::{children, inner, inners, names};
use super::scope::{At, Output, Resolved, Scope};
use super::{Resolver, scope};
use crate::ident::Ident;
use crate::snapshot::{Oid, Relation};

/// Something that holds for an access, if the CTEs on the way to it let it through.
pub(super) struct Pending {
    pub access: usize,
    pub via: Vec<usize>,
    pub what: What,
    /// It stands in WHERE over the nullable side of an outer join.
    pub over_nullable: bool,
}

pub(super) enum What {
    Filter(Filter),
    Join(JoinKey),
    /// The same from ON of an outer join, which a condition may turn into an inner one.
    OuterJoin(JoinKey),
    Order(Vec<SortKey>),
    Group(Target),
    Distinct(Target),
    MinMax(Ident),
    Lock(RowLock),
    Limited,
}

impl Pending {
    /// Whether it throws away the rows that an outer join filled with NULL, which makes the join an inner one.
    fn rejects_null(&self) -> bool {
        let strict = match &self.what {
            What::Filter(f) => f.disjunct.is_none() && !matches!(f.operator, FilterOp::IsNull | FilterOp::Other(_)),
            What::Join(j) => j.side == JoinSide::Either,
            _ => false,
        };
        strict && self.over_nullable
    }
}

/// What happens to the columns that a query gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// They are the result.
    Read,
    /// Read only when the outside names them.
    Later,
    /// Never: `EXISTS (SELECT * ...)`.
    Never,
}

/// Collects accesses while it walks one statement.
pub(super) struct Walker<'c, 'r> {
    pub resolver: &'r Resolver<'c>,
    pub accesses: Vec<Access>,
    pub pending: Vec<Pending>,
    /// How often each CTE is named.
    pub ctes: Vec<usize>,
    pub top: TopLevel,
    pub limit: Bound,
    pub offset: Bound,
    unresolved: Vec<String>,
    /// Query levels around the current one.
    pub depth: u32,
    /// The view that the statement named, while inside of one.
    pub view: Option<Oid>,
    /// Views opened so far, and how deep in views we are.
    pub views_opened: usize,
    pub view_depth: usize,
    /// Number of ORs so far.
    pub disjunctions: u32,
}

impl<'c, 'r> Walker<'c, 'r> {
    pub fn new(resolver: &'r Resolver<'c>) -> Self {
        Self {
            resolver,
            accesses: Vec::new(),
            pending: Vec::new(),
            ctes: Vec::new(),
            top: TopLevel::default(),
            limit: Bound::None,
            offset: Bound::None,
            unresolved: Vec::new(),
            depth: 0,
            view: None,
            views_opened: 0,
            view_depth: 0,
            disjunctions: 0,
        }
    }

    /// Walks a whole statement.
    pub fn run(mut self, statement: &NodeEnum) -> Analysis {
        let kind = self.statement(statement);
        let made_inner = made_inner(&self.pending);
        for Pending { access, via, what, .. } in std::mem::take(&mut self.pending) {
            // a CTE used twice is computed once, on its own; if it says NOT MATERIALIZED, each use has filters of its own,
            // which do not hold together for the one access we have
            if via.iter().any(|id| self.ctes[*id] > 1) {
                continue;
            }
            let index = access;
            let access = &mut self.accesses[access];
            match what {
                What::Filter(f) if f.disjunct.is_some() => access.filters.push(f),
                What::Filter(f) => push_new(&mut access.filters, f),
                What::Join(j) => push_new(&mut access.joins, j),
                What::OuterJoin(mut j) => {
                    j.side = side(&j, index, &made_inner);
                    push_new(&mut access.joins, j);
                }
                What::Order(keys) => access.order_by = keys,
                What::Group(t) => push_new(&mut access.group_by, t),
                What::Distinct(t) => push_new(&mut access.distinct, t),
                What::MinMax(c) => push_new(&mut access.min_max, c),
                What::Lock(lock) => access.row_lock = Some(lock),
                What::Limited => access.limited = true,
            }
        }
        let mut seen = HashSet::new();
        self.unresolved.retain(|name| seen.insert(name.clone()));
        Analysis {
            kind,
            accesses: self.accesses,
            limit: self.limit,
            offset: self.offset,
            top_level: self.top,
            unresolved: self.unresolved,
        }
    }

    fn statement(&mut self, node: &NodeEnum) -> StatementKind {
        let within = match node {
            NodeEnum::PrepareStmt(s) => inner(&s.query),
            NodeEnum::ExplainStmt(s) => inner(&s.query),
            NodeEnum::DeclareCursorStmt(s) => inner(&s.query),
            NodeEnum::CopyStmt(s) => inner(&s.query),
            NodeEnum::CreateTableAsStmt(s) => inner(&s.query),
            other => {
                let kind = kind(other);
                if kind != StatementKind::Utility {
                    self.query(other, None, scope::Link::From, true, Use::Read);
                }
                return kind;
            }
        };
        within.map_or(StatementKind::Utility, |node| self.statement(node))
    }

    /// A query of any kind, which gives columns (those of RETURNING, if it writes).
    pub fn query(
        &mut self,
        node: &NodeEnum,
        parent: Option<&Scope<'c, '_>>,
        link: scope::Link,
        sees_parent: bool,
        used: Use,
    ) -> Vec<Output> {
        let first = self.accesses.len();
        let mut scope = Scope::new(parent, link, sees_parent);
        let outputs = match node {
            NodeEnum::SelectStmt(s) => self.select(s, &mut scope, used),
            NodeEnum::InsertStmt(s) => self.insert(s, &mut scope),
            NodeEnum::UpdateStmt(s) => self.update(s, &mut scope),
            NodeEnum::DeleteStmt(s) => self.delete(s, &mut scope),
            NodeEnum::MergeStmt(s) => self.merge(s, &mut scope),
            _ => Vec::new(),
        };
        if scope.correlated.get() {
            self.accesses[first..].iter_mut().for_each(|a| a.correlated = true);
        }
        outputs
    }

    /// Adds an access and gives its index.
    pub fn access(&mut self, relation: &Relation, role: Role) -> usize {
        self.accesses.push(Access {
            relation: relation.oid,
            role,
            filters: Vec::new(),
            joins: Vec::new(),
            order_by: Vec::new(),
            group_by: Vec::new(),
            distinct: Vec::new(),
            min_max: Vec::new(),
            limited: false,
            row_lock: None,
            assigned: Vec::new(),
            on_conflict: None,
            columns_read: ColumnsRead::Some(Vec::new()),
            through_view: self.view,
            depth: self.depth,
            correlated: false,
        });
        self.accesses.len() - 1
    }

    /// The relation behind an access.
    pub fn relation(&self, access: usize) -> Option<&'c Relation> {
        self.resolver.catalog().relations.get(&self.accesses.get(access)?.relation)
    }

    pub fn unresolved(&mut self, name: String) {
        self.unresolved.push(name);
    }

    pub fn mark_read(&mut self, ats: &[At]) {
        for at in ats {
            if let ColumnsRead::Some(columns) = &mut self.accesses[at.access].columns_read {
                push_new(columns, at.column.clone());
            }
        }
    }

    pub fn mark_all(&mut self, accesses: &[usize]) {
        accesses.iter().for_each(|a| self.accesses[*a].columns_read = ColumnsRead::All);
    }

    /// What a column reference means; `None` when it is a whole row or unknown.
    pub fn resolve(&self, reference: &ColumnRef, scope: &Scope<'c, '_>) -> Option<Resolved> {
        let parts = names(&reference.fields);
        if parts.len() < reference.fields.len() {
            return None;
        }
        let (name, qualifier) = parts.split_last()?;
        scope.column(qualifier, name)
    }

    /// Marks what an expression reads, and walks the sub-queries in it.
    pub fn read(&mut self, node: &NodeEnum, scope: &Scope<'c, '_>) {
        match node {
            NodeEnum::ColumnRef(reference) => self.read_column(reference, scope),
            NodeEnum::SubLink(link) => self.sublink(link, scope),
            _ => self.read_children(node, scope),
        }
    }

    fn read_children(&mut self, node: &NodeEnum, scope: &Scope<'c, '_>) {
        children(node, &mut |child| self.read(child, scope));
    }

    pub fn read_list(&mut self, list: &[pg_query::protobuf::Node], scope: &Scope<'c, '_>) {
        inners(list).for_each(|node| self.read(node, scope));
    }

    fn read_column(&mut self, reference: &ColumnRef, scope: &Scope<'c, '_>) {
        let parts = names(&reference.fields);
        if parts.len() < reference.fields.len() {
            // t.* as a value, for instance count(t.*)
            let behind = if parts.is_empty() { None } else { scope.source(&parts).map(|(s, _)| s.accesses()) };
            self.mark_all(&behind.unwrap_or_default());
            return;
        }
        if let Some(found) = self.resolve(reference, scope) {
            self.mark_read(&found.ats);
        } else if let Some((source, _)) = scope.source(&parts) {
            // the table's name as a value: the whole row
            let behind = source.accesses();
            self.mark_all(&behind);
        } else if !scope.has_opaque() {
            self.unresolved(parts.iter().map(|p| Ident::new(*p).to_string()).collect::<Vec<_>>().join("."));
        }
    }
}

/// Accesses on the nullable side of an outer join that conditions turn into an inner one, as PostgreSQL's planner does. What
/// becomes inner may turn the join before it into an inner one as well.
fn made_inner(pending: &[Pending]) -> HashSet<usize> {
    let mut inner: HashSet<usize> = pending.iter().filter(|p| p.rejects_null()).map(|p| p.access).collect();
    let mut before = usize::MAX;
    while before != inner.len() && !inner.is_empty() {
        before = inner.len();
        for p in pending.iter().filter(|p| p.over_nullable) {
            if let What::OuterJoin(key) = &p.what
                && side(key, p.access, &inner) == JoinSide::Either
            {
                inner.insert(p.access);
            }
        }
    }
    inner
}

/// Which way a join key may be used, once outer joins have been reduced.
fn side(key: &JoinKey, access: usize, made_inner: &HashSet<usize>) -> JoinSide {
    match key.side {
        JoinSide::LookedUp if made_inner.contains(&access) => JoinSide::Either,
        JoinSide::Kept if made_inner.contains(&key.other) => JoinSide::Either,
        side => side,
    }
}

fn kind(node: &NodeEnum) -> StatementKind {
    match node {
        NodeEnum::SelectStmt(_) => StatementKind::Select,
        NodeEnum::InsertStmt(_) => StatementKind::Insert,
        NodeEnum::UpdateStmt(_) => StatementKind::Update,
        NodeEnum::DeleteStmt(_) => StatementKind::Delete,
        NodeEnum::MergeStmt(_) => StatementKind::Merge,
        _ => StatementKind::Utility,
    }
}

/// Adds what is not there yet.
pub(super) fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
