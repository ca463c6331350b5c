//! What a plan may come to cost that hopes to stop early.
//!
//! Under LIMIT the planner takes the rows that a filter leaves to be spread evenly over the order it reads in, so that a few are found
//! soon. Often they are not: what waits in a queue is younger than all that is done, a customer's rows come together. Then the scan goes
//! on to its end, and an index that gives the order alone is slower than none. So half of what such a plan hopes to spare counts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::form::keys;
use crate::advise::cost;
use crate::ident::mentions;
use crate::snapshot::{Catalog, Oid};

/// Share of what is hoped to be spared that counts as cost.
const DOUBT: f64 = 0.5;
/// Share of the rows that a bound in an index condition leaves, as planners guess it.
const BOUND: f64 = 1.0 / 3.0;
/// Share of the rows that a value of an expression has.
const VALUE: f64 = 0.005;
/// Share of a partial index's rows that a filter leaves: a plan does not say how many it has.
const OF_SOME: f64 = 0.5;
/// What a row costs that is looked at, where a block read in a row costs 1: `cpu_tuple_cost` by default.
const CPU_TUPLE: f64 = 0.01;

/// Weighs plans.
#[derive(Debug, Clone, Default)]
pub struct EarlyStop {
    /// Tables, by their names as plans have them: of several of one name the largest.
    tables: BTreeMap<String, Table>,
}

#[derive(Debug, Clone, Default)]
struct Table {
    rows: f64,
    /// Blocks of its heap.
    blocks: f64,
    /// Columns, as conditions name them.
    columns: BTreeMap<String, Column>,
    /// Definitions of its indexes, `USING ...`.
    indexes: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    /// Share of the rows that a value has.
    share: f64,
    /// Of its order with that of the rows; 1 where nobody knows.
    correlation: f64,
}

/// Says of a hypothetical index how it is defined.
type Using<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

impl EarlyStop {
    /// Over these tables.
    pub fn new(catalog: &Catalog, tables: &BTreeSet<Oid>) -> Self {
        let mut all: BTreeMap<String, Table> = BTreeMap::new();
        for relation in tables.iter().flat_map(|oid| catalog.relations.get(oid).into_iter().chain(catalog.partitions(*oid))) {
            let rows = catalog.likely_rows(relation);
            let one = all.entry(relation.name.name.raw().to_owned()).or_default();
            if rows > one.rows || one.columns.is_empty() {
                let of = |name| Column {
                    share: cost::equal_selectivity(relation, name, rows, catalog),
                    correlation: catalog.column_statistics(relation, name).and_then(|s| s.correlation()).unwrap_or(1.0),
                };
                let columns = relation.columns.iter().map(|c| (c.name.to_string(), of(&c.name))).collect();
                let indexes = relation.indexes.iter().filter_map(|i| {
                    let (_, using) = i.definition.split_once(" USING ")?;
                    Some((i.name.raw().to_owned(), format!("USING {using}")))
                });
                *one = Table { rows, blocks: catalog.heap_blocks(relation) as f64, columns, indexes: indexes.collect() };
            }
        }
        Self { tables: all }
    }

    /// What of the cost of a plan's node is doubtful, beside what the planner says.
    pub fn doubtful(&self, node: &Value, using: &Using) -> f64 {
        let own = if text(node, "Node Type") == "Limit" { self.spared(node, using).unwrap_or(0.0) } else { 0.0 };
        own + children(node).map(|child| self.doubtful(child, using)).sum::<f64>()
    }

    /// What a LIMIT spares of the nodes below it, as far as rows that fall out may come first.
    fn spared(&self, limit: &Value, using: &Using) -> Option<f64> {
        let input = input(limit)?;
        let spared = (number(input, "Total Cost") - number(limit, "Total Cost")).max(0.0) / run(input).max(f64::MIN_POSITIVE);
        Some(DOUBT * spared.min(1.0) * self.in_vain(input, 1.0, using)?)
    }

    /// What a node and those that feed it cost for rows that fall out, if rows come one by one from a scan of an index. `kept`: the share
    /// of its rows that is left in the end.
    fn in_vain(&self, node: &Value, kept: f64, using: &Using) -> Option<f64> {
        match text(node, "Node Type") {
            "Index Scan" | "Index Only Scan" => {
                let together = if kept < 1.0 { 1.0 } else { self.together(node) };
                Some(self.dearest(node, using) * (1.0 - kept * self.kept(node, using)?) * together)
            }
            "Nested Loop" | "Hash Join" | "Merge Join" | "Subquery Scan" => {
                let input = input(node)?;
                let kept = kept * (rows(node) / rows(input)).min(1.0);
                Some((run(node) - run(input)).max(0.0) * (1.0 - kept) + self.in_vain(input, kept, using)?)
            }
            "LockRows" | "Incremental Sort" | "Result" | "ProjectSet" | "Unique" | "Group" | "WindowAgg" | "Gather Merge" => {
                self.in_vain(input(node)?, kept, using)
            }
            "Append" | "Merge Append" => {
                let parts = children(node).filter(|n| text(n, "Parent Relationship") == "Member");
                parts.map(|part| self.in_vain(part, kept, using)).sum()
            }
            _ => None,
        }
    }

    /// What a scan costs at most that goes on to the end. The rows of a partial index lie in few blocks, which are there when they are read
    /// again; the planner takes each for a new one.
    fn dearest(&self, scan: &Value, using: &Using) -> f64 {
        let definition = |table: &Table| {
            let name = text(scan, "Index Name");
            using(name).map(str::to_owned).or_else(|| table.indexes.get(name).cloned())
        };
        match self.tables.get(text(scan, "Relation Name")) {
            Some(table) if definition(table).is_some_and(|using| using.contains(" WHERE ")) => {
                run(scan).min(table.blocks + rows(scan) / OF_SOME * CPU_TUPLE)
            }
            _ => run(scan),
        }
    }

    /// How far rows that a scan leaves out may come together: where a column that it filters by has nothing to do with the order in which
    /// rows were written, they are as spread as the planner thinks. Nobody knows of rows that a join leaves out.
    fn together(&self, scan: &Value) -> f64 {
        let Some(table) = self.tables.get(text(scan, "Relation Name")) else { return 1.0 };
        let condition = if scan.get("Filter").is_some() { text(scan, "Filter") } else { text(scan, "Index Cond") };
        let named = table.columns.iter().filter(|(name, _)| mentions(condition, name));
        named.map(|(_, column)| column.correlation.powi(2)).reduce(f64::max).unwrap_or(1.0)
    }

    /// Share of the rows read that a scan of an index gives.
    fn kept(&self, scan: &Value, using: &Using) -> Option<f64> {
        let table = self.tables.get(text(scan, "Relation Name"))?;
        let name = text(scan, "Index Name");
        let using = using(name).or_else(|| table.indexes.get(name).map(String::as_str))?;
        let (found, all_of_it) = table.found(using, text(scan, "Index Cond"));
        Some(match scan.get("Filter") {
            None if all_of_it => 1.0,
            Some(_) if using.contains(" WHERE ") => OF_SOME,
            _ => (rows(scan) / found).min(1.0),
        })
    }
}

impl Table {
    /// Rows among which an index looks for those of a condition, and whether that is all it looks for: values of its first columns and
    /// bounds of the next one. What the condition says of later columns spares no entry.
    fn found(&self, using: &str, condition: &str) -> (f64, bool) {
        let mut left: Vec<&str> = condition.split(" AND ").filter(|one| !one.is_empty()).collect();
        let mut rows = self.rows;
        for key in keys(using) {
            let names = [format!("({key} "), format!("(({key})::")];
            let (own, others): (Vec<&str>, Vec<&str>) =
                left.iter().partition(|one| names.iter().any(|n| one.contains(n.as_str())));
            left = others;
            let has = |operator: &str| own.iter().any(|one| one.contains(operator));
            if own.is_empty() {
                break;
            } else if has(" = ") {
                rows *= self.columns.get(key).map_or(VALUE, |c| c.share);
            } else if has(" IS NULL") {
                rows *= OF_SOME;
            } else {
                rows *= BOUND;
                break;
            }
        }
        (rows.max(1.0), left.is_empty())
    }
}

/// The node whose rows go through this one.
fn input(node: &Value) -> Option<&Value> {
    children(node).find(|n| text(n, "Parent Relationship") == "Outer" || text(n, "Parent Relationship") == "Subquery")
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node.get("Plans").and_then(Value::as_array).into_iter().flatten()
}

fn rows(node: &Value) -> f64 {
    number(node, "Plan Rows").max(1.0)
}

/// What a node costs after its first row.
fn run(node: &Value) -> f64 {
    (number(node, "Total Cost") - number(node, "Startup Cost")).max(0.0)
}

fn text<'v>(node: &'v Value, key: &str) -> &'v str {
    node.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number(node: &Value, key: &str) -> f64 {
    node.get(key).and_then(Value::as_f64).unwrap_or(0.0)
}
