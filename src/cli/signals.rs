//! Ctrl-C and SIGTERM: servers of our own go first, then we do.

use tokio::signal::unix::{SignalKind, signal};

use crate::sandbox;

/// Waits for a signal beside the command. Where it cannot be waited for, the system's own handling stays.
pub fn watch() {
    for (kind, code) in [(SignalKind::interrupt(), 130), (SignalKind::terminate(), 143)] {
        if let Ok(mut signal) = signal(kind) {
            tokio::spawn(async move {
                if signal.recv().await.is_some() {
                    // the command's own thread may be in the middle of anything: it does not get to finish it
                    let _ = tokio::task::spawn_blocking(sandbox::stop_all).await;
                    #[allow(clippy::disallowed_methods)] // the servers are stopped, and main would wait for the command
                    std::process::exit(code);
                }
            });
        }
    }
}
