//! What the drift check says, in six forms of one [`Outcome`](crate::drift::Outcome).

mod github;
mod group;
mod json;
mod junit;
mod markdown;
mod next;
mod sarif;
mod table;
#[cfg(test)]
mod tests;
mod text;
pub(in crate::report) mod workflow;
pub(in crate::report) mod xml;

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub(in crate::report) use sarif::uri;
pub use table::table;
