//! Two schemas, the statements between them, and whether they lead from the one to the other.

mod drifts;
mod pairs;
mod support;
mod zoo;
