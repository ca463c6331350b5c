//! `[tenancy]`: whose rows are whose, and how far row-level security goes.

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, Result};

/// `[tenancy]`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenancySettings {
    /// The table of tenants, SQL-quoted with its schema: `public."User"`. Empty = inferred.
    pub root: Option<String>,
    /// Names of the column that holds the tenant: `["userId"]`. Empty = inferred.
    pub keys: Vec<String>,
    /// Tables whose rows belong to everybody, SQL-quoted, `*` allowed.
    pub shared: Vec<String>,
    /// Tables of the system that no role of the application touches, SQL-quoted, `*` allowed.
    pub internal: Vec<String>,
    /// How a statement says its tenant: `app.tenant_id`, or the path of a claim with Supabase's flavour.
    pub setting: Option<String>,
    /// The roles that the application connects as, unquoted: one, or several. Policies bind them all; the first gets what privileges it
    /// lacks, the others keep theirs.
    #[serde(deserialize_with = "one_or_many")]
    pub app_role: Vec<String>,
    /// Roles that work for all tenants at once (a scheduler, reports), unquoted: policies let them see every row.
    pub all_tenants_roles: Vec<String>,
    /// The role that is to own the tables, unquoted.
    pub owner_role: Option<String>,
    /// The role that runs migrations, unquoted.
    pub migrator_role: Option<String>,
    /// Where policies read the tenant from.
    pub flavour: Flavour,
    /// How far row-level security goes.
    pub stage: Stage,
    /// Whether tables without a tenant column get a policy that looks through their parents.
    pub exists_through_parents: bool,
}

/// `"app"` or `["app", "worker"]`.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "the name of a role, or a list of names")]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(role) => vec![role],
        OneOrMany::Many(roles) => roles,
    })
}

/// Where policies read the tenant from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flavour {
    /// A setting of the transaction.
    #[default]
    Plain,
    /// `auth.uid()` and `auth.jwt()`.
    Supabase,
}

/// How far row-level security goes, each stage with those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Roles, grants and indexes.
    #[default]
    Prepare,
    /// Policies that let every row pass and log what others would refuse.
    Audit,
    /// Policies that keep tenants apart, for every role but the owner.
    Enforce,
    /// For the owner too.
    Force,
}

impl TenancySettings {
    /// Refuses names that cannot be what they are for.
    ///
    /// # Errors
    /// A setting that no session can have, a claim that users write themselves, two roles of one name.
    pub fn validate(&self) -> Result<()> {
        if let Some(setting) = &self.setting {
            let word = |w: &str| {
                w.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                    && w.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
            };
            if !setting.split('.').all(word) || !setting.contains('.') {
                return Err(Error::new("`[tenancy] setting` is not the name of a setting")
                    .because("a setting of one's own is two words or more, with a dot between them")
                    .fix("write it as the application sets it: \"app.tenant_id\""));
            }
            if self.flavour == Flavour::Supabase && setting.starts_with("user_metadata.") {
                return Err(Error::new("`[tenancy] setting` is a claim that cannot be trusted")
                    .because("each user writes user_metadata by himself")
                    .fix("put the tenant into app_metadata: \"app_metadata.tenant_id\""));
            }
        }
        let many = self.app_role.iter().chain(&self.all_tenants_roles);
        let roles: Vec<&str> = many.chain(&self.owner_role).chain(&self.migrator_role).map(String::as_str).collect();
        for (i, role) in roles.iter().enumerate() {
            if role.is_empty() || role.len() > crate::ident::MAX_IDENT_BYTES || role.starts_with("pg_") || *role == "public" {
                return Err(Error::new("`[tenancy]` names a role that cannot exist")
                    .because("a role's name has 1 to 63 bytes, is not public and does not begin with pg_"));
            }
            if roles[..i].contains(role) {
                return Err(Error::new("`[tenancy]` gives two tasks to one role")
                    .because("the owner is not bound by policies, and the one that migrates sees all rows")
                    .fix("name another role for each: app_role, all_tenants_roles, owner_role, migrator_role"));
            }
        }
        Ok(())
    }
}
