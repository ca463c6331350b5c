//! One run at a time: an advisory lock, held by the session that works. Where it is taken, its holder is named.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::event::{Event, Show};
use super::session::{Watch, Worker, lost};
use super::stop::Stop;
use crate::error::{Error, Result};
use crate::migration::Layout;
use crate::migration::ledger::{OWN_LOCK, deploy_in_progress};

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(200);

/// Takes the lock, or waits `patience` for it. The server gives it back when the session ends, however that comes about.
///
/// # Errors
/// Another session holds it: which, as whom, since when.
pub async fn take(worker: &mut Worker, watch: &mut Watch, patience: Duration, stop: &Stop, show: Show<'_>) -> Result<()> {
    #[derive(Deserialize)]
    struct Row {
        taken: bool,
    }
    let started = Instant::now();
    let mut said = false;
    loop {
        let sql = format!("SELECT pg_catalog.pg_try_advisory_lock({OWN_LOCK}) AS taken");
        let rows: Vec<Row> = worker.rows(&sql).await.map_err(|f| lost("cannot take the lock", &f))?;
        if rows.first().is_some_and(|r| r.taken) {
            return Ok(());
        }
        let holder = deploy_in_progress(watch.session(), Layout::Dbharden).await?;
        if let (Some(holder), true) = (&holder, started.elapsed() >= patience || stop.is_asked()) {
            return Err(Error::new("another `dbharden apply` is at work on this database")
                .because(format!("{} holds its lock", holder.sentence()))
                .fix(format!(
                    "wait until it is done; if nobody runs it any more, its server process ends with its statement, or at once: \
                     SELECT pg_terminate_backend({})",
                    holder.pid
                )));
        }
        if let (Some(holder), false) = (&holder, said) {
            said = true;
            show(Event::Waiting(format!("{}, which holds the lock of another `dbharden apply`", holder.sentence())));
        }
        tokio::time::sleep(PAUSE).await;
    }
}
