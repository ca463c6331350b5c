//! The schema that files describe against the schema that is there.
//!
//! `source` is what was named, `files` runs migrations of any tool, `shadow` builds the desired schema with them (or `cache` has it),
//! `baseline` writes the first migration of all. `platform` and `scope` say what is compared, `check` brings both sides together, `verdict` says what differs ([`Outcome`]), `ending`
//! writes the migration that ends it.

pub mod baseline;
mod cache;
pub mod check;
pub mod ending;
pub mod files;
pub mod outcome;
mod platform;
mod scope;
pub mod shadow;
pub mod source;
pub mod verdict;

pub use outcome::Outcome;
