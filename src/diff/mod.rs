//! Two catalogs: what differs, and the statements that make the one into the other.

mod ddl;
mod draft;

pub use draft::Draft;
