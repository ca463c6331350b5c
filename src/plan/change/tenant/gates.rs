//! Reasons to stop that speak of rows and tenants.
//!
//! A role that row-level security binds sees no rows, or those of one tenant: it would find nothing wrong and change nothing, in silence. So
//! each gate that counts rows asks first whether its role sees them all.

use crate::ident::{Ident, QualifiedName, literal, one_line};
use crate::plan::change::gate::Check;

/// Row-level security hides rows of the table from the role that runs the file.
pub(in crate::plan::change) fn sees_all(table: &QualifiedName) -> Check {
    let name = literal(&table.to_string());
    Check {
        raise_if: format!("pg_catalog.row_security_active(pg_catalog.to_regclass({name}))"),
        message: format!(
            "row-level security hides rows of {} from this role: they would be left out in silence",
            one_line(&table.to_string())
        ),
        hint: "run this file as a role with BYPASSRLS, or take FORCE ROW LEVEL SECURITY off the table until it is done"
            .to_owned(),
    }
}

/// Rows whose tenant is not known.
pub(super) fn none_without(table: &QualifiedName, column: &Ident) -> Check {
    Check {
        raise_if: format!("EXISTS (SELECT FROM {table} AS t WHERE t.{column} IS NULL)"),
        message: format!("rows of {} have no tenant", one_line(&table.to_string())),
        hint: format!(
            "SELECT * FROM {table} AS t WHERE t.{column} IS NULL; lists them: give each its tenant or delete it, then run this file again"
        ),
    }
}

/// Two tables that must say the same of a row's tenant.
pub(super) struct Pair<'a> {
    pub child: &'a QualifiedName,
    /// An SQL expression of the child's tenant, with the child as `t`.
    pub tenant: &'a str,
    pub parent: &'a QualifiedName,
    pub parent_column: &'a Ident,
    pub via: &'a [Ident],
    pub keys: &'a [Ident],
    /// Rows that have no tenant yet do not disagree.
    pub only_filled: bool,
}

impl Pair<'_> {
    /// Rows that belong to another tenant than the row they refer to.
    pub(super) fn agree(&self) -> Check {
        let rows = format!(
            "FROM {} AS t JOIN {} AS o ON {} WHERE o.{} IS DISTINCT FROM {}{}",
            self.child,
            self.parent,
            joined("o", self.keys, "t", self.via),
            self.parent_column,
            self.tenant,
            if self.only_filled { format!(" AND {} IS NOT NULL", self.tenant) } else { String::new() }
        );
        Check {
            raise_if: format!("EXISTS (SELECT {rows})"),
            message: format!(
                "rows of {} belong to another tenant than the row of {} they refer to",
                one_line(&self.child.to_string()),
                one_line(&self.parent.to_string())
            ),
            hint: format!("SELECT t.* {rows}; lists them: say for each which is right, then run this file again"),
        }
    }
}

/// `p.id = t."parentId" AND ...`
pub(super) fn joined(parent: &str, keys: &[Ident], child: &str, via: &[Ident]) -> String {
    keys.iter().zip(via).map(|(k, v)| format!("{parent}.{k} = {child}.{v}")).collect::<Vec<_>>().join(" AND ")
}
