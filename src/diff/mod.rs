//! Two catalogs: what differs, and the statements that make the one into the other.
//!
//! [`compare`] says what differs, [`migrate`] writes it. Neither asks a database.

mod common;
pub mod compare;
mod ddl;
mod decide;
mod describe;
mod draft;
mod graph;
mod migrate;

pub use compare::{Difference, Facet, Scope, What, compare};
pub use describe::{definition, form};
pub use draft::Draft;
pub use migrate::{Options, Step, migrate};
