//! Existing indexes whose work a proposal does as well: proven by plans without them.

use super::costs::Costs;
use super::{Advice, Redundant};
use crate::error::Result;
use crate::snapshot::{Index, Snapshot};

/// Share of a table's statements' cost that may be lost with an index that goes.
const LITTLE: f64 = 0.01;

/// Looks for them. An index that is a rule (unique, of a constraint), or that something depends on, stays.
pub(super) async fn redundant(costs: &mut Costs, chosen: &[usize], snapshot: &Snapshot, advice: &mut Advice) -> Result<()> {
    let mut found = Vec::new();
    for proposal in &advice.proposals {
        let Some(table) = snapshot.catalog.relations.get(&proposal.table) else { continue };
        for index in table.indexes.iter().filter(|i| is_free(i) && begins_with(&proposal.using, i)) {
            if found.iter().any(|r: &Redundant| r.table == table.oid && r.index == index.name) {
                continue;
            }
            let off = costs.planner.oids_of(&table.name.schema, &index.name).await?;
            let (mut with, mut without) = (0.0, 0.0);
            for s in 0..costs.statements.len() {
                if !costs.statements[s].tables.contains(&table.oid) || off.is_empty() {
                    continue;
                }
                let set = costs.set(chosen);
                let given = costs.relevant(s, &set);
                let cost = costs.cost(s, &set).await?;
                let weight = costs.statements[s].weight.max(f64::MIN_POSITIVE);
                with += weight * cost;
                without += weight * costs.cost_without(s, &given, &off).await?.unwrap_or(f64::INFINITY);
            }
            if !off.is_empty() && without <= with * (1.0 + LITTLE) {
                found.push(Redundant { table: table.oid, index: index.name.clone(), using: proposal.using.clone() });
            }
        }
    }
    advice.redundant = found;
    Ok(())
}

fn is_free(index: &Index) -> bool {
    let rule = index.unique || index.exclusion || index.constraint.is_some() || index.referenced_by_table;
    index.valid && !rule && index.parent.is_none() && index.method == "btree"
}

/// Whether a proposal's keys begin with all of an index's, and go on.
fn begins_with(using: &str, index: &Index) -> bool {
    let tail = index.definition.rsplit_once(" USING ").map(|(_, tail)| format!("USING {tail}"));
    tail.as_deref().and_then(|t| t.strip_suffix(')')).is_some_and(|head| using.starts_with(&format!("{head}, ")))
}
