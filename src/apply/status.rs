//! What is applied, half-way, pending, approved, and what is not as it should be. Reads only, also through a pooler.

use serde::Serialize;

use super::ledger::{Direction, Ledger, Run};
use super::standing::{Fault, Standing};
use crate::connect::{Session, Target};
use crate::error::Result;
use crate::migration::set::Migration;
use crate::review::{Review, Verdict};

/// Everything an output shows.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Version of dbharden.
    pub dbharden: String,
    /// Version of the server.
    pub server: String,
    /// The database.
    pub database: String,
    /// Who approves: `origin/main`, `reviews.toml`.
    pub review: String,
    /// The files of the directory, in order.
    pub migrations: Vec<Line>,
    /// What is not as it should be.
    pub faults: Vec<FaultLine>,
    /// Counts.
    pub summary: Summary,
}

/// A migration.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The folder's name.
    pub name: String,
    /// What it does, where `plan.toml` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How it stands.
    pub state: State,
    /// Who approved it as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// Why it is not approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_approved: Option<String>,
    /// Its last run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunLine>,
}

/// How a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Applied.
    Applied,
    /// Begun and not finished.
    HalfWay,
    /// Its undo was begun and not finished.
    HalfUndone,
    /// Not applied.
    Pending,
    /// Rejected in the review, and not applied.
    Rejected,
}

/// A run of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct RunLine {
    /// When it began.
    pub started_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// How long it took, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// The role.
    pub role: String,
    /// The person.
    pub person: String,
    /// The version of dbharden.
    pub version: String,
    /// Who had approved it; empty where nobody had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// Why it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What is not as it should be.
#[derive(Debug, Clone, Serialize)]
pub struct FaultLine {
    /// The migration.
    pub migration: String,
    /// `edited`, `missing`, `reordered`
    pub kind: &'static str,
    /// Why it is refused.
    pub because: String,
    /// What to do.
    pub fix: String,
}

/// Counts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Applied.
    pub applied: usize,
    /// Begun and not finished.
    pub half_way: usize,
    /// Not applied.
    pub pending: usize,
    /// Of the pending ones, those that nobody approved.
    pub unapproved: usize,
    /// Rejected.
    pub rejected: usize,
    /// Faults.
    pub faults: usize,
}

impl Summary {
    /// Whether there is something to do.
    pub fn is_clean(&self) -> bool {
        self.half_way + self.pending + self.faults == 0
    }
}

/// Reads the ledger beside the files.
///
/// # Errors
/// The database or the ledger cannot be read.
pub async fn status(target: &Target, migrations: &[Migration], review: &Review) -> Result<Status> {
    let mut session = Session::for_definitions(target).await?;
    let (ledger, _) = Ledger::read(&mut session).await?;
    let server = format!("{}.{}", session.major(), session.server_version_num() % 10_000);
    session.close().await;
    let standing = Standing::of(migrations, &ledger);
    let mut lines = Vec::new();
    for migration in migrations {
        let run = standing.applied.iter().chain(&standing.half).find(|(m, _)| m.name == migration.name).map(|(_, r)| *r);
        let mut state = match run {
            None => State::Pending,
            Some(Run { ended_at: Some(_), .. }) => State::Applied,
            Some(Run { direction: Direction::Down, .. }) => State::HalfUndone,
            Some(_) => State::HalfWay,
        };
        let (mut approval, mut not_approved) = (None, None);
        match review.of(migration)? {
            Verdict::Approved(by) => approval = Some(by),
            Verdict::Missing(why) => not_approved = Some(why),
            Verdict::Rejected(why) => {
                not_approved = Some(why);
                state = if state == State::Pending { State::Rejected } else { state };
            }
        }
        lines.push(Line {
            name: migration.name.clone(),
            title: migration.plan.as_ref().map(|p| p.title.clone()),
            state,
            approval,
            not_approved,
            run: run.map(line),
        });
    }
    let count = |wanted: State| lines.iter().filter(|l| l.state == wanted).count();
    let summary = Summary {
        applied: count(State::Applied),
        half_way: count(State::HalfWay) + count(State::HalfUndone),
        pending: count(State::Pending),
        unapproved: lines.iter().filter(|l| l.state == State::Pending && l.approval.is_none()).count(),
        rejected: count(State::Rejected),
        faults: standing.faults.len(),
    };
    Ok(Status {
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        server,
        database: target.database().to_owned(),
        review: review.branch.as_ref().map_or_else(|| crate::review::FILE_NAME.to_owned(), |b| b.name.clone()),
        migrations: lines,
        faults: standing.faults.iter().map(fault).collect(),
        summary,
    })
}

fn line(run: &Run) -> RunLine {
    RunLine {
        started_at: run.started_at.clone(),
        ended_at: run.ended_at.clone(),
        seconds: run.seconds,
        role: run.role.clone(),
        person: run.person.clone(),
        version: run.version.clone(),
        approval: run.approval.clone(),
        error: run.error.clone(),
    }
}

fn fault(fault: &Fault) -> FaultLine {
    FaultLine { migration: fault.migration().to_owned(), kind: fault.kind(), because: fault.because(), fix: fault.fix() }
}
