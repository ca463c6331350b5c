//! What the role is, and whom it may become.

use super::{Field, Try};
use crate::ident::literal;
use crate::isolation::rows::{Tenant, finds};
use crate::isolation::script::leak_where;

/// Roles of PostgreSQL that read or write what no policy keeps, or leave the database.
const PREDEFINED: &[&str] = &[
    "pg_read_all_data",
    "pg_write_all_data",
    "pg_read_server_files",
    "pg_write_server_files",
    "pg_execute_server_program",
    "pg_database_owner",
    "pg_maintain",
];

/// Attributes that give a role more than its privileges, with what each lets it do.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("rolsuper OR rolbypassrls", "a role that policies do not bind"),
    ("rolcreaterole", "CREATEROLE: makes roles, and before PostgreSQL 16 gives itself any that is no superuser's"),
    ("rolreplication", "REPLICATION: reads every change of every tenant"),
];

/// Attributes, memberships, SET ROLE.
pub(super) fn of(field: &Field<'_>, all: &mut Vec<Try>) {
    let role = literal(field.actor.role.raw());
    let right = |what: &str, sql: String| Try::at("database", "RIGHTS", what, sql);
    for (attribute, what) in ATTRIBUTES {
        let has = format!("EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {role} AND ({attribute}))");
        all.push(right(what, leak_where(&has) + ";\n"));
    }
    for predefined in PREDEFINED {
        let member = format!(
            "EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{predefined}' AND pg_catalog.pg_has_role({role}, oid, 'MEMBER'))"
        );
        all.push(right(&format!("membership in {predefined}"), leak_where(&member) + ";\n"));
    }
    other_roles(field, all);
    let reset = format!("{}RESET ROLE;\n{};\n", field.actor.enter(), leak_where(&format!("current_user <> {role}")));
    if field.actor.whole {
        all.push(right("RESET ROLE", reset));
    }
}

/// Roles that the application may become.
fn other_roles(field: &Field<'_>, all: &mut Vec<Try>) {
    let actor = field.actor;
    let tables = field.model.tables();
    for role in field.model.catalog().roles.iter().filter(|r| r.name != actor.role) {
        let owned = tables.iter().filter(|t| t.owner == role.name && field.model.owner(t.oid).is_tenant());
        let found = owned.filter_map(|t| {
            let b = field.rows.of(t.oid, Tenant::B)?;
            Some(format!("(SELECT 1 FROM {} WHERE {} LIMIT 1)", t.name, finds(t, b, field.model.key(t).as_ref())?))
        });
        let found: Vec<String> = found.take(20).collect();
        if found.is_empty() && !role.bypass_rls && !role.superuser {
            continue;
        }
        let seen = if found.is_empty() { "true".to_owned() } else { format!("EXISTS ({})", found.join(" UNION ALL ")) };
        let sql = format!("{}SET LOCAL ROLE {};\n{};\n", actor.enter(), role.name, leak_where(&seen));
        all.push(Try::at("database", "RIGHTS", format!("SET ROLE {}", role.name), sql));
    }
}
