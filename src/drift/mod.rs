//! The schema that files describe against the schema that is there.
//!
//! `files` builds the desired schema: it runs migrations of any tool, or a dump, in a database of our own. [`Outcome`] is what is said.

pub mod files;
pub mod outcome;

pub use outcome::Outcome;
