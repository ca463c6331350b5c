//! What is going on while migrations run: bars on a terminal, lines elsewhere (a job's log).

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::output::complain;
use crate::apply::{Event, Progress};
use crate::ident::one_line;
use crate::report::duration;

/// In a log a long statement shows a sign of life so often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);

/// The screen, or the log.
pub struct Live {
    bar: Option<ProgressBar>,
    last: Mutex<Last>,
}

struct Last {
    waiting: String,
    step: String,
    at: Instant,
    begun: Instant,
}

impl Live {
    /// Bars where stderr is a terminal.
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        let now = Instant::now();
        Self { bar, last: Mutex::new(Last { waiting: String::new(), step: String::new(), at: now, begun: now }) }
    }

    /// Shows an event.
    pub fn hear(&self, event: Event) {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match event {
            Event::Migration { title, resumed } => {
                self.line(&format!("{}{}", one_line(&title), if resumed { " (goes on where it stopped)" } else { "" }));
            }
            Event::Step { position, of, title } => {
                (last.step, last.begun, last.at) =
                    (format!("{position}/{of} {}", one_line(&title)), Instant::now(), Instant::now());
                last.waiting.clear();
                match &self.bar {
                    Some(bar) => {
                        bar.set_style(ProgressStyle::default_spinner());
                        bar.set_message(last.step.clone());
                    }
                    None => complain(&format!("  {}", last.step)),
                }
            }
            Event::Progress(progress) => self.progress(&progress, &mut last),
            Event::Waiting(what) => match &self.bar {
                Some(bar) => bar.set_message(format!("{} · waits for {}", last.step, one_line(&what))),
                None if last.waiting == what => {}
                None => {
                    complain(&format!("    waits for {}", one_line(&what)));
                    last.waiting = what;
                }
            },
            Event::Note(text) => self.line(&format!("    {}", one_line(&text))),
            Event::Done { title, seconds } => self.line(&format!("  done: {}, {}", one_line(&title), duration(seconds * 1e3))),
        }
    }

    fn progress(&self, progress: &Progress, last: &mut Last) {
        let what = one_line(&progress.what);
        let left = (progress.done > 0 && progress.total > progress.done).then(|| {
            let left = last.begun.elapsed().as_secs_f64() / progress.done as f64 * (progress.total - progress.done) as f64;
            format!(" · about {} left", duration(left * 1e3))
        });
        let left = left.unwrap_or_default();
        match &self.bar {
            Some(bar) if progress.total > 0 => {
                if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}% {msg}") {
                    bar.set_style(style);
                }
                bar.set_length(progress.total);
                bar.set_position(progress.done.min(progress.total));
                bar.set_message(format!("{what}{left} · {}", last.step));
            }
            Some(bar) => bar.set_message(format!("{} · {what}", last.step)),
            None if last.at.elapsed() > SIGN_OF_LIFE => {
                last.at = Instant::now();
                let share = (progress.done * 100).checked_div(progress.total).map(|p| format!("{p}% ")).unwrap_or_default();
                complain(&format!("    {share}{what}{left}"));
            }
            None => {}
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| complain(text)),
            None => complain(text),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
