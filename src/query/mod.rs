//! SQL text -> which relation is read how.
//!
//! [`analyze`] parses a statement with PostgreSQL's own parser and attributes every predicate, join, sort key and assignment to
//! the base relation it concerns, through aliases, sub-queries, CTEs, set operations and views. It is a pure function of the text
//! and the catalog: the checks of the workload, the index advisor and the tenancy analysis all start from what it says.
//!
//! It answers one question, "what could an index on this relation serve?", and therefore errs on the side of saying less: a
//! predicate that PostgreSQL could not hand down to the base relation (past a LIMIT, an aggregate, a CTE used twice) is left out.

mod compare;
pub mod condition;
mod deparse;
mod display;
mod dml;
mod from;
mod functions;
mod joins;
mod model;
pub(crate) mod nodes;
mod places;
mod predicate;
mod resolver;
mod scope;
mod select;
mod shape;
mod sublink;
mod text;
mod truth;
mod walk;
mod workload;

#[cfg(test)]
mod tests;

pub use deparse::canonical_expression;
pub(crate) use deparse::deparse as expression_text;
#[cfg(test)]
pub(crate) use deparse::format_type;
pub use model::{
    Access, Analysis, AssignedValue, Assignment, Bound, ColumnsRead, Disjunct, Filter, FilterOp, JoinKey, JoinSide, OnConflict,
    Operand, RangeSide, Role, RowLock, SortKey, StatementKind, Target, TopLevel, Unreadable,
};
pub use resolver::Resolver;
pub use text::{fingerprint, has_literal, has_parameter, normalize, preparable, rewritten, with_numbers, with_values};
pub(crate) use text::{for_all, parse};
pub use truth::always_true;
pub use workload::{
    Analyzed, analyze_all, columns_of, identify, identify_all, optional_parameters, parameters, qualified, search_path,
    with_clock,
};

/// Says which relations one statement reads and writes, and how.
///
/// A PREPARE, EXPLAIN, DECLARE CURSOR, COPY (query) or CREATE TABLE AS is taken for the statement inside; other utility statements
/// have no accesses.
pub fn analyze(sql: &str, resolver: &Resolver) -> std::result::Result<Analysis, Unreadable> {
    text::with_stack(sql, |sql| {
        let statement = text::parse_one(sql)?;
        Ok(walk::Walker::new(resolver).run(&statement))
    })
}
