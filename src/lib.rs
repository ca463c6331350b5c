//! dbharden reads a live PostgreSQL, finds what its schema lacks or endangers, proves it, and writes the migrations that cure it.
//!
//! The modules in the order in which data flows:
//!
//! ```text
//! config -> connect -> snapshot -> query, tenancy, advise -> check -> plan -> migration -> report -> cli
//!                        \-> diff -> drift -/
//!                             \-> twin, original -> rehearse, isolation
//! migration -> review -> apply
//! ```
//!
//! `connect`, `snapshot::read`, `original` and `apply` talk to the user's database, `sandbox` starts a server of our own; everything between a
//! [`snapshot::Snapshot`] and the report is a pure function of it.
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

pub mod diff;

pub mod migration;

pub mod lint;

pub mod drift;

pub mod original;
pub mod twin;

pub mod isolation;
pub mod rehearse;

pub mod review;

pub mod apply;

pub mod report;

pub mod cli;
pub mod demo;
