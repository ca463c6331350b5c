//! The schema that files describe against the schema that is there.
//!
//! `files` builds the desired schema: it runs migrations of any tool, or a dump, in a database of our own.

pub mod files;
