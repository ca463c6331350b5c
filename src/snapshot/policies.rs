//! Row-level security policies: `pg_policy`.

use serde::{Deserialize, Serialize};

use crate::ident::Ident;

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
}
