//! A migration that was applied and whose folder was taken away on purpose: the ledger is told, with a reason, and no longer misses it.

use super::ledger::{Ledger, State};
use super::session::{self, Worker};
use crate::connect::Target;
use crate::error::{Error, Result};
use crate::ident::{literal, one_line};
use crate::migration::set::Migration;

/// Notes that nobody is to look for the folder of this migration. What it did stays, and so does the record of its run.
///
/// # Errors
/// It is not applied here, only half of it is, its folder is there, or no reason is given.
pub async fn forget(target: &Target, migrations: &[Migration], name: &str, reason: &str, person: &str) -> Result<()> {
    let refused = |why: &str, fix: &str| Error::new(format!("cannot forget {}", one_line(name))).because(why).fix(fix);
    if reason.trim().is_empty() {
        return Err(refused("no reason is given", "say why its folder went: --reason TEXT"));
    }
    if migrations.iter().any(|m| m.name == name) {
        return Err(refused(
            "its folder is there",
            "there is nothing to forget; to take back what it did: dbharden apply --undo",
        ));
    }
    let mut worker = Worker::open(target).await?;
    let (ledger, access) = Ledger::read(worker.session()).await?;
    access.check()?;
    match ledger.state(name) {
        State::Applied(_) => {}
        State::Half(_) => {
            return Err(refused("it was begun here and has not ended", "restore its folder and run `dbharden apply` once more"));
        }
        State::Pending => return Err(refused("it is not applied here", "`dbharden status` lists what is")),
    }
    let sql = format!(
        "BEGIN;\nSET LOCAL lock_timeout = '5s';\n{}INSERT INTO dbharden.forgotten (migration, reason, person) VALUES ({}, {}, {});\nCOMMIT",
        // asked for again it would want the right to make it
        if ledger.notes_forgotten { "" } else { include_str!("sql/forgotten.sql") },
        literal(name),
        literal(reason),
        literal(person)
    );
    worker.send(&sql).await.map_err(|f| session::lost("cannot write the ledger of dbharden", &f))?;
    worker.close().await;
    Ok(())
}
