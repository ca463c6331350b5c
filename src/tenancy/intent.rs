//! Whether a database means to keep tenants apart by row-level security, and the roles by which an API lets strangers in.

use crate::config::Config;
use crate::snapshot::{Catalog, Role};

/// Roles under which PostgREST and Supabase run the statements of whoever calls.
const API_ROLES: &[&str] = &["anon", "authenticated", "web_anon"];

/// The roles of an API that have a privilege on a relation of this database; roles are cluster-wide, so being there says nothing.
pub fn api_roles(catalog: &Catalog) -> Vec<&Role> {
    let granted = |r: &Role| catalog.relations.values().any(|t| t.grants.iter().any(|g| g.grantee.as_ref() == Some(&r.name)));
    catalog.roles.iter().filter(|r| API_ROLES.contains(&r.name.raw()) && granted(r)).collect()
}

/// Why this database is expected to have row-level security; `None` when nothing says so, as in an application that keeps tenants
/// apart by itself.
pub fn intent(catalog: &Catalog, config: &Config) -> Option<String> {
    let protected = catalog.relations.values().filter(|r| r.row_security || !r.policies.is_empty()).count();
    if config.tenancy.root.is_some() || !config.tenancy.keys.is_empty() {
        return Some("[tenancy] in the configuration says whose rows are whose".to_owned());
    }
    if protected > 0 {
        let tables = if protected == 1 { "1 table has".to_owned() } else { format!("{protected} tables have") };
        return Some(format!("{tables} row-level security or policies"));
    }
    api_roles(catalog).first().map(|r| format!("the API role {} has privileges here", r.name))
}
