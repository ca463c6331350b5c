//! dbharden reads a live PostgreSQL, finds what its schema lacks or endangers, proves it, and writes the migrations that cure it.
#![warn(missing_docs)]

pub mod error;
pub mod hash;
pub mod ident;

pub mod config;
pub mod connect;
pub mod sandbox;
pub mod snapshot;
pub mod query;
pub mod tenancy;
pub mod advise;
pub mod check;
pub mod plan;
pub mod migration;
pub mod report;
pub mod cli;
