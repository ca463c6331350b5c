//! A plan as `EXPLAIN (FORMAT JSON)` says it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::what_if::number_of;

/// A plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The planner's total cost.
    pub cost: f64,
    /// Hypothetical indexes that it uses.
    pub uses: BTreeSet<usize>,
    /// Other indexes that it uses, by name.
    pub uses_real: BTreeSet<String>,
    /// `EXPLAIN (FORMAT JSON)`: the root node.
    pub root: Value,
}

impl Explained {
    /// The plan, one line a node, without literals. `index`: how an index is shown, where not by its name.
    pub fn lines(&self, index: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
        let mut all = Vec::new();
        describe(&self.root, 0, index, &mut all);
        all
    }
}

fn describe(node: &Value, depth: usize, index: &dyn Fn(&str) -> Option<String>, all: &mut Vec<String>) {
    let text = |key: &str| node.get(key).and_then(Value::as_str);
    let number = |key: &str| node.get(key).and_then(Value::as_f64).unwrap_or(0.0);
    let mut line = format!("{}{}", "  ".repeat(depth), text("Node Type").unwrap_or("?"));
    if let Some(name) = text("Index Name") {
        line.push_str(&format!(" using {}", index(name).unwrap_or_else(|| name.to_owned())));
    }
    if let Some(relation) = text("Relation Name") {
        line.push_str(&format!(" on {relation}"));
    }
    line.push_str(&format!(" (cost {:.0}, rows {:.0})", number("Total Cost"), number("Plan Rows")));
    all.push(line);
    for child in node.get("Plans").and_then(Value::as_array).into_iter().flatten() {
        describe(child, depth + 1, index, all);
    }
}

/// What `EXPLAIN (FORMAT JSON)` says.
pub(crate) fn explained(mut value: Value) -> Option<Explained> {
    let root = value.get_mut(0)?.get_mut("Plan")?.take();
    let cost = root.get("Total Cost")?.as_f64()?;
    let (mut uses, mut uses_real) = (BTreeSet::new(), BTreeSet::new());
    let mut open = vec![&root];
    while let Some(node) = open.pop() {
        if let Some(name) = node.get("Index Name").and_then(Value::as_str) {
            match number_of(name) {
                Some(number) => {
                    uses.insert(number);
                }
                None => {
                    uses_real.insert(name.to_owned());
                }
            }
        }
        open.extend(node.get("Plans").and_then(Value::as_array).into_iter().flatten());
    }
    Some(Explained { cost, uses, uses_real, root })
}
