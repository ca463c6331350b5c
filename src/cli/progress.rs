//! A spinner on stderr, on a terminal only.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Says what is being done; gone when dropped.
pub struct Progress(ProgressBar);

impl Progress {
    /// A spinner, or nothing where stderr is no terminal.
    pub fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        bar.set_style(ProgressStyle::default_spinner());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Shows what is being done now.
    pub fn say(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// Takes the spinner away.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }

    /// Prints a remark above the spinner.
    pub fn note(&self, text: &str) {
        self.0.suspend(|| super::output::complain(text));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
