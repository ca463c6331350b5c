//! Which indexes the workload lacks: requests from the statements' accesses, candidates that serve several of them, and a greedy
//! choice by estimated saving. All of it works on planner statistics and the measured figures of the workload.

mod candidate;
mod cost;
mod request;

use std::collections::BTreeMap;

use crate::plan::IndexColumn;
use crate::query::Analyzed;
use crate::snapshot::{Catalog, Oid, Relation};

use candidate::candidates;
pub use cost::Usable;
use request::Request;

/// What is worth proposing.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    /// Tables with fewer rows are left alone.
    pub min_rows: f64,
    /// Least factor by which the estimated cost of a statement's access must fall.
    pub min_gain: f64,
    /// Accesses that cost less than this (in pages read) are cheap enough as they are.
    pub min_pages: f64,
    /// Least share of the workload's total time that an index must save.
    pub min_share: f64,
    /// Most key columns of an index.
    pub max_columns: usize,
}

/// An index the workload lacks.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The table.
    pub table: Oid,
    /// Key columns in order.
    pub columns: Vec<IndexColumn>,
    /// The statements it helps: position in the workload, and the share of its time that is saved, 0 to 1.
    pub helps: Vec<(usize, f64)>,
    /// Milliseconds saved of all that were counted.
    pub saved_ms: f64,
}

/// Indexes the workload lacks, by table name and then by what they save.
pub fn missing_indexes(workload: &[Analyzed], catalog: &Catalog, thresholds: &Thresholds) -> Vec<Proposal> {
    let total_ms: f64 = workload.iter().map(|a| a.statement.total_ms).sum();
    let mut by_table: BTreeMap<Oid, Vec<Request>> = BTreeMap::new();
    for request in request::requests(workload, catalog, thresholds) {
        by_table.entry(request.table).or_default().push(request);
    }
    let mut proposals = Vec::new();
    for (table, requests) in by_table {
        proposals.extend(choose(table, requests, catalog, thresholds, total_ms));
    }
    proposals
}

/// Takes the candidate that saves most, counts it as there, and goes on until nothing saves enough.
fn choose(table: Oid, requests: Vec<Request>, catalog: &Catalog, thresholds: &Thresholds, total_ms: f64) -> Vec<Proposal> {
    let Some(relation) = catalog.relations.get(&table) else { return Vec::new() };
    let candidates = candidates(relation, catalog, &requests, thresholds.max_columns);
    let mut now: Vec<f64> = requests.iter().map(|r| r.cost_now).collect();
    let mut chosen: Vec<Proposal> = Vec::new();
    loop {
        let mut best: Option<Proposal> = None;
        for columns in candidates.iter().filter(|c| !chosen.iter().any(|p| p.columns == **c)) {
            let proposal = weigh(relation, columns, &requests, &now, catalog, thresholds);
            let pays = proposal.saved_ms >= total_ms * thresholds.min_share;
            let better = best.as_ref().is_none_or(|b| {
                let order = worth(&proposal).total_cmp(&worth(b));
                order.then_with(|| b.columns.len().cmp(&proposal.columns.len())).is_gt()
            });
            if pays && better && !proposal.helps.is_empty() {
                best = Some(proposal);
            }
        }
        let Some(mut proposal) = best else { break };
        // A further column is worth it all the same where it halves what is left to read.
        while let Some(longer) = candidates
            .iter()
            .filter(|c| c.len() > proposal.columns.len() && c.starts_with(&proposal.columns))
            .filter(|c| halves(&proposal.columns, c, &requests, &now, relation, catalog, thresholds))
            .map(|c| weigh(relation, c, &requests, &now, catalog, thresholds))
            .filter(|longer| longer.saved_ms > proposal.saved_ms)
            .max_by(|a, b| worth(a).total_cmp(&worth(b)))
        {
            proposal = longer;
        }
        let index = Usable::proposed(&proposal.columns);
        for (request, cost) in requests.iter().zip(&mut now) {
            *cost = cost.min(request.shape.cost_with(&index, relation, catalog));
        }
        chosen.push(proposal);
    }
    drop_covered(&mut chosen);
    chosen
}

/// Whether further columns halve the cost of any request that the shorter index helps.
fn halves(
    short: &[IndexColumn],
    long: &[IndexColumn],
    requests: &[Request],
    now: &[f64],
    relation: &Relation,
    catalog: &Catalog,
    thresholds: &Thresholds,
) -> bool {
    let (short, long) = (Usable::proposed(short), Usable::proposed(long));
    requests.iter().zip(now).filter(|(_, now)| **now >= thresholds.min_pages).any(|(request, now)| {
        let cost = request.shape.cost_with(&short, relation, catalog).min(*now);
        cost >= 2.0 * request.shape.cost_with(&long, relation, catalog)
    })
}

/// What ranks candidates: milliseconds saved, a little less for each further column. A column that hardly helps makes the index
/// larger, every write dearer, and serves fewer other statements.
fn worth(proposal: &Proposal) -> f64 {
    proposal.saved_ms * (1.0 - 0.02 * (proposal.columns.len() as f64 - 1.0))
}

/// What a candidate would save with what is chosen already.
fn weigh(
    relation: &Relation,
    columns: &[IndexColumn],
    requests: &[Request],
    now: &[f64],
    catalog: &Catalog,
    thresholds: &Thresholds,
) -> Proposal {
    let mut proposal = Proposal { table: relation.oid, columns: columns.to_vec(), helps: Vec::new(), saved_ms: 0.0 };
    let index = Usable::proposed(columns);
    for (request, cost_now) in requests.iter().zip(now) {
        let cost = request.shape.cost_with(&index, relation, catalog);
        if *cost_now >= thresholds.min_pages && cost_now / cost >= thresholds.min_gain {
            // what is left to gain is a share of what the statement costs today
            let share = (request.share * (cost_now - cost) / request.cost_now).clamp(0.0, 1.0);
            proposal.helps.push((request.statement, share));
            proposal.saved_ms += request.total_ms * share;
        }
    }
    proposal
}

/// A proposal that begins with another one's columns does its work too.
fn drop_covered(chosen: &mut Vec<Proposal>) {
    let mut i = 0;
    while i < chosen.len() {
        let covering = (0..chosen.len()).find(|j| {
            *j != i && chosen[*j].columns.len() > chosen[i].columns.len() && chosen[*j].columns.starts_with(&chosen[i].columns)
        });
        match covering {
            Some(j) => {
                let (helps, saved) = (chosen[i].helps.clone(), chosen[i].saved_ms);
                chosen[j].helps.extend(helps);
                chosen[j].saved_ms += saved;
                chosen.remove(i);
            }
            None => i += 1,
        }
    }
}
