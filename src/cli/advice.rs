//! Index advice for the commands that report findings: proven in a planner twin where one can be had, else by the database itself.

use std::collections::BTreeSet;

use super::progress::Progress;
use crate::advise::search::candidates::Limits;
use crate::advise::search::{self, Advice, Options, Place};
use crate::advise::{self, Thresholds};
use crate::check::Registry;
use crate::config::Config;
use crate::connect::Target;
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::original::{self, Original, Today};
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
    /// There is no twin and the database is not asked, and why.
    Without(String),
    /// The advice, and what must be known of it: in what the twin is not as the original.
    Advice(Box<Advice>, Vec<String>),
    /// Plans of today from the database, and what must be known of them.
    Today(Today, Vec<String>),
}

impl Proven {
    /// The advice, if there is any.
    pub fn get(&self) -> Option<&Advice> {
        match self {
            Proven::Advice(advice, _) => Some(advice),
            _ => None,
        }
    }

    /// Plans of today, where the database was asked for them alone.
    pub fn today(&self) -> Option<&Today> {
        match self {
            Proven::Today(today, _) => Some(today),
            _ => None,
        }
    }

    /// What a reader must know of it.
    pub fn notes(&self) -> Vec<String> {
        match self {
            Proven::None => Vec::new(),
            Proven::Without(why) => vec![format!("indexes are ranked by a cost model, no planner twin proves them: {why}")],
            Proven::Advice(_, notes) | Proven::Today(_, notes) => notes.clone(),
        }
    }
}

/// What is to be proven, and how.
pub struct Asked<'a> {
    /// The database and its workload.
    pub snapshot: &'a Snapshot,
    /// All settings.
    pub config: &'a Config,
    /// The checks.
    pub registry: &'a Registry,
    /// How sizes are reckoned.
    pub model: SizeModel,
    /// The database itself, if it may be asked where no twin can be built; else why not.
    pub original: std::result::Result<&'a Target, &'static str>,
}

/// Builds the twin and searches; asks the database where there is none.
///
/// # Errors
/// A setting that cannot be used, or the twin breaks while it works.
pub async fn prove(asked: &Asked<'_>, progress: &Progress) -> Result<Proven> {
    let snapshot = asked.snapshot;
    if snapshot.workload.statements.is_empty() {
        return Ok(Proven::None);
    }
    let options = asked.options()?;
    if snapshot.objects.is_none() || snapshot.planner.is_none() {
        return Ok(Proven::Without("this snapshot holds no definitions; one taken anew does".to_owned()));
    }
    let twin = match Twin::build(snapshot, &|what| progress.say(&format!("twin: {what}"))).await {
        Ok(twin) => twin,
        Err(e) => return Ok(of_original(asked, &options, &first_line(&e), progress).await),
    };
    let (workload, _) = query::analyze_all(snapshot);
    let told = |what: &str| progress.say(&format!("twin: {what}"));
    let advice = search::advise(snapshot, &workload, Place::Twin(&twin), &options, &told).await?;
    let notes = twin.notes.iter().map(|n| format!("planner twin: {}: {}", one_line(&n.what), one_line(&n.because))).collect();
    twin.stop().await?;
    Ok(Proven::Advice(Box::new(advice), notes))
}

/// Plans from the database itself. Whatever fails there, the cost model is left.
async fn of_original(asked: &Asked<'_>, options: &Options, no_twin: &str, progress: &Progress) -> Proven {
    let target = match asked.original {
        Ok(target) => target,
        Err(why) => return Proven::Without(format!("{no_twin}; {why}")),
    };
    progress.say("asking the database for plans");
    match ask(asked, options, target, no_twin, progress).await {
        Ok(proven) => proven,
        Err(e) => Proven::Without(format!("{no_twin}; the database was asked in its place: {}", one_line(&e.to_string()))),
    }
}

async fn ask(asked: &Asked<'_>, options: &Options, target: &Target, no_twin: &str, progress: &Progress) -> Result<Proven> {
    let snapshot = asked.snapshot;
    let (workload, _) = query::analyze_all(snapshot);
    let mut original = Original::connect(target, asked.config.advice.plans).await?;
    let Some(no_hypopg) = original.without_hypopg.clone() else {
        let told = |what: &str| progress.say(&format!("plans of the database: {what}"));
        let advice = search::advise(snapshot, &workload, Place::Original(Box::new(original)), options, &told).await?;
        let mut notes = vec![format!(
            "indexes are proven by HypoPG on the database itself ({} plans, for unknown values): no planner twin: {no_twin}",
            advice.plans
        )];
        if let Some((_, why)) = advice.not_planned.first() {
            let n = advice.not_planned.len();
            notes.push(format!("{n} statements could not be planned there and are ranked by the cost model: {}", one_line(why)));
        }
        return Ok(Proven::Advice(Box::new(advice), notes));
    };
    let number = |option: &str| asked.number(option);
    let thresholds = Thresholds {
        min_rows: number("min_rows"),
        min_gain: number("min_gain"),
        min_pages: number("min_pages"),
        min_share: number("min_share"),
        max_columns: options.limits.max_columns,
    };
    let proposals = advise::missing_indexes(&workload, &snapshot.catalog, &thresholds);
    let places: BTreeSet<usize> = proposals.iter().flat_map(|p| p.helps.iter().map(|h| h.0)).collect();
    let today = original::today(&mut original, snapshot, &workload, &places).await;
    let plans = original.asked;
    original.close().await;
    let today = today?;
    let mut notes = vec![format!(
        "what is missing is shown by EXPLAIN on the database ({plans} plans of today), what an index would change is a cost model's \
         guess: no planner twin: {no_twin}; no HypoPG: {no_hypopg}"
    )];
    if let Some((n, why)) = today.refused() {
        notes.push(format!("{n} statements could not be planned there and are ranked by the cost model: {}", one_line(why)));
    }
    Ok(Proven::Today(today, notes))
}

fn first_line(e: &Error) -> String {
    one_line(e.to_string().lines().next().unwrap_or_default())
}

impl Asked<'_> {
    /// An option of the check.
    fn number(&self, option: &str) -> f64 {
        let set = self.config.checks.get(CHECK).and_then(|c| c.get(option)).cloned();
        let default = || self.registry.find(CHECK).and_then(|c| c.about.options.get(option)).map(|o| o.default.clone());
        set.or_else(default).and_then(|v| v.as_float().or_else(|| v.as_integer().map(|i| i as f64))).unwrap_or(0.0)
    }

    fn options(&self) -> Result<Options> {
        let advice = &self.config.advice;
        let stored = |k: RelationKind| matches!(k, RelationKind::Table | RelationKind::MaterializedView);
        let tables = self.snapshot.catalog.relations.values().filter(|r| stored(r.kind));
        let table_bytes = tables.map(|r| r.table_bytes.unwrap_or(r.pages * 8_192)).sum();
        let max_columns = self.number("max_columns").clamp(1.0, 32.0) as usize;
        Ok(Options {
            // who names a budget leaves the choice to the search
            limits: Limits { min_rows: self.number("min_rows"), max_columns, widen_keys: advice.index_budget.is_some() },
            budget: advice.budget(table_bytes)?,
            max_indexes: advice.max_indexes,
            min_share: self.number("min_share"),
            min_gain: self.number("min_proven_gain").max(1.0),
            model: self.model,
            plans: advice.plans,
        })
    }
}
