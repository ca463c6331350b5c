//! What a planner is asked: a statement with its constants, with values for its parameters, or for any values.

use std::sync::Arc;

use crate::ident::literal;
use crate::query;

/// The name of a statement while it is prepared.
pub(super) const NAME: &str = "dbharden_asked";

/// A statement that can be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// As it is, with its constants.
    Text(String),
    /// With these values for its parameters.
    Values(Arc<Prepared>, Vec<Argument>),
    /// For any values, as a prepared statement is planned in the end.
    Generic(Arc<Prepared>),
    /// One that the user's database is asked, by the number it has there.
    Original(usize),
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// This one, as text.
    Text(String),
    /// NULL.
    Null,
    /// Any: it is planned for as a prepared statement's is.
    Unknown,
}

impl Question {
    /// The statement that has parameters.
    pub fn prepared(&self) -> Option<&Arc<Prepared>> {
        match self {
            Question::Values(prepared, _) | Question::Generic(prepared) => Some(prepared),
            Question::Text(_) | Question::Original(_) => None,
        }
    }

    /// The same question about the same statement as another session has it.
    pub fn of(&self, prepared: &Arc<Prepared>) -> Self {
        match self {
            Question::Values(_, values) => Question::Values(prepared.clone(), values.clone()),
            Question::Generic(_) => Question::Generic(prepared.clone()),
            other => other.clone(),
        }
    }

    /// What is sent: all but the last statement have no answer. Prepared statements are forgotten at once: a server with thousands of
    /// them is slow, as it looks through all of them when an index is switched.
    pub(super) fn explain(&self) -> Option<(String, String)> {
        let explain = |sql: &str| (String::new(), format!("EXPLAIN (FORMAT JSON) {sql}"));
        match self {
            Question::Text(text) => Some(explain(text)),
            Question::Values(prepared, values) => {
                let (text, unknown) = prepared.with(values);
                Some(if unknown.is_empty() { explain(&text) } else { generic(&text, &unknown) })
            }
            Question::Generic(prepared) => Some(generic(&prepared.text, &prepared.types)),
            Question::Original(_) => None,
        }
    }
}

/// A statement with parameters that a server takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The statement, its parameters numbered from 1 without gaps.
    pub text: String,
    /// Types of its parameters, as SQL.
    pub types: Vec<String>,
    /// The numbers that they have in the statement's own text.
    pub numbers: Vec<i32>,
}

/// A statement as it is planned for any values of parameters of these types.
fn generic(text: &str, types: &[String]) -> (String, String) {
    let (declared, nulls) = (types.join(", "), vec!["NULL"; types.len()].join(", "));
    let declared = if declared.is_empty() { declared } else { format!(" ({declared})") };
    let call = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    (
        format!("SET LOCAL plan_cache_mode = force_generic_plan; PREPARE {NAME}{declared} AS {text}"),
        format!("EXPLAIN (FORMAT JSON) EXECUTE {NAME}{call}"),
    )
}

impl Prepared {
    /// The statement with these values, and the types of those that are left as parameters.
    fn with(&self, values: &[Argument]) -> (String, Vec<String>) {
        let mut unknown = Vec::new();
        let typed: Vec<String> = self
            .types
            .iter()
            .zip(values)
            .map(|(t, value)| match value {
                Argument::Text(text) => format!("({}::{t})", literal(text)),
                Argument::Null => format!("(NULL::{t})"),
                Argument::Unknown => {
                    unknown.push(t.clone());
                    format!("(${}::{t})", unknown.len())
                }
            })
            .collect();
        (query::with_values(&self.text, &typed), unknown)
    }
}
