//! Look-ups and lists: the two roles a statement can have in an N+1.

use crate::ident::Ident;
use crate::query::{Access, Analyzed, Operand, Role, StatementKind};
use crate::snapshot::{Catalog, Relation};

/// A relation that a statement looks up by values it brings along.
pub(super) struct Lookup<'a> {
    pub(super) analyzed: &'a Analyzed<'a>,
    pub(super) relation: &'a Relation,
    /// Columns that must equal a value.
    pub(super) equal: Vec<&'a Ident>,
}

/// A relation whose rows a statement lists.
pub(super) struct List<'a> {
    pub(super) analyzed: &'a Analyzed<'a>,
    pub(super) relation: &'a Relation,
    /// Columns that must equal a value: the same in all rows of the list.
    pub(super) fixed: Vec<&'a Ident>,
}

/// Plain reads that the application sends: what triggers and functions run is counted apart, and the look-ups of foreign keys
/// (`FOR KEY SHARE`) and of queues lock what they read.
fn is_plain_read(analyzed: &Analyzed) -> bool {
    analyzed.analysis.kind == StatementKind::Select
        && !analyzed.statement.nested
        && analyzed.analysis.accesses.iter().all(|a| a.role == Role::Read && a.row_lock.is_none())
}

/// Columns of an access that equal a parameter or a constant. An IN list is a batch, not a look-up, and is not among them.
fn equal_columns<'a>(analyzed: &'a Analyzed<'a>, access: usize) -> Vec<&'a Ident> {
    let fixed = analyzed.analysis.fixed_columns(access).into_iter();
    fixed.filter(|(_, value)| matches!(value, Operand::Parameter(_) | Operand::Constant(_))).map(|(column, _)| column).collect()
}

/// The look-ups in a statement.
pub(super) fn lookups<'a>(analyzed: &'a Analyzed<'a>, catalog: &'a Catalog) -> Vec<Lookup<'a>> {
    if !is_plain_read(analyzed) {
        return Vec::new();
    }
    let one = |(i, access): (usize, &Access)| {
        let equal = equal_columns(analyzed, i);
        let relation = catalog.relations.get(&access.relation)?;
        (!access.correlated && !equal.is_empty()).then_some(Lookup { analyzed, relation, equal })
    };
    analyzed.analysis.accesses.iter().enumerate().filter_map(one).collect()
}

/// The relations that a statement lists, with at least `min_rows` rows a call.
pub(super) fn lists<'a>(analyzed: &'a Analyzed<'a>, catalog: &'a Catalog, min_rows: f64) -> Vec<List<'a>> {
    let top = &analyzed.analysis.top_level;
    if !is_plain_read(analyzed) || top.aggregates_only || top.group_by || analyzed.statement.rows_per_call() < min_rows {
        return Vec::new();
    }
    let accesses = &analyzed.analysis.accesses;
    let outermost = accesses.iter().map(|a| a.depth).min().unwrap_or_default();
    let one = |(i, access): (usize, &Access)| {
        let relation = catalog.relations.get(&access.relation)?;
        let fixed = equal_columns(analyzed, i);
        (access.depth == outermost && !access.correlated).then_some(List { analyzed, relation, fixed })
    };
    accesses.iter().enumerate().filter_map(one).collect()
}

/// Sets of columns of which no two rows have the same values: complete unique indexes over plain columns.
pub(super) fn unique_keys(relation: &Relation) -> impl Iterator<Item = Vec<&Ident>> {
    let unique = relation.indexes.iter().filter(|i| i.unique && i.is_complete());
    unique.filter_map(|i| i.keys.iter().map(|k| k.column.as_ref()).collect())
}
