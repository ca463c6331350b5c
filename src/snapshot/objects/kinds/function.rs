//! Functions, window functions and procedures: `pg_proc`.

use serde::{Deserialize, Serialize};

use super::{Parsed, Reading, parsed};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::objects::Kind;
use crate::snapshot::objects::read::{Head, parse as row_as};

/// A function, window function or procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// `prokind`: `f` function, `w` window function, `p` procedure.
    pub kind: char,
    /// `pg_get_function_arguments()`: with names and defaults.
    pub arguments: String,
    /// `pg_get_function_result()`; procedures have none.
    pub result: Option<String>,
    /// The language.
    pub language: Ident,
    /// `provolatile`: `i` immutable, `s` stable, `v` volatile.
    pub volatility: char,
    /// `SECURITY DEFINER`.
    pub security_definer: bool,
    /// `DEPENDS ON EXTENSION`, sorted.
    pub depends_on_extensions: Vec<Ident>,
    /// `pg_get_functiondef()`.
    pub definition: String,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_proc",
    sql: &[(13, include_str!("../sql/functions_pg13.sql")), (14, include_str!("../sql/functions.sql"))],
    list: Some(include_str!("../sql/function_list.sql")),
    parse,
};

fn parse(row: &str) -> Result<Parsed> {
    #[derive(Deserialize)]
    struct Later {
        arguments_as_later: Option<String>,
    }
    let (head, mut function): (Head, Function) = (row_as(row)?, row_as(row)?);
    let later: Later = row_as(row)?;
    if let Some(arguments) = later.arguments_as_later {
        let (own, new) = (format!("({})", function.arguments), format!("({arguments})"));
        function.definition = function.definition.replacen(&own, &new, 1);
        function.arguments = arguments;
    }
    let kind = if function.kind == 'p' { Kind::Procedure } else { Kind::Function };
    Ok(parsed(kind, head, function.into()))
}
