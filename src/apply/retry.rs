//! One transaction, tried again until it gets its locks.
//!
//! A statement that waits for a lock makes everybody wait who comes after it. So it waits for moments only: 5 ms at first, at most what
//! the file says. Who was in the way is noted while it waits, and it is not tried again before those transactions are over: a transaction
//! that holds its lock for half a minute costs the application 5 ms, not a hundred waits. Each try is a fresh transaction, and none is
//! without a timeout.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use super::event::{Event, Show};
use super::session::{Other, Watch, Worker, watched};
use super::stop::Stop;
use crate::migration::script::Failure;

/// The first wait for a lock.
const FIRST: Duration = Duration::from_millis(5);

/// Between two looks whether those in the way are gone, jittered.
const LOOK: (u64, u64) = (30, 90);

/// A pause where nobody was seen, jittered.
const PAUSE: (u64, u64) = (50, 250);

/// After so long a wait it is said who is in the way.
const SAID_AFTER: Duration = Duration::from_secs(1);

/// Why a step did not come to its end.
#[derive(Debug)]
pub enum Stopped {
    /// Somebody asked for it.
    Asked,
    /// The locks were not to be had: who held them last.
    GaveUp(Vec<Other>),
    /// The server refused it.
    Refused(Box<Failure>),
}

/// How it is tried.
pub struct Try<'a> {
    /// Longest wait for a lock, milliseconds; 0, where nobody waits behind it: no limit.
    pub lock_ms: u32,
    /// Whether others may queue behind it.
    pub strong: bool,
    /// After this it is given up.
    pub patience: Duration,
    /// Who asks to stop.
    pub stop: &'a Stop,
    /// Who listens.
    pub show: Show<'a>,
}

/// Sends what `message` makes of a `lock_timeout` in milliseconds and the number of the try, until it is done. Returns the number of
/// tries.
///
/// # Errors
/// It was stopped, given up, or the server refuses it: then nothing of it has happened.
pub async fn transaction(
    worker: &mut Worker,
    watch: &mut Watch,
    how: &Try<'_>,
    message: impl Fn(u64, u32) -> String,
) -> Result<u32, Stopped> {
    let started = Instant::now();
    let most = Duration::from_millis(how.lock_ms.into());
    let mut wait = if how.strong { FIRST.min(most) } else { most };
    let mut tries = 0;
    loop {
        if how.stop.is_asked() {
            return Err(Stopped::Asked);
        }
        tries += 1;
        let mut blockers: Vec<Other> = Vec::new();
        let sent = message(wait.as_millis() as u64, tries);
        let result = watched(worker, watch, &sent, how.stop, async |watch| {
            let seen = watch.blockers().await;
            if !seen.is_empty() {
                if !how.strong {
                    (how.show)(Event::Waiting(seen[0].sentence()));
                }
                blockers = seen;
            }
        })
        .await;
        match result {
            Ok(_) => return Ok(tries),
            Err(_) if how.stop.is_asked() => return Err(Stopped::Asked),
            // lock_timeout, deadlock, serialization
            Err(failure) if matches!(failure.code.as_str(), "55P03" | "40P01" | "40001") => {
                let brief = gone(watch, how, &blockers, started).await?;
                // where only short transactions are in the way a longer wait is what it takes
                wait = if !how.strong || brief { (wait * 2).min(most) } else { FIRST.min(most) };
            }
            Err(failure) => return Err(Stopped::Refused(Box::new(failure))),
        }
    }
}

/// Waits until those in the way are gone. Whether that was soon.
async fn gone(watch: &mut Watch, how: &Try<'_>, blockers: &[Other], started: Instant) -> Result<bool, Stopped> {
    if blockers.is_empty() {
        sleep(jitter(PAUSE), how.stop).await?;
    }
    let (mut left, mut looks, mut said) = (blockers.to_vec(), 0, false);
    let since = Instant::now();
    while !left.is_empty() {
        if started.elapsed() > how.patience {
            return Err(Stopped::GaveUp(left));
        }
        sleep(jitter(LOOK), how.stop).await?;
        looks += 1;
        left = watch.still(&left).await;
        if !said
            && since.elapsed() > SAID_AFTER
            && let Some(first) = left.first()
        {
            said = true;
            (how.show)(Event::Waiting(format!("{}, which holds a lock that this statement needs", first.sentence())));
        }
    }
    if started.elapsed() > how.patience {
        return Err(Stopped::GaveUp(blockers.to_vec()));
    }
    Ok(looks <= 1)
}

async fn sleep(length: Duration, stop: &Stop) -> Result<(), Stopped> {
    tokio::select! {
        () = tokio::time::sleep(length) => Ok(()),
        () = stop.asked() => Err(Stopped::Asked),
    }
}

/// Milliseconds between the two: several that wait for the same must not come at the same moment.
pub(super) fn jitter((least, most): (u64, u64)) -> Duration {
    let random = RandomState::new().hash_one(Instant::now());
    Duration::from_millis(least + random % (most - least))
}
