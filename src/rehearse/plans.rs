//! A statement planned in both twins, with the same values.

use crate::advise::search::questions;
use crate::error::{Error, Result};
use crate::query::{self, Analyzed, Resolver, StatementKind};
use crate::snapshot::Snapshot;
use crate::twin::planner::{Explained, Question};
use crate::twin::sessions::{As, Side};

/// What came of it.
pub enum Verdict {
    /// It changes nothing that a planner knows of.
    None,
    /// It could not be planned before either: why.
    NotPlanned(String),
    /// It could.
    Planned(Box<Planned>),
}

/// A statement that could be planned.
pub struct Planned {
    /// As whom.
    pub who: As,
    /// Mean cost of a call before.
    pub cost_before: f64,
    /// The plan whose cost rises most, before.
    pub before: Explained,
    /// After the migrations.
    pub after: After,
}

/// After the migrations.
pub enum After {
    /// The server refuses it: why.
    Fails(String),
    /// It is planned.
    Plan {
        /// Mean cost of a call.
        cost: f64,
        /// The plan whose cost rises most.
        plan: Explained,
        /// What the server says to a client that declares the types that the parameters had.
        typed: Option<String>,
    },
}

type Asked = Vec<(f64, Question, Explained)>;

/// Plans a statement before and after.
///
/// # Errors
/// A twin is gone.
pub async fn of_statement(
    before: &mut Side<'_>,
    after: &mut Side<'_>,
    analyzed: &Analyzed<'_>,
    snapshot: &Snapshot,
    who: As,
) -> Result<Verdict> {
    if analyzed.analysis.kind == StatementKind::Utility {
        return Ok(Verdict::None);
    }
    let mut who = who;
    let mut asked = ask_before(before, &who, analyzed, snapshot).await?;
    if asked.is_err() && who != As::Superuser {
        // a role that lacks rights in the twin, as a former superuser does
        let again = ask_before(before, &As::Superuser, analyzed, snapshot).await?;
        if again.is_ok() {
            (who, asked) = (As::Superuser, again);
        }
    }
    let asked = match asked {
        Ok(asked) => asked,
        Err(why) => return Ok(Verdict::NotPlanned(why)),
    };
    // as it was asked before: whoever sends it has a search path of its own
    let resolver = Resolver::new(&snapshot.catalog, query::search_path(&snapshot.server.search_path));
    let text = query::qualified(analyzed.text(), &resolver);
    let share: f64 = asked.iter().map(|(w, ..)| w).sum();
    let mean = |costs: &mut dyn Iterator<Item = (f64, f64)>| costs.map(|(w, c)| w * c).sum::<f64>() / share;
    let cost_before = mean(&mut asked.iter().map(|(w, _, plan)| (*w, plan.cost)));
    let (after, shown) = match ask_after(after, &who, &asked, &text).await? {
        Err(why) => (After::Fails(why), 0),
        Ok((plans, typed)) => {
            let cost = mean(&mut asked.iter().zip(&plans).map(|((w, ..), plan)| (*w, plan.cost)));
            let rise = |i: &usize| asked[*i].0 * (plans[*i].cost - asked[*i].2.cost);
            // of equals the first
            let shown = (0..plans.len()).rev().max_by(|a, b| rise(a).total_cmp(&rise(b))).unwrap_or(0);
            (After::Plan { cost, plan: plans[shown].clone(), typed }, shown)
        }
    };
    let before = asked[shown].2.clone();
    Ok(Verdict::Planned(Box::new(Planned { who, cost_before, before, after })))
}

/// Its questions and their plans, those that the server refuses left out; the reason where that is all.
async fn ask_before(
    side: &mut Side<'_>,
    who: &As,
    analyzed: &Analyzed<'_>,
    snapshot: &Snapshot,
) -> Result<std::result::Result<Asked, String>> {
    let planner = match side.planner(who).await? {
        Ok(planner) => planner,
        Err(why) => return Ok(Err(why)),
    };
    let resolver = Resolver::new(&snapshot.catalog, query::search_path(&snapshot.server.search_path));
    let questions = match questions(planner, analyzed, &resolver, snapshot).await {
        Ok((questions, _)) => questions,
        Err(e) => return Ok(Err(reason(&e))),
    };
    let (mut asked, mut refused) = (Vec::new(), "it asks nothing".to_owned());
    for (weight, question) in questions {
        match planner.ask(&question).await? {
            Ok(plan) => asked.push((weight, question, plan)),
            Err(why) => refused = why,
        }
    }
    Ok(if asked.is_empty() { Err(refused) } else { Ok(asked) })
}

type Answered = std::result::Result<(Vec<Explained>, Option<String>), String>;

async fn ask_after(after: &mut Side<'_>, who: &As, asked: &Asked, text: &str) -> Result<Answered> {
    let planner = match after.planner(who).await? {
        Ok(planner) => planner,
        Err(why) => return Ok(Err(why)),
    };
    let (mut again, mut typed) = (None, None);
    if let Some(prepared) = asked.first().and_then(|(_, question, _)| question.prepared()) {
        let declared = match planner.prepare_as(text, &prepared.types).await {
            // a type that has another name now is the same to a client
            Err(e) if !prepared.types.is_empty() => {
                typed = (!planner.lacks_type(&prepared.types).await?).then(|| reason(&e));
                planner.prepare(text).await
            }
            other => other,
        };
        match declared {
            Ok(prepared) => again = Some(prepared),
            Err(e) => return Ok(Err(reason(&e))),
        }
    }
    let mut plans = Vec::new();
    for (_, question, _) in asked {
        let question = again.as_ref().map_or_else(|| question.clone(), |prepared| question.of(prepared));
        match planner.ask(&question).await? {
            Ok(plan) => plans.push(plan),
            Err(why) => return Ok(Err(why)),
        }
    }
    Ok(Ok((plans, typed)))
}

/// What the server said.
fn reason(error: &Error) -> String {
    error.why().unwrap_or(error.what()).to_owned()
}
