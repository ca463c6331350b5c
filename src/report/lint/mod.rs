//! What a lint says, in the forms of one [`Outcome`](crate::lint::Outcome).

mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod sarif;
mod table;
mod text;

pub use github::github;
pub use gitlab::gitlab;
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use table::table;
