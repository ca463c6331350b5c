//! Indexes worth asking the planner about: for every table that a statement reads, keys of one to three columns out of those it compares,
//! joins, groups or sorts by, keys in the order asked for, and keys that hold all that is read.

use std::collections::BTreeSet;

use crate::ident::{Ident, ident_list};
use crate::query::{Access, Analyzed, ColumnsRead, FilterOp, Operand, Role, SortKey, Target};
use crate::snapshot::{Catalog, Relation, RelationKind};
use crate::twin::what_if::Wanted;

/// Columns of one table in a statement out of which pairs and triples are made.
const MOST_COLUMNS: usize = 10;
/// Columns of an index that holds all that is read.
const MOST_COVERING: usize = 5;

/// Columns that the keys of a partial index of two may begin with.
const MOST_HEADS: usize = 3;

/// What the workload's accesses must be like.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Least rows of a table.
    pub min_rows: f64,
    /// Most key columns.
    pub max_columns: usize,
    /// Also keys that begin with all of a unique index's: rows found by those alone, but all that is read is in the index.
    pub widen_keys: bool,
}

/// Candidates for one statement, in a fixed order.
pub fn of_statement(analyzed: &Analyzed, catalog: &Catalog, limits: &Limits, extensions: &[String]) -> BTreeSet<Wanted> {
    let mut found = BTreeSet::new();
    for access in &analyzed.analysis.accesses {
        let Some(table) = advisable(access, catalog, limits) else { continue };
        let mut of = Of { table, catalog, access, limits, found: &mut found };
        of.btree();
        of.expressions();
        of.contained(extensions);
        of.block_range();
    }
    found
}

/// The table whose indexes serve an access: of a partition that a statement names itself, the partitioned table's.
fn advisable<'c>(access: &Access, catalog: &'c Catalog, limits: &Limits) -> Option<&'c Relation> {
    let mut table = catalog.relations.get(&access.relation)?;
    while let Some(parent) = table.partition_of.and_then(|p| catalog.relations.get(&p)) {
        table = parent;
    }
    let stored = matches!(table.kind, RelationKind::Table | RelationKind::PartitionedTable | RelationKind::MaterializedView);
    let wanted = stored && table.extension.is_none() && !matches!(access.role, Role::Insert);
    (wanted && catalog.likely_rows(table) >= limits.min_rows).then_some(table)
}

struct Of<'a> {
    table: &'a Relation,
    catalog: &'a Catalog,
    access: &'a Access,
    limits: &'a Limits,
    found: &'a mut BTreeSet<Wanted>,
}

impl Of<'_> {
    fn add(&mut self, using: String) {
        // of a key that a parameter is part of there is no index
        if crate::query::has_parameter(&using) {
            return;
        }
        self.found.insert(Wanted { table: self.table.oid, using });
    }

    fn add_btree(&mut self, keys: &[String]) {
        if !keys.is_empty()
            && keys.len() <= self.limits.max_columns.max(MOST_COVERING)
            && (self.limits.widen_keys || !self.widens_a_key(keys))
        {
            self.add(format!("USING btree ({})", keys.join(", ")));
        }
    }

    /// Whether the keys begin with those of a unique index: one row is found by that already.
    fn widens_a_key(&self, keys: &[String]) -> bool {
        self.table.indexes.iter().filter(|i| i.unique && i.is_complete() && i.keys.len() <= keys.len()).any(|i| {
            let own: Vec<String> = i.plain_prefix().map(|c| c.to_string()).collect();
            own.len() == i.keys.len() && own.iter().all(|c| keys[..own.len()].contains(c))
        })
    }

    fn btree(&mut self) {
        let access = self.access;
        let mut equal: Vec<&Ident> = Vec::new();
        let mut others: Vec<&Ident> = Vec::new();
        let mut joins: Vec<&Ident> =
            access.joins.iter().filter_map(|j| j.target.column()).filter(|c| self.is_sortable(c)).collect();
        for filter in &access.filters {
            let Some(column) = filter.target.column().filter(|c| self.is_sortable(c)) else { continue };
            match filter.operator {
                FilterOp::Equal | FilterOp::In | FilterOp::IsNull if filter.operand != Operand::Varying => {
                    push(&mut equal, column)
                }
                // joined to what is no table: unnest($1), VALUES, something computed
                FilterOp::Equal | FilterOp::In => push(&mut joins, column),
                FilterOp::Range(_) | FilterOp::IsNotNull | FilterOp::NotEqual | FilterOp::Like { .. } => {
                    push(&mut others, column)
                }
                _ => {}
            }
        }
        // what policies compare is part of every statement
        let secured = self.table.policies.iter().filter(|_| self.table.row_security).filter_map(|p| p.using.as_deref());
        for name in secured.filter_map(crate::query::columns_of).flatten() {
            if let Some(column) = self.table.column(&name).map(|c| &c.name).filter(|c| self.is_sortable(c)) {
                push(&mut equal, column);
            }
        }
        let sorted: Vec<&Ident> = access.order_by.iter().filter_map(|k| k.target.column()).collect();
        let grouped = access.group_by.iter().chain(&access.distinct).filter_map(Target::column).chain(&access.min_max);
        let grouped: Vec<&Ident> = grouped.filter(|c| self.is_sortable(c)).collect();
        let mut all: Vec<&Ident> = Vec::new();
        for column in equal.iter().chain(&joins).chain(&others).chain(&sorted).chain(&grouped) {
            push(&mut all, column);
        }
        // what is read beside that makes a pair an index that holds all of it, or spares reading rows that fall out later
        if let ColumnsRead::Some(read) = &access.columns_read {
            read.iter().filter(|c| self.is_sortable(c)).for_each(|c| push(&mut all, c));
        }
        all.truncate(MOST_COLUMNS);
        let key = |columns: &[&Ident]| columns.iter().map(|c| c.to_string()).collect::<Vec<_>>();
        for a in &all {
            self.add_btree(&key(&[a]));
            for b in all.iter().filter(|b| *b != a) {
                self.add_btree(&key(&[a, b]));
            }
        }
        // all that is fixed, then one that is not
        let fixed: Vec<&Ident> = equal.iter().chain(&joins).fold(Vec::new(), |mut list, c| {
            push(&mut list, c);
            list
        });
        if self.limits.max_columns >= 3 {
            for head in [&equal, &fixed] {
                let head: Vec<&Ident> = head.iter().take(self.limits.max_columns - 1).copied().collect();
                self.add_btree(&key(&head));
                for last in all.iter().filter(|c| !head.contains(c)) {
                    let keys: Vec<&Ident> = head.iter().chain([last]).copied().collect();
                    self.add_btree(&key(&keys));
                }
            }
        }
        for keys in self.ordered(&equal) {
            self.add_btree(&keys);
        }
        self.covering(&all);
        self.partial(&all, &fixed);
    }

    /// Fixed columns, then the order that is asked for: the first rows without a sort.
    fn ordered(&self, equal: &[&Ident]) -> Vec<Vec<String>> {
        let order: Vec<&SortKey> = self.access.order_by.iter().take(self.limits.max_columns).collect();
        let mut columns = Vec::new();
        for key in &order {
            let Some(column) = key.target.column().filter(|c| self.is_sortable(c)) else { break };
            if !equal.contains(&column) {
                columns.push((column, key.descending, key.nulls_first));
            }
        }
        if columns.is_empty() {
            return Vec::new();
        }
        // NULLs last ascending, first descending: said only where it is otherwise, and a NULL can be
        let usual = |(column, down, first): &(&Ident, bool, bool)| down == first || self.is_not_null(column);
        // one direction alone is read backwards as well
        let backwards = columns.iter().all(|c| c.1 && usual(c));
        let sql = |key: &(&Ident, bool, bool)| {
            let (column, down, first) = key;
            let nulls = match (usual(key), first) {
                (true, _) => "",
                (false, true) => " NULLS FIRST",
                (false, false) => " NULLS LAST",
            };
            format!("{column}{}{nulls}", if *down && !backwards { " DESC" } else { "" })
        };
        let tail: Vec<String> = columns.iter().map(sql).collect();
        let room = self.limits.max_columns.saturating_sub(tail.len());
        let mut all = Vec::new();
        for head in [equal.len().min(room), equal.len().min(1), 0] {
            let head: Vec<String> = equal.iter().take(head).map(|c| c.to_string()).collect();
            // the last key of an order often only makes it total: rows are nearly sorted without
            for length in [tail.len(), tail.len() - 1].into_iter().filter(|l| *l > 0) {
                all.push(head.iter().chain(&tail[..length]).cloned().collect());
            }
        }
        all
    }

    /// Keys that hold everything the statement reads of the table: its rows are not looked up.
    fn covering(&mut self, all: &[&Ident]) {
        let ColumnsRead::Some(read) = &self.access.columns_read else { return };
        let read: Vec<&Ident> = read.iter().filter(|c| self.is_sortable(c)).collect();
        if read.is_empty() || read.len() > MOST_COVERING || read.len() >= self.table.columns.len() {
            return;
        }
        for first in all {
            let rest = all.iter().chain(&read).filter(|c| *c != first && read.contains(c));
            let mut keys = vec![*first];
            rest.for_each(|c| push(&mut keys, c));
            self.add_btree(&keys.iter().map(|c| c.to_string()).collect::<Vec<_>>());
        }
    }

    /// The same keys over the rows that alone are ever asked for.
    fn partial(&mut self, all: &[&Ident], fixed: &[&Ident]) {
        for (condition, of) in super::partial::conditions(self.access, self.table, self.catalog) {
            let own: Vec<&Ident> = all.iter().copied().filter(|c| *c != of).collect();
            let heads: Vec<&Ident> = fixed.iter().copied().filter(|c| *c != of).collect();
            let mut keys: Vec<Vec<String>> = all.iter().map(|c| vec![c.to_string()]).collect();
            for head in heads.iter().take(MOST_HEADS) {
                let pairs = own.iter().filter(|c| *c != head).take(MOST_COVERING);
                keys.extend(pairs.map(|last| vec![head.to_string(), last.to_string()]));
            }
            keys.extend(self.ordered(&heads));
            for key in keys {
                self.add(format!("USING btree ({}) WHERE ({condition})", key.join(", ")));
            }
        }
    }

    fn expressions(&mut self) {
        let access = self.access;
        let compared = access.filters.iter().filter(|f| {
            matches!(
                f.operator,
                FilterOp::Equal | FilterOp::In | FilterOp::Range(_) | FilterOp::Like { case_insensitive: false, .. }
            )
        });
        let targets = compared.map(|f| &f.target).chain(access.joins.iter().map(|j| &j.target));
        let targets: Vec<&Target> = targets.chain(access.order_by.iter().map(|k| &k.target)).collect();
        let equal: Vec<&Ident> = access
            .filters
            .iter()
            .filter(|f| f.operator == FilterOp::Equal)
            .filter_map(|f| f.target.column())
            .filter(|c| self.is_sortable(c))
            .collect();
        for target in targets {
            let Target::Expression(sql) = target else { continue };
            self.add(format!("USING btree (({sql}))"));
            for column in equal.iter().take(3) {
                self.add(format!("USING btree ({column}, ({sql}))"));
            }
        }
    }

    /// Elements, keys, words and parts of texts.
    fn contained(&mut self, extensions: &[String]) {
        let trigrams = extensions.iter().any(|e| e == "pg_trgm");
        for filter in &self.access.filters {
            let sql = match &filter.target {
                Target::Column(column) => column.to_string(),
                Target::Expression(sql) => format!("({sql})"),
                Target::Row(_) => continue,
            };
            match &filter.operator {
                FilterOp::Json(operator) => {
                    self.add(format!("USING gin ({sql})"));
                    if matches!(operator.as_str(), "@>" | "@?" | "@@") {
                        self.add(format!("USING gin ({sql} jsonb_path_ops)"));
                    }
                }
                FilterOp::Array(_) | FilterOp::TextSearch => self.add(format!("USING gin ({sql})")),
                FilterOp::Like { anchored, case_insensitive } => {
                    if !case_insensitive && *anchored != Some(false) && filter.target.column().is_some() {
                        self.add(format!("USING btree ({sql} text_pattern_ops)"));
                    }
                    if trigrams {
                        self.add(format!("USING gin ({sql} gin_trgm_ops)"));
                    }
                }
                _ => {}
            }
        }
    }

    /// A large table whose rows lie in the order of a column that ranges are asked of.
    fn block_range(&mut self) {
        if self.catalog.heap_blocks(self.table) < 10_000 {
            return;
        }
        for filter in self.access.filters.iter().filter(|f| matches!(f.operator, FilterOp::Range(_))) {
            let Some(column) = filter.target.column() else { continue };
            let correlated = self.catalog.column_statistics(self.table, column).and_then(|s| s.correlation());
            if correlated.is_some_and(|c| c.abs() > 0.95) {
                self.add(format!("USING brin ({})", ident_list([column])));
            }
        }
    }

    fn is_not_null(&self, column: &Ident) -> bool {
        self.table.column(column.raw()).is_some_and(|c| c.not_null)
    }

    /// Whether a b-tree can hold the column: JSON, XML, points have no order, and a b-tree does not help to look into an array.
    fn is_sortable(&self, column: &Ident) -> bool {
        let base = self.table.column(column.raw()).and_then(|c| self.catalog.base_type(c.type_oid));
        base.is_some_and(|t| {
            !matches!(t.category, 'G' | 'A' | 'P')
                && !["json", "jsonb", "xml", "tsvector", "tsquery", "bytea", "bit"].contains(&t.name.name.raw())
        })
    }
}

fn push<'a>(list: &mut Vec<&'a Ident>, column: &'a Ident) {
    if !list.contains(&column) {
        list.push(column);
    }
}
