//! The integration tests: one binary, one module per subject, so that the library is linked once.

mod advice;
mod apply;
mod cli;
mod connect;
mod coverage;
mod deployed;
mod diff;
mod docs;
mod drift;
mod examples;
mod files;
mod footprint;
mod interrupted;
mod layout;
mod lead_platform;
mod lint;
mod locks;
mod names;
mod objects;
mod on_target;
mod realworld;
mod rehearse;
mod sandbox;
mod snapshot;
mod support;
mod twin;
