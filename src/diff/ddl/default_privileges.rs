//! Default privileges: GRANT and REVOKE of what differs.

use super::Context;
use crate::diff::draft::Draft;
use crate::ident::Ident;
use crate::plan::Hazard;
use crate::snapshot::objects::acl::{Letters, privilege};
use crate::snapshot::objects::kinds::DefaultPrivileges;
use crate::snapshot::objects::{Acl, Object};

pub(super) fn create(object: &Object, privileges: &DefaultPrivileges, context: &Context<'_>) -> Vec<Draft> {
    change(object, &privileges.without(&object.id.name, context.from.major), &privileges.privileges)
}

pub(super) fn alter(object: &Object, old: &DefaultPrivileges, new: &DefaultPrivileges) -> Option<Vec<Draft>> {
    Some(change(object, &old.privileges, &new.privileges))
}

/// Back to what holds without the entry: Postgres then removes it.
pub(super) fn drop(object: &Object, privileges: &DefaultPrivileges, context: &Context<'_>) -> Vec<Draft> {
    change(object, &privileges.privileges, &privileges.without(&object.id.name, context.from.major))
}

fn change(object: &Object, from: &Acl, to: &Acl) -> Vec<Draft> {
    let (schema, on) = object.id.part.rsplit_once("ON ").unwrap_or(("", &object.id.part));
    let alter = format!("ALTER DEFAULT PRIVILEGES FOR ROLE {} {schema}", object.id.name);
    let draft = |sql: String| Draft::new(sql).hazard(Hazard::ChangesAccess);
    let none = Letters::new();
    let mut drafts = Vec::new();
    for (role, held) in &from.0 {
        let wanted = to.0.get(role).unwrap_or(&none);
        let role = role_sql(role);
        let gone = words(held.keys().filter(|l| !wanted.contains_key(l)));
        if !gone.is_empty() {
            drafts.push(draft(format!("{alter}REVOKE {gone} ON {on} FROM {role}")));
        }
        let options = words(held.iter().filter(|(l, grantable)| **grantable && wanted.get(l) == Some(&false)).map(|(l, _)| l));
        if !options.is_empty() {
            drafts.push(draft(format!("{alter}REVOKE GRANT OPTION FOR {options} ON {on} FROM {role}")));
        }
    }
    for (role, wanted) in &to.0 {
        let held = from.0.get(role).unwrap_or(&none);
        let role = role_sql(role);
        for grantable in [false, true] {
            let added = wanted.iter().filter(|(l, g)| **g == grantable && held.get(l).is_none_or(|h| **g && !h));
            let added = words(added.map(|(l, _)| l));
            if !added.is_empty() {
                let option = if grantable { " WITH GRANT OPTION" } else { "" };
                drafts.push(draft(format!("{alter}GRANT {added} ON {on} TO {role}{option}")));
            }
        }
    }
    drafts
}

fn words<'a>(letters: impl Iterator<Item = &'a char>) -> String {
    letters.map(|l| privilege(*l)).collect::<Vec<_>>().join(", ")
}

fn role_sql(role: &Option<Ident>) -> String {
    role.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string)
}
