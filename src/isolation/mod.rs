//! The proof that tenants cannot reach each other: rows of two tenants, every attack as the application's role, a verdict for each.
//!
//! ```text
//! snapshot -> copy -> model (role, tenant, relations) -> rows of two tenants -> attacks -> verdicts -> report
//! ```
//!
//! Every attack is a script of its own that ends with its evidence: a row `leak`. It runs behind a savepoint that is rolled back, so
//! attacks do not see each other. A *held* counts only beside a positive control: a tenant who reaches nothing looks isolated.

mod attacks;
mod cures;
mod model;
pub mod outcome;
mod prove;
mod rows;
mod script;
mod stage;
mod tenant;
mod verdicts;

pub use outcome::Outcome;
pub use prove::{Place, Request, prove};
