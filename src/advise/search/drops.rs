//! Existing indexes whose work a proposal does as well: proven by plans without them.

use std::collections::BTreeSet;

use super::costs::Costs;
use super::select::PAGE;
use super::{Advice, Redundant};
use crate::error::Result;
use crate::query::Analyzed;
use crate::snapshot::{Index, Oid, Snapshot};

/// Share of a table's statements' cost that may be lost with an index that goes.
const LITTLE: f64 = 0.01;
/// No statement, however seldom it is sent, may get dearer by this factor and a [`PAGE`].
const MUCH: f64 = 1.2;

/// Looks for them. An index that is a rule (unique, of a constraint), or that something depends on, stays.
pub(super) async fn redundant(
    costs: &mut Costs,
    chosen: &[usize],
    snapshot: &Snapshot,
    workload: &[Analyzed<'_>],
    advice: &mut Advice,
) -> Result<()> {
    let mut found = Vec::new();
    let mut gone: Vec<Oid> = Vec::new();
    let unseen: BTreeSet<Oid> =
        advice.not_planned.iter().flat_map(|(place, _)| super::tables(&workload[*place], snapshot)).collect();
    for proposal in &advice.proposals {
        let Some(table) = snapshot.catalog.relations.get(&proposal.table) else { continue };
        if unseen.contains(&table.oid) {
            continue; // what could not be planned may need it
        }
        for index in table.indexes.iter().filter(|i| is_free(i) && begins_with(&proposal.using, i)) {
            if found.iter().any(|r: &Redundant| r.table == table.oid && r.index == index.name) {
                continue;
            }
            let own = costs.planner.oids_of(&table.name.schema, &index.name).await?;
            // beside those that go already
            let off: Vec<Oid> = gone.iter().chain(&own).copied().collect();
            let (mut with, mut without) = (0.0, 0.0);
            let mut is_dearer = own.is_empty();
            for s in 0..costs.statements.len() {
                if !costs.statements[s].tables.contains(&table.oid) || is_dearer {
                    continue;
                }
                let set = costs.set(chosen);
                let given = costs.relevant(s, &set);
                let cost = costs.cost(s, &set).await?;
                let weight = costs.statements[s].weight;
                let its = costs.cost_without(s, &given, &off).await?.unwrap_or(f64::INFINITY);
                with += weight * cost;
                without += if weight > 0.0 { weight * its } else { 0.0 };
                is_dearer |= its > cost * MUCH + PAGE;
            }
            if !is_dearer && without <= with * (1.0 + LITTLE) {
                gone.extend(own);
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

/// Whether a proposal's keys begin with all of an index's, and go on; one over some of the rows does not do its work.
fn begins_with(using: &str, index: &Index) -> bool {
    if !using.ends_with(')') || using.contains(" WHERE (") {
        return false;
    }
    let tail = index.definition.rsplit_once(" USING ").map(|(_, tail)| format!("USING {tail}"));
    tail.as_deref().and_then(|t| t.strip_suffix(')')).is_some_and(|head| using.starts_with(&format!("{head}, ")))
}
