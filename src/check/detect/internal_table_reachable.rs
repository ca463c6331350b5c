//! `internal-table-reachable`: a table of the system itself that a role of the application may use.

use super::access::{bound, list, names};
use super::rollout;
use crate::check::{Finding, Input};
use crate::ident::Ident;
use crate::plan::Hazard;
use crate::plan::change::{Alter, Change, Done};
use crate::snapshot::Relation;
use crate::tenancy::{self, Place};

/// Privileges on a table.
const ANY: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"];

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let internal = |t: &&Relation| input.tenancy.place(t.oid) == Some(&Place::Internal);
    let tables = input.snapshot.catalog.tables().into_iter().filter(internal);
    tables.filter_map(|table| of_table(input, table)).collect()
}

fn of_table(input: &Input, table: &Relation) -> Option<Finding> {
    let apps = rollout::roles(input);
    let api = tenancy::api_roles(&input.snapshot.catalog);
    let of_application = |r: &Ident| apps.contains(r) || api.iter().any(|a| a.name == *r);
    let mut roles = bound(input, table, ANY);
    // where nobody has said which role is the application's, any may be
    roles.retain(|r| r.is_none_or(|r| (apps.is_empty() && api.is_empty()) || of_application(r)));
    if roles.is_empty() {
        return None;
    }
    let sql = |verb: &str, to: &str| {
        let grants = table.grants.iter().filter(|g| roles.contains(&g.grantee.as_ref()));
        let role = |g: &crate::snapshot::Grant| g.grantee.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string);
        grants.map(|g| format!("{verb} {} ON TABLE {} {to} {}", g.privileges.join(", "), table.name, role(g))).collect()
    };
    let fix = Change::Alter(Alter {
        object: table.name.clone(),
        title: format!("{} is out of reach of {}", table.name, list(&roles)),
        up: sql("REVOKE", "FROM"),
        down: sql("GRANT", "TO"),
        lock: None,
        hazards: vec![Hazard::ChangesAccess, Hazard::BreaksApplication],
        done: Done::Unseen,
    });
    let message = format!("{}: [tenancy] internal lists it, and {} may use it", table.name, list(&roles));
    Some(input.finding_on(table, &[], message).with("grantees", names(&roles)).with_fix(fix))
}
