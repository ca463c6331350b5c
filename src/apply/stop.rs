//! Ctrl-C and SIGTERM while migrations are applied: the running step is finished or rolled back, then the command says where it stands.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether somebody asked to stop. Copies share the answer.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Asks to stop.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is asked.
    pub async fn asked(&self) {
        let mut receiver = self.0.subscribe();
        // the sender lives as long as we do
        let _ = receiver.wait_for(|asked| *asked).await;
    }
}
