//! Ctrl-C and SIGTERM: servers of our own go first, then we do.

use std::future::pending;

use tokio::signal::unix::{SignalKind, signal};

use super::{Exit, output};
use crate::apply::Stop;
use crate::sandbox;

/// Waits for a signal, stops the sandboxes and says how to end. Where signals cannot be waited for, the system's own handling
/// stays.
pub async fn ended() -> Exit {
    let exit = tokio::select! {
        () = received(SignalKind::interrupt()) => Exit::Interrupted,
        () = received(SignalKind::terminate()) => Exit::Terminated,
    };
    // a panic in it is no reason to stay
    let _ = tokio::task::spawn_blocking(sandbox::stop_all).await;
    exit
}

/// For a command that must not be cut off: the first signal asks it to stop, a second one ends it at once.
pub async fn second(stop: &Stop) -> Exit {
    ended().await;
    output::complain("stopping: the running statement is taken back or finished (once more to leave at once)");
    stop.ask();
    ended().await
}

async fn received(kind: SignalKind) {
    let heard = match signal(kind) {
        Ok(mut signal) => signal.recv().await,
        Err(_) => None,
    };
    if heard.is_none() {
        pending().await
    }
}
