//! What people and programs read: the first screen, JSON, markdown. All three show one [`Document`]; [`drift`] shows what the drift
//! check says, [`lint`] what a lint says, [`rehearse`] what a rehearsal says, [`isolation`] what a proof says, [`apply`], [`status`] and [`review`] how migrations fare.

pub mod apply;
mod document;
pub mod drift;
mod figures;
pub mod isolation;
mod json;
pub mod lint;
mod markdown;
mod next;
mod paper;
mod reasoning;
pub mod rehearse;
pub mod review;
mod screen;
pub mod status;
mod table;
mod tenants;
#[cfg(test)]
mod tests;
pub mod verify;

pub use document::{Document, Listed, Migration, Mode, ServerLine, Status, Summary, Waived, most_valuable};
pub use figures::{bytes, count, duration, evidence};
pub use json::json;
pub use markdown::markdown;
pub use paper::Paper;
pub use reasoning::reasoning;
pub use screen::Look;
pub(crate) use table::plural;
pub use table::table;

/// Lines that one check may take on the screen.
pub const LINES_PER_CHECK: usize = 10;

/// Width where no terminal says one.
pub const DEFAULT_WIDTH: usize = 100;
