//! Which indexes the workload lacks: requests from the statements' accesses, candidates that serve several of them, and a greedy
//! choice by estimated saving. All of it works on planner statistics and the measured figures of the workload.

mod candidate;
mod cost;
mod request;
pub mod search;

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

/// A wider index must leave this many times less of the cost of the statements it helps.
const WIDENING_GAIN: f64 = 1.3;

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
    /// For each request of the table, the milliseconds that are left with it.
    left: Vec<f64>,
    /// Which of them it helps.
    helped: Vec<bool>,
}

impl Proposal {
    /// Milliseconds that this proposal leaves of the requests that `other` helps.
    fn left_ms(&self, other: &Proposal) -> f64 {
        self.left.iter().zip(&other.helped).filter(|(_, helped)| **helped).map(|(ms, _)| ms).sum()
    }
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

/// Tables of which statements look for rows by expressions, patterns, JSON, arrays, text search or the arms of an OR, and read much
/// to find them, with the number of these statements: no advice is given for them.
pub fn not_advised(workload: &[Analyzed], catalog: &Catalog, thresholds: &Thresholds) -> BTreeMap<Oid, usize> {
    request::beyond_btree(workload, catalog, thresholds)
}

/// Takes the candidate that saves most, counts it as there, and goes on until nothing saves enough.
fn choose(table: Oid, requests: Vec<Request>, catalog: &Catalog, thresholds: &Thresholds, total_ms: f64) -> Vec<Proposal> {
    let Some(relation) = catalog.relations.get(&table) else { return Vec::new() };
    let candidates = candidates(relation, catalog, &requests, thresholds.max_columns);
    let mut now: Vec<f64> = requests.iter().map(|r| r.cost_now).collect();
    let mut chosen: Vec<Proposal> = Vec::new();
    loop {
        let open = candidates.iter().filter(|c| !chosen.iter().any(|p| p.columns == **c));
        let weighed = open.map(|columns| weigh(relation, columns, &requests, &now, catalog, thresholds));
        let paying: Vec<Proposal> =
            weighed.filter(|p| !p.helps.is_empty() && p.saved_ms >= total_ms * thresholds.min_share).collect();
        let most_saved = |a: &&Proposal, b: &&Proposal| {
            a.saved_ms
                .total_cmp(&b.saved_ms)
                .then_with(|| b.columns.len().cmp(&a.columns.len()))
                .then_with(|| b.columns.cmp(&a.columns))
        };
        let best = paying.iter().max_by(most_saved).map(|best| shortened(best, &paying).clone());
        let Some(proposal) = best else { break };
        let index = Usable::proposed(&proposal.columns);
        for (request, cost) in requests.iter().zip(&mut now) {
            *cost = cost.min(request.shape.cost_with(&index, relation, catalog));
        }
        chosen.push(proposal);
    }
    drop_covered(&mut chosen);
    chosen
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
    let (left, helped) = (Vec::new(), Vec::new());
    let mut proposal =
        Proposal { table: relation.oid, columns: columns.to_vec(), helps: Vec::new(), saved_ms: 0.0, left, helped };
    let index = Usable::proposed(columns);
    for (request, cost_now) in requests.iter().zip(now) {
        let cost = request.shape.cost_with(&index, relation, catalog).min(*cost_now);
        let ms = |cost: f64| request.total_ms * (request.share * cost / request.cost_now).clamp(0.0, 1.0);
        let helps = *cost_now >= thresholds.min_pages && cost_now / cost >= thresholds.min_gain;
        proposal.left.push(ms(cost));
        proposal.helped.push(helps);
        if helps {
            // what is left to gain is a share of what the statement costs today
            let saved = ms(cost_now - cost);
            proposal.helps.push((request.statement, saved / request.total_ms.max(f64::MIN_POSITIVE)));
            proposal.saved_ms += saved;
        }
    }
    proposal
}

/// The shortest of the proposals that `best` begins with that does nearly as well: every column is written and stored.
fn shortened<'p>(best: &'p Proposal, paying: &'p [Proposal]) -> &'p Proposal {
    let as_good = |p: &&Proposal| {
        p.columns.len() < best.columns.len()
            && best.columns.starts_with(&p.columns)
            && p.left_ms(best) <= best.left_ms(best) * WIDENING_GAIN
    };
    paying.iter().filter(as_good).min_by_key(|p| p.columns.len()).unwrap_or(best)
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
