//! What a proof says, in four forms of one [`Outcome`](crate::isolation::Outcome).

mod html;
mod json;
mod markdown;
mod table;
mod text;

pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use table::table;
