//! Conditions on rows: the tenant of the statement is the tenant of the row.

use serde::{Deserialize, Serialize};

use crate::ident::{Ident, QualifiedName, literal};

/// How a statement says its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Tenant {
    /// `current_setting('app.tenant_id')`.
    Setting {
        /// Its name.
        name: String,
    },
    /// `auth.uid()`.
    UserId,
    /// A claim of `auth.jwt()`.
    Claim {
        /// Keys on the way to it.
        path: Vec<String>,
    },
}

impl Tenant {
    /// SQL of type text; NULL where none is set. A setting that was local to an earlier transaction is `''` on that connection, not NULL.
    pub(super) fn text(&self) -> String {
        match self {
            Tenant::Setting { name } => format!("NULLIF(pg_catalog.current_setting({}, true), '')", literal(name)),
            Tenant::UserId => "auth.uid()::pg_catalog.text".to_owned(),
            Tenant::Claim { path } => {
                let path: Vec<String> = path.iter().map(|p| literal(p)).collect();
                format!("NULLIF(pg_catalog.jsonb_extract_path_text(auth.jwt(), {}), '')", path.join(", "))
            }
        }
    }

    /// SQL of the key's type, as a column's default.
    pub(super) fn default(&self, type_name: &str) -> String {
        match self {
            Tenant::UserId if type_name == "uuid" => "auth.uid()".to_owned(),
            _ => format!("({})::{type_name}", self.text()),
        }
    }

    /// SQL of the key's type, in a sub-select: worked out once a statement, not once a row.
    pub(super) fn value(&self, type_name: &str) -> String {
        match self {
            Tenant::UserId if type_name == "uuid" => "(SELECT auth.uid())".to_owned(),
            _ => format!("(SELECT {}::{type_name})", self.text()),
        }
    }
}

/// Where a row's tenant stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowTenant {
    /// Foreign keys to the table that has the column; none when it is the row's own.
    pub hops: Vec<Hop>,
    /// The column.
    pub column: Ident,
    /// Its type, as SQL writes it.
    pub type_name: String,
}

/// A foreign key on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// Its columns.
    pub via: Vec<Ident>,
    /// The table it leads to.
    pub table: QualifiedName,
    /// The columns there.
    pub keys: Vec<Ident>,
}

impl RowTenant {
    /// The row of `table` is the tenant's. Columns are qualified by the table, which no alias of a parent can hide.
    pub(super) fn condition(&self, table: &QualifiedName, tenant: &Tenant) -> String {
        let value = tenant.value(&self.type_name);
        if self.hops.is_empty() {
            return format!("{} = {value}", self.column);
        }
        let mut child = table.to_string();
        let (mut open, mut close) = (String::new(), String::new());
        for (depth, hop) in self.hops.iter().enumerate() {
            let alias = format!("p{}", depth + 1);
            let pairs: Vec<String> = hop.keys.iter().zip(&hop.via).map(|(k, v)| format!("{alias}.{k} = {child}.{v}")).collect();
            open.push_str(&format!("EXISTS (SELECT FROM {} AS {alias} WHERE {} AND ", hop.table, pairs.join(" AND ")));
            close.push(')');
            child = alias;
        }
        format!("{open}{child}.{} = {value}{close}", self.column)
    }
}
