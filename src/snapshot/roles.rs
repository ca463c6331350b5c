//! Roles and their privileges on relations: `pg_roles`, `pg_auth_members`, `relacl`.

use serde::{Deserialize, Serialize};

use crate::ident::Ident;

/// One role, as far as checks need it. Passwords are never read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name.
    pub name: Ident,
    /// `rolsuper`.
    pub superuser: bool,
    /// `rolbypassrls`.
    pub bypass_rls: bool,
    /// `rolcanlogin`.
    pub login: bool,
    /// `rolcreaterole`.
    #[serde(default)]
    pub create_role: bool,
    /// `rolreplication`.
    #[serde(default)]
    pub replication: bool,
    /// `rolinherit`; without it only SET ROLE gives what memberships give.
    #[serde(default = "inherits")]
    pub inherit: bool,
    /// `rolconnlimit`; -1 = none.
    pub connection_limit: i32,
    /// Roles it is a direct member of.
    pub member_of: Vec<Ident>,
    /// `rolconfig` and `pg_db_role_setting` of this database: names of the settings with their values.
    pub settings: Vec<String>,
}

/// Privileges that a role gets on each new table of another one: `pg_default_acl`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DefaultGrant {
    /// Who makes the tables.
    pub owner: Ident,
    /// The schema in which; `None` = all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Ident>,
    /// Who is given them; `None` = PUBLIC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantee: Option<Ident>,
    /// Whether it may pass them on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub grantable: bool,
    /// `SELECT`, `INSERT`, ..., sorted.
    pub privileges: Vec<String>,
}

/// What roles do unless told otherwise.
fn inherits() -> bool {
    true
}

/// Privileges of one role on one relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role; `None` = PUBLIC.
    pub grantee: Option<Ident>,
    /// `SELECT`, `INSERT`, ..., sorted.
    pub privileges: Vec<String>,
}
