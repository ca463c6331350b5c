//! Running migrations so that nobody notices, and so that whatever interrupts it, the same command goes on.
//!
//! `standing` compares the files with the ledger, `preflight` refuses what could not end well, `step` cuts a file into what runs together,
//! `file` runs it: `retry` for transactions, `concurrent` for what cannot be in one, `backfill` for long data moves, `resume` for what an
//! interrupted run has left. Nothing is trusted that the database can be asked about.

pub mod backfill;
mod concurrent;
mod event;
mod file;
mod forget;
pub mod ledger;
mod lock;
mod outcome;
mod preflight;
mod resume;
mod retry;
mod session;
pub mod standing;
pub mod status;
mod step;
mod stop;
pub mod verify;

use std::time::{Duration, Instant};

pub use event::{Event, Progress, Show};
pub use file::Unknown;
pub use forget::forget;
pub use outcome::{Applied, Outcome, RanStep, Status, Stopped};
pub use stop::Stop;

use crate::config::ApplySettings;
use crate::connect::Target;
use crate::error::{Error, Result};
use crate::migration::set::{Migration, Script};
use crate::report::plural;
use crate::review::{Review, Verdict};
use file::{Halt, Runner, note};
use ledger::{Direction, Ledger, NewRun, State};
use session::{Watch, Worker};
use standing::Standing;
use step::Step;

/// What is asked for.
pub struct Request<'a> {
    /// The database.
    pub target: Target,
    /// The files of the directory.
    pub migrations: &'a [Migration],
    /// Who approved what.
    pub review: &'a Review,
    /// Who runs it.
    pub person: String,
    /// What to run.
    pub what: What,
    /// Run also what nobody approved.
    pub allow_unreviewed: bool,
    /// Run also what comes before an applied one.
    pub out_of_order: bool,
    /// Run nothing.
    pub dry_run: bool,
    /// How long another run is waited for.
    pub wait: Duration,
    /// What to do about a statement of which nobody knows whether it ran to its end.
    pub unknown: Option<Unknown>,
    /// `[apply]`
    pub settings: ApplySettings,
    /// `lock_timeout` where the file has none, milliseconds.
    pub lock_ms: u32,
    /// What was typed, without what to run.
    pub typed: String,
}

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// All that is pending, or up to this one.
    Up(Option<String>),
    /// The `down.sql` of the last ones.
    Undo(usize),
}

/// One file that is to run.
struct Job<'a> {
    migration: &'a Migration,
    script: &'a Script,
    direction: Direction,
    steps: Vec<Step>,
    /// The run that began it.
    begun: Option<i64>,
    approval: Option<String>,
}

/// Runs what is asked for. `confirm` is asked once, after all that could be refused was, with what would run.
///
/// # Errors
/// It was refused before anything ran. What stops later is part of the outcome.
pub async fn run(
    request: &Request<'_>,
    stop: &Stop,
    show: Show<'_>,
    confirm: &(dyn Fn(&Outcome) -> Result<bool> + Sync),
) -> Result<Outcome> {
    let mut worker = Worker::open(&request.target).await?;
    let (ledger, access) = Ledger::read(worker.session()).await?;
    let jobs = jobs(request, &ledger)?;
    access.check()?;
    preflight::rights(&mut worker, &jobs).await?;
    for job in &jobs {
        standing_of(&mut worker, job).await?; // a changed statement is refused before anything runs
    }
    let mut outcome = Outcome {
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        server: format!("{}.{}", worker.session().major(), worker.session().server_version_num() % 10_000),
        database: request.target.database().to_owned(),
        migrations: jobs.iter().map(planned).collect(),
        stopped: None,
        dry_run: request.dry_run,
        notes: notes(request, &jobs),
    };
    if request.dry_run || jobs.is_empty() || !confirm(&outcome)? {
        worker.close().await;
        outcome.dry_run |= !jobs.is_empty();
        return Ok(outcome);
    }
    let mut watch = Watch::open(&request.target, worker.pid()).await?;
    lock::take(&mut worker, &mut watch, request.wait, stop, show).await?;
    // another run may have come and gone before we had the lock
    let (again, access) = Ledger::read(worker.session()).await?;
    if again.runs != ledger.runs {
        return Err(Error::new("another `dbharden apply` ran meanwhile")
            .because("the ledger is not as it was when this run was planned")
            .fix("run the same command again"));
    }
    if let Some(sql) = access.create() {
        worker
            .send(&format!("BEGIN;\nSET LOCAL lock_timeout = '5s';\n{sql};\nCOMMIT"))
            .await
            .map_err(|f| session::lost("cannot make the ledger", &f))?;
    }
    let session = format!("{}-{}", worker.pid(), time::OffsetDateTime::now_utc().unix_timestamp());
    let mut runner = Runner {
        worker,
        watch,
        stop: stop.clone(),
        show,
        settings: request.settings.clone(),
        lock_ms: request.lock_ms,
        unknown: request.unknown,
    };
    for (done, (job, applied)) in jobs.iter().zip(&mut outcome.migrations).enumerate() {
        let (name, started) = (title(job), Instant::now());
        show(Event::Migration { title: name.clone(), resumed: job.begun.is_some() });
        let result = one(&mut runner, job, request, &session, applied).await;
        applied.seconds = started.elapsed().as_secs_f64();
        if let Err(halt) = result {
            applied.status = Status::Stopped;
            outcome.stopped = Some(Stopped {
                migration: job.migration.name.clone(),
                statement: halt.position + 1,
                because: halt.error.to_string(),
                asked: halt.asked,
                resume: resume_command(request, done),
            });
            break;
        }
        applied.status = Status::Done;
        show(Event::Done { title: name, seconds: applied.seconds });
    }
    for left in outcome.migrations.iter_mut().filter(|m| m.status == Status::Planned) {
        left.status = Status::NotReached;
    }
    runner.watch.close().await;
    runner.worker.close().await;
    Ok(outcome)
}

/// One file, from its record in the ledger to its end.
async fn one(
    runner: &mut Runner<'_>,
    job: &Job<'_>,
    request: &Request<'_>,
    session: &str,
    applied: &mut Applied,
) -> std::result::Result<(), Halt> {
    let halt = |error: Error| Halt { position: 0, error, asked: false };
    let new = NewRun {
        migration: &job.migration.name,
        direction: job.direction,
        hash: &job.script.hash,
        session,
        person: &request.person,
        approval: job.approval.as_deref(),
    };
    let (run, standing) = match job.begun {
        Some(run) => {
            let standing = standing_of(&mut runner.worker, job).await.map_err(halt)?;
            runner.worker.send(&new.again(run)).await.map_err(|f| halt(session::lost("cannot write the ledger", &f)))?;
            (run, standing)
        }
        None => (note(&mut runner.worker, &new.begin()).await.map_err(halt)?, resume::Standing::default()),
    };
    applied.steps.clear();
    runner.file(job.script, &job.steps, run, &standing, &mut applied.steps).await
}

async fn standing_of(worker: &mut Worker, job: &Job<'_>) -> Result<resume::Standing> {
    match job.begun {
        Some(run) => resume::Standing::of(job.script, &ledger::recorded(worker.session(), run).await?),
        None => Ok(resume::Standing::default()),
    }
}

/// What is to run, in order.
fn jobs<'a>(request: &Request<'a>, ledger: &Ledger) -> Result<Vec<Job<'a>>> {
    let standing = Standing::of(request.migrations, ledger);
    let chosen: Vec<(&Migration, Direction)> = match &request.what {
        What::Up(to) => {
            standing.refuse_faults(request.out_of_order)?;
            if let Some(run) = standing.half_undone() {
                return Err(Error::new(format!("the undo of {} is half-way", run.migration))
                    .because(run.error.clone().unwrap_or_else(|| "it was interrupted".to_owned()))
                    .fix("finish it first: dbharden apply --undo 1"));
            }
            // the half-way ones are the first: nothing runs behind an unfinished one
            let mut names: Vec<&Migration> =
                standing.half.iter().map(|(m, _)| *m).chain(standing.pending.iter().copied()).collect();
            names.sort_by(|a, b| a.name.cmp(&b.name));
            if let Some(to) = to {
                let at =
                    request.migrations.iter().position(|m| m.name == *to || m.name.split('_').next() == Some(to)).ok_or_else(
                        || {
                            Error::new(format!("no migration is called {}", crate::ident::one_line(to)))
                                .fix("`dbharden status` lists them")
                        },
                    )?;
                names.retain(|m| m.name <= request.migrations[at].name);
            }
            names.into_iter().map(|m| (m, Direction::Up)).collect()
        }
        What::Undo(n) => standing.last(*n, ledger)?.into_iter().map(|(m, _)| (m, Direction::Down)).collect(),
    };
    let mut jobs = Vec::new();
    let mut unapproved: Vec<String> = Vec::new();
    for (migration, direction) in chosen {
        let migration = request.migrations.iter().find(|m| m.name == migration.name).unwrap_or(&request.migrations[0]);
        let approval = match request.review.of(migration)? {
            Verdict::Approved(by) => Some(by),
            Verdict::Rejected(why) => {
                return Err(Error::new(format!("{} was rejected", migration.name))
                    .because(why)
                    .fix("delete its folder, or have it approved: dbharden review --approve NAME --reason ..."));
            }
            Verdict::Missing(why) => {
                unapproved.push(format!("{}: {why}", migration.name));
                None
            }
        };
        let script = match direction {
            Direction::Up => &migration.up,
            Direction::Down => migration.down.as_ref().unwrap_or(&migration.up),
        };
        let begun = match ledger.state(&migration.name) {
            State::Half(run) if run.direction == direction => Some(run.id),
            _ => None,
        };
        jobs.push(Job { migration, script, direction, steps: step::steps(script)?, begun, approval });
    }
    if !unapproved.is_empty() && !request.allow_unreviewed {
        let (n, verb) = (unapproved.len(), if unapproved.len() == 1 { "is" } else { "are" });
        let shown: Vec<String> = unapproved.iter().take(5).cloned().collect();
        let more = if n > 5 { format!("; and {} more", n - 5) } else { String::new() };
        return Err(Error::new(format!("{} {verb} not approved", plural(n, "migration")))
            .because(format!("{}{more}", shown.join("; ")))
            .fix(request.review.cure()));
    }
    Ok(jobs)
}

/// What to type to go on after so many are done.
fn resume_command(request: &Request<'_>, done: usize) -> String {
    match &request.what {
        What::Up(None) => request.typed.clone(),
        What::Up(Some(to)) => format!("{} --to {}", request.typed, crate::cli::shell_word(to)),
        What::Undo(n) => format!("{} --undo {}", request.typed, n - done),
    }
}

fn planned(job: &Job<'_>) -> Applied {
    let steps = job.steps.iter().filter(|s| !matches!(s.kind, step::StepKind::Setting));
    Applied {
        name: job.migration.name.clone(),
        title: job.migration.plan.as_ref().map(|p| p.title.clone()),
        direction: job.direction,
        hash: job.script.hash.clone(),
        approval: job.approval.clone(),
        status: Status::Planned,
        resumed: job.begun.is_some(),
        statements: job.script.pieces.len(),
        steps: steps
            .map(|s| RanStep {
                position: s.first() + 1,
                kind: s.kind.name(),
                statement: s.title(job.script),
                tries: 0,
                seconds: 0.0,
            })
            .collect(),
        seconds: 0.0,
    }
}

fn title(job: &Job<'_>) -> String {
    match job.direction {
        Direction::Up => job.migration.name.clone(),
        Direction::Down => format!("undo of {}", job.migration.name),
    }
}

fn notes(request: &Request<'_>, jobs: &[Job<'_>]) -> Vec<String> {
    let unapproved = jobs.iter().filter(|j| j.approval.is_none()).count();
    if unapproved == 0 || !request.allow_unreviewed {
        return Vec::new();
    }
    vec![format!("NOT REVIEWED: {} nobody approved (--allow-unreviewed); the ledger records it", plural(unapproved, "migration"))]
}
