//! The integration tests: one binary, one module per subject, so that the library is linked once.

mod cli;
mod connect;
mod examples;
mod lead_platform;
mod realworld;
mod sandbox;
mod snapshot;
mod support;
