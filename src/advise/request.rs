//! What one statement asks of one table: columns it compares, and the order it wants rows in.

use std::collections::BTreeMap;

use super::Thresholds;
use super::cost::{self, Shape};
use crate::ident::Ident;
use crate::plan::IndexColumn;
use crate::query::{Access, Analysis, Analyzed, Bound, Filter, FilterOp, JoinSide, Operand, RangeSide, Role, Target};
use crate::snapshot::{Catalog, Oid, Relation, RelationKind, Statement};

/// One access of a statement that an index might make cheaper.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// The table.
    pub table: Oid,
    /// Position of the statement in the workload.
    pub statement: usize,
    /// Milliseconds that all its calls took.
    pub total_ms: f64,
    /// Share of the statement's cost that is this access's, 0 to 1.
    pub share: f64,
    /// What it compares and sorts by.
    pub shape: Shape,
    /// Estimated cost with the indexes that are there.
    pub cost_now: f64,
}

/// Requests of the whole workload, tables too small to matter left out.
pub(super) fn requests(workload: &[Analyzed], catalog: &Catalog, thresholds: &Thresholds) -> Vec<Request> {
    let mut found = Vec::new();
    for (position, analyzed) in workload.iter().enumerate() {
        let own = of_statement(position, analyzed, catalog);
        let all: f64 = own.iter().map(|(r, _)| r.cost_now).sum();
        for (mut request, _) in own {
            request.share = if all > 0.0 { request.cost_now / all } else { 0.0 };
            if !request.shape.is_empty() && request.matters(catalog, thresholds) {
                found.push(request);
            }
        }
    }
    found
}

/// Tables of some size of which statements look for rows in a way that no plain b-tree serves, with the number of such statements.
pub(super) fn beyond_btree(workload: &[Analyzed], catalog: &Catalog, thresholds: &Thresholds) -> BTreeMap<Oid, usize> {
    let total_ms: f64 = workload.iter().map(|a| a.statement.total_ms).sum();
    let mut tables = BTreeMap::new();
    for (position, analyzed) in
        workload.iter().enumerate().filter(|(_, a)| a.statement.total_ms >= total_ms * thresholds.min_share)
    {
        for (request, access) in of_statement(position, analyzed, catalog) {
            let other = access.filters.iter().any(needs_another_index);
            if request.shape.is_empty() && other && request.matters(catalog, thresholds) {
                *tables.entry(request.table).or_default() += 1;
            }
        }
    }
    tables
}

/// A predicate that an index on an expression, GIN, GiST, or one for each arm of an OR would serve.
fn needs_another_index(filter: &Filter) -> bool {
    let kind = matches!(filter.operator, FilterOp::Like { .. } | FilterOp::Json(_) | FilterOp::Array(_) | FilterOp::TextSearch);
    let compared = matches!(filter.operator, FilterOp::Equal | FilterOp::In | FilterOp::Range(_));
    kind || compared && (filter.disjunct.is_some_and(|d| d.complete) || matches!(filter.target, Target::Expression(_)))
}

impl Request {
    /// Whether the table is large enough and the access dear enough to think about.
    fn matters(&self, catalog: &Catalog, thresholds: &Thresholds) -> bool {
        let rows = catalog.relations.get(&self.table).map_or(0.0, |t| catalog.likely_rows(t));
        rows >= thresholds.min_rows && self.cost_now >= thresholds.min_pages
    }
}

fn of_statement<'a>(position: usize, analyzed: &'a Analyzed, catalog: &Catalog) -> Vec<(Request, &'a Access)> {
    let mut requests = Vec::new();
    for access in &analyzed.analysis.accesses {
        let table = catalog.relations.get(&access.relation);
        let Some(table) = table.filter(|t| is_advisable(t)) else { continue };
        if matches!(access.role, Role::Insert | Role::Merge) {
            continue;
        }
        let shape = shape(access, analyzed, catalog, table);
        let cost_now = cost::cost_today(&shape, table, catalog).min(measured_cost(analyzed.statement, table, catalog));
        let total_ms = analyzed.statement.total_ms;
        requests.push((Request { table: table.oid, statement: position, total_ms, share: 1.0, shape, cost_now }, access));
    }
    requests
}

/// What a call of the statement really cost at most, in the units of the cost model. The model may be wrong, the counters are not:
/// a statement that reads ten pages a call needs no index.
fn measured_cost(statement: &Statement, table: &Relation, catalog: &Catalog) -> f64 {
    if statement.blocks == 0 || statement.calls == 0 {
        return f64::INFINITY; // not counted
    }
    1.5 * statement.blocks as f64 / statement.calls as f64 * cost::of_a_page(table, catalog)
}

/// Tables and partitioned tables of the user's; a partition that a statement names itself is its parent's matter.
fn is_advisable(table: &Relation) -> bool {
    matches!(table.kind, RelationKind::Table | RelationKind::PartitionedTable | RelationKind::MaterializedView)
        && table.partition_of.is_none()
        && table.extension.is_none()
}

fn shape(access: &Access, analyzed: &Analyzed, catalog: &Catalog, table: &Relation) -> Shape {
    let analysis = &analyzed.analysis;
    let mut shape = Shape { limit: limit(access, analysis), loops: 1.0, ..Shape::default() };
    for filter in access.filters.iter().filter(|f| f.disjunct.is_none()) {
        if let Some(column) = filter.target.column().filter(|c| is_sortable(table, c, catalog)) {
            add_filter(&mut shape, column, filter);
        }
    }
    add_joins(&mut shape, access, table, analysis, catalog);
    let columns = access.order_by.iter().map_while(|k| match &k.target {
        // DESC NULLS LAST and ASC NULLS FIRST need an index of just that order; they are left to a sort
        Target::Column(c) if k.nulls_first == k.descending || not_null(table, c) => {
            Some(IndexColumn { column: c.clone(), descending: k.descending })
        }
        _ => None,
    });
    shape.order = columns.collect();
    shape.order_complete = shape.order.len() == access.order_by.len();
    if let [column] = &access.min_max[..] {
        // the first row of an index in the order of the column
        shape.order = vec![IndexColumn::ascending(column)];
        shape.order_complete = true;
        shape.limit = Some(1.0);
    }
    shape.rows_per_call = (returns_its_rows(access, analysis)).then(|| analyzed.statement.rows_per_call());
    shape
}

fn not_null(table: &Relation, column: &Ident) -> bool {
    table.column(column.raw()).is_some_and(|c| c.not_null)
}

/// Whether a b-tree can hold the column: JSON, XML, points have no order.
fn is_sortable(table: &Relation, column: &Ident, catalog: &Catalog) -> bool {
    let base = table.column(column.raw()).and_then(|c| catalog.base_type(c.type_oid));
    base.is_none_or(|t| {
        !matches!(t.category, 'G' | 'A' | 'P' | 'I')
            && !["json", "jsonb", "xml", "tsvector", "tsquery"].contains(&t.name.name.raw())
            || t.name.name.raw() == "inet"
    })
}

fn add_filter(shape: &mut Shape, column: &Ident, filter: &Filter) {
    if matches!(filter.operand, Operand::Varying | Operand::Column { .. }) {
        return; // changes from row to row
    }
    match &filter.operator {
        FilterOp::Equal => push(&mut shape.equal, column),
        FilterOp::IsNull => {
            push(&mut shape.equal, column);
            push(&mut shape.nulls, column);
        }
        FilterOp::In => push(&mut shape.among, column),
        FilterOp::Range(side) => {
            let bounds = shape.ranges.iter_mut().find(|(c, ..)| c == column);
            let lower = matches!(side, RangeSide::Above | RangeSide::AtLeast);
            match bounds {
                Some((_, low, high)) => {
                    *low |= lower;
                    *high |= !lower;
                }
                None => shape.ranges.push((column.clone(), lower, !lower)),
            }
        }
        _ => {}
    }
}

/// Join keys by which this table is looked up once for each row of the other side. Where either side may be looked up, the one
/// that keeps more rows by filters of its own is, if the other is found by filters, or over further joins.
fn add_joins(shape: &mut Shape, access: &Access, table: &Relation, analysis: &Analysis, catalog: &Catalog) {
    let own = if is_filtered(access) { cost::rows_of(access, table, catalog) } else { f64::INFINITY };
    for join in &access.joins {
        let Some(column) = join.target.column() else { continue };
        let Some(other) = analysis.accesses.get(join.other) else { continue };
        let arriving = rows_found(analysis, join.other, catalog, &mut vec![std::ptr::from_ref(access)]);
        let looked_up = match join.side {
            JoinSide::LookedUp => true,
            JoinSide::Kept => false,
            JoinSide::Either => arriving.is_some_and(|n| n < own),
        };
        if looked_up {
            let all = || catalog.relations.get(&other.relation).map_or(1.0, |t| cost::rows_of(other, t, catalog));
            shape.loops = shape.loops.max(arriving.unwrap_or_else(all));
            push(&mut shape.equal, column);
        }
    }
}

/// Rows of an access that the statement finds by its filters, or by a join with what is so found; `None` when it reads them all.
fn rows_found(analysis: &Analysis, position: usize, catalog: &Catalog, seen: &mut Vec<*const Access>) -> Option<f64> {
    let access = analysis.accesses.get(position).filter(|a| !seen.contains(&std::ptr::from_ref(*a)))?;
    let table = catalog.relations.get(&access.relation)?;
    let own = cost::rows_of(access, table, catalog);
    if is_filtered(access) {
        return Some(own);
    }
    seen.push(access);
    let found = access.joins.iter().filter(|j| j.side != JoinSide::Kept).filter_map(|join| {
        let column = join.target.column()?;
        let arriving = rows_found(analysis, join.other, catalog, seen)?;
        Some((arriving * own * cost::equal_selectivity(table, column, own, catalog)).max(1.0))
    });
    found.reduce(f64::min)
}

/// Whether values are given that find rows; `IS NULL` mostly keeps nearly all.
fn is_filtered(access: &Access) -> bool {
    access.filters.iter().any(|f| f.disjunct.is_none() && matches!(f.operator, FilterOp::Equal | FilterOp::In))
}

fn push(columns: &mut Vec<Ident>, column: &Ident) {
    if !columns.contains(column) {
        columns.push(column.clone());
    }
}

/// Rows after which the level stops reading, when it has a LIMIT.
fn limit(access: &Access, analysis: &Analysis) -> Option<f64> {
    if !access.limited {
        return None;
    }
    match analysis.limit {
        Bound::Constant(n) if access.depth == 0 => Some(n as f64),
        _ => Some(100.0), // unknown: a page of a list
    }
}

/// Whether the rows the statement returned are rows of this access: one table, no aggregate.
fn returns_its_rows(access: &Access, analysis: &Analysis) -> bool {
    let top = &analysis.top_level;
    analysis.accesses.len() == 1
        && access.depth == 0
        && !access.limited
        && !(top.aggregates_only || top.group_by || top.distinct || top.set_operation)
}
