//! Aggregates: `pg_aggregate`. The fields are named as CREATE AGGREGATE names them.

use serde::{Deserialize, Serialize};

use super::{Reading, with_functions};
use crate::snapshot::objects::Kind;

/// An aggregate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// `aggkind`: `n` normal, `o` ordered-set, `h` hypothetical-set.
    pub kind: char,
    /// `pg_get_function_arguments()`.
    pub arguments: String,
    /// The type it gives.
    pub result: String,
    /// State transition function.
    pub sfunc: Option<String>,
    /// Type of the state.
    pub stype: String,
    /// Size of the state in bytes; 0 = not told.
    pub sspace: i32,
    /// Final function.
    pub finalfunc: Option<String>,
    /// It takes the arguments too.
    pub finalfunc_extra: bool,
    /// What it does to the state: `r` reads, `s` shareable, `w` writes.
    pub finalfunc_modify: char,
    /// Combines two states.
    pub combinefunc: Option<String>,
    /// Makes bytes of a state.
    pub serialfunc: Option<String>,
    /// Makes a state of bytes.
    pub deserialfunc: Option<String>,
    /// The first state.
    pub initcond: Option<String>,
    /// Forward function of the moving form.
    pub msfunc: Option<String>,
    /// Inverse function of the moving form.
    pub minvfunc: Option<String>,
    /// Type of its state.
    pub mstype: Option<String>,
    /// Size of its state.
    pub msspace: i32,
    /// Final function of the moving form.
    pub mfinalfunc: Option<String>,
    /// It takes the arguments too.
    pub mfinalfunc_extra: bool,
    /// What it does to the state.
    pub mfinalfunc_modify: char,
    /// The first state of the moving form.
    pub minitcond: Option<String>,
    /// Operator of an index that could answer instead: `pg_catalog.<`.
    pub sortop: Option<String>,
    /// `proparallel`: `s` safe, `r` restricted, `u` unsafe.
    pub parallel: char,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_proc",
    sql: &[(13, include_str!("../sql/aggregates.sql"))],
    list: None,
    parse: |row| with_functions::<Aggregate>(Kind::Aggregate, row),
};
