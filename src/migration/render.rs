//! From steps of a plan to the bytes of the files. Pure: the same snapshot gives the same bytes.

use time::OffsetDateTime;
use time::macros::format_description;

use super::folder::{PlanFile, PlannedStatement};
use super::header;
use crate::check::Finding;
use crate::error::{Context, Result};
use crate::hash;
use crate::plan::{Statement, Step, Timeouts};

/// Version of `plan.toml`.
const FORMAT: u32 = 1;

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

/// Renders a step. `taken_at` is the snapshot's time, seconds since 1970; `position` is added to it.
///
/// # Errors
/// When the time is out of any calendar's range.
pub fn render(step: &Step, findings: &[Finding], taken_at: i64, position: usize) -> Result<Rendered> {
    let at = OffsetDateTime::from_unix_timestamp(taken_at + position as i64).context("the snapshot has no usable time")?;
    let stamp =
        at.format(format_description!("[year][month][day][hour][minute][second]")).context("the snapshot has no usable time")?;
    let cured: Vec<&Finding> = findings.iter().filter(|f| step.cures.contains(&f.fingerprint)).collect();
    let up = file(&header::up(step, &cured), &step.up);
    let down = file(&header::down(step), &step.down);
    let plan = PlanFile {
        format: FORMAT,
        key: step.change.key(),
        title: crate::ident::one_line(&step.change.title()),
        cures: step.cures.clone(),
        up_hash: hash::hash(&[&up]),
        down_hash: hash::hash(&[&down]),
        change: step.change.clone(),
        up: step.up.iter().map(planned).collect(),
        down: step.down.iter().map(planned).collect(),
    };
    Ok(Rendered { name: format!("{stamp}_{}", step.change.slug()), up, down, plan })
}

/// A file runs as it is under `psql -v ON_ERROR_STOP=1 -f`: each statement with the timeouts it needs.
fn file(header: &str, statements: &[Statement]) -> String {
    let mut out = header.to_owned();
    let mut timeouts: Option<Timeouts> = None;
    if statements.is_empty() {
        out.push_str("\n-- Nothing to do.\n");
    }
    for statement in statements {
        out.push('\n');
        if timeouts != Some(statement.timeouts) {
            out.push_str(&format!("SET lock_timeout = {};\n", milliseconds(statement.timeouts.lock_ms)));
            out.push_str(&format!("SET statement_timeout = {};\n\n", milliseconds(statement.timeouts.statement_ms)));
            timeouts = Some(statement.timeouts);
        }
        out.push_str(&format!("{}\n{};\n", header::statement(statement), statement.sql));
    }
    out
}

fn milliseconds(ms: u32) -> String {
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
