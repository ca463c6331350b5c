//! From steps of a plan to the bytes of the files. Pure: the same snapshot gives the same bytes.

use time::OffsetDateTime;

use super::folder::{CuredFinding, PlanFile, PlannedStatement, STAMP};
use super::header;
use crate::check::Finding;
use crate::error::{Context, Result};
use crate::hash;
use crate::plan::{Statement, Step, Timeouts};
use crate::snapshot::Snapshot;

/// Version of `plan.toml`. A later one is refused: what it means is not known here.
pub(super) const FORMAT: u32 = 1;

/// The three files of a migration, not yet written.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Name of the folder.
    pub name: String,
    /// `up.sql`.
    pub up: String,
    /// `down.sql`.
    pub down: String,
    /// `plan.toml`.
    pub plan: PlanFile,
}

/// Renders a step. The time in its name is the snapshot's; `position` is added to it.
///
/// # Errors
/// When the time is out of any calendar's range.
pub fn render(step: &Step, findings: &[Finding], snapshot: &Snapshot, position: usize) -> Result<Rendered> {
    let at =
        OffsetDateTime::from_unix_timestamp(snapshot.taken_at + position as i64).context("the snapshot has no usable time")?;
    let stamp = at.format(STAMP).context("the snapshot has no usable time")?;
    let cured = cured_by(step, findings);
    let up = file(&header::up(step, &cured, "down.sql"), &step.up, snapshot.server.major());
    let down = file(&header::down(step), &step.down, snapshot.server.major());
    let plan = PlanFile {
        format: FORMAT,
        key: step.change.key(),
        title: crate::ident::one_line(&step.change.title()),
        cures: step.cures.clone(),
        findings: cured.iter().map(|f| CuredFinding { check: f.check.clone(), object: f.object.clone() }).collect(),
        up_hash: hash::hash(&[&up]),
        down_hash: hash::hash(&[&down]),
        change: step.change.clone(),
        up: step.up.iter().map(planned).collect(),
        down: step.down.iter().map(planned).collect(),
        rehearsed: None,
    };
    Ok(Rendered { name: format!("{stamp}_{}", step.change.slug()), up, down, plan })
}

/// The findings that a step cures.
pub(super) fn cured_by<'f>(step: &Step, findings: &'f [Finding]) -> Vec<&'f Finding> {
    findings.iter().filter(|f| step.cures.contains(&f.fingerprint)).collect()
}

/// A file runs as it is under `psql -v ON_ERROR_STOP=1 -f`: each statement with the timeouts it needs, whatever role and database set.
pub(super) fn file(header: &str, statements: &[Statement], major: u32) -> String {
    let mut out = header.to_owned();
    if statements.is_empty() {
        out.push_str("\n-- Nothing to do.\n");
        return out;
    }
    let mut settings = vec!["lock_timeout", "statement_timeout"];
    let mut set = |out: &mut String, name, value: &str| {
        out.push_str(&format!("SET {name} = {value};\n"));
        settings.push(name);
    };
    out.push('\n');
    if statements.iter().any(|s| !s.sql.is_ascii()) {
        set(&mut out, "client_encoding", "'UTF8'");
    }
    if statements.iter().any(|s| s.sql.contains('\\')) {
        set(&mut out, "standard_conforming_strings", "on");
    }
    if major >= 17 {
        set(&mut out, "transaction_timeout", "0");
    }
    let mut timeouts: Option<Timeouts> = None;
    for statement in statements {
        if timeouts != Some(statement.timeouts) {
            if timeouts.is_some() {
                out.push('\n');
            }
            out.push_str(&format!("SET lock_timeout = {};\n", milliseconds(statement.timeouts.lock_ms)));
            out.push_str(&format!("SET statement_timeout = {};\n", milliseconds(statement.timeouts.statement_ms)));
            timeouts = Some(statement.timeouts);
        }
        let said = header::statement(statement);
        let gap = if said.is_empty() { "" } else { "\n" };
        out.push_str(&format!("\n{said}{gap}{};\n", statement.sql));
    }
    // the session may be a runner's, which goes on with the next file
    out.push('\n');
    for name in settings {
        out.push_str(&format!("RESET {name};\n"));
    }
    out
}

/// A timeout as SQL writes it.
pub(super) fn milliseconds(ms: u32) -> String {
    if ms == 0 { "0".to_owned() } else { format!("'{ms}ms'") }
}

fn planned(statement: &Statement) -> PlannedStatement {
    PlannedStatement {
        hash: hash::hash(&[&statement.sql])[..16].to_owned(),
        lock: statement.lock.as_ref().map(|l| l.mode),
        locks: statement.lock.as_ref().map(|l| l.relation.clone()),
        timeouts: statement.timeouts,
        in_transaction: statement.in_transaction,
        hazards: statement.hazards.clone(),
    }
}
