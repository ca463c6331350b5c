//! Plans of today alone: where HypoPG is not to be had, they show whether a statement lacks an index at all. What an index would change
//! is then the cost model's guess.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Original;
use crate::advise::search::plan_lines;
use crate::error::Result;
use crate::query::Analyzed;
use crate::snapshot::Snapshot;

/// What the database answers to EXPLAIN, by place of the statement in the workload; a clause says why where it refuses.
#[derive(Debug, Clone, Default)]
pub struct Today {
    plans: BTreeMap<usize, std::result::Result<PlanOfToday, String>>,
}

/// A plan of today.
#[derive(Debug, Clone)]
pub struct PlanOfToday {
    /// The planner's total cost of a call.
    pub cost: f64,
    /// One line a node.
    pub lines: Vec<String>,
    reads: Vec<Read>,
}

/// A node that reads a table.
#[derive(Debug, Clone)]
struct Read {
    table: String,
    sequential: bool,
    /// In the planner's units, for one loop; no more than the LIMIT above it lets through.
    cost: f64,
}

impl Today {
    /// The plan of a statement; `None` when nobody asked.
    pub fn get(&self, place: usize) -> Option<std::result::Result<&PlanOfToday, &str>> {
        self.plans.get(&place).map(|p| p.as_ref().map_err(String::as_str))
    }

    /// Statements that were planned.
    pub fn planned(&self) -> usize {
        self.plans.values().filter(|p| p.is_ok()).count()
    }

    /// Statements that were not, and why the first of them.
    pub fn refused(&self) -> Option<(usize, &str)> {
        let mut whys = self.plans.values().filter_map(|p| p.as_ref().err());
        let first = whys.next()?;
        Some((1 + whys.count(), first))
    }
}

impl PlanOfToday {
    /// Whether one of these tables (its partitions, by bare name) is read row by row, or by an index at more than this cost.
    pub fn reads_much_of(&self, tables: &BTreeSet<&str>, cost: f64) -> bool {
        self.reads.iter().any(|r| tables.contains(r.table.as_str()) && (r.sequential || r.cost > cost))
    }
}

/// Asks for the plans of these statements, the longest first.
///
/// # Errors
/// The connection is gone.
pub async fn today(
    original: &mut Original,
    snapshot: &Snapshot,
    workload: &[Analyzed<'_>],
    places: &BTreeSet<usize>,
) -> Result<Today> {
    let mut order: Vec<usize> = places.iter().copied().filter(|p| *p < workload.len()).collect();
    let ms = |place: &usize| workload[*place].statement.total_ms;
    order.sort_by(|a, b| ms(b).total_cmp(&ms(a)).then(a.cmp(b)));
    let mut today = Today::default();
    for place in order {
        let answer = match original.today(&workload[place], snapshot).await? {
            Ok(number) => original.plan(number, &[]).await?.ok_or_else(|| "it cannot be planned".to_owned()),
            Err(why) => Err(why),
        };
        let plan = answer.map(|plan| {
            let mut reads = Vec::new();
            read(&plan.root, f64::INFINITY, &mut reads);
            PlanOfToday { cost: plan.cost, lines: plan_lines(&plan, &[]), reads }
        });
        today.plans.insert(place, plan);
    }
    Ok(today)
}

fn read(node: &Value, most: f64, reads: &mut Vec<Read>) {
    let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
    let cost = node.get("Total Cost").and_then(Value::as_f64).unwrap_or(0.0).min(most);
    let kind = text("Node Type");
    if kind.ends_with("Scan") && !text("Relation Name").is_empty() {
        reads.push(Read { table: text("Relation Name").to_owned(), sequential: kind == "Seq Scan", cost });
    }
    let most = if kind == "Limit" { cost } else { most };
    node.get("Plans").and_then(Value::as_array).into_iter().flatten().for_each(|child| read(child, most, reads));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> PlanOfToday {
        let mut reads = Vec::new();
        read(&serde_json::from_str(json).unwrap(), f64::INFINITY, &mut reads);
        PlanOfToday { cost: 0.0, lines: Vec::new(), reads }
    }

    #[test]
    fn what_reads_much() {
        let t: BTreeSet<&str> = ["t"].into();
        assert!(of(r#"{"Node Type": "Seq Scan", "Relation Name": "t", "Total Cost": 5}"#).reads_much_of(&t, 100.0));
        assert!(!of(r#"{"Node Type": "Index Scan", "Relation Name": "t", "Total Cost": 8}"#).reads_much_of(&t, 100.0));
        assert!(of(r#"{"Node Type": "Bitmap Heap Scan", "Relation Name": "t", "Total Cost": 800}"#).reads_much_of(&t, 100.0));
        assert!(!of(r#"{"Node Type": "Seq Scan", "Relation Name": "other", "Total Cost": 800}"#).reads_much_of(&t, 100.0));
        let limited = r#"{"Node Type": "Limit", "Total Cost": 3, "Plans": [{"Node Type": "Index Scan", "Relation Name": "t", "Total Cost": 9000}]}"#;
        assert!(!of(limited).reads_much_of(&t, 100.0));
        let updated = r#"{"Node Type": "ModifyTable", "Relation Name": "t", "Total Cost": 900, "Plans": [{"Node Type": "Index Scan", "Relation Name": "t", "Total Cost": 8}]}"#;
        assert!(!of(updated).reads_much_of(&t, 100.0));
    }
}
