//! Pending migrations tried out before they are deployed: their locks, rewrites, undo and second run, and what becomes of the
//! workload's plans.
//!
//! ```text
//! snapshot -> twin (before)
//!          -> empty copy -> pending files run in it -> catalog before and after -> trace
//!             each statement watched: locks, rewrites -> claims of plan.toml
//!          -> double of the copy -> each file once more -> second run, undo
//! original + trace -> snapshot (after) -> twin (after) -> every statement planned in both -> regressions
//! ```
//!
//! The copy is empty: what depends on rows, and how long anything takes, is not proven here.

mod after;
mod again;
mod alone;
mod causes;
mod claims;
mod copy;
mod duration;
mod locks;
pub mod outcome;
pub mod pending;
mod plans;
mod record;
mod regressions;
pub mod rehearsal;
mod retyped;
mod rewrites;
mod rows;
mod sizes;
mod trace;
mod trials;
mod undo;

pub use outcome::Outcome;
pub use record::record;

use crate::drift::files::Ran;
use crate::error::Result;
use crate::ident::{Ident, one_line};
use crate::migration::Layout;
use crate::report::ServerLine;
use crate::snapshot::{RelationKind, Snapshot, Subject};
use crate::twin::{self, Twin};
use causes::Changes;
use copy::{Copy, Runs};
use outcome::Skipped;
use pending::Pending;
use rehearsal::Again;
use trace::Trace;

/// What is asked for.
pub struct Request<'a> {
    /// The original.
    pub snapshot: &'a Snapshot,
    /// The files.
    pub pending: Pending,
    /// Whose they are.
    pub layout: Option<Layout>,
    /// The role that runs them; else the ledger's owner, else the database's.
    pub role: Option<Ident>,
    /// Least factor by which the cost of a statement must rise.
    pub min_rise: f64,
}

/// Rehearses.
///
/// # Errors
/// A pending migration fails, the snapshot lacks what a twin is made of, or there is no server.
pub async fn rehearse(request: Request<'_>, progress: &dyn Fn(&str)) -> Result<Outcome> {
    let Request { snapshot, pending, layout, role, min_rise } = request;
    let mut outcome = Outcome {
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        server: server(snapshot),
        migrations: pending.about.clone(),
        notes: pending.notes.clone(),
        skipped: pending.skipped.clone(),
        ..Outcome::default()
    };
    if pending.files.is_empty() {
        return Ok(outcome);
    }
    let owner = || snapshot.objects.as_ref().map(|o| o.owner.clone()).unwrap_or_default();
    let role = role.or_else(|| pending.owner.clone()).unwrap_or_else(owner);
    outcome.migrations.role = Some(role.raw().to_owned());
    progress("twin: today's database, and an empty copy of it");
    let (before, copy) = tokio::join!(Twin::build(snapshot, &|_| {}), Copy::make(snapshot));
    let (before, copy) = (before?, copy?);
    copy.prepare(snapshot, &role).await?;
    let start = copy.read().await?;
    copy.double(twin::DATABASE, trials::START).await?;
    progress("running the pending migrations in the copy");
    let runs = Runs { snapshot, layout, role: &role };
    let (ran, mut rehearsed) = copy.migrate(&pending, &runs).await?;
    let now = copy.read().await?;
    outcome.migrations.statements = ran.statements;
    outcome.migrations.server = Some(now.snapshot.server.version.clone());
    report_run(&ran, &mut outcome);
    progress("undo and second run");
    trials::run(&copy, &pending.files, &runs, &mut rehearsed).await?;
    claims::check(&pending.files, layout, &mut rehearsed)?;
    outcome.rehearsed = rehearsed;
    not_tried(&mut outcome);

    progress("twin: the database after them");
    let trace = Trace::new(&snapshot.catalog, &start.snapshot.catalog, &now.snapshot.catalog);
    let changed = after::snapshot(snapshot, (&start, &now), &trace, (&copy, &before), &mut outcome.notes).await?;
    let after = Twin::build(&changed, &|_| {}).await?;
    let notes = before.notes.iter().chain(&after.notes).chain(&copy.notes);
    outcome.notes.extend(notes.map(|n| format!("{}: {}", one_line(&n.what), one_line(&n.because))));

    progress("plans before and after");
    let objects = (start.objects()?, now.objects()?);
    let changes = Changes::new(&trace, objects, &pending.files);
    regressions::find((&before, snapshot), (&after, &changed), &changes, min_rise, &mut outcome).await?;
    unseen(snapshot, &mut outcome);
    outcome.notes.sort();
    outcome.notes.dedup();
    outcome.skipped.sort();
    outcome.skipped.dedup();
    for stopped in [before.stop().await, after.stop().await, copy.stop().await] {
        stopped?;
    }
    Ok(outcome)
}

fn server(snapshot: &Snapshot) -> ServerLine {
    let server = &snapshot.server;
    let is_table = |k: RelationKind| matches!(k, RelationKind::Table | RelationKind::PartitionedTable);
    let seen = !snapshot.unseen.iter().any(|u| u.subject == Subject::Workload);
    ServerLine {
        version: server.version.clone(),
        major: server.major(),
        database: server.database.clone(),
        in_recovery: server.in_recovery,
        taken_at: snapshot.taken_at,
        tables: snapshot.catalog.relations.values().filter(|r| is_table(r.kind)).count(),
        bytes: server.database_bytes,
        statements: seen.then_some(snapshot.workload.statements.len()),
        workload_since: snapshot.workload.since,
    }
}

/// What the files had that was not run.
fn report_run(ran: &Ran, outcome: &mut Outcome) {
    let skipped = |what: String, because: &str, cure: Option<&str>| Skipped {
        what,
        because: because.to_owned(),
        cure: cure.map(str::to_owned),
        acknowledged: false,
    };
    for note in &ran.notes {
        outcome.notes.push(format!("{}:{}: {}: {}", note.path.display(), note.line, note.what, note.because));
    }
    for role in &ran.stand_ins {
        outcome.notes.push(format!("role {} is named and nobody made it: one of that name stands in", Ident::new(&**role)));
    }
    for extension in &ran.missing_extensions {
        let what = format!("extension {}", Ident::new(&**extension));
        outcome.skipped.push(skipped(what, "the server installed here does not have it", Some("install it here")));
    }
    for n in &ran.not_built {
        outcome.skipped.push(skipped(format!("{}:{}: {}", n.path.display(), n.line, n.what), &n.because, None));
    }
}

/// What could not be tried of a file.
fn not_tried(outcome: &mut Outcome) {
    for file in &outcome.rehearsed {
        if let Again::NotTried { because } = &file.again {
            let what = format!("undo and second run of {}", one_line(&file.migration));
            outcome.skipped.push(Skipped { what, because: because.clone(), cure: None, acknowledged: false });
        }
    }
}

/// What the snapshot does not hold of the workload.
fn unseen(snapshot: &Snapshot, outcome: &mut Outcome) {
    let workload = &snapshot.workload;
    let missing = snapshot.unseen.iter().filter(|u| u.subject == Subject::Workload);
    outcome.skipped.extend(missing.map(|u| Skipped {
        what: "the workload".to_owned(),
        because: u.because.clone(),
        cure: u.cure.clone(),
        acknowledged: false,
    }));
    for (n, how) in [(workload.hidden, "hidden from the snapshot's role"), (workload.truncated, "cut off or missing")] {
        if n > 0 {
            outcome.skipped.push(Skipped {
                what: format!("{n} statements"),
                because: format!("their texts are {how}"),
                cure: None,
                acknowledged: false,
            });
        }
    }
}
