//! What a rehearsal says, in four forms of one [`Outcome`](crate::rehearse::Outcome).

mod files;
mod github;
mod json;
mod markdown;
mod table;
mod text;

pub use files::{locks, unproven, work};
pub use github::github;
pub use json::json;
pub use markdown::markdown;
pub use table::table;
