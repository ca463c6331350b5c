//! Row-level security policies: `pg_policy`.

use serde::{Deserialize, Serialize};

use crate::ident::{Ident, QualifiedName};

/// One policy of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name.
    pub name: Ident,
    /// `PERMISSIVE` (policies are ORed) or `RESTRICTIVE` (ANDed).
    pub permissive: bool,
    /// `polcmd`: `*` all, `r` select, `a` insert, `w` update, `d` delete.
    pub command: char,
    /// Roles it applies to; empty = PUBLIC.
    pub roles: Vec<Ident>,
    /// `USING`, as `pg_get_expr()` prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// `WITH CHECK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Functions of users that its conditions call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<PolicyFunction>,
}

/// A function that a policy calls; of its text only what checks ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFunction {
    /// Schema and name.
    pub name: QualifiedName,
    /// `pg_get_function_identity_arguments()`.
    pub arguments: String,
    /// `provolatile`: `i` immutable, `s` stable, `v` volatile.
    pub volatility: char,
    /// Its text reads a setting or a claim of the session.
    pub asks_session: bool,
    /// Its text casts a setting to another type than text, without NULLIF.
    pub casts_setting: bool,
}

impl Policy {
    /// Whether a function of a user returns the same for all rows of a statement; an empty schema means any.
    pub fn is_stable(&self, schema: &str, name: &str) -> bool {
        let mut named =
            self.functions.iter().filter(|f| f.name.name.raw() == name && (schema.is_empty() || f.name.schema.raw() == schema));
        let first = named.next();
        first.is_some_and(|f| f.volatility != 'v') && named.all(|f| f.volatility != 'v')
    }
}
