//! After apply: are the findings cured, do the gates hold, is the catalog as the files make it?
//!
//! The last question is answered by a rehearsal: a sandbox with the live definitions takes the migrations back and runs them again. Where
//! that ends with another catalog than the live one, the database is not as its files say.

use std::collections::BTreeSet;

use serde::Serialize;

use super::ledger::Ledger;
use super::standing::Standing;
use super::step::{StepKind, steps};
use crate::connect::{Kind, Limits, Session, Target};
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::migration::set::{Migration, Script};
use crate::review::effect::{Stage, between};
use crate::snapshot::Snapshot;

/// Everything an output shows.
#[derive(Debug, Clone, Serialize)]
pub struct Verified {
    /// Version of dbharden.
    pub dbharden: String,
    /// Version of the server.
    pub server: String,
    /// The database.
    pub database: String,
    /// The migrations that were looked at.
    pub migrations: Vec<Line>,
    /// What could not be looked at.
    pub skipped: Vec<String>,
    /// How the catalog differs from what the files make: unified diffs.
    pub catalog: Vec<String>,
}

/// A migration.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The folder's name.
    pub name: String,
    /// Findings that it cured.
    pub cured: usize,
    /// Gates that hold.
    pub gates: usize,
    /// What is not as it should be.
    pub faults: Vec<String>,
}

impl Verified {
    /// Whether all is as it should be, as far as it could be looked at.
    pub fn is_clean(&self) -> bool {
        self.catalog.is_empty() && self.migrations.iter().all(|m| m.faults.is_empty())
    }
}

/// The applied migrations that the last command ran; with `all` every applied one.
///
/// # Errors
/// The ledger cannot be read, nothing is applied.
pub async fn applied<'m>(target: &Target, migrations: &'m [Migration], all: bool) -> Result<Vec<&'m Migration>> {
    let mut session = Session::for_definitions(target).await?;
    let (ledger, _) = Ledger::read(&mut session).await?;
    session.close().await;
    let standing = Standing::of(migrations, &ledger);
    let last = ledger.runs.last().map(|r| r.session.clone());
    let wanted = standing.applied.iter().filter(|(_, run)| all || Some(&run.session) == last.as_ref());
    let names: BTreeSet<&str> = wanted.map(|(m, _)| m.name.as_str()).collect();
    if names.is_empty() {
        return Err(Error::new("nothing to verify")
            .because("the last run of `dbharden apply` applied nothing here")
            .fix("`dbharden status` says what is applied; --all verifies all of it"));
    }
    Ok(migrations.iter().filter(|m| names.contains(m.name.as_str())).collect())
}

/// Looks at these migrations. `found`: fingerprints of what the checks find now.
///
/// # Errors
/// The database cannot be asked.
pub async fn verify(
    target: &Target,
    migrations: &[&Migration],
    snapshot: &Snapshot,
    found: &BTreeSet<String>,
    say: &dyn Fn(&str),
) -> Result<Verified> {
    say("asking the gates");
    let mut session = Session::for_definitions(target).await?;
    let mut verified = Verified {
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        server: format!("{}.{}", session.major(), session.server_version_num() % 10_000),
        database: target.database().to_owned(),
        migrations: Vec::new(),
        skipped: Vec::new(),
        catalog: Vec::new(),
    };
    for migration in migrations {
        let mut line = Line { name: migration.name.clone(), cured: 0, gates: 0, faults: Vec::new() };
        if let Some(plan) = &migration.plan {
            let left: Vec<&String> = plan.cures.iter().filter(|f| found.contains(*f)).collect();
            line.cured = plan.cures.len() - left.len();
            line.faults.extend(left.iter().map(|f| format!("the finding {f} is still there: `dbharden explain {f}`")));
            if plan.change.is_visible() && !plan.change.is_done(snapshot) {
                line.faults.push(format!("the database has not what it makes: {}", plan.title));
            }
            gates(&mut session, &migration.up, &mut line).await?;
        }
        verified.migrations.push(line);
    }
    session.close().await;
    say("rehearsing: undo and up again in a sandbox");
    match rehearsed(target, migrations).await {
        Ok(diffs) => verified.catalog = diffs,
        Err(e) => verified.skipped.push(format!("the catalog beside what the files make: {e}")),
    }
    Ok(verified)
}

/// Runs the gates of a file again, read only.
async fn gates(session: &mut Session, script: &Script, line: &mut Line) -> Result<()> {
    for step in steps(script)? {
        let piece = &script.pieces[step.first()];
        let is_gate = matches!(step.kind, StepKind::Transaction { .. }) && piece.sql.starts_with("DO $gate");
        if !is_gate {
            continue;
        }
        // one after a backfill reads the whole table
        let limits = Limits { statement: std::time::Duration::ZERO, ..Limits::default() };
        let mut tx = session.transaction_within(Kind::Now, &limits).await?;
        let result = tx.execute(&piece.sql).await;
        tx.rollback().await?;
        match result {
            Ok(()) => line.gates += 1,
            Err(e) if e.is_connection_lost() => return Err(e.into()),
            Err(e) => line.faults.push(format!("{}: its gate says: {}", piece.place(), one_line(&e.to_string()))),
        }
    }
    Ok(())
}

/// Takes the migrations back and runs them again on a copy of the definitions: how the live catalog differs from that.
async fn rehearsed(target: &Target, migrations: &[&Migration]) -> Result<Vec<String>> {
    let mut scripts: Vec<&Script> = Vec::new();
    for migration in migrations.iter().rev() {
        let down = migration.down.as_ref().ok_or_else(|| {
            Error::new(format!("{} cannot be taken back", migration.name)).because("it has no down.sql").fix("write one")
        })?;
        scripts.push(down);
    }
    scripts.extend(migrations.iter().map(|m| &m.up));
    let stage = Stage::of(target).await?;
    let after = stage.after_each(&scripts).await?;
    Ok(after.last().map(|made| between(made, &stage.before)).unwrap_or_default())
}
