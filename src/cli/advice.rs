//! Index advice for the commands that report findings: proven in a planner twin where one can be had.

use super::progress::Progress;
use crate::advise::search::candidates::Limits;
use crate::advise::search::{self, Advice, Options};
use crate::check::Registry;
use crate::config::Config;
use crate::error::Result;
use crate::ident::one_line;
use crate::query;
use crate::snapshot::{RelationKind, Snapshot};
use crate::twin::Twin;
use crate::twin::index_size::SizeModel;

/// The check that the advice is for.
pub const CHECK: &str = "missing-index";

/// What came of it.
pub enum Proven {
    /// Nobody asked, or there is no workload.
    None,
    /// There is no twin, and why.
    Without(String),
    /// The advice, and in what the twin is not as the original.
    Advice(Box<Advice>, Vec<String>),
}

impl Proven {
    /// The advice, if there is any.
    pub fn get(&self) -> Option<&Advice> {
        match self {
            Proven::Advice(advice, _) => Some(advice),
            _ => None,
        }
    }

    /// What a reader must know of it.
    pub fn notes(&self) -> Vec<String> {
        match self {
            Proven::None => Vec::new(),
            Proven::Without(why) => vec![format!("indexes are ranked by a cost model, no planner twin proves them: {why}")],
            Proven::Advice(_, notes) => notes.clone(),
        }
    }
}

/// Builds the twin and searches.
///
/// # Errors
/// A setting that cannot be used, or the twin breaks while it works.
pub async fn prove(
    snapshot: &Snapshot,
    config: &Config,
    model: SizeModel,
    registry: &Registry,
    progress: &Progress,
) -> Result<Proven> {
    if snapshot.workload.statements.is_empty() {
        return Ok(Proven::None);
    }
    if snapshot.objects.is_none() || snapshot.planner.is_none() {
        return Ok(Proven::Without("this snapshot holds no definitions; one taken anew does".to_owned()));
    }
    let twin = match Twin::build(snapshot, &|what| progress.say(&format!("twin: {what}"))).await {
        Ok(twin) => twin,
        Err(e) => return Ok(Proven::Without(one_line(e.to_string().lines().next().unwrap_or_default()))),
    };
    let number = |option: &str| {
        let check = registry.find(CHECK);
        let set = config.checks.get(CHECK).and_then(|c| c.get(option)).cloned();
        let default = || check.and_then(|c| c.about.options.get(option)).map(|o| o.default.clone());
        set.or_else(default).and_then(|v| v.as_float().or_else(|| v.as_integer().map(|i| i as f64))).unwrap_or(0.0)
    };
    let stored = |k: RelationKind| matches!(k, RelationKind::Table | RelationKind::MaterializedView);
    let tables = snapshot.catalog.relations.values().filter(|r| stored(r.kind));
    let table_bytes = tables.map(|r| r.table_bytes.unwrap_or(r.pages * 8_192)).sum();
    let options = Options {
        limits: Limits { min_rows: number("min_rows"), max_columns: number("max_columns").clamp(1.0, 32.0) as usize },
        budget: config.advice.budget(table_bytes)?,
        max_indexes: config.advice.max_indexes,
        min_share: number("min_share"),
        min_gain: number("min_proven_gain").max(1.0),
        model,
        plans: config.advice.plans,
    };
    let (workload, _) = query::analyze_all(snapshot);
    let advice = search::advise(snapshot, &workload, &twin, &options, &|what| progress.say(&format!("twin: {what}"))).await?;
    let notes = twin.notes.iter().map(|n| format!("planner twin: {}: {}", one_line(&n.what), one_line(&n.because))).collect();
    twin.stop().await?;
    Ok(Proven::Advice(Box::new(advice), notes))
}
