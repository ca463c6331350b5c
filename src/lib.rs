//! dbharden reads a live PostgreSQL, finds what its schema lacks or endangers, proves it, and writes the migrations that cure it.
#![warn(missing_docs)]

pub mod error;
pub mod hash;
pub mod ident;
pub mod query;
pub mod snapshot;
