//! The integration tests: one binary, one module per subject, so that the library is linked once.

mod connect;
mod examples;
mod lead_platform;
mod sandbox;
mod snapshot;
mod support;
